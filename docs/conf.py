"""How Sphinx builds the documentation: ``make docs``. Warnings are errors, unknown references too."""

import ast
from pathlib import Path

_MANIFEST = Path(__file__).resolve().parent.parent / "library_crm" / "__manifest__.py"

project = "Library CRM"
author = copyright = "library_crm contributors"
release = ast.literal_eval(_MANIFEST.read_text(encoding="utf-8"))["version"]

extensions = []
exclude_patterns = ["images"]
root_doc = "index"
nitpicky = True
smartquotes = False

html_theme = "alabaster"
html_theme_options = {
    "description": "A patron relationship system for libraries, on Odoo 19",
    "page_width": "1080px",
    "fixed_sidebar": False,
    "show_powered_by": False,
}
html_copy_source = False
html_show_sourcelink = False
html_title = "Library CRM"
# words are found by their stem in English; Chinese terms stand in the glossary, one by one
html_search_language = "en"
