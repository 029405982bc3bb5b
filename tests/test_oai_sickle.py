"""Sickle, a harvester that is not ours, harvests a running library completely. Feature: X8"""

from __future__ import annotations

import pytest
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from .rig.odoo_server import OdooServer

ARTICLES = 230
GONE = 7


@pytest.fixture(scope="module")
def served(odoo: OdooServer) -> dict[str, list[int]]:
    """Public articles on three pages of an answer, some of them taken back, and some that nobody may see."""
    odoo.mark_log()
    odoo.add_user("hal", ["library_crm.group_library_librarian"])
    odoo.add_user("ines", ["library_crm.group_library_steward"])
    hal, ines = odoo.session("hal"), odoo.session("ines")
    medicine = odoo.ref("library_crm.subject_clc_r")

    def publish(number: int, **values) -> list[int]:
        rows = [{"name": f"Harvest {values.get('visibility', 'public')} {one} 收割", "body": "<p>Text</p>", **values}
                for one in range(number)]
        ids = hal.call("library.article", "create", rows)
        hal.call("library.article", "action_submit", ids)
        ines.call("library.article", "action_verify", ids)
        ines.call("library.article", "action_publish", ids)
        return ids

    public = publish(ARTICLES) + publish(3, subject_ids=[(6, 0, [medicine])])
    hidden = publish(4, visibility="staff") + publish(4, visibility="patron")
    ines.call("library.article", "action_outdate", public[:GONE])
    return {"public": public, "hidden": hidden}


@pytest.fixture
def sickle(odoo: OdooServer) -> Sickle:
    return Sickle(f"{odoo.url}/library/oai", max_retries=0, timeout=60)


def _number(record) -> int:
    return int(record.header.identifier.rpartition("/")[2])


def test_sickle_harvests_everything_once(sickle: Sickle, served: dict) -> None:
    records = list(sickle.ListRecords(metadataPrefix="oai_dc"))
    assert sorted(map(_number, records)) == sorted(served["public"])
    assert sorted(_number(one) for one in records if one.deleted) == sorted(served["public"][:GONE])
    live = [one for one in records if not one.deleted]
    assert all("收割" in one.metadata["title"][0] for one in live)
    assert not {_number(one) for one in records} & set(served["hidden"])


def test_sickle_harvests_headers_and_single_records(sickle: Sickle, served: dict) -> None:
    headers = list(sickle.ListIdentifiers(metadataPrefix="oai_dc"))
    assert len(headers) == len(served["public"])
    there = next(one.identifier for one in headers if not one.deleted)
    record = sickle.GetRecord(metadataPrefix="oai_dc", identifier=there)
    assert record.metadata["type"] == ["Text"]
    assert record.metadata["identifier"][0].startswith("http://")


def test_sickle_harvests_a_set_and_a_time(sickle: Sickle, served: dict) -> None:
    assert "clc:R" in {one.setSpec for one in sickle.ListSets()}
    found = list(sickle.ListRecords(metadataPrefix="oai_dc", set="clc:R"))
    assert sorted(map(_number, found)) == sorted(served["public"][-3:])
    with pytest.raises(NoRecordsMatch):
        list(sickle.ListRecords(metadataPrefix="oai_dc", until="1999-12-31"))


def test_sickle_knows_who_we_are(sickle: Sickle, served: dict) -> None:
    who = sickle.Identify()
    assert (who.protocolVersion, who.deletedRecord, who.granularity) == ("2.0", "persistent", "YYYY-MM-DDThh:mm:ssZ")
    assert [one.metadataPrefix for one in sickle.ListMetadataFormats()] == ["oai_dc"]


def test_the_log_stays_clean(odoo: OdooServer, served: dict) -> None:
    odoo.assert_clean_log()
