from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

DUE_SHOWN = 8
DAYS_AHEAD = 14
WAITING = ("library", "patron", "partner")


class LibraryTeamBoard(models.AbstractModel):
    """How full each table is, what is due, who is away and which skills hang on one person; one call, few queries."""

    _name = "library.team.board"
    _description = "Team Board"

    @api.model
    @api.readonly
    def figures(self, team_id=False):
        """What the screen shows of one team, or of all teams of the user.

        :param team_id: id of a team of the user; False for all of them
        :return: dict of teams, shown, members, totals, due, absences, skills
        :raise AccessError: for anybody but librarians, and for teams of others
        """
        user = self.env.user
        if not user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("The board is for librarians."))
        own = self._own_teams()
        shown = [team for team in own if not team_id or team["id"] == team_id]
        if team_id and not shown:
            raise AccessError(self.env._("This board is for those who serve in the team."))
        # sudo: sums and names of colleagues of the user's own teams; cases are read under the user's rights below
        teams_sudo = self.env["library.team"].sudo().browse([team["id"] for team in shown])
        cases, steps = teams_sudo._load_rows()
        staff = teams_sudo._staff_rows()
        away = self.env["library.absence"]._away_now()
        members = self._members(cases, steps, staff, away, {team["id"]: team["name"] for team in shown})
        names = {row["user_id"]: row["name"] for row in staff}
        return {
            "teams": own,
            "shown": team_id or False,
            "members": members,
            "totals": self._totals(cases, members),
            "due": self._due(teams_sudo.ids, names),
            "absences": self._absences(names),
            "skills": self._skills(teams_sudo.ids, names),
            "can_rebalance": self._led(staff),
        }

    @api.model
    def _own_teams(self):
        """[{id, name}] of the teams whose board the user may see; one query."""
        user = self.env.user
        is_manager = user.has_group("library_crm.group_library_manager")
        # the ids are at hand; the field would read the teams twice
        domain = Domain.TRUE if is_manager else Domain("id", "in", user._library_team_ids_of(user.id))
        return [{"id": team.id, "name": team.name} for team in self.env["library.team"].search_fetch(domain, ["name"])]

    @api.model
    def _led(self, staff):
        """Ids of the shown teams that the user leads."""
        is_manager = self.env.user.has_group("library_crm.group_library_manager")
        return sorted({
            row["team_id"] for row in staff
            if is_manager or (row["user_id"] == self.env.uid and row["role"] == "lead")
        })

    # Who has how much

    @api.model
    def _members(self, cases, steps, staff, away, team_names):
        """A row for each member of each team, the fullest first."""
        found = {}
        for row in staff:
            found[row["team_id"], row["user_id"]] = {
                "key": f"{row['team_id']}-{row['user_id']}", "team_id": row["team_id"], "user_id": row["user_id"],
                "team": team_names[row["team_id"]], "name": row["name"], "role": row["role"],
                "capacity": row["capacity"], "takes_new": row["takes_new"], "minutes": 0, "steps": 0, "overdue": 0,
                "today": 0, **dict.fromkeys(WAITING, 0),
                "away": self._until(away.get(row["user_id"])),
            }
        for row in cases:
            member = found.get((row["team_id"], row["user_id"]))
            if member and row["waits_for"] in WAITING:
                member[row["waits_for"]] += row["count"]
                member["overdue"] += row["overdue"]
                member["today"] += row["today"]
                member["minutes"] += row["minutes"] if row["waits_for"] == "library" else 0
        for row in steps:
            if member := found.get((row["team_id"], row["user_id"])):
                member["steps"] += row["count"]
                member["minutes"] += row["minutes"]
        rows = list(found.values())
        for member in rows:
            capacity = member["capacity"]
            member["percent"] = round(100 * member["minutes"] / capacity) if capacity else None
        return sorted(rows, key=lambda one: (-(one["percent"] or 0), -one["minutes"], one["name"]))

    @api.model
    def _until(self, absence):
        """When somebody is back, in words; False for whoever is at work."""
        return self.env["library.team"]._moment_words(absence[0]) if absence else False

    @api.model
    def _totals(self, cases, members):
        """What is open in all shown teams, and for whom it waits."""
        totals = {"open": 0, "unclaimed": 0, "overdue": 0, "today": 0, **dict.fromkeys(WAITING, 0)}
        for row in cases:
            totals["open"] += row["count"]
            totals["overdue"] += row["overdue"]
            totals["today"] += row["today"]
            if row["waits_for"] in WAITING:
                totals[row["waits_for"]] += row["count"]
            if not row["user_id"]:
                totals["unclaimed"] += row["count"]
        return {**totals, "minutes": sum(one["minutes"] for one in members),
                "capacity": sum(one["capacity"] for one in members if not one["away"])}

    # What is due next

    @api.model
    def _due(self, team_ids, names):
        """The cases whose promise ends first, those that have passed included; under the user's own rights."""
        Case = self.env["library.case"]
        domain = Case._domain_waiting() & Domain("team_id", "in", team_ids) & Domain("date_promised", "!=", False)
        cases = Case.search_fetch(domain, ["name", "user_id", "date_promised"], order="date_promised, id",
                                  limit=DUE_SHOWN)
        now = fields.Datetime.now()
        return [
            {"id": case.id, "name": case.name, "moment": self.env["library.team"]._moment_words(case.date_promised),
             "is_overdue": case.date_promised < now, "owner": self._name_of(case.user_id, names)}
            for case in cases
        ]

    @api.model
    def _name_of(self, user, names):
        """The name of a colleague; those of the shown teams are at hand."""
        return names.get(user.id) or user.name or False

    @api.model
    def _absences(self, names):
        """Who of these people is away now or within two weeks, with the deputy."""
        now = fields.Datetime.now()
        limit = fields.Datetime.add(now, days=DAYS_AHEAD)
        soon = [
            (start, end, user_id, deputies)
            for user_id, rows in self.env["library.absence"]._at_hand(fields.Date.today()).items() if user_id in names
            for start, end, deputies in rows if end > now and start < limit
        ]
        User = self.env["res.users"]
        return [
            {"key": f"{user_id}-{start}", "name": names[user_id], "from": self.env["library.team"]._moment_words(start),
             "until": self.env["library.team"]._moment_words(end), "is_now": start <= now,
             "deputy": self._name_of(User.browse(deputies[:1]), names)}
            for start, end, user_id, deputies in sorted(soon)
        ]

    # Where a team hangs on one person

    @api.model
    def _skills(self, team_ids, names):
        """Skills that one person of these teams holds, and those that a team needs and nobody has; one query."""
        skills = self.env["library.skill"]._fields["team_ids"]
        for model in ("library.staff.skill", "library.skill"):
            self.env[model].flush_model()
        rows = self.env.execute_query(SQL(
            """SELECT k.id, k.kind, coalesce(k.name->>%(lang)s, k.name->>'en_US'),
                      EXISTS (SELECT 1 FROM %(needed)s r WHERE r.skill_id = k.id AND r.team_id = ANY(%(teams)s)),
                      array_agg(DISTINCT h.user_id) FILTER (WHERE h.level IS NOT NULL),
                      count(DISTINCT h.user_id) FILTER (WHERE h.wants_to_learn AND h.level IS NULL)
                 FROM library_skill k
                 LEFT JOIN library_staff_skill h ON h.skill_id = k.id AND h.user_id = ANY(%(users)s)
                WHERE k.active IS TRUE AND (k.company_id IS NULL OR k.company_id = ANY(%(companies)s))
                GROUP BY k.id ORDER BY k.kind, 3""",
            lang=self.env.lang or "en_US", needed=SQL.identifier(skills.relation), teams=team_ids,
            users=list(names), companies=self.env.companies.ids,
        ))
        found = defaultdict(list)
        for skill_id, _kind, name, is_needed, holders, learners in rows:
            if holders and len(holders) == 1:
                found["single"].append({"id": skill_id, "name": name, "holder": names[holders[0]]})
            elif is_needed and not holders:
                found["missing"].append({"id": skill_id, "name": name, "learners": learners})
        return {"single": found["single"], "missing": found["missing"]}
