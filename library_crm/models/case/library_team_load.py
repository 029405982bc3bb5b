from collections import defaultdict
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.tools import SQL

from ...const import USUAL_MINUTES
from ...lib.assignment import Colleague, Skill

ROLE_ORDER = {"lead": 0, "member": 1, "trainee": 2}


class LibraryTeam(models.Model):
    """What lies on each member's table, in a few queries for any number of cases."""

    _inherit = "library.team"

    def _load_rows(self):
        """What is open in these teams, by person; two queries.

        :return: (cases, steps): [{team_id, user_id, waits_for, count, minutes, overdue, unanswered, today}, …] with
            `user_id` None for what nobody has claimed, and [{team_id, user_id, count, minutes}, …]
        """
        case = self.env["library.case"]
        case.flush_model(["team_id", "user_id", "waits_for", "stage_code", "active", "date_promised", "read_level",
                          "service_id", "date_first_answer"])
        self.env["library.case.step"].flush_model(["team_id", "user_id", "state", "minutes"])
        now = fields.Datetime.now()
        cases = self.env.execute_query_dict(SQL(
            """SELECT c.team_id, c.user_id, c.waits_for, count(*) AS count, sum(%(minutes)s)::int AS minutes,
                      count(*) FILTER (WHERE c.waits_for = 'library' AND c.date_promised < %(now)s) AS overdue,
                      count(*) FILTER (WHERE c.waits_for = 'library' AND c.date_promised >= %(now)s
                                         AND c.date_promised < %(night)s) AS today
                 FROM library_case c LEFT JOIN library_service s ON s.id = c.service_id
                WHERE c.active IS TRUE AND c.stage_code <> 'closed' AND c.team_id = ANY(%(teams)s)
                GROUP BY c.team_id, c.user_id, c.waits_for""",
            minutes=self.env["library.service"]._sql_minutes(), now=now, night=self._tonight(), teams=self.ids,
        ))
        steps = self.env.execute_query_dict(SQL(
            """SELECT team_id, user_id, count(*) AS count, sum(coalesce(nullif(minutes, 0), %s))::int AS minutes
                 FROM library_case_step WHERE state IN ('todo', 'doing') AND team_id = ANY(%s)
                GROUP BY team_id, user_id""", USUAL_MINUTES, self.ids,
        ))
        return cases, steps

    def _tonight(self):
        """The end of this day in the user's time zone, as naive UTC."""
        local = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        night = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return night.astimezone(timezone.utc).replace(tzinfo=None)

    def _hours_ago(self, hours):
        """The moment since which the team was open for so many hours; naive UTC, or False when it never was."""
        self.ensure_one()
        now = fields.Datetime.now()
        calendar = self._get_calendar()
        if not calendar:
            return now - timedelta(hours=hours)
        moment = calendar.plan_hours(-hours, fields.Datetime.context_timestamp(self, now), compute_leaves=True)
        return moment and moment.astimezone(timezone.utc).replace(tzinfo=None)

    def _staff_rows(self):
        """[{team_id, user_id, name, role, capacity, takes_new}, …] of everybody who serves in these teams; one query.

        A lead who is no member is named with no capacity.
        """
        self.env["library.team.member"].flush_model()
        self.flush_model(["lead_id"])
        rows = self.env.execute_query_dict(SQL(
            """SELECT t.id AS team_id, u.id AS user_id, p.name,
                      CASE WHEN t.lead_id = u.id THEN 'lead' ELSE m.role END AS role,
                      coalesce(m.capacity_minutes, 0) AS capacity, coalesce(m.takes_new, false) AS takes_new
                 FROM library_team t
                 JOIN LATERAL (SELECT m.user_id FROM library_team_member m WHERE m.team_id = t.id
                               UNION SELECT t.lead_id WHERE t.lead_id IS NOT NULL) staff ON true
                 LEFT JOIN library_team_member m ON m.team_id = t.id AND m.user_id = staff.user_id
                 JOIN res_users u ON u.id = staff.user_id AND u.active IS TRUE
                 JOIN res_partner p ON p.id = u.partner_id
                WHERE t.id = ANY(%s) ORDER BY t.id, m.id""", self.ids,
        ))
        return sorted(rows, key=lambda row: (row["team_id"], ROLE_ORDER[row["role"]]))

    def _colleagues(self):
        """{team id: [Colleague, …]} with load, capacity, absence and skills; a few queries whatever the number."""
        cases, steps = self._load_rows()
        load = defaultdict(int)
        for row in cases:
            if row["waits_for"] == "library":
                load[row["team_id"], row["user_id"]] += row["minutes"]
        for row in steps:
            load[row["team_id"], row["user_id"]] += row["minutes"]
        staff = self._staff_rows()
        away = self.env["library.absence"]._away_now()
        skills = self._skills_of([row["user_id"] for row in staff])
        given = self._last_given()
        found = defaultdict(list)
        for row in staff:
            key = row["team_id"], row["user_id"]
            found[row["team_id"]].append(Colleague(
                user_id=row["user_id"], capacity=row["capacity"], load=load[key], takes_new=row["takes_new"],
                until=away.get(row["user_id"], (None,))[0], date_last=given.get(key), skills=skills[row["user_id"]],
            ))
        return found

    def _skills_of(self, user_ids):
        """{user id: (Skill, …)}; one query."""
        for model in ("library.staff.skill", "library.skill"):
            self.env[model].flush_model()
        services = self.env["library.skill"]._fields["service_ids"]
        found = defaultdict(tuple)
        rows = self.env.execute_query(SQL(
            """SELECT h.user_id, k.kind, coalesce(k.name->>%s, k.name->>'en_US'), h.level::int,
                      coalesce(h.evidence_count, 0), s.parent_path, k.lang,
                      ARRAY(SELECT r.service_id FROM %s r WHERE r.skill_id = k.id)
                 FROM library_staff_skill h JOIN library_skill k ON k.id = h.skill_id AND k.active IS TRUE
                 LEFT JOIN library_subject s ON s.id = k.subject_id
                WHERE h.level IS NOT NULL AND h.user_id = ANY(%s) AND h.company_id = ANY(%s) ORDER BY h.id""",
            self.env.lang or "en_US", SQL.identifier(services.relation), list(set(user_ids)), self.company_id.ids,
        ))
        for user_id, kind, name, level, logs, path, lang, service_ids in rows:
            found[user_id] += (Skill(kind, name, level, logs, path, lang, frozenset(service_ids)),)
        return found

    def _last_given(self):
        """{(team id, user id): moment} at which somebody last got a case, for teams that assign in turn."""
        turns = self.filtered(lambda team: team.assign_method == "round_robin")
        if not turns:
            return {}
        self.env["library.case"].flush_model(["team_id", "user_id", "date_assigned"])
        rows = self.env.execute_query(SQL(
            """SELECT team_id, user_id, max(date_assigned) FROM library_case
                WHERE team_id = ANY(%s) AND user_id IS NOT NULL AND date_assigned IS NOT NULL GROUP BY 1, 2""",
            turns.ids,
        ))
        return {(team_id, user_id): moment for team_id, user_id, moment in rows}
