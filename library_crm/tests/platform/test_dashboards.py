import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..common import LibraryCase

ROLES = {
    "director": "manager", "team": "lead", "collection": "librarian", "knowledge": "steward", "discover": "relations",
    "keep": "relations", "retain": "relations",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestDashboards(LibraryCase):
    """Each dashboard's sources answer whom it is meant for, and tell nothing about few people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boards = {
            name: cls.env.ref(f"library_crm.library_dashboard_{name}") for name in ROLES
        }
        cls.today = fields.Date.context_today(cls.env.user)

    def _sheet(self, name):
        return json.loads(self.boards[name].spreadsheet_data)

    def _domain(self, source, sheet):
        """The domain of a source with the filters' defaults: the last twelve months."""
        found = source["domain"] if isinstance(source["domain"], list) else safe_eval(source["domain"])
        first = self.today.replace(day=1) - timedelta(days=365)
        for one in sheet["globalFilters"]:
            match = source["fieldMatching"].get(one["id"])
            if match and one["type"] == "date":
                found = [*found, (match["chain"], ">=", str(first.replace(day=1))),
                         (match["chain"], "<", str(self.today.replace(day=1)))]
        return found

    def test_sources_answer(self):
        """Every figure, chart and list is answered for the role that the dashboard is for.

        Feature: T6, P7
        """
        for name, role in ROLES.items():
            sheet = self._sheet(name)
            for pivot in sheet["pivots"].values():
                with self.subTest(board=name, pivot=pivot["id"]):
                    rows = [one["fieldName"] for one in pivot["rows"]]
                    self.env[pivot["model"]].with_user(self.staff[role]).formatted_read_grouping_sets(
                        self._domain(pivot, sheet), [rows[:size] for size in range(len(rows) + 1)],
                        [measure["id"] for measure in pivot["measures"]],
                    )
            for listing in sheet["lists"].values():
                with self.subTest(board=name, list=listing["name"]):
                    model = self.env[listing["model"]].with_user(self.staff[role])
                    order = listing["orderBy"][0]
                    model.web_search_read(
                        self._domain(listing, sheet), {column: {} for column in listing["columns"]}, limit=5,
                        order=f"{order['name']} {'asc' if order['asc'] else 'desc'}",
                    )
            for figure in sheet["sheets"][0]["figures"]:
                if "metaData" in figure["data"]:
                    with self.subTest(board=name, chart=figure["data"]["metaData"]):
                        self._read_chart(figure["data"], sheet, role)

    def _read_chart(self, chart, sheet, role):
        meta = chart["metaData"]
        model = self.env[meta["resModel"]].with_user(self.staff[role])
        source = {"domain": chart["searchParams"]["domain"], "fieldMatching": chart["fieldMatching"]}
        aggregates = ["__count"]
        if meta["measure"] != "__count":
            aggregates.append(f"{meta['measure']}:{model._fields[meta['measure']].aggregator}")
        return model.formatted_read_group(self._domain(source, sheet), meta["groupBy"], aggregates)

    def test_fields_and_menus_exist(self):
        """Odoo's own check of what a spreadsheet names."""
        for name, board in self.boards.items():
            with self.subTest(board=name):
                board._check_spreadsheet_data()

    def test_definitions_exist(self):
        """Each dashboard shows the definitions of its figures."""
        known = set(self.env["library.figure.card"].search([]).mapped("code"))
        for name in ROLES:
            with self.subTest(board=name):
                cards = [one for one in self._sheet(name)["lists"].values() if one["model"] == "library.figure.card"]
                codes = cards[0]["domain"][0][2]
                self.assertTrue(codes)
                self.assertFalse(set(codes) - known)

    def test_only_for_its_group(self):
        """A colleague of another department without the role, and a patron, do not get the dashboard."""
        for name in ("director", "team", "discover", "keep", "retain"):
            with self.subTest(board=name):
                visible = self.env["spreadsheet.dashboard"].with_user(self.librarian).search([])
                self.assertNotIn(self.boards[name], visible)
        for name in ROLES:
            with self.assertRaises(AccessError):
                self.boards[name].with_user(self.portal_user).read(["spreadsheet_data"])

    def test_boards_have_owner_and_result(self):
        """Who wins, keeps and wins back, and what came of it, stands on each of the three boards.

        Feature: T6
        """
        for name in ("discover", "keep", "retain"):
            words = set(self._sheet(name)["sheets"][0]["cells"].values())
            with self.subTest(board=name):
                self.assertLessEqual({'=_t("Owner")', '=_t("Result")'}, words)

    def test_few_people_stay_hidden(self):
        """The director's figures of a month with four patrons are empty; with a fifth they are told.

        Feature: P7, X10
        """
        day = self.today.replace(year=self.today.year - 20, month=2, day=3)
        pivot = next(one for one in self._sheet("director")["pivots"].values() if one["model"] == "library.case.report")
        domain = [("month", ">=", str(day.replace(day=1))), ("month", "<=", str(day.replace(day=28)))]
        patrons = self.env["library.patron"].create([
            {"name": f"Board reader {number}", "email": f"board{number}@patrons.test"} for number in range(5)])
        for size in (4, 5):
            for patron in patrons[size - 1:size] if size == 5 else patrons[:4]:
                case = self.env["library.case"].create(
                    {"name": "Eels", "team_id": self.team.id, "patron_id": patron.id})
                self.env.flush_all()
                self.env.cr.execute("UPDATE library_case SET create_date = %s WHERE id = %s", [day, case.id])
            self.env.invalidate_all()
            [[told]] = self.env["library.case.report"].with_user(self.staff["manager"]).formatted_read_grouping_sets(
                domain, [[]], ["persons:count_distinct", "cases:sum"])
            self.assertEqual(told["cases:sum"] or 0, 5 if size == 5 else 0)
            self.assertEqual(told["persons:count_distinct"] or 0, 5 if size == 5 else 0)
        self.assertIn("persons:count_distinct", [one["id"] for one in pivot["measures"]])

    def test_boards_with_names_are_not_shared(self):
        """No link that anybody may open leads to a list of patrons; the director's figures can be shared."""
        Share = self.env["spreadsheet.dashboard.share"].with_user(self.staff["manager"])
        for name in ("team", "discover", "keep", "retain"):
            board = self.boards[name]
            for dashboard in (board, board.copy()):
                with self.subTest(board=dashboard.name), self.assertRaises(UserError):
                    Share.action_get_share_url({"dashboard_id": dashboard.id, "spreadsheet_data": "{}"})
        self.assertIn("/dashboard/share/", Share.action_get_share_url({
            "dashboard_id": self.boards["director"].id, "spreadsheet_data": "{}"}))

    def test_newest_year_of_the_gap(self):
        """The board of discovery shows the newest year for which the population is known."""
        Reach = self.env["library.reach"]
        newest = Reach.search([("is_current", "=", True)])
        self.assertEqual(set(newest.mapped("year")), {max(Reach.search([]).mapped("year"))} if newest else set())
        self.assertTrue(all(newest.mapped("is_current")))
