from datetime import timedelta

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tests.common import TransactionCase
from odoo.tools import mute_logger

from ..common import LibraryCase

SKILL = "library_crm.ability_skill_%s"


class CourseCase(LibraryCase):
    """A course for one, with an aim, and a quiz to go with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms, cls.judge = cls.env.ref(SKILL % "terms"), cls.env.ref(SKILL % "judge")
        cls.course = cls._course()
        cls.Competency = cls.env["library.competency"]

    @classmethod
    def _course(cls, seats=1, **values):
        begin = cls.env.cr.now().replace(microsecond=0) + timedelta(days=7)
        return cls.env["event.event"].create({
            "name": "Finding the right words", "is_library_course": True, "date_begin": begin,
            "date_end": begin + timedelta(hours=2), "seats_limited": bool(seats), "seats_max": seats,
            "library_target_ids": [Command.create({"skill_id": cls.terms.id, "level_from": 0, "level_to": 3})],
            **values,
        })

    @classmethod
    def _quiz(cls):
        """Two questions on words, one on judging; 5 points for each right answer."""
        def question(title, skill):
            return Command.create({
                "title": title, "question_type": "simple_choice", "library_skill_id": skill.id,
                "suggested_answer_ids": [
                    Command.create({"value": "Right", "is_correct": True, "answer_score": 5}),
                    Command.create({"value": "Wrong"}),
                ],
            })

        return cls.env["survey.survey"].create({
            "title": "Words", "scoring_type": "scoring_with_answers", "scoring_success_min": 50, "certification": True,
            "users_login_required": True, "access_mode": "public",
            "question_and_page_ids": [
                question("Which word?", cls.terms), question("And which other?", cls.terms),
                question("Whom to trust?", cls.judge),
            ],
        })

    def _levels(self, patron=None):
        return {
            (row.skill_id, row.source): row.level
            for row in self.Competency.search([("patron_id", "=", (patron or self.patron).id)])
        }


@tagged("post_install", "-at_install")
class TestCourse(CourseCase):
    """Courses on Odoo's event: seats, waiting list, attendance. Feature: 4.1"""

    def test_seat_then_waiting_list_then_the_seat_that_was_freed(self):
        third = self.env["library.patron"].create({"name": "Third", "email": "third@patrons.test"})
        first, second, last = (
            self.course._library_enrol(patron) for patron in (self.patron, self.other_patron, third)
        )
        self.assertEqual((first + second + last).mapped("state"), ["open", "draft", "draft"])
        self.assertEqual(self.course.library_waiting_count, 2)
        self.assertEqual(self.course._library_enrol(self.patron), first, "enrolled twice is enrolled once")
        first.action_cancel()
        self.assertEqual((first + second + last).mapped("state"), ["cancel", "open", "draft"])
        self.assertFalse(second.library_waiting_since)
        self.assertEqual(self.course.seats_taken, 1)
        last.action_cancel()
        self.assertEqual(second.state, "open", "who only waited frees no seat")
        again = self.course._library_enrol(self.patron)
        self.assertEqual((again.state, again != first), ("draft", True), "who gave the seat back waits at the end")

    def test_more_seats_go_to_those_who_wait_and_no_more_than_there_are(self):
        patrons = self.patron | self.other_patron | self.env["library.patron"].create({"name": "Third"})
        places = self.env["event.registration"].union(*[self.course._library_enrol(patron) for patron in patrons])
        self.course.seats_max = 2
        self.assertEqual(sorted(places.mapped("state")), ["draft", "open", "open"])
        self.course.seats_limited = False
        self.assertEqual(set(places.mapped("state")), {"open"})

    def test_nobody_moves_up_into_a_course_that_has_begun(self):
        first, second = self.course._library_enrol(self.patron), self.course._library_enrol(self.other_patron)
        self.course.date_begin = self.env.cr.now() - timedelta(hours=1)
        first.action_cancel()
        self.assertEqual(second.state, "draft")

    def test_who_moves_up_gets_one_confirmation(self):
        before = self.mails.search([])
        first, second = self.course._library_enrol(self.patron), self.course._library_enrol(self.other_patron)
        self.assertFalse(second.mail_registration_ids.filtered("mail_sent"), "who waits is not told of a seat")
        first.action_cancel()
        self.course._library_promote()
        told = second.mail_registration_ids.filtered("mail_sent")
        self.assertEqual(len(told.filtered(lambda one: one.scheduler_id.interval_type == "after_sub")), 1)
        self.assertTrue(self._outgoing(before) or told)

    def test_database_keeps_one_place_for_each_patron(self):
        self.course.seats_limited = False
        self.course._library_enrol(self.patron)
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["event.registration"].create(
                {"event_id": self.course.id, "partner_id": self.patron.partner_id.id}
            )

    def test_events_that_are_no_courses_stay_as_they_are(self):
        event = self._course(is_library_course=False)
        place = self.env["event.registration"].create(
            {"event_id": event.id, "partner_id": self.patron.partner_id.id}
        )
        place.action_set_done()
        self.assertFalse(place.library_patron_id)
        self.assertFalse(self._levels())
        event.is_library_course = True
        self.assertEqual(place.library_patron_id, self.patron)

    def test_attendance_says_the_level_and_taken_back_takes_it_back(self):
        place = self.course._library_enrol(self.patron)
        self.assertFalse(place.has_certificate)
        place.action_set_done()
        self.assertEqual(self._levels(), {(self.terms, "librarian"): 3})
        place.action_set_done()
        self.assertEqual(len(self.Competency.search([("patron_id", "=", self.patron.id)])), 1)
        self.assertTrue(place.has_certificate)
        place.action_confirm()
        self.assertFalse(self._levels())
        self.assertFalse(place.has_certificate)

    def test_attendance_lowers_no_level(self):
        self.Competency.create({"patron_id": self.patron.id, "skill_id": self.terms.id, "level": 4})
        self.course._library_enrol(self.patron).action_set_done()
        self.assertEqual(self.Competency._newest(self.patron.ids)[self.patron.id][self.terms.id]["librarian"][1], 4)

    def test_with_a_quiz_attendance_alone_says_nothing(self):
        self.course.library_quiz_id = self._quiz()
        place = self.course._library_enrol(self.patron)
        place.action_set_done()
        self.assertFalse(self._levels())
        self.assertFalse(place.has_certificate)

    def test_certificate_names_person_course_and_what_was_practised(self):
        place = self.course._library_enrol(self.patron)
        place.action_set_done()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "library_crm.library_certificate_report", place.ids)[0].decode()
        for words in ("林伟", "Finding the right words", self.terms.name, "Noto Sans CJK"):
            self.assertIn(words, html)
        found = self.env["event.registration"].with_user(self.portal_user)._library_portal_certificate(place.id)
        self.assertTrue(found[1].endswith(".pdf"))
        Stranger = self.env["event.registration"].with_user(self.other_portal_user)
        self.assertIsNone(Stranger._library_portal_certificate(place.id))
        place.action_confirm()
        self.assertIsNone(
            self.env["event.registration"].with_user(self.portal_user)._library_portal_certificate(place.id))

    def test_two_records_of_one_person_join_with_their_places_and_levels(self):
        self.course.seats_limited = False
        first, second = self.course._library_enrol(self.patron), self.course._library_enrol(self.other_patron)
        other = self._course(seats=0)
        alone = other._library_enrol(self.other_patron)
        self.Competency.create([
            {"patron_id": patron.id, "skill_id": self.terms.id, "level": level}
            for patron, level in ((self.patron, 1), (self.other_patron, 2))
        ])
        with mute_logger("odoo.sql_db"):
            self.env["library.patron.merge"]._merge(self.patron, self.other_patron)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(first.library_patron_id, self.patron)
        self.assertEqual(alone.library_patron_id, self.patron)
        self.assertNotEqual(second.library_patron_id, self.patron)
        self.assertEqual(self.Competency.search_count([("patron_id", "=", self.patron.id)]), 2)

    def test_who_is_forgotten_leaves_a_count_and_no_name(self):
        self.course.library_quiz_id = quiz = self._quiz()
        place = self.course._library_enrol(self.patron)
        answer = quiz._create_answer(user=self.portal_user)
        self.patron._anonymise()
        self.assertEqual((place.name, place.email, place.partner_id.id, place.library_patron_id.id),
                         (False, False, False, False))
        self.assertEqual((answer.partner_id.id, answer.email, answer.nickname), (False, False, False))
        self.assertEqual(self.course.seats_taken, 1)


@tagged("post_install", "-at_install")
class TestCourseInvitation(CourseCase):
    """Invited by gap: who is below what a course teaches and wants to hear of courses. Feature: 4.1, 4.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Competency.search([]).unlink()
        cls.patron._give("outreach", source="portal")
        cls.other_patron._give("outreach", source="portal")

    def _say(self, level, patron=None, source="self", date=None):
        self.Competency.create({
            "patron_id": (patron or self.patron).id, "skill_id": self.terms.id, "level": level, "source": source,
            **({"date": date} if date else {}),
        })

    def _wizard(self):
        return self.env["library.course.invite"].with_user(self.staff["relations"]).create(
            {"event_id": self.course.id})

    def test_gap_is_what_is_below_by_the_best_evidence(self):
        self.assertFalse(self.course._library_gap_patrons(), "nobody of whom nothing is known")
        self._say(1)
        self._say(3, patron=self.other_patron)
        self.assertEqual(self.course._library_gap_patrons(), self.patron.ids)
        self._say(1, patron=self.other_patron, source="quiz", date="2020-01-01")
        self.assertEqual(self.course._library_gap_patrons(), (self.patron | self.other_patron).ids)
        self._say(4, source="librarian")
        self.assertEqual(self.course._library_gap_patrons(), self.other_patron.ids)
        self.course.library_target_ids.level_from = 2
        self.assertFalse(self.course._library_gap_patrons(), "below where the course starts")

    def test_who_has_a_place_is_not_invited(self):
        self._say(1)
        place = self.course._library_enrol(self.patron)
        self.assertFalse(self.course._library_gap_patrons())
        place.action_cancel()
        self.assertTrue(self.course._library_gap_patrons())

    def test_preview_counts_and_each_is_invited_once(self):
        self._say(1)
        self._say(1, patron=self.other_patron)
        self.other_patron.sudo().has_bounced = True
        before = self.mails.search([])
        wizard = self._wizard()
        self.assertEqual((wizard.gap_count, wizard.allowed_count), (2, 1))
        self.assertIn("1", wizard.left_out)
        wizard.action_invite()
        self._wizard().action_invite()
        mails = self._outgoing(before)
        self.assertEqual(len(mails), 1)
        self.assertIn(f"/my/learning/course/{self.course.id}", mails.body_html)
        self.assertEqual(self._wizard().allowed_count, 0)
        ledger = self.env["library.outreach"].search([("kind", "=", f"course:{self.course.id}")])
        self.assertEqual(ledger.patron_id, self.patron)

    def test_who_does_not_want_courses_is_left_in_peace(self):
        self._say(1)
        self.patron._withdraw("outreach", source="portal")
        before = self.mails.search([])
        wizard = self._wizard()
        self.assertEqual((wizard.gap_count, wizard.allowed_count), (1, 0))
        wizard.action_invite()
        self.assertFalse(self._outgoing(before))

    def test_not_after_the_course_has_begun(self):
        self._say(1)
        self.course.date_begin = self.env.cr.now() - timedelta(hours=1)
        with self.assertRaises(UserError):
            self._wizard().action_invite()


@tagged("post_install", "-at_install")
class TestCourseQuiz(CourseCase):
    """A quiz writes levels: once, when it is finished, of the person who answered. Feature: 4.2"""

    def _answer(self, user, rights, finish=True):
        """Answer the first questions, `rights` of True or False; the rest stays open."""
        quiz = self.course.library_quiz_id
        answer = quiz.sudo()._create_answer(user=user, test_entry=False)
        for question, right in zip(quiz.question_ids, rights, strict=False):
            chosen = question.suggested_answer_ids.filtered(lambda one: one.is_correct == right)  # noqa: B023
            answer._save_lines(question, str(chosen.id))
        if finish:
            answer.with_user(user).sudo()._mark_done()
        return answer

    def setUp(self):
        super().setUp()
        self.course.library_quiz_id = self._quiz()
        self.place = self.course._library_enrol(self.patron)

    def test_points_become_levels_of_each_part(self):
        answer = self._answer(self.portal_user, (True, False, True))
        self.assertEqual(self._levels(), {(self.terms, "quiz"): 2, (self.judge, "quiz"): 4})
        answer.with_user(self.portal_user).sudo()._library_write_levels()
        self.assertEqual(self.Competency.search_count([("patron_id", "=", self.patron.id)]), 2)
        self.assertFalse(self.place.has_certificate)
        self.place.action_set_done()
        self.place.invalidate_recordset()
        self.assertTrue(self.place.has_certificate)

    def test_answered_twice_the_newer_one_counts(self):
        self._answer(self.portal_user, (False, False, False))
        self._answer(self.portal_user, (True, True, True))
        self.Competency.search([("patron_id", "=", self.patron.id)]).flush_recordset()
        newest = self.Competency._newest(self.patron.ids)[self.patron.id]
        self.assertEqual(newest[self.terms.id]["quiz"][1], 4)

    def test_half_a_quiz_says_nothing(self):
        answer = self._answer(self.portal_user, (True,), finish=False)
        answer.with_user(self.portal_user).sudo()._library_write_levels()
        self.assertFalse(self._levels())

    def test_what_was_left_open_brings_no_points(self):
        self._answer(self.portal_user, (True,))
        self.assertEqual(self._levels(), {(self.terms, "quiz"): 2, (self.judge, "quiz"): 0})

    def test_forwarded_link_says_nothing_of_anybody(self):
        answer = self._answer(self.portal_user, (True, True, True), finish=False)
        answer.with_user(self.other_portal_user).sudo()._mark_done()
        self.assertFalse(self._levels())
        self.assertFalse(self._levels(self.other_patron))
        public = self.env.ref("base.public_user")
        other = self._answer(self.portal_user, (True, True, True), finish=False)
        other.with_user(public).sudo()._mark_done()
        self.assertFalse(self._levels())

    def test_trial_runs_and_staff_without_a_patron_record_say_nothing(self):
        quiz = self.course.library_quiz_id
        trial = quiz._create_answer(user=self.env.user, test_entry=True)
        trial._mark_done()
        self._answer(new_test_user(self.env, "no_patron", groups="base.group_portal"), (True, True, True))
        self.assertFalse(self.Competency.search([("user_input_id.survey_id", "=", quiz.id)]))


@tagged("post_install", "-at_install")
class TestCourseRace(TransactionCase):
    """Two who take the last seat in the same moment: one has it, one waits. Feature: 4.1"""

    def test_last_seat_is_given_once(self):
        # what two transactions are to see must be committed, which leaving such a cursor does
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            begin = cr.now() + timedelta(days=7)
            course = env["event.event"].create({
                "name": "Race", "is_library_course": True, "date_begin": begin, "date_end": begin + timedelta(hours=1),
                "seats_limited": True, "seats_max": 1, "event_mail_ids": [Command.clear()],
            })
            patrons = env["library.patron"].create([{"name": "Quick"}, {"name": "Quicker"}])
        self.addCleanup(self._forget, course, patrons)
        self.assertEqual(self._race(course, patrons), ["draft", "open"])

    def _forget(self, course, patrons):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            cr.execute("DELETE FROM event_registration WHERE event_id = %s", [course.id])
            course.with_env(env).unlink()
            persons = patrons.with_env(env)
            partners = persons.partner_id
            persons.unlink()
            partners.unlink()

    def _race(self, course, patrons):
        """Both begin before either has finished; the later one is told to begin again, as Odoo's server does."""
        with self.registry.cursor() as one, self.registry.cursor() as two:
            mine = [course.with_env(self.env(cr=one)), patrons[0].with_env(self.env(cr=one))]
            theirs = [course.with_env(self.env(cr=two)), patrons[1].with_env(self.env(cr=two))]
            self.assertTrue(mine[0]._library_has_seat() and theirs[0]._library_has_seat())
            mine[0]._library_enrol(mine[1])
            one.commit()
            with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger("odoo.sql_db"):
                theirs[0]._library_enrol(theirs[1])
            two.rollback()
            theirs[0].env.invalidate_all()
            theirs[0]._library_enrol(theirs[1])
            two.commit()
            states = theirs[0].registration_ids.mapped("state")
            return sorted(states)
