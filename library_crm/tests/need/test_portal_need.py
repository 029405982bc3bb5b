from odoo.tests import tagged

from ..case.portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestPortalNeed(LibraryPortalCase):
    """The patron says whether we understood. Feature: 1.2"""

    def setUp(self):
        super().setUp()
        self.case = self._case()
        self.need = self.case.need_ids
        self.need._restate("You want harbour maps printed before 1800.")
        self.case.write({"waits_for": "patron", "has_news": False})

    def test_list_and_page(self):
        self.login(self.portal_user)
        self.assertIn("Your word is needed", self.get("/my/needs").text)
        page = self.get(f"/my/needs/{self.need.id}").text
        self.assertIn("printed before 1800", page)
        self.assertIn("Yes, that is it", page)
        self.assertIn(f"/my/cases/{self.case.id}", page)

    def test_guesses_are_not_shown(self):
        self.need.origin = "predicted"
        self.login(self.portal_user)
        self.assertNotIn(self.need.name, self.get("/my/needs?filterby=all").text)

    def test_confirm_tells_the_library(self):
        self.login(self.portal_user)
        self.assertEqual(self.post(f"/my/needs/{self.need.id}/confirm").status_code, 303)
        self.assertEqual((self.need.confirmation, self.need.state), ("confirmed", "understood"))
        self.assertEqual((self.case.waits_for, self.case.has_news), ("library", True))

    def test_correct_needs_words(self):
        self.login(self.portal_user)
        empty = self.post(f"/my/needs/{self.need.id}/correct", {"message": " "})
        self.assertEqual(empty.status_code, 422)
        self.assertIn("Please write what we should change.", empty.text)
        self.assertEqual(self.need.confirmation, "asked")
        self.post(f"/my/needs/{self.need.id}/correct", {"message": "Before 1700, please."})
        self.assertEqual((self.need.confirmation, self.need.correction), ("corrected", "Before 1700, please."))
        self.assertIn("Before 1700", str(self.case.message_ids.sorted("id")[-1].body))

    def test_withdraw(self):
        self.login(self.portal_user)
        self.post(f"/my/needs/{self.need.id}/withdraw")
        self.assertEqual(self.need.state, "withdrawn")
        self.assertTrue(self.case.has_news)
        self.assertEqual(self.post(f"/my/needs/{self.need.id}/confirm").status_code, 422)
        self.assertEqual(self.need.state, "withdrawn")

    def test_on_the_page_of_the_case(self):
        self.login(self.portal_user)
        url = f"/my/cases/{self.case.id}/needs/{self.need.id}"
        self.assertEqual(self.post(f"{url}/correct", {"message": ""}).status_code, 422)
        self.post(f"{url}/confirm")
        self.assertEqual(self.need.confirmation, "confirmed")
        foreign = self._case(self.other_patron).need_ids
        foreign._restate("Something else")
        answer = self.post(f"/my/cases/{self.case.id}/needs/{foreign.id}/confirm")
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(foreign.confirmation, "asked")

    def test_link_of_the_mail(self):
        """Opening the link changes nothing; the form behind it does, without sign-in."""
        path = self.need._confirmation_url().split("/library/")[1]
        token = self.need.access_token
        self.login()
        before = self.facts(self.need)
        page = self.get(f"/library/{path}")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.facts(self.need), before)
        self.assertIn(token, page.text)
        self.assertNotIn("/my/cases/", page.text)
        self.post(f"/my/needs/{self.need.id}/confirm", {"access_token": token})
        self.assertEqual(self.need.confirmation, "confirmed")

    def test_foreign_and_dead_links(self):
        foreign = self._case(self.other_patron).need_ids
        foreign._portal_ensure_token()
        for token in ("0", "None", "False", "null", "x" * 36, foreign.access_token):
            with self.subTest(token=token):
                self.login()
                self.assertEqual(self.get(f"/library/need/{self.need.id}/{token}").status_code, 404)
                answer = self.post(f"/my/needs/{self.need.id}/confirm", {"access_token": token})
                self.assertEqual(answer.status_code, 404)
        token = self.need._portal_ensure_token()
        self.need._settle("met")
        self.need.date_settled = self.days_ago(181)
        self.assertEqual(self.get(f"/library/need/{self.need.id}/{token}").status_code, 404)
        self.login(self.other_portal_user)
        answer = self.post(f"/my/needs/{self.need.id}/withdraw")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.need.state, "met")
