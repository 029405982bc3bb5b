"""The words on the screen in the language that people work in, read from the translations that are shipped."""

from __future__ import annotations

import re
from functools import cache

import polib

from .environment import environment

ENGLISH = "en_US"
LANGUAGES = (ENGLISH, "zh_CN", "zh_TW")
# whose words a story meets beside ours
MODULES = ("library_crm", "web", "mail", "portal", "survey", "base")
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


class Words:
    """What stands on the screen for an English term.

    >>> Words("en_US")("Send my question")
    'Send my question'
    """

    def __init__(self, lang: str):
        """:param lang: Odoo's code of a language"""
        self.lang = lang

    def __call__(self, english: str) -> str:
        """The term in this language.

        :raises KeyError: if no module translates it, so that a test never looks for English where Chinese should be
        """
        if self.lang == ENGLISH:
            return english
        for module in MODULES:
            found = _translations(module, self.lang).get(english)
            if found:
                return found
        raise KeyError(f"{english!r} has no translation into {self.lang}.")

    def pattern(self, english: str) -> re.Pattern:
        """What matches the term whatever stands in its places, `%(name)s` for example."""
        parts = _PLACE.split(self(english))
        return re.compile(".+?".join(re.escape(part) for part in parts))


@cache
def _translations(module: str, lang: str) -> dict[str, str]:
    for folder in environment().addons_path:
        path = folder / module / "i18n" / f"{lang}.po"
        if path.is_file():
            return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if not entry.obsolete}
    return {}
