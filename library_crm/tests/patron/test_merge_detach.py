from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestMergeDetach(LibraryCase):
    """An address that is somebody else's. Feature: X11"""

    def setUp(self):
        super().setUp()
        self.case = self._receive(self._mail(sender="Sun Yan <sun.family@patrons.test>"))
        self.old = self.case.patron_id
        self.old.name = "孙浩然"
        self.identity = self.old.identity_ids

    def _detach(self, user=None, **values):
        wizard = self.env["library.identity.detach"].with_user(user or self.staff["lead"]).create(
            {"identity_id": self.identity.id, **values})
        wizard.action_apply()
        return wizard

    def test_nobody_we_know(self):
        self._detach(owner="nobody")
        self.assertEqual(self.identity.state, "wrong")
        self.assertFalse(self.old.email)
        later = self._receive(self._mail(sender="Sun Yan <sun.family@patrons.test>", subject="Something new"))
        self.assertNotEqual(later.patron_id, self.old)
        self.assertEqual(later.patron_id.name, "Sun Yan")
        self.assertEqual(self.case.patron_id, self.old)

    def test_a_new_patron_with_the_case(self):
        wizard = self._detach(owner="new", new_name="孙艳", case_ids=self.case.ids)
        mother = self.identity.patron_id
        self.assertEqual((mother.name, mother.email), ("孙艳", "sun.family@patrons.test"))
        self.assertEqual(self.case.patron_id, mother)
        self.assertEqual(self.case.need_ids.patron_id, mother)
        self.assertEqual(wizard.incoming_case_ids, self.case)
        later = self._receive(self._mail(sender="Sun Yan <sun.family@patrons.test>", subject="Something new"))
        self.assertEqual(later.patron_id, mother)
        self.assertIn("belongs to 孙艳", " ".join(self.old.message_ids.mapped("body")))

    def test_another_patron_keeps_the_own_address(self):
        self.old._set_primary_identity("email", "haoran@patrons.test")
        self._detach(owner="known", target_id=self.patron.id)
        self.assertEqual(self.identity.patron_id, self.patron)
        self.assertFalse(self.identity.is_verified)
        self.assertEqual(self.patron.email, "wei@patrons.test")
        self.assertEqual(self.old.email, "haoran@patrons.test")
        later = self._receive(self._mail(sender="sun.family@patrons.test", subject="Something new"))
        self.assertEqual(later.patron_id, self.patron)
        pair = self.env["library.patron.duplicate"].search([("left_id", "in", (self.patron.id, self.old.id))])
        self.assertEqual(pair.state, "not_the_same")

    def test_a_case_of_somebody_else_does_not_move(self):
        foreign = self._case(patron=self.other_patron)
        self._detach(owner="known", target_id=self.patron.id, case_ids=foreign.ids)
        self.assertEqual(foreign.patron_id, self.other_patron)

    def test_who_may(self):
        with self.assertRaises(UserError):
            self._detach(owner="known")
        with self.assertRaises(UserError):
            self._detach(owner="new", new_name=" ")
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = new_test_user(
            self.env, "test_elsewhere_detach", groups="library_crm.group_library_manager",
            company_id=company.id, company_ids=[(6, 0, company.ids)])
        for person in (stranger, self.portal_user):
            with self.subTest(person=person.login), self.assertRaises(AccessError):
                self._detach(user=person, owner="nobody")
        self.assertEqual(self.identity.state, "active")
