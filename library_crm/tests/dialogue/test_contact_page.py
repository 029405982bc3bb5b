from lxml.html import document_fromstring

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..case.portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestContactPage(LibraryPortalCase):
    """What patrons choose to hear: signed in, or by a link of a mail. Feature: 2.4, X13; hazards: Mail"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patron._give("outreach")
        cls.row = cls.env["library.outreach"]._claim([{
            "patron_id": cls.patron.id, "purpose": "news", "kind": "campaign:1", "key": "1", "reason": "You asked"}])
        cls.env.flush_all()

    def wanted(self, patron=None):
        self.env.invalidate_all()
        return self.env["library.contact.preference"]._wanted(patron or self.patron)

    def link(self, verb):
        return f"/library/{verb}/{self.row._token()}"

    def form(self, page):
        """The values that the page's form would send, with its boxes as they stand."""
        form = document_fromstring(page.text).xpath("//main//form[@method='post']")[0]
        return {
            **{one.get("name"): one.get("value") or "" for one in form.xpath(".//input[not(@type='checkbox')]")},
            **{one.get("name"): "1" for one in form.xpath(".//input[@type='checkbox'][@checked]")},
        }

    def test_opening_changes_nothing(self):
        """Mail scanners open every link; HEAD and GET do nothing."""
        before = self.wanted()
        for verb in ("unsubscribe", "contact"):
            self.assertEqual(self.url_open(self.link(verb)).status_code, 200)
            self.url_open(self.link(verb), method="HEAD")
        self.assertEqual(self.wanted(), before)
        self.assertFalse(self.row.date_unsubscribed)

    def test_one_click(self):
        """RFC 8058: one POST without session or token of a form silences one purpose on one channel and only that."""
        before = self.wanted()
        answer = self.url_open(self.link("unsubscribe"), data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        after = self.wanted()
        self.assertEqual([key for key in before if before[key] != after[key]], [("news", "mail")])
        self.assertFalse(after["news", "mail"])
        self.assertTrue(self.row.date_unsubscribed)
        self.assertTrue(self.wanted(self.other_patron)["evaluation", "mail"])
        self.url_open(self.link("unsubscribe"), data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(self.wanted(), after, "twice is once")
        self.url_open(self.link("unsubscribe"), data={"again": "1"})
        self.assertEqual(self.wanted(), before)

    def test_wrong_links(self):
        token = self.row._token()
        other = f"{self.row.id + 1}-{token.partition('-')[2]}"
        before = self.wanted()
        for bad in (token[:-1], token + "0", other, "0-0", "x", "-", f"{self.row.id}-", "9" * 40):
            for verb in ("unsubscribe", "contact"):
                self.assertNotIn("What you hear", self.url_open(f"/library/{verb}/{bad}").text)
            self.url_open(f"/library/unsubscribe/{bad}", data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(self.wanted(), before)

    def test_link_shows_nobody(self):
        """A forwarded mail shows neither name nor address nor anything else that we know."""
        for verb in ("unsubscribe", "contact"):
            text = self.url_open(self.link(verb)).text
            for secret in (self.patron.name, self.patron.email, "campaign:1"):
                self.assertNotIn(secret, text)

    def test_page_by_link(self):
        """Without sign-in: boxes, pause and language; what was not touched stays."""
        before = self.wanted()
        values = self.form(self.url_open(self.link("contact")))
        self.assertEqual(len([name for name in values if name.startswith("want_")]), 18)
        del values["want_evaluation_portal"]
        page = self.url_open(self.link("contact"), data=values)
        self.assertIn("Saved", page.text)
        after = self.wanted()
        self.assertEqual([key for key in before if before[key] != after[key]], [("evaluation", "portal")])
        preference = self.env["library.contact.preference"].search([("patron_id", "=", self.patron.id)])
        self.assertEqual(preference.mapped("source"), ["link"])

    def test_own_page(self):
        self.authenticate("test_patron", "test_patron")
        self.assertIn("/my/contact", self.url_open("/my").text)
        values = self.form(self.url_open("/my/contact"))
        refused = self.url_open("/my/contact", data={**values, "date_pause_until": "tomorrow"})
        self.assertEqual(refused.status_code, 422)
        self.url_open("/my/contact", data={**values, "date_pause_until": "2099-01-01", "preferred_channel": "phone"})
        self.env.invalidate_all()
        self.assertEqual((str(self.patron.date_pause_until), self.patron.preferred_channel), ("2099-01-01", "phone"))
        self.url_open("/my/contact", data={**values, "verb": "nothing"})
        self.assertFalse(any(self.wanted().values()))
        self.assertTrue(self.wanted(self.other_patron)["evaluation", "mail"])

    def test_needs_the_token_of_the_form(self):
        before = self.wanted()
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(self.link("contact"), data={"verb": "nothing"}).status_code, 400)
        self.assertEqual(self.wanted(), before)
