from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..case.portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestNeedOffer(LibraryPortalCase):
    """Is this also useful to you? Not now. I still need it. Feature: 1.4, 1.3, 1.2"""

    def setUp(self):
        super().setUp()
        self.guess = self.env["library.need"].create({
            "name": "Guess of a lecture", "origin": "latent", "patron_id": self.patron.id,
        })
        self.patron._give("outreach")

    def _say(self, verb, need=None, **form):
        self.login(self.portal_user)
        return self.post(f"/my/needs/{(need or self.guess).id}/{verb}", form)

    def test_only_what_the_patron_welcomes_is_offered(self):
        self.patron._withdraw("outreach")
        with self.assertRaises(UserError):
            self.guess.with_user(self.librarian).action_offer()
        with self.assertRaises(UserError):
            self._case().need_ids.action_offer()
        with self.assertRaises(UserError):
            self.env["library.need"].create({"name": "Nobody's", "origin": "latent"}).action_offer()

    def test_nothing_is_shown_before_it_is_offered(self):
        self.login(self.portal_user)
        self.assertEqual(self.get(f"/my/needs/{self.guess.id}").status_code, 404)
        self.assertNotIn(self.guess.name, self.get("/my/needs?filterby=all").text)
        self.assertFalse(self.guess.with_user(self.portal_user).has_access("read"))
        self.assertEqual(self._say("useful").status_code, 404)

    def test_yes(self):
        self.env["library.relationship"].create({"patron_id": self.patron.id, "owner_id": self.librarian.id})
        self.guess.with_user(self.librarian).action_offer()
        self.login(self.portal_user)
        self.assertIn("Also useful to you?", self.get("/my/needs").text)
        page = self.get(f"/my/needs/{self.guess.id}").text
        self.assertIn("Yes, that would help", page)
        self.assertNotIn("Yes, that is it", page)
        self.assertEqual(self._say("useful").status_code, 303)
        self.assertEqual((self.guess.offer, self.guess.state), ("yes", "understood"))
        self.assertIn("Guess of a lecture", " ".join(self.patron.activity_ids.mapped("summary")))

    def test_no_is_not_asked_again(self):
        self.guess.action_offer()
        self._say("useless")
        self.assertEqual((self.guess.offer, self.guess.state), ("no", "withdrawn"))
        self.assertEqual(self._say("useful").status_code, 422)

    def test_not_now_comes_back(self):
        self.guess.action_offer()
        self._say("later", months="1")
        self.assertEqual(self.guess.offer, "later")
        day = self.guess.date_not_before
        self.assertTrue(28 <= (day - fields.Date.context_today(self.guess)).days <= 31)
        self.assertNotIn(self.guess.name, self.get("/my/needs").text)
        self.assertIn(self.guess.name, self.get("/my/needs?filterby=later").text)
        self.guess.date_not_before = fields.Date.context_today(self.guess) - timedelta(days=1)
        self.assertIn("Also useful to you?", self.get("/my/needs").text)

    def test_a_stated_need_can_wait_and_come_back(self):
        case = self._case()
        need = case.need_ids
        self._say("later", need, months="junk")
        self.assertTrue(need._portal_waits())
        self.assertIn("Not now", str(case.message_ids.sorted("id")[-1].body))
        self.assertIn("We come back to it after", self.get(f"/my/needs/{need.id}").text)
        self._say("resume", need)
        self.assertFalse(need.date_not_before)

    def test_still_needed_after_the_end(self):
        case = self._case()
        need = case.need_ids
        case._close("met")
        self.login(self.portal_user)
        self.assertIn("I still need this", self.get(f"/my/needs/{need.id}").text)
        self._say("still", need)
        self.assertEqual(need.state, "understood")
        self.assertNotEqual(case.stage_code, "closed", "it goes on where it was answered")
        self.assertTrue(case.has_news)

    def test_words_that_do_not_fit(self):
        self.guess.action_offer()
        before = self.facts(self.guess)
        for verb in ("resume", "still", "confirm", "correct"):
            with self.subTest(verb=verb):
                self.assertEqual(self._say(verb).status_code, 422)
        self.assertEqual(self.facts(self.guess), before)
        self.login(self.other_portal_user)
        self.assertEqual(self.post(f"/my/needs/{self.guess.id}/useful").status_code, 404)
        self.assertEqual(self.facts(self.guess), before)

    def test_cases_of_others_are_not_shown(self):
        """One need in the cases of two people: each page shows what its reader may open."""
        case = self._case()
        foreign = self._case(self.other_patron, name="Amara's own words")
        case.need_ids.case_ids = [Command.link(foreign.id)]
        self.login(self.portal_user)
        page = self.get(f"/my/needs/{case.need_ids.id}").text
        self.assertIn(f"/my/cases/{case.id}", page)
        self.assertNotIn("Amara", page)

    def test_what_came_of_a_suggestion(self):
        need = self._case().need_ids
        suggestion = self.env["library.purchase.suggestion"]
        own = {"name": "Own atlas", "patron_id": self.patron.id, "need_ids": need.ids, "state": "declined",
               "decision_reason": "Next door has it"}
        suggestion.create([own, {**own, "name": "Foreign atlas", "patron_id": self.other_patron.id}])
        self.login(self.portal_user)
        page = self.get(f"/my/needs/{need.id}").text
        self.assertIn("Own atlas", page)
        self.assertIn("Next door has it", page)
        self.assertNotIn("Foreign atlas", page)
        listed = self.get("/my/needs").text
        self.assertIn("Own atlas", listed)
        self.assertNotIn("Foreign atlas", listed)

    def test_why_we_think_so(self):
        self.guess.write({"origin": "predicted", "restatement": "Asked for it last May"})
        self.guess.action_offer()
        self.login(self.portal_user)
        page = self.get(f"/my/needs/{self.guess.id}").text
        self.assertIn("Why we think so", page)
        self.assertNotIn("As we understand it", page)

    def test_no_sign_reaches_the_patron(self):
        self.guess.signal_ids = [Command.create({"words": "Secret sign at the desk"})]
        self.guess.action_offer()
        self.login(self.portal_user)
        self.assertNotIn("Secret sign", self.get(f"/my/needs/{self.guess.id}").text)
        for name in ("signal_ids", "evidence", "task_ids", "merged_into_id", "asked_prompt_ids", "has_resource"):
            self.assertNotIn(name, self.guess.with_user(self.portal_user).fields_get())
