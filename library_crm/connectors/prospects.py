"""A list of people who came to a course or an event and might become patrons; only with a lawful basis."""

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from ..lib import import_dates, import_names
from .messages import Refused
from .table_names import cells_by_name, known_columns, raw_row

if TYPE_CHECKING:
    import pandas

NAMES = {
    "name": ("name", "full name", "participant", "姓名", "teilnehmer"),
    "firstname": ("firstname", "first name", "given name", "名", "vorname"),
    "surname": ("surname", "last name", "lastname", "family name", "姓", "nachname"),
    "email": ("email", "e mail", "mail", "email address", "e mail address", "邮箱", "電子郵件", "电子邮件", "郵箱",
              "电子邮箱"),
    "phone": ("phone", "telephone", "mobile", "电话", "電話", "手机", "手機", "telefon"),
    "event": ("event", "course", "class", "workshop", "training", "活动", "活動", "课程", "課程", "讲座", "講座",
              "培训", "kurs", "veranstaltung"),
    "date": ("date", "event date", "course date", "日期", "时间", "時間", "datum"),
    "affiliation_code": ("affiliation", "affiliation code", "faculty", "department", "unit", "院系", "单位", "單位",
                         "fakultät"),
    "basis": ("basis", "lawful basis", "legal basis", "consent", "may we write", "agrees", "同意", "是否同意",
              "法律依据", "法律依據", "einwilligung", "rechtsgrundlage"),
}
BASES = {
    "consent": ("consent", "yes", "y", "1", "true", "x", "agreed", "agree", "given", "opt in", "opt-in", "是", "同意",
                "已同意", "ja", "j", "einwilligung", "6(1)(a)"),
    "contract": ("contract", "合同", "合約", "vertrag", "6(1)(b)"),
    "public_task": ("public task", "public_task", "public interest", "公共任务", "公共任務", "öffentliche aufgabe",
                    "6(1)(e)"),
    "legitimate_interest": ("legitimate interest", "legitimate_interest", "legitimate interests", "正当利益",
                            "正當利益", "berechtigtes interesse", "6(1)(f)"),
}
_BASIS_OF = {word: basis for basis, words in BASES.items() for word in words}
COLUMNS = ("name", "email", "phone", "event", "date", "affiliation_code", "basis")
_LIMITS = {"name": 400, "firstname": 200, "surname": 200, "event": 400, "affiliation_code": 200, "phone": 100}


class Prospects(NamedTuple):
    """`rows`, indexed by line: name, email (normalised), phone, event, date ("YYYY-MM-DD"), affiliation_code, basis
    ("consent", "contract", "public_task" or "legitimate_interest"); None where nothing is known, but never in name,
    email and basis."""

    rows: "pandas.DataFrame"
    refused: list[Refused]


def header_map(header) -> dict[str, str | None]:
    """For each column what it holds: name, firstname, surname, email, phone, event, date, affiliation_code, basis; None
    for others. English, Chinese and German headers are known."""
    return known_columns(header, NAMES)


def normalise(frame, date_format=None, *, mapping=None, seen=None) -> Prospects:
    """Make our rows; whoever has no lawful basis is refused.

    :param mapping: {column: what it holds} instead of `header_map`
    :param dict seen: addresses at an event met before in the same file, added to
    :raises FileRefused: missing_column (name, email, basis)
    """
    import pandas as pd

    cells, columns = cells_by_name(frame, mapping, NAMES, (("name", "surname"), ("email",), ("basis",)))
    seen = {} if seen is None else seen
    rows, lines, refused = [], [], []
    for place, line in enumerate(frame.index.tolist()):
        row, wrong = _row({what: values[place] for what, values in cells.items()}, columns, date_format)
        if not wrong:
            first = seen.setdefault((row["email"], row["event"], row["date"]), line)
            if first != line:
                wrong = ("duplicate_value", {"column": columns["email"], "value": row["email"], "line": first})
        if wrong:
            refused.append(Refused(int(line), *wrong, raw_row(frame, place)))
        else:
            rows.append(row)
            lines.append(line)
    frame = pd.DataFrame(rows, index=pd.Index(lines, dtype="int64"), columns=list(COLUMNS), dtype=object)
    return Prospects(frame, refused)


def _row(given, columns, date_format):
    """One row, and why it is refused (code and parameters) or None."""
    row = {name: (given.get(name) or None) for name in COLUMNS}
    for what, limit in _LIMITS.items():
        if len(given.get(what) or "") > limit:
            return row, ("value_too_long", {"column": columns[what], "found": len(given[what]), "limit": limit})
    composed = import_names.full_name(given.get("firstname", ""), "", given.get("surname", ""))
    row["name"] = " ".join((row["name"] or composed).split()) or None
    row["basis"] = basis_of(given["basis"])
    if row["basis"] is None:
        return row, ("no_basis", {})
    if not row["name"]:
        return row, ("missing_value", {"column": columns.get("name") or columns["surname"]})
    if not row["email"]:
        return row, ("missing_value", {"column": columns["email"]})
    found, _wrong = import_names.addresses(row["email"])
    if not found:
        return row, ("bad_email", {"value": row["email"][:100]})
    row["email"] = found[0]
    if row["date"]:
        moment = import_dates.parse_one(row["date"], date_format)
        if moment is None:
            return row, ("bad_date", {"column": columns["date"], "value": row["date"][:100]})
        row["date"] = moment.date().isoformat()
    return row, None


def basis_of(text):
    """The lawful basis that a cell names, or None."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    return _BASIS_OF.get(text.removeprefix("art. ").removeprefix("gdpr ").strip())
