from unittest.mock import patch

from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestPatronConsent(LibraryCase):
    """What patrons agree to, and what a withdrawal does. Feature: 15.3, T4"""

    def given(self, patron=None):
        patron = patron or self.patron
        patron.invalidate_recordset()
        return patron.allows_counts, patron.allows_interests

    def forgotten(self, action):
        """Patrons whose behaviour, and whose interests, `action` makes the library forget."""
        behaviour, interests = self.env["library.patron"], self.env["library.patron"]
        cls = type(self.env["library.patron"])

        def forget(patrons):
            nonlocal behaviour
            behaviour |= patrons

        def forget_interests(patrons):
            nonlocal interests
            interests |= patrons

        with patch.object(cls, "_forget_behaviour", forget), patch.object(cls, "_forget_interests", forget_interests):
            action()
        return behaviour, interests

    def test_nothing_said_counts_without_subjects(self):
        """Feature: 15.3"""
        self.assertEqual(self.given(), (True, False))
        self.assertFalse(self.patron._allows("outreach"))
        self.assertFalse(self.patron._allows("directory"))

    def test_the_newest_answer_counts(self):
        """Feature: 15.3"""
        self.patron._give("interests")
        self.assertEqual(self.given(), (True, True))
        self.assertTrue(self.patron._allows("interests"))
        _behaviour, interests = self.forgotten(lambda: self.patron._withdraw("interests"))
        self.assertEqual(interests, self.patron)
        self.assertEqual(self.given(), (True, False))
        self.patron._give("outreach")
        self.assertTrue(self.patron._allows("outreach"))
        found = self.env["library.patron"].search([("allows_outreach", "=", True)])
        self.assertIn(self.patron, found)
        self.assertNotIn(self.other_patron, found)
        self.assertEqual(len(self.patron.consent_ids), 3)

    def test_withdrawing_counts_ends_everything_at_once(self):
        """Feature: 15.3, T4"""
        self.patron._give("interests")
        behaviour, _interests = self.forgotten(lambda: self.patron._withdraw("counts"))
        self.assertEqual(behaviour, self.patron)
        self.assertEqual(self.given(), (False, False))
        self.patron._give("counts")
        self.assertEqual(self.given(), (True, True))

    def test_privacy_of_the_library_system_wins(self):
        """Feature: 15.3; measures: privacy 2"""
        self.patron._give("counts")
        self.patron._give("interests")
        behaviour, _interests = self.forgotten(lambda: self.patron.write({"ils_privacy": "2"}))
        self.assertEqual(behaviour, self.patron)
        self.assertEqual(self.given(), (False, False))
        self.patron._give("counts", source="portal")
        self.assertEqual(self.given(), (False, False))
        self.patron.ils_privacy = "1"
        self.assertEqual(self.given(), (True, True))
        new = self.env["library.patron"].create({"name": "Quiet", "ils_privacy": "2"})
        self.assertEqual(self.given(new), (False, False))

    def test_the_institution_may_ask_for_a_no_instead(self):
        """Feature: 15.3"""
        self.other_patron._withdraw("interests")
        self.company.library_interest_basis = "opt_out"
        self.assertEqual(self.given(), (True, True))
        self.assertEqual(self.given(self.other_patron), (True, False))
        new = self.env["library.patron"].create({"name": "New"})
        self.assertEqual(self.given(new), (True, True))
        _behaviour, interests = self.forgotten(lambda: self.company.write({"library_interest_basis": "opt_in"}))
        self.assertTrue(self.patron <= interests)
        self.assertEqual(self.given(), (True, False))

    def test_a_consent_is_never_changed(self):
        """Feature: 15.3"""
        consent = self.patron.with_user(self.librarian)._give("outreach", note="On the phone").with_user(self.librarian)
        self.assertEqual((consent.user_id, consent.source), (self.librarian, "staff"))
        for operation in ("write", "unlink"):
            self.assertFalse(consent.has_access(operation))
        self.assertFalse(consent.with_user(self.portal_user).has_access("read"))
