import io

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import LibraryCase

MONTH = "2026-03-01"


@tagged("post_install", "-at_install")
class TestSavedReport(LibraryCase):
    """Saved reports on the use of the library: loans of twenty people, visits of nine, one event of two.

    Feature: X12, P7
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM library_usage")
        cls.patrons = cls.env["library.patron"].create(
            [{"name": f"Reader {number}", "email": f"reader{number}@patrons.test"} for number in range(30)]
        )
        cls._use("loan", cls.patrons[:20], 3)
        cls._use("visit", cls.patrons[:9], 2)
        cls._use("event", cls.patrons[:2], 7)

    @classmethod
    def _use(cls, kind, patrons, uses, month=MONTH):
        cls.env["library.usage"].create([
            {
                "company_id": cls.company.id, "patron_id": patron.id, "month": month, "kind": kind, "uses": uses,
                "channel": "onsite",
            }
            for patron in patrons
        ])

    def _saved(self, user=None, **values):
        return self.env["library.saved.report"].with_user(user or self.librarian).create({
            "name": "Use by kind", "report_model": "library.usage.report", "groupby": "kind",
            "measures": "uses,persons", "domain": '[["month", ">=", "2026-01-01"]]', **values,
        })

    def _take(self, saved):
        return self.env["library.saved.report.run"].browse(saved.action_run()["res_id"]).with_env(saved.env)

    def _figures(self, run):
        return {
            row["label"]: tuple(None if cell["is_away"] else cell["value"] for cell in row["cells"])
            for row in run._read_table()["rows"]
        }

    def _changes(self, run, other):
        return {
            row["label"]: [(cell["value"], cell["is_away"]) for cell in row["cells"]]
            for row in run._read_changes(other)["rows"]
        }

    def test_a_figure_on_screen_is_kept_with_its_filter_and_a_snapshot(self):
        saved_model = self.env["library.saved.report"].with_user(self.librarian)
        action = saved_model.action_save_figure("library.usage.report", {
            "name": "Use", "domain": [["month", ">=", "2026-01-01"]], "groupby": ["kind"], "measures": ["uses"],
        })
        saved = saved_model.with_context(**action["context"]).create({})
        self.assertEqual((saved.name, saved.groupby, saved.measures), ("Use", "kind", "uses"))
        self.assertEqual(saved.words, "Uses by Kind of use")
        self.assertEqual(saved.card_ids.mapped("code"), ["usage_uses"])
        run = self._take(saved)
        self.assertEqual((run.user_id, run.date_from), (self.librarian, fields.Date.to_date(MONTH)))
        self.assertEqual(self._figures(run), {"Loan": (60,), "Visit": (None,), "Event": (None,), "Total": (92,)})
        self.assertIn("not shown", run.figures)

    def test_running_again_shows_the_difference(self):
        saved = self._saved()
        first = self._take(saved)
        self._use("loan", self.patrons[20:28], 5)
        second = self._take(saved)
        self.assertEqual(second.previous_id, first)
        self.assertEqual(self._changes(second, first)["Loan"], [
            (60, False), (100, False), (40, False), (20, False), (28, False), (8, False),
        ])
        self.assertIn("+40", second.changes)
        # somebody who is there once more changes nothing in what was kept
        self.assertEqual(self._figures(first)["Loan"], (60, 20))

    def test_what_is_hidden_stays_hidden_in_the_difference(self):
        saved = self._saved()
        first = self._take(saved)
        self._use("event", self.patrons[2:20], 1)
        second = self._take(saved)
        changes = self._changes(second, first)
        # eighteen came to events: now shown, but what was hidden then is not found by subtracting
        self.assertEqual(changes["Event"][0], (None, True))
        self.assertEqual(changes["Event"][2], (None, True))
        self.assertEqual(changes["Visit"][2], (None, True))

    def test_two_snapshots_single_out_nobody(self):
        saved = self._saved(groupby="kind")
        self._use("event", self.patrons[:8], 1)
        first = self._take(saved)
        self.assertEqual(self._figures(first)["Loan"], (60, 20))
        self._use("loan", self.patrons[20:21], 11)
        second = self._take(saved)
        # the eleven loans of one new reader are in neither the line nor the total
        self.assertEqual(self._figures(second), self._figures(first))
        self.assertTrue(all(away for _value, away in self._changes(second, first)["Loan"][2::3]))
        self.assertIn("of an earlier snapshot", second.figures)
        note = [row["cells"][0]["note"] for row in second._read_table()["rows"] if row["label"] == "Loan"]
        self.assertIn("fewer than five", note[0])
        # the next four make five with the first one
        self._use("loan", self.patrons[21:25], 11)
        third = self._take(saved)
        self.assertEqual(self._figures(third)["Loan"], (115, 25))
        self.assertEqual(self._changes(third, first)["Loan"][2], (55, False))

    def test_another_saved_report_of_the_same_figures_gives_no_more(self):
        self._use("event", self.patrons[:8], 1)
        mine = self._take(self._saved())
        self._use("loan", self.patrons[20:21], 11)
        theirs = self._take(self._saved(user=self.colleague, name="The same"))
        self.assertEqual(self._figures(theirs), self._figures(mine))

    def test_grouping_more_finely_gives_no_more(self):
        self._use("event", self.patrons[:8], 1)
        self._take(self._saved())
        self._use("loan", self.patrons[20:21], 11)
        finer = self._take(self._saved(groupby="channel,kind", measures="uses"))
        figures = self._figures(finer)
        self.assertEqual(figures["Total"], (100,), "as it was told before")
        told = [values[0] for label, values in figures.items() if label != "Total"]
        self.assertNotIn(71, told, "the loans with those of the new reader")
        self.assertNotIn(111, told)

    def test_a_period_moves_with_the_month(self):
        saved = self._saved(period_rule="months", months=2)
        first, after = saved._months_until(fields.Date.to_date("2026-05-17"))
        self.assertEqual((str(first), str(after)), ("2026-03-01", "2026-05-01"))
        saved.period_rule = "year_ago"
        first, after = saved._months_until(fields.Date.to_date("2026-05-17"))
        self.assertEqual((str(first), str(after)), ("2025-03-01", "2025-05-01"))
        today = fields.Date.to_date("2027-05-17")
        self.assertEqual(
            list(saved._period_domain(today)), ["&", ("month", ">=", fields.Date.to_date("2026-03-01")),
                                                ("month", "<", fields.Date.to_date("2026-05-01"))])

    def test_only_reports_are_kept(self):
        for model in ("library.patron", "res.users", "nothing.at.all"):
            with self.subTest(model=model), self.assertRaises(ValidationError):
                self._saved(report_model=model, groupby="", measures="__count")
            with self.subTest(model=model), self.assertRaises(UserError):
                self.env["library.saved.report"].with_user(self.librarian).action_save_figure(model, {})
        for values in (
            {"groupby": "type_id.name"}, {"measures": "nothing"}, {"measures": ""}, {"domain": "[[}"},
            {"groupby": "kind,month:month,type_id,channel"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._saved(**values)
        with self.assertRaises(AccessError):
            self._take(self._saved(domain='[["persons", "=", 7]]'))

    def test_colleagues_read_what_is_shared_and_change_nothing(self):
        saved = self._saved()
        run = self._take(saved)
        theirs = (saved | saved.browse()).with_user(self.colleague), run.with_user(self.colleague)
        for record in theirs:
            self.assertFalse(record.has_access("read"))
        saved.is_shared = True
        for record in theirs:
            self.assertTrue(record.has_access("read"))
        for operation in ("write", "unlink"):
            self.assertFalse(theirs[0].has_access(operation))
            self.assertFalse(theirs[1].has_access(operation))
        self.assertTrue(theirs[1]._read_table()["rows"])
        copied = theirs[0].copy()
        self.assertEqual((copied.user_id, copied.is_shared, copied.run_count), (self.colleague, False, 0))

    def test_strangers_and_patrons_reach_nothing(self):
        saved = self._saved(is_shared=True)
        run = self._take(saved)
        for user in (self.portal_user, self.env.ref("base.public_user")):
            for record in (saved, run):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
            for name in ("action_run", "action_compare", "action_open_report", "action_open_runs"):
                with self.assertRaises(AccessError):
                    getattr(saved.with_user(user), name)()
            with self.assertRaises(AccessError):
                self.env["library.figure.card"].with_user(user).report_cards("library.usage.report", ["uses"])

    def test_no_call_reads_the_kept_rows_past_their_table(self):
        run = self._take(self._saved())
        for user in (self.librarian, self.staff["manager"], self.env.ref("base.user_admin")):
            for name in ("table", "signature"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    run.with_user(user).read([name])

    def test_another_institution_keeps_its_own(self):
        saved = self._saved(is_shared=True)
        company = self.env["res.company"].create({"name": "Another library"})
        self.colleague.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.assertFalse(saved.with_user(self.colleague).has_access("read"))

    def test_a_type_that_is_gone_and_odd_names_stay_readable(self):
        kind = self.env["library.patron.type"].create({"name": "=cmd|'/c calc'!A1 📚", "code": "odd"})
        self.patrons[:20].type_id = kind
        run = self._take(self._saved(groupby="type_id", measures="uses"))
        self.assertIn(kind.name, self._figures(run))
        name = kind.name
        self.patrons[:20].type_id = False
        kind.unlink()
        self.assertIn(name, self._figures(run))

    def test_a_workbook_holds_figures_changes_and_definitions(self):
        import openpyxl  # noqa: PLC0415

        kind = self.env["library.patron.type"].create({"name": "=HYPERLINK(1) {=2}", "code": "odd2"})
        self.patrons[:20].type_id = kind
        saved = self._saved(name="=1+1 图书馆" * 9, groupby="type_id,kind")
        self._take(saved)
        self._use("loan", self.patrons[:20], 1)
        book = openpyxl.load_workbook(io.BytesIO(self._take(saved)._make_file()))
        self.assertEqual(book.sheetnames, ["Figures", "What changed", "What these figures mean"])
        cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
        self.assertTrue({kind.name, "Loan", 80, "not shown", "Uses"} <= cells)
        self.assertFalse([c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"])

    def test_on_paper_stand_figures_changes_and_definitions(self):
        saved = self._saved()
        self._take(saved)
        self._use("loan", self.patrons[20:28], 5)
        run = self._take(saved)
        html, _kind = self.env["ir.actions.report"].with_user(self.librarian)._render_qweb_html(
            "library_crm.report_library_saved_report_run", run.ids
        )
        page = html.decode()
        for words in ("Use by kind", "not shown", "+40", "What these figures mean", "Uses then"):
            with self.subTest(words=words):
                self.assertIn(words, page)
        with self.assertRaises(AccessError):
            run.with_user(self.colleague)._print_values()

    def test_means_are_kept_as_means(self):
        saved = self._saved(report_model="library.case.report", groupby="team_id",
                            measures="cases,first_answer_hours", domain="[]")
        cases = self.env["library.case"].create([
            {"name": "Early maps", "patron_id": patron.id, "team_id": self.team.id} for patron in self.patrons[:8]
        ])
        for case in cases:
            case.date_first_answer = fields.Datetime.add(case.create_date, hours=3)
        run = self._take(saved)
        self.assertEqual(self._figures(run)[self.team.name], (8, 3))
        more = self.env["library.case"].create([
            {"name": "Later maps", "patron_id": patron.id, "team_id": self.team.id} for patron in self.patrons[8:16]
        ])
        for case in more:
            case.date_first_answer = fields.Datetime.add(case.create_date, hours=6)
        changes = self._changes(self._take(saved), run)
        self.assertEqual([value for value, _away in changes[self.team.name]], [8, 16, 8, 3, 4.5, 1.5])

    def test_nothing_to_count_is_said(self):
        self.env.cr.execute("DELETE FROM library_usage")
        run = self._take(self._saved())
        self.assertEqual(run._read_table()["rows"], [])
        self.assertIn("nothing to count", run.figures)


@tagged("post_install", "-at_install")
class TestFigureCards(LibraryCase):
    """Feature: P7, X12"""

    def _reports(self):
        return {
            name: model for name, model in self.env.registry.items()
            if name.startswith("library.") and not model._abstract and not model._transient
            and (issubclass(model, self.env.registry["library.k.guard"]) or getattr(model, "_figure_cards", None))
        }

    def test_every_measure_of_every_report_has_a_definition(self):
        known = set(self.env["library.figure.card"].search([]).mapped("code"))
        reports = self._reports()
        self.assertIn("library.usage.report", reports)
        for name, model in reports.items():
            cards = getattr(model, "_figure_cards", {})
            guarded = set(getattr(model, "_guard_measures", ())) | set(getattr(model, "_guard_means", {}))
            measures = {
                field.name for field in model._fields.values()
                if field.store and field.aggregator and field.type in ("integer", "float", "monetary")
                and field.name != "id"
            }
            with self.subTest(model=name):
                self.assertFalse((measures | guarded) - set(cards))
                self.assertFalse(set(cards.values()) - known)

    def test_a_definition_says_what_counts_when_and_what_is_left_out(self):
        codes = {code for model in self._reports().values() for code in model._figure_cards.values()}
        for card in self.env["library.figure.card"].search([("code", "in", list(codes))]):
            with self.subTest(card=card.code):
                self.assertTrue(card.numerator and card.period and card.exclusions and card.edition)

    def test_the_screen_is_told_the_cards_of_its_measures_and_the_sample(self):
        self.env.cr.execute("DELETE FROM library_usage")
        card = self.env["library.figure.card"].with_user(self.librarian)
        told = card.report_cards("library.usage.report", ["uses", "persons", "nothing"], [])
        self.assertEqual([one["code"] for one in told["cards"]], ["usage_uses", "usage_persons"])
        self.assertTrue(told["is_guarded"])
        self.assertEqual(told["sample"], "")
        self.assertEqual(card.report_cards("res.users", ["login"])["cards"], [])
        patrons = self.env["library.patron"].create([{"name": f"Reader {number}"} for number in range(7)])
        self.env.cr.execute("DELETE FROM library_usage")
        self.env["library.usage"].create([
            {"company_id": self.company.id, "patron_id": patron.id, "month": MONTH, "kind": "loan", "uses": 2}
            for patron in patrons
        ])
        told = card.report_cards("library.usage.report", ["uses"], [])
        self.assertEqual(told["sample"], "7 records about 7 people")
