from odoo.tests import tagged

from ..case.portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestEvaluationRating(LibraryPortalCase):
    """Willingness to return beside the rating, and what low words become. Feature: 2.1"""

    def setUp(self):
        super().setUp()
        self.case = self.deliver(self._case(service_id=self.service.id))
        self.case._close("met")
        self.path = f"/library/rate/{self.case.id}/{self.case._rating_of_patron().access_token}"
        self.login()

    def answers(self):
        return self.case._said("csat").answer_ids

    def test_mail_has_five_links_that_a_reader_can_press(self):
        row = self.env["library.outreach"].search([("kind", "=", "csat"), ("key", "=", f"case:{self.case.id}")])
        body = row.mail_id.body_html
        self.assertNotIn("&lt;", body, "the mail is a page, not its source")
        for value in range(1, 6):
            self.assertRegex(body, rf'<a[^>]+href="[^"]*/library/rate/{self.case.id}/[^"/]+/{value}"')
        self.assertIn("/library/contact/", body)

    def test_would_come_back(self):
        self.assertIn("Would you use this service again?", self.get(self.path).text)
        self.post(self.path, {"rating": "5", "return": "1"})
        self.assertRecordValues(self.answers(), [{"item": "return", "value": 1}])
        self.post(self.path, {"rating": "4", "return": "0"})
        self.assertRecordValues(self.answers(), [{"item": "return", "value": 0}])
        self.assertEqual(self.case._said("csat").state, "answered")
        for junk in ("2", "x", "-1"):
            self.post(self.path, {"rating": "4", "return": junk})
        self.assertEqual(self.answers().value, 0)

    def test_rating_alone_is_enough(self):
        self.post(self.path, {"rating": "5"})
        self.assertFalse(self.answers())
        self.assertEqual(self.case._said("csat").state, "answered")

    def test_low_words_are_feedback_once(self):
        feedback = self.env["library.feedback"].search([("case_id", "=", self.case.id)])
        self.assertFalse(feedback)
        for _time in range(2):
            self.post(self.path, {"rating": "1", "feedback": "Nobody told me that it takes three weeks"})
        feedback = self.env["library.feedback"].search([("case_id", "=", self.case.id)])
        self.assertRecordValues(feedback, [{
            "kind": "complaint", "source": "rating", "visibility": "private", "patron_id": self.patron.id,
        }])

    def test_good_words_are_no_complaint(self):
        self.post(self.path, {"rating": "5", "feedback": "Quick and kind"})
        self.assertFalse(self.env["library.feedback"].search([("case_id", "=", self.case.id)]))

    def test_opening_stores_nothing(self):
        before = self.env["library.evaluation.answer"].search_count([])
        state = self.case._said("csat").state
        for tail in ("", "/1", "/5"):
            self.get(self.path + tail)
        self.assertEqual(self.env["library.evaluation.answer"].search_count([]), before)
        self.assertEqual(self.case._said("csat").state, state)
