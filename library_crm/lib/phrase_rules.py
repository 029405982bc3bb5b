"""Phrases as a librarian writes them down, found in a text of either script.

A phrase is written in small letters and simplified characters, or traditional ones: both are folded. A blank stands
for any blanks, ``*`` for any ending of a word, ``..`` for a few words between (never over the end of a sentence),
``'`` for either apostrophe or none; ``( | )``, ``?`` and ``[ ]`` mean what they mean in regular expressions.
"""

import re

from .text_tokens import CJK_RUN, fold

_GAP = r"[^.!?。;\n]{0,40}?"
_GAP_HAN = r"[^!?。;\n]{0,10}?"
_STEPS = re.compile(r"\.\.|\*|\s+|['’]")


def _pattern(phrase):
    """The regular expression of one phrase."""
    is_han = bool(CJK_RUN.search(phrase))
    said = {"..": _GAP_HAN if is_han else _GAP, "*": "[a-z]*", "'": "['’]?", "’": "['’]?"}
    found = _STEPS.sub(lambda step: said.get(step[0], r"\s*" if is_han else r"\s+"), fold(phrase.strip()))
    start = r"(?<![a-z0-9])" if re.match(r"[a-z0-9(]", found) and not is_han else ""
    end = r"(?![a-z0-9])" if re.search(r"[a-z0-9)?*]$", found) and not is_han else ""
    return f"{start}(?:{found}){end}"


def compile_phrases(*lists):
    """One expression that finds any phrase of some lists; a list is a text with a phrase on each line or between `;`.

    >>> rule = compile_phrases("can't find; 找不到..书")
    >>> [found[0] for found in rule.finditer("i cant find it")], bool(rule.search("找不到这本书"))
    (['cant find'], True)
    """
    phrases = [one for text in lists for one in re.split(r"[;；\n]", text) if one.strip()]
    # the longest first: of two phrases that begin alike the one that says more is marked
    return re.compile("|".join(sorted(map(_pattern, phrases), key=len, reverse=True)))
