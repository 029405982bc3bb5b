from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged

from ..team.test_skills import SkilledLibrary


@tagged("post_install", "-at_install")
class TestAssign(SkilledLibrary):
    """How a case finds its owner, and what the screen says about why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead, cls.steward = cls.staff["lead"], cls.staff["steward"]
        cls.team.lead_id = cls.lead
        cls.service = cls.env.ref("library_crm.service_subject_search")

    def _medical(self, **values):
        case = self._case(lang="zh_CN", **values)
        case.need_ids.subject_ids = self.medicine
        return case

    @staticmethod
    def _codes(reasons):
        return [code for code, _params in reasons]

    def _commit_nothing(self):
        return patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 60.0)

    def test_who_suits_best_is_proposed_first_with_readable_reasons(self):
        """Feature: 2.3, 33.2"""
        self._knows(self.librarian, self.skill_medicine, "4").evidence_count = 12
        self._knows(self.librarian, self.skill_chinese, "3")
        self._case(user_id=self.librarian.id)._close("met")
        case = self._medical()
        proposals = case.with_user(self.steward)._propose_owners()
        user, _score, reasons = proposals[0]
        self.assertEqual(user, self.librarian)
        self.assertLessEqual({"class", "language", "served", "load"}, set(self._codes(reasons)))
        self.assertNotIn("level", str(reasons))
        words = " · ".join(self.team._reason_words(reasons))
        for part in ("(12 logs)", "speaks", "0 of 600 minutes", "served this patron before"):
            self.assertIn(part, words)
        self.assertNotIn(self.colleague, [one for one, *_rest in proposals], "serves in another team")

    def test_what_a_patron_asked_another_team_is_not_told(self):
        """Feature: 2.3, 21.2"""
        self.other_team.member_ids.create({"team_id": self.other_team.id, "user_id": self.librarian.id})
        self._case(team=self.other_team, user_id=self.librarian.id)
        reasons = {user: why for user, _score, why in self._case()._propose_owners()}
        self.assertNotIn("served", self._codes(reasons[self.librarian]))

    def test_the_dialog_gives_the_case_out_and_the_screen_keeps_why(self):
        """Feature: 2.3, X2"""
        self._knows(self.librarian, self.skill_medicine, "4")
        case = self._medical().with_user(self.lead)
        dialog = self.env["library.case.assign"].with_user(self.lead).browse(case.action_assign()["res_id"])
        line = dialog.line_ids[0]
        self.assertEqual(line.user_id, self.librarian)
        self.assertIn(self.skill_medicine.name, line.words)
        line.action_choose()
        self.assertEqual(case.user_id, self.librarian)
        self.assertIn(self.skill_medicine.name, case.assign_words)
        self.assertTrue(case.date_assigned)
        case.action_release()
        self.assertFalse(case.assign_words)

    def test_strangers_cannot_open_the_dialog(self):
        """Feature: 21.2"""
        case = self._case()
        for person in (self.colleague, self.portal_user, self.staff["privacy"]):
            with self.subTest(person=person.name), self.assertRaises(AccessError):
                case.with_user(person).action_assign()

    def test_a_case_opened_by_hand_is_assigned_at_once_one_by_mail_by_the_cron(self):
        """Feature: 2.3, X2"""
        self.team.assign_method = "best"
        self._knows(self.steward, self.skill_method, "4")
        by_hand = self.env["library.case"].with_user(self.librarian).create({
            "name": "Systematic search on asthma", "team_id": self.team.id, "patron_id": self.patron.id,
            "service_id": self.service.id,
        })
        self.assertEqual(by_hand.user_id, self.steward)
        by_mail = self._receive(self._mail())
        self.assertFalse(by_mail.user_id)
        with self._commit_nothing():
            self.env["library.case"]._assign_waiting()
        self.assertTrue(by_mail.user_id)
        self.assertTrue(by_mail.assign_words)

    def test_by_claim_nothing_is_assigned(self):
        """Feature: X2"""
        case = self._case()
        with self._commit_nothing():
            self.env["library.case"]._assign_waiting()
        self.assertFalse(case.user_id)

    def test_in_turn_everybody_gets_one(self):
        """Feature: X2"""
        self.team.assign_method = "round_robin"
        cases = self._case() | self._case(patron=self.other_patron) | self._case()
        self.assertEqual(cases._assign_by_method(), cases)
        self.assertEqual(cases.user_id, self.librarian | self.lead | self.steward)

    def test_whoever_is_away_or_takes_nothing_new_gets_nothing(self):
        """Feature: 2.3, X2"""
        self.team.assign_method = "best"
        self._away(self.librarian)
        self.team.member_ids.filtered(lambda one: one.user_id == self.steward).takes_new = False
        cases = self.env["library.case"].browse()
        for _number in range(4):
            cases |= self._case()
        cases._assign_by_method()
        self.assertEqual(cases.user_id, self.lead)
        self._away(self.lead)
        left = self._case()
        left._assign_by_method()
        self.assertFalse(left.user_id, "nobody is there: the case waits in the queue")

    def test_load_is_shared_within_one_run(self):
        """Feature: 2.3, 21.4"""
        self.team.assign_method = "best"
        cases = self.env["library.case"].browse()
        for _number in range(9):
            cases |= self._case(patron=self.other_patron)
        cases._assign_by_method()
        counts = [len(owned) for owned in cases.grouped("user_id").values()]
        self.assertEqual(sorted(counts), [3, 3, 3])

    def test_many_cases_cost_as_many_queries_as_few_to_weigh(self):
        """Feature: 2.3"""
        def cost(number):
            cases = self.env["library.case"].browse()
            for _case in range(number):
                cases |= self._case()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cases._wishes()
            cases.team_id._colleagues()
            return self.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(20))

    def test_the_same_librarian_as_last_time_on_the_patrons_wish(self):
        """Feature: 2.3"""
        self._case(user_id=self.steward.id)._close("met")
        case = self._case(wants_same_librarian=True)
        case._assign_by_method()
        self.assertEqual(case.user_id, self.steward)
        self.assertIn("as the patron wishes", case.assign_words)
        case.user_id = False
        self._away(self.steward)
        self.assertFalse(case._assign_by_method())

    def test_the_portal_form_carries_the_wish(self):
        """Feature: 2.3"""
        service = self.env["library.service"].search([("is_published", "=", True), ("team_id", "=", False)], limit=1)
        form = {"question": "More maps, please", "service": str(service.id), "wants_same_librarian": "1"}
        Case = self.env["library.case"]
        self.assertFalse(Case.with_user(self.portal_user)._portal_knows_librarian())
        self._case(user_id=self.steward.id)
        self.assertTrue(Case.with_user(self.portal_user)._portal_knows_librarian())
        self.assertFalse(Case.with_user(self.other_portal_user)._portal_knows_librarian())
        self.assertFalse(Case.with_user(self.env.ref("base.public_user"))._portal_knows_librarian())
        self.assertTrue(Case.with_user(self.portal_user)._portal_submit(form).wants_same_librarian)
        plain = {name: value for name, value in form.items() if name != "wants_same_librarian"}
        self.assertFalse(Case.with_user(self.portal_user)._portal_submit(plain).wants_same_librarian)

    def test_a_case_that_a_colleague_is_taking_says_so_in_plain_words(self):
        """Feature: X2"""
        case = self._case().with_user(self.librarian)
        with patch.object(type(case), "lock_for_update", side_effect=LockError("row")), self.assertRaisesRegex(
            UserError, "taking this case just now"
        ):
            case.action_claim()

    def test_an_idle_claim_goes_back_to_the_queue_and_is_offered_to_somebody_else(self):
        """Feature: X2"""
        self.team.claim_hours = 4
        idle, busy, asked = self._case(), self._case(), self._case()
        (idle | busy | asked)._assign(self.librarian)
        long_ago = fields.Datetime.now() - timedelta(days=14)
        (idle | busy | asked).write({"date_assigned": long_ago, "date_last_message": long_ago})
        self._age_messages(idle | busy | asked, long_ago)
        busy._ensure_workroom().with_user(self.librarian)._note("I asked the map room")
        asked.waits_for = "patron"
        self.env["library.case"]._release_idle()
        self.assertFalse(idle.user_id)
        self.assertEqual(idle.last_owner_id, self.librarian)
        self.assertEqual((busy | asked).user_id, self.librarian)
        self.assertIn("Back in the queue", idle.workroom_ids.message_ids[:1].body)
        self.team.assign_method = "best"
        self._knows(self.librarian, self.skill_medicine, "4")
        idle.need_ids.subject_ids = self.medicine
        idle._assign_by_method()
        self.assertNotEqual(idle.user_id, self.librarian)

    def _age_messages(self, cases, moment):
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mail_message SET date = %s WHERE model = 'library.case' AND res_id = ANY(%s)", (moment, cases.ids)
        )
        self.env.invalidate_all()

    def test_without_hours_a_claim_never_ends(self):
        """Feature: X2"""
        case = self._case()
        case._assign(self.librarian)
        case.write({"date_assigned": fields.Datetime.now() - timedelta(days=400)})
        self.env["library.case"]._release_idle()
        self.assertEqual(case.user_id, self.librarian)

    def test_a_killed_run_is_finished_by_the_next(self):
        """Feature: X2"""
        self.team.assign_method = "round_robin"
        cases = self._case() | self._case() | self._case()
        cases[0]._assign_by_method()
        owner = cases[0].user_id
        with self._commit_nothing():
            self.env["library.case"]._assign_waiting()
            self.env["library.case"]._assign_waiting()
        self.assertTrue(all(case.user_id for case in cases))
        self.assertEqual(cases[0].user_id, owner)

    def test_skills_show_in_the_logs(self):
        """Feature: 33.2"""
        skill = self._knows(self.librarian, self.skill_medicine)
        chinese = self._knows(self.librarian, self.skill_chinese)
        method = self._knows(self.librarian, self.skill_method)
        self.assertEqual((skill | chinese | method).mapped("evidence_count"), [0, 0, 0])
        self._medical(user_id=self.librarian.id, service_id=self.service.id)._close("met")
        self._case(user_id=self.librarian.id)._close("met")
        self._medical(user_id=self.steward.id)._close("met")
        self.env["library.staff.skill"]._cron_learn()
        self.assertEqual((skill | chinese | method).mapped("evidence_count"), [1, 1, 1])
        self.assertEqual(skill.date_last_used, fields.Date.today())

    def test_minutes_of_a_service_are_learned_from_five_logs(self):
        """Feature: 21.4"""
        for number in range(5):
            case = self._case(service_id=self.service.id, minutes=30 + number)
            case._close("met")
            self.env["library.service"]._update_expected_minutes()
            self.assertEqual(bool(self.service.expected_minutes), number == 4)
        self.assertEqual(self.service.expected_minutes, 32)
        self.assertEqual(self._case(service_id=self.service.id)._expected_minutes().popitem()[1], 32)
