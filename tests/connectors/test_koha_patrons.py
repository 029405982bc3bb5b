"""What becomes of Koha's patrons: every column, names, dates, identities, refusals."""

import json

import pandas as pd
import pytest

from library_crm.connectors import koha_patrons
from library_crm.connectors.koha_columns import ALIASES, COLUMNS
from library_crm.lib import import_names

# the import order of Koha's manual, with what later versions added
KOHA_CSV = """
cardnumber surname firstname title othernames initials streetnumber streettype address address2 city state zipcode
country email phone mobile fax emailpro phonepro B_streetnumber B_streettype B_address B_address2 B_city B_state
B_zipcode B_country B_email B_phone dateofbirth branchcode categorycode dateenrolled dateexpiry gonenoaddress lost
debarred debarredcomment contactname contactfirstname contacttitle guarantorid borrowernotes relationship ethnicity
ethnotes sex password flags userid opacnote contactnote sort1 sort2 altcontactfirstname altcontactsurname
altcontactaddress1 altcontactaddress2 altcontactaddress3 altcontactstate altcontactzipcode altcontactcountry
altcontactphone smsalertnumber privacy patron_attributes borrowernumber preferred_name middle_name pronouns
date_renewed sms_provider_id privacy_guarantor_checkouts privacy_guarantor_fines checkprevcheckout updated_on lastseen
lang login_attempts overdrive_auth_token anonymized autorenew_checkouts primary_contact_method protected auth_method
password_expiration_date
""".split()


def one(date_format="%d/%m/%Y", **values):
    """The row that one patron gives, without empty cells."""
    base = {"cardnumber": "C1", "surname": "Doe", "branchcode": "MAIN", "categorycode": "STU"}
    frame = pd.DataFrame([{**base, **values}], index=[2])
    taken = koha_patrons.normalise(frame, date_format)
    assert not taken.refused, taken.refused
    return taken.rows.iloc[0].dropna().to_dict()


def refusals(*rows, date_format="%d/%m/%Y", **options):
    base = {"cardnumber": "", "surname": "Doe", "branchcode": "MAIN", "categorycode": "STU"}
    frame = pd.DataFrame([{**base, "cardnumber": f"C{line}", **row} for line, row in enumerate(rows, 2)],
                         index=range(2, len(rows) + 2)).fillna("")
    taken = koha_patrons.normalise(frame, date_format, **options)
    assert len(taken.rows) + len(taken.refused) == len(rows)
    return [(each.line, each.code, each.params) for each in taken.refused]


# Columns ----------------------------------------------------------------------------------------------------------

def test_every_column_has_a_place():
    """Feature: 11.1, 11.2"""
    places = koha_patrons.header_map(KOHA_CSV)
    assert [name for name, target in places.items() if target.reason == "unknown"] == []
    assert {name for name, target in places.items() if "never read" in (target.reason or "")} == {
        "password", "overdrive_auth_token", "ethnicity", "ethnotes"}
    assert all(target.reason for target in places.values() if target.kind == "ignored")


def test_every_field_of_the_api_has_a_place():
    """Feature: 11.1"""
    from tests.rig.koha_schema import PATRON, PATRON_EMBEDDED

    places = koha_patrons.header_map([*PATRON, *PATRON_EMBEDDED])
    assert [name for name, target in places.items() if target.reason == "unknown"] == []
    assert set(ALIASES.values()) <= set(COLUMNS)


def test_columns_by_name_in_any_order_and_spelling():
    names = ["CategoryCode", "SURNAME", "branchcode ", "Card Number", "email", "cardnumber", "unheard of"]
    places = koha_patrons.header_map(names)
    assert places["CategoryCode"].name == "type_code" and places["branchcode "].name == "branch_code"
    assert places["cardnumber"].name == "card" and places["unheard of"].reason == "unknown"


def test_all_columns_at_once():
    """Feature: 11.2"""
    row = one(
        borrowernumber="17", firstname="Jane", middle_name="Q.", preferred_name="Janie", title="Dr", othernames="J.",
        pronouns="she", streetnumber="4", address="Mill Road", streettype="Rd", address2="Flat 2", city="Leeds",
        state="WY", zipcode="LS1", country="UK", email="Jane@Example.org", emailpro="jane@work.example",
        phone="+44 (0)117 1", mobile="0117 22", smsalertnumber="0117-22", phonepro="0117 33", fax="0117 44",
        B_streetnumber="9", B_address="Home Lane", B_city="York", B_zipcode="YO1", B_email="home@example.org",
        B_phone="0117 55", contactnote="ring twice", dateofbirth="03/02/2001", dateenrolled="01/09/2020",
        dateexpiry="31/08/2026", date_renewed="2024-09-01", gonenoaddress="1", lost="0", debarred="01/01/2026",
        debarredcomment="late", contactname="Doe", contactfirstname="Mary", contacttitle="Mrs", relationship="mother",
        borrowernotes="staff", opacnote="patron", sex="F", userid="jdoe", sort1="A", sort2="B",
        altcontactfirstname="Tom", altcontactsurname="Roe", altcontactaddress1="1 Way", altcontactaddress3="Hull",
        altcontactzipcode="HU1", altcontactphone="0117 66", privacy="2", updated_on="2025-05-01 10:00:00",
        lastseen="2025-05-02 11:00:00", lang="zh-Hant-TW", anonymized="0", patron_attributes="A:1,B:2")
    assert row == {
        "ils": "17", "card": "C1", "sso": "jdoe", "surname": "Doe", "firstname": "Jane", "name": "Jane Q. Doe",
        "preferred_name": "Janie", "honorific": "Dr", "other_names": "J.", "pronouns": "she",
        "street": "4 Mill Road Rd", "street2": "Flat 2", "city": "Leeds", "state_name": "WY", "zip": "LS1",
        "country_name": "UK", "email": "jane@example.org",
        "emails": "jane@example.org\njane@work.example\nhome@example.org",
        "phone": "+44 (0)117 1", "phones": "+44 (0)117 1\n0117 22\n0117 33\n0117 55",
        "alternate_address": "9 Home Lane\nYO1 York\nring twice", "date_of_birth": "2001-02-03",
        "date_enrolled": "2020-09-01", "date_expiry": "2026-08-31", "date_renewed": "2024-09-01",
        "is_address_wrong": True, "is_card_lost": False, "is_restricted": True, "date_restricted_until": "2026-01-01",
        "restriction_note": "late", "guardian_name": "Mrs Mary Doe", "guardian_relation": "mother",
        "ils_staff_note": "staff", "ils_patron_note": "patron", "gender": "female", "statistics_1": "A",
        "statistics_2": "B", "contact_person": "Tom Roe\n1 Way\nHU1 Hull\n0117 66", "ils_privacy": "2",
        "date_ils_updated": "2025-05-01 10:00:00", "date_last_seen": "2025-05-02", "lang": "zh_TW",
        "is_anonymised": False, "branch_code": "MAIN", "type_code": "STU", "ils_attributes": '{"A": "1", "B": "2"}'}


def test_columns_that_are_not_there_are_not_in_the_row():
    frame = pd.DataFrame([{"cardnumber": "C1", "surname": "Doe", "branchcode": "M", "categorycode": "S", "email": ""}])
    rows = koha_patrons.normalise(frame).rows
    assert set(rows.columns) == {"card", "surname", "firstname", "name", "branch_code", "type_code", "email", "emails"}
    assert rows["email"].tolist() == [None], "there, and says nothing"


def test_other_systems_by_mapping():
    """Feature: 11.1"""
    frame = pd.DataFrame([{"Ausweis": "77", "Name": "Jane Doe", "Fach": "PHYS", "Stufe": "Master", "cardnumber": "x"}])
    mapping = {"Ausweis": "cardnumber", "Name": "name", "Fach": "affiliation", "Stufe": "degree_stage"}
    taken = koha_patrons.normalise(frame, mapping=mapping, required=("surname",))
    assert taken.rows.iloc[0].to_dict() == {
        "card": "77", "name": "Jane Doe", "affiliation_code": "PHYS", "degree_stage": "master"}


# Values -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("first", "last", "name"), [
    ("晓燕", "王", "王晓燕"), ("思远", "欧阳", "欧阳思远"), ("花子", "山田", "山田花子"), ("민준", "김", "김민준"),
    ("Jane", "Doe", "Jane Doe"), ("", "Doe", "Doe"), ("", "王晓燕", "王晓燕"), ("Xiaoyan", "王", "Xiaoyan 王"),
    ("Jane  Q.", "van\nDoe", "Jane Q. van Doe"), ('=HYPERLINK("http://x")', "Doe", '=HYPERLINK("http://x") Doe')])
def test_names(first, last, name):
    """Feature: 11.2"""
    assert one(firstname=first, surname=last)["name"] == name


def test_preferred_name_that_says_nothing_new():
    assert "preferred_name" not in one(firstname="Jane", preferred_name="Jane")
    assert one(firstname="Jane", preferred_name="Jo")["preferred_name"] == "Jo"


@pytest.mark.parametrize(("text", "values"), [
    ("A:1", {"A": "1"}), ("A:1,B:2", {"A": "1", "B": "2"}), ('"A:1","B:2"', {"A": "1", "B": "2"}),
    ('"A:1,5","B:x:y"', {"A": "1,5", "B": "x:y"}), ("A:one, two,B:3", {"A": "one, two", "B": "3"}),
    ("A:1,A:2,A:1", {"A": ["1", "2"]}), ('[{"type": "A", "value": "1"}]', {"A": "1"}),
    ('"A:say ""x"""', {"A": 'say "x"'}), ("院系:物理", {"院系": "物理"}), ("A:", None), ("", None)])
def test_attributes(text, values):
    """Feature: 11.1"""
    found = one(patron_attributes=text).get("ils_attributes")
    assert (json.loads(found) if found else None) == values


@pytest.mark.parametrize("text", ["nonsense", ":x", '[{"type": 1}]', "[1", '"A'])
def test_attributes_that_cannot_be_read(text):
    frame = pd.DataFrame([{"cardnumber": "C1", "surname": "D", "branchcode": "M", "categorycode": "S",
                           "patron_attributes": text}], index=[9])
    taken = koha_patrons.normalise(frame)
    assert taken.rows["ils_attributes"].tolist() == [None]
    assert [(each.line, each.code) for each in taken.warnings] == [(9, "value_dropped")]


@pytest.mark.parametrize(("text", "addresses", "wrong"), [
    ("a@b.org", ["a@b.org"], None), ("A@B.Org; c@d.org", ["a@b.org", "c@d.org"], None),
    ("Jane Doe <jane@doe.example>", ["jane@doe.example"], None), ("mailto:x@y.org", ["x@y.org"], None),
    ("ü@müller.example", ["ü@müller.example"], None), ("nobody", [], "nobody"), ("a@b", [], "a@b"),
    ("a@@b.org", [], "a@@b.org"), ("@b.org", [], "@b.org"), ("a b@c.org", ["b@c.org"], None),
    ("x" * 300 + "@b.org", [], "x" * 300 + "@b.org")])
def test_mail_addresses(text, addresses, wrong):
    assert import_names.addresses(text) == (addresses, wrong)


def test_bad_address_is_left_out_and_the_patron_is_taken():
    """Feature: 11.2"""
    frame = pd.DataFrame([{"cardnumber": "C1", "surname": "D", "branchcode": "M", "categorycode": "S",
                           "email": "no address", "emailpro": "ok@example.org", "phone": "none"}])
    taken = koha_patrons.normalise(frame)
    assert (taken.rows["email"].tolist(), taken.refused) == (["ok@example.org"], [])
    assert [(each.code, each.params["value"]) for each in taken.warnings] == [
        ("address_dropped", "no address"), ("value_dropped", "none")]


@pytest.mark.parametrize(("code", "lang"), [
    ("en", "en_US"), ("zh-Hans-CN", "zh_CN"), ("zh-Hant-TW", "zh_TW"), ("de-DE", "de_DE"), ("fr-CA", "fr_CA"),
    ("default", None), ("", None), ("???", None)])
def test_languages(code, lang):
    assert one(lang=code).get("lang") == lang


@pytest.mark.parametrize(("value", "until", "restricted"), [
    ("", None, None), ("31/12/2027", "2027-12-31", True), ("9999-12-31", None, True), ("1", None, True),
    ("0", None, False)])
def test_restrictions(value, until, restricted):
    row = one(debarred=value)
    assert (row.get("date_restricted_until"), row.get("is_restricted")) == (until, restricted)


def test_moments_are_told_in_utc():
    frame = pd.DataFrame([{"cardnumber": f"C{number}", "surname": "D", "branchcode": "M", "categorycode": "S",
                           "updated_on": text} for number, text in enumerate(
                               ["2025-07-01 12:00:00", "2025-07-01T12:00:00+02:00", "2025-07-01T12:00:00Z", ""])])
    found = koha_patrons.normalise(frame, timezone="Europe/Berlin").rows["date_ils_updated"].tolist()
    assert found == ["2025-07-01 10:00:00", "2025-07-01 10:00:00", "2025-07-01 12:00:00", None]


# Refusals ---------------------------------------------------------------------------------------------------------

def test_missing_values():
    """Feature: 11.1"""
    assert refusals({}, {"surname": " "}, {"branchcode": ""}, {"categorycode": ""}, {"cardnumber": ""}) == [
        (3, "missing_value", {"column": "surname"}), (4, "missing_value", {"column": "branchcode"}),
        (5, "missing_value", {"column": "categorycode"}), (6, "no_key", {})]


@pytest.mark.parametrize("text", [
    "31/02/2025", "00/01/2025", "2025-13-01", "1/2/25", "yesterday", "2025", "32.01.2025"])
def test_impossible_dates(text):
    """Feature: 11.1"""
    assert refusals({}, {"dateofbirth": text}, {"dateexpiry": "01/01/2027"}) == [
        (3, "bad_date", {"column": "dateofbirth", "value": text})]


def test_dates_that_say_nothing():
    assert refusals({"dateofbirth": "0000-00-00"}, {"dateofbirth": ""}, {"dateofbirth": "00/00/0000"}) == []


def test_same_card_twice():
    """Feature: 11.1"""
    found = refusals({"cardnumber": "A 1"}, {"cardnumber": "B"}, {"cardnumber": "a1"},
                     {"cardnumber": "B", "surname": ""},
                     {"cardnumber": "C", "borrowernumber": "5"}, {"cardnumber": "D", "borrowernumber": "5"})
    assert found == [
        (4, "duplicate_value", {"column": "cardnumber", "value": "a1", "line": 2}),
        (5, "missing_value", {"column": "surname"}),
        (7, "duplicate_value", {"column": "borrowernumber", "value": "5", "line": 6})]


def test_same_card_in_another_piece():
    seen = {}
    assert refusals({"cardnumber": "A"}, seen=seen) == []
    assert refusals({"cardnumber": "A"}, seen=seen) == [], "the same line again is the same row"
    frame = pd.DataFrame([{"cardnumber": "A", "surname": "D", "branchcode": "M", "categorycode": "S"}], index=[900])
    assert [each.params["line"] for each in koha_patrons.normalise(frame, seen=seen).refused] == [2]


def test_refused_row_comes_back_as_it_came():
    row = {"cardnumber": " C1 ", "surname": "", "branchcode": "M", "categorycode": "S", "unknown": " x "}
    (refused,) = koha_patrons.normalise(pd.DataFrame([row], index=[5])).refused
    assert refused.raw == row and refused.line == 5


def test_anonymised_patron_needs_no_name():
    """Feature: 11.1"""
    frame = pd.DataFrame([{"borrowernumber": "5", "surname": "", "branchcode": "M", "categorycode": "S",
                           "anonymized": "1"},
                          {"borrowernumber": "6", "surname": "zx81", "branchcode": "M", "categorycode": "S",
                           "anonymized": "1"}])
    taken = koha_patrons.normalise(frame)
    assert (taken.refused, taken.rows["is_anonymised"].tolist()) == ([], [True, True])
    assert taken.rows["name"].tolist() == [None, None]


def test_values_too_long_for_an_index():
    assert [code for _line, code, _params in refusals(
        {"cardnumber": "1" * 201}, {"surname": "x" * 201}, {"city": "y" * 500})] == ["value_too_long"] * 3


# Speed ------------------------------------------------------------------------------------------------------------

def test_hundred_thousand_patrons(tmp_path):
    """A tenth of them in a tenth of the time that an import may spend on reading."""
    import time

    from benchmarks.koha_files import write_patrons
    from library_crm.connectors import table_file

    path = write_patrons(tmp_path / "patrons.csv", 10_000)
    facts, seen = table_file.inspect(path), {}
    begun = time.process_time()
    count = 0
    for piece in table_file.chunks(path, facts):
        taken = koha_patrons.normalise(piece.frame, facts.date_format, seen=seen)
        assert not taken.refused and not taken.warnings
        count += len(taken.rows)
    assert count == 10_000
    assert time.process_time() - begun < 1
    assert not any("hidden" in str(value) for value in taken.rows.iloc[0])
