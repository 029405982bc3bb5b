from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestNeedBoard(LibraryCase):
    """Stated, unspoken and predicted needs on one board. Feature: 1.3, 1.4"""

    def setUp(self):
        super().setUp()
        self.subject = self.env.ref("library_crm.subject_clc_r")
        self.case = self._case()
        self.stated = self.case.need_ids
        self.stated.subject_ids = [Command.link(self.subject.id)]
        self.latent = self.env["library.need"].create({
            "name": "Guess", "origin": "latent", "subject_ids": [Command.link(self.subject.id)],
            "signal_ids": [Command.create({"words": "Asked at the desk"})],
        })
        today = fields.Date.context_today(self.env.user)
        self.prediction = self.env["library.prediction"].create({
            "patron_id": self.patron.id, "company_id": self.company.id, "kind": "subject", "key": self.subject.id,
            "subject_id": self.subject.id, "basis_code": "popular_lately", "basis_params": {"patrons": 9},
            "confidence": 0.4, "date_predicted": today, "date_expiry": today + timedelta(days=90),
        })

    def _board(self, user):
        rows = self.env["library.need.board"].with_user(user).search([])
        ours = rows.filtered(
            lambda row: row.need_id in (self.stated | self.latent) or row.prediction_id == self.prediction
        )
        return {row.origin: row for row in ours}

    def test_one_board(self):
        rows = self._board(self.staff["manager"])
        self.assertEqual(set(rows), {"stated", "latent", "predicted"})
        self.assertEqual({row.main_class_id for row in rows.values()}, {self.subject})
        self.assertEqual(rows["latent"].evidence, "Asked at the desk")
        self.assertEqual(rows["predicted"].name, self.prediction.name)
        self.assertEqual(rows["predicted"].evidence, self.prediction.basis)
        groups = self.env["library.need.board"].with_user(self.staff["manager"])._read_group(
            [("main_class_id", "=", self.subject.id)], ["origin"], ["__count"]
        )
        self.assertLessEqual({("stated"), ("latent"), ("predicted")}, {origin for origin, _count in groups})

    def test_each_sees_what_each_may(self):
        self.assertEqual(set(self._board(self.librarian)), {"stated", "latent"}, "predictions are for relations")
        self.assertEqual(set(self._board(self.colleague)), {"latent"}, "another department's case is not theirs")
        self.assertLessEqual({"predicted"}, set(self._board(self.staff["relations"])))
        for person in (self.portal_user, self.staff["privacy"]):
            with self.assertRaises(AccessError):
                self.env["library.need.board"].with_user(person).search([])

    def test_accept_makes_a_need(self):
        row = self._board(self.staff["lead"])["predicted"]
        action = row.action_accept()
        need = self.env["library.need"].browse(action["res_id"])
        self.assertEqual((need.origin, need.patron_id), ("predicted", self.patron))
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["library.need.board"].search([("need_id", "=", need.id)])
        self.assertEqual(len(rows), 1)
        self.assertFalse(self.env["library.need.board"].search([("prediction_id", "=", self.prediction.id)]))

    def test_accept_is_checked_like_everywhere(self):
        row = self._board(self.staff["lead"])["predicted"]
        with self.assertRaises(AccessError):
            row.with_user(self.librarian).action_accept()
        with self.assertRaises(UserError):
            self._board(self.librarian)["latent"].action_accept()

    def test_doors_of_a_card(self):
        rows = self._board(self.staff["manager"])
        self.assertEqual(rows["stated"].action_open()["res_model"], "library.need")
        self.assertEqual(rows["predicted"].action_open()["res_model"], "library.prediction")
        self.assertTrue(rows["stated"].has_case)
        self.assertFalse(rows["latent"].has_case)

    def test_settled_needs_leave_it(self):
        self.stated._settle("met")
        self.assertNotIn("stated", self._board(self.staff["manager"]))

    def test_eighty_cards_cost_as_many_queries_as_ten(self):
        self.env["library.need"].create([
            {"name": f"N{number}", "subject_ids": [Command.link(self.subject.id)]} for number in range(80)
        ])
        board = self.env["library.need.board"].with_user(self.staff["manager"])
        shown = {"name": {}, "evidence": {}, "origin": {}, "patron_id": {"fields": {"display_name": {}}}}
        counts = []
        for limit in (80, 10, 80):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = board.web_search_read([("main_class_id", "=", self.subject.id)], shown, limit=limit)
            self.assertEqual(len(found["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 8)
