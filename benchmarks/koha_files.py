"""Files as Koha exports them, of any size: patrons with every column, and years of circulation.

The same seed gives the same file. Use is uneven as in life: few patrons borrow much, few items are borrowed often, and
nothing happens at night.
"""

import csv
import io
from pathlib import Path

import numpy as np

from .texts import FAMILY_EN, GIVEN_EN, NAMES_ZH

PATRON_HEADER = (
    "borrowernumber", "cardnumber", "surname", "firstname", "preferred_name", "middle_name", "title", "othernames",
    "initials", "pronouns", "streetnumber", "streettype", "address", "address2", "city", "state", "zipcode", "country",
    "email", "phone", "mobile", "fax", "emailpro", "phonepro", "B_streetnumber", "B_streettype", "B_address",
    "B_address2", "B_city", "B_state", "B_zipcode", "B_country", "B_email", "B_phone", "dateofbirth", "branchcode",
    "categorycode", "dateenrolled", "dateexpiry", "date_renewed", "gonenoaddress", "lost", "debarred",
    "debarredcomment", "contactname", "contactfirstname", "contacttitle", "borrowernotes", "relationship", "sex",
    "password", "flags", "userid", "opacnote", "contactnote", "sort1", "sort2", "altcontactfirstname",
    "altcontactsurname", "altcontactaddress1", "altcontactaddress2", "altcontactaddress3", "altcontactstate",
    "altcontactzipcode", "altcontactcountry", "altcontactphone", "smsalertnumber", "privacy", "updated_on", "lastseen",
    "lang", "patron_attributes",
)
CIRCULATION_HEADER = (
    "datetime", "branch", "type", "borrowernumber", "itemnumber", "itemcallnumber", "ccode", "itemtype", "title",
)
BRANCHES = ("MAIN", "SCI", "LAW", "MED", "ART")
CATEGORIES = ("STU", "PHD", "FAC", "STAFF", "PUB")
STREETS = ("Harbour Lane", "Mill Road", "Linden Street", "College Walk", "Station Road", "学府路", "人民大街")
CITIES = ("Bristol", "Leeds", "Aarhus", "Ghent", "杭州", "武汉")
# class marks of the Chinese scheme, in about the shares of a university library
MARKS = ("TP311.1", "TP391", "TP18", "I247.5", "I712.45", "O13", "O4", "K928", "K249", "F270", "F830", "H31", "G254",
         "D922", "B84", "R4", "Q1", "J2", "TN91", "TU2", "X5", "C91", "S6", "V2", "U4", "P5", "N0", "Z2", "E2", "A84")
_SECONDS = 86_400


def _dates(rng, count, first, last, date_format):
    """Days between two ISO dates, as texts."""
    start, stop = np.datetime64(first), np.datetime64(last)
    days = np.arange(start, stop)
    texts = np.array([day.strftime(date_format) for day in days.astype(object).tolist()], dtype=object)
    return texts[rng.integers(0, len(days), count)]


def write_patrons(path, n, seed=1, *, date_format="%Y-%m-%d", encoding="utf-8", separator=",", first=1,
                  password="hidden-{}"):
    """A patron export of Koha.

    :param int n: how many patrons
    :param int first: number of the first patron; the same number is the same card in every file
    :param str password: what stands in the column that nobody may read, with the patron's number
    :return: the path
    """
    rng = np.random.default_rng(seed)
    ids = np.arange(first, first + n)
    zh = rng.random(n) < 0.3
    picks = {name: rng.integers(0, 1 << 30, n) for name in ("given", "family", "place", "branch", "category", "misc")}
    born = _dates(rng, n, "1950-01-01", "2008-01-01", date_format)
    enrolled = _dates(rng, n, "2018-01-01", "2025-01-01", date_format)
    expiry = _dates(rng, n, "2025-01-01", "2028-01-01", date_format)
    changed = _dates(rng, n, "2024-01-01", "2025-06-01", date_format)
    privacy = np.where(rng.random(n) < 0.03, 2, 1)
    table = {name: [""] * n for name in PATRON_HEADER}
    table["borrowernumber"] = [str(each) for each in ids]
    table["cardnumber"] = [f"C{each:08d}" for each in ids]
    names = [_name(number, chinese, picks["given"][place], picks["family"][place])
             for place, (number, chinese) in enumerate(zip(ids.tolist(), zh.tolist(), strict=True))]
    table["surname"], table["firstname"] = [each[0] for each in names], [each[1] for each in names]
    table["email"] = [f"patron{each}@patrons.example.org" for each in ids]
    table["phone"] = [f"+44 117 {each:07d}" if each % 3 else "" for each in ids.tolist()]
    table["streetnumber"] = [str(pick % 200 + 1) for pick in picks["misc"].tolist()]
    table["address"] = [STREETS[pick % len(STREETS)] for pick in picks["place"].tolist()]
    table["city"] = [CITIES[pick % len(CITIES)] for pick in picks["place"].tolist()]
    table["zipcode"] = [f"BS{pick % 40}" for pick in picks["misc"].tolist()]
    table["dateofbirth"], table["dateenrolled"], table["dateexpiry"] = born, enrolled, expiry
    table["branchcode"] = [BRANCHES[pick % len(BRANCHES)] for pick in picks["branch"].tolist()]
    table["categorycode"] = [CATEGORIES[pick % len(CATEGORIES)] for pick in picks["category"].tolist()]
    table["gonenoaddress"], table["lost"] = ["0"] * n, ["0"] * n
    table["sex"] = [("F", "M", "")[pick % 3] for pick in picks["misc"].tolist()]
    table["password"] = [password.format(each) for each in ids]
    table["userid"] = [f"user{each}" for each in ids]
    table["sort1"] = [f"F{pick % 12:02d}" for pick in picks["misc"].tolist()]
    table["privacy"] = [str(each) for each in privacy]
    table["updated_on"] = [f"{day} 12:30:00" for day in changed.tolist()]
    table["lang"] = ["zh-Hans-CN" if each else "en" for each in zh.tolist()]
    table["patron_attributes"] = [f"DEPT:D{pick % 30},YEAR:{pick % 5 + 1}" for pick in picks["misc"].tolist()]
    with open(path, "w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=separator)
        writer.writerow(PATRON_HEADER)
        writer.writerows(zip(*table.values(), strict=True))
    return Path(path)


def _name(number, chinese, given, family):
    if chinese:
        name = NAMES_ZH[given % len(NAMES_ZH)]
        return name[0], name[1:]
    return FAMILY_EN[family % len(FAMILY_EN)], GIVEN_EN[given % len(GIVEN_EN)]


def write_circulation(path, n_events, n_patrons, seed=1, *, first_day="2021-01-01", days=1826, date_format="%Y-%m-%d",
                      n_items=None, title="Title of item {}", encoding="utf-8", first_patron=1):
    """An export of Koha's statistics, sorted by time.

    :param str title: what stands in the column of titles, with the item's number
    :return: the path
    """
    rng = np.random.default_rng(seed)
    n_items = n_items or max(n_events // 15, 10)
    moments = np.sort(rng.integers(0, days, n_events) * _SECONDS + rng.integers(9 * 3600, 21 * 3600, n_events))
    patrons = (rng.pareto(1.2, n_events) * n_patrons / 12).astype(np.int64) % n_patrons + first_patron
    items = (rng.pareto(1.5, n_events) * n_items / 8).astype(np.int64) % n_items + 1
    kinds = np.array(["issue", "renew", "return", "localuse"], dtype=object)[
        np.searchsorted([0.8, 0.9, 0.95], rng.random(n_events))]
    branches = np.array(BRANCHES, dtype=object)[patrons % len(BRANCHES)]
    start = np.datetime64(first_day, "s")
    names = {day: (np.datetime64(first_day) + day).astype(object).strftime(date_format) for day in range(days)}
    clocks = np.datetime_as_string(start + np.arange(_SECONDS).astype("m8[s]"))
    clocks = [clock[11:] for clock in clocks.tolist()]
    with open(path, "w", encoding=encoding, newline="") as stream:
        stream.write(",".join(CIRCULATION_HEADER) + "\r\n")
        for begin in range(0, n_events, 100_000):
            part = slice(begin, begin + 100_000)
            out = io.StringIO()
            columns = [each[part].tolist() for each in (moments, branches, kinds, patrons, items)]
            for moment, branch, kind, patron, item in zip(*columns, strict=True):
                day, second = divmod(moment, _SECONDS)
                out.write(f"{names[day]} {clocks[second]},{branch},{kind},{patron},{item},"
                          f"{MARKS[item * item % len(MARKS)]}/{item % 97},GEN,BK,{title.format(item)}\r\n")
            stream.write(out.getvalue())
    return Path(path)
