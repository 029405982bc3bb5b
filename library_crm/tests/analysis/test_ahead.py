from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .use_common import LibraryUseCase


class LibraryAheadCase(LibraryUseCase):
    """Twelve people with cases of two services in a month that is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a company of its own: whatever else stands in the database is out of the way
        cls.env.cr.execute("UPDATE library_case SET create_date = create_date - interval '6 years'")
        cls.env.cr.execute("UPDATE library_interaction SET date = date - interval '6 years'")
        cls.env.cr.execute("UPDATE library_need SET create_date = create_date - interval '6 years'")
        cls.env.invalidate_all()
        cls.Ahead = cls.env["library.ahead"]
        cls.day = cls.today.replace(day=1) - timedelta(days=10)
        cls.people = cls._patrons(12)
        cls.novelty, cls.search = cls.env["library.service"].create(
            [{"name": "Novelty search", "kind": "novelty"}, {"name": "Map search", "kind": "reference"}]
        )

    @classmethod
    def _ask(cls, patrons, service=None, back=0, **values):
        """Closed cases, opened on a day of last month, answered a day later and closed after `days`."""
        days, resolution, kept = values.pop("days", 2), values.pop("resolution", None), values.pop("promise_kept", None)
        cases = cls.env["library.case"].browse()
        for patron in patrons:
            cases |= cls._case(patron, service_id=service and service.id, **values)
        cls.env.flush_all()
        opened = cls.day - relativedelta(months=back)
        cls.env.cr.execute(
            "UPDATE library_case SET create_date = %(at)s::date, date_first_answer = %(at)s::date + interval '1 day',"
            " date_closed = %(at)s::date + %(days)s * interval '1 day', resolution = %(result)s,"
            " promise_kept = %(kept)s WHERE id = ANY(%(ids)s)",
            {"at": opened, "days": days, "ids": cases.ids, "result": resolution, "kept": kept},
        )
        cls.env.cr.execute(
            "UPDATE library_need SET create_date = %s WHERE id IN"
            " (SELECT need_id FROM library_case_need_rel WHERE case_id = ANY(%s))", [opened, cases.ids],
        )
        cls.env.invalidate_all()
        return cases

    def _board(self, part, user=None, **choices):
        return self.Ahead.with_user(user or self.librarian).board(part, choices)

    def _rows(self, board, number=0):
        tables = board["tables"]
        return {row["label"]: row["cells"] for row in tables[number]["rows"]} if len(tables) > number else {}


@tagged("post_install", "-at_install")
class TestDemandMap(LibraryAheadCase):
    """Feature: 3.1"""

    def _note(self, patrons, subject, days=0, **values):
        needs = self.env["library.need"].create([
            {"name": "x", "statement": "x", "patron_id": patron.id, "subject_ids": [Command.set(subject.ids)], **values}
            for patron in patrons
        ])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE library_need SET create_date = %(at)s::date, main_class_id = %(class)s,"
            " date_settled = %(at)s::date + %(days)s * interval '1 day' WHERE id = ANY(%(ids)s)",
            {"at": self.day, "days": days, "ids": needs.ids, "class": subject.id},
        )
        return needs

    def test_needs_by_class_with_what_was_met_and_the_median(self):
        law, medicine = self.env.ref("library_crm.subject_clc_d"), self.env.ref("library_crm.subject_clc_r")
        self._note(self.people[:5], law, days=2, state="met")
        self._note(self.people[5:11], law, days=8, state="unmet", unmet_reason="no_source")
        self._note(self.people[:2], medicine, days=1, state="met")
        for by in ("main", "class"):
            with self.subTest(by=by):
                rows = self._rows(self._board("demand", by=by))
                self.assertIsNone(rows.get(medicine.display_name, [None])[0], "two people")
        self._note(self.people[:6], medicine, days=1, state="met")
        board = self._board("demand", by="class")
        rows = self._rows(board)
        self.assertEqual(rows[law.display_name][:4], [11, "45%", 8.0, 6])
        self.assertEqual(rows[medicine.display_name][:4], [8, "100%", 1.0, 0])
        self.assertTrue(any("6" in words for words in board["sentences"]))

    def test_period_without_a_need_is_readable(self):
        for by in ("main", "class", "type", "month"):
            with self.subTest(by=by):
                self.assertEqual(self._board("demand", by=by, months=24)["tables"], [])


@tagged("post_install", "-at_install")
class TestValueAndPerformance(LibraryAheadCase):
    """Feature: T9, T10"""

    def test_turnaround_success_and_promise(self):
        self._ask(self.people[:6], self.search, days=2, resolution="met", promise_kept="kept")
        self._ask(self.people[6:], self.search, days=4, resolution="partly", promise_kept="missed")
        cells = self._rows(self._board("performance"))["Map search"]
        self.assertEqual(cells, [12, 24.0, 24.0, 3.0, 4.0, "50%", "50%"])

    def test_nine_of_ten_needs_ten_people(self):
        self._ask(self.people[:9], self.search)
        cells = self._rows(self._board("performance"))["Map search"]
        self.assertEqual(cells[:5], [9, 24.0, None, 2.0, None])

    def test_by_team_channel_and_place(self):
        self._ask(self.people[:6], self.search, team=self.other_team, channel="phone")
        self._ask(self.people[6:], self.search, channel="mail")
        for by, label in (("team", "Interlibrary loan"), ("channel", "Phone"), ("branch", "Without one")):
            with self.subTest(by=by):
                self.assertIn(label, self._rows(self._board("performance", by=by)))
        self.other_team.active = False
        self.assertIn("Interlibrary loan", self._rows(self._board("performance", by="team")), "a closed department")

    def test_uses_by_kind_channel_and_place(self):
        self._use(self.people[:6], months=6)
        self._use(self.people[6:], kind="download", channel="remote", months=6)
        rows = self._rows(self._board("performance", by="kind"))
        # the running month is not over
        self.assertEqual(rows, {"Loan": [60, 0], "Download": [0, 60]})
        self.assertEqual(self._rows(self._board("performance", by="place")), {"Loan": [60], "Download": [60]})

    def test_value_beside_effort(self):
        cases = self._ask(self.people, self.search, minutes=30, minutes_saved=45)
        cases.date_saved_said = self.env.cr.now()
        self.env["library.outcome"].create(
            [{"case_id": case.id, "source": "portal", "useful": "4", "understood": "1"} for case in cases[:8]]
            + [{"case_id": case.id, "source": "staff", "useful": "0"} for case in cases]
        )
        self._ask(self.people, self.novelty, read_level="5")
        board = self._board("value")
        rows = self._rows(board)
        self.assertEqual(rows["Map search"][:5], [12, 30, 8, 4.0, 45])
        self.assertEqual(rows["Novelty search"][:4], [12, 60, 0, ""], "the minutes that are usual at this READ level")
        self.assertEqual(
            [(point["label"], point["x"], point["y"]) for point in board["chart"]["points"]], [("Map search", 30, 4.0)]
        )

    def test_four_people_are_never_told_nor_found_by_subtraction(self):
        self._ask(self.people[:4], self.novelty, minutes=99)
        self._ask(self.people, self.search, minutes=30)
        for user in (self.librarian, self.staff["manager"], self.env.ref("base.user_admin"), self.env.user):
            rows = self._rows(self._board("value", user))
            # the second service is hidden with the first: all together less it would be the four
            self.assertNotIn("Novelty search", [label for label, cells in rows.items() if cells[0] is not None])
            self.assertNotIn(99, [cell for cells in rows.values() for cell in cells])

    def test_a_line_about_few_tells_nothing_at_all(self):
        """That none of three people said anything would be a thing said about them."""
        self._ask(self.people[:3], self.novelty)
        self._ask(self.people, self.search)
        self._ask(self.people, None)
        self.assertEqual(set(self._rows(self._board("value"))["Novelty search"]), {None})

    def test_periods_do_not_lie_within_each_other(self):
        self._ask(self.people[:6], self.search)
        self._ask(self.people[6:], self.search, back=12)
        shown = [self._rows(self._board("performance", months=months)) for months in (0, 12)]
        self.assertEqual([rows["Map search"][0] for rows in shown], [6, 6])
        self._ask(self.people[:1], self.search, back=-1)
        self.assertEqual(self._rows(self._board("performance"))["Map search"][0], 6, "the running month is not told")

    def test_members_of_a_segment_and_what_is_left_of_everybody(self):
        self.people[:8].degree_stage = "doctoral"
        segment = self.Segment.create({"name": "Doctoral", "domain": "[('degree_stage', '=', 'doctoral')]"})
        self.env.cr.execute("UPDATE library_segment_member SET date_from = date_from - 90")
        self._ask(self.people, self.search, minutes=30)
        relations = self.staff["relations"]
        rows = self._rows(self._board("value", relations, segment=segment.id))
        self.assertEqual(rows, {}, "twelve less eight members are four people")
        self._ask(self._patrons(6), self.search, minutes=30)
        self.assertEqual(self._rows(self._board("value", relations, segment=segment.id))["Map search"][:2], [8, 30])
        self.assertEqual(self._rows(self._board("value", relations), 1), {"Doctoral": [8, 30, 0, "", "", ""]})
        names = [choice["name"] for choice in self._board("value")["choices"] if len(choice["options"]) > 1]
        self.assertNotIn("segment", names, "segments are for relations")

    def test_nothing_and_one_person(self):
        for part in ("forecast", "staffing", "value", "performance", "portfolio"):
            with self.subTest(part=part):
                self.assertEqual(self._board(part)["tables"], [])
        self._ask(self.people[:1], self.search)
        for part in ("value", "performance", "portfolio"):
            with self.subTest(part=part, persons=1):
                self.assertEqual(self._board(part)["tables"], [])

    def test_strange_choices_fall_back_and_strangers_are_refused(self):
        self._ask(self.people, self.search)
        usual = self._board("performance")
        for choices in ({"months": "x; DROP"}, {"months": 3}, {"by": "user_id"}, {"segment": 999999}, None, [], "x"):
            with self.subTest(choices=choices):
                self.assertEqual(self.Ahead.with_user(self.librarian).board("performance", choices), usual)
        self.assertEqual(self._board("nothing"), {})
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self._board("value", user)

    def test_every_figure_has_its_definition(self):
        for part in ("forecast", "staffing", "value", "performance", "portfolio"):
            cards = self._board(part)["cards"]
            with self.subTest(part=part):
                self.assertGreaterEqual(len(cards), 3)
                self.assertTrue(all(card["numerator"] and card["edition"] for card in cards))

    def test_names_are_text_whatever_they_hold(self):
        self.search.name = "=HYPERLINK(1)+@ 查新😀" + "长" * 60
        self._ask(self.people, self.search)
        self.assertIn(self.search.name, self._rows(self._board("performance")))


@tagged("post_install", "-at_install")
class TestStaffing(LibraryAheadCase):
    """Feature: T11"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create({
            "name": "House", "tz": "Asia/Shanghai", "two_weeks_calendar": False,
            "attendance_ids": [Command.clear(), *(
                Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 9, "hour_to": 12,
                                "day_period": "morning"})
                for day in range(5)
            )],
        })  # fmt: skip
        monday = cls.today - timedelta(days=cls.today.isoweekday() + 6)
        cls.mondays = [monday - timedelta(days=7 * week) for week in range(26)]

    def _contacts(self, days, count, hour=2, **values):
        """`hour` by UTC; in Shanghai it is eight hours later."""
        self.env["library.interaction"].create([
            {"date": f"{day} {hour:02}:30:00", "read_level": "2", "team_id": self.team.id, **values}
            for day in days for _number in range(count)
        ])  # fmt: skip

    def _cell(self, weekday, hour, **choices):
        heat = self._board("staffing", **choices)["heat"]
        row = next(row for row in heat["rows"] if row["label"] == weekday)
        return row["cells"][heat["head"].index(f"{hour}:00")]

    def test_mean_and_span_by_the_clock_on_the_wall(self):
        """Half of the Mondays with four contacts, half with two; none on Tuesdays, which are open, too."""
        self._contacts(self.mondays[:13], 4)
        self._contacts(self.mondays[13:], 2)
        self.assertEqual(
            self._cell("Monday", 10), {"mean": 3.0, "low": 2, "high": 4, "minutes": 15, "is_open": True}
        )
        self.assertEqual(self._cell("Tuesday", 10), {"mean": 0, "is_open": True})

    def test_days_on_which_the_house_was_closed_do_not_count(self):
        self._contacts(self.mondays[:13], 4)
        self.env["resource.calendar.leaves"].create([
            {"name": "Closed", "calendar_id": self.company.resource_calendar_id.id,
             "date_from": f"{day - timedelta(days=1)} 16:00:00", "date_to": f"{day} 15:59:00"}
            for day in self.mondays[13:]
        ])  # fmt: skip
        self.assertEqual(self._cell("Monday", 10)["mean"], 4.0)

    def test_an_hour_about_few_people_is_empty(self):
        self._contacts(self.mondays, 2)
        self._contacts(self.mondays[:4], 1, hour=3)
        self._contacts(self.mondays, 3, hour=1, patron_id=self.people[0].id)
        self.assertEqual(self._cell("Monday", 11), {"mean": None, "is_open": True})
        self.assertEqual(self._cell("Monday", 9)["mean"], None, "one named person who came often")
        self.assertEqual(self._cell("Monday", 10)["mean"], 2.0)

    def test_a_contact_that_became_a_case_is_counted_once(self):
        self._contacts(self.mondays[:1], 5, outcome="open", note="Maps")
        self.env.cr.execute("UPDATE library_case SET create_date = %s WHERE create_date > %s",
                            [f"{self.mondays[0]} 02:31:00", self.today - timedelta(days=1)])  # fmt: skip
        self.assertEqual(self._cell("Monday", 10)["mean"], 0.2)

    def test_by_place_and_by_the_way_it_came(self):
        branch = self.env["library.branch"].create(
            {"name": "Harbour", "calendar_id": self.company.resource_calendar_id.id}
        )
        self._contacts(self.mondays, 2, branch_id=branch.id)
        self._contacts(self.mondays, 1)
        self.assertEqual(self._cell("Monday", 10)["mean"], 3.0)
        self.assertEqual(self._cell("Monday", 10, branch=branch.id)["mean"], 2.0)
        self.assertIsNone(self._board("staffing", way="written")["heat"])


@tagged("post_install", "-at_install")
class TestAheadScreens(LibraryAheadCase, HttpCase):
    """Feature: T9, T10, T11, T12"""

    def test_pages_of_a_segment_and_their_workbook(self):
        self.people[:8].degree_stage = "doctoral"
        segment = self.Segment.create({"name": "Doctoral", "domain": "[('degree_stage', '=', 'doctoral')]"})
        self.env.cr.execute("UPDATE library_segment_member SET date_from = date_from - 400")
        self._use(self.people)
        everybody = self.people | self._patrons(6)
        for back in range(11):
            self._ask(everybody, self.search, back=back, minutes=20)
        self.env["library.forecast"]._forecast(self.company, "cases", self.today)
        pages = {
            part: segment.with_user(self.staff["relations"]).get_page(part)
            for part in ("performance", "prospecting", "profitability", "product")
        }
        self.assertEqual(self._rows(pages["performance"])["Loan"], [80, 80])
        self.assertEqual(self._rows(pages["performance"], 1)["Map search"][0], 88)
        self.assertEqual(self._rows(pages["profitability"])["Map search"][:2], [88, 20])
        cells = self._rows(pages["prospecting"])["Map search"]
        self.assertEqual(cells[:3], [88, "44%", 8])
        self.assertTrue(cells[3] <= cells[2] <= cells[4] and cells[3] < cells[4], "never a bare line")
        self.authenticate("test_relations", "test_relations")
        for part in pages:
            self.assertEqual(self.url_open(f"/library/segments/{segment.id}/{part}.xlsx").status_code, 200)
        for part in pages:
            with self.assertRaises(AccessError):
                segment.with_user(self.librarian).get_page(part)
