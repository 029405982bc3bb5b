from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestPatronProvenance(LibraryCase):
    """Feature: 11.7"""

    def origin(self, name, patron=None):
        return ((patron or self.patron).provenance or {}).get(name)

    def test_staff_leave_their_name_on_what_they_change(self):
        """Feature: 11.7"""
        today = fields.Date.context_today(self.patron).isoformat()
        self.patron.with_user(self.librarian).write({"preferred_name": "Wei", "phone": "123456789"})
        self.assertEqual(self.origin("preferred_name"), ["manual", self.librarian.id, today, True])
        self.assertEqual(self.origin("phone"), ["manual", self.librarian.id, today, True])

    def test_a_value_that_stays_keeps_its_origin(self):
        """Feature: 11.7"""
        self.patron.with_context(provenance=["koha_csv", 7]).write({"preferred_name": "Wei", "city": "Fuzhou"})
        before = self.origin("preferred_name")
        self.assertEqual((before[0], before[1], before[3]), ("koha_csv", 7, False))
        self.patron.with_user(self.librarian).write({"preferred_name": "Wei", "city": "Fuzhou"})
        self.assertEqual((self.origin("preferred_name"), self.origin("city")[0]), (before, "koha_csv"))

    def test_the_contact_record_is_watched_too(self):
        """Feature: 11.7"""
        self.patron.partner_id.write({"street": "1 Harbour Road"})
        self.assertEqual(self.origin("street")[:2], ["manual", self.env.uid])
        self.patron.partner_id.with_user(self.portal_user).sudo().write({"street": "2 Harbour Road"})
        self.assertEqual(self.origin("street")[:2], ["portal", self.portal_user.id])

    def test_silence_can_be_asked_for(self):
        """Feature: 11.7"""
        self.patron.with_context(provenance=False).write({"preferred_name": "Wei", "street": "1 Harbour Road"})
        self.assertFalse(self.patron.provenance)

    def test_each_of_many_gets_its_own_record(self):
        """Feature: 11.7"""
        self.other_patron.preferred_name = "Amy"
        (self.patron | self.other_patron).with_user(self.librarian).write({"preferred_name": "Amy"})
        self.assertEqual(self.origin("preferred_name")[1], self.librarian.id)
        self.assertNotEqual(self.origin("preferred_name", self.other_patron)[1], self.librarian.id)

    def test_new_patrons_from_mail_say_so(self):
        """Feature: 11.7"""
        case = self._receive(self._mail(sender="Lena <lena@new.test>"))
        self.assertEqual(self.origin("name", case.patron_id)[0], "mail")
        self.assertFalse(self.origin("name", case.patron_id)[3])

    def test_the_mark_tells_source_person_and_day(self):
        """Feature: 11.7"""
        self.patron.with_user(self.librarian).preferred_name = "Wei"
        told = self.patron.with_user(self.colleague).get_origin("preferred_name")
        self.assertEqual((told["source"], told["reference"]), ("Entered by staff", self.librarian.name))
        self.assertTrue(told["verified"] and told["day"])
        self.patron.with_context(provenance=["koha_csv", 12]).phone = "55555555"
        told = self.patron.get_origin("phone")
        self.assertEqual((told["source"], told["reference"]), ("From a file of the library system", "run 12"))
        self.assertEqual(self.patron.get_origin("lifecycle"), {})

    def test_the_mark_of_a_sensitive_fact_is_sensitive(self):
        """Feature: 11.7, 12.1"""
        self.patron.date_of_birth = "2001-02-03"
        with self.assertRaises(AccessError):
            self.patron.with_user(self.librarian).get_origin("date_of_birth")
        with self.assertRaises(AccessError):
            self.patron.with_user(self.portal_user).get_origin("phone")
        with self.assertRaises(AccessError):
            self.patron.with_user(self.portal_user).action_verify("phone")

    def test_verifying_keeps_the_source(self):
        """Feature: 11.7"""
        self.patron.with_context(provenance=["koha_csv", 12]).phone = "55555555"
        self.patron.with_user(self.librarian).action_verify("phone")
        self.assertEqual((self.origin("phone")[0], self.origin("phone")[3]), ("koha_csv", True))
        self.patron.with_user(self.librarian).action_verify("partner_id")
        self.assertNotIn("partner_id", self.patron.provenance)

    def test_old_facts_are_listed_until_somebody_confirms_them(self):
        """Feature: 11.7, 11.4"""
        Patron = self.env["library.patron"].with_user(self.librarian)
        both = [("id", "in", (self.patron | self.other_patron).ids), ("has_stale_facts", "=", True)]
        old = (fields.Date.today() - timedelta(days=800)).isoformat()
        (self.patron | self.other_patron).provenance = {"email": ["koha_csv", 1, old, False]}
        self.other_patron.provenance = {"email": ["koha_csv", 1, fields.Date.today().isoformat(), False]}
        self.assertEqual(Patron.search(both), self.patron)
        self.assertTrue(self.patron.has_stale_facts)
        self.assertFalse(self.other_patron.has_stale_facts)
        self.assertEqual(self.patron.stale_facts, self.env["res.partner"]._fields["email"].string)
        self.patron.with_user(self.librarian).action_confirm_facts()
        self.assertFalse(Patron.search(both))
        self.assertFalse(self.patron.has_stale_facts)
        self.assertEqual(self.origin("email")[:2], ["koha_csv", 1])
        self.env["ir.config_parameter"].set_param("library_crm.stale_months", 36)
        self.patron.write({"date_confirmed": False, "provenance": {"email": ["koha_csv", 1, old, False]}})
        self.assertFalse(Patron.search(both))
