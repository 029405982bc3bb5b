from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .analysis_common import AS_OF, AnalysisCase


@tagged("post_install", "-at_install")
class TestNeedsToCome(AnalysisCase):
    """Feature: 14.4, 1.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.rare = cls.subjects[:3]
        cls.many = cls._patrons(8)
        cls._use(cls.many, 6, subject=cls.first)
        cls._use(cls.many[:6], 5, subject=cls.second)
        cls._use(cls.many[6:], 5, subject=cls.rare)
        cls.willing, cls.unwilling = cls._patrons(2)
        cls._use(cls.willing | cls.unwilling, 1, subject=cls.first)
        (cls.many | cls.willing)._give("interests")
        cls._night("facts", "transitions", "predictions")

    def _prediction(self):
        return self.willing.prediction_ids.filtered(lambda prediction: prediction.kind == "subject")

    def test_class_after_class_is_counted_without_persons_and_without_small_cells(self):
        pairs = self.env["library.subject.transition"].search(
            [("company_id", "=", self.library.id), ("basis", "=", "next")])
        self.assertEqual(
            [(pair.subject_id, pair.other_id, pair.times, pair.patrons, pair.total) for pair in pairs],
            [(self.first, self.second, 6, 6, 8)],
        )
        self.assertNotIn("patron_id", pairs._fields)

    def test_what_the_tables_weigh_is_picked_here_once_a_month(self):
        key = f"library_crm.subject_weights_{self.library.id}"
        parameters = self.env["ir.config_parameter"]
        self.assertIn('"month": "2026-03-01"', parameters.get_param(key))
        ours = '{"month": "2026-03-01", "weights": {"next": 0, "together": 0, "content": 0, "recent": 1}}'
        parameters.set_param(key, ours)
        self._night("transitions")
        self.assertEqual(parameters.get_param(key), ours)
        self.assertEqual(self.env["library.subject.transition"]._weights(self.library)["recent"], 1)
        self._night("transitions", as_of=date(2026, 4, 2))
        self.assertIn('"month": "2026-04-01"', parameters.get_param(key))

    def test_what_others_used_next_is_predicted_with_its_basis_and_end(self):
        prediction = self._prediction()
        self.assertEqual(prediction.subject_id, self.second)
        self.assertIn("of 8 months with it, this came in the next 6 times", prediction.basis)
        self.assertIn(self.first.name, prediction.basis)
        self.assertAlmostEqual(prediction.confidence, 0.75, delta=0.1)
        self.assertEqual((prediction.date_expiry - AS_OF).days, 182)

    def test_nothing_is_predicted_of_those_who_did_not_allow_it(self):
        self.assertFalse(self.unwilling.prediction_ids)
        self.willing._withdraw("interests")
        self.assertFalse(self.willing.prediction_ids.exists())
        self._night("predictions")
        self.assertFalse(self.willing.prediction_ids)

    def test_accepted_it_becomes_a_need_and_a_task(self):
        relations = self.staff["relations"]
        prediction = self._prediction().with_user(relations).with_context(allowed_company_ids=self.library.ids)
        prediction.action_accept()
        need = prediction.need_id
        self.assertEqual((need.origin, need.patron_id, need.subject_ids), ("predicted", self.willing, self.second))
        self.assertEqual((prediction.state, prediction.user_id), ("accepted", relations))
        self.assertIn("do not write", self.willing.activity_ids.summary)
        with self.assertRaises(UserError):
            prediction.action_accept()

    def test_who_wants_to_be_told_is_offered_something(self):
        self.willing._give("outreach")
        self._prediction().action_accept()
        self.assertTrue(self.willing.activity_ids.summary.startswith("Offer"))

    def test_dismissed_it_is_not_made_again_within_a_year(self):
        prediction = self._prediction()
        with self.assertRaises(ValidationError):
            prediction._dismiss("because")
        prediction.action_dismiss_known()
        self._night("predictions")
        self.assertEqual(self._prediction().mapped("state"), ["dismissed"])
        self._night("predictions", rebuild=True)
        self.assertEqual(self._prediction().mapped("dismissal"), ["known"])

    def test_what_came_true_and_what_ran_out(self):
        self._use(self.willing, -1, subject=self.second)
        self._night("predictions", as_of=date(2026, 4, 20))
        self.assertEqual((self._prediction().state, self._prediction().came_true), ("expired", True))
        report = self.env["library.prediction"]._precision_sentences(self.library)
        self.assertIn("1 of 1 came true", report)

    def test_a_prediction_runs_out(self):
        self._night("predictions", as_of=date(2026, 10, 1))
        self.assertEqual(self._prediction().filtered(lambda found: found.date_predicted == AS_OF).state, "expired")

    def test_precision_counts_decisions(self):
        self._prediction().action_dismiss_wrong()
        self.assertEqual(self.env["library.prediction"]._precision(self.library)["subject"], (0, 1, 1, 0))

    def test_a_stage_and_a_project_that_end(self):
        """Feature: 11.4"""
        self.willing.date_stage_end = date(2026, 4, 10)
        project = self.env["library.patron.project"].create(
            {"name": "Glass of Murano", "company_id": self.library.id, "date_end": date(2026, 4, 30),
             "member_ids": [(0, 0, {"patron_id": self.willing.id})]}
        )
        self._night("predictions")
        found = {prediction.kind: prediction for prediction in self.willing.prediction_ids}
        self.assertEqual(found["stage_end"].date_expected, date(2026, 4, 10))
        self.assertEqual(found["project_end"].key, project.id)
        self.assertIn("Glass of Murano", found["project_end"].name)

    def test_a_service_that_returns_every_year(self):
        service = self.env["library.service"].search([], limit=1)
        needs = self.env["library.need"].create([
            {"name": "Reading list", "patron_id": self.willing.id, "service_id": service.id,
             "company_id": self.library.id} for _year in range(2)
        ])
        self.env.flush_all()
        for need, day in zip(needs, ("2025-04-01", "2024-04-05"), strict=True):
            self.env.cr.execute("UPDATE library_need SET create_date = %s WHERE id = %s", [day, need.id])
        self._night("predictions")
        found = self.willing.prediction_ids.filtered(lambda prediction: prediction.kind == "recurrence")
        self.assertEqual(found.service_id, service)
        self.assertIn("this time of the year", found.basis)

    def test_only_relationship_librarians_see_and_decide(self):
        prediction = self._prediction()
        for user in (self.librarian, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                prediction.with_user(user).action_dismiss_wrong()


@tagged("post_install", "-at_install")
class TestChangedMost(AnalysisCase):
    """Feature: 14.4, 15.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steady = cls._patrons(20)
        for months_ago in range(1, 8):
            cls._use(cls.steady, months_ago, days=2, subject=cls.subjects[0])
        cls.quiet, cls.busy, cls.shy = cls._patrons(3)
        for months_ago in range(2, 8):
            cls._use(cls.quiet | cls.busy | cls.shy, months_ago, days=2, subject=cls.subjects[0])
        cls._use(cls.busy | cls.shy, 1, days=4, kind="download", channel="remote", uses=12, subject=cls.subjects[1])
        cls.busy._give("interests")
        cls._night("facts", "changes")

    def test_those_who_changed_stand_there_and_nobody_else(self):
        changes = self.env["library.patron.change"].search([("company_id", "=", self.library.id)])
        self.assertEqual(changes.patron_id, self.quiet | self.busy | self.shy)
        self.assertEqual(set(changes.mapped("month")), {date(2026, 2, 1)})

    def test_a_change_says_what_it_is(self):
        change = self.busy.change_ids
        self.assertEqual((change.uses, change.turned_to, change.new_kinds), (12, "remote", ["download"]))
        lines = change.sentence.split("\n")
        self.assertEqual(lines[0], "12 uses in February 2026, usually 3.")
        self.assertIn("New: Download.", lines)
        self.assertIn(self.subjects[1].name, change.sentence)
        self.assertTrue(self.quiet.change_ids.is_gap)
        self.assertIn("No use in February 2026", self.quiet.change_ids.sentence)

    def test_classes_appear_only_where_the_patron_allows_it(self):
        self.assertFalse(self.shy.change_ids.new_subjects)
        self.assertNotIn(self.subjects[1].name, self.shy.change_ids.sentence)
        self.busy._withdraw("interests")
        self.assertFalse(self.busy.change_ids.new_subjects)

    def test_what_everybody_does_is_no_change(self):
        """Nobody comes in the vacation: that says nothing about a person."""
        school = self.env["res.company"].create({"name": "School Library"})
        everybody = self._patrons(10, company_id=school.id)
        for months_ago in range(2, 8):
            self._use(everybody, months_ago, days=8, uses=8)
        self._use(everybody, 1, days=1, uses=1)
        self.assertEqual(self.env["library.patron.change"]._pace(school, date(2026, 2, 1)), 0.125)
        self._night("changes")
        self.assertFalse(everybody.change_ids)

    def test_the_same_night_again_and_a_rebuild_give_the_same(self):
        def rows():
            found = self.env["library.patron.change"].search([("company_id", "=", self.library.id)], order="patron_id")
            return [(change.patron_id, change.size, change.sentence) for change in found]

        before = rows()
        self._night("changes")
        self.assertEqual(rows(), before)
        self._night("changes", rebuild=True)
        self.assertEqual(rows(), before)
