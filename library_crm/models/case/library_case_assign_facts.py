from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...lib.assignment import Wish


class LibraryCase(models.Model):
    """What cases ask of whoever serves them, as plain facts for `lib.assignment`."""

    _inherit = "library.case"

    def _wishes(self):
        """{case id: Wish} of these cases; a few queries whatever the number. Call it in sudo mode."""
        near, far = self._wanted_paths()
        served, last = self._earlier_librarians()
        minutes = self._expected_minutes()
        relations = self.env["library.relationship"].search(
            [("patron_id", "in", self.patron_id.ids), ("state", "=", "active")]
        )
        owners = {one.patron_id.id: one._standing_in().id for one in relations}
        return {
            case.id: Wish(
                case_id=case.id,
                minutes=minutes[case.id],
                paths=tuple(near[case.id]),
                far_paths=tuple(far[case.id]),
                lang=(case.lang or "").lower()[:2] or None,
                service_id=case.service_id.id or None,
                wants_same=case.wants_same_librarian,
                last_librarian_id=last.get((case.patron_id.id, case.team_id.id)),
                owner_id=owners.get(case.patron_id.id),
                gave_back_id=case.last_owner_id.id or None,
                served=served[case.patron_id.id, case.team_id.id] if case.patron_id else {},
            )
            for case in self
        }

    def _wanted_paths(self):
        """({case id: paths of classes of its needs}, {case id: paths of the same field in other schemes})."""
        needs, subjects = self._fields["need_ids"], self.env["library.need"]._fields["subject_ids"]
        crosswalk = self.env["library.subject"]._fields["crosswalk_ids"]
        self.flush_model(["need_ids"])
        self.env["library.need"].flush_model(["subject_ids"])
        rows = self.env.execute_query(SQL(
            """WITH asked AS (
                   SELECT DISTINCT cn.%(case)s AS case_id, ns.%(subject)s AS subject_id
                     FROM %(needs)s cn JOIN %(subjects)s ns ON ns.%(need_there)s = cn.%(need)s
                    WHERE cn.%(case)s = ANY(%(cases)s))
               SELECT a.case_id, s.parent_path, true FROM asked a JOIN library_subject s ON s.id = a.subject_id
               UNION ALL
               SELECT a.case_id, s.parent_path, false FROM asked a JOIN %(walk)s w ON w.%(here)s = a.subject_id
                 JOIN library_subject s ON s.id = w.%(there)s""",
            case=SQL.identifier(needs.column1), need=SQL.identifier(needs.column2),
            needs=SQL.identifier(needs.relation), subjects=SQL.identifier(subjects.relation),
            need_there=SQL.identifier(subjects.column1), subject=SQL.identifier(subjects.column2),
            walk=SQL.identifier(crosswalk.relation), here=SQL.identifier(crosswalk.column1),
            there=SQL.identifier(crosswalk.column2), cases=self.ids,
        ))
        near, far = defaultdict(list), defaultdict(list)
        for case_id, path, is_near in rows:
            (near if is_near else far)[case_id].append(path)
        return near, far

    def _earlier_librarians(self):
        """Who served these patrons before in the same teams.

        Other teams are left out: that a patron asked elsewhere is not this team's to know.

        :return: ({(patron id, team id): {user id: count}}, {(patron id, team id): user id of the last time})
        """
        served, last = defaultdict(dict), {}
        if self.patron_id:
            self.flush_model(["patron_id", "team_id", "user_id"])
            rows = self.env.execute_query(SQL(
                """SELECT patron_id, team_id, user_id, count(*), max(id) FROM library_case
                    WHERE patron_id = ANY(%s) AND team_id = ANY(%s) AND user_id IS NOT NULL AND NOT id = ANY(%s)
                    GROUP BY patron_id, team_id, user_id ORDER BY max(id)""",
                self.patron_id.ids, self.team_id.ids, self.ids,
            ))
            for patron_id, team_id, user_id, count, _newest in rows:
                served[patron_id, team_id][user_id] = count
                last[patron_id, team_id] = user_id
        return served, last

    def _expected_minutes(self):
        """{case id: minutes that it asks for}."""
        self.flush_model(["read_level", "service_id"])
        return dict(self.env.execute_query(SQL(
            "SELECT c.id, %s FROM library_case c LEFT JOIN library_service s ON s.id = c.service_id"
            " WHERE c.id = ANY(%s)", self.env["library.service"]._sql_minutes(), self.ids,
        )))
