from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.k_guard import K

WAYS = {
    "live": ("desk", "phone", "chat", "roving"),
    "written": ("mail", "portal", "letter"),
}
FIRST_HOUR, LAST_HOUR = 8, 18
WEEKS = 26

# A contact that went on as a case is counted once, as a contact. An unnamed contact is one of an unknown person.
COMING = """
    SELECT i.date AS moment, i.minutes, coalesce('p' || i.patron_id, 'c' || i.id) AS person
      FROM library_interaction i
     WHERE i.company_id = %(company)s AND i.channel IN %(ways)s AND %(here_i)s AND i.date >= %(since)s
     UNION ALL
    SELECT c.create_date, coalesce(nullif(c.minutes, 0), %(minutes)s), coalesce('p' || c.patron_id, 'k' || c.id)
      FROM library_case c LEFT JOIN library_service s ON s.id = c.service_id
     WHERE c.company_id = %(company)s AND c.channel IN %(ways)s AND %(here_c)s AND c.create_date >= %(since)s
       AND c.merged_into_id IS NULL
       AND NOT EXISTS (SELECT FROM library_interaction i WHERE i.case_id = c.id)
"""
WEEK = """
    WITH came AS (
        SELECT date_trunc('hour', moment AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s) AS slot, minutes, person
          FROM (%(coming)s) coming
    ), day AS (
        SELECT d::date AS day, extract(isodow FROM d)::int - 1 AS weekday
          FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') d
         WHERE NOT EXISTS (SELECT FROM unnest(%(closed)s::date[]) closed WHERE closed = d::date)
    ), counted AS (
        SELECT day.weekday, hour, count(came.person) AS contacts, coalesce(sum(came.minutes), 0) AS minutes
          FROM day CROSS JOIN generate_series(0, 23) hour
     LEFT JOIN came ON came.slot = day.day + hour * interval '1 hour'
         GROUP BY day.day, day.weekday, hour
    )
    SELECT weekday, hour, avg(contacts)::float8, percentile_cont(0.1) WITHIN GROUP (ORDER BY contacts),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY contacts), avg(minutes)::float8, sum(contacts)::int
      FROM counted GROUP BY weekday, hour
"""
PERSONS = """
    SELECT weekday, hour, count(DISTINCT person)
      FROM (SELECT extract(isodow FROM at)::int - 1 AS weekday, extract(hour FROM at)::int AS hour, person
              FROM (SELECT moment AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s AS at, person FROM (%(coming)s) coming) there
             WHERE at::date BETWEEN %(first)s AND %(last)s AND NOT at::date = ANY(%(closed)s::date[])) slot
     GROUP BY weekday, hour
"""


class LibraryAhead(models.AbstractModel):
    """Staffing: what came in each hour of the week, as a mean and as the span in which eight of ten weeks lay."""

    _inherit = "library.ahead"

    @api.model
    def _part_staffing(self, choices):
        way = self._choice(choices, "way", self.env._("Which contacts"), [
            ["live", self.env._("At the desk, by phone and chat")],
            ["written", self.env._("By mail, portal and letter")],
        ])  # fmt: skip
        branches = self.env["library.branch"].search([("company_id", "=", self.env.company.id)])
        branch = self._choice(choices, "branch", self.env._("Place"), [
            (0, self.env._("The whole institution")), *((one.id, one.name) for one in branches),
        ])  # fmt: skip
        weeks = self._choice(choices, "weeks", self.env._("Period"), [
            (0, self.env._("Last 26 weeks")), (26, self.env._("The 26 weeks before")),
            (52, self.env._("The 26 weeks before those")),
        ])  # fmt: skip
        place = branches.filtered(lambda one: one.id == branch["value"])
        calendar = (place.calendar_id or self.env.company.resource_calendar_id).sudo()  # sudo: hours on the door
        return {
            "choices": [way, branch, weeks],
            "heat": self._staffing_heat(calendar, WAYS[way["value"]], place, weeks["value"]),
            "cards": ("staffing_contacts", "staffing_band", "staffing_minutes"),
        }

    @api.model
    def _staffing_heat(self, calendar, ways, place, back):
        """The hours of the week, guarded: {note, head, rows: [{label, cells: [{…}]}]}; None for an empty one."""
        zone = calendar.tz or self.env.user.tz or "UTC"
        last = fields.Datetime.context_timestamp(self.with_context(tz=zone), self.env.cr.now()).date()
        # whole weeks, in spans that do not overlap: what two of them differ by would be a few people
        last -= timedelta(days=last.isoweekday() + 7 * back)
        first = last - timedelta(days=7 * WEEKS - 1)
        values = self._staffing_values(calendar, ways, place, zone, first, last)
        found = {
            (weekday, hour): rest for weekday, hour, *rest in self.env.execute_query(SQL(WEEK, **values)) if rest[-1]
        }
        if not found:
            return None
        is_open = self._open_hours(calendar)
        persons = self._staffing_persons(values)
        # hours in which nothing may be told are left out at both ends of the day
        hours = [hour for _weekday, hour in {*is_open, *(key for key in found if persons.get(key, 0) >= K)}]
        span = range(min(hours, default=FIRST_HOUR), max(hours, default=LAST_HOUR) + 1)
        return {
            "note": self.env._(
                "Contacts in an hour, from %(first)s to %(last)s: the mean, and the span in which eight of ten weeks "
                "lay. Underlined: open by the calendar.",
                first=fields.Date.to_string(first), last=fields.Date.to_string(last),
            ),
            "head": [f"{hour}:00" for hour in span],
            "rows": [
                {"label": label,
                 "cells": [self._staffing_cell(found.get((weekday, hour)), persons.get((weekday, hour), 0) < K,
                                               (weekday, hour) in is_open) for hour in span]}
                for weekday, label in enumerate(self._weekdays())
                if any((weekday, hour) in found or (weekday, hour) in is_open for hour in span)
            ],
        }  # fmt: skip

    @api.model
    def _staffing_values(self, calendar, ways, place, zone, first, last):
        """What the queries of the week ask for."""
        minutes = self.env["library.service"]._sql_minutes()
        here = {
            f"here_{alias}": SQL("%s = %s", SQL.identifier(alias, "branch_id"), place.id) if place else SQL("TRUE")
            for alias in "ic"
        }
        # a day earlier and later by UTC; the days themselves are those of the clock on the wall
        coming = SQL(COMING, company=self.env.company.id, ways=ways, minutes=minutes,
                     since=first - timedelta(days=1), **here)  # fmt: skip
        closed = self._closed_days(calendar, zone, first, last)
        return {"coming": coming, "zone": zone, "first": first, "last": last, "closed": closed}

    @api.model
    def _staffing_persons(self, values):
        """{(weekday, hour): persons}; there are no totals on this screen from which an empty cell could be found."""
        return {
            (weekday, hour): count for weekday, hour, count in self.env.execute_query(SQL(PERSONS, **values))
        }

    @api.model
    def _staffing_cell(self, found, is_hidden, is_open):
        if not found:
            return {"mean": 0, "is_open": is_open}
        if is_hidden:
            return {"mean": None, "is_open": is_open}
        mean, low, high, minutes, _sum = found
        return {
            "mean": round(mean, 1), "low": round(low), "high": round(high), "minutes": round(minutes),
            "is_open": is_open,
        }  # fmt: skip

    @api.model
    def _weekdays(self):
        days = self.env["resource.calendar.attendance"]._fields["dayofweek"]._description_selection(self.env)
        return [label for _value, label in days]

    @api.model
    def _open_hours(self, calendar):
        """The hours of the week in which the house is open at all, as (weekday, hour)."""
        return {
            (weekday, hour)
            for weekday, start, end, *_weeks in self.env["library.team"]._weekly(calendar)
            for hour in range(24) if start < hour + 1 and end > hour
        }  # fmt: skip

    @api.model
    def _closed_days(self, calendar, zone, first, last):
        """Days on which the house was closed from morning to night."""
        leaves_sudo = self.env["resource.calendar.leaves"].sudo().search(  # sudo: closures stand on the door
            Domain("resource_id", "=", False) & Domain("time_type", "=", "leave")
            & Domain("calendar_id", "in", [calendar.id, False])
            & Domain("company_id", "in", [self.env.company.id, False])
            & Domain("date_from", "<=", last) & Domain("date_to", ">=", first)
        )  # fmt: skip
        days, here = set(), self.with_context(tz=zone)
        for leave in leaves_sudo:
            start = fields.Datetime.context_timestamp(here, leave.date_from)
            end = fields.Datetime.context_timestamp(here, leave.date_to)
            day = start.date() if start.hour < FIRST_HOUR else start.date() + timedelta(days=1)
            while day < end.date() or (day == end.date() and end.hour >= LAST_HOUR):
                days.add(day)
                day += timedelta(days=1)
        return sorted(day for day in days if first <= day <= last)
