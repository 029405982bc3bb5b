import base64
import gzip
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import LibraryCase
from .feed_common import RSS, entry, page, record, serve

HARVEST = "odoo.addons.library_crm.models.knowledge.library_feed_harvest"


@tagged("post_install", "-at_install")
class TestFeedHarvest(LibraryCase):
    """Feature: 5.6, 32.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.staff["steward"]
        cls.Feed = cls.env["library.feed"].with_user(cls.steward)
        cls.Item = cls.env["library.feed.item"]
        cls.harbours = cls.env["library.subject"].create(
            {"scheme": "clc", "code": "U65", "name": "Harbours", "synonyms": "quay, pier, breakwater",
             "parent_id": cls.env.ref("library_crm.subject_clc_u").id})  # fmt: skip

    def _feed(self, url, **values):
        return self.Feed.create({"name": "Harbours", "url": url, **values})

    def _items(self, feed):
        return self.Item.search([("feed_id", "=", feed.id)], order="identifier")

    # RSS

    def test_a_feed_brings_items_once(self):
        server, url = serve(self, feed=(200, {"ETag": '"1"'}, RSS % (entry(1) + entry(2))))
        feed = self._feed(f"{url}/feed")
        feed.action_harvest()
        items = self._items(feed)
        self.assertEqual(items.mapped("title"), ["Quay walls number 1", "Quay walls number 2"])
        self.assertEqual((feed.state, feed.error_count, feed.server_name), ("ok", 0, "Harbour news"))
        self.assertGreater(feed.date_next, self.env.cr.now())
        server.answers["/feed"] = lambda _asked: (304, {}, "")
        feed.action_harvest()
        self.assertEqual(server.asked[-1][2].get("If-None-Match"), '"1"')
        self.assertEqual(feed.message_code, "nothing_new")
        server.answers["/feed"] = RSS % (entry(1, "Quay walls, corrected") + entry(2) + entry(3))
        feed.action_harvest()
        self.assertEqual(len(self._items(feed)), 3)
        self.assertEqual(items[0].title, "Quay walls, corrected")
        run = feed._get_last_run()
        self.assertEqual((run.created_count, run.changed_count), (1, 1))

    def test_nobody_is_sent_inside(self):
        _server, url = serve(
            self, link=(302, {"Location": "http://169.254.169.254/latest"}, ""),
            local=(301, {"Location": "http://127.0.0.1:8069/feed"}, ""))
        for path in ("link", "local"):
            feed = self._feed(f"{url}/{path}")
            feed.action_harvest()
            self.assertEqual((feed.message_code, feed.item_count), ("private", 0))
        self.env["ir.config_parameter"].set_param("library_crm.fetch_allowed_hosts", "")
        feed = self._feed(f"{url}/link")
        feed.action_harvest()
        self.assertEqual(feed.message_code, "private")
        with self.assertRaises(ValidationError):
            self._feed("file:///etc/passwd")

    def test_a_source_that_never_ends_keeps_what_came(self):
        _server, url = serve(self, feed="endless")
        feed = self._feed(f"{url}/feed")
        feed.action_harvest()
        self.assertEqual(self._items(feed).mapped("title"), ["Quay walls number 1", "Quay walls number 2"])
        self.assertIn(feed.message_code, ("cut", "many"))
        self.assertEqual(feed._get_last_run().state, "partial")

    def test_lies_and_entities(self):
        text = RSS % entry(1)
        bomb = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS % "<item><title>&x;</title></item>"
        _server, url = serve(
            self, lie=(200, {"Content-Encoding": "gzip"}, text), bad=(200, {"Content-Encoding": "gzip"}, b"\x1f\x8bno"),
            packed=(200, {"Content-Encoding": "gzip"}, gzip.compress(text.encode())), bomb=bomb, page="<html></html>")
        codes = {}
        for path in ("lie", "bad", "packed", "bomb", "page"):
            feed = self._feed(f"{url}/{path}")
            feed.action_harvest()
            codes[path] = feed.message_code if feed.error_count else "read"
        self.assertEqual(codes, {
            "lie": "read", "bad": "garbled", "packed": "read", "bomb": "entities", "page": "html_page"})

    def test_later_and_later_after_failures(self):
        server, url = serve(self, feed=(500, {}, ""))
        feed = self._feed(f"{url}/feed")
        waits = []
        for _attempt in range(4):
            feed.action_harvest()
            waits.append((feed.date_next - self.env.cr.now().replace(microsecond=0)).total_seconds())
        self.assertEqual(waits, [1800, 3600, 7200, 14400])
        self.assertEqual((feed.state, feed.message_code), ("failing", "status"))
        self.assertIn("500", feed.message)
        self.assertIn(feed, self.Feed.search([("state", "=", "failing")]))
        server.answers["/feed"] = (503, {"Retry-After": "90"}, "")
        feed.action_harvest()
        self.assertEqual(feed.date_next, self.env.cr.now().replace(microsecond=0) + timedelta(seconds=90))
        server.answers["/feed"] = RSS % entry(1)
        feed.action_harvest()
        self.assertEqual((feed.state, feed.error_count), ("ok", 0))

    def test_one_mad_source_does_not_stop_the_others(self):
        _server, url = serve(self, a=RSS % entry("a"), b=RSS % entry("b"))
        mad, good = self._feed(f"{url}/a"), self._feed(f"{url}/b")
        self.env["library.feed"].search([("id", "not in", (mad | good).ids)]).write({"state": "paused"})
        read = self.env.registry["library.feed"]._step_rss

        def step(feed):
            if feed == mad:
                raise ZeroDivisionError
            return read(feed)

        cron = self.env.ref("library_crm.ir_cron_library_feed_harvest")
        with (
            self.enter_registry_test_mode(), patch.object(self.env.registry["library.feed"], "_step_rss", step),
            self.assertLogs(HARVEST, "ERROR"),
        ):
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        (mad | good).invalidate_recordset()
        self.assertEqual((mad.message_code, mad.error_count, good.item_count), ("answer", 1, 1))

    # OAI-PMH

    def _harvest_all(self, feed, steps=10):
        for _step in range(steps):
            feed._harvest_step()
            if not feed._get_running() or feed.error_count:
                break

    def test_a_repository_is_harvested_page_by_page_and_goes_on(self):
        server, url = serve(self, oai=page(record(1) + record(2), "two"))
        server.answers["two"] = page(record(3) + record(1, deleted=True))
        feed = self._feed(f"{url}/oai", kind="oai", set_spec="sea")
        feed._harvest_step()
        self.assertEqual((feed._get_running().token, len(self._items(feed))), ("two", 2))
        feed._harvest_step()
        items = self._items(feed)
        self.assertEqual(items.mapped("is_deleted"), [True, False, False])
        self.assertEqual((feed.cursor, feed.server_name), ("2026-11-20T10:00:00Z", "Repository of tides"))
        self.assertIn("sea", feed.server_sets)
        first = next(asked for _path, asked, _headers in server.asked if asked.get("verb") == "ListRecords")
        self.assertEqual((first["set"], first["metadataPrefix"], "from" in first), ("sea", "oai_dc", False))
        server.answers["/oai"] = page(record(4))
        self._harvest_all(feed)
        self.assertEqual(server.asked[-1][1]["from"], "2026-11-20T10:00:00Z")
        self.assertEqual(len(self._items(feed)), 4)

    def test_stopped_between_the_items_and_the_token_nothing_is_lost_or_doubled(self):
        server, url = serve(self, oai=page(record(1) + record(2), "two"))
        server.answers["two"] = page(record(3))
        feed = self._feed(f"{url}/oai", kind="oai")
        Run = self.env.registry["library.feed.run"]
        for name in ("_count", "_finish"):
            with patch.object(Run, name, side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
                feed._harvest_step()
            self.env.invalidate_all()
            self.assertFalse(feed.cursor)
            self._harvest_all(feed, 1)
        self._harvest_all(feed)
        self.assertEqual(self._items(feed).mapped("identifier"), [f"oai:repo.test:{number}" for number in (1, 2, 3)])
        self.assertEqual(feed.cursor, "2026-11-20T10:00:00Z")

    def test_a_token_that_repeats_for_ever_ends(self):
        server, url = serve(self, oai=page(record(1) + record(2), "same"))
        server.answers["same"] = page(record(3), "same")
        feed = self._feed(f"{url}/oai", kind="oai")
        self._harvest_all(feed)
        self.assertEqual((len(self._items(feed)), feed.message_code, feed.cursor), (3, "loop", False))
        self.assertLess(len(server.asked), 8)
        # tokens that are always new, and pages that are not
        server.answers = {"/oai": page(record(1), "t0")} | {
            f"t{number}": page(record(1), f"t{number + 1}") for number in range(50)}
        self._harvest_all(feed)
        self.assertEqual(feed.message_code, "loop")

    def test_a_forgotten_token_begins_the_list_again_but_not_for_ever(self):
        bad = page("").replace("<ListRecords>", '<error code="badResumptionToken">x</error><ListRecords>')
        server, url = serve(self, oai=page(record(1), "gone"))
        server.answers["gone"] = bad
        feed = self._feed(f"{url}/oai", kind="oai")
        self._harvest_all(feed, 20)
        self.assertEqual(feed.message_code, "restarted_often")
        self.assertEqual(len(self._items(feed)), 1)

    def test_a_tired_server_is_left_alone_and_the_list_goes_on(self):
        server, url = serve(self, oai=page(record(1), "two"))
        server.answers["two"] = (503, {"Retry-After": "600"}, "")
        feed = self._feed(f"{url}/oai", kind="oai")
        self._harvest_all(feed)
        self.assertEqual(feed.message_code, "busy")
        self.assertEqual(feed.date_next, self.env.cr.now().replace(microsecond=0) + timedelta(seconds=600))
        self.assertEqual(feed._get_running().token, "two")
        server.answers["two"] = page(record(2))
        self._harvest_all(feed)
        self.assertEqual((len(self._items(feed)), feed.state), (2, "ok"))

    def test_a_repository_without_that_format_says_so(self):
        _server, url = serve(self, oai=page("").replace(
            "<ListRecords>", '<error code="cannotDisseminateFormat">x</error><ListRecords>'))
        feed = self._feed(f"{url}/oai", kind="oai")
        feed._harvest_step()
        self.assertEqual((feed.message_code, feed.run_ids.state), ("bad_format", "failed"))

    # Who may

    def test_only_stewards_follow_sources(self):
        feed = self._feed("https://a.test/feed")
        self.assertEqual(feed.with_user(self.librarian).read(["name"])[0]["name"], "Harbours")
        for user in (self.librarian, self.portal_user):
            with self.assertRaises(AccessError):
                feed.with_user(user).action_harvest()
            with self.assertRaises(AccessError):
                feed.with_user(user).action_pause()
        with self.assertRaises(AccessError):
            feed.with_user(self.portal_user).read(["name"])

    def test_feeds_stand_among_the_connectors(self):
        _server, url = serve(self, feed=RSS % entry(1))
        feed = self._feed(f"{url}/feed")
        feed.action_harvest()
        run = self.env["library.connector.run"].search([("kind", "=", "feed"), ("record_id", "=", feed.id)])
        self.assertEqual((run.name, run.state, run.created), ("Harbours", "ok", 1))
        self.assertEqual(run.action_open()["res_id"], feed.id)
        numbers = self.env["library.connector.run"].search([]).ids
        self.assertEqual(len(numbers), len(set(numbers)))

    # Uploads

    def _upload(self, body, name, **values):
        return self.env["library.feed.upload"].with_user(self.steward).create(
            {"file": base64.b64encode(body), "file_name": name, **values})

    def test_a_table_is_looked_at_and_taken_in(self):
        text = "题名,作者,出版年,ISBN,分类号\r\n港口史,李伟,2019,7-302-02368-9,U65\r\n,无题,,,\r\n".encode("gb18030")
        upload = self._upload(text, "books.csv", decision="kept")
        upload.action_preview()
        self.assertEqual((upload.state, upload.found_count, upload.refused_count), ("preview", 1, 1))
        self.assertEqual(upload.line_ids.title, "港口史")
        self.assertIn("无题".encode("gb18030"), base64.b64decode(upload.refused_file))
        self.assertFalse(self.Item.search([("isbn", "=", "9787302023685")]), "a preview keeps nothing")
        upload.action_take()
        item = self.Item.search([("run_id", "=", upload.run_id.id)])
        self.assertEqual((item.title, item.state, item.subject_ids), ("港口史", "kept", self.harbours))
        again = self._upload(text, "books.csv")
        again.action_take()
        self.assertEqual(again.run_id.created_count, 0, "the same file again changes nothing")

    def test_files_that_cannot_be_read_say_why(self):
        for body, code in ((b"", "empty_file"), (b"%PDF-1.7 x", "unreadable_table"), (b"a;b\r\n1;2\r\n", "no_title")):
            upload = self._upload(body, "x.csv")
            upload.action_preview()
            self.assertEqual(upload.state, "file", code)
            self.assertTrue(upload.message, code)
        with self.assertRaises(AccessError):
            self.env["library.feed.upload"].with_user(self.librarian).create({"file": base64.b64encode(b"x")})
