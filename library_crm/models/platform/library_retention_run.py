from odoo import api, fields, models
from odoo.tools import SQL

KINDS = ("usage", "prospects", "import_rows", "merge_undo", "left")
PEOPLE_AT_ONCE = 500


class LibraryRetentionRun(models.Model):
    """Evidence that what has to go went: a line for each rule and night, with numbers and without names."""

    _name = "library.retention.run"
    _description = "Retention Report"
    _order = "date desc, company_id, kind"
    _rec_name = "kind"

    date = fields.Date("Run of", required=True, readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, readonly=True, index=True)
    kind = fields.Selection(
        lambda self: self.env["library.retention.policy"]._fields["kind"].selection, string="What", required=True,
        readonly=True,
    )
    date_limit = fields.Date("Older than", required=True, readonly=True)
    gone_count = fields.Integer("Records", readonly=True, help="Deleted, cut off from their person or de-identified.")

    _run_uniq = models.UniqueIndex("(date, company_id, kind)", "This rule was reported for this day already.")

    @api.model
    def _analyse_retention(self, as_of, cursor):
        """Apply one rule of one institution; see `library.analysis.job`.

        :param cursor: number of rules done
        """
        rules = [(company, kind) for company in self.env["res.company"].search([], order="id") for kind in KINDS]
        at = cursor or 0
        company, kind = rules[at]
        limit = self.env["library.retention.policy"]._limit(kind, company, as_of)
        is_complete = self._note(as_of, company, kind, limit, getattr(self, f"_apply_{kind}")(company, limit))
        at += 1 if is_complete else 0
        return (at if at < len(rules) else None), at, len(rules)

    @api.model
    def _forget_retention(self):
        """Nothing: evidence is kept, and what is gone does not come back."""

    @api.model
    def _summary_retention(self, as_of):
        """Number of records that went in the finished run."""
        return {"gone": sum(self.search([("date", "=", as_of)]).mapped("gone_count"))}

    @api.model
    def _sentence_retention(self, numbers):
        """Words for `_summary_retention`."""
        return self.env._("%(count)s records went as their time was over.", count=numbers.get("gone", 0))

    @api.model
    def _note(self, as_of, company, kind, limit, result):
        """Add to the evidence; returns whether the rule is done for this night."""
        gone, is_complete = result
        line = self.search([("date", "=", as_of), ("company_id", "=", company.id), ("kind", "=", kind)])
        if line:
            line.gone_count += gone
        elif gone:
            self.create({
                "date": as_of, "company_id": company.id, "kind": kind, "date_limit": limit, "gone_count": gone})
        return is_complete

    # One method a rule: (records that went, is it done)

    @api.model
    def _apply_usage(self, company, limit):
        """Uses lose their person after the institution's months; the sums stay."""
        Usage = self.env["library.usage"]
        first_open = Usage._first_open_month(company)
        gone = self.env.execute_query(SQL(
            "SELECT count(*) FROM library_usage WHERE company_id = %s AND month < %s AND patron_id IS NOT NULL",
            company.id, first_open))[0][0]
        Usage._forget_persons(company)
        return gone, True

    @api.model
    def _apply_import_rows(self, company, limit):
        """Copies of what an import found and wrote; without them it can no longer be undone."""
        runs = self.env["library.import.run"].search([
            ("company_id", "=", company.id), ("create_date", "<", limit), ("state", "not in", ("running", "reading"))])
        gone = self.env.execute_query(SQL(
            "WITH gone AS (DELETE FROM library_import_row WHERE run_id = ANY(%s) AND kind <> 'kept' RETURNING 1)"
            " SELECT count(*) FROM gone", runs.ids))[0][0]
        self.env["library.import.row"].invalidate_model()
        files = runs.filtered(lambda run: run.file or run.refused_file)
        files.write({"file": False, "refused_file": False})
        return gone + len(files), True

    @api.model
    def _apply_merge_undo(self, company, limit):
        """Merges that are final lose the images of both records."""
        return self.env["library.patron.merge"]._close_old(company=company), True

    @api.model
    def _apply_prospects(self, company, limit):
        """People who wrote once, never became patrons and were silent since."""
        return self._anonymise_people(company, limit, SQL("p.lifecycle = 'prospect' AND p.date_enrolled IS NULL"))

    @api.model
    def _apply_left(self, company, limit):
        """Patrons who left, and whose membership and last contact are long past."""
        return self._anonymise_people(company, limit, SQL(
            "p.lifecycle = 'left' AND coalesce(p.date_expiry, p.date_last_visit, p.create_date) < %s", limit))

    @api.model
    def _anonymise_people(self, company, limit, condition):
        """De-identify patrons for whom nothing speaks any more: no case, contact, use or account since the limit."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT p.id FROM library_patron p
             WHERE p.company_id = %(company)s AND %(condition)s AND p.is_anonymised IS NOT TRUE
               AND p.merged_into_id IS NULL
               AND p.create_date < %(limit)s AND coalesce(p.date_last_visit, p.create_date::date) < %(limit)s
               AND NOT EXISTS (SELECT FROM library_case c WHERE c.patron_id = p.id
                                  AND (c.date_closed IS NULL OR c.date_closed >= %(limit)s))
               AND NOT EXISTS (SELECT FROM library_interaction i WHERE i.patron_id = p.id
                                  AND i.create_date >= %(limit)s)
               AND NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = p.partner_id AND u.active)
             ORDER BY p.id LIMIT %(at_once)s
            """,
            company=company.id, condition=condition, limit=limit, at_once=PEOPLE_AT_ONCE,
        ))
        patrons = self.env["library.patron"].browse([row[0] for row in rows])
        patrons._anonymise()
        patrons.with_context(tracking_disable=True).active = False
        return len(patrons), len(patrons) < PEOPLE_AT_ONCE
