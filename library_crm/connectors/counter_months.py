"""Months and days as COUNTER reports write them, and as spreadsheets rewrite them."""

import re
from datetime import date

_NAMES = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_WORD_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?[-/ ](\d{4}|\d{2})")
_WORD_LAST = re.compile(r"(?:\d{1,2}[-/ ])?([A-Za-z]{3})[a-z]*\.?[-/ ](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月].*)?")
_FIRST, _LAST = 1990, 2100


def read_month(text):
    """The first day of the month that `text` names (Jan-2025, Jan-25, 2025-01, 2025-01-01, 2025年1月), or None."""
    text = (text or "").strip()
    if match := _WORD_FIRST.fullmatch(text) or _WORD_LAST.fullmatch(text):
        year, month = int(match[2]), _NAMES.get(match[1].lower())
        year += 2000 if len(match[2]) == 2 else 0
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month = int(match[1]), int(match[2])
    else:
        return None
    return date(year, month, 1) if month and 1 <= month <= 12 and _FIRST <= year < _LAST else None


def read_day(text):
    """The day of an ISO date, or None."""
    try:
        day = date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
    return day if _FIRST <= day.year < _LAST else None
