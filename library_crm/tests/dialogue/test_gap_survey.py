from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.library_crm.lib.form_input import FormRefused

from ..common import LibraryCase

RATINGS = ("minimum", "desired", "perceived")


class GapCase(LibraryCase):
    """A round with its patrons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Answer = cls.env["library.gap.answer"]
        cls.gap = cls.env["library.gap.survey"].create({"name": "Spring", "per_person": 0})
        cls.item = cls.env.ref("library_crm.gap_item_as_1")

    @classmethod
    def _people(cls, count, **values):
        people = cls.env["library.patron"].create([
            {"name": f"Reader {number}", "email": f"reader{number}@patrons.test", "allows_outreach": True, **values}
            for number in range(count)
        ])
        for patron in people:
            cls._case(patron)
        return people

    def _invite(self, people, share=100):
        return self.env["library.evaluation.invitation"]._invite(
            "gap", [self.gap._row(patron.id) for patron in people], share
        )

    def _form(self, ratings, item=None):
        """What a browser sends for one item."""
        question = self.gap.question_ids.filtered(lambda one: one.item_id == (item or self.item))
        return {f"{name}_{question.id}": str(value) for name, value in zip(RATINGS, ratings, strict=True)}

    def _answer(self, invitation, ratings, item=None):
        invitation._portal_take(self._form(ratings, item))


@tagged("post_install", "-at_install")
class TestGapSurvey(GapCase):
    """Feature: 17.1, 1.6, 2.1"""

    def test_the_survey_is_built_on_odoos_survey(self):
        self.gap.action_open()
        survey = self.gap.survey_id
        self.assertEqual(len(survey.page_ids), 3)
        self.assertEqual(len(survey.question_ids), 18)
        self.assertEqual(set(survey.question_ids.mapped("question_type")), {"matrix"})
        question = survey.question_ids[0]
        self.assertEqual([row.value for row in question.suggested_answer_ids], [str(one) for one in range(1, 10)])
        self.assertEqual(len(question.matrix_row_ids), 3)
        self.gap._build()
        self.assertEqual(self.gap.survey_id, survey)

    def test_questions_of_a_service_hang_on_having_used_it(self):
        service = self.env["library.service"].create({"name": "Map room"})
        special = self.env["library.gap.item"].create(
            {"code": "MR-1", "name": "Maps are brought in time.", "service_ids": service.ids}
        )
        self.gap.item_ids |= special
        self.gap.action_open()
        question = self.gap.question_ids.filtered(lambda one: one.item_id == special).question_id
        self.assertEqual(question.triggering_answer_ids.value, "Map room")
        user, other = self._people(2)
        self._case(user, service_id=service.id)
        one, two = self._invite(user | other).sorted(lambda invitation: invitation.patron_id.id)
        self.assertIn(special, one._gap_questions().item_id)
        self.assertNotIn(special, two._gap_questions().item_id)

    def test_each_person_gets_the_core_and_some_by_chance_and_always_the_same(self):
        self.gap.per_person = 4
        self.gap.action_open()
        invitations = self._invite(self._people(6))
        drawn = [one._gap_questions().item_id for one in invitations]
        for items in drawn:
            self.assertEqual(len(items), 3 + 4)
            self.assertEqual(len(items.filtered("is_core")), 3)
        self.assertGreater(len({items for items in drawn}), 1)
        self.assertEqual(invitations[0]._gap_questions().item_id, drawn[0])

    def test_asking_again_asks_nobody_twice(self):
        self.gap.action_open()
        people = self._people(3)
        self.assertEqual(len(self._invite(people)), 3)
        self.assertFalse(self._invite(people))
        self.assertEqual(self.gap.asked_count, 3)

    def test_minimum_above_the_wish_is_rejected_and_counted(self):
        self.gap.action_open()
        invitations = self._invite(self._people(7))
        for invitation in invitations[:6]:
            self._answer(invitation, (5, 8, 6))
        self._answer(invitations[6], (9, 2, 1))
        self.gap._rebuild()
        result = self._result()
        self.assertEqual(result.n, 6)
        self.assertAlmostEqual(result.perceived, 6)
        self.gap.invalidate_recordset()
        self.assertEqual(self.gap.reversed_count, 1)
        self.assertAlmostEqual(self.gap.reversed_rate, 1 / 7, places=3)

    def _result(self, item=None, **domain):
        return self.gap.result_ids.filtered(
            lambda one: one.kind == "item" and one.item_id == (item or self.item) and one.group_kind == "all"
        )

    def test_half_answers_are_kept_and_counted_and_make_no_figure(self):
        self.gap.action_open()
        invitations = self._invite(self._people(6))
        for invitation in invitations[:5]:
            self._answer(invitation, (5, 8, 6))
        self._answer(invitations[5], (5, 0, 1))
        self.gap._rebuild()
        self.assertEqual(self._result().n, 5)
        self.gap.invalidate_recordset()
        self.assertEqual((self.gap.half_count, self.gap.rating_count, self.gap.answered_count), (1, 6, 6))

    def test_nothing_rated_is_no_answer(self):
        self.gap.action_open()
        invitation = self._invite(self._people(1))
        for form in ({}, self._form((0, 0, 0)), self._form(("x", "10", "-1")), {"minimum_0": "5"}):
            with self.subTest(form=form), self.assertRaises(FormRefused):
                invitation._portal_take(form)
        self.assertFalse(self.Answer.search([("gap_id", "=", self.gap.id)]))
        self.assertEqual(invitation.state, "sent")

    def test_a_link_that_is_used_twice_holds_one_answer(self):
        """A forwarded link is the same link: it changes the one answer and shows no person."""
        self.gap.action_open()
        invitation = self._invite(self._people(1))
        self._answer(invitation, (5, 8, 6))
        self._answer(invitation, (4, 9, 7))
        rows = self.Answer.search([("gap_id", "=", self.gap.id)])
        self.assertEqual([(row.minimum, row.desired, row.perceived) for row in rows], [(4, 9, 7)])
        self.assertEqual(len(rows.input_id), 1)
        self.assertEqual(self.env["survey.user_input"].search_count([("survey_id", "=", self.gap.survey_id.id)]), 1)
        self.gap.invalidate_recordset()
        self.assertEqual(self.gap.answered_count, 1)

    def test_the_sheet_knows_no_person(self):
        self.gap.action_open()
        invitation = self._invite(self._people(1))
        self._answer(invitation, (5, 8, 6))
        sheet = self.Answer.search([("gap_id", "=", self.gap.id)]).input_id
        self.assertFalse(sheet.partner_id or sheet.email or sheet.nickname or sheet.invite_token)

    def test_a_closed_survey_takes_nothing(self):
        self.gap.action_open()
        invitation = self._invite(self._people(1))
        self.gap.action_close()
        self.assertFalse(invitation._portal_find_token(invitation.token))
        with self.assertRaises(FormRefused):
            self._answer(invitation, (5, 8, 6))

    def test_odoos_own_page_counts_too(self):
        self.gap.action_open()
        sheet = self.env["survey.user_input"].create({"survey_id": self.gap.survey_id.id})
        question = self.gap.question_ids[0]
        rows, columns = self.gap.question_ids._choices()[question.question_id]
        sheet._save_lines(question.question_id, {
            row.id: [columns[value - 1].id] for row, value in zip(rows, (3, 7, 5), strict=True)
        })
        sheet._mark_done()
        row = self.Answer.search([("input_id", "=", sheet.id)])
        self.assertEqual((row.minimum, row.desired, row.perceived, row.state), (3, 7, 5, "whole"))

    def test_trial_sheets_count_for_nothing(self):
        self.gap.action_open()
        sheet = self.env["survey.user_input"].create({"survey_id": self.gap.survey_id.id, "test_entry": True})
        question = self.gap.question_ids[0]
        rows, columns = self.gap.question_ids._choices()[question.question_id]
        sheet._save_lines(question.question_id, {rows[0].id: [columns[0].id]})
        sheet._mark_done()
        self.assertFalse(self.Answer.search([("input_id", "=", sheet.id)]))

    def test_a_gap_below_zero_drafts_one_improvement(self):
        self.gap.action_open()
        for invitation in self._invite(self._people(6)):
            self._answer(invitation, (7, 9, 3))
        self.gap._rebuild()
        self.gap._rebuild()
        drafted = self.env["library.improvement"].search([("key", "=", f"gap:{self.gap.id}:{self.item.id}")])
        self.assertEqual(len(drafted), 1)
        self.assertIn("-4.00", drafted.cause)
        self.assertIn("3.00", drafted.cause)
        self.assertEqual(self._result().place, "below")

    def test_figures_tell_of_five_people_at_least(self):
        few = self.env["library.patron.type"].create({"name": "Guest", "code": "gap-guest"})
        many = self.env["library.patron.type"].create({"name": "Student", "code": "gap-student"})
        self.gap.action_open()
        for invitation in self._invite(self._people(3, type_id=few.id)) | self._invite(
            self.env["library.patron"].create([
                {"name": f"Student {number}", "email": f"student{number}@patrons.test", "type_id": many.id}
                for number in range(6)
            ])
        ):
            self._answer(invitation, (5, 8, 6))
        self.gap._rebuild()
        types = self.gap.result_ids.filtered(lambda one: one.group_kind == "type").type_id
        self.assertFalse(types, "the six would give the three away")
        self.assertEqual(self._result().n, 9)
        self.assertFalse(self.gap.result_ids.filtered(lambda one: one.n < 5))

    def test_figures_outlive_the_person(self):
        self.gap.action_open()
        people = self._people(5)
        for invitation in self._invite(people):
            self._answer(invitation, (5, 8, 6))
        people[0]._anonymise()
        self.gap._rebuild()
        self.assertEqual(self._result().n, 5)
        self.gap.invalidate_recordset()
        self.assertEqual((self.gap.asked_count, self.gap.answered_count), (5, 5))

    def test_the_chart_shows_what_is_found_beside_the_gaps(self):
        self.gap.action_open()
        for invitation in self._invite(self._people(5)):
            self._answer(invitation, (5, 8, 6))
        self.gap._rebuild()
        chart = str(self.gap.with_user(self.librarian).chart)
        self.assertIn("6.00", chart)
        self.assertIn("+1.00", chart)
        self.assertIn("-2.00", chart)
        self.assertIn(self.item.name, chart)

    def test_who_is_asked_what_stays_while_people_answer(self):
        self.gap.action_open()
        with self.assertRaises(UserError):
            self.gap.item_ids = False
        with self.assertRaises(UserError):
            self.gap.unlink()

    def test_librarians_read_figures_and_no_single_answer(self):
        self.gap.action_open()
        with self.assertRaises(AccessError):
            self.gap.with_user(self.librarian).action_close()
        with self.assertRaises(AccessError):
            self.Answer.with_user(self.staff["manager"]).search([])
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.gap.with_user(user).action_open()

    def test_the_daily_run_asks_once_and_closes_in_time(self):
        self._people(4)
        self.gap.action_open()
        cron = self.env.ref("library_crm.ir_cron_library_gap")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            asked = self.gap.asked_count
            self.gap.invalidate_recordset()
            cron.method_direct_trigger()
        self.gap.invalidate_recordset()
        self.assertGreaterEqual(asked, 4)
        self.assertEqual(self.gap.asked_count, asked)
        self.assertTrue(self.gap.date_asked)
