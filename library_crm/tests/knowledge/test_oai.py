import datetime
from pathlib import Path
from unittest.mock import patch

from lxml import etree

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.library_crm.lib import oai_pmh
from odoo.addons.library_crm.models.knowledge import library_oai_provider

from .common import KnowledgeCase

NS = {"o": oai_pmh.OAI, "dc": oai_pmh.DC}
SCHEMAS = Path(__file__).resolve().parents[3] / "tests" / "data" / "oai" / "all.xsd"
BAD_REQUESTS = {
    "badVerb": ("", "verb=", "verb=Nope", "verb=Identify&verb=Identify", "verb=%00"),
    "badArgument": (
        "verb=Identify&x=1", "verb=GetRecord", "verb=GetRecord&identifier=oai:x:1", "verb=ListRecords",
        "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "verb=ListRecords&metadataPrefix=%00",
        "verb=ListRecords&metadataPrefix=oai_dc&from=x", "verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01",
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01",
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-03T00:00:00Z",
        "verb=ListRecords&metadataPrefix=oai_dc&set=a%20b", "verb=ListRecords&metadataPrefix=oai_dc&set=",
        "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00", "verb=ListSets&resumptionToken=a&x=1",
        "verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=not%20a%20uri",
    ),
    "badResumptionToken": (
        "verb=ListRecords&resumptionToken=x", "verb=ListRecords&resumptionToken=", "verb=ListSets&resumptionToken=x",
        "verb=ListIdentifiers&resumptionToken=%F0%9F%99%82.%00", "verb=ListRecords&resumptionToken=eyJ9.AAAA",
    ),
    "cannotDisseminateFormat": ("verb=ListRecords&metadataPrefix=marc21",),
    "noRecordsMatch": (
        "verb=ListRecords&metadataPrefix=oai_dc&until=1990-01-01", "verb=ListRecords&metadataPrefix=oai_dc&set=clc:QQQ",
        "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2199-01-01", "verb=ListRecords&metadataPrefix=oai_dc&set=nope",
        "verb=ListRecords&metadataPrefix=oai_dc&set=institution:99",
        "verb=ListRecords&metadataPrefix=oai_dc&set=clc:~00",
        "verb=ListRecords&metadataPrefix=oai_dc&set=institution", "verb=ListRecords&metadataPrefix=oai_dc&set=clc:a:b",
    ),
    "idDoesNotExist": (
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere.example:article/1",
        "verb=ListMetadataFormats&identifier=urn:x",
    ),
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestOai(KnowledgeCase, HttpCase):
    """Other libraries harvest what is published for everybody. Feature: X8, 31.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM library_oai_record")
        cls.env["ir.config_parameter"].set_param("library_crm.oai_domain", "kb.library.test")
        cls.env.company.email = "desk@library.test"
        cls.article = cls._published(
            "Renew \x0b& return <b>", summary="Online,\x00 at any hour".replace("\x00", ""),
            subject_ids=[(6, 0, cls.medicine.ids)], source_ids=[(0, 0, {"name": "Rules", "creator": "Board"})],
        )  # fmt: skip
        cls.chinese = cls._published("如何續借圖書", lang="zh_TW", translation_of_id=cls.article.id)
        cls.for_patrons = cls._published("Wombats for patrons", visibility="patron")
        cls.for_staff = cls._published("Wombats for staff", visibility="staff")
        cls.draft = cls._draft("Wombats drafted")
        cls.schema = etree.XMLSchema(etree.parse(str(SCHEMAS)))

    def _ask(self, query="", **post):
        """The answer as a tree; it is valid by the protocol's schema, whatever was asked."""
        answer = self.url_open("/library/oai" + (f"?{query}" if query else ""), data=post or None)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/xml"))
        tree = etree.fromstring(answer.content)
        self.schema.assertValid(tree)
        self.assertNotIn("Wombats", answer.text)
        return tree

    def _texts(self, tree, path):
        return [node.text for node in tree.iterfind(path, NS)]

    def _identifier(self, article):
        return f"oai:kb.library.test:article/{article.id}"

    def test_identify(self):
        tree = self._ask("verb=Identify")
        self.assertEqual(self._texts(tree, ".//o:deletedRecord"), ["persistent"])
        self.assertEqual(self._texts(tree, ".//o:adminEmail"), ["desk@library.test"])
        self.assertEqual(self._texts(tree, ".//{*}repositoryIdentifier"), ["kb.library.test"])
        self.assertEqual(self._texts(self._ask("verb=ListMetadataFormats"), ".//o:metadataPrefix"), ["oai_dc"])

    def test_a_host_that_is_no_domain_still_answers_validly(self):
        self.env["ir.config_parameter"].set_param("library_crm.oai_domain", "localhost")
        self.env.company.email = False
        self.assertFalse(self._texts(self._ask("verb=Identify"), ".//{*}repositoryIdentifier"))

    def test_post_is_the_same_as_get(self):
        posted = self._ask(verb="ListRecords", metadataPrefix="oai_dc")
        self.assertEqual(len(posted.findall(".//o:record", NS)), 2)

    def test_record(self):
        tree = self._ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={self._identifier(self.article)}")
        self.assertEqual(self._texts(tree, ".//dc:title"), ["Renew & return <b>"])
        self.assertEqual(self._texts(tree, ".//dc:description"), ["Online, at any hour"])
        self.assertEqual(self._texts(tree, ".//dc:source"), ["Board. Rules"])
        self.assertIn("CLC R", self._texts(tree, ".//dc:subject"))
        self.assertEqual(len(self._texts(tree, ".//dc:relation")), 1, "its translation")
        self.assertEqual(self._texts(tree, ".//o:setSpec"), ["clc:R"])
        text = etree.tostring(tree, encoding="unicode")
        for person in (self.writer, self.steward):
            self.assertNotIn(person.name, text)

    def test_only_what_everybody_may_read_whoever_asks(self):
        self.authenticate(self.steward.login, self.steward.login)
        found = self._texts(self._ask("verb=ListIdentifiers&metadataPrefix=oai_dc"), ".//o:identifier")
        self.assertEqual(sorted(found), sorted(map(self._identifier, self.article | self.chinese)))
        for hidden in (self.for_patrons, self.for_staff, self.draft):
            tree = self._ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={self._identifier(hidden)}")
            self.assertEqual(tree.find(".//o:error", NS).get("code"), "idDoesNotExist")

    def test_what_the_public_cannot_read_is_gone_whatever_the_record_says(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE library_article SET state = 'draft' WHERE id = %s", [self.article.id])
        self.env.invalidate_all()
        tree = self._ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={self._identifier(self.article)}")
        self.assertEqual(tree.find(".//o:header", NS).get("status"), "deleted")
        self.assertIsNone(tree.find(".//dc:title", NS))

    def test_taken_back_means_deleted_and_comes_back(self):
        steward = self.article.with_user(self.steward)
        steward.action_outdate()
        query = f"verb=GetRecord&metadataPrefix=oai_dc&identifier={self._identifier(self.article)}"
        self.assertEqual(self._ask(query).find(".//o:header", NS).get("status"), "deleted")
        gone = self._ask("verb=ListRecords&metadataPrefix=oai_dc&set=clc:R")
        self.assertEqual(gone.find(".//o:header", NS).get("status"), "deleted", "asked by the class that it had")
        self.article.with_user(self.writer).action_submit()
        steward.action_verify()
        steward.action_publish()
        self.assertIsNone(self._ask(query).find(".//o:header", NS).get("status"))
        self.chinese.with_user(self.steward).visibility = "staff"
        self.assertIn("deleted", [node.get("status") for node in self._ask(
            "verb=ListIdentifiers&metadataPrefix=oai_dc").iterfind(".//o:header", NS)])

    def test_removed_articles_are_remembered(self):
        identifier = self._identifier(self.chinese)
        self.chinese.sudo().unlink()
        tree = self._ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}")
        self.assertEqual(tree.find(".//o:header", NS).get("status"), "deleted")

    def test_sets(self):
        child = self.env["library.subject"].create(
            {"name": "Odd", "code": "R/9[x]", "scheme": "clc", "parent_id": self.medicine.id})
        self._published("Deep", subject_ids=[(6, 0, child.ids)])
        specs = self._texts(self._ask("verb=ListSets"), ".//o:setSpec")
        self.assertEqual(specs, ["clc", "clc:R", "clc:R~2F9~5Bx~5D"])
        for spec, number in (("clc", 2), ("clc:R", 2), ("clc:R~2F9~5Bx~5D", 1)):
            tree = self._ask(f"verb=ListIdentifiers&metadataPrefix=oai_dc&set={spec}")
            self.assertEqual(len(tree.findall(".//o:header", NS)), number, spec)

    def test_dates(self):
        Record = self.env["library.oai.record"]
        self.env.cr.execute("UPDATE library_oai_record SET date_stamp = '2026-03-04 05:06:07' WHERE number = %s",
                            [self.article.id])
        Record.invalidate_model()
        base = "verb=ListIdentifiers&metadataPrefix=oai_dc"
        for window in ("from=2026-03-04&until=2026-03-04", "from=2026-03-04T05:06:07Z&until=2026-03-04T05:06:07Z"):
            self.assertEqual(self._texts(self._ask(f"{base}&{window}"), ".//o:identifier"),
                             [self._identifier(self.article)])
        for window in ("from=2026-03-04T05:06:08Z&until=2026-03-05T00:00:00Z", "until=2026-03-03"):
            self.assertEqual(self._ask(f"{base}&{window}").find(".//o:error", NS).get("code"), "noRecordsMatch")

    def test_pages(self):
        for number in range(5):
            self._published(f"Capybara {number}")
        seen, query = [], "verb=ListRecords&metadataPrefix=oai_dc"
        with patch.object(library_oai_provider, "PAGE", 3):
            for _turn in range(3):
                tree = self._ask(query)
                seen += self._texts(tree, ".//o:header/o:identifier")
                token = tree.find(".//o:resumptionToken", NS)
                self.assertEqual(token.get("completeListSize"), "7")
                query = f"verb=ListRecords&resumptionToken={token.text}"
            self.assertFalse(token.text, "the last page says that it is the last")
            self.assertEqual(len(set(seen)), 7)
            first = self._ask("verb=ListIdentifiers&metadataPrefix=oai_dc").find(".//o:resumptionToken", NS).text
            self.assertEqual(
                self._ask(f"verb=ListRecords&resumptionToken={first}").find(".//o:error", NS).get("code"),
                "badResumptionToken", "a token of another verb")
            for broken in (first[:-2] + "AA", "A" + first[1:]):
                self.assertEqual(
                    self._ask(f"verb=ListIdentifiers&resumptionToken={broken}").find(".//o:error", NS).get("code"),
                    "badResumptionToken")

    def test_what_changes_while_one_harvests_is_not_lost(self):
        with patch.object(library_oai_provider, "PAGE", 1):
            tree = self._ask("verb=ListIdentifiers&metadataPrefix=oai_dc")
            first = self._texts(tree, ".//o:identifier")[0]
            token = tree.find(".//o:resumptionToken", NS).text
            other = self.chinese if first == self._identifier(self.article) else self.article
            later = self.env.cr.now() + datetime.timedelta(seconds=9)
            self.env.cr.execute("UPDATE library_oai_record SET date_stamp = %s WHERE number = %s", [later, other.id])
            self.env["library.oai.record"].invalidate_model()
            tree = self._ask(f"verb=ListIdentifiers&resumptionToken={token}")
            self.assertEqual(self._texts(tree, ".//o:identifier"), [self._identifier(other)])

    @mute_logger("odoo.http")
    def test_what_is_wrong_is_told_by_its_code(self):
        for code, queries in BAD_REQUESTS.items():
            for query in queries:
                with self.subTest(query=query):
                    self.assertEqual(self._ask(query).find(".//o:error", NS).get("code"), code)

    def test_gzip(self):
        answer = self.url_open("/library/oai?verb=Identify", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertIn(b"<repositoryName>", answer.content)
        self.assertNotIn("Content-Encoding", self.url_open(
            "/library/oai?verb=Identify", headers={"Accept-Encoding": "identity"}).headers)

    def test_the_installation_tells_what_was_published_before(self):
        self.env.cr.execute("DELETE FROM library_oai_record WHERE number = %s", [self.article.id])
        Record = self.env["library.oai.record"]
        Record.invalidate_model()
        stamp = Record.search([("number", "=", self.chinese.id)]).date_stamp
        Record._sync_all()
        Record._sync_all()
        self.assertEqual(Record.search_count([("number", "=", self.article.id), ("is_deleted", "=", False)]), 1)
        self.assertEqual(Record.search([("number", "=", self.chinese.id)]).date_stamp, stamp)
        self.assertEqual(Record.search([("number", "=", self.article.id)]).subject_ids, self.medicine)
