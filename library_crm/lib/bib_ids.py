"""Numbers by which a work is known everywhere, in one manner of writing, and a key of its title."""

import re
import unicodedata

from .text_tokens import CJK_RUN, fold

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_ISBN = re.compile(r"(?<![\d-])(?:97[89][ -]?)?\d(?:[ -]?\d){8}[ -]?[\dXx](?![\d-])")
_ISSN = re.compile(r"(?<![\dXx-])(\d{4})-?(\d{3}[\dXx])(?![\dXx-])")
_SHORTEST_LATIN, _SHORTEST_HAN = 12, 6
_LONGEST_KEY = 200


def doi(text):
    """The DOI in a text, in lower case and without what a sentence puts behind it; None without one."""
    found = _DOI.search(text or "")
    return found[0].rstrip(".,;:)]}").lower() if found else None


def isbn(text):
    """The first valid ISBN in a text, with 13 digits; None without one."""
    for found in _ISBN.finditer((text or "")[:500]):
        digits = re.sub(r"[ -]", "", found[0]).upper()
        if len(digits) == 13 and _check_13(digits[:12]) == digits[12:]:
            return digits
        if len(digits) == 10 and _check_10(digits[:9]) == digits[9:]:
            return f"978{digits[:9]}{_check_13(f'978{digits[:9]}')}"
    return None


def _check_13(digits):
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)


def _check_10(digits):
    rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)


def issn(text):
    """The first valid ISSN in a text, with its dash; None without one."""
    for found in _ISSN.finditer((text or "")[:500]):
        number = (found[1] + found[2]).upper()
        rest = -sum(int(digit) * (8 - place) for place, digit in enumerate(number[:7])) % 11
        if number[7] == ("X" if rest == 10 else str(rest)):
            return f"{number[:4]}-{number[4:]}"
    return None


def title_key(title):
    """A title without case, marks, and the script it is written in, so that two sources of one work meet.

    None for a title that says too little to know a work by it ("Editorial", 书评).
    """
    text = fold(unicodedata.normalize("NFKC", title or ""))
    key = " ".join(re.findall(r"\w+", text))[:_LONGEST_KEY]
    han = sum(len(run) for run in CJK_RUN.findall(key))
    return key if han >= _SHORTEST_HAN or len(key) >= _SHORTEST_LATIN and " " in key else None
