from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install", "security")
class TestParticipation(LibraryCase):
    """Contributors see what their step needs; who asked, only when the lead lets them."""

    def setUp(self):
        super().setUp()
        self.team.lead_id = self.staff["lead"]
        self.case = self._case()
        self.case._assign(self.librarian)
        self.case._contribute(self.other_team)
        self.room = self.case.workroom_ids

    def _grant(self, person):
        dialog = self.env["library.workroom.grant"].with_user(person).create(
            {"workroom_id": self.room.id, "user_ids": [Command.set(self.colleague.ids)]}
        )
        dialog.action_grant()

    def test_a_contributor_sees_the_room_and_no_patron(self):
        """Feature: 21.1, 21.2"""
        room = self.room.with_user(self.colleague)
        self.assertTrue(room.question)
        self.assertFalse(room.can_see_case)
        self.assertFalse(room.can_grant)
        self.assertFalse(self.case.with_user(self.colleague).has_access("read"))

    def test_owner_and_lead_let_a_contributor_see_the_patron_and_the_room_keeps_it(self):
        """Feature: 21.1, 21.2"""
        for person in (self.staff["lead"], self.librarian):
            with self.subTest(person=person.name):
                self.case.granted_user_ids = False
                self.assertTrue(self.room.with_user(person).can_grant)
                self._grant(person)
                self.assertTrue(self.case.with_user(self.colleague).has_access("read"))
                note = self.room.message_ids[:1]
                self.assertIn(self.colleague.name, note.body)
                self.assertEqual(note.author_id, person.partner_id)

    def test_taking_it_back_is_felt_at_once_and_noted(self):
        """Feature: 21.2"""
        self._grant(self.librarian)
        self.case.with_user(self.librarian).granted_user_ids = False
        self.assertFalse(self.case.with_user(self.colleague).has_access("read"))
        self.assertIn("No longer", self.room.message_ids[:1].body)

    def test_nobody_else_lets_anybody_in(self):
        """Feature: 21.2"""
        with self.assertRaises(AccessError):
            self._grant(self.staff["steward"])
        with self.assertRaises(AccessError):
            self._grant(self.colleague)
        self._grant(self.librarian)
        friend = self.staff["privacy"]
        with self.assertRaises(AccessError):
            # let in oneself, a contributor cannot pass it on
            self.case.with_user(self.colleague).granted_user_ids = [Command.link(friend.id)]
        with self.assertRaises(AccessError):
            self.case.with_user(self.portal_user).granted_user_ids = [Command.link(self.portal_user.id)]

    def test_a_third_department_sees_nothing(self):
        """Feature: 21.2"""
        stranger = self.staff["relations"]
        for record in (self.case, self.room):
            self.assertFalse(record.with_user(stranger).has_access("read"))
        with self.assertRaises(AccessError):
            self._grant(stranger)
