"""A table of the population that a library serves: group, year, size."""

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from .messages import Refused
from .table_names import cells_by_name, known_columns, raw_row

if TYPE_CHECKING:
    import pandas

NAMES = {
    "affiliation_code": ("affiliation code", "unit code", "faculty code", "department code", "院系代码", "院系代碼",
                         "单位代码", "單位代碼", "einheit code"),
    "affiliation_name": ("affiliation", "affiliation name", "unit", "faculty", "department", "district", "group",
                         "院系", "学院", "學院", "部门", "部門", "地区", "地區", "fakultät", "fachbereich", "bezirk"),
    "type_code": ("type", "type code", "patron type", "category", "categorycode", "category id", "读者类型", "讀者類型",
                  "类型", "類型", "nutzergruppe", "kategorie"),
    "age_band": ("age", "age band", "age group", "年龄", "年齡", "年龄段", "年齡層", "alter", "altersgruppe"),
    "branch_code": ("branch", "branch code", "branchcode", "library id", "分馆", "分館", "zweigstelle"),
    "year": ("year", "年", "年份", "年度", "jahr"),
    "size": ("size", "number", "count", "people", "population", "headcount", "人数", "人數", "数量", "數量", "anzahl",
             "personen", "einwohner"),
}
GROUP = ("affiliation_code", "affiliation_name", "type_code", "age_from", "age_to", "branch_code")
_BAND = re.compile(r"(\d{1,3})\s*(?:[-–—~]|to|bis|至|到)\s*(\d{1,3})")
_OPEN = re.compile(r"(?:(?P<over>\d{1,3})\s*(?:\+|and over|and older|岁以上|以上|und älter|u\. ä\.)"
                   r"|(?:under|unter|below|<)\s*(?P<under>\d{1,3})|(?P<below>\d{1,3})\s*(?:岁以下|以下))")
_OLDEST = 150


class Population(NamedTuple):
    """`rows`, indexed by line: affiliation_code, affiliation_name, type_code, age_from, age_to, branch_code (each a
    value or None; a group is what is given), year and size (int)."""

    rows: "pandas.DataFrame"
    refused: list[Refused]


def header_map(header) -> dict[str, str | None]:
    """For each column what it holds: affiliation_code, affiliation_name, type_code, age_band, branch_code, year, size;
    None for others. English, Chinese and German headers are known."""
    return known_columns(header, NAMES)


def normalise(frame, *, mapping=None, seen=None) -> Population:
    """Make our rows.

    :param mapping: {column: what it holds} instead of `header_map`
    :param dict seen: groups met before in the same file, added to
    :raises FileRefused: missing_column (year, size)
    """
    import pandas as pd

    cells, columns = cells_by_name(frame, mapping, NAMES, (("year",), ("size",)))
    seen = {} if seen is None else seen
    rows, lines, refused = [], [], []
    for place, line in enumerate(frame.index.tolist()):
        given = {what: values[place] for what, values in cells.items()}
        row, wrong = _row(given, columns)
        if not wrong:
            group = tuple(str(row[name]).casefold() for name in (*GROUP, "year"))
            first = seen.setdefault(group, line)
            wrong = ("duplicate_row", {"line": first}) if first != line else None
        if wrong:
            refused.append(Refused(int(line), *wrong, raw_row(frame, place)))
        else:
            rows.append(row)
            lines.append(line)
    frame = pd.DataFrame(rows, index=pd.Index(lines, dtype="int64"), columns=[*GROUP, "year", "size"], dtype=object)
    return Population(frame, refused)


def _row(given, columns):
    """One row, and why it is refused (code and parameters) or None."""
    row = {name: (given.get(name) or None) for name in GROUP}
    for what in ("year", "size"):
        if not given[what]:
            return row, ("missing_value", {"column": columns[what]})
    row["year"], row["size"] = _whole(given["year"]), _whole(given["size"])
    if row["year"] is None or not 1900 <= row["year"] <= 2199:
        return row, ("bad_year", {"value": given["year"][:100]})
    if row["size"] is None or row["size"] > 2_000_000_000:
        return row, ("bad_number", {"column": columns["size"], "value": given["size"][:100]})
    band = given.get("age_band")
    if band:
        row["age_from"], row["age_to"] = age_band(band)
        if row["age_from"] is None:
            return row, ("bad_number", {"column": columns["age_band"], "value": band[:100]})
    for name in ("affiliation_code", "affiliation_name", "type_code", "branch_code"):
        if row[name] and len(row[name]) > 200:
            return row, ("value_too_long", {"column": columns[name], "found": len(row[name]), "limit": 200})
    if all(row[name] is None for name in GROUP):
        return row, ("no_group", {})
    return row, None


def _whole(text):
    """A whole number that is not negative, with or without marks between thousands; None for anything else."""
    text = unicodedata.normalize("NFKC", text).strip().removesuffix("年").removesuffix("人")
    if re.fullmatch(r"\d{1,3}([,.' \u202f]\d{3})+", text):
        text = re.sub(r"\D", "", text)
    text = re.sub(r"\.0+$", "", text)
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def age_band(text):
    """(youngest, oldest) of "18-25", "65+", "under 18", "60岁以上"; (None, None) for anything else."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    found = _BAND.fullmatch(text.removesuffix("岁").removesuffix("歲").removesuffix("years").strip())
    if found:
        youngest, oldest = int(found[1]), int(found[2])
        return (youngest, oldest) if youngest <= oldest <= _OLDEST else (None, None)
    found = _OPEN.fullmatch(text.replace("歲", "岁"))
    if found and found["over"]:
        return (int(found["over"]), _OLDEST) if int(found["over"]) <= _OLDEST else (None, None)
    if found:
        limit = int(found["under"] or found["below"])
        return (0, limit - 1 if found["under"] else limit) if 0 < limit <= _OLDEST else (None, None)
    return (int(text), int(text)) if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= _OLDEST else (None, None)
