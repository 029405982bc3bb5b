r"""Phrases as a librarian writes them down, found in a text of either script.

A phrase is written in small letters and simplified characters, or traditional ones: both are folded. A blank stands
for any blanks, ``*`` for any ending of a word, ``..`` for a few words between (never over the end of a sentence),
``'`` for either apostrophe or none; ``( | )``, ``?`` and ``[ ]`` mean what they mean in regular expressions.
"""

import re

from .text_tokens import CJK_RUN, fold

_GAP = r"[^.!?。;\n]{0,40}?"
_BETWEEN = rf"\s+(?:{_GAP}\s+)?"
_GAP_HAN = r"[^!?。;\n]{0,10}?"
_SAID = {"*": "[a-z]*", "'": "['’]?", "’": "['’]?"}
_STEPS = re.compile(r"\s+\.\.\s+|\s*\.\.\s*|(?<=[a-z])(?<!\\[a-z])\*|\s+\?|\s+|['’]")


def _pattern(phrase):
    """The regular expression of one phrase."""
    is_han = bool(CJK_RUN.search(phrase))

    def step(match):
        found = match[0]
        if "." in found:
            return _GAP_HAN if is_han else _BETWEEN if found[0].isspace() and found[-1].isspace() else _GAP
        if found.isspace() and not is_han:
            return r"\s+"
        return _SAID.get(found, r"\s*")

    found = _STEPS.sub(step, fold(phrase))
    start = r"(?<![a-z0-9])" if re.match(r"[a-z0-9(]", found) and not is_han else ""
    end = r"(?![a-z0-9])" if re.search(r"[a-z0-9)?*]$", found) and not is_han and "(?=" not in found else ""
    return f"{start}(?:{found}){end}"


def split_phrases(text):
    """The phrases of a list: between `;`, or one on a line; a line may end inside of brackets.

    >>> split_phrases("so (slow|" + chr(10) + "  late); rude" + chr(10) + "awful")
    ['so (slow|late)', 'rude', 'awful']
    """
    phrases, current, depth = [], "", 0
    for piece in re.split(r"(\s*\n\s*|[;；()])", text):
        depth += (piece == "(") - (piece == ")")
        if piece.strip() in ("", ";", "；") and (piece.strip() or "\n" in piece):
            if depth > 0 and not piece.strip():
                continue
            phrases.append(current.strip())
            current = ""
        else:
            current += piece
    return [phrase for phrase in [*phrases, current.strip()] if phrase]


def compile_phrases(*lists):
    """One expression that finds any phrase of some lists; a list is a text with a phrase on each line or between `;`.

    >>> rule = compile_phrases("can't find; 找不到..书")
    >>> [found[0] for found in rule.finditer("i cant find it")], bool(rule.search("找不到这本书"))
    (['cant find'], True)
    """
    phrases = [phrase for text in lists for phrase in split_phrases(text)]
    # the longest first: of two phrases that begin alike the one that says more is marked
    return re.compile("|".join(sorted(map(_pattern, phrases), key=len, reverse=True)), re.MULTILINE)
