from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import KnowledgeCase

SECRET = "the contract number 4711"


@tagged("post_install", "-at_install")
class TestResourceChange(KnowledgeCase):
    """What a resource said before stays to be read. Feature: 5.2"""

    def setUp(self):
        super().setUp()
        self.resource = self.env["library.resource"].create({"name": "Press", "url": "https://press.example.org"})

    def test_who_changed_what(self):
        self.resource.with_user(self.steward).write({"url": "https://new.example.org", "access": "onsite"})
        changes = self.resource.change_ids
        self.assertEqual(set(changes.mapped("kind")), {"url", "access"})
        self.assertEqual(changes.user_id, self.steward)
        change = changes.filtered(lambda one: one.kind == "url")
        self.assertEqual(
            (change.old_value, change.new_value), ("https://press.example.org", "https://new.example.org")
        )

    def test_what_stays_the_same_is_no_change(self):
        self.resource.write({"url": "https://press.example.org", "cost": "100", "access": "public"})
        self.assertFalse(self.resource.change_ids)

    def test_the_link_check_is_nobody(self):
        self.resource.write({"health": "ok"})
        self.assertFalse(self.resource.change_ids, "a link that opens is no news")
        self.resource.write({"health": "broken", "failed_checks": 1})
        self.assertEqual(self.resource.change_ids.mapped("is_automatic"), [True])
        self.assertFalse(self.resource.change_ids.user_id)

    def test_nobody_writes_the_log(self):
        self.resource.write({"access": "onsite"})
        change = self.resource.change_ids.with_user(self.steward)
        for verb in (lambda: change.write({"new_value": "x"}), change.unlink, lambda: change.copy()):
            with self.assertRaises(AccessError):
                verb()


@tagged("post_install", "-at_install")
class TestOutage(KnowledgeCase):
    """Outages are opened by people and by the link check, and announced by those who may. Feature: 5.2"""

    def setUp(self):
        super().setUp()
        self.resource = self.env["library.resource"].create({"name": "Press", "url": "https://press.example.org"})
        self.Outage = self.env["library.outage"]

    def _fail(self, times):
        self.resource.write({"health": "broken" if times else "ok", "failed_checks": times, "health_code": "connect"})

    def test_three_broken_checks_open_a_draft_once(self):
        for times in (1, 2, 3, 4):
            self._fail(times)
        outage = self.resource.outage_ids
        self.assertEqual((len(outage), outage.state, outage.is_automatic), (1, "draft", True))
        self._fail(0)
        self.assertEqual(outage.state, "dropped")

    def test_a_link_that_opens_again_ends_what_the_check_opened_and_nothing_else(self):
        self._fail(3)
        automatic = self.resource.outage_ids
        mine = self.Outage.create({"resource_id": self.resource.id, "text": "Ours"})
        mine.action_announce()
        automatic.text = "No access"
        automatic.action_announce()
        self._fail(0)
        self.assertEqual((automatic.state, mine.state), ("over", "announced"))
        self.assertTrue(automatic.date_end)

    def test_librarians_report_and_stewards_announce(self):
        outage = self.Outage.with_user(self.writer).create({"resource_id": self.resource.id, "text": "No access"})
        for verb in (outage.action_announce, outage.action_drop, outage.action_end,
                     lambda: outage.write({"state": "announced"}),
                     lambda: outage.write({"date_announced": fields.Datetime.now()})):  # fmt: skip
            with self.assertRaises(AccessError):
                verb()
        with self.assertRaises(AccessError):
            self.Outage.with_user(self.writer).create({"resource_id": self.resource.id, "state": "announced"})
        outage.with_user(self.steward).action_announce()
        self.assertTrue(outage.is_now)
        with self.assertRaises(AccessError):
            outage.text = "Something else"
        outage.note = "called the provider"

    def test_what_patrons_read_has_to_be_written(self):
        with self.assertRaises(UserError):
            self.Outage.create({"resource_id": self.resource.id}).action_announce()

    def test_now_coming_and_past_are_apart(self):
        now = fields.Datetime.now()
        for days, end, name in ((-1, None, "now"), (1, 2, "coming"), (-5, -2, "past"), (-80, -70, "long past")):
            self.Outage.create({
                "resource_id": self.resource.copy({"name": name}).id, "text": name,
                "date_start": now + timedelta(days=days), "date_end": now + timedelta(days=end) if end else False,
            }).action_announce()  # fmt: skip
        self.Outage.create({"resource_id": self.resource.id, "text": "draft"})
        status = self.Outage.with_user(self.public)._portal_status()
        names = {kind: [row["name"] for row in rows] for kind, rows in status.items()}
        self.assertEqual({kind: found for kind, found in names.items()},
                         {"now": ["now"], "coming": ["coming"], "past": ["past"]})
        self.assertEqual(self.Outage.search([("is_now", "=", True)]).resource_id.name, "now")

    def test_another_institution_shows_its_own(self):
        company = self.env["res.company"].create({"name": "Another library"})
        self.resource.company_id = company
        self.Outage.create({"resource_id": self.resource.id, "text": "Theirs"}).action_announce()
        self.assertFalse(self.Outage.with_user(self.public)._portal_status()["now"])


@tagged("post_install", "-at_install")
class TestStatusPage(HttpCase, KnowledgeCase):
    """Everybody sees what works and what does not. Feature: 5.2"""

    def setUp(self):
        super().setUp()
        resource = self.env["library.resource"].create({"name": "Press <b>", "description": SECRET})
        self.outage = self.env["library.outage"].create(
            {"resource_id": resource.id, "text": "Use the <script>microfilm</script>.", "note": SECRET}
        )

    def test_a_draft_is_nobodys_business(self):
        self.assertNotIn("Press", self.url_open("/library/status").text)
        self.assertNotIn("Press", self.url_open("/library/status.atom").text)

    def test_what_is_announced_is_read_by_everybody(self):
        self.outage.action_announce()
        page = self.url_open("/library/status")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Press &lt;b&gt;", page.text)
        self.assertNotIn("<script>microfilm", page.text)
        self.assertNotIn(SECRET, page.text)

    def test_the_feed_is_atom(self):
        self.outage.action_announce()
        answer = self.url_open("/library/status.atom")
        self.assertIn("application/atom+xml", answer.headers["Content-Type"])
        feed = etree.fromstring(answer.content)
        names = {"a": "http://www.w3.org/2005/Atom"}
        for path in ("a:id", "a:title", "a:updated", "a:entry/a:id", "a:entry/a:title", "a:entry/a:updated",
                     "a:entry/a:author/a:name"):  # fmt: skip
            self.assertTrue(feed.findtext(path, namespaces=names), path)
        self.assertNotIn(SECRET.encode(), answer.content)

    def test_whoever_asks_finds_the_way(self):
        self.assertIn('href="/library/status"', self.url_open("/library/ask").text)

    def test_get_changes_nothing_and_post_is_no_way(self):
        self.outage.action_announce()
        self.assertEqual(self.url_open("/library/status", data={"a": 1}).status_code, 405)
