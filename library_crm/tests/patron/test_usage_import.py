import base64
import csv
import io
import random
from collections import Counter

import pandas as pd

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...connectors.table_file import Chunk
from ..common import LibraryCase

HEADER = ["datetime", "branch", "type", "borrowernumber", "itemnumber", "itemcallnumber", "title"]
PLANTED = "Memoirs of a Planted Title"


@tagged("post_install", "-at_install")
class TestUsageImport(LibraryCase):
    """Feature: 11.6, T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._empty()
        cls.company.write({"library_usage_months": 24, "library_usage_closed_month": False})
        cls.branch = cls.env["library.branch"].create({"name": "Main", "code": "T-MAIN"})
        cls.profile = cls.env["library.import.profile"].create({"name": "Circulation", "source": "koha_circulation"})
        cls.patrons = cls.env["library.patron"].create(
            [{"name": f"Reader {number}", "email": f"reader{number}@patrons.test"} for number in range(6)]
        )
        cls.env["library.patron.identity"].create(
            [{"patron_id": patron.id, "kind": "ils", "value": str(9310000 + number)}
             for number, patron in enumerate(cls.patrons)]
        )
        year = cls.env.cr.now().year
        dice = random.Random(7)
        cls.rows = [
            [f"{year}-{dice.randint(1, 3):02}-{dice.randint(1, 28):02} {cls._clock(dice)}",
             dice.choice(["T-MAIN", "ELSE"]), dice.choice(["issue", "renew", "localuse"]),
             str(9310000 + dice.randrange(6)), str(dice.randrange(400)), dice.choice(["TP311.1", "I247.5", "K24", ""]),
             PLANTED]
            for _number in range(300)
        ]

    @staticmethod
    def _clock(dice):
        return f"{dice.randint(9, 20):02}:{dice.randint(0, 59):02}:{dice.randint(0, 59):02}"

    def _run(self, rows, **values):
        stream = io.StringIO()
        csv.writer(stream).writerows([HEADER, *rows])
        run = self.env["library.import.run"].create({
            "profile_id": self.profile.id, "file": base64.b64encode(stream.getvalue().encode()),
            "file_name": "circulation.csv", **values,
        })
        run.action_run()
        run._process()
        self.assertEqual(run.state, "done", run.message)
        return run

    def _state(self):
        """Everything that is kept, with the runs forgotten."""
        self.env.flush_all()
        execute = self.env.cr.execute
        execute(
            "SELECT patron_id, month::text, kind, subject_id, branch_id, channel, sum(uses) FROM library_usage"
            " GROUP BY 1, 2, 3, 4, 5, 6"
        )
        counts = Counter({row[:-1]: row[-1] for row in self.env.cr.fetchall()})
        execute("SELECT id, date_first_visit, date_last_visit FROM library_patron ORDER BY id")
        return counts, self.env.cr.fetchall()

    @classmethod
    def _empty(cls):
        cls.env.cr.execute(
            "DELETE FROM library_usage; DELETE FROM library_usage_receipt; DELETE FROM library_usage_before;"
            "UPDATE library_patron SET date_first_visit = NULL, date_last_visit = NULL"
        )
        cls.env.invalidate_all()

    def test_a_file_is_counted(self):
        run = self._run(self.rows)
        counts, dates = self._state()
        self.assertEqual(run.created_count, 300)
        self.assertEqual(sum(uses for key, uses in counts.items() if key[2] != "visit_day"), 300)
        expected = Counter({
            "loan": sum(row[2] == "issue" for row in self.rows),
            "renewal": sum(row[2] == "renew" for row in self.rows),
            "onsite_use": sum(row[2] == "localuse" for row in self.rows),
            "visit_day": len({(row[3], row[0][:10]) for row in self.rows}),
        })
        found = Counter()
        for key, uses in counts.items():
            found[key[2]] += uses
        self.assertEqual(found, expected)
        first = self.patrons[0]
        days = [row[0][:10] for row in self.rows if row[3] == "9310000"]
        self.assertEqual(str(first.date_first_visit), min(days))
        self.assertEqual(str(first.date_last_visit), max(days))
        subject = self.env["library.subject"].search([("scheme", "=", "clc"), ("code", "=", "TP")])
        self.assertEqual(
            sum(uses for key, uses in counts.items() if key[3] == subject.id),
            sum(row[5] == "TP311.1" for row in self.rows),
        )
        self.assertEqual(
            sum(uses for key, uses in counts.items() if key[4] == self.branch.id),
            sum(row[1] == "T-MAIN" for row in self.rows),
        )
        self.assertTrue(dates)

    def test_twice_in_halves_overlapping_and_shuffled_it_is_the_same(self):
        self._run(self.rows)
        whole = self._state()
        again = self._run(self.rows)
        self.assertEqual((again.created_count, again.unchanged_count), (0, 300))
        self.assertEqual(self._state(), whole)
        for seed in range(6):
            self._empty()
            dice = random.Random(seed)
            rows = self.rows[:]
            dice.shuffle(rows)
            cuts = sorted(dice.sample(range(len(rows)), dice.randint(1, 3)))
            for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True):
                self._run(rows[max(start - dice.randint(0, 40), 0):stop + dice.randint(0, 40)])
            with self.subTest(seed=seed):
                self.assertEqual(self._state(), whole)

    def test_small_transactions_make_no_difference(self):
        self._run(self.rows)
        whole = self._state()
        self._empty()
        self.patch(type(self.env["library.import.run"]), "_usage_events", lambda run: 37)
        self._run(self.rows)
        self.assertEqual(self._state(), whole)

    def test_who_keeps_nothing_leaves_no_trace(self):
        silent = self.patrons[2]
        silent.ils_privacy = "2"
        self.assertFalse(silent.allows_counts)
        mine = [row for row in self.rows if row[3] == "9310002"]
        run = self._run(mine)
        self.assertEqual((run.created_count, run.refused_count), (0, 0))
        self.assertEqual(sum(self._state()[0].values()), 0)
        self.assertEqual(self.env["library.usage.receipt"].search_count([]), 0)
        self.assertFalse(silent.date_last_visit)

    def test_withdrawing_deletes_what_was_counted(self):
        self._run(self.rows)
        before = self._state()[0]
        self.patrons[1]._withdraw("counts")
        after = self._state()[0]
        self.assertEqual(set(before) - set(after), {key for key in before if key[0] == self.patrons[1].id})
        self.assertFalse(self.patrons[1].date_last_visit)

    def test_events_of_strangers_come_back_without_title_and_item(self):
        stranger = ["2026-02-01 10:11:12", "T-MAIN", "issue", "9399999", "4711471147", "TP311.1", PLANTED]
        stranger[0] = f"{self.env.cr.now().year}-02-01 10:11:12"
        run = self._run([*self.rows[:5], stranger])
        self.assertEqual((run.created_count, run.refused_count), (5, 1))
        text = base64.b64decode(run.refused_file).decode("utf-8-sig")
        self.assertIn("9399999", text)
        self.assertNotIn(PLANTED, text)
        self.assertNotIn("4711471147", text)
        row = self.env["library.import.row"].search([("run_id", "=", run.id), ("kind", "=", "refused")])
        self.assertNotIn(PLANTED, str(row.raw))
        # once the patron is known, the file that came back can be read, and then the first one again
        self.env["library.patron.identity"].create(
            {"patron_id": self.patron.id, "kind": "ils", "value": "9399999"})
        back = self.env["library.import.run"].create({
            "profile_id": self.profile.id, "file": run.refused_file, "file_name": "refused.csv"})
        back.action_run()
        back._process()
        self.assertEqual((back.state, back.created_count), ("done", 1))
        self.assertEqual(self._run([stranger]).created_count, 0)

    def test_undo_takes_back_exactly_what_the_run_counted(self):
        self._run(self.rows[:120])
        before = self._state()
        second = self._run(self.rows[80:])
        self.assertNotEqual(self._state(), before)
        second.action_undo()
        self.assertEqual(self._state(), before)
        self.assertEqual(self._run(self.rows[80:]).created_count, 180)

    def test_runs_are_undone_from_the_last_one_back(self):
        first = self._run(self.rows[:120])
        self._run(self.rows[80:])
        with self.assertRaisesRegex(UserError, "has counted uses since"):
            first.action_undo()

    def test_a_preview_counts_and_keeps_nothing(self):
        stream = io.StringIO()
        csv.writer(stream).writerows([HEADER, *self.rows, *self.rows[:20]])
        run = self.env["library.import.run"].create({
            "profile_id": self.profile.id, "file": base64.b64encode(stream.getvalue().encode()), "file_name": "c.csv"})
        run.action_preview()
        self.assertEqual((run.state, run.created_count, run.unchanged_count), ("previewed", 300, 20))
        self.assertEqual(sum(self._state()[0].values()), 0)

    def test_settled_runs_keep_their_sums(self):
        runs = [self._run(self.rows[:150]), self._run(self.rows[150:])]
        before = self._state()
        self.env["library.usage"]._settle([run.id for run in runs])
        self.assertEqual(self._state(), before)
        with self.assertRaisesRegex(UserError, "time for undoing"):
            runs[1].action_undo()
        self.assertEqual(self._run(self.rows).created_count, 0)

    def test_old_months_lose_their_persons_and_close(self):
        self._run(self.rows)
        before = self._state()[0]
        self.company.library_usage_months = 1
        self.env["library.usage"]._forget_persons(self.company)
        after = self._state()[0]
        open_from = str(self.company.library_usage_closed_month)
        self.assertFalse([key for key in after if key[0] and key[1] < open_from])
        closed = {key: uses for key, uses in before.items() if key[1] < open_from}
        self.assertTrue(closed)
        for kind in ("loan", "visit_day"):
            month = min(key[1] for key in closed)
            cells = {key: uses for key, uses in closed.items() if key[1:3] == (month, kind)}
            kept = sum(uses for key, uses in after.items() if key[1:3] == (month, kind))
            people = {key[0] for key in cells}
            self.assertEqual(kept, sum(cells.values()) if len(people) >= 5 else 0)
        self.company.library_usage_months = 24
        old = [row for row in self.rows if row[0][:7] < open_from[:7]]
        if old:
            self.assertEqual(self._run(old).created_count, 0)
        self.assertEqual(self._state()[0], after)

    def test_checkouts_of_the_interface_are_the_loans_of_the_file(self):
        day = f"{self.env.cr.now().year}-02-03"
        frame = pd.DataFrame({
            "checkout_id": ["1", "2"], "patron_id": ["9310000", "424242"], "item_id": ["31337", "313370001"],
            "library_id": ["T-MAIN", "T-MAIN"], "checkout_date": [f"{day}T10:11:12", f"{day}T10:11:13"],
            "last_renewed_date": ["", ""], "onsite_checkout": ["", ""],
        }, index=[1, 2], dtype=object)
        profile = self.env["library.import.profile"].create(
            {"name": "Checkouts", "source": "koha_rest", "rest_object": "checkouts"})
        run = self.env["library.import.run"].create({"profile_id": profile.id, "state": "running"})
        chunk = Chunk(1, 2, frame, [])
        chunk.shared = run._begin_usage()
        self.assertEqual(run._apply_usage(chunk), {"created": 1, "unchanged": 0, "refused": 1})
        [refused] = self.env["library.import.row"].search([("run_id", "=", run.id)])
        self.assertNotIn("313370001", f"{refused.raw} {refused.label}")
        self.assertIn("424242", str(refused.raw))
        again = self._run([[f"{day} 10:11:12", "T-MAIN", "issue", "9310000", "31337", "TP311.1", PLANTED]])
        self.assertEqual((again.created_count, again.unchanged_count), (0, 1))
