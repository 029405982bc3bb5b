from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..team.test_skills import SkilledLibrary


@tagged("post_install", "-at_install")
class TestAbsentOwner(SkilledLibrary):
    """A reply to somebody who is away reaches the deputy at once, and the patron sees who answers."""

    def setUp(self):
        super().setUp()
        self.deputy = self.staff["steward"]
        self.case = self._case()
        self.case._assign(self.librarian)
        self.case.waits_for = "patron"

    def _patron_writes(self, case=None):
        case = case or self.case
        raw = self._mail(
            "One more thing about the maps.", sender="林伟 <wei@patrons.test>", to="ask-test@library.test",
            subject=f"Re: maps [{case._token()}]",
        )
        self.assertEqual(self._receive(raw), case)

    def test_activity_follower_and_mail_go_to_the_deputy(self):
        """Feature: X2, 21.3"""
        self._away(self.librarian, self.deputy)
        before = self.mails.search([])
        self._patron_writes()
        self.assertEqual(self.case.activity_ids.user_id, self.deputy)
        self.assertIn(self.librarian.name, self.case.activity_ids.summary)
        self.assertIn(self.deputy.partner_id, self.case.message_partner_ids)
        self.assertIn(self.deputy.partner_id, self.case.message_ids[:1].notified_partner_ids)
        self.assertIn(self.deputy.email, self._outgoing(before).recipient_ids.mapped("email"))
        self._patron_writes()
        self.assertEqual(len(self.case.activity_ids), 1, "a second mail makes no second activity")
        self.assertEqual(self.case.user_id, self.librarian, "the case stays with its owner")

    def test_without_a_deputy_of_the_team_its_lead_is_told(self):
        """Feature: X2"""
        self.team.lead_id = self.staff["lead"]
        self._away(self.librarian, self.colleague)
        self._patron_writes()
        self.assertEqual(self.case.activity_ids.user_id, self.staff["lead"])
        self.assertNotIn(self.colleague.partner_id, self.case.message_partner_ids)

    def test_nothing_changes_while_the_owner_is_at_work(self):
        """Feature: X2"""
        self._patron_writes()
        self.assertEqual(self.case.activity_ids.user_id, self.librarian)
        self.assertFalse(self.case.absence_words)

    def test_the_deputy_reads_and_answers(self):
        """Feature: X2"""
        self._away(self.librarian, self.deputy)
        self._patron_writes()
        self.case.with_user(self.deputy)._answer("<p>They are in the map room.</p>")
        self.assertEqual(self.case.waits_for, "patron")

    def test_the_patron_and_the_desk_see_who_stands_in(self):
        """Feature: X2, 21.3"""
        self._away(self.librarian, self.deputy)
        seen = self.case.with_user(self.portal_user)._portal_librarian()
        self.assertEqual((seen["away"], seen["name"]), ("Test", "Test"))
        self.deputy.name = "Noor Haddad"
        self.assertEqual(self.case._portal_librarian()["name"], "Noor")
        self.assertIn("Noor Haddad", self.case.with_user(self.staff["lead"]).absence_words)
        self.assertEqual(self.case.acting_user_id, self.deputy)

    def test_what_is_due_changes_hands_when_the_absence_begins_and_back_when_it_ends(self):
        """Feature: X2, 21.3"""
        self._patron_writes()
        self.assertEqual(self.case.activity_ids.user_id, self.librarian)
        absence = self._away(self.librarian, self.deputy)
        for _run in range(2):
            self.env["library.absence"]._run_handovers()
            self.assertEqual(self.case.activity_ids.user_id, self.deputy)
        self.assertIn(self.deputy.partner_id, self.case.message_partner_ids)
        absence.date_end = fields.Datetime.now() - timedelta(seconds=1)
        for _run in range(2):
            self.env["library.absence"]._run_handovers()
            self.assertEqual(self.case.activity_ids.user_id, self.librarian)
        self.assertNotIn(self.deputy.partner_id, self.case.message_partner_ids)
        self.assertTrue(absence.is_ended)

    def test_whoever_looks_after_a_patron_for_good_is_stood_in_for_too(self):
        """Feature: 21.3"""
        relationship = self.env["library.relationship"].create(
            {"patron_id": self.patron.id, "owner_id": self.librarian.id}
        )
        self.assertEqual(relationship._standing_in(), self.librarian)
        self._away(self.librarian, self.deputy)
        self.assertEqual(relationship._standing_in(), self.deputy)
        self.assertEqual(self.patron.sudo()._portal_librarian()["stands_in"], self.deputy.name)
        self.patron._remind_owner("The stage of study has ended")
        self.assertEqual(self.patron.activity_ids.user_id, self.deputy)

    def test_a_deputys_own_patron_mail_is_not_shown_to_patrons(self):
        """Feature: 21.2"""
        self._away(self.librarian, self.deputy, note="I am in hospital")
        page = str(self.case.with_user(self.portal_user)._portal_librarian())
        self.assertNotIn("hospital", page)
        self._patron_writes()
        self.assertNotIn("hospital", "".join(self.case.message_ids.mapped("body")))
