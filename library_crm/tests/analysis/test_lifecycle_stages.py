from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .analysis_common import AS_OF, AnalysisCase


@tagged("post_install", "-at_install")
class TestLifecycleStages(AnalysisCase):
    """Feature: P6, T4, T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("never", "fresh", "regular", "loyal", "risk", "lapsed", "private")
        cls.readers = dict(zip(names, cls._patrons(len(names)), strict=True))
        cls._use(cls.readers["fresh"], 1, days=2)
        cls._use(cls.readers["fresh"], 5)
        cls._use(cls.readers["regular"], 1, days=3)
        cls._use(cls.readers["regular"], 4, days=2)
        for months_ago in range(1, 7):
            cls._use(cls.readers["loyal"], months_ago, days=2)
        cls._use(cls.readers["risk"], 8, days=3)
        cls._use(cls.readers["lapsed"], 20, days=3)
        cls._use(cls.readers["private"], 1, days=9)
        cls.env.cr.execute("UPDATE library_patron SET allows_counts = FALSE WHERE id = %s", [cls.readers["private"].id])
        cls.env.invalidate_all()
        cls._night("facts", "lifecycle")

    def _stages(self):
        return {name: patron.lifecycle for name, patron in self.readers.items()}

    def test_each_reader_stands_where_the_thresholds_say(self):
        self.assertEqual(
            self._stages(),
            {"never": "registered", "fresh": "active", "regular": "regular", "loyal": "loyal", "risk": "at_risk",
             "lapsed": "lapsed", "private": "registered"},
        )

    def test_a_step_says_when_by_which_rule_and_why(self):
        step = self.readers["risk"].transition_ids
        self.assertEqual((step.date, step.from_stage, step.to_stage), (AS_OF, "prospect", "at_risk"))
        self.assertEqual(step.rule_id, self.env["library.lifecycle.rule"]._current(self.library))
        self.assertEqual(
            step.reason, "No use for 243 days (the limit is 180), 3 days of use before."
        )
        self._night("facts", as_of=date(2026, 3, 20))
        self.assertIn("No use for 248 days", self.readers["risk"].lifecycle_reason)
        self.assertIn("No use for 243 days", step.reason)
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertTrue(step.with_context(lang="zh_CN").reason)

    def test_whoever_is_not_counted_has_no_behaviour_anywhere(self):
        """Feature: 15.3"""
        facts = self.readers["private"].fact_ids
        self.assertEqual((facts.uses_year, facts.visit_days_year, facts.last_use_date, facts.stage),
                         (0, 0, False, False))
        self.assertEqual(self.readers["private"].transition_ids.reason_code, "not_counted")

    def test_the_same_night_twice_changes_nothing_and_a_rebuild_neither(self):
        def state():
            return [
                (step.patron_id.id, step.date, step.from_stage, step.to_stage, step.reason)
                for step in self.env["library.lifecycle.transition"].search(
                    [("company_id", "=", self.library.id)], order="patron_id, id")
            ], self._stages()

        before = state()
        self._night("facts", "lifecycle")
        self.assertEqual(state(), before)
        self._night("facts", "lifecycle", rebuild=True)
        self.assertEqual(state(), before)

    def test_loyalty_is_not_loans_alone(self):
        reader = self._patrons(1)
        self._use(reader, 1, days=2, kind="download", channel="remote")
        for number in range(5):
            self.env["library.interaction"].create(
                {"patron_id": reader.id, "date": f"2026-02-{3 + number:02} 10:00:00", "kind": "instruction",
                 "company_id": self.library.id}
            )
        event = self.env["event.event"].create(
            {"name": "Finding maps", "date_begin": "2026-02-20 10:00:00", "date_end": "2026-02-20 12:00:00"}
        )
        self.env["event.registration"].create(
            {"event_id": event.id, "partner_id": reader.partner_id.id, "state": "done"}
        )
        for number in range(2):
            rating = self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("library.case"), "res_id": self._case().id,
                    "partner_id": reader.partner_id.id, "rating": 5, "consumed": True,
                    "feedback": "The second map was the one.",
                }
            )
            rating.rated_on = f"2026-02-{24 + number} 10:00:00"
        self._night("facts", "lifecycle")
        facts = reader.fact_ids
        self.assertEqual(
            (facts.visit_days_year, facts.contacts_year, facts.events_year, facts.answers_year,
             facts.contributions_year),
            (10, 5, 1, 2, 2),
        )
        self.assertEqual(reader.lifecycle, "loyal")

    def test_set_by_hand_holds_until_its_day_and_no_longer(self):
        patron = self.readers["risk"]
        today = fields.Date.context_today(patron)
        wizard = self.env["library.lifecycle.override"].with_user(self.staff["relations"]).create(
            {"patron_id": patron.id, "lifecycle": "loyal", "note": "On sabbatical", "date_expiry": today + timedelta(9)}
        )
        wizard.action_apply()
        step = patron.transition_ids.filtered("is_manual")
        self.assertEqual((step.reason, step.user_id), ("On sabbatical", self.staff["relations"]))
        self.assertEqual(patron.lifecycle, "loyal")
        self._night("facts", "lifecycle", as_of=today + timedelta(9))
        self.assertEqual(patron.lifecycle, "loyal")
        self._night("facts", "lifecycle", as_of=today + timedelta(10))
        self.assertNotEqual(patron.lifecycle, "loyal")

    def test_set_by_hand_needs_a_reason_and_a_day_to_come(self):
        override = self.env["library.lifecycle.transition"]._set_by_hand
        today = fields.Date.context_today(self.patron)
        for note, until in ((" ", today + timedelta(1)), ("Because", today), ("Because", False)):
            with self.subTest(note=note, until=until), self.assertRaises(ValidationError):
                override(self.readers["risk"], "loyal", note, until)
        with self.assertRaises(AccessError):
            override(self.readers["risk"].with_user(self.portal_user), "loyal", "I like it", today + timedelta(1))

    def test_a_rule_that_judged_is_changed_only_by_a_new_version(self):
        rule = self.env["library.lifecycle.rule"]._current(self.library)
        with self.assertRaises(ValidationError):
            rule.cooling_days = 300
        newer = self.env["library.lifecycle.rule"].browse(rule.action_new_version()["res_id"])
        newer.cooling_days = 300
        self._night("facts", "lifecycle")
        self.assertEqual(self.readers["risk"].lifecycle, "active")
        self.assertEqual(self.readers["risk"].transition_ids[:1].rule_id, newer)

    def test_vacations_do_not_count_in_term_time(self):
        rule = self.env["library.lifecycle.rule"]._current(self.library)
        newer = self.env["library.lifecycle.rule"].browse(rule.action_new_version()["res_id"])
        newer.is_term_time = True
        self.env["library.lifecycle.vacation"].create(
            {"name": "Building works", "company_id": self.library.id,
             "date_from": date(2025, 8, 1), "date_to": date(2025, 12, 31)}
        )
        self._night("facts", "lifecycle")
        self.assertEqual(self.readers["risk"].lifecycle, "active")

    def test_membership_that_ended_long_ago_and_archived_records_have_left(self):
        ended, archived = self._patrons(2)
        ended.date_expiry = date(2024, 12, 1)
        archived.active = False
        self._night("facts", "lifecycle")
        self.assertEqual((ended.lifecycle, archived.lifecycle), ("left", "left"))
        self.assertEqual((ended.transition_ids.reason_code, archived.transition_ids.reason_code),
                         ("expired", "archived"))

    def test_the_patron_sees_no_label(self):
        own = self.patron.with_user(self.portal_user)
        self.assertNotIn("lifecycle", own.fields_get())
        for name in ("fact_ids", "transition_ids", "service_debt", "return_chance", "prediction_ids", "change_ids"):
            with self.subTest(field=name):
                self.assertNotIn(name, own.fields_get())
        with self.assertRaises(AccessError):
            own.read(["lifecycle"])
        with self.assertRaises(AccessError):
            self.env["library.lifecycle.transition"].with_user(self.portal_user).search([])

    def test_withdrawing_the_counts_empties_what_was_drawn_from_them(self):
        """Feature: 15.3"""
        reader = self.readers["loyal"]
        reader._withdraw("counts")
        self.env.invalidate_all()
        self.assertEqual((reader.fact_ids.visit_days_total, reader.fact_ids.stage), (0, False))
        self._night("facts", "lifecycle")
        self.assertEqual(reader.lifecycle, "registered")


@tagged("post_install", "-at_install")
class TestLifecycleReport(AnalysisCase):
    """Feature: 14.5, P6, T6"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stayed, cls.went = cls._patrons(12), cls._patrons(8)
        for months_ago in (24, 18, 12, 8, 4, 1):
            cls._use(cls.stayed, months_ago, days=2)
        cls._use(cls.went, 24, days=1)
        cls._patrons(6)
        cls._night("facts", "lifecycle", "milestones")

    def _figures(self, user=None):
        report = self.env["library.lifecycle.report"].with_user(user or self.staff["relations"])
        return report.with_context(allowed_company_ids=self.library.ids).figures()

    def test_the_three_conversions_with_time_and_what_came_before(self):
        first, stable, stayed = self._figures()["conversions"]
        self.assertEqual((first["converted"], first["eligible"]), (20, 26))
        self.assertEqual((stable["converted"], stable["eligible"], stable["median_days"]), (12, 20, 184))
        self.assertEqual(stayed["kind"], "long_term")
        self.assertEqual((stayed["converted"], stayed["eligible"]), (12, 12))
        self.assertEqual({part["code"]: part["rate"] for part in first["preceding"]}["none"], 100)

    def test_a_contact_before_the_step_is_named(self):
        for reader in self.stayed:
            self.env["library.interaction"].create(
                {"patron_id": reader.id, "date": "2024-08-20 10:00:00", "company_id": self.library.id}
            )
        self._night("milestones")
        stable = self._figures()["conversions"][1]
        self.assertEqual({part["code"]: part["count"] for part in stable["preceding"]}["contact"], 12)

    def test_cohorts_follow_those_enrolled_in_a_month(self):
        rows = {row["label"]: row for row in self._figures()["cohorts"]["rows"]}
        row = rows["Q1 2024"]
        self.assertEqual(row["patrons"], 26)
        self.assertEqual([cell["rate"] for cell in row["rates"]][:2], [77, 0])

    def test_figures_about_fewer_than_five_stay_empty_for_everybody(self):
        few = self._patrons(3, date_enrolled=date(2025, 1, 5))
        self._use(few, 10)
        self._night("facts", "lifecycle", "milestones")
        rows = {row["label"]: row for row in self._figures(self.staff["manager"])["cohorts"]["rows"]}
        self.assertIsNone(rows["Q1 2025"]["patrons"])
        self.assertFalse([cell for cell in rows["Q1 2025"]["rates"] if cell["rate"] is not None])

    def test_the_report_is_for_relationship_librarians(self):
        for user in (self.librarian, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["library.lifecycle.report"].with_user(user).figures()

    def test_single_milestones_are_readable_by_nobody(self):
        with self.assertRaises(AccessError):
            self.env["library.lifecycle.milestone"].with_user(self.staff["manager"]).search([])
