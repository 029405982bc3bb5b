from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...const import IMPORT_AT_ONCE
from ...lib.import_columns import COLUMNS, Column

UNDO_STEP = 20_000  # patrons that one transaction removes
PARTNER = tuple(column for column in COLUMNS if column.table == "partner")
PATRON = (*(column for column in COLUMNS if column.table == "patron"), Column("properties", "patron", "jsonb"))


class LibraryImportRun(models.Model):
    """Takes a run back: changed values return unless a person changed them since, new patrons go unless somebody
    has used them since. What is kept is listed."""

    _inherit = "library.import.run"

    def action_undo(self):
        """Undo this run: a small one at once, a large one in the background."""
        self.ensure_one()
        if not self._loader_method("undo"):
            raise UserError(self.env._("An import of this kind cannot be undone."))
        if self.state not in ("done", "failed", "paused"):
            raise UserError(self.env._("Only an import that has ended or is paused can be undone."))
        may_undo = self._loader_method("may_undo")
        if may_undo:
            may_undo()
        # nothing more comes in: what was begun is only ever finished
        self.write({"state": "undoing", "file": False, "date_retry": False, "message_code": False})
        if self.created_count + self.changed_count > IMPORT_AT_ONCE:
            self._trigger()
        else:
            self._process()

    def _process_undo(self, commit):
        """Take the run back step by step, from where an interrupted undo stood.

        :param commit: see `_process`
        :return: False if there is something left to do for which time was short
        """
        undo = self._loader_method("undo")
        while self.state == "undoing":
            with self.env.cr.savepoint():
                work = (self.cursor or {}).get("undo") or {"step": 0, "kept": 0}
                kept, is_over = undo(work["step"])
                work = {"step": work["step"] + 1, "kept": work["kept"] + kept}
                self.cursor = {**(self.cursor or {}), "undo": work}
                if is_over:
                    self._end_undo(work["kept"])
                self.flush_recordset()
            if commit and commit(0 if self.state == "undoing" else 1) <= 0 and self.state == "undoing":
                return False
        return True

    def _end_undo(self, kept):
        self.write(
            {
                "state": "undone",
                "date_undone": self.env.cr.now(),
                "message_code": "undone_kept" if kept else "undone",
                "message_params": {"kept": kept},
            }
        )

    def _undo_patrons(self, step):
        """Take back what the loader of patrons did: notes first, then the patrons it made, then the old values.

        :return: how many values or patrons were kept, and whether that was the last step
        """
        self.env.flush_all()
        kept = self._note_kept_values() if step == 0 else 0
        kept_patrons, left = self._remove_created(UNDO_STEP)
        if not left:
            self._restore_values()
            self._restore_identities()
        self.env.invalidate_all()
        return kept + kept_patrons, not left

    def _sql_still(self, column, alias):
        """Whether a value is still the one that the run wrote."""
        return SQL(
            "(b.after ? %(name)s AND to_jsonb(%(value)s) IS NOT DISTINCT FROM b.after->%(name)s)",
            name=column.name,
            value=SQL.identifier(alias, column.name),
        )

    def _note_kept_values(self):
        """List values that somebody has changed since the run."""
        columns = [(column, "rp") for column in PARTNER] + [(column, "p") for column in PATRON]
        kept = SQL(", ").join(
            SQL(
                "CASE WHEN b.after ? %s AND NOT %s THEN %s END",
                column.name,
                self._sql_still(column, alias),
                column.name,
            )
            for column, alias in columns
        )
        return len(
            self.env.execute_query(
                SQL(
                    """
            INSERT INTO library_import_row (run_id, company_id, kind, patron_id, label, code, params)
            SELECT b.run_id, b.company_id, 'kept', p.id, rp.name, 'kept_value', jsonb_build_object('fields',
                   (SELECT string_agg(coalesce(f.field_description->>%(lang)s, f.field_description->>'en_US'), ', ')
                      FROM ir_model_fields f WHERE f.model = 'library.patron' AND f.name = ANY (k.names)))
              FROM library_import_row b
              JOIN library_patron p ON p.id = b.patron_id
              JOIN res_partner rp ON rp.id = p.partner_id,
                   LATERAL (SELECT array_remove(ARRAY[%(kept)s], NULL) AS names) k
             WHERE b.run_id = %(run)s AND b.kind = 'before' AND cardinality(k.names) > 0
         RETURNING id
            """,
                    kept=kept,
                    run=self.id,
                    lang=self.env.lang or "en_US",
                )
            )
        )

    def _restore_values(self):
        """Give back each value that is still the run's, with its origin."""
        for columns, table, alias in ((PARTNER, "res_partner", "rp"), (PATRON, "library_patron", "p")):
            assignments = [
                SQL(
                    "%s = CASE WHEN %s THEN %s ELSE %s END",
                    SQL.identifier(column.name),
                    self._sql_still(column, alias),
                    self._from_json(column),
                    SQL.identifier(alias, column.name),
                )
                for column in columns
            ]
            if table == "library_patron":
                assignments.append(SQL("provenance = %s", self._sql_old_provenance()))
                assignments.append(
                    SQL(
                        "lifecycle = CASE WHEN p.lifecycle = 'registered' THEN b.params->>'lifecycle'"
                        " ELSE p.lifecycle END"
                    )
                )
                assignments.append(SQL("import_digest = NULL"))
            match = SQL("rp.id = o.partner_id") if table == "res_partner" else SQL("p.id = o.id")
            self.env.cr.execute(
                SQL(
                    "UPDATE %s %s SET %s FROM library_import_row b JOIN library_patron o ON o.id = b.patron_id"
                    " WHERE %s AND b.run_id = %s AND b.kind = 'before' RETURNING %s",
                    SQL.identifier(table),
                    SQL.identifier(alias),
                    SQL(", ").join(assignments),
                    match,
                    self.id,
                    SQL.identifier(alias, "id"),
                )
            )
            if table == "res_partner":
                self._recompute([row[0] for row in self.env.cr.fetchall()])

    def _recompute(self, partner_ids):
        """Names to show, normalised addresses and numbers follow the restored values."""
        self.env.invalidate_all(flush=False)
        partners = self.env["res.partner"].browse(partner_ids)
        for name in ("complete_name", "email_normalized", "phone_sanitized"):
            if name in partners._fields:
                self.env.add_to_compute(partners._fields[name], partners)
        partners.flush_recordset()

    def _sql_old_provenance(self):
        """The origin before the run for what the run wrote last, today's for the rest."""
        return SQL(
            """(SELECT nullif(coalesce(jsonb_object_agg(n.name, n.origin), '{}'), '{}')
                  FROM (SELECT t.key AS name, CASE WHEN t.value->1 = to_jsonb(%(run)s)
                                                   THEN b.params->'provenance'->t.key ELSE t.value END AS origin
                          FROM jsonb_each(coalesce(p.provenance, '{}')) t) n
                 WHERE n.origin IS NOT NULL)""",
            run=self.id,
        )

    def _restore_identities(self):
        """Identities that the run brought go; cards that it took from somebody return."""
        self.env.cr.execute(
            SQL(
                """
            DELETE FROM library_patron_identity x USING library_patron p
             WHERE p.id = x.patron_id AND x.import_number = %(run)s AND p.import_number IS DISTINCT FROM %(run)s
               AND NOT x.is_verified IS TRUE
            """,
                run=self.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """
            UPDATE library_patron_identity x SET state = 'active', write_date = %(now)s
              FROM library_import_row b
             WHERE b.run_id = %(run)s AND b.kind = 'identity' AND x.id = b.identity_id AND x.state = 'wrong'
               AND NOT EXISTS (SELECT 1 FROM library_patron_identity y
                                WHERE y.company_id = x.company_id AND y.kind = x.kind AND y.state <> 'wrong'
                                  AND y.value_normalized = x.value_normalized)
            """,
                run=self.id,
                now=self.env.cr.now(),
            )
        )
        self._restore_main_identities()

    def _restore_main_identities(self):
        """Where the main card or address went with the run, the one on the contact or the oldest is the main one."""
        self.env.cr.execute(
            SQL(
                """
            UPDATE library_patron_identity x SET is_primary = true
              FROM (SELECT DISTINCT ON (i.patron_id, i.kind) i.id
                      FROM library_patron_identity i
                      JOIN library_patron p ON p.id = i.patron_id
                      JOIN res_partner rp ON rp.id = p.partner_id
                     WHERE i.kind IN ('card', 'email') AND i.state <> 'wrong'
                       AND i.patron_id IN (SELECT patron_id FROM library_import_row
                                            WHERE run_id = %s AND kind IN ('before', 'identity'))
                       AND NOT EXISTS (SELECT 1 FROM library_patron_identity y
                                        WHERE y.patron_id = i.patron_id AND y.kind = i.kind AND y.is_primary
                                          AND y.state <> 'wrong')
                     ORDER BY i.patron_id, i.kind, (i.value_normalized = rp.email_normalized) DESC NULLS LAST, i.id
                   ) main
             WHERE x.id = main.id
            """,
                self.id,
            )
        )

    def _from_json(self, column):
        """The value before the run, out of the kept JSON."""
        if column.kind == "jsonb":
            return SQL("nullif(b.before->%s, 'null')", column.name)
        return SQL("(b.before->>%s)::%s", column.name, self._sql_type(column.kind))
