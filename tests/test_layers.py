"""The rules of the house, read from syntax trees: who may import whom, and which room may name whose models.

Rooms of `models/`, lowest first: a room names models of its own and of lower rooms only; what a higher room has to say
about a lower model, it says in a file of its own that extends that model. Nothing is imported to find out.
"""

import ast
import re
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parent.parent / "library_crm"
ROOMS = ("foundation", "patron", "team", "knowledge", "need", "case", "dialogue", "analysis", "platform")
PLAIN = ("lib", "connectors")
ABOVE = ("controllers", "report", "wizard")
MODEL_NAME = re.compile(r"library(\.[a-z0-9_]+)+")
LONGEST_FILE = 500
LONGEST_FUNCTION = 60


def imported(path, root):
    """What a file imports, as dotted names; those of our addon start with `library_crm`."""
    names = set()
    package = [root.name, *path.relative_to(root).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            names.update(".".join([*module, alias.name]) for alias in node.names)
    return {name.removeprefix("odoo.addons.") if name.startswith("odoo.addons.library_crm") else name for name in names}


def import_breaches(root):
    """Sentences about imports that the house does not allow."""
    found = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if parts[0] in ("tests", "migrations"):
            continue
        for name in sorted(imported(path, root)):
            where = name.split(".")
            ours = where[1] if where[0] == root.name and len(where) > 1 else None
            why = None
            if parts[0] in PLAIN and where[0] == "odoo":
                why = "is plain Python and must not know Odoo"
            elif parts[0] in PLAIN and ours and ours not in (*PLAIN, "const"):
                why = "must not know what lies above it"
            elif ours in ABOVE and ours != parts[0] and parts != ("__init__.py",):
                why = "must not import what only the outside calls"
            elif parts[0] == "models" and path.name != "__init__.py" and ours and ours not in (*PLAIN, "const"):
                why = "must name models by string"
            if why:
                found.append(f"{path.relative_to(root)} imports {name}: {'/'.join(parts[:-1]) or root.name} {why}")
    return found


def _assigned(node, name):
    """The literal strings of a class attribute."""
    found = []
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name for target in statement.targets):
            found += [value.value for value in ast.walk(statement.value)
                      if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return found


def defined(path):
    """Names of the models that a file brings into being."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            names.update(set(_assigned(node, "_name")) - set(_assigned(node, "_inherit")))
    return names


def owners(root):
    """For each model of ours, the room that brings it into being; `above` for wizards and reports."""
    found = {}
    for room in ROOMS:
        for path in (root / "models" / room).rglob("*.py"):
            for name in defined(path):
                found.setdefault(name, room)
    for folder in ABOVE:
        for path in (root / folder).rglob("*.py"):
            for name in defined(path):
                found.setdefault(name, "above")
    return found


def room_breaches(root):
    """Sentences about rooms that name a model of a higher room, or one that does not exist."""
    found = []
    known = owners(root)
    for height, room in enumerate(ROOMS):
        for path in sorted((root / "models" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                    continue
                owner = known.get(node.value)
                where = f"{path.relative_to(root)}:{node.lineno}"
                if owner in ROOMS and ROOMS.index(owner) > height:
                    found.append(f"{where} names {node.value}, which lives in the higher room {owner}")
            found += [f"{path.relative_to(root)}:{line} names {name}, which nothing defines"
                      for name, line in _named_models(path) if name not in known]
    return found


def _named_models(path):
    """Our models that a file names as a comodel, in `_inherit` or in `env[...]`, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        values = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in (
                "Many2one", "One2many", "Many2many"):
            values = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "comodel_name")]
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "env":
            values = [node.slice]
        elif isinstance(node, ast.ClassDef):
            for name in _assigned(node, "_inherit"):
                if MODEL_NAME.fullmatch(name):
                    yield name, node.lineno
        for value in values:
            if isinstance(value, ast.Constant) and MODEL_NAME.fullmatch(str(value.value)):
                yield value.value, value.lineno


def size_breaches(root):
    """Sentences about files and functions that nobody can take in at a sitting."""
    found = []
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_FILE:
            found.append(f"{path.relative_to(root)} has {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
                found.append(f"{path.relative_to(root)}:{node.lineno} {node.name} has "
                             f"{node.end_lineno - node.lineno + 1} lines")
    return found


def tag_breaches(root):
    """Sentences about tests of the addon that would never run: `make test` runs them when everything is installed."""
    found = []
    for path in sorted((root / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef) or not any(
                    isinstance(part, ast.FunctionDef) and part.name.startswith("test") for part in node.body):
                continue
            said = {value.value for tag in node.decorator_list for value in ast.walk(tag)
                    if isinstance(value, ast.Constant)}
            if "post_install" not in said:
                found.append(f"{path.relative_to(root)}:{node.lineno} {node.name} is not tagged post_install")
    return found


# The addon keeps the rules ---------------------------------------------------------------------------------------

def test_there_is_something_to_read():
    assert len(owners(ADDON)) >= 10
    assert {path.name for path in (ADDON / "models").iterdir() if path.is_dir() and path.name != "__pycache__"} <= set(
        ROOMS), "a room that the order does not know"


@pytest.mark.parametrize("breaches", [import_breaches, room_breaches, size_breaches, tag_breaches])
def test_house(breaches):
    assert breaches(ADDON) == []


@pytest.mark.parametrize("folder", ["tools", "tests", "benchmarks"])
def test_sizes_beside_the_addon(folder):
    assert size_breaches(ADDON.parent / folder) == []


# The rules notice a breach ---------------------------------------------------------------------------------------

@pytest.fixture
def house(tmp_path):
    """A small house that keeps all rules; a function adds a file to it."""
    root = tmp_path / "library_crm"

    def add(path, text):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return root

    add("__init__.py", "from . import controllers, models, wizard\n")
    add("lib/clock.py", "import datetime\nfrom . import other\nfrom .other import thing\n")
    add("models/patron/library_patron.py", 'class P(models.Model):\n    _name = "library.patron"\n')
    add("models/case/library_case.py", (
        "from odoo import fields, models\nfrom ...lib.clock import due\nfrom ... import const\n"
        'class C(models.Model):\n    _name = "library.case"\n    patron_id = fields.Many2one("library.patron")\n'))
    add("models/case/library_patron.py", 'class P(models.Model):\n    _inherit = "library.patron"\n')
    return add


def test_good_house(house):
    root = house("models/__init__.py", "from . import patron, case\n")
    house("tests/test_a.py", '@tagged("post_install", "-at_install")\nclass T:\n    def test_a(self):\n        pass\n')
    assert import_breaches(root) + room_breaches(root) + size_breaches(root) + tag_breaches(root) == []


@pytest.mark.parametrize(("path", "text", "breaches"), [
    ("lib/bad.py", "def f():\n    from odoo.tools import x\n", import_breaches),
    ("connectors/bad.py", "import odoo\n", import_breaches),
    ("lib/bad.py", "from ..models.case import library_case\n", import_breaches),
    ("models/case/bad.py", "from .library_case import C\n", import_breaches),
    ("models/case/bad.py", "from odoo.addons.library_crm.models.patron.library_patron import P\n", import_breaches),
    ("models/case/bad.py", "from ...wizard import merge\n", import_breaches),
    ("controllers/bad.py", "from ..report import sheet\n", import_breaches),
    ("models/patron/bad.py", 'class P(models.Model):\n    _inherit = ["library.case"]\n', room_breaches),
    ("models/patron/bad.py", 'x = fields.One2many("library.case", "patron_id")\n', room_breaches),
    ("models/patron/bad.py", 'x = fields.Many2one(comodel_name="library.case")\n', room_breaches),
    ("models/patron/bad.py", 'def f(self):\n    self.env["library.case"]\n', room_breaches),
    ("models/case/bad.py", 'def f(self):\n    self.env["library.cas"]\n', room_breaches),
    ("models/case/bad.py", 'class P(models.Model):\n    _inherit = "library.patrn"\n', room_breaches),
    ("models/case/bad.py", "x = 1\n" * (LONGEST_FILE + 1), size_breaches),
    ("models/case/bad.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION, size_breaches),
    ("tests/test_a.py", "class T:\n    def test_a(self):\n        pass\n", tag_breaches),
    ("tests/test_a.py", '@tagged("slow")\nclass T:\n    def test_a(self):\n        pass\n', tag_breaches),
])
def test_breach_is_noticed(house, path, text, breaches):
    found = breaches(house(path, text))
    assert len(found) == 1
    assert found[0].startswith(path)
