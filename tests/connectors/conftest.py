"""The readers are imported without Odoo, like the rest of the plain-Python part."""

import sys
import types
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "library_crm"

if "library_crm" not in sys.modules:
    package = types.ModuleType("library_crm")
    package.__path__ = [str(ADDON)]
    sys.modules["library_crm"] = package
