from odoo.fields import Command
from odoo.tests import tagged

from .portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestRating(LibraryPortalCase):
    """One to five, one click, no sign-in, changeable. Feature: 2.1; wish 9"""

    def setUp(self):
        super().setUp()
        self.case = self.deliver(self._case())
        before = self.mails.search([])
        self.case._close("met")
        self.request = self._outgoing(before).filtered(lambda mail: "/library/rate/" in (mail.body_html or ""))
        self.rating = self.case._rating_of_patron()
        self.path = f"/library/rate/{self.case.id}/{self.rating.access_token}"
        self.login()

    def test_one_request_with_five_links(self):
        self.assertEqual(len(self.request), 1)
        self.assertEqual(self.request.email_to, self.case.email_from)
        self.assertIn("Auto-Submitted", self.request.headers)
        for value in range(1, 6):
            self.assertIn(f"{self.path}/{value}", self.request.body_html)
        before = self.mails.search([])
        self.case._ask_rating()
        self.assertFalse(self._outgoing(before))

    def test_opening_a_link_rates_nothing(self):
        before = self.facts(self.rating)
        for value in (0, 1, 5, 9):
            page = self.get(f"{self.path}/{value}")
            self.assertEqual(page.status_code, 200)
        self.assertEqual(self.facts(self.rating), before)
        self.assertIn("data-library-sends-itself", self.get(f"{self.path}/5").text)
        self.assertNotIn("data-library-sends-itself", self.get(self.path).text)

    def test_rated_once_and_changed(self):
        self.post(self.path, {"rating": "5"})
        self.post(self.path, {"rating": "4", "feedback": "Quick & kind <b>people</b>"})
        ratings = self.env["rating.rating"].search([("res_model", "=", "library.case"), ("res_id", "=", self.case.id)])
        self.assertEqual(len(ratings), 1)
        self.assertEqual((ratings.rating, ratings.consumed), (4, True))
        self.assertEqual(ratings.feedback, "Quick & kind <b>people</b>")
        self.assertEqual(self.case.rating_last_value, 4)
        page = self.get(self.path).text
        self.assertIn("4 of 5", page)
        self.assertNotIn("<b>people", page)
        self.login(self.portal_user)
        self.post(f"/my/cases/{self.case.id}/rate", {"rating": "3"})
        self.assertEqual(ratings.rating, 3)
        self.assertNotIn("people", self.get(f"/my/cases/{self.case.id}#talk").text.split('id="talk"')[1])

    def test_bad_rating_is_a_task_for_the_lead(self):
        self.team.lead_id = self.staff["lead"]
        self.post(self.path, {"rating": "2", "feedback": "<script>alert(1)</script> late"})
        self.post(self.path, {"rating": "1"})
        activity = self.case.activity_ids.filtered(
            lambda one: one.activity_type_id == self.env.ref("library_crm.mail_activity_type_recovery")
        )
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.staff["lead"])
        self.assertNotIn("<script", str(activity.note))

    def test_good_rating_is_no_task(self):
        self.post(self.path, {"rating": "3"})
        self.assertFalse(self.case.activity_ids)

    def test_junk_values(self):
        for value in ("0", "6", "-1", "x", "", "1.5", "999999999999", "５"):
            with self.subTest(value=value):
                self.assertEqual(self.post(self.path, {"rating": value}).status_code, 422)
        self.assertFalse(self.rating.consumed)

    def test_tokens(self):
        other = self.deliver(self._case(self.other_patron))
        other._close("met")
        other_token = other._rating_of_patron().access_token
        for token in ("0", "None", "False", "null", "x", other_token, self.case._portal_ensure_token()):
            with self.subTest(token=token):
                path = f"/library/rate/{self.case.id}/{token}"
                self.assertEqual(self.get(f"{path}/5").status_code, 404)
                self.assertEqual(self.post(path, {"rating": "5"}).status_code, 404)
        self.case.date_closed = self.days_ago(181)
        self.assertEqual(self.post(self.path, {"rating": "5"}).status_code, 404)
        self.assertFalse((self.rating | other._rating_of_patron()).filtered("consumed"))

    def test_no_request_to_an_address_that_bounces(self):
        self.patron.identity_ids.write({"state": "bounced"})
        case = self.deliver(self._case())
        before = self.mails.search([])
        case._close("met")
        self.assertFalse(self._outgoing(before))

    def test_patron_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        # somebody else: nobody is asked twice within 60 days
        case = self._case(self.other_patron, lang="zh_CN")
        self.assertEqual(case._patron_lang(), "zh_CN")
        self.deliver(case)
        case._close("partly")
        self.assertTrue(case.date_rating_asked)

    def test_team_gets_the_figure(self):
        self.post(self.path, {"rating": "5"})
        self.assertEqual(self.rating.parent_res_model, "library.team")
        self.assertEqual(self.rating.parent_res_id, self.team.id)

    def test_staff_read_who_reads(self):
        self.case.granted_user_ids = [Command.link(self.colleague.id)]
        self.post(self.path, {"rating": "5"})
        self.assertEqual(self.case.with_user(self.colleague).rating_last_value, 5)
