from odoo.tests import tagged
from odoo.tools import mute_logger

from ..case.portal_common import SCRIPTS, LibraryPortalCase


@tagged("post_install", "-at_install", "library_dialogue", "library_portal")
class TestFeedbackPages(LibraryPortalCase):
    """The book of suggestions, one's own list and reports, without JavaScript. Feature: 16.1, 16.5, X13"""

    def newest(self):
        return self.env["library.feedback"].search([], order="id desc", limit=1)

    def test_a_visitor_writes_into_the_book(self):
        self.login()
        page = self.get("/library/feedback")
        self.assertEqual((page.status_code, page.text.count("<h1")), (200, 1))
        answer = self.post("/library/feedback/send", {"body": "More plants", "kind": "suggestion", "public": "on"})
        self.assertEqual(answer.headers["Location"].rpartition("/")[2], "feedback?done=held")
        entry = self.newest()
        self.assertEqual((entry.body, entry.visibility, entry.moderation), ("More plants", "public", "held"))
        self.assertNotIn("More plants", self.get("/library/feedback").text)
        entry.action_show()
        self.assertIn("More plants", self.get("/library/feedback?search=plants").text)

    def test_a_form_that_is_refused_keeps_what_was_typed(self):
        self.login()
        answer = self.post("/library/feedback/send", {"body": "", "email": "no address"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn('value="no address"', answer.text)

    def test_nothing_is_stored_without_post_and_token(self):
        self.login()
        count = self.env["library.feedback"].search_count([])
        self.assertIn(self.get("/library/feedback/send?body=x").status_code, (404, 405))
        self.assertEqual(self.get("/library/report?page=/library/x&body=y").status_code, 200)
        with mute_logger("odoo.http"):
            self.post("/library/feedback/send", {"body": "x"}, csrf=False)
        self.assertEqual(self.env["library.feedback"].search_count([]), count)

    def test_scripts_are_words(self):
        self.login()
        for script in SCRIPTS:
            self.env["library.feedback"]._take(
                {"body": script, "alias": script, "kind": "praise", "source": "portal", "visibility": "public",
                 "patron_id": self.patron.id}).action_show()
        page = self.get("/library/feedback")
        self.assertHarmless(page.text)
        self.login(self.portal_user)
        self.assertHarmless(self.get("/my/feedback").text)
        for script in SCRIPTS[:4]:
            self.assertHarmless(self.post("/library/report", {"page": script, "body": ""}).text)

    def test_ones_own_list_and_nobody_elses(self):
        mine = self.env["library.feedback"]._take(
            {"body": "My own words", "kind": "complaint", "source": "portal", "patron_id": self.patron.id,
             "visibility": "public"})
        self.login(self.other_portal_user)
        self.assertNotIn("My own words", self.get("/my/feedback").text)
        self.assertEqual(self.post(f"/my/feedback/{mine.id}/withdraw").status_code, 404)
        self.login(self.portal_user)
        self.assertIn("My own words", self.get("/my/feedback").text)
        self.assertEqual(self.post(f"/my/feedback/{mine.id}/withdraw").status_code, 303)
        self.assertTrue(mine.is_withdrawn)

    def test_every_page_of_the_library_takes_a_report(self):
        case = self._case()
        self.login(self.portal_user)
        for url in ("/my/cases", f"/my/cases/{case.id}", "/library/ask", "/library/knowledge", "/library/feedback"):
            with self.subTest(url=url):
                page = self.get(url).text
                self.assertIn('action="/library/report"', page)
                self.assertIn(f'name="page" value="{url}"', page)
        self.assertNotIn('action="/library/report"', self.get("/my/account").text)
        answer = self.post("/library/report", {"page": f"/my/cases/{case.id}", "body": "The file does not open"})
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((self.newest().case_id, self.newest().kind), (case, "error"))
        self.assertTrue(self.newest().incident_id)
