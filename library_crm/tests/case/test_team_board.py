from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..team.test_skills import SkilledLibrary

MOST_QUERIES = 8


@tagged("post_install", "-at_install")
class TestTeamBoard(SkilledLibrary):
    """What the lead and the team see at a glance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead, cls.steward = cls.staff["lead"], cls.staff["steward"]
        cls.team.lead_id = cls.lead
        cls.Board = cls.env["library.team.board"]

    def _figures(self, person=None, team_id=False):
        return self.Board.with_user(person or self.lead).figures(team_id)

    def _row(self, figures, user):
        return next(row for row in figures["members"] if row["user_id"] == user.id)

    def test_load_in_read_minutes_against_the_week(self):
        """Feature: 21.4"""
        self._case(user_id=self.librarian.id, read_level="5")
        self._case(user_id=self.librarian.id)
        self._case(user_id=self.librarian.id, waits_for="patron", read_level="6")
        case = self._case(user_id=self.steward.id, waits_for="partner")
        self.env["library.case.step"].create({
            "workroom_id": case._ensure_workroom().id, "name": "Look it up", "team_id": self.team.id,
            "user_id": self.steward.id, "minutes": 40,
        })
        closed = self._case(user_id=self.librarian.id)
        closed._close("met")
        row = self._row(self._figures(), self.librarian)
        self.assertEqual((row["minutes"], row["capacity"], row["percent"]), (60 + 25, 600, 14))
        self.assertEqual((row["library"], row["patron"], row["partner"]), (2, 1, 0))
        row = self._row(self._figures(), self.steward)
        self.assertEqual((row["minutes"], row["steps"], row["partner"]), (40, 1, 1))

    def test_promises_due_and_passed(self):
        """Feature: 21.4, X1"""
        now = fields.Datetime.now()
        late = self._case(user_id=self.librarian.id, date_promised=now - timedelta(hours=1))
        self._case(date_promised=now + timedelta(days=3))
        figures = self._figures()
        self.assertEqual((figures["totals"]["overdue"], figures["totals"]["unclaimed"]), (1, 1))
        self.assertEqual((figures["due"][0]["id"], figures["due"][0]["is_overdue"]), (late.id, True))
        self.assertEqual(figures["due"][0]["owner"], self.librarian.name)
        self.assertEqual(self._row(figures, self.librarian)["overdue"], 1)

    def test_absences_and_skills_at_risk(self):
        """Feature: 21.4, 33.2"""
        self._away(self.librarian, self.steward)
        self._knows(self.librarian, self.skill_medicine)
        self._knows(self.lead, self.skill_chinese)
        self._knows(self.steward, self.skill_chinese)
        self._knows(self.steward, self.skill_method, False, wants_to_learn=True)
        self.team.skill_ids = self.skill_method
        figures = self._figures()
        self.assertEqual(figures["absences"][0]["name"], self.librarian.name)
        self.assertEqual(figures["absences"][0]["deputy"], self.steward.name)
        self.assertTrue(self._row(figures, self.librarian)["away"])
        single = {skill["name"]: skill["holder"] for skill in figures["skills"]["single"]}
        self.assertEqual(single.get(self.skill_medicine.name), self.librarian.name)
        self.assertNotIn(self.skill_chinese.name, single)
        missing = {skill["name"]: skill["learners"] for skill in figures["skills"]["missing"]}
        self.assertEqual(missing, {self.skill_method.name: 1})
        self.assertNotIn("level", str(figures))

    def test_each_sees_the_own_teams_and_no_others(self):
        """Feature: 21.2, 21.4"""
        self._case(team=self.other_team, name="A question of the other department")
        figures = self._figures(self.librarian)
        self.assertEqual([team["id"] for team in figures["teams"]], self.team.ids)
        self.assertNotIn("other department", str(figures))
        with self.assertRaises(AccessError):
            self._figures(self.librarian, self.other_team.id)
        for person in (self.portal_user, self.staff["privacy"], self.env.ref("base.public_user")):
            with self.subTest(person=person.name), self.assertRaises(AccessError):
                self._figures(person)
        self.assertIn(self.other_team.id, [team["id"] for team in self._figures(self.staff["manager"])["teams"]])
        nobody = new_test_user(self.env, "test_teamless", groups="library_crm.group_library_librarian")
        self.assertEqual(self._figures(nobody)["members"], [])

    def test_only_a_lead_may_rebalance(self):
        """Feature: 21.4"""
        self.assertEqual(self._figures(self.lead)["can_rebalance"], self.team.ids)
        self.assertEqual(self._figures(self.librarian)["can_rebalance"], [])
        with self.assertRaises(AccessError):
            self.team.with_user(self.librarian).action_rebalance()
        with self.assertRaises(AccessError):
            self.other_team.with_user(self.lead).action_rebalance()

    def test_a_look_costs_few_queries_whatever_the_number_of_cases(self):
        """Feature: 21.4, P6"""
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            # who asks, any call reads
            board = self.Board.with_user(self.lead)
            board.env.user.has_group("base.group_user"), board.env.companies, board.env.user.tz
            before = self.cr.sql_log_count
            board.figures()
            return self.cr.sql_log_count - before

        self._case(user_id=self.librarian.id)
        cost()
        few = cost()
        for _number in range(20):
            self._case(user_id=self.steward.id)
        many = cost()
        self.assertEqual(few, many)
        self.assertLessEqual(many, MOST_QUERIES)

    # Rebalancing

    def _overload(self, number=30, **values):
        return self.env["library.case"].union(*(
            self._case(user_id=self.librarian.id, read_level="5", **values) for _number in range(number)
        ))

    def _propose(self):
        action = self.team.with_user(self.lead).action_rebalance()
        return self.env["library.team.rebalance"].with_user(self.lead).browse(action["res_id"])

    def test_a_proposal_moves_cases_from_the_fullest_with_reasons(self):
        """Feature: 21.4"""
        cases = self._overload()
        dialog = self._propose()
        self.assertTrue(dialog.line_ids)
        self.assertEqual(dialog.line_ids.from_user_id, self.librarian)
        self.assertNotIn(self.librarian, dialog.line_ids.to_user_id)
        self.assertTrue(all("minutes" in line.words for line in dialog.line_ids))
        self.assertEqual(cases.user_id, self.librarian, "nothing moves before the lead agrees")
        first = dialog.line_ids[0]
        first.is_chosen = False
        dialog.action_apply()
        self.assertEqual(first.case_id.user_id, self.librarian)
        for line in dialog.line_ids - first:
            self.assertEqual(line.case_id.user_id, line.to_user_id)
            self.assertTrue(line.case_id.assign_words)

    def test_what_changed_meanwhile_is_left_alone(self):
        """Feature: 21.4"""
        self._overload()
        dialog = self._propose()
        taken, closed, *rest = dialog.line_ids
        taken.case_id._assign(self.steward)
        closed.case_id._close("met")
        result = dialog.action_apply()
        self.assertEqual(taken.case_id.user_id, self.steward)
        self.assertEqual(closed.case_id.user_id, self.librarian)
        self.assertEqual(result["params"]["type"], "warning")
        self.assertTrue(all(line.case_id.user_id == line.to_user_id for line in rest))

    def test_patrons_in_talk_keep_their_librarian(self):
        """Feature: 21.4"""
        self._overload(date_first_answer=fields.Datetime.now())
        self.assertFalse(self._propose().line_ids)

    def test_cases_of_somebody_away_are_offered_even_in_talk(self):
        """Feature: 21.4, X2"""
        cases = self._overload(2, date_first_answer=fields.Datetime.now())
        self._away(self.librarian)
        self.assertEqual(self._propose().line_ids.case_id, cases)

    def test_an_even_team_gets_no_proposal(self):
        """Feature: 21.4"""
        self._case(user_id=self.librarian.id)
        self.assertFalse(self._propose().line_ids)

    def test_the_dialog_is_the_leads(self):
        """Feature: 21.4"""
        self._overload()
        dialog = self._propose()
        with self.assertRaises(AccessError):
            dialog.with_user(self.librarian).action_apply()
