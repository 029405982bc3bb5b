from datetime import datetime

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .clock_common import MONDAY, ClockCase


@tagged("post_install", "-at_install")
class TestClock(ClockCase):
    """The clock runs while the patron waits for us, stands while we wait, and keeps what is left."""

    def test_a_new_case_is_promised_in_the_hours_of_its_team(self):
        """Feature: X1, 1.1"""
        with freeze_time(MONDAY):
            case = self._asked()
        self.assertEqual(case.date_promised, datetime(2025, 6, 2, 15))
        self.assertEqual(case.date_solution_promised, datetime(2025, 6, 3, 15))
        self.assertEqual(case.date_warning, datetime(2025, 6, 2, 13), "two opening hours before")
        self.assertEqual((case.clock_state, case.promise_kind), ("running", "answer"))
        self.assertEqual(self._segments(case), [("running", "asked", 0)])

    def test_the_rest_is_kept_while_we_wait_for_the_patron(self):
        """Feature: X1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(datetime(2025, 6, 2, 10))
            case.with_user(self.librarian)._answer("<p>Which year?</p>")
            self.assertEqual((case.clock_state, case.minutes_used), ("paused", 180))
            self.assertEqual(case.minutes_left_solution, 13 * 60)
            clock.move_to(datetime(2025, 6, 4, 8))
            self.assertFalse(case.is_overdue, "nobody is late while the patron is asked")
            self._patron_writes(case)
        self.assertEqual(case.date_promised, datetime(2025, 6, 5, 8))
        self.assertEqual(case.date_solution_promised, datetime(2025, 6, 5, 13))
        self.assertEqual(
            self._segments(case),
            [("running", "asked", 3), ("paused", "waiting_patron", 14), ("running", "patron_wrote", 0)],
        )
        paused = case.segment_ids.filtered(lambda one: one.state == "paused")
        self.assertEqual(paused.user_id, self.librarian, "who stopped the clock")
        self.assertFalse(case.segment_ids[-1:].user_id, "a patron is nobody in the audit")

    def test_what_is_left_of_the_solution_may_come_before_a_new_answer(self):
        """Feature: X1"""
        self.service.solution_hours = 10
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(datetime(2025, 6, 2, 14))
            case.with_user(self.librarian)._answer("<p>Which year?</p>")
            clock.move_to(datetime(2025, 6, 4, 7))
            self._patron_writes(case)
        self.assertEqual((case.promise_kind, case.date_promised), ("solution", datetime(2025, 6, 4, 10)))

    def test_waiting_for_a_partner_keeps_the_rest_of_the_answer(self):
        """Feature: X1, 5.5"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(datetime(2025, 6, 2, 11))
            case.waits_for = "partner"
            self.assertEqual(case.minutes_left_answer, 4 * 60)
            clock.move_to(datetime(2025, 6, 5, 7))
            case.waits_for = "library"
        self.assertEqual(case.date_promised, datetime(2025, 6, 5, 11))
        self.assertEqual([reason for _state, reason, _hours in self._segments(case)],
                         ["asked", "waiting_partner", "resumed"])

    def test_from_partner_to_patron_is_another_pause(self):
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            case.waits_for = "partner"
            clock.move_to(datetime(2025, 6, 2, 9))
            case.waits_for = "patron"
        self.assertEqual([reason for _state, reason, _hours in self._segments(case)],
                         ["asked", "waiting_partner", "waiting_patron"])

    def test_a_closed_case_has_no_clock_and_a_reopened_one_a_new_promise(self):
        """Feature: X1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(datetime(2025, 6, 2, 9))
            case.with_user(self.librarian)._answer("<p>There.</p>")
            clock.move_to(datetime(2025, 7, 2, 9))
            case._close("met")
            self.assertEqual((case.clock_state, case.promise_kept), ("stopped", "kept"))
            self.assertFalse(case.segment_ids.filtered(lambda one: not one.date_end))
            self._patron_writes(case)
        self.assertEqual((case.clock_state, case.promise_kept), ("running", False))
        self.assertEqual(case.date_promised, datetime(2025, 7, 3, 9))
        self.assertEqual(self._segments(case)[-1], ("running", "reopened", 0))

    def test_a_late_answer_is_a_missed_promise_even_before_the_scheduled_action_saw_it(self):
        """Feature: 1.1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(datetime(2025, 6, 3, 9))
            case.with_user(self.librarian)._answer("<p>There.</p>")
            self.assertEqual((case.missed_count, case.date_missed), (1, datetime(2025, 6, 2, 15)))
            case._close("met")
        self.assertEqual(case.promise_kept, "missed")

    def test_a_transfer_keeps_what_was_promised_and_counts_in_the_new_teams_hours(self):
        """Feature: X1, 21.1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            promised = case.date_promised
            clock.move_to(datetime(2025, 6, 2, 9))
            case._transfer(self.other_team)
            self.assertEqual(case.date_promised, promised)
            self.assertEqual(self._segments(case), [("running", "asked", 2), ("running", "transferred", 0)])
            clock.move_to(datetime(2025, 6, 2, 12))
            case.waits_for = "partner"
        self.assertEqual(self._segments(case)[1], ("running", "transferred", 3), "until eight in Shanghai")
        self.assertEqual(case.minutes_left_answer, 60, "the shift ends at nine")

    def test_a_team_without_calendar_takes_cases(self):
        """The trap of helpdesk_mgmt_sla, and bad input of this issue. Feature: X1"""
        self.other_team.calendar_id = False
        self.company.resource_calendar_id = False
        self.assertEqual(self.other_team.hours_from, "always")
        dialog = self.env["library.case.transfer"].new({"team_id": self.other_team.id})
        self.assertIn("day and night", dialog.hours_warning)
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            case._transfer(self.other_team)
            self.assertTrue(case.date_promised)
            case.waits_for = "patron"
            clock.move_to(datetime(2025, 6, 7, 20))
            self._patron_writes(case)
            self.assertEqual(case.date_promised, datetime(2025, 6, 8, 4), "eight hours of any kind")
        self.company.resource_calendar_id = self.office
        self.assertEqual(self.other_team.hours_from, "company")
        dialog = self.env["library.case.transfer"].new({"team_id": self.other_team.id})
        self.assertIn("institution", dialog.hours_warning)

    def test_another_time_agreed_by_hand_is_the_promise(self):
        """Feature: 1.1"""
        with freeze_time(MONDAY):
            case = self._asked()
            case.with_user(self.librarian).date_promised = datetime(2025, 6, 10, 10)
        self.assertEqual(case.date_warning, datetime(2025, 6, 10, 8))
        self.assertEqual(case.date_solution_promised, case.date_promised, "not the solution before the answer")

    @mute_logger("odoo.sql_db")
    def test_a_clock_has_one_open_segment(self):
        case = self._asked()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            case._start_clock("resumed")

    def test_a_case_entered_when_all_is_over(self):
        closed = self.env["library.case"]._find_stage("closed")
        common = {"stage_id": closed.id, "resolution": "met", "waits_for": "nobody", "date_promised": MONDAY}
        cases = self._asked(**common, date_first_answer=datetime(2025, 6, 2, 6)) | self._asked(
            **common, date_first_answer=datetime(2025, 6, 2, 8)
        )
        self.assertEqual(cases.mapped("promise_kept"), ["kept", "missed"])
        self.assertFalse(cases.segment_ids)

    def test_closures_of_the_house_hold_for_a_team_with_hours_of_its_own(self):
        """Feature: X1"""
        house = self._calendar("House", [(day, 8, 20) for day in range(7)])
        self.team.branch_id = self.env["library.branch"].create({"name": "Main", "calendar_id": house.id})
        manager = self.staff["manager"]
        with freeze_time(MONDAY):
            self.env["resource.calendar.leaves"].with_user(manager).create(
                {"name": "Whit Tuesday", "calendar_id": house.id,
                 "date_from": datetime(2025, 6, 2, 22), "date_to": datetime(2025, 6, 3, 21, 59, 59)}
            )  # fmt: skip
            self.env["resource.calendar.leaves"].with_user(manager).create(
                {"name": "Staff day", "calendar_id": False,
                 "date_from": datetime(2025, 6, 4, 7), "date_to": datetime(2025, 6, 4, 9)}
            )  # fmt: skip
            case = self._asked()
        self.assertEqual(case.date_promised, datetime(2025, 6, 2, 15))
        self.assertEqual(case.date_solution_promised, datetime(2025, 6, 5, 9))
        with self.assertRaises(AccessError):
            self.env["resource.calendar.leaves"].with_user(self.librarian).create(
                {"name": "My holiday", "date_from": MONDAY, "date_to": datetime(2025, 6, 3)}
            )

    def test_a_change_of_hours_is_felt_at_once(self):
        with freeze_time(MONDAY):
            self.assertEqual(self._asked().date_promised, datetime(2025, 6, 2, 15))
            self.office.attendance_ids.write({"hour_to": 13})
            self.assertEqual(self._asked().date_promised, datetime(2025, 6, 3, 11))
            self.office.tz = "UTC"
            self.assertEqual(self._asked().date_promised, datetime(2025, 6, 3, 13))

    def test_month_end_and_summer_time(self):
        """Feature: X1"""
        with freeze_time(datetime(2025, 10, 24, 14)):
            self.assertEqual(self._asked().date_promised, datetime(2025, 10, 27, 15), "one hour back on Sunday")
        with freeze_time(datetime(2025, 1, 31, 15)):
            self.assertEqual(self._asked().date_promised, datetime(2025, 2, 3, 15))

    def test_who_reads_the_clock(self):
        """Feature: X1, 21.2"""
        case = self._asked()
        case._contribute(self.other_team)
        step = self.env["library.case.step"].create(
            {"name": "Look it up", "workroom_id": case.workroom_ids.id, "team_id": self.other_team.id, "hours": 4}
        )
        Segment = self.env["library.clock.segment"]
        mine = Segment.with_user(self.librarian).search([("case_id", "=", case.id)])
        self.assertEqual(mine.step_id, step)
        self.assertEqual(len(mine), 2)
        theirs = Segment.with_user(self.colleague).search([("case_id", "=", case.id)])
        self.assertEqual(theirs.step_id, step, "a contributor sees the clock of the own step alone")
        with self.assertRaises(AccessError):
            Segment.with_user(self.portal_user).search([])
        with self.assertRaises(AccessError):
            case.with_user(self.other_portal_user).action_open_clock()
        with self.assertRaises(AccessError):
            mine.write({"minutes": 0})
        with self.assertRaises(AccessError):
            case.with_user(self.portal_user).clock_state  # noqa: B018

    def test_a_case_whose_patron_goes_in_the_middle(self):
        """Bad input of this issue. Feature: X1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            case.write({"patron_id": False, "email_from": False})
            clock.move_to(datetime(2025, 6, 4, 7))
            case._miss()
            self.assertEqual((case.missed_count, case.date_apologised), (1, False))
            case.waits_for = "nobody"
            case._close("unmet", "referred")
        self.assertEqual((case.clock_state, case.promise_kept), ("stopped", "missed"))


@tagged("post_install", "-at_install")
class TestStepClock(ClockCase):
    """Each step has a clock on the calendar of its own team."""

    def _steps(self, case, *rows):
        case._contribute(self.other_team)
        return self.env["library.case.step"].create(
            [
                {
                    "name": name, "workroom_id": case.workroom_ids.id, "team_id": team.id,
                    "hours": hours, "sequence": place,
                }
                for place, (name, team, hours) in enumerate(rows, 1)
            ]
        )

    def test_turns_and_plans(self):
        """Feature: 21.1, X1"""
        with freeze_time(MONDAY) as clock:
            first, second = self._steps(
                self._asked(), ("Search", self.team, 4), ("Loan", self.other_team, 2)
            )
            self.assertEqual(first.date_promised, datetime(2025, 6, 2, 11))
            self.assertEqual(second.date_promised, datetime(2025, 6, 2, 13), "from eleven, in Shanghai's late shift")
            self.assertEqual((bool(first.segment_ids), bool(second.segment_ids)), (True, False))
            clock.move_to(datetime(2025, 6, 2, 12))
            first.action_done()
            self.assertEqual(first.segment_ids.minutes, 5 * 60)
            self.assertEqual(second.segment_ids.state, "running")
            self.assertEqual(second.date_promised, datetime(2025, 6, 3, 6), "an hour today, one tomorrow")
            clock.move_to(datetime(2025, 6, 3, 7))
            self.assertTrue(second.is_late)
            self.assertIn(second, self.env["library.case.step"].search([("is_late", "=", True)]))
            second.action_done()
        self.assertFalse((first | second).segment_ids.filtered(lambda one: not one.date_end))

    def test_a_step_taken_early_and_one_handed_over(self):
        with freeze_time(MONDAY) as clock:
            _first, second = self._steps(
                self._asked(), ("Search", self.team, 4), ("Loan", self.other_team, 2)
            )
            second.with_user(self.colleague).action_start()
            self.assertEqual(second.segment_ids.team_id, self.other_team)
            promised = second.date_promised
            clock.move_to(datetime(2025, 6, 2, 9))
            second.team_id = self.team
        self.assertEqual(second.segment_ids.mapped("reason"), ["step_due", "transferred"])
        self.assertEqual(second.date_promised, promised)

    def test_a_closed_case_ends_the_clocks_of_its_steps(self):
        with freeze_time(MONDAY):
            case = self._asked()
            steps = self._steps(case, ("Search", self.team, 4))
            case._close("unmet", "no_time")
        self.assertTrue(steps.segment_ids.date_end)

    def test_a_late_step_is_reminded_once(self):
        """Feature: 21.1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            step = self._steps(case, ("Search", self.team, 4))
            step.user_id = self.librarian
            clock.move_to(datetime(2025, 6, 3, 9))
            for _time in range(2):
                self.env["library.case.step"]._run_step_warnings()
        activities = case.workroom_ids.activity_ids
        self.assertEqual((len(activities), activities.user_id), (1, self.librarian))
        self.assertIn("Search", activities.summary)
