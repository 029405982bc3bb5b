"""Patrons as Koha exports them: CSV by header name, or the REST API; the same rows come out of both.

`koha_columns.COLUMNS` says for every column of Koha what becomes of it.
"""

from typing import TYPE_CHECKING, NamedTuple

from ..lib import import_dates, import_names
from .koha_columns import COLUMNS, REQUIRED, Target, canonical, header_map, missing_columns
from .messages import Refused

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "Normalised", "Target", "header_map", "missing_columns", "normalise"]

_DATES = {
    "dateofbirth": "date_of_birth", "dateenrolled": "date_enrolled", "dateexpiry": "date_expiry",
    "date_renewed": "date_renewed", "lastseen": "date_last_seen", "stage_end": "date_stage_end",
}
_TEXTS = {name: target.name for name, target in COLUMNS.items() if target.kind == "field" and target.name in (
    "preferred_name honorific other_names pronouns street2 city state_name zip country_name branch_code type_code "
    "restriction_note guardian_relation ils_staff_note ils_patron_note statistics_1 statistics_2 affiliation_code note"
).split()}
_FLAGS = {"gonenoaddress": "is_address_wrong", "lost": "is_card_lost", "anonymized": "is_anonymised"}
_KEYS = {"borrowernumber": "ils", "cardnumber": "card", "userid": "sso"}
_EMAILS = ("email", "emailpro", "b_email")
_PHONES = ("phone", "mobile", "smsalertnumber", "phonepro", "b_phone")
_SHORT = {"cardnumber": 200, "borrowernumber": 200, "userid": 200, "surname": 200, "firstname": 200, "middle_name": 200,
          "name": 400, "branchcode": 100, "categorycode": 100, "affiliation": 100, "zipcode": 100, "city": 400,
          "address": 1000, "address2": 1000, "state": 400, "country": 400, "title": 400, "othernames": 1000,
          "preferred_name": 400, "pronouns": 200, "sort1": 400, "sort2": 400, "relationship": 400}
_FOREVER = "9999-12-31"


class Normalised(NamedTuple):
    """Rows that were taken, rows that were not, and what was left out of rows that were taken.

    `rows` is a frame indexed by line. Every cell is None or a value that COPY takes as it is: dates are "YYYY-MM-DD",
    moments "YYYY-MM-DD HH:MM:SS" in UTC, booleans True/False, JSON is text. A column is there only if the source has
    it; None means that the source says nothing, so it must not overwrite. Columns are

    - fields of library.patron: name, honorific, other_names, preferred_name, pronouns, date_of_birth, gender,
      guardian_name, guardian_relation, contact_person, alternate_address, email, phone, street, street2, city, zip,
      lang, date_enrolled, date_expiry, date_renewed, date_last_seen, date_ils_updated, is_address_wrong, is_card_lost,
      is_restricted, date_restricted_until, restriction_note, ils_staff_note, ils_patron_note, statistics_1,
      statistics_2, ils_privacy ("0", "1", "2"), is_anonymised, ils_attributes (JSON text {code: value or [values]});
      of tables of other systems also degree_stage, date_stage_end, note;
    - codes to look up: branch_code, type_code, affiliation_code, state_name, country_name;
    - identities: card, ils, sso (one value each); emails, phones (all of them, one a line, main one first);
    - surname, firstname (as they came).

    The name of a patron whom Koha has anonymised is None.
    """

    rows: "pandas.DataFrame"
    refused: list[Refused]
    warnings: list[Refused]


def normalise(frame, date_format=None, *, mapping=None, required=None, timezone="UTC", seen=None) -> Normalised:
    """Make our rows of Koha's.

    :param frame: strings, columns as in a CSV header or as the REST API names them, indexed by line
    :param date_format: strptime pattern of the dates; ISO dates are understood beside it
    :param mapping: {column: Koha's name} for files of other systems; unmapped columns are ignored then
    :param required: Koha's names that each row must have a value in; (surname, branchcode, categorycode) when None
    :param timezone: IANA name of the zone in which moments without one are meant
    :param dict seen: {(column, value): line} of cards and numbers met before in the same file; it is added to, so that
        a card that stands twice is refused the second time across pieces
    """
    work = _Work(frame, mapping)
    work.identities()
    work.names()
    work.texts()
    work.dates(date_format, timezone)
    work.choices()
    work.reach()
    work.composed()
    work.demand(REQUIRED if required is None else required)
    work.once({} if seen is None else seen)
    return work.result()


class _Work:
    """Makes the columns of one frame; `bad` says for each row whether and why it is refused."""

    def __init__(self, frame, mapping):
        import numpy as np

        self.frame, self.count = frame, len(frame)
        self.lines = frame.index.to_numpy()
        self.names_of = {}
        for column in frame.columns:
            name = canonical((mapping.get(column) or "") if mapping is not None else column)
            if name:
                self.names_of.setdefault(name, column)
        self.cells, self.out, self.warnings = {}, {}, []
        self.bad = np.zeros(self.count, dtype=bool)
        self.reasons = {}
        for name, column in self.names_of.items():
            if COLUMNS[name].kind != "ignored":
                self.cells[name] = self._stripped(name, column)

    def _stripped(self, name, column):
        """The cells of a column without blanks around, as an array of str; None when all are empty."""
        import numpy as np

        values = self.frame[column].to_numpy(dtype=object)
        if not (values != "").any():
            return None
        values = np.array([value.strip() if value else "" for value in values.tolist()], dtype=object)
        if name in _SHORT:
            limit = _SHORT[name]
            for place, value in enumerate(values.tolist()):
                if len(value) > limit:
                    self.refuse(place, "value_too_long", {"column": column, "found": len(value), "limit": limit})
        return values

    def refuse(self, place, code, params):
        """Refuse a row; the first reason counts."""
        if not self.bad[place]:
            self.bad[place] = True
            self.reasons[place] = (code, params)

    def warn(self, place, code, params):
        self.warnings.append(Refused(int(self.lines[place]), code, params, {}))

    def get(self, name):
        """Cells of a column as a list; None when it is not there or all empty."""
        values = self.cells.get(name)
        return None if values is None else values.tolist()

    def has(self, name):
        return name in self.cells

    def put(self, name, values):
        """A column of the result: objects, None for what is empty."""
        import numpy as np

        column = np.full(self.count, None, dtype=object)
        if values is not None:
            column[:] = values
            column[column == ""] = None
        self.out[name] = column

    # what is made of the columns ---------------------------------------------------------------------------------

    def identities(self):
        for name, kind in _KEYS.items():
            if self.has(name):
                self.put(kind, self.get(name))

    def names(self):
        compose = import_names.full_name
        blank = [""] * self.count
        last, first, middle = (self.get(name) or blank for name in ("surname", "firstname", "middle_name"))
        whole = self.get("name")
        if self.has("surname") or self.has("firstname"):
            made = [_one_line(compose(*each)) for each in zip(first, middle, last, strict=True)]
            self.put("surname", last)
            self.put("firstname", first)
            self.put("name", [given or own for given, own in zip(whole, made, strict=True)] if whole else made)
        elif whole:
            self.put("name", [_one_line(each) for each in whole])

    def texts(self):
        for name, target in _TEXTS.items():
            if self.has(name):
                self.put(target, self.get(name))
        preferred, first = self.get("preferred_name"), self.get("firstname")
        if preferred and first:
            # Koha fills it with the first name, which tells nobody anything
            self.put("preferred_name", [
                "" if mine == theirs else mine for mine, theirs in zip(preferred, first, strict=True)])

    def dates(self, date_format, timezone):
        for name, target in _DATES.items():
            if self.has(name):
                moments = self._moments(name, date_format)
                self.out[target] = self._empty() if moments is None else import_dates.iso_days(moments)
        if self.has("updated_on"):
            self.out["date_ils_updated"] = self._updated(date_format, timezone)
        if self.has("debarred"):
            self._restriction(date_format)
        if self.has("restricted"):
            self._flag("restricted", "is_restricted")

    def _empty(self):
        import numpy as np

        return np.full(self.count, None, dtype=object)

    def _moments(self, name, date_format, utc=False):
        import pandas as pd

        values = self.cells[name]
        if values is None:
            return None
        moments, bad = import_dates.parse(pd.Series(values), date_format, utc)
        self._bad_dates(name, bad)
        return moments

    def _bad_dates(self, name, bad):
        for place in bad.nonzero()[0].tolist():
            value = self.cells[name][place]
            self.refuse(place, "bad_date", {"column": self.names_of[name], "value": value[:100]})

    def _updated(self, date_format, timezone):
        moments = self._moments("updated_on", date_format, utc=True)
        if moments is None:
            return self._empty()
        if timezone != "UTC":
            import numpy as np

            zoned = np.array([import_dates.has_zone(value) for value in self.cells["updated_on"].tolist()])
            moments = np.where(zoned, moments, import_dates.to_utc(moments, timezone))
        return import_dates.iso_seconds(moments)

    def _restriction(self, date_format):
        """A date until when; the end of time, or a plain yes, for no end."""
        values = self.cells["debarred"]
        until, flags = self._empty(), self._empty()
        if values is not None:
            plain = [import_names.yes_or_no(value) if len(value) == 1 else None for value in values.tolist()]
            for place, answer in enumerate(plain):
                if answer is not None:
                    flags[place], values[place] = answer, ""
            dates = import_dates.iso_days(self._moments("debarred", date_format))
            for place, day in enumerate(dates.tolist()):
                if day is not None:
                    flags[place], until[place] = True, None if day == _FOREVER else day
        self.out["date_restricted_until"], self.out["is_restricted"] = until, flags

    def choices(self):
        for name, target in _FLAGS.items():
            if self.has(name):
                self._flag(name, target)
        if "is_anonymised" in self.out and "name" in self.out:
            self.out["name"][self.out["is_anonymised"] == True] = None  # noqa: E712 an array of objects
        self._mapped("sex", "gender", import_names.gender)
        self._mapped("lang", "lang", import_names.language, quiet=True)
        self._mapped("privacy", "ils_privacy", {"0": "0", "1": "1", "2": "2"}.get)
        self._mapped("degree_stage", "degree_stage", lambda text: text.lower() if text.lower() in import_names.STAGES
                     else None)
        self._mapped("patron_attributes", "ils_attributes", import_names.attributes)

    def _flag(self, name, target):
        self._mapped(name, target, import_names.yes_or_no)

    def _mapped(self, name, target, read, quiet=False):
        if not self.has(name):
            return
        column, values = self._empty(), self.get(name)
        for place, value in enumerate(values or ()):
            if value:
                column[place] = read(value)
                if column[place] is None and not quiet:
                    self.warn(place, "value_dropped", {"column": self.names_of[name], "value": value[:100]})
        self.out[target] = column

    def reach(self):
        """Mail addresses and telephone numbers, the main one first."""
        if any(self.has(name) for name in _EMAILS):
            found = [[] for _each in range(self.count)]
            for name in _EMAILS:
                for place, value in enumerate(self.get(name) or ()):
                    if value:
                        good, wrong = import_names.addresses(value)
                        found[place] += [each for each in good if each not in found[place]]
                        if wrong is not None:
                            self.warn(place, "address_dropped", {"value": wrong[:100], "column": self.names_of[name]})
            self.put("emails", ["\n".join(each) for each in found])
            self.put("email", [each[0] if each else "" for each in found])
        if any(self.has(name) for name in _PHONES):
            self._phones()

    def _phones(self):
        found = [{} for _each in range(self.count)]
        for name in _PHONES:
            for place, value in enumerate(self.get(name) or ()):
                if value:
                    digits = import_names.phone_digits(value)
                    if 4 <= len(digits) <= 25 and len(value) <= 100:
                        found[place].setdefault(digits, _one_line(value))
                    else:
                        self.warn(place, "value_dropped", {"column": self.names_of[name], "value": value[:100]})
        self.put("phones", ["\n".join(each.values()) for each in found])
        self.put("phone", [next(iter(each.values()), "") for each in found])

    def composed(self):
        """Values made of several columns."""
        self._joined("street", " ", ("streetnumber", "address", "streettype"))
        self._joined("guardian_name", " ", ("contacttitle", "contactfirstname", "contactname"))
        self._joined("alternate_address", "\n", (
            ("b_streetnumber", "b_address", "b_streettype"), "b_address2", ("b_zipcode", "b_city"), "b_state",
            "b_country", "contactnote"))
        self._joined("contact_person", "\n", (
            ("altcontacttitle", "altcontactfirstname", "altcontactsurname"), "altcontactaddress1",
            "altcontactaddress2", ("altcontactzipcode", "altcontactaddress3"), "altcontactstate", "altcontactcountry",
            "altcontactphone"))

    def _joined(self, target, separator, parts):
        names = [name for part in parts for name in ((part,) if isinstance(part, str) else part)]
        if not any(self.has(name) for name in names):
            return
        columns = []
        for part in parts:
            group = [self.get(name) for name in ((part,) if isinstance(part, str) else part)]
            group = [values for values in group if values is not None]
            if group:
                columns.append(_join(group, " "))
        self.put(target, _join(columns, separator) if columns else None)

    # what makes a row fit to be taken ----------------------------------------------------------------------------

    def demand(self, required):
        import numpy as np

        anonymous = self.out.get("is_anonymised", self._empty()) == True  # noqa: E712 an array of objects
        keys = [self.out[name] for name in ("card", "ils", "sso", "email") if name in self.out]
        keyless = np.ones(self.count, dtype=bool)
        for column in keys:
            keyless &= column == None  # noqa: E711 an array of objects
        hidden = keyless & np.array([value is None for value in self.out.get("name", self._empty())], dtype=bool)
        for place in hidden.nonzero()[0].tolist():
            if "borrowernumber" in self.names_of and self.names_of["borrowernumber"].lower() == "patron_id":
                self.refuse(place, "redacted", {})
        for name in required:
            if name == "surname" and not self.has(name) and self.has("name"):
                name = "name"  # a table with the whole name in one column
            values = self.cells.get(name)
            empty = np.ones(self.count, dtype=bool) if values is None else values == ""
            if name in ("surname", "name"):
                empty = empty & ~anonymous
            for place in empty.nonzero()[0].tolist():
                self.refuse(place, "missing_value", {"column": self.names_of.get(name, name)})
        for place in keyless.nonzero()[0].tolist():
            self.refuse(place, "no_key", {})

    def once(self, seen):
        for name in ("cardnumber", "borrowernumber"):
            for place, value in enumerate(self.get(name) or ()):
                if not value or self.bad[place]:
                    continue
                key = (name, "".join(value.split()).upper() if name == "cardnumber" else value)
                before = seen.setdefault(key, int(self.lines[place]))
                if before != self.lines[place]:
                    params = {"column": self.names_of[name], "value": value, "line": before}
                    self.refuse(place, "duplicate_value", params)

    def result(self):
        import pandas as pd

        rows = pd.DataFrame(self.out, index=self.frame.index, dtype=object)
        refused = []
        for place, (code, params) in sorted(self.reasons.items()):
            raw = {column: str(value) for column, value in zip(self.frame.columns, self.frame.iloc[place], strict=True)}
            refused.append(Refused(int(self.lines[place]), code, params, raw))
        warnings = self.warnings
        if refused:
            rows = rows[~self.bad]
            lines = {each.line for each in refused}
            warnings = [each for each in warnings if each.line not in lines]
        return Normalised(rows, refused, warnings)


def _one_line(text):
    return " ".join(text.split()) if "\n" in text or "  " in text else text


def _join(columns, separator):
    """Texts of several columns joined row by row, without empty ones."""
    if len(columns) == 1:
        return columns[0]
    return [separator.join(filter(None, parts)) for parts in zip(*columns, strict=True)]
