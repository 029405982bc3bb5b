import json
import re
from datetime import date

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import JsonCalls, LibraryCase

REPORTS = (
    "library.case.report", "library.need.report", "library.interaction.report", "library.team.report",
    "library.knowledge.report", "library.usage.report", "library.feedback.report", "library.evaluation.report",
)


class ReportCase(LibraryCase):
    """Two services: one asked by nine patrons, one by two; the figures of the two must stay unknown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.case"].with_context(active_test=False).search([]).active = False
        cls.env.cr.execute("UPDATE library_case SET merged_into_id = id")
        Service, team = cls.env["library.service"], cls.team
        cls.many, cls.other, cls.few = Service.create([{"name": name} for name in ("Many", "Other", "Few")])
        for service, count, minutes in ((cls.many, 9, 30), (cls.other, 8, 20), (cls.few, 2, 500)):
            for number in range(count):
                patron = cls.env["library.patron"].create({"name": f"{service.name} {number}"})
                cls.env["library.case"].create({
                    "name": f"{service.name} {number}", "patron_id": patron.id, "team_id": team.id,
                    "service_id": service.id, "minutes": minutes, "channel": "desk" if number % 2 else "mail",
                })
        cls.env.flush_all()
        cls.report = cls.env["library.case.report"].with_user(cls.staff["librarian"])

    def _by_service(self, domain=(), report=None, **options):
        rows = (self.report if report is None else report).formatted_read_group(
            list(domain), ["service_id"], ["minutes:sum", "persons:count_distinct"], **options
        )
        return {row["service_id"] and row["service_id"][1]: row for row in rows}


@tagged("post_install", "-at_install", "security")
class TestReportGuard(ReportCase):
    """Feature: P7, T7"""

    def test_group_of_two_is_not_shown_and_cannot_be_subtracted(self):
        """With it another group is hidden, so that the total less what is shown tells of five people at least."""
        rows = self._by_service()
        self.assertIsNone(rows["Few"]["minutes:sum"] or None)
        [total] = self.report.formatted_read_group([], [], ["minutes:sum"])
        self.assertEqual(total["minutes:sum"], 9 * 30 + 8 * 20 + 2 * 500)
        shown = sum(row["minutes:sum"] or 0 for row in rows.values())
        hidden = [name for name, row in rows.items() if not row["minutes:sum"]]
        self.assertGreaterEqual(len(hidden), 2, "one hidden group alone would be the rest of the total")
        self.assertNotEqual(total["minutes:sum"] - shown, 1000)

    def test_filters_do_not_get_round_it(self):
        few, many, other = self.few.id, self.many.id, self.other.id
        for domain in (
            [("service_id", "=", few)], [("service_id", "!=", few)], ["!", ("service_id", "=", many)],
            [("service_id", "in", [few, many])], [("service_id", "not in", [many, other])],
            ["|", ("service_id", "=", few), ("channel", "=", "letter")],
            ["&", ("service_id", "=", few), ("channel", "in", ["desk", "mail"])],
        ):
            with self.subTest(domain=domain):
                [row] = self.report.formatted_read_group(domain, [], ["minutes:sum"])
                told = row["minutes:sum"] or 0
                self.assertNotIn(1000, (told, told - 270, told - 160, told - 430), domain)
                self.assertNotEqual(1430 - told, 1000, "all less this")

    def test_two_reports_subtracted_do_not_get_round_it(self):
        """By service, by channel and by both: no difference of two answers is about the two people alone."""
        answers = set()
        for groupby in ([], ["service_id"], ["channel"], ["service_id", "channel"], ["month:month"], ["month:year"]):
            for domain in ([], [("service_id", "!=", self.few.id)], [("service_id", "!=", self.many.id)]):
                for row in self.report.formatted_read_group(domain, groupby, ["minutes:sum"]):
                    answers.add(row["minutes:sum"] or 0)
        self.assertFalse({(one, two) for one in answers for two in answers if one - two == 1000})

    def _spread(self, **days):
        """Put cases of a service on other days: one more for each name, so many patrons each."""
        for name, (service, count, day) in days.items():
            patrons = self.env["library.patron"].create([{"name": f"{name} {number}"} for number in range(count)])
            cases = self.env["library.case"].create([
                {"name": name, "patron_id": patron.id, "team_id": self.team.id, "service_id": service.id,
                 "minutes": 1000 if name == "secret" else 10} for patron in patrons
            ])  # fmt: skip
            self.env.flush_all()
            self.env.cr.execute("UPDATE library_case SET create_date = %s WHERE id = ANY(%s)", [day, cases.ids])

    def test_two_periods_subtracted_do_not_get_round_it(self):
        """Three patrons asked in one month: no two stretches of months, nor all the time, differ by that month."""
        self._spread(
            early=(self.many, 8, "2024-02-10"), before=(self.many, 8, "2025-03-10"),
            secret=(self.many, 3, "2025-04-10"), after=(self.many, 8, "2025-05-10"),
            other=(self.other, 9, "2025-05-11"), late=(self.many, 8, "2025-11-10"),
        )  # fmt: skip
        ends = [date(2024, 2, 1), date(2025, 1, 1), *(date(2025, month, 1) for month in range(3, 13)), date(2027, 1, 1)]
        periods = [[("month", ">=", one), ("month", "<", two)] for one in ends for two in ends if one < two]
        answers = set()
        for groupby in ([], ["service_id"]):
            for domain in ([], *periods):
                for row in self.report.formatted_read_group(domain, groupby, ["minutes:sum"]):
                    answers.add(row["minutes:sum"] or 0)
            for level in ("month", "quarter", "year"):
                for row in self.report.formatted_read_group([], [*groupby, f"month:{level}"], ["minutes:sum"]):
                    answers.add(row["minutes:sum"] or 0)
        self.assertGreater(len(answers), 4, "years can be told")
        self.assertFalse({(one, two) for one in answers for two in answers if one - two == 3000})
        for domain in (
            [("month", "!=", date(2025, 4, 1))],
            ["|", ("month", "<", date(2025, 4, 1)), ("month", ">", date(2025, 4, 1))],
            [("month", "in", [date(2025, 3, 1), date(2025, 5, 1)])],
        ):  # fmt: skip
            with self.subTest(domain=domain):
                self.assertIsNone(self._answer(self.report.formatted_read_group, domain, [], ["minutes:sum"]))

    def test_years_are_told_where_each_has_enough_people(self):
        self._spread(
            before=(self.many, 8, "2024-03-10"), here=(self.many, 8, "2025-03-10"), after=(self.many, 8, "2026-01-10")
        )
        year = [("month", ">=", date(2025, 1, 1)), ("month", "<", date(2026, 1, 1))]
        self.assertEqual(self._by_service(year)["Many"]["minutes:sum"], 80)

    def test_institutions_switched_on_and_off_do_not_get_round_it(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        reader = self.staff["librarian"]
        reader.company_ids = [Command.link(elsewhere.id)]
        self.env.cr.execute(
            "UPDATE library_case SET company_id = %s WHERE service_id = %s", [elsewhere.id, self.few.id]
        )
        one = self.report.with_context(allowed_company_ids=self.env.company.ids)
        both = self.report.with_context(allowed_company_ids=[self.env.company.id, elsewhere.id])
        [alone], [together] = (report.formatted_read_group([], [], ["minutes:sum"]) for report in (one, both))
        self.assertEqual(alone["minutes:sum"], 430)
        self.assertIsNone(together["minutes:sum"], "less the first it would be about two people")

    def test_two_kinds_of_reports_subtracted_do_not_get_round_it(self):
        """Where a team helps in two cases, the report of teams does not tell their sum with its own."""
        cases = self.env["library.case"].search([("service_id", "=", self.few.id)])
        helper = self._team("Helpers", "helpers-test", self.staff["librarian"])
        for number in range(6):
            patron = self.env["library.patron"].create({"name": f"Own {number}"})
            self.env["library.case"].create({"name": "Own", "patron_id": patron.id, "team_id": helper.id})
        cases.contributing_team_ids = [Command.link(helper.id)]
        self.env.flush_all()
        rows = self.env["library.team.report"].with_user(self.staff["librarian"]).formatted_read_group(
            [("team_id", "=", helper.id)], ["team_id"], ["cases:sum"]
        )
        self.assertFalse([row for row in rows if row["cases:sum"] == 8])

    def test_days_cannot_be_told_apart(self):
        """A period begins and ends with a month, whatever day is asked for."""
        months = {row["month:day"][0] for row in self.report.formatted_read_group([], ["month:day"], ["__count"])}
        self.assertTrue(all(str(month).endswith("-01") for month in months))

    def test_rows_are_neither_found_nor_read_nor_exported(self):
        for name in REPORTS:
            for report in (self.env[name].with_user(self.staff["manager"]), self.env[name].sudo()):
                with self.subTest(report=name, su=report.env.su):
                    self.assertEqual(report.search_read([]), [])
                    self.assertFalse(report.search([]))
                    self.assertEqual(report.search_count([]), 0)
                    self.assertEqual(report.name_search(""), [])
                    for call in (lambda one: one.read(["month"]), lambda one: one.sudo().export_data(["month"])):
                        self.assertFalse(self._answer(call, report.browse(range(1, 40))))

    def _answer(self, call, *args, **options):
        """What a call gives; nothing where it is refused."""
        try:
            return call(*args, **options)
        except (AccessError, MissingError, UserError, ValueError):
            return None

    def test_other_figures_and_other_ways_in_are_refused(self):
        many = [("service_id", "=", self.many.id)]
        for groupby, aggregates, domain, options in (
            ([], ["minutes:max"], [], {}), ([], ["minutes:min"], [], {}), ([], ["minutes:array_agg"], [], {}),
            ([], ["id:array_agg"], [], {}), ([], ["persons:array_agg"], [], {}), ([], ["id:recordset"], [], {}),
            ([], ["minutes:avg"], [], {}), ([], ["__sketch"], [], {}), (["id"], ["__count"], [], {}),
            (["persons"], ["__count"], [], {}), ([], ["__count"], [("id", "=", 1)], {}),
            ([], ["__count"], [("minutes", "=", 500)], {}), ([], ["__count"], [("persons", "=", 1)], {}),
            (["service_id.name"], ["__count"], [], {}), (["create_date:day"], ["__count"], [], {}),
            (["service_id"], ["minutes:sum"], many, {"having": [("minutes:sum", ">", 900)]}),
        ):  # fmt: skip
            with self.subTest(groupby=groupby, aggregates=aggregates, domain=domain):
                call = self.report.formatted_read_group
                self.assertIsNone(self._answer(call, domain, groupby, aggregates, **options))

    def test_order_and_pages_tell_nothing(self):
        """The largest group does not come first where its figure is not shown."""
        for order in ("minutes:sum desc", "minutes:sum asc", "persons:count_distinct desc"):
            with self.subTest(order=order):
                rows = self.report.formatted_read_group([], ["service_id"], ["minutes:sum"], order=order)
                self.assertEqual(
                    [row["service_id"][1] for row in rows],
                    [row["service_id"][1] for row in self.report.formatted_read_group([], ["service_id"], ["__count"])],
                )

    def test_groups_stand_in_the_order_of_their_records(self):
        self.few.sequence, self.many.sequence, self.other.sequence = 901, 902, 903
        self.assertEqual(list(self._by_service()), ["Few", "Many", "Other"])
        self.assertEqual(list(self._by_service(order="service_id desc")), ["Other", "Many", "Few"])
        self.env.cr.execute("UPDATE library_case SET service_id = NULL WHERE service_id = %s", [self.other.id])
        self.assertEqual(list(self._by_service()), ["Few", "Many", False], "no service comes last")

    def test_the_class_of_a_case_is_that_of_its_needs(self):
        """And follows them: by class nothing else is counted."""
        law, arts = self.env.ref("library_crm.subject_clc_d"), self.env.ref("library_crm.subject_clc_j")
        cases = self.env["library.case"].search([("service_id", "=", self.many.id)])
        for case in cases:
            case.need_ids = [Command.create({"name": "x", "patron_id": case.patron_id.id,
                                             "subject_ids": [Command.set(law.ids)]})]
        self.env.flush_all()
        count = ["cases:sum"]
        by_class = [("subject_id", "=", law.id)]
        self.assertEqual(self.report.formatted_read_group(by_class, [], count)[0]["cases:sum"], 9)
        cases.need_ids.subject_ids = arts
        self.assertFalse(self.report.formatted_read_group(by_class, [], count)[0]["cases:sum"])
        self.assertEqual(cases.main_class_id, arts)

    def test_means_are_hidden_with_their_groups(self):
        self.env.cr.execute("""
            UPDATE library_case SET date_first_answer = create_date + interval '7 hours' WHERE service_id = %s
        """, [self.few.id])
        rows = self.report.formatted_read_group([], ["service_id"], ["first_answer_hours:avg", "answered:sum"])
        self.assertFalse([row for row in rows if row["first_answer_hours:avg"] == 7])
        self.env.cr.execute("""
            UPDATE library_case SET date_first_answer = create_date + interval '3 hours' WHERE service_id <> %s
        """, [self.few.id])
        [row] = self.report.formatted_read_group([], [], ["first_answer_hours:avg"])
        self.assertAlmostEqual(row["first_answer_hours:avg"], (17 * 3 + 2 * 7) / 19)

    def test_series_do_not_shrink_when_people_are_erased(self):
        before = self.report.formatted_read_group([], [], ["cases:sum", "persons:count_distinct"])[0]
        self.env["library.case"].search([("service_id", "=", self.many.id)]).patron_id._anonymise()
        self.env.flush_all()
        after = self.report.formatted_read_group([], [], ["cases:sum", "persons:count_distinct"])[0]
        self.assertEqual((before["cases:sum"], before["persons:count_distinct"]), (19, 19))
        self.assertEqual(after["cases:sum"], 19)

    def test_other_institution_is_not_counted(self):
        branch = self.env["res.company"].create({"name": "Elsewhere"})
        reader = self.staff["librarian"]
        reader.company_ids = [Command.link(branch.id)]
        elsewhere = self.report.with_context(allowed_company_ids=branch.ids)
        self.assertFalse(self._by_service(report=elsewhere))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_strangers_are_refused(self):
        for user in (self.portal_user, self.other_portal_user, self.env.ref("base.public_user")):
            for name in REPORTS[:5]:
                with self.subTest(user=user.login, report=name), self.assertRaises(AccessError):
                    self.env[name].with_user(user).formatted_read_group([], [], ["__count"])

    def test_reports_of_nothing_and_of_one_person_are_readable(self):
        nothing = [("month", "<", date(1990, 1, 1))]
        self.assertEqual(self._by_service(nothing), {})
        self.env.cr.execute("UPDATE library_case SET create_date = '1995-05-05' WHERE name = 'Few 0'")
        one = [("month", ">=", date(1995, 5, 1)), ("month", "<", date(1995, 6, 1))]
        self.assertFalse(self._by_service(one)["Few"]["minutes:sum"])


@tagged("post_install", "-at_install", "security")
class TestReportGuardByRpc(ReportCase, JsonCalls, HttpCase):
    """What a client can send.

    Feature: P7
    """

    def test_no_context_of_a_client_opens_the_guard(self):
        self.authenticate(self.staff["manager"].login, self.staff["manager"].login)
        for context in ({"library_k_guard": True}, {"library_k_guard": "OPEN"}, {"library_k_guard": {}}):
            for method, args, options in (
                ("search_read", [[]], {}), ("web_search_read", [], {"domain": [], "specification": {}}),
                ("read", [[1, 2, 3], ["minutes"]], {}),
            ):  # fmt: skip
                with self.subTest(context=context, method=method):
                    found = self.make_jsonrpc_request("/web/dataset/call_kw", {
                        "model": "library.case.report", "method": method, "args": args,
                        "kwargs": {**options, "context": context},
                    })  # fmt: skip
                    self.assertFalse(found.get("records") if isinstance(found, dict) else found)
            rows = self.make_jsonrpc_request("/web/dataset/call_kw", {
                "model": "library.case.report", "method": "formatted_read_group",
                "args": [[], ["service_id"], ["minutes:sum"]], "kwargs": {"context": context},
            })  # fmt: skip
            self.assertNotIn("1000", json.dumps(rows))

    @mute_logger("odoo.http", "py.warnings")
    def test_other_programs_learn_nothing_more(self):
        """Rows, groups and pages of them, over JSON-2 with a manager's own key."""
        reader = self.staff["manager"]
        few = [["service_id", "=", self.few.id]]
        for method, values in (
            ("search_read", {"domain": []}), ("search", {"domain": few}), ("search_count", {"domain": few}),
            ("read", {"ids": [1, 2, 3], "fields": ["minutes"]}),
            ("export_data", {"ids": [1], "fields_to_export": ["minutes"]}),
            ("web_search_read", {"domain": few, "specification": {"minutes": {}}}),
            ("read_group", {"domain": few, "fields": ["minutes:sum"], "groupby": []}),
            ("formatted_read_group", {"domain": few, "groupby": [], "aggregates": ["minutes:sum"]}),
            ("formatted_read_group", {"domain": [], "groupby": ["service_id"], "aggregates": ["minutes:sum"]}),
            ("formatted_read_group", {"domain": [], "groupby": ["service_id"], "aggregates": ["minutes:sum"],
                                      "offset": 1, "limit": 1}),
            ("formatted_read_grouping_sets", {"domain": [], "grouping_sets": [["service_id"], ["channel"]],
                                              "aggregates": ["minutes:sum"]}),
            ("web_read_group", {"domain": [], "groupby": ["service_id"], "aggregates": ["minutes:sum"],
                                "auto_unfold": True, "unfold_read_specification": {"minutes": {}}}),
            ("read_progress_bar", {"domain": [], "group_by": "service_id",
                                   "progress_bar": {"field": "channel", "colors": {"desk": "success"}}}),
        ):  # fmt: skip
            with self.subTest(method=method, values=values):
                answer = self._json2(reader, "library.case.report", method, **values)
                told = {int(number) for number in re.findall(r"\b\d+\b", answer.text)} if answer.ok else set()
                self.assertFalse(told & {500, 1000, 1430 - 1000}, answer.text)
        whole = self._json2(reader, "library.case.report", "formatted_read_group",
                            domain=[], groupby=[], aggregates=["minutes:sum"])
        self.assertEqual(whole.json()[0]["minutes:sum"], 1430, "what may be told is told")

    def test_a_dashboard_asks_as_everybody_does(self):
        """The sheet of a dashboard asks for groups; the cell of two people comes empty to it as well."""
        self.authenticate(self.staff["manager"].login, self.staff["manager"].login)
        [[rows]] = [self.make_jsonrpc_request("/web/dataset/call_kw", {
            "model": "library.case.report", "method": "formatted_read_grouping_sets", "args": [],
            "kwargs": {"domain": [], "grouping_sets": [["service_id"]], "aggregates": ["minutes:sum", "__count"]},
        })]  # fmt: skip
        figures = {row["service_id"][1]: row["minutes:sum"] for row in rows}
        self.assertEqual(set(figures), {"Many", "Other", "Few"})
        self.assertFalse(figures["Few"])
