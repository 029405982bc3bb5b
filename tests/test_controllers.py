"""Odoo merges all controllers of one base into one class: a name that two of them use would take the other's place."""

import ast
from collections import defaultdict
from pathlib import Path

CONTROLLERS = Path(__file__).parents[1] / "library_crm" / "controllers"


def test_no_two_controllers_share_a_name():
    places = defaultdict(list)
    for path in sorted(CONTROLLERS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    if isinstance(part, ast.FunctionDef):
                        places[part.name].append(f"{path.name}:{node.name}")
    assert len(places) > 50, "the controllers were found"
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
