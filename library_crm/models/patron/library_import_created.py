from odoo import models
from odoo.tools import SQL

from ...const import SAID_BY_PEOPLE

ROOT = 1
OWN_TABLES = ("library_import_row", "library_patron", "library_patron_identity")


class LibraryImportRun(models.Model):
    """Removes the patrons whom a run has made, but for those who have become somebody's business since."""

    _inherit = "library.import.run"

    def _remove_created(self, most):
        """Delete some of this run's patrons and their contacts; those who are kept are listed with the reason.

        :param int most: how many patrons are looked at
        :return: how many of them were kept, and whether there are more
        """
        self.env.cr.execute(
            SQL(
                """
            SELECT id FROM library_patron p
             WHERE import_number = %(run)s AND NOT EXISTS (
                   SELECT 1 FROM library_import_row k
                    WHERE k.run_id = %(run)s AND k.kind = 'kept' AND k.code = 'kept_patron' AND k.patron_id = p.id)
             ORDER BY id LIMIT %(most)s
            """,
                run=self.id,
                most=most,
            )
        )
        patrons = [row[0] for row in self.env.cr.fetchall()]
        kept = self.env.execute_query(
            SQL(
                """
            INSERT INTO library_import_row (run_id, company_id, kind, patron_id, label, code)
            SELECT %(run)s, p.company_id, 'kept', p.id, rp.name, 'kept_patron'
              FROM library_patron p JOIN res_partner rp ON rp.id = p.partner_id
             WHERE p.id = ANY (%(patrons)s) AND (%(used)s)
         RETURNING patron_id
            """,
                run=self.id,
                patrons=patrons,
                used=SQL(" OR ").join(self._sql_uses()),
            )
        )
        gone = list(set(patrons) - {row[0] for row in kept})
        self.env.cr.execute("DELETE FROM library_patron WHERE id = ANY (%s) RETURNING partner_id", [gone])
        self.env.cr.execute("DELETE FROM res_partner WHERE id = ANY (%s)", [[row[0] for row in self.env.cr.fetchall()]])
        self.done_rows = max(self.done_rows - len(patrons), 0)
        self.flush_recordset()
        return len(kept), len(patrons) == most

    def _sql_uses(self):
        """Conditions on `p` under which somebody has used a patron since."""
        uses = [
            SQL(
                "EXISTS (SELECT 1 FROM jsonb_each(coalesce(p.provenance, '{}')) o WHERE o.value->>0 IN %s)",
                SAID_BY_PEOPLE,
            ),
            SQL("p.note IS NOT NULL"),
            SQL("p.id IN (SELECT patron_id FROM library_usage WHERE patron_id IS NOT NULL)"),
            SQL(
                "p.id IN (SELECT patron_id FROM library_patron_identity"
                " WHERE import_number IS DISTINCT FROM %s OR is_verified)",
                self.id,
            ),
        ]
        for table, column in (
            ("mail_message", "model"),
            ("mail_activity", "res_model"),
            ("ir_attachment", "res_model"),
        ):
            uses.append(
                SQL(
                    "p.id IN (SELECT res_id FROM %s WHERE %s = 'library.patron')",
                    SQL.identifier(table),
                    SQL.identifier(column),
                )
            )
        return uses + self._sql_references()

    def _sql_references(self):
        """Conditions for each table that refers to patrons or contacts, as the database knows them.

        What hangs on a patron and was made by the system alone (facts, memberships) goes with the patron.
        """
        self.env.cr.execute(
            """
            SELECT f.conrelid::regclass::text, a.attname, f.confrelid = 'library_patron'::regclass, f.confdeltype = 'c',
                   EXISTS (SELECT 1 FROM pg_attribute w WHERE w.attrelid = f.conrelid AND w.attname = 'write_uid')
              FROM pg_constraint f
              JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
              JOIN pg_class c ON c.oid = f.conrelid AND NOT c.relispartition
             WHERE f.contype = 'f' AND f.confrelid IN ('library_patron'::regclass, 'res_partner'::regclass)
            """
        )
        uses = []
        for table, column, of_patron, cascades, has_writer in self.env.cr.fetchall():
            if table in OWN_TABLES or table == "res_partner" and column == "commercial_partner_id":
                continue
            who = SQL("p.id") if of_patron else SQL("p.partner_id")
            if of_patron and cascades and not has_writer:
                continue
            by_somebody = (
                SQL(" AND write_uid NOT IN %s", (ROOT, self._writer_id())) if of_patron and cascades else SQL()
            )
            uses.append(
                SQL(
                    "%(who)s IN (SELECT %(column)s FROM %(table)s WHERE %(column)s IS NOT NULL%(by_somebody)s)",
                    who=who,
                    column=SQL.identifier(column),
                    table=SQL.identifier(table),
                    by_somebody=by_somebody,
                )
            )
        return uses
