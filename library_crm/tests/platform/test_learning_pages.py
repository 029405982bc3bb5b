from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..case.portal_common import SCRIPTS, LibraryPortalCase, live_parts


@tagged("post_install", "-at_install", "library_portal")
class TestLearningPages(LibraryPortalCase):
    """The page of the own learning and of a course: what they show, and that only a form changes something.

    Feature: 4.1, 4.2, 4.5, 21.1
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls.env.ref("library_crm.ability_skill_terms")
        begin = cls.env.cr.now().replace(microsecond=0) + timedelta(days=7)
        cls.course, cls.hidden = cls.env["event.event"].create([
            {"name": "Finding words", "is_library_course": is_course, "date_begin": begin,
             "date_end": begin + timedelta(hours=1), "seats_limited": True, "seats_max": 1,
             "event_mail_ids": [Command.clear()],
             "library_target_ids": [Command.create({"skill_id": cls.skill.id, "level_from": 0, "level_to": 3})]}
            for is_course in (True, False)
        ])

    def _levels(self, patron=None):
        return self.env["library.competency"].search([("patron_id", "=", (patron or self.patron).id)])

    def test_opening_pages_stores_nothing(self):
        self.login(self.portal_user)
        before = self.counts()
        for url in ("/my/learning", "/my/learning/check", f"/my/learning/course/{self.course.id}", "/my"):
            response = self.get(url)
            self.assertEqual(response.status_code, 200, url)
            self.assertEqual(response.text.count("<h1"), 1 if url != "/my" else response.text.count("<h1"))
        for url in ("delete", "impact", "impact/change", f"course/{self.course.id}/enrol",
                    f"course/{self.course.id}/cancel", f"course/{self.course.id}/quiz"):
            self.assertIn(self.get(f"/my/learning/{url}").status_code, (404, 405))
        self.assertEqual(self.counts(), before)
        self.assertFalse(self.course.registration_ids)

    def test_forms_need_their_key(self):
        self.login(self.portal_user)
        for url in ("check", "delete", "impact", f"course/{self.course.id}/enrol"):
            with mute_logger("odoo.http"):
                response = self.post(f"/my/learning/{url}", {"x": "1"}, csrf=False)
            self.assertEqual(response.status_code, 400)

    def test_check_yourself_see_it_and_delete_it(self):
        self.login(self.portal_user)
        self.assertEqual(self.post("/my/learning/check", {}).status_code, 422)
        self.post("/my/learning/check", {f"skill_{self.skill.id}": "2"})
        self.assertEqual(self._levels().level, 2)
        text = self.get("/my/learning").text
        self.assertIn(self.skill.name, text)
        self.assertIn("<polygon", text)
        self.assertIn("Fits what you want to learn", text)
        self.login(self.other_portal_user)
        self.assertNotIn("<polygon", self.get("/my/learning").text)
        self.post("/my/learning/delete", {"all": "1"})
        self.assertTrue(self._levels())
        self.login(self.portal_user)
        self.post("/my/learning/delete", {"skill_id": str(self.skill.id)})
        self.assertFalse(self._levels())

    def test_take_a_seat_wait_for_one_and_give_it_back(self):
        page = f"/my/learning/course/{self.course.id}"
        self.login(self.portal_user)
        self.post(f"{page}/enrol")
        self.post(f"{page}/enrol")
        place = self.course.registration_ids
        self.assertEqual((len(place), place.state, place.library_patron_id), (1, "open", self.patron))
        self.login(self.other_portal_user)
        self.assertIn("Wait for a seat", self.get(page).text)
        self.post(f"{page}/enrol")
        self.assertIn("You are waiting for a seat", self.get(page).text)
        self.login(self.portal_user)
        self.post(f"{page}/cancel")
        other = self.course.registration_ids.filtered(lambda one: one.library_patron_id == self.other_patron)
        self.assertEqual((place.state, other.state), ("cancel", "open"))
        self.assertEqual(self.get(f"/my/learning/certificate/{other.id}").status_code, 404)

    def test_what_is_no_course_for_patrons_does_not_open(self):
        past = self.course.copy({"date_begin": self.course.date_begin - timedelta(days=30),
                                 "date_end": self.course.date_end - timedelta(days=30)})
        self.login(self.portal_user)
        for number in (self.hidden.id, past.id, 0, 99999999):
            self.assertEqual(self.get(f"/my/learning/course/{number}").status_code, 404)
            self.assertEqual(self.post(f"/my/learning/course/{number}/enrol").status_code, 404)
        self.assertFalse((self.hidden | past).registration_ids)

    def test_quiz_starts_for_who_has_a_place_and_goes_on_where_it_was(self):
        self.course.library_quiz_id = self.env["survey.survey"].create({
            "title": "Words", "scoring_type": "scoring_with_answers", "users_login_required": True,
            "question_and_page_ids": [Command.create({
                "title": "Which?", "question_type": "simple_choice", "library_skill_id": self.skill.id,
                "suggested_answer_ids": [Command.create({"value": "A", "is_correct": True, "answer_score": 1})],
            })],
        })
        page = f"/my/learning/course/{self.course.id}"
        self.login(self.portal_user)
        self.assertEqual(self.post(f"{page}/quiz").status_code, 404)
        self.post(f"{page}/enrol")
        first = self.post(f"{page}/quiz").headers["Location"]
        self.assertIn("/survey/", first)
        self.assertEqual(self.post(f"{page}/quiz").headers["Location"], first)
        self.assertIn("Words", self.url_open(first).text)
        self.login(self.other_portal_user)
        self.assertEqual(self.post(f"{page}/quiz").status_code, 404)

    def test_scripts_in_what_is_told_do_not_run(self):
        self.login(self.portal_user)
        for script in SCRIPTS:
            self.post("/my/learning/impact", {"kind": "other", "words": script, "link": script})
        self.assertFalse(live_parts(self.get("/my/learning").text))
        response = self.post("/my/learning/impact", {"kind": SCRIPTS[0], "words": SCRIPTS[1]})
        self.assertEqual(response.status_code, 422)
        self.assertFalse(live_parts(response.text))

    def test_link_of_the_mail_is_answered_without_sign_in_and_opening_it_stores_nothing(self):
        case = self._case()
        invitation = self.env["library.evaluation.invitation"].sudo()._insert("impact", [
            {"patron_id": self.patron.id, "key": f"case:{case.id}:3", "case_id": case.id}])
        invitation.state = "sent"
        self.login()
        url = f"/library/answer/{invitation.token}"
        text = self.get(url).text
        self.assertIn("What did our answer lead to?", text)
        self.assertNotIn("林伟", text)
        self.assertFalse(self.env["library.impact.claim"].search([("invitation_id", "=", invitation.id)]))
        self.post(url, {"kind": "paper", "words": "A paper"})
        claim = self.env["library.impact.claim"].search([("invitation_id", "=", invitation.id)])
        self.assertEqual((claim.kind, claim.months, claim.patron_id), ("paper", 3, self.patron))

    def test_stories_are_not_for_patrons(self):
        self.login(self.portal_user)
        with mute_logger("odoo.http"):
            self.assertIn(self.get("/library/impact_stories.xlsx").status_code, (403, 404))
        self.authenticate("test_manager", "test_manager")
        self.assertEqual(self.get("/library/impact_stories.xlsx").status_code, 200)
