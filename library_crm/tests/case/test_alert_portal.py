import re
from datetime import timedelta
from xml.etree import ElementTree

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import SCRIPTS, LibraryPortalCase, live_parts

FORM = {"name": "Pain", "words_any": "acupuncture\n针灸", "cadence": "weekly", "channel": "mail", "takes_items": "1"}


@tagged("post_install", "-at_install", "library_portal", "security")
class TestAlertPortal(LibraryPortalCase):
    """Patrons keep their own alerts and say what was useful. Feature: 15.4, X14"""

    def setUp(self):
        super().setUp()
        self.Profile = self.env["library.alert.profile"]
        self.alert = self.make(self.patron, "Acupuncture")
        self.foreign = self.make(self.other_patron, "Secret of Amara")
        self.item = self.env["library.feed.item"].create({
            "title": "Acupuncture: a trial", "identifier": "oai:1", "company_id": self.company.id, "state": "kept",
            "url": "https://journal.test/1", "creators": "Li Na",
        })
        self.hit, self.foreign_hit = (self.find(alert) for alert in (self.alert, self.foreign))

    def make(self, patron, name):
        alert = self.Profile.create({"name": name, "patron_id": patron.id, "words_any": "acupuncture"})
        alert.action_start()
        return alert

    def find(self, alert, item=None):
        item = item or self.item
        return self.env["library.alert.hit"].create({
            "profile_id": alert.id, "patron_id": alert.patron_id.id, "company_id": self.company.id,
            "res_model": item._name, "res_id": item.id, "title": item.display_name, "date": self.env.cr.now(),
            "why": {"words": ["acupuncture"], "subjects": []},
        })

    def digest(self):
        digest = self.env["library.alert.digest"].create({
            "patron_id": self.patron.id, "company_id": self.company.id, "date": "2026-01-01", "hit_count": 1})
        self.hit.write({"digest_id": digest.id, "is_mailed": True, "state": "sent"})
        return digest

    def path(self, record, verb):
        return re.sub(r"^https?://[^/]+", "", record._url(verb))

    def own(self):
        return self.Profile.search([("patron_id", "=", self.patron.id)])

    # Keeping alerts

    def test_make_change_pause_delete(self):
        self.login(self.portal_user)
        self.assertEqual(self.post("/my/alerts/new", FORM).status_code, 303)
        made = self.own() - self.alert
        self.assertEqual(
            (made.name, made.state, made.made_by, made.patron_id), ("Pain", "active", "patron", self.patron))
        self.assertTrue(self.patron._allows("alerts"))
        page = self.get("/my/alerts").text
        self.assertIn("Pain", page)
        self.assertIn("Acupuncture: a trial", page)
        self.assertIn("contains “acupuncture”", page)
        self.assertNotIn("Secret of Amara", page)
        self.post(f"/my/alerts/{made.id}", {**FORM, "name": "Pain and sleep", "cadence": "daily"})
        self.assertEqual((made.name, made.cadence), ("Pain and sleep", "daily"))
        for verb, state in (("pause", "paused"), ("start", "active")):
            self.post(f"/my/alerts/{made.id}/{verb}")
            self.assertEqual(made.state, state)
        self.post(f"/my/alerts/{made.id}/delete")
        self.assertFalse(made.exists())

    def test_what_cannot_be_taken_is_said(self):
        self.login(self.portal_user)
        refused = self.post("/my/alerts/new", {"name": "", "words_any": " ,"})
        self.assertEqual(refused.status_code, 422)
        for sentence in ("give the alert a name", "at least one word", "what you want to hear of"):
            self.assertIn(sentence, refused.text)
        self.assertEqual(self.own(), self.alert)

    def test_preview_keeps_nothing(self):
        self.login(self.portal_user)
        page = self.post("/my/alerts/new", {**FORM, "preview": "1"})
        self.assertEqual(page.status_code, 200)
        self.assertIn("Acupuncture: a trial", page.text)
        self.assertIn("针灸", page.text, "what was typed stands there")
        self.assertEqual(self.own(), self.alert)

    def test_foreign_alerts_and_junk(self):
        self.login(self.portal_user)
        before = (self.foreign.read(), self.foreign_hit.read())
        with mute_logger("odoo.http"):
            for number in (self.foreign.id, self.foreign.id + 9999, 2**31):
                self.assertEqual(self.get(f"/my/alerts/{number}").status_code, 404)
                self.assertEqual(self.post(f"/my/alerts/{number}", FORM).status_code, 404)
                for verb in ("pause", "start", "delete", "feed", "unfeed"):
                    self.assertEqual(self.post(f"/my/alerts/{number}/{verb}").status_code, 404)
            self.assertEqual(self.post(f"/my/alerts/find/{self.foreign_hit.id}/relevant").status_code, 404)
            self.assertEqual(self.post("/my/alerts/new", FORM, csrf=False).status_code, 400)
        self.env.invalidate_all()
        self.assertEqual((self.foreign.read(), self.foreign_hit.read()), before)
        odd = {**FORM, "classes": "x", "langs": "-1", "cadence": "hourly", "channel": "pigeon", "joined": "xor",
               "patron_id": str(self.other_patron.id), "state": "draft", "token": "x" * 32}
        self.assertEqual(self.post("/my/alerts/new", odd).status_code, 303)
        made = self.own() - self.alert
        self.assertEqual((made.cadence, made.channel, made.joined, made.token), ("weekly", "mail", "both", False))
        self.login()
        self.assertIn("/web/login", self.get("/my/alerts").headers["Location"])

    def test_scripts_in_what_is_typed_or_harvested(self):
        for script in SCRIPTS:
            item = self.item.copy({"title": f"Find {script}", "identifier": script, "summary": script, "state": "kept",
                                   "url": "javascript:alert(1)"})
            item.state = "kept"
            self.find(self.alert, item)
        self.alert.write({"name": SCRIPTS[0], "words_any": SCRIPTS[1]})
        self.login(self.portal_user)
        for path in ("/my/alerts", f"/my/alerts/{self.alert.id}"):
            self.assertEqual(live_parts(self.get(path).text), [])

    # What was useful

    def test_opening_links_of_the_mail_does_nothing(self):
        digest = self.digest()
        self.login()
        for verb in ("relevant", "not", "stop"):
            page = self.get(self.path(self.hit, verb))
            self.assertEqual(page.status_code, 200)
            self.assertIn("autofocus", page.text)
        self.assertEqual(self.get(self.path(digest, "unsubscribe")).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((self.hit.state, self.alert.state), ("sent", "active"))

    def test_one_press_of_the_button(self):
        self.digest()
        self.login()
        for verb, state in (("relevant", "relevant"), ("not", "not_relevant")):
            self.assertIn("Thank you", self.post(self.path(self.hit, verb)).text)
            self.assertEqual(self.hit.state, state)
        self.post(self.path(self.hit, "stop"))
        self.assertEqual((self.hit.state, self.alert.state), ("stopped", "stopped"))
        self.assertEqual(self.foreign.state, "active")

    def test_forged_and_old_links(self):
        self.digest()
        self.login()
        good = self.path(self.hit, "not")
        forged = (
            good.replace(f"/{self.hit.id}/", f"/{self.foreign_hit.id}/"), good.replace(self.hit._signature(), "0" * 40),
            good.replace(self.hit._signature(), "None"),
        )
        for path in forged:
            self.assertNotEqual(self.post(path).status_code, 200)
        self.hit.date = self.env.cr.now() - timedelta(days=400)
        self.assertNotEqual(self.post(good).status_code, 200)
        self.assertEqual((self.hit.state, self.foreign_hit.state), ("sent", "new"))

    def test_mail_programs_end_it_for_the_reader(self):
        """RFC 8058: a POST without any session."""
        digest = self.digest()
        path = self.path(digest, "unsubscribe")
        self.login()
        one_click = {"List-Unsubscribe": "One-Click"}
        self.assertNotEqual(self.post(path[:-3] + "abc", one_click, csrf=False).status_code, 200)
        self.assertEqual(self.alert.state, "active")
        self.assertEqual(self.post(path, one_click, csrf=False).status_code, 200)
        self.assertEqual((self.alert.state, self.foreign.state), ("stopped", "active"))

    # The feed

    def test_feed_by_its_secret(self):
        self.login(self.portal_user)
        self.post(f"/my/alerts/{self.alert.id}/feed")
        first = self.alert.token
        self.login()
        answer = self.get(f"/library/alerts/{first}.xml")
        self.assertEqual(answer.headers["Content-Type"], "application/rss+xml; charset=utf-8")
        feed = ElementTree.fromstring(answer.content)
        self.assertEqual(feed.findtext("channel/item/title"), "Acupuncture: a trial")
        self.assertEqual(feed.findtext("channel/item/link"), "https://journal.test/1")
        self.assertIn("contains “acupuncture”", feed.findtext("channel/item/description"))
        self.item.is_deleted = True
        self.env.flush_all()
        self.assertNotIn("a trial", self.get(f"/library/alerts/{first}.xml").text)
        self.alert._give_token()
        self.env.flush_all()
        for token in (first, "None", "False", "x" * 32, "%00" * 10):
            self.assertEqual(self.get(f"/library/alerts/{token}.xml").status_code, 404)
