from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestTransitions(LibraryCase):
    """Claim, hand over, close, re-open: each keeps its word."""

    def test_claim_makes_the_case_mine_and_a_second_claimer_sees_whose_it_is(self):
        """Feature: X2"""
        case = self._case()
        case.with_user(self.librarian).action_claim()
        self.assertEqual((case.user_id, case.stage_code), (self.librarian, "understand"))
        with self.assertRaisesRegex(UserError, "Test librarian"):
            case.with_user(self.staff["lead"]).action_claim()
        case.with_user(self.librarian).action_release()
        self.assertFalse(case.user_id)

    def test_looking_does_not_claim(self):
        case = self._case()
        case.with_user(self.librarian).web_read({"name": {}, "user_id": {}, "has_news": {}})
        self.assertFalse(case.user_id)

    def test_transfer_keeps_the_stage_and_says_so_in_the_workroom(self):
        """Feature: X2"""
        case = self._case(user_id=self.librarian.id)
        case.stage_id = case._find_stage("search")
        case._transfer(self.other_team, "They have the maps")
        self.assertEqual((case.team_id, case.stage_code), (self.other_team, "search"))
        self.assertFalse(case.user_id, "the former owner does not sit in the new team")
        self.assertIn("They have the maps", case.workroom_ids.message_ids[:1].body)

    def test_close_needs_a_reason_when_the_need_was_not_met(self):
        """Feature: 23.3"""
        case = self._case()
        with self.assertRaises(ValidationError):
            case._close("unmet")
        case._close("unmet", "no_source", "A map of 1642")
        need = case.need_ids
        self.assertEqual((need.state, need.unmet_reason, need.lacks), ("unmet", "no_source", "A map of 1642"))

    def test_close_builds_the_log_from_events(self):
        """Feature: 25.1, 25.2, X6"""
        case = self._case()
        case.need_ids.statement = "I am 林伟, where are the maps?"
        case.message_post(
            body="Hello", message_type="email", subtype_xmlid="mail.mt_comment", author_id=self.patron.partner_id.id
        )
        case.with_user(self.librarian)._answer("<p>In the map room.</p>")
        case._close("met")
        log = case.log_ids
        self.assertEqual((log.mail_in_count, log.mail_out_count, log.resolution), (1, 1, "met"))
        self.assertNotIn("林伟", log.problem)
        self.assertIn("maps", log.problem)
        self.assertIn(self.librarian, log.user_ids)
        self.assertTrue(log.read_level and log.warner and log.minutes)
        self.assertEqual(case.read_level, log.read_level)
        log.worked = "The map room's own card index"
        case._reopen()
        case._close("met")
        self.assertEqual(len(case.log_ids), 1, "a case has one log")
        self.assertEqual(log.worked, "The map room's own card index", "what people wrote is kept")

    def test_the_rarest_lesson_is_asked_for(self):
        Log = self.env["library.service.log"]
        Log.create(
            {"name": "x", "company_id": self.company.id, "team_id": self.team.id, "worked": "a", "failed": "b"}
        )
        self.assertEqual(Log._rarest_lesson(self.team), "learned")

    def test_patron_message_wakes_the_owner_once(self):
        case = self._case(user_id=self.librarian.id)
        for _time in range(2):
            case.with_user(self.portal_user).message_post(
                body="Any news?", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertTrue(case.has_news)
        self.assertEqual(case.waits_for, "library")
        self.assertEqual(len(case.activity_ids), 1)

    def test_overdue_is_the_same_in_list_badge_and_search(self):
        case = self._case()
        case.date_promised = "2020-01-01 10:00:00"
        self.assertTrue(case.is_overdue)
        self.assertIn(case, self.env["library.case"].search([("is_overdue", "=", True)]))
        case.waits_for = "patron"
        self.assertFalse(case.is_overdue)
        self.assertNotIn(case, self.env["library.case"].search([("is_overdue", "=", True)]))

    def test_desk_contact_that_is_not_finished_becomes_a_case(self):
        """Feature: P1, 11.6"""
        Contact = self.env["library.interaction"].with_user(self.librarian)
        done = Contact.tally({"read_level": "2"})
        self.assertFalse(done["case_id"])
        contact = Contact.browse(done["id"])
        self.assertEqual((contact.minutes, contact.is_reference, contact.team_id), (5, False, self.team))
        still_open = Contact.tally({"read_level": "4", "outcome": "open", "note": "Maps of 1642", "user_id": 1})
        case = self.env["library.case"].browse(still_open["case_id"])
        self.assertEqual((case.name, case.user_id, case.channel), ("Maps of 1642", self.librarian, "desk"))
        self.assertTrue(Contact.browse(still_open["id"]).is_reference)
