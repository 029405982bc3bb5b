"""Koha's REST API against a server that follows its definition, in fair and in foul weather."""

import itertools
from datetime import datetime, timedelta, timezone

import pytest

from library_crm.connectors import koha_circulation, koha_patrons
from library_crm.connectors.koha_rest import BasicAuth, ClientCredentials, KohaClient
from library_crm.connectors.messages import SENTENCES, ApiRefused
from tests.rig import koha_schema
from tests.rig.koha import (
    FakeKoha,
    busy,
    cut_json,
    fine,
    hang_up,
    html_page,
    redirect,
    says,
    slow,
    status,
)

KEY = ClientCredentials("key", "s3cret")
ACCOUNT = BasicAuth("api_user", "pa:ss wörd")
SECRETS = ("s3cret", "pa:ss", "wörd", "Bearer", "Basic")


@pytest.fixture
def koha():
    with FakeKoha(offset_hours=2) as server:
        yield server


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(koha, waits):
    def make(auth=KEY, **options):
        return KohaClient(koha.url, auth, sleep=waits.append, **{"timeout": (2, 2), "jitter": lambda: 0, **options})
    return make


def numbers(pages):
    return [int(each) for page in pages for each in page.frame["patron_id"]]


def refusal(call):
    with pytest.raises(ApiRefused) as caught:
        list(call())
    chain, error = [], caught.value
    while error is not None:
        chain.append(f"{error!r} {error}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert not any(secret in text for secret in SECRETS for text in chain)
    assert caught.value.code in SENTENCES
    return caught.value


# The fake keeps to the definition ---------------------------------------------------------------------------------

def test_fake_follows_the_definition(koha):
    """Feature: 11.1"""
    koha.add_patron(1, {"DEPT": "D1"}, date_of_birth="2001-02-03", last_seen=koha.moment("2025-01-02 03:04:05"))
    koha.add_patron(2, library_id="OTHER")
    koha.add_checkout(7, 1, 70, "2025-02-03 10:00:00", renewed="2025-02-20 09:00:00", callnumber="TP311/4")
    koha.hidden_libraries = {"OTHER"}
    rights = {"borrowers", "circulate", "catalogue"}
    patrons, total = koha.answer("/patrons", {}, ["extended_attributes"], rights)
    assert total == 2
    full = {**koha_schema.PATRON, **koha_schema.PATRON_EMBEDDED}
    assert koha_schema.breaches(patrons[0], full, koha_schema.PATRON_REQUIRED) == []
    assert set(patrons[0]) == {*koha_schema.PATRON, "extended_attributes"}
    assert koha_schema.breaches(patrons[0]["extended_attributes"][0], koha_schema.ATTRIBUTE) == []
    assert koha_schema.breaches(patrons[1], full, koha_schema.PATRON_REQUIRED, redacted=True) == []
    assert [name for name, value in patrons[1].items() if value is not None] == ["library_id"]
    loans, _total = koha.answer("/checkouts", {}, [], rights)
    assert set(loans[0]) == set(koha_schema.CHECKOUT)
    assert koha_schema.breaches(loans[0], koha_schema.CHECKOUT) == []


def test_breach_of_the_definition_is_noticed():
    record = {"patron_id": "1", "privacy": True, "updated_on": "2025-01-01 10:00:00", "date_of_birth": "01/02/2025",
              "nickname": "x", "surname": None}
    found = koha_schema.breaches(record, koha_schema.PATRON, koha_schema.PATRON_REQUIRED)
    assert len(found) == 7


# Fair weather -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("auth", [KEY, ACCOUNT])
def test_all_pages_in_order(koha, client, auth):
    """Feature: 11.1"""
    koha.add_patrons(45)
    pages = list(client(auth).patrons(per_page=20))
    assert [(page.number, page.next_number, page.total, len(page.frame)) for page in pages] == [
        (1, 2, 45, 20), (2, 3, 45, 20), (3, None, 45, 5)]
    assert numbers(pages) == list(range(1, 46))
    assert pages[2].frame.index.tolist() == [41, 42, 43, 44, 45]
    assert numbers(client(auth).patrons(per_page=20, first_page=3)) == list(range(41, 46))


def test_nothing_to_read(client):
    pages = list(client().patrons())
    assert [(len(page.frame), page.next_number, page.newest) for page in pages] == [(0, None, None)]
    rows = koha_patrons.normalise(pages[0].frame)
    assert len(rows.rows) == 0 and not rows.refused
    for returned in (False, True):
        (page,) = client().checkouts(returned=returned)
        assert len(koha_circulation.normalise(page.frame).rows) == 0


def test_pages_without_link_or_total(koha, client, monkeypatch):
    """A proxy may drop the headers; a short page is the last one."""
    koha.add_patrons(25)
    monkeypatch.setattr("tests.rig.koha._Handler._paging", lambda *_arguments: {})
    assert numbers(client().patrons(per_page=10)) == list(range(1, 26))


def test_server_that_repeats_a_page_is_left(koha, client):
    koha.add_patrons(3)
    koha.weather = [says(b'[{"patron_id": 1}]', {"Link": '<x>; rel="next"'}) for _each in range(3)]
    assert refusal(lambda: client().patrons(per_page=1)).code == "api_bad_records"


def test_only_changes_since(koha, client):
    """Feature: 11.1"""
    for day in range(1, 11):
        koha.add_patron(day, updated_on=koha.moment(f"2025-03-{day:02d} 12:00:00"))
    since = datetime(2025, 3, 6, 12, tzinfo=timezone.utc)
    pages = list(client().patrons(since, overlap=timedelta(hours=1)))
    assert numbers(pages) == [6, 7, 8, 9, 10]
    assert pages[-1].newest == datetime(2025, 3, 10, 12, tzinfo=timezone.utc)
    # the margin is for clocks and zones that differ
    assert numbers(client().patrons(since)) == [5, 6, 7, 8, 9, 10]
    assert numbers(client().patrons(since.replace(tzinfo=None), overlap=timedelta())) == [6, 7, 8, 9, 10]


def test_nothing_is_missed_between_two_fetches(koha, client):
    koha.add_patrons(5)
    newest = list(client().patrons())[-1].newest
    koha.add_patron(3, updated_on=koha.moment("2025-01-01 08:00:00"), firstname="Changed in the same second")
    frame = next(client().patrons(newest)).frame
    assert "Changed in the same second" in set(frame["firstname"])


def test_older_koha_without_embeds(koha, client):
    koha.embeds["/patrons"] = set()
    koha.add_patrons(3)
    assert numbers(client().patrons(per_page=2)) == [1, 2, 3]


def test_secret_columns_do_not_arrive(koha, client):
    koha.add_patron(1, overdrive_auth_token="tok", login_attempts=3, sms_provider_id=4)
    frame = next(client().patrons()).frame
    assert not {"overdrive_auth_token", "login_attempts", "sms_provider_id", "autorenew_checkouts"} & set(frame.columns)


def test_check_counts(koha, client):
    koha.add_patrons(12)
    assert client().check() == 12
    assert client(ACCOUNT).check() == 12


# The same rows as from a file -------------------------------------------------------------------------------------

def test_patron_as_from_a_file(koha, client):
    """Feature: 11.1"""
    import pandas as pd

    koha.add_patron(
        5, {"DEPT": "D1", "YEAR": "2"}, surname="Doe", firstname="Jane", email="Jane@Example.org", phone="+44 117 1",
        date_of_birth="2001-02-03", privacy=2, lang="zh-Hans-CN", gender="F", incorrect_address=True,
        updated_on=koha.moment("2025-05-01 10:00:00"), userid="jdoe", expiry_date="2026-01-31", statistics_1="S",
        altaddress_city="Leeds", altcontact_surname="Roe", secondary_email="jane@work.example", street_number="4",
        address="Mill Road", staff_notes="note")
    api = koha_patrons.normalise(next(client().patrons()).frame)
    file = koha_patrons.normalise(pd.DataFrame([{
        "borrowernumber": "5", "cardnumber": "C00000005", "surname": "Doe", "firstname": "Jane",
        "email": "Jane@Example.org", "phone": "+44 117 1", "dateofbirth": "03/02/2001", "privacy": "2",
        "lang": "zh-Hans-CN", "sex": "F", "gonenoaddress": "1", "lost": "0", "updated_on": "01/05/2025 12:00:00",
        "userid": "jdoe", "dateexpiry": "31/01/2026", "sort1": "S", "B_city": "Leeds", "altcontactsurname": "Roe",
        "emailpro": "jane@work.example", "streetnumber": "4", "address": "Mill Road", "borrowernotes": "note",
        "branchcode": "MAIN", "categorycode": "STU", "patron_attributes": "DEPT:D1,YEAR:2",
    }]), "%d/%m/%Y", timezone="Etc/GMT-2")
    assert not api.refused and not file.refused and not api.warnings and not file.warnings
    mine, theirs = api.rows.iloc[0].dropna().to_dict(), file.rows.iloc[0].dropna().to_dict()
    # only the API says these
    assert mine.pop("is_restricted") is False and mine.pop("is_anonymised") is False
    assert mine == theirs
    assert mine["date_ils_updated"] == "2025-05-01 10:00:00"


def test_redacted_patron_is_refused_and_null_overwrites_nothing(koha, client):
    """Feature: 11.1"""
    koha.add_patron(1, phone=None)
    koha.add_patron(2, library_id="OTHER", email="x@example.org")
    koha.hidden_libraries = {"OTHER"}
    found = koha_patrons.normalise(next(client().patrons()).frame)
    assert found.rows["ils"].tolist() == ["1"]
    assert found.rows["phone"].tolist() == [None]
    assert [(each.line, each.code) for each in found.refused] == [(2, "redacted")]


def test_checkouts_become_events(koha, client):
    """Feature: 11.1"""
    koha.add_checkout(1, 5, 50, "2025-02-03 10:00:00", callnumber="TP311/4", note="a private note")
    koha.add_checkout(2, 6, 51, "2025-02-04 11:00:00", renewed="2025-02-20 09:00:00", callnumber="K928")
    koha.add_checkout(3, 6, 52, "2025-02-05 11:00:00", onsite_checkout=True)
    koha.add_checkout(4, 5, 53, "2025-01-05 11:00:00", returned="2025-01-20 10:00:00", callnumber="O13")
    page = next(client().checkouts())
    assert "a private note" not in page.frame.to_csv() and "external_id" not in page.frame
    events = koha_circulation.normalise(page.frame).rows.astype({"moment": str}).astype(object)
    shown = events[["patron_key", "moment", "kind", "branch_code", "class_mark", "item_key"]].values.tolist()
    # the wall clock of the library, as in its files
    assert [[None if each != each else each for each in row] for row in shown] == [
        ["5", "2025-02-03 12:00:00", "loan", "MAIN", "TP311/4", "50"],
        ["6", "2025-02-04 13:00:00", "loan", "MAIN", "K928", "51"],
        ["6", "2025-02-05 13:00:00", "onsite_use", "MAIN", None, "52"],
        ["6", "2025-02-20 11:00:00", "renewal", "MAIN", "K928", "51"],
    ]
    back = koha_circulation.normalise(next(client().checkouts(returned=True)).frame).rows
    assert back["item_key"].tolist() == ["53"]


def test_server_that_does_not_tell_call_numbers(koha, client):
    koha.clients["key"] = ("s3cret", {"circulate"})
    koha.add_checkout(1, 5, 50, "2025-02-03 10:00:00", callnumber="TP311/4")
    events = koha_circulation.normalise(next(client().checkouts()).frame).rows
    assert events["class_mark"].isna().all() and len(events) == 1


# Foul weather -----------------------------------------------------------------------------------------------------

def test_wrong_secret(koha, client):
    koha.add_patrons(1)
    for auth in (ClientCredentials("key", "wrong"), ClientCredentials("nobody", "s3cret"),
                 BasicAuth("api_user", "wrong")):
        assert refusal(client(auth).patrons).code == "api_unauthorised"
        assert "wrong" not in repr(auth)


def test_missing_right(koha, client):
    koha.clients["key"] = ("s3cret", {"circulate"})
    assert refusal(client().patrons).code == "api_forbidden"
    assert list(client().checkouts())


def test_token_is_renewed_before_it_runs_out(koha, client):
    koha.add_patrons(6)
    koha.token_seconds = 1000
    clock = itertools.count(0, 400)
    start = datetime(2025, 1, 1, tzinfo=timezone.utc)
    reader = client(now=lambda: start + timedelta(seconds=next(clock)))
    assert numbers(reader.patrons(per_page=1)) == [1, 2, 3, 4, 5, 6]
    assert len([each for each in koha.requests if each[0] == "POST"]) > 2


def test_token_that_was_withdrawn(koha, client):
    koha.add_patrons(4)
    pages = client().patrons(per_page=2)
    next(pages)
    koha.tokens.clear()
    assert numbers([next(pages)]) == [3, 4]
    koha.tokens.clear()
    koha.clients.clear()
    assert refusal(client().patrons).code == "api_unauthorised"


def test_401_once_is_not_the_end(koha, client, waits):
    koha.add_patrons(2)
    koha.weather = [status(401)]
    assert numbers(client().patrons()) == [1, 2]
    assert waits == []
    koha.weather = [status(401)]
    assert refusal(client(ACCOUNT).patrons).code == "api_unauthorised"


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_in_seconds(koha, client, waits, code):
    koha.add_patrons(2)
    koha.weather = [busy(7, code), busy(3, code)]
    assert numbers(client().patrons()) == [1, 2]
    assert waits == [7, 3]


def test_retry_after_as_a_date(koha, client, waits):
    koha.add_patrons(2)
    koha.weather = [busy("Wed, 01 Jan 2025 00:00:30 GMT")]
    reader = client(now=lambda: datetime(2025, 1, 1, tzinfo=timezone.utc))
    assert numbers(reader.patrons()) == [1, 2]
    assert waits == [30]


@pytest.mark.parametrize("header", ["soon", "-5", "", "1e9", "Wed, 99 Foo 2025", "٣"])
def test_retry_after_without_sense(koha, client, waits, header):
    koha.add_patrons(1)
    koha.weather = [busy(header), busy(header)]
    assert numbers(client().patrons()) == [1]
    assert waits == [1, 2]


def test_long_wait_is_left_to_the_caller(koha, client, waits):
    koha.weather = [busy(3600)]
    now = datetime(2025, 1, 1, tzinfo=timezone.utc)
    error = refusal(client(now=lambda: now).patrons)
    assert (error.code, error.retry_at, waits) == ("api_busy", now + timedelta(hours=1), [])


def test_waits_grow_and_end(koha, client, waits):
    koha.weather = [status(500)] * 9
    error = refusal(client(tries=5).patrons)
    assert (error.code, error.params, waits) == ("api_failed", {"status": 500}, [1, 2, 4, 8])
    assert error.retry_at is not None


def test_500_half_way_keeps_what_came_before(koha, client, waits):
    koha.add_patrons(6)
    koha.weather = [fine(), fine(), *[status(500)] * 5]
    got = []
    with pytest.raises(ApiRefused):
        for page in client().patrons(per_page=2):
            got.append(page)
    assert numbers(got) == [1, 2, 3, 4]
    assert numbers(client().patrons(per_page=2, first_page=got[-1].next_number)) == [5, 6]


@pytest.mark.parametrize(("effect", "code"), [
    (html_page(), "api_not_json"), (cut_json(), "api_not_json"), (cut_json(promised=True), "api_not_json"),
    (hang_up(), "api_unreachable"), (slow(1.2), "api_timeout"), (html_page(502), "api_failed"),
    (says(b"\xff\xfe\x00garbage"), "api_not_json"), (says(b"[" * 100_000), "api_not_json"), (says(b""), "api_not_json"),
])
def test_bad_answers(koha, client, waits, effect, code):
    koha.add_patrons(30)
    koha.weather = [effect]
    assert numbers(client(timeout=(1, 1)).patrons(per_page=50)) == list(range(1, 31)), "it passes"
    koha.weather = [effect] * 3
    assert refusal(client(timeout=(1, 1), tries=3).patrons).code == code


@pytest.mark.parametrize("body", [b'{"error": "x"}', b'"text"', b"null", b"[1, 2]", b'[{"patron_id": 1}, null]'])
def test_something_else_than_records(koha, client, body):
    koha.weather = [says(body)]
    assert refusal(client().patrons).code == "api_bad_records"


def test_records_of_strange_shape(koha, client):
    body = (b'[{"patron_id": 12345678901234567890, "surname": "a\\u0000b\\ud800", "email": {"x": 1}, "phone": [1, [2]],'
            b'"privacy": 1e400, "updated_on": 5, "extended_attributes": [{"type": 1}], "library_id": true}]')
    koha.weather = [says(body)]
    page = next(client().patrons())
    assert page.frame["surname"].tolist() == ["ab?"]
    found = koha_patrons.normalise(page.frame)
    assert len(found.rows) + len(found.refused) == 1
    assert page.frame.to_csv().encode()


@pytest.mark.parametrize(("code", "expected"), [(400, "api_bad_query"), (404, "api_not_found"), (418, "api_failed")])
def test_refusals(koha, client, code, expected):
    koha.weather = [status(code)] * 2
    assert refusal(client().patrons).code == expected


def test_answer_without_end(koha, client):
    koha.weather = [says(b'[{"a": "' + b"x" * 3_000_000 + b'"}]')]
    error = refusal(client(largest_answer=2_000_000).patrons)
    assert (error.code, error.params) == ("api_too_large", {"limit": 2})


def test_redirects(koha, client):
    koha.add_patrons(2)
    for place in ("http://169.254.169.254/latest/", "http://localhost.example/", "file:///etc/passwd",
                  "//evil.example/x", "ftp://127.0.0.1/", koha.url.replace("127.0.0.1", "127.0.0.2")):
        koha.weather = [redirect(place)]
        assert refusal(client().patrons).code == "api_redirect", place
    koha.weather = [redirect("http://[")]
    refusal(client().patrons)
    koha.weather = [redirect("/api/v1/patrons?_page=1")]
    assert numbers([next(client().patrons())]) == [1, 2]
    koha.weather = [redirect("/api/v1/patrons")] * 9
    assert refusal(client().patrons).code == "api_redirect"


def test_token_service_in_bad_weather(koha, client, waits):
    koha.add_patrons(1)
    koha.weather_on_tokens = True
    koha.weather = [status(500), html_page()]
    assert numbers(client().patrons()) == [1]
    for body in (b"{}", b"[]", b'{"access_token": 5}', b'{"access_token": "a\\nb"}'):
        koha.weather = [says(body)]
        assert refusal(client().patrons).code == "api_bad_records"


@pytest.mark.parametrize("url", [
    "", None, "koha.example.org", "ftp://koha.example.org", "file:///etc/passwd", "javascript:alert(1)", "http://",
    "http://user:pw@koha.example.org", "http://[::1", "http://a b/", "https://koha.example.org:0",
    "https://koha.example.org:99999"])
def test_bad_addresses(url):
    with pytest.raises(ApiRefused) as caught:
        KohaClient(url, KEY)
    assert caught.value.code == "api_bad_url"


def test_address_with_or_without_the_path():
    for url in ("https://koha.example.org", "https://koha.example.org/", " https://koha.example.org/api/v1/ "):
        assert KohaClient(url, KEY).base_url == "https://koha.example.org"


def test_nobody_there(waits):
    reader = KohaClient("http://127.0.0.1:9", KEY, sleep=waits.append, tries=2)
    assert refusal(reader.patrons).code == "api_unreachable"
