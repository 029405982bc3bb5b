from odoo.tests import HttpCase, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestFirstDay(HttpCase, LibraryCase):
    """The tour of the first day leads a librarian through a case in the real web client."""

    def test_the_tour_goes_to_its_end_and_leaves_everything_as_it_was(self):
        """Feature: X1"""
        self.env["library.case"].search([]).write({"active": False})
        case = self._case()
        before = self.mails.search([])
        contacts = self.env["library.interaction"].search_count([])
        self.start_tour("/odoo/library-cases", "library_first_day", login="test_librarian")
        self.assertEqual((case.stage_code, case.user_id.id), ("new", False))
        self.assertFalse(self._outgoing(before))
        self.assertEqual(self.env["library.interaction"].search_count([]), contacts)

    def test_no_other_tour_begins_behind_it(self):
        self.librarian.tour_enabled = True
        tours = self.env["web_tour.tour"].with_user(self.librarian)
        self.assertFalse(tours.consume("library_first_day"))
        self.assertFalse(self.librarian.tour_enabled)
        self.assertIn(self.librarian, self.env.ref("library_crm.library_first_day_tour").user_consumed_ids)

    def test_it_does_not_begin_by_itself(self):
        self.librarian.tour_enabled = True
        self.assertFalse(self.env["web_tour.tour"].with_user(self.librarian).get_current_tour())
        admin = self.env.ref("base.user_admin")
        admin.tour_enabled = True
        found = self.env["web_tour.tour"].with_user(admin).get_current_tour()
        self.assertNotEqual(found and found["name"], "library_first_day")
