from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Date
from odoo.tests import tagged

from ..case.portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal", "security")
class TestServicePilot(LibraryPortalCase):
    """Services on trial, and services that are not for everybody. Feature: 3.5, 2.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type = cls.env["library.patron.type"].create({"name": "Doctoral student"})
        cls.segment = cls.env["library.segment"].create({"name": "Map lovers", "kind": "hand"})
        cls.env["library.segment.member"].create({
            "segment_id": cls.segment.id, "patron_id": cls.other_patron.id, "company_id": cls.company.id,
            "date_from": "2026-01-01", "how": "hand",
        })  # fmt: skip
        cls.manager = cls.staff["manager"]
        today = Date.today()
        cls.service.write({
            "is_pilot": True, "date_pilot_start": Date.subtract(today, days=30),
            "date_pilot_end": Date.subtract(today, days=1), "pilot_min_cases": 6, "pilot_min_rating": 4,
            "pilot_hypothesis": "They come back", "audience": "Doctoral students",
        })  # fmt: skip
        cls.env.flush_all()

    def tried(self, kept, missed, rating):
        """Cases of the trial: so many kept, so many missed, each rated."""
        for number in range(kept + missed):
            case = self._case(self.other_patron if number % 2 else self.patron, service_id=self.service.id)
            case.rating_apply(rating, rating=case._rating_of_patron())
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE library_case SET promise_kept = %s, create_date = %s WHERE id = %s",
                ["kept" if number < kept else "missed", Date.subtract(Date.today(), days=5), case.id],
            )
        self.env.invalidate_all()

    def test_the_rule_proposes(self):
        self.tried(2, 2, 5)
        self.assertEqual((self.service.pilot_proposal, self.service.pilot_kept_rate), ("extend", 0), "too few to tell")
        self.tried(4, 0, 5)
        self.assertEqual(self.service.pilot_case_count, 8)
        self.assertAlmostEqual(self.service.pilot_kept_rate, 0.75)
        self.assertEqual(self.service.pilot_proposal, "extend", "liked, but promises are not kept")
        self.tried(8, 0, 5)
        self.assertEqual(self.service.pilot_proposal, "adopt")

    def test_what_nobody_likes_is_given_up(self):
        self.tried(1, 6, 1)
        self.assertEqual(self.service.pilot_proposal, "drop")

    def test_only_cases_of_the_segment_count(self):
        self.tried(8, 0, 5)
        self.service.pilot_segment_id = self.segment
        self.assertEqual(self.service.pilot_case_count, 4)

    def test_verdict_is_carried_out_and_kept_with_its_figures(self):
        self.tried(8, 0, 5)
        service = self.service.with_user(self.manager)
        with self.assertRaises(UserError):
            service.action_decide_pilot()
        service.write({"pilot_verdict": "extend", "pilot_reason": "Go on"})
        with self.assertRaises(UserError):
            service.action_decide_pilot()
        service.write({"pilot_verdict": "adopt", "pilot_reason": "They love it"})
        service.action_decide_pilot()
        self.assertFalse(service.is_pilot)
        self.assertTrue(service.is_published)
        words = self.service.message_ids.filtered(lambda message: "They love it" in message.body)
        self.assertIn("8 cases, promises kept: 100 %", words.body)
        self.assertTrue(words.subtype_id.internal)

    def test_dropped_is_off_the_portal(self):
        service = self.service.with_user(self.manager)
        service.write({"pilot_verdict": "drop", "pilot_reason": "Nobody asked"})
        service.action_decide_pilot()
        self.assertFalse(service.is_published)
        with self.assertRaises(AccessError):
            self.service.with_user(self.librarian).action_decide_pilot()

    def test_the_lead_is_asked_once_when_it_is_over(self):
        self.team.lead_id = self.staff["lead"]
        self.env["library.service"]._remind_of_verdicts()
        self.env["library.service"]._remind_of_verdicts()
        self.assertEqual(self.service.activity_ids.user_id, self.staff["lead"])
        self.assertEqual(len(self.service.activity_ids), 1)

    def test_patrons_see_that_it_is_on_trial_and_no_more(self):
        self.login()
        for path in ("/library/services", f"/library/services/{self.service.id}", f"/library/ask/{self.service.id}"):
            page = self.get(path).text
            self.assertIn("on trial", page.lower(), path)
            self.assertNotIn("They come back", page)

    # For whom

    def test_type_or_segment_lets_in(self):
        self.assertTrue(self.service._is_eligible(self.env["library.patron"]))
        self.service.write({"type_ids": [Command.set(self.type.ids)], "segment_ids": [Command.set(self.segment.ids)]})
        self.assertFalse(self.service._is_eligible(self.env["library.patron"]))
        self.assertFalse(self.service._is_eligible(self.patron))
        self.assertTrue(self.service._is_eligible(self.other_patron))
        self.patron.type_id = self.type
        self.assertTrue(self.service._is_eligible(self.patron))

    def test_portal_offers_what_one_may_ask_and_says_why_not(self):
        self.service.type_ids = self.type
        self.env.flush_all()
        self.login()
        self.assertNotIn("Early maps", self.get("/library/ask").text)
        page = self.get(f"/library/services/{self.service.id}").text
        self.assertIn("This service is not for everybody", page)
        self.assertNotIn("Ask for this", page)
        self.assertEqual(self.ask(email=self.patron.email).status_code, 422)
        self.login(self.portal_user)
        self.assertEqual(self.ask().status_code, 422)
        self.patron.type_id = self.type
        self.env.flush_all()
        self.assertIn("Early maps", self.get("/library/ask").text)
        self.assertEqual(self.ask().status_code, 303)
        self.assertEqual(self.newest_case().service_id, self.service)
