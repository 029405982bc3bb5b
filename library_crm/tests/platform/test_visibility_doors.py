import json
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import JsonCalls
from ..knowledge.common import KnowledgeCase

OPEN, PATRONS, SECRET = "wallaby", "numbat", "quokka"
"""Words that stand in what everybody, only patrons, and nobody but the staff may read."""
CALLS = (
    ("search_read", {"domain": [], "fields": ["display_name"]}),
    ("web_search_read", {"domain": [], "specification": {"display_name": {}}}),
    ("name_search", {"name": ""}),
    ("formatted_read_group", {"domain": [], "groupby": ["company_id"], "aggregates": ["__count"]}),
    ("search_count", {"domain": []}),
)
CLOSED = (
    "library.insight", "library.insight.room", "library.insight.reply", "library.feed", "library.feed.item",
    "library.search.document", "library.search.term", "library.solution", "library.source.citation",
    "library.oai.record", "library.product.proposal", "library.reuse.value", "library.alert.item",
    "library.knowledge.link", "library.deflection",
)  # fmt: skip


@tagged("post_install", "-at_install", "security")
class TestVisibilityDoors(KnowledgeCase, JsonCalls, HttpCase):
    """What one may not read is behind no door: pages, suggestions, feeds, harvesting, JSON, RPC, export, mail.

    Feature: 31.1, 31.2, 31.4, 15.4, X8
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shown = cls._published(f"The {OPEN} in spring", body=f"<p>On {OPEN}s.</p>")
        cls.for_patrons = cls._published(f"The {PATRONS} in spring", visibility="patron")
        cls.hidden = cls._published(f"The {SECRET} for staff", visibility="staff", body=f"<p>{SECRET} {OPEN}</p>")
        cls.hidden |= cls._draft(f"The {SECRET} drafted")
        outdated = cls._published(f"The {SECRET} of old")
        outdated.with_user(cls.steward).action_outdate()
        other = cls.env["res.company"].create({"name": "Another institution"})
        foreign = cls._published(f"The {SECRET} elsewhere")
        foreign.sudo().company_id = other
        translated = cls._published(f"Das {SECRET}", visibility="staff", translation_of_id=cls.shown.id)
        cls.hidden = (cls.hidden | outdated | foreign | translated).sudo()
        room = cls.env["library.insight.room"].create({"name": f"Room of the {SECRET}", "kind": "staff"})
        cls.insight = cls.env["library.insight"].with_user(cls.writer).create(
            {"name": f"Trick with the {SECRET}", "room_id": room.id})
        cls.item = cls.env["library.feed.item"].create(
            {"title": f"A {SECRET} from outside", "identifier": "oai:doors:1", "state": "dropped",
             "company_id": cls.env.company.id})
        cls.solution = cls.env["library.solution"].create({"name": f"The {SECRET} solved", "state": "final"})
        cls.env["library.search.document"]._index_pending()
        cls.env["ir.config_parameter"].set_param("library_crm.embed_origins", "https://www.example.edu")

    def _texts_of_doors(self):
        """(door, text) of everything that can be asked by address."""
        addresses = [
            f"/library/knowledge{query}" for query in ("", f"?search={SECRET}", f"?search={PATRONS}", f"?search={OPEN}")
        ]
        addresses += [f"/library/suggest?q={word}+in+spring" for word in (SECRET, PATRONS, OPEN)]
        addresses += [article.access_url for article in self.hidden | self.shown | self.for_patrons]
        addresses += ["/library/knowledge.atom", "/library/status", "/library/status.atom", "/library/ask",
                      "/library/embed/ask", "/library/embed/search", "/library/embed.js",
                      "/library/oai?verb=ListRecords&metadataPrefix=oai_dc", "/library/oai?verb=ListSets",
                      "/library/oai?verb=Identify", "/my/rooms", f"/my/rooms/{self.insight.room_id.id}",
                      f"/my/rooms/post/{self.insight.id}"]  # fmt: skip
        for address in addresses:
            # titles are looked for as people read them; addresses are repeated, but hold no title
            text = self.url_open(address).text.replace("<mark>", "").replace("</mark>", "")
            yield address, text

    @mute_logger("odoo.http")
    def test_doors_for_everybody(self):
        for door, text in self._texts_of_doors():
            with self.subTest(door=door):
                for title in self.hidden.mapped("name") + [self.insight.name, self.item.title, self.solution.name,
                                                           self.for_patrons.name]:  # fmt: skip
                    self.assertNotIn(title, text)

    @mute_logger("odoo.http")
    def test_doors_for_patrons(self):
        self.authenticate(self.patron.login, self.patron.login)
        seen = ""
        for door, text in self._texts_of_doors():
            seen += text
            with self.subTest(door=door):
                for title in self.hidden.mapped("name") + [self.insight.name, self.item.title, self.solution.name]:
                    self.assertNotIn(title, text)
        self.assertIn("in spring", seen, "the doors do show what may be read")

    def test_harvesting_and_feed_tell_everybody_the_same(self):
        paths = ("/library/oai?verb=ListRecords&metadataPrefix=oai_dc", "/library/knowledge.atom")
        for user in (self.patron, self.writer, self.steward):
            self.authenticate(user.login, user.login)
            for path in paths:
                text = self.url_open(path).text
                self.assertIn(OPEN, text)
                self.assertNotIn(PATRONS, text)
                self.assertNotIn(SECRET, text)

    def _call(self, model, method, values):
        answer = self.url_open(f"/web/dataset/call_kw/{model}/{method}", headers={"Content-Type": "application/json"},
                               data=json.dumps({"params": {"model": model, "method": method, "args": [],
                                                           "kwargs": values}}))  # fmt: skip
        return answer.json()

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_rpc_of_patrons(self):
        self.authenticate(self.patron.login, self.patron.login)
        readable = self.Article.with_user(self.patron).search_count([])
        for method, values in CALLS:
            with self.subTest(method=method):
                answer = self._call("library.article", method, values)
                self.assertIn("result", answer)
                self.assertNotIn(SECRET, json.dumps(answer))
                if method == "search_count":
                    self.assertEqual(answer["result"], readable)
        for article in self.hidden:
            for method, values in (("read", ["name"]), ("export_data", ["name"]), ("web_read", {"name": {}})):
                answer = self.url_open(
                    f"/web/dataset/call_kw/library.article/{method}", headers={"Content-Type": "application/json"},
                    data=json.dumps({"params": {"model": "library.article", "method": method,
                                                "args": [article.ids, values], "kwargs": {}}}))  # fmt: skip
                self.assertIn("error", answer.json(), (article.name, method))
                self.assertNotIn(SECRET, answer.text)
        # nor by a filter that asks for what cannot be read
        for domain in ([["author_id.login", "like", "knowledge"]], [["origin_solution_id.name", "like", SECRET]]):
            self.assertIn("error", self._call("library.article", "search_count", {"domain": domain}))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_models_that_are_closed_to_patrons(self):
        self.authenticate(self.patron.login, self.patron.login)
        for model in filter(self.env.registry.__contains__, CLOSED):
            for method, values in CALLS:
                with self.subTest(model=model, method=method):
                    answer = self._call(model, method, values)
                    self.assertTrue("error" in answer or not answer["result"] or model == "library.solution", answer)
                    self.assertNotIn(SECRET, json.dumps(answer))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_export_of_patrons(self):
        self.authenticate(self.patron.login, self.patron.login)
        for kind in ("csv", "xlsx"):
            data = {"model": "library.article", "fields": [{"name": "name", "label": "Title", "type": "char"}],
                    "ids": self.hidden.ids, "domain": [], "import_compat": False, "groupby": []}  # fmt: skip
            answer = self.url_open(f"/web/export/{kind}", data={"data": json.dumps(data)})
            self.assertNotEqual(answer.status_code, 200)
            self.assertNotIn(SECRET, answer.text)

    @mute_logger("odoo.http")
    def test_json_calls(self):
        for word in (SECRET, PATRONS, OPEN):
            answer = self._json2(self.steward, "library.article", "api_search", query=word)
            self.assertEqual([one["id"] for one in answer.json()["results"]], self.shown.ids if word == OPEN else [])
        for article in self.hidden | self.for_patrons:
            answer = self._json2(self.steward, "library.article", "api_read", article=article.id)
            self.assertEqual(answer.status_code, 404)
        known = self._json2(self.steward, "library.article", "api_read", article=self.shown.id)
        self.assertNotIn(SECRET, known.text, "a translation for staff is not told of")

    def test_alerts_by_mail_and_feed(self):
        patron = self.env["library.patron"].create({"partner_id": self.patron.partner_id.id})
        alert = self.env["library.alert.profile"].create({
            "name": "All of them", "patron_id": patron.id, "words_any": f"{SECRET}, {PATRONS}, {OPEN}",
            "takes_items": True, "takes_articles": True})  # fmt: skip
        alert.action_start()
        articles = self.shown | self.for_patrons | self.hidden
        self.env.cr.execute("DELETE FROM library_alert_item WHERE res_model = 'library.article' AND res_id = ANY(%s)",
                            [articles.ids])
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000):
            self.env["library.alert.item"]._match_new()
        self.env.invalidate_all()
        titles = self.env["library.alert.hit"].search([("profile_id", "=", alert.id)]).mapped("title")
        self.assertFalse([title for title in titles if SECRET in title])
        self.assertTrue([title for title in titles if OPEN in title])
