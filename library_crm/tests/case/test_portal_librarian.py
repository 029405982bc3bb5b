from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import tagged

from .portal_common import LibraryPortalCase

WISH = 'name="wants_same_librarian"'


@tagged("post_install", "-at_install", "library_portal")
class TestPortalLibrarian(LibraryPortalCase):
    """What patrons see of who answers, and the wish for the librarian of last time."""

    def test_whoever_was_served_may_wish_for_the_same_librarian(self):
        """Feature: 2.3"""
        form = f"/library/ask/{self.service.id}"
        self.login()
        self.assertNotIn(WISH, self.get(form).text)
        self._case(user_id=self.librarian.id)
        self.login(self.portal_user)
        self.assertIn(WISH, self.get(form).text)
        self.login(self.other_portal_user)
        self.assertNotIn(WISH, self.get(form).text)

    def test_the_page_of_a_question_names_who_answers_meanwhile_and_no_reason(self):
        """Feature: X2, 21.3"""
        self.librarian.name, self.staff["lead"].name = "Odile Laurent", "Tomas Novak"
        case = self._case(user_id=self.librarian.id)
        self.login(self.portal_user)
        page = self.get(f"/my/cases/{case.id}").text
        self.assertIn("Odile, your librarian", page)
        self.env["library.absence"].create({
            "user_id": self.librarian.id, "deputy_id": self.staff["lead"].id, "note": "In hospital",
            "date_start": Datetime.now() - timedelta(hours=1), "date_end": Datetime.now() + timedelta(days=3),
        })
        page = self.get(f"/my/cases/{case.id}").text
        self.assertIn("Odile is away", page)
        self.assertIn("Tomas, your librarian", page)
        self.assertNotIn("hospital", page)
