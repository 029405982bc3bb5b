"""Dates and moments of files: which format a library writes, and its values as datetime64, fast and without guessing.

A file has one order of day and month; ISO dates are understood beside it. Years have four digits; what is no day of
the calendar (31/02/2025) is reported, not bent.
"""

import functools
import re
import unicodedata
from datetime import datetime, timedelta, timezone

FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d",
    "%Y年%m月%d日",
)
# what databases write for "no date"
BLANKS = frozenset({"", "0000-00-00", "00/00/0000", "00.00.0000", "0000/00/00", "0000-00-00 00:00:00", "null", "NULL"})

_DATE = re.compile(
    r"(\d{1,4})(?P<first>[-/.年])(\d{1,2})(?P<second>[-/.月])(\d{1,4})日?"
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<rest>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_FIRST = frozenset("%Y-%m-%d %Y/%m/%d %Y.%m.%d %Y年%m月%d日 %Y%m%d".split())
_WEAK = {"%Y-%m-%d": 1, "%Y%m%d": 2}
_WIDTH = 20  # bytes of a fixed-width look at "YYYY-MM-DD HH:MM:SS", one more to notice longer ones


def detect(columns):
    """The format in which dates are written, and another one that fits as well.

    :param columns: lists of cells, one for each column; columns without dates do no harm
    :return: (format or None, other format or None)
    """
    scores = dict.fromkeys(FORMATS, 0)
    for cells in columns:
        cells = {cell.strip() for cell in cells} - BLANKS
        shaped = [cell for cell in cells if looks_like_date(cell)]
        if len(shaped) * 10 >= len(cells) * 6:
            for cell in shaped:
                for form in FORMATS:
                    scores[form] += _fits(cell, form)
    # ISO is understood beside any format, and numbers of eight digits are dates only where nothing else is
    best = max(FORMATS, key=lambda form: (bool(scores[form]), -_WEAK.get(form, 0), scores[form]))
    if not scores[best]:
        return None, None
    others = [form for form in FORMATS if form != best and scores[form] == scores[best]]
    return best, others[0] if others else None


def looks_like_date(text):
    """Whether a cell has the shape of a date, be it one of the calendar or not."""
    if len(text) > 40:
        return False
    if _COMPACT.fullmatch(text):
        return "1800" <= text[:4] <= "2199" and text[4:6] <= "12" and text[6:] <= "31"
    return bool(_DATE.fullmatch(text))


def _fits(text, form):
    """Whether a text is a day of the calendar in exactly this format."""
    compact = form == "%Y%m%d"
    match = (_COMPACT if compact else _DATE).fullmatch(text)
    if not match or not compact and form[2] != match["first"]:
        return False
    if not compact and (len(match[1]) == 4) != (form in _YEAR_FIRST):
        return False
    return bool(_day(match.group(1, 3, 5) if not compact else match.groups(), form))


def _day(parts, form):
    """Midnight of a day from three numbers in the order of a format; None when there is no such day."""
    first, second, third = parts
    if form in _YEAR_FIRST or len(first) == 4:
        year, month, day = first, second, third
    elif form.startswith("%m"):
        month, day, year = parts
    else:
        day, month, year = parts
    if len(year) != 4 or len(day) > 2:
        return None
    try:
        return datetime(int(year), int(month), int(day))
    except ValueError:
        return None


@functools.lru_cache(maxsize=4096)
def parse_one(text, form, utc=False):
    """One date or moment; None for no date.

    :param form: format of the file's dates; None understands ISO only
    :param bool utc: turn a moment that names its zone into UTC; otherwise its wall clock is taken
    """
    if len(text) > 60:
        return None
    text = unicodedata.normalize("NFKC", text).strip()
    match = _DATE.fullmatch(text)
    if not match:
        compact = _COMPACT.fullmatch(text)
        return _day(compact.groups(), "%Y%m%d") if compact and form in (None, "%Y%m%d") else None
    parts = match.group(1, 3, 5)
    moment = _day(parts, form or "%Y-%m-%d")
    if moment is None or form is None and len(parts[0]) != 4:
        return None
    return _with_clock(moment, match, utc) if match["hour"] else moment


def _with_clock(moment, match, utc):
    hour, half = int(match["hour"]), (match["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(match["minute"]), int(match["rest"] or 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    moment += timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    zone = match["zone"]
    if utc and zone and zone != "Z":
        digits = zone[1:].replace(":", "")
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        try:
            moment -= shift if zone[0] == "+" else -shift
        except OverflowError:
            return None
    return moment


def has_zone(text):
    """Whether a moment names its zone."""
    match = _DATE.fullmatch(text.strip())
    return bool(match and match["zone"])


def parse(values, form, utc=False):
    """Dates or moments of a column.

    :param values: pandas Series of strings, or of categories that are strings
    :param form: format of the file's dates; None understands ISO only
    :return: (array of datetime64[s] with NaT for blanks and for what is no date, array that is True for the latter)
    """
    import numpy as np

    if getattr(values.dtype, "name", "") == "category":
        moments, bad = _parse_texts(values.cat.categories.to_numpy(dtype=object), form, utc)
        codes = values.cat.codes.to_numpy()
        moments = np.append(moments, np.datetime64("NaT", "s"))
        return moments[codes], np.append(bad, False)[codes]
    return _parse_texts(values.to_numpy(dtype=object), form, utc)


def _parse_texts(texts, form, utc):
    import numpy as np

    moments = np.full(len(texts), np.datetime64("NaT", "s"))
    done = np.zeros(len(texts), dtype=bool)
    if len(texts) > 100:
        for shape in dict.fromkeys(filter(None, (form, "%Y-%m-%d"))):
            _parse_fixed(texts, shape, moments, done)
            if done.all():
                break
    bad = np.zeros(len(texts), dtype=bool)
    for place in np.flatnonzero(~done):
        text = texts[place]
        if not isinstance(text, str) or text.strip() in BLANKS:
            continue
        moment = parse_one(text, form, utc)
        if moment is None:
            bad[place] = True
        else:
            moments[place] = moment
    return moments, bad


def parse_bytes(cells, form):
    """Moments of texts in fixed width.

    :param cells: array of bytes, a row for each text, filled up with zeros
    :return: array of datetime64[s], or None when a row is no moment of the format (or ISO)
    """
    import numpy as np

    if not len(cells) or parse_one(cells[0].tobytes().rstrip(b"\0").decode("utf-8", "replace"), form) is None:
        return None
    if cells[:, _WIDTH:].any():
        return None
    if cells.shape[1] < _WIDTH:
        cells = np.pad(cells, ((0, 0), (0, _WIDTH - cells.shape[1])))
    moments, done = np.full(len(cells), np.datetime64("NaT", "s")), np.zeros(len(cells), dtype=bool)
    for shape in dict.fromkeys(filter(None, (form, "%Y-%m-%d"))):
        if shape != "%Y%m%d":
            _parse_cells(cells[:, :_WIDTH], shape, moments, done)
            if done.all():
                return moments
    return None


def _parse_fixed(texts, form, moments, done):
    """Read what stands in fixed width; marks in `done` what it could read."""
    import numpy as np

    try:
        raw = texts.astype(f"S{_WIDTH}")
    except (UnicodeEncodeError, ValueError):
        return
    _parse_cells(raw.view(np.uint8).reshape(len(raw), _WIDTH), form, moments, done)


def _parse_cells(cells, form, moments, done):
    """Read bytes by arithmetic."""
    import numpy as np

    places = _places(form)
    if places is None:
        return
    digits = cells - 48
    year, month, day = (_number(digits, *places[part]) for part in "Ymd")
    good = ~done & (digits[:, [place for start, count in places.values() for place in range(start, start + count)]]
                    <= 9).all(axis=1)
    for place, character in _separators(form):
        good &= cells[:, place] == ord(character)
    end = 8 if form == "%Y%m%d" else 10
    good &= (month >= 1) & (month <= 12) & (year >= 1)
    months = np.where(good, year * 12 + month - 13, 0)
    first_day, length = _calendar()
    good &= (day >= 1) & (day <= length[months])
    clock = _clock(cells, digits, end)
    good &= clock >= 0
    seconds = (first_day[months] + day - 1) * 86_400 + clock
    if good.all():
        moments[:] = seconds.view("M8[s]")
    else:
        moments[good] = seconds.view("M8[s]")[good]
    done |= good


@functools.cache
def _calendar():
    """For each month from January of the year 1: its first day since 1970, and how many days it has."""
    import numpy as np

    days = np.arange("0001-01", "10000-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
    return days[:-1], np.diff(days)


def _number(digits, start, count):
    import numpy as np

    value = np.zeros(len(digits), dtype=np.int32)
    for place in range(start, start + count):
        value = value * 10 + digits[:, place]
    return value


def _clock(cells, digits, end):
    """Seconds since midnight of " HH:MM[:SS]" from `end` on; 0 for nothing there, -1 for anything else."""
    import numpy as np

    rest = cells[:, end:]
    if not rest[:, 0].any():
        return np.zeros(len(cells), dtype=np.int64)
    short = rest[:, 6] == 0
    number = [_number(digits, end + start, 2).astype(np.int64) for start in (1, 4, 7)]
    number[2] = np.where(short, 0, number[2])
    right = np.isin(rest[:, 0], (32, 84)) & (rest[:, 3] == 58) & (short | (rest[:, 6] == 58))
    right &= (digits[:, [end + place for place in (1, 2, 4, 5)]] <= 9).all(axis=1)
    right &= short | (digits[:, [end + 7, end + 8]] <= 9).all(axis=1)
    right &= (number[0] <= 23) & (number[1] <= 59) & (number[2] <= 59)
    right &= ~rest[:, 9:].any(axis=1) & (~short | ~rest[:, 7:9].any(axis=1))
    seconds = number[0] * 3600 + number[1] * 60 + number[2]
    return np.where(~rest.any(axis=1), 0, np.where(right, seconds, -1))


@functools.cache
def _places(form):
    """Where the digits of year, month and day stand: {letter: (start, count)}; None when the width is not fixed."""
    places, at = {}, 0
    for token in re.findall(r"%\w|[^%]", form):
        if not token.isascii():
            return None
        if token.startswith("%"):
            count = 4 if token == "%Y" else 2
            places[token[1]] = (at, count)
            at += count
        else:
            at += 1
    return places


@functools.cache
def _separators(form):
    places = _places(form)
    starts = {start for start, _count in places.values()}
    taken = {place for start, count in places.values() for place in range(start, start + count)}
    characters = [token for token in re.findall(r"%\w|[^%]", form) if not token.startswith("%")]
    free = [place for place in range(10) if place not in taken][:len(characters)]
    return tuple(zip(free, characters, strict=True)) if starts else ()


def to_utc(moments, zone):
    """Wall-clock moments of a zone in UTC, as datetime64[s]; an hour that the clock shows twice is its first, one that
    it skips is moved on."""
    import pandas as pd

    local = pd.DatetimeIndex(moments).tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return local.tz_convert(timezone.utc).tz_localize(None).to_numpy().astype("M8[s]")


def iso_days(moments):
    """Dates as "YYYY-MM-DD", None for NaT; an array of objects."""
    return _iso(moments.astype("M8[D]"))


def iso_seconds(moments):
    """Moments as "YYYY-MM-DD HH:MM:SS", None for NaT; an array of objects."""
    return _iso(moments.astype("M8[s]"), "T")


def _iso(moments, mark=None):
    import numpy as np

    # few different days, many rows: text is made once for each
    different, place = np.unique(moments, return_inverse=True)
    texts = np.datetime_as_string(different).astype(object)
    if mark:
        texts = np.array([text.replace(mark, " ") for text in texts], dtype=object)
    texts[np.isnat(different)] = None
    return texts[place]
