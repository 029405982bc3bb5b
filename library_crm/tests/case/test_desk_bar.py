from odoo.tests import HttpCase, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestDeskBar(HttpCase, LibraryCase):
    """A contact at the desk is noted by keyboard in the real web client."""

    def test_a_question_without_a_name_takes_three_keys(self):
        """Feature: P1, 11.6"""
        before = self.env["library.interaction"].search([])
        self.start_tour("/odoo/library-desk", "library_desk_bar_quick", login="test_librarian")
        contact = self.env["library.interaction"].search([]) - before
        self.assertRecordValues(
            contact,
            [
                {
                    "read_level": "2",
                    "kind": "reference",
                    "channel": "desk",
                    "outcome": "done",
                    "user_id": self.librarian.id,
                    "team_id": self.team.id,
                    "patron_id": False,
                    "minutes": 5,
                }
            ],
        )

    def test_what_is_not_finished_goes_on_as_a_case_of_the_patron(self):
        """Feature: P1, 11.6, X3"""
        before = self.env["library.interaction"].search([])
        self.start_tour("/odoo/library-desk", "library_desk_bar_case", login="test_librarian")
        contact = self.env["library.interaction"].search([]) - before
        self.assertEqual((contact.kind, contact.read_level), ("instruction", "4"))
        self.assertEqual(
            (contact.case_id.name, contact.case_id.patron_id, contact.case_id.channel),
            ("How do I read a chart of 1840?", self.other_patron, "desk"),
        )

    def test_the_path_of_a_case_leads_to_its_end_only_by_the_dialog(self):
        """Feature: X2"""
        case = self._case(user_id=self.librarian.id)
        self.start_tour(f"/odoo/library-cases/{case.id}", "library_case_close_by_stage", login="test_librarian")
        self.assertEqual(case.stage_code, "new")

    def test_only_librarians_get_the_bar(self):
        self.authenticate("test_librarian", "test_librarian")
        self.assertIn('"library_is_librarian": true', self.url_open("/odoo").text)
        self.authenticate("test_privacy", "test_privacy")
        self.assertIn('"library_is_librarian": false', self.url_open("/odoo").text)
