from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class LibraryPatron(models.Model):
    """When the patron used the library, first and last; the counts stand in `library.usage`."""

    _inherit = "library.patron"

    date_last_visit = fields.Date(
        "Last use", readonly=True, copy=False, groups="library_crm.group_library_relations",
        help="The last day with a loan, a visit, a download or any other use that an import brought.",
    )
    date_first_visit = fields.Date(
        "First use", readonly=True, copy=False, groups="library_crm.group_library_relations",
        help="The first day with a use that an import brought.",
    )

    def _usage_by_month(self, months=12):
        """How often these patrons used what, month by month, for a person who may see it.

        Classes are told only of patrons who allow it; the others' uses stand under no class.

        :param int months: how many, the current one included
        :return: list of dicts with patron_id, month, kind, channel, subject_id (or None) and uses
        :raise AccessError: for whoever may not read how patrons use the library
        """
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("library_crm.group_library_relations")):
            raise AccessError(self.env._("How patrons use the library is for relationship librarians."))
        if not self.ids:
            return []
        self.flush_model(["allows_counts", "allows_interests"])
        self.env["library.usage"].flush_model()
        since = fields.Date.context_today(self).replace(day=1) - relativedelta(months=months - 1)
        return self.env.execute_query_dict(SQL(
            """
            SELECT u.patron_id, u.month, u.kind, u.channel, sum(u.uses)::int AS uses,
                   CASE WHEN p.allows_interests THEN u.subject_id END AS subject_id
              FROM library_usage u JOIN library_patron p ON p.id = u.patron_id AND p.allows_counts
             WHERE u.patron_id IN %s AND u.month >= %s
             GROUP BY 1, 2, 3, 4, 6 ORDER BY 1, 2 DESC, 3, 4, 6
            """,
            tuple(self.ids), since,
        ))

    def _forget_behaviour(self):
        """Delete the counts of these patrons and the days of their first and last use."""
        result = super()._forget_behaviour()
        if self.ids:
            self.env["library.usage"].flush_model()
            for table in ("library_usage", "library_usage_span", "library_usage_before"):
                self.env.cr.execute(SQL(
                    "DELETE FROM %s WHERE patron_id = ANY(%s)", SQL.identifier(table), self.ids
                ))
            self.env["library.usage"].invalidate_model()
            self.flush_model(["date_first_visit", "date_last_visit"])
            self.env.cr.execute(SQL(
                "UPDATE library_patron SET date_first_visit = NULL, date_last_visit = NULL WHERE id = ANY(%s)", self.ids
            ))
            self.invalidate_recordset(["date_first_visit", "date_last_visit"])
        return result
