"""Blanks in a text that is written once and sent often: ``Dear {{patron}}, your copy is at {{counter}}.``

A blank is a name between double braces. Some names are known from the case; the others are for the librarian to
fill. Both may be written in English or Chinese.
"""

import re

BLANK = re.compile(r"\{\{\s*([^{}<>]{1,80}?)\s*\}\}")

KNOWN = {
    "patron": ("patron", "读者", "讀者"),
    "librarian": ("librarian", "馆员", "館員"),
    "team": ("team", "团队", "團隊"),
    "question": ("question", "问题", "問題"),
    "promise": ("promise", "承诺时间", "承諾時間"),
}
"""For each thing known from the case the names of its blank."""

_MEANINGS = {word: meaning for meaning, words in KNOWN.items() for word in words}


def find_blanks(text):
    """Names of the blanks in `text`, each once, in order."""
    return list(dict.fromkeys(BLANK.findall(text or "")))


def fill_blanks(text, values):
    """`text` with the known blanks filled.

    :param dict values: text for each key of `KNOWN` that is known, escaped by the caller if `text` is HTML; what is
                        missing or empty stays a blank
    """

    def fill(match):
        return values.get(_MEANINGS.get(match[1].lower())) or match[0]

    return BLANK.sub(fill, text or "")
