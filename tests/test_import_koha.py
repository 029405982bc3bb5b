"""A real Odoo fetches from a Koha that follows its definition, in fair and in foul weather."""

from __future__ import annotations

import time

import pytest

from .rig.koha import FakeKoha, busy, cut_json, fine, hang_up, html_page, status
from .rig.odoo_server import OdooServer

CRON = "library_crm.ir_cron_library_import_run"
SECRET = "s3cret-of-the-key"
COUNTS = ("created_count", "changed_count", "unchanged_count", "refused_count")


@pytest.fixture
def koha():
    with FakeKoha(offset_hours=2) as server:
        server.clients["key"] = (SECRET, {"borrowers", "circulate", "catalogue"})
        yield server


def _profile(odoo: OdooServer, koha: FakeKoha, what: str) -> int:
    return odoo.create(
        "library.import.profile", name=f"Koha {what}", source="koha_rest", rest_object=what, rest_url=koha.url,
        rest_auth="oauth2", rest_user="key", rest_secret_new=SECRET, creates_missing=True)


def _fetch(odoo: OdooServer, profile: int, seconds: int = 120) -> dict:
    """A run of a profile when it has come to rest."""
    run = odoo.create("library.import.run", profile_id=profile)
    odoo.rpc("library.import.run", "action_run", [run])
    return _rested(odoo, run, seconds)


def _rested(odoo: OdooServer, run: int, seconds: int = 120) -> dict:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        odoo.run_cron(CRON)
        values = odoo.search("library.import.run", [("id", "=", run)], ["state", "message", *COUNTS])[0]
        if values["state"] in ("done", "failed", "paused"):
            return values
        time.sleep(0.5)
    raise AssertionError("the import did not come to rest")


def _counts(values: dict) -> tuple:
    return tuple(values[name] for name in COUNTS)


def test_fetch_from_koha(odoo, koha):
    """Feature: 11.1, 11.7"""
    koha.add_patrons(1_203)
    koha.add_patron(5_000, library_id="OTHER", email="hidden@patrons.test")
    koha.hidden_libraries = {"OTHER"}
    profile = _profile(odoo, koha, "patrons")
    # a page fails, another is cut off, the server is busy: what is asked again comes
    koha.weather = [fine(), status(500), fine(), cut_json(), busy(1), hang_up(), html_page()]
    found = _fetch(odoo, profile)
    assert (found["state"], _counts(found)) == ("done", (1_203, 0, 0, 1)), found
    again = _fetch(odoo, profile)
    assert (again["state"], _counts(again)) == ("done", (0, 0, 1_203, 1))
    koha.add_patron(7, firstname="Changed", updated_on=koha.moment("2025-06-01 08:00:00"))
    third = _fetch(odoo, profile)
    assert third["changed_count"] == 1
    names = odoo.search("library.patron", [("identity_ids.value", "=", "C00000007")], ["name"])
    assert [each["name"] for each in names] == ["Changed Surname7"]
    odoo.assert_clean_log()


def test_koha_that_fails_half_way(odoo, koha):
    """What came before the failure is in; the run goes on from there."""
    koha.add_patrons(1_100, first=20_000)
    profile = _profile(odoo, koha, "patrons")
    koha.weather = [fine(), busy(7_200)]
    found = _fetch(odoo, profile)
    assert (found["state"], found["created_count"]) == ("paused", 500)
    pages = [params["_page"] for _method, path, params in koha.requests if path == "/patrons"]
    assert pages == ["1", "2"]
    run = odoo.search("library.import.run", [("profile_id", "=", profile)], ["id"])[0]["id"]
    odoo.rpc("library.import.run", "action_run", [run])
    found = _rested(odoo, run)
    assert (found["state"], found["created_count"]) == ("done", 1_100)
    pages = [params["_page"] for _method, path, params in koha.requests if path == "/patrons"]
    assert pages == ["1", "2", "2", "3"], "what was in was not asked for again"


def test_wrong_secret(odoo, koha):
    """A refusal is a sentence, and the secret stands in no log."""
    profile = _profile(odoo, koha, "patrons")
    koha.clients["key"] = ("another", {"borrowers"})
    found = _fetch(odoo, profile)
    assert found["state"] == "failed" and "secret" in found["message"]
    assert SECRET not in str(found)
