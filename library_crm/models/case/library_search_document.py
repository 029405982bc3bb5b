from odoo import api, models
from odoo.tools import SQL

ASKED = "library.case"
NEWEST = 100
"""Newest cases that are looked at for questions which are not in the index yet."""
AT_ONCE = 20


class LibrarySearchDocument(models.Model):
    """Open cases are in the index as questions without a person; a closed one is there by its log."""

    _inherit = "library.search.document"

    @api.model
    def _get_indexed_models(self):
        return tuple(sorted({*super()._get_indexed_models(), ASKED}))

    @api.model
    def _index(self, records):
        if records._name != ASKED:
            return super()._index(records)
        # sudo: the index holds every record; who may find which is decided in each search
        cases_sudo = records.sudo()
        gone = cases_sudo.filtered(lambda case: case.stage_code == "closed" or not case.active)
        self._forget(ASKED, gone.ids)
        return super()._index(records - gone.with_env(records.env))

    @api.model
    def _find_unindexed(self, model, limit):
        return self._find_open_unindexed(limit) if model == ASKED else super()._find_unindexed(model, limit)

    @api.model
    def _find_open_unindexed(self, limit):
        """Open cases that are not in the index as it has to be."""
        Case = self.env[ASKED]
        Case.flush_model(["stage_code", "active"])
        missing = self.env.execute_query(
            SQL(
                """
                SELECT c.id FROM library_case c
                  LEFT JOIN library_search_document d
                         ON d.res_model = %s AND d.res_id = c.id AND d.version = %s AND d.date_indexed >= %s
                 WHERE d.id IS NULL AND c.active IS TRUE AND c.stage_code <> 'closed' ORDER BY c.id LIMIT %s
                """,
                ASKED,
                *self._get_wanted_version(),
                limit,
            )
        )
        return Case.browse(row[0] for row in missing)

    @api.model
    def _forget_orphans(self, model):
        result = super()._forget_orphans(model)
        if model == ASKED:
            self.env.cr.execute(
                SQL(
                    """
                    DELETE FROM library_search_document d USING library_case c
                     WHERE d.res_model = %s AND c.id = d.res_id AND (c.stage_code = 'closed' OR c.active IS NOT TRUE)
                    """,
                    ASKED,
                )
            )
        return result

    @api.model
    def _index_new_cases(self):
        """Put the newest open cases into the index that are not there yet; somebody is about to look."""
        self.env[ASKED].flush_model(["stage_code", "active", "name", "patron_id"])
        missing = self.env.execute_query(
            SQL(
                """
                SELECT c.id FROM (SELECT id, active, stage_code FROM library_case ORDER BY id DESC LIMIT %s) c
                 WHERE c.active IS TRUE AND c.stage_code <> 'closed' AND NOT EXISTS (
                       SELECT FROM library_search_document d WHERE d.res_model = %s AND d.res_id = c.id)
                 LIMIT %s
                """,
                NEWEST,
                ASKED,
                AT_ONCE,
            )
        )
        if not missing:
            return
        [(is_ours,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('library_search_new_cases')::bigint)")
        )
        # two people who type at once must not index the same case twice
        if is_ours:
            self._index(self.env[ASKED].browse(row[0] for row in missing))
