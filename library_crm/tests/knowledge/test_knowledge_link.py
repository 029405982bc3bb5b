from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.library_crm.lib.contradiction import differing_numbers

from .common import KnowledgeCase

SOURCE = {"name": "Rules of use", "identifier": "10.1000/182"}
LONG = "<p>Every loan may be renewed %s times in the account before somebody else has asked for the volume.</p>"


@tagged("post_install", "-at_install")
class TestKnowledgeLink(KnowledgeCase, HttpCase):
    """What belongs together is found with its reason, decided by a steward, and shown. Feature: 32.4"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Link = cls.env["library.knowledge.link"]
        cls.Link.search([]).unlink()
        cls.loans = cls._published(
            "Renewals of loans", body=LONG % 3, source_ids=[Command.create(SOURCE)])
        cls.rules = cls._published(
            "Renewals of loans again", body=LONG % 5,
            source_ids=[Command.create({**SOURCE, "identifier": "10.1000/182 "})])
        cls.staff = cls._published("Dunning of renewals", visibility="staff", source_ids=[Command.create(SOURCE)])

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", lambda *_args, **_options: 10)

    def _found(self, found_by, *articles):
        ids = {article.id for article in articles}
        links = self.Link.search([("found_by", "=", found_by)])
        return links.filtered(lambda link: ids <= {link.from_id, link.to_id})

    def test_same_source(self):
        self.Link._cron_find()
        link = self._found("same_source", self.loans, self.rules)
        self.assertEqual(len(link), 1)
        self.assertIn("Rules of use", link.reason)
        self.Link._cron_find()
        self.assertEqual(self._found("same_source", self.loans, self.rules), link)

    def test_near_text_and_contradiction(self):
        self.env["library.search.document"]._index_pending()
        self.Link._cron_find()
        self.assertTrue(self._found("near_text", self.loans, self.rules))
        link = self._found("numbers_differ", self.loans, self.rules)
        self.assertEqual(link.kind, "contradicts")
        self.assertIn("time", link.reason)

    def test_numbers(self):
        self.assertEqual(differing_numbers("Renew 3 times", "Renew 5 times"), [("time", 3, 5)])
        self.assertEqual(differing_numbers("可续借3次", "可續借５次"), [("次", 3, 5)])
        self.assertFalse(differing_numbers("3 times or 5 times", "4 times"))
        self.assertFalse(differing_numbers("3 times", "3 weeks"))

    def test_refused_stays_refused(self):
        self.Link._cron_find()
        link = self._found("same_source", self.loans, self.rules)
        with self.assertRaises(AccessError):
            link.with_user(self.writer).action_refuse()
        link.with_user(self.steward).action_refuse()
        self.Link._cron_find()
        self.assertEqual(link.state, "refused")
        self.assertEqual(self._found("same_source", self.loans, self.rules), link)

    def test_graph(self):
        self.Link._cron_find()
        graph = self.Link.with_user(self.writer).graph("library.article", self.loans.id)
        self.assertEqual(graph["nodes"][0]["res_id"], self.loans.id)
        self.assertIn(f"library.article,{self.rules.id}", [node["id"] for node in graph["nodes"]])
        ends = {node["id"] for node in graph["nodes"]}
        self.assertTrue(all({edge["from"], edge["to"]} <= ends for edge in graph["edges"]))
        for user in (self.patron, self.public, self.plain):
            with self.assertRaises(AccessError):
                self.Link.with_user(user).graph("library.article", self.loans.id)
        with self.assertRaises(AccessError):
            self.Link.with_user(self.writer).graph("res.users", self.writer.id)

    def test_readers_see_what_is_accepted_and_theirs(self):
        self.Link._cron_find()
        self.assertNotIn("o_library_related", self.url_open(self.loans.access_url).text)
        self.Link.search([("found_by", "=", "same_source")]).with_user(self.steward).action_accept()
        page = self.url_open(self.loans.access_url).text
        self.assertIn("Renewals of loans again", page)
        self.assertNotIn("Dunning", page)


@tagged("post_install", "-at_install")
class TestSearchBox(KnowledgeCase):
    """One box for staff. Feature: 31.2"""

    def _box(self, query, user=None, **chosen):
        return self.Document.with_user(user or self.writer).find_for_box(query, chosen)

    def test_found_and_narrowed(self):
        english = self._published("How to renew a loan", subject_ids=[Command.set(self.medicine.ids)])
        chinese = self._published("如何续借图书", body="<p>renew</p>", lang="zh_CN")
        draft = self._draft("Renew by telephone")
        found = self._box("renewing")
        self.assertEqual({hit["res_id"] for hit in found["hits"]}, {english.id, chinese.id, draft.id})
        self.assertEqual([facet["name"] for facet in found["facets"]],
                         ["kind", "subject", "lang", "visibility", "state"])
        self.assertIn("<mark>", found["hits"][0]["title"] + found["hits"][0]["snippet"])
        for chosen, expected in (
            ({"lang": "zh_CN"}, chinese), ({"state": "draft"}, draft), ({"subject": self.medicine.id}, english),
        ):
            with self.subTest(chosen=chosen):
                hits = self._box("renewing", **chosen)["hits"]
                self.assertEqual([hit["res_id"] for hit in hits], expected.ids)
        self.assertFalse(self._box("renewing", kind="library.solution")["hits"])

    def test_meant(self):
        self._published("How to renew a loan")
        self.assertEqual(self._box("renwe")["shown_for"], "renew")
        self.assertTrue(self._box("renwe")["hits"])
        self.assertEqual(self._box("renwe loan")["did_you_mean"], "renew loan")
        self.assertFalse(self._box("xylophone")["total"])

    def test_strangers_and_junk(self):
        for user in (self.public, self.patron, self.plain):
            with self.assertRaises(AccessError):
                self._box("renew", user)
        for query in ("", "\x00", "%" * 2000, None, 5, "<script>", "㐀" * 500):
            with self.subTest(query=query):
                self.assertFalse(self._box(query)["hits"])
        self._box("renew", subject="x", lang=[], kind={}, state=7)


@tagged("post_install", "-at_install")
class TestSearchTrend(KnowledgeCase):
    """What was not found, and what is done about it. Feature: 31.2, 32.3"""

    def test_trend(self):
        Miss = self.env["library.search.miss"]
        Miss.search([]).unlink()
        Miss._note("wombat burrows")
        Miss._note("Wombat  burrows")
        Miss.flush_model()
        self.env.cr.execute(
            "INSERT INTO library_search_miss (name, key, date, count, company_id)"
            " SELECT name, key, date - 40, 5, company_id FROM library_search_miss"
        )
        trend = self.env["library.search.trend"].with_user(self.steward).search([])
        self.assertEqual(len(trend), 1)
        self.assertEqual((trend.count, trend.count_before, trend.change), (2, 5, -3))
        self.assertEqual(trend.action_write_article()["context"]["default_name"], trend.name)
        action = trend.action_teach()
        teach = self.env[action["res_model"]].with_user(self.steward).with_context(**action["context"])
        teach.create({"subject_id": self.medicine.id}).action_teach()
        self.assertIn(self.medicine, self.env["library.subject"]._led_to_by("burrows of a wombat"))

    def test_only_stewards_teach(self):
        teach = self.env["library.search.trend.synonym"].with_user(self.steward).create(
            {"name": "wombats", "subject_id": self.medicine.id})
        with self.assertRaises(AccessError):
            teach.with_user(self.writer).action_teach()
