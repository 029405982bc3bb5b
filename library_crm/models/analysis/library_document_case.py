from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.workbook import Column


class LibraryDocument(models.Model):
    """The cases of a period, a line each, without the patron: as many as the reader may read."""

    _inherit = "library.document"

    def _build_case_list(self, book, date_from, date_to, company):
        """Cases that were opened in the period."""
        book.sheet(
            self.env._("Cases"), self._case_columns(),
            self._stream(self._case_query(self._case_domain(date_from, date_to, company))),
            note=self.env._("Opened in the period; without patrons; only cases that the reader may read."),
        )

    def _case_domain(self, date_from, date_to, company):
        return Domain("company_id", "=", company.id) & self._local_period("create_date", date_from, date_to)

    def _case_columns(self):
        _ = self.env._
        return [
            Column(_("Number"), "int", width=9), Column(_("Subject"), width=46), Column(_("Opened"), "datetime"),
            Column(_("First answer"), "datetime"), Column(_("Closed"), "datetime"), Column(_("Promised"), "datetime"),
            Column(_("Promise"), width=14), Column(_("Team"), width=18), Column(_("Branch"), width=18),
            Column(_("Service"), width=24), Column(_("Channel"), width=12), Column(_("Stage"), width=14),
            Column(_("Result"), width=14), Column(_("Why not met"), width=20), Column(_("Effort (READ)"), width=12),
            Column(_("Minutes"), "minutes", total="sum"), Column(_("Opening hours used"), "float"),
            Column(_("Missed promises"), "int", total="sum"), Column(_("Opened again"), "int", total="sum"),
            Column(_("Language"), width=10),
        ]

    def _case_query(self, domain):
        """Twenty columns of the cases that the reader may read, newest last."""
        Case = self.env["library.case"]
        query = Case._search(domain)
        zone = self.env.tz.zone
        lang = self.env.lang or "en_US"

        def words(name):
            return self._sql_words(SQL.identifier("c", name), Case._fields[name]._description_selection(self.env))

        def named(table):
            column = SQL.identifier(table, "name")
            return SQL("coalesce(%s ->> %s, %s ->> 'en_US')", column, lang, column)

        moments = SQL(", ").join(
            SQL("%s AT TIME ZONE 'UTC' AT TIME ZONE %s", SQL.identifier("c", name), zone)
            for name in ("create_date", "date_first_answer", "date_closed", "date_promised")
        )
        return SQL(
            """
            SELECT c.id, c.name, %(moments)s, %(promise)s, %(team)s, %(branch)s, %(service)s, %(channel)s, %(stage)s,
                   %(result)s, %(reason)s, c.read_level, c.minutes, c.minutes_used / 60.0, c.missed_count,
                   c.reopened_count, c.lang
              FROM library_case c
              LEFT JOIN library_team t ON t.id = c.team_id
              LEFT JOIN library_branch b ON b.id = c.branch_id
              LEFT JOIN library_service s ON s.id = c.service_id
              LEFT JOIN library_case_stage g ON g.id = c.stage_id
             WHERE c.id IN %(ids)s
             ORDER BY c.id
            """,
            moments=moments, promise=words("promise_kept"), team=named("t"), branch=named("b"), service=named("s"),
            channel=words("channel"), stage=named("g"), result=words("resolution"), reason=words("unmet_reason"),
            ids=query.subselect(),
        )  # fmt: skip

    def _sql_words(self, column, choices):
        """The word of a choice in the reader's language; nothing is looked up row by row."""
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", code, word) for code, word in choices)
        return SQL("CASE %s %s END", column, whens)
