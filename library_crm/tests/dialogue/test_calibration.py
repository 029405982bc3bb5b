from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestCalibration(LibraryCase):
    """Feature: 17.3, 1.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.month = cls.env.cr.now().date().replace(day=1)
        cls.Calibration = cls.env["library.calibration"]
        cls.team.lead_id = cls.staff["lead"]
        cls.round = cls._round(0)

    @classmethod
    def _round(cls, months_ago):
        calibration = cls.Calibration.create({"month": cls.month - relativedelta(months=months_ago)})
        calibration._fill()
        return calibration

    def _code(self, calibration, levels):
        """{user: five levels} of one round."""
        for user, given in levels.items():
            codes = self.env["library.calibration.code"].search([
                ("calibration_id", "=", calibration.id), ("user_id", "=", user.id)
            ], order="vignette_id")
            for code, level in zip(codes, given, strict=True):
                code.with_user(user).level = level

    def _closed(self, calibration, levels):
        calibration.action_open()
        self._code(calibration, levels)
        calibration.action_close()

    def test_the_stock_fills_a_first_round(self):
        self.assertEqual(len(self.round.vignette_ids), 5)
        again = self._round(1)
        self.assertEqual(len(again.vignette_ids), 5)
        self.assertFalse(set(self.round.vignette_ids.mapped("text")) & set(again.vignette_ids.mapped("text")))

    def test_cases_of_last_month_come_without_people_and_once(self):
        case = self._case(name="林伟 asks: which tram to the archive? Write to wei@patrons.test")
        log = self.env["library.service.log"].create({
            "name": "Tram", "case_id": case.id, "company_id": self.company.id, "read_level": "2", "is_confirmed": True,
            "problem": "林伟 (wei@patrons.test) asks for the tram to the archive",
            "date": self.month - relativedelta(days=5),
        })
        self.round.vignette_ids.unlink()
        self.round._fill()
        text = self.round.vignette_ids[0].text
        self.assertIn("tram to the archive", text)
        self.assertNotIn("林伟", text)
        self.assertNotIn("wei@patrons.test", text)
        self.assertEqual(self.round.vignette_ids[0].reference_level, log.read_level)
        self.round.vignette_ids[1:].unlink()
        self.round._fill()
        self.assertEqual(len([key for key in self.round.vignette_ids.mapped("key") if key.startswith("case:")]), 1)

    def test_everybody_codes_alone(self):
        self.round.action_open()
        codes = self.env["library.calibration.code"]
        own = codes.with_user(self.librarian).search([])
        self.assertEqual(len(own), 5)
        self.assertEqual(own.user_id, self.librarian)
        other = codes.search([("user_id", "=", self.staff["steward"].id)], limit=1)
        with self.assertRaises(AccessError):
            other.with_user(self.librarian).level = "3"
        with self.assertRaises(AccessError):
            other.with_user(self.staff["lead"]).level = "3"
        with self.assertRaises(AccessError):
            own[0].with_user(self.librarian).write({"level": "3", "user_id": self.colleague.id})
        own[0].level = "3"
        self.assertTrue(own[0].date)
        self.assertEqual(self.round.coder_count, 1)

    def test_vignettes_are_looked_through_before_anybody_sees_them(self):
        vignettes = self.env["library.calibration.vignette"].with_user(self.librarian)
        inside = [("calibration_id", "=", self.round.id)]
        self.assertFalse(vignettes.search(inside))
        self.assertTrue(vignettes.with_user(self.staff["lead"]).search(inside))
        with self.assertRaises(AccessError):
            self.round.with_user(self.librarian).action_open()
        self.round.with_user(self.staff["lead"]).action_open()
        self.assertEqual(len(vignettes.search(inside)), 5)
        with self.assertRaises(AccessError):
            vignettes.search(inside)[0].read(["reference_level"])
        with self.assertRaises(UserError):
            self.round.vignette_ids[0].text = "Changed while others code it"

    def test_agreement_is_shown_to_whom_it_concerns(self):
        lead, steward = self.staff["lead"], self.staff["steward"]
        self._closed(self.round, {
            self.librarian: "12345", lead: "12345", steward: "23456", self.colleague: "11111",
        })
        rows = self.round.result_ids
        team = rows.filtered(lambda row: row.kind == "team")
        self.assertEqual(team.team_id, self.team)
        self.assertEqual((team.n, team.people), (5, 3))
        self.assertLessEqual(team.kappa_low, team.kappa)
        self.assertLessEqual(team.kappa, team.kappa_high)
        pair = rows.filtered(lambda row: row.kind == "pair" and steward not in row.user_id | row.other_id)
        self.assertEqual(pair.kappa, 1)
        seen = rows.search([]).with_user(self.librarian)._filtered_access("read")
        self.assertEqual(set(seen.mapped("kind")), {"team", "person"})
        self.assertEqual(seen.user_id, self.librarian)
        self.assertEqual(set(rows.with_user(lead)._filtered_access("read").mapped("kind")), {"team", "person", "pair"})
        self.assertFalse(rows.with_user(self.colleague)._filtered_access("read") - team)
        self.assertFalse(rows.with_user(self.staff["manager"])._filtered_access("read") - team)

    def test_two_people_of_a_team_are_shown_to_the_lead_alone(self):
        self._closed(self.round, {self.librarian: "12345", self.staff["steward"]: "12346"})
        team = self.round.result_ids.filtered(lambda row: row.kind == "team")
        self.assertEqual(team.people, 2)
        self.assertFalse(team.with_user(self.colleague)._filtered_access("read"))
        self.assertTrue(team.with_user(self.staff["lead"])._filtered_access("read"))

    def test_drift_against_three_months_before(self):
        people = (self.librarian, self.staff["lead"], self.staff["steward"])
        self._code_all = {user: "12345" for user in people}
        for ago in (5, 4, 3):
            self._closed(self._round(ago), self._code_all)
        apart = {people[0]: "12345", people[1]: "54321", people[2]: "36136"}
        for ago in (2, 1):
            self._closed(self._round(ago), apart)
        self._closed(self.round, apart)
        self.assertEqual(self.round.result_ids.filtered(lambda row: row.kind == "team").drift, "worse")

    def test_too_few_vignettes_are_no_figure(self):
        self.round.action_open()
        codes = self.env["library.calibration.code"].search([
            ("calibration_id", "=", self.round.id), ("user_id", "in", (self.librarian | self.staff["lead"]).ids)
        ], order="vignette_id")
        for code in codes[:8]:
            code.level = "2"
        self.round.action_close()
        self.assertFalse(self.round.result_ids)

    def test_the_daily_run_makes_one_round_a_month(self):
        self.round.unlink()
        old = self._round(1)
        old.action_open()
        cron = self.env.ref("library_crm.ir_cron_library_calibration")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(old.state, "closed")
        self.assertEqual(self.Calibration.search_count([
            ("company_id", "=", self.company.id), ("month", "=", self.month)
        ]), 1)

    def test_strangers_see_nothing(self):
        self.round.action_open()
        for model in ("library.calibration", "library.calibration.code", "library.calibration.result",
                      "library.calibration.vignette"):
            for user in (self.portal_user, self.env.ref("base.public_user")):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
