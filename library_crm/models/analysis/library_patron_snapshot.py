from odoo import api, fields, models
from odoo.tools import SQL


class LibraryPatronSnapshot(models.Model):
    """What kind of patron somebody was in a month, so that old figures keep their groups when people move on.

    The row of the running month is rewritten every night; that of a past month stays as it ended. Nobody reads single
    rows: the report over them counts people, never fewer than five.
    """

    _name = "library.patron.snapshot"
    _description = "Patron as of a Month"
    _order = "month desc, patron_id"
    _log_access = False  # written every night by nobody in particular

    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    lifecycle = fields.Char(readonly=True)
    type_id = fields.Many2one("library.patron.type", readonly=True, ondelete="set null")
    branch_id = fields.Many2one("library.branch", readonly=True, ondelete="set null")
    affiliation_id = fields.Many2one("library.affiliation", readonly=True, ondelete="set null")

    _once_a_month = models.Constraint("UNIQUE (patron_id, month)", "A patron has one row a month.")
    _month_idx = models.Index("(company_id, month)")

    @api.model
    def _analyse_snapshots(self, as_of, cursor):
        """Job: write the running month of the next patrons.

        :param as_of: date within that month
        :param cursor: of the batch before, None at the start
        """
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        self.env["library.patron"].flush_model()
        self.env.cr.execute(SQL(
            """
            INSERT INTO library_patron_snapshot AS known
                   (company_id, patron_id, month, lifecycle, type_id, branch_id, affiliation_id)
            SELECT company_id, id, %(month)s, lifecycle, type_id, branch_id, affiliation_id
              FROM library_patron
             WHERE id > %(after)s AND id <= %(upto)s AND active IS TRUE AND is_anonymised IS NOT TRUE
                ON CONFLICT (patron_id, month) DO UPDATE
               SET company_id = excluded.company_id, lifecycle = excluded.lifecycle, type_id = excluded.type_id,
                   branch_id = excluded.branch_id, affiliation_id = excluded.affiliation_id
             WHERE (known.company_id, known.lifecycle, known.type_id, known.branch_id, known.affiliation_id)
                   IS DISTINCT FROM
                   (excluded.company_id, excluded.lifecycle, excluded.type_id, excluded.branch_id,
                    excluded.affiliation_id)
            """,
            month=as_of.replace(day=1), after=piece.after, upto=piece.upto,
        ))
        self.invalidate_model()
        return piece.cursor, piece.done, piece.total

    @api.model
    def _forget_snapshots(self):
        """Drop the running month; what past months were cannot be computed again and stays."""
        month = self.env.cr.now().date().replace(day=1)
        self.env.cr.execute(SQL("DELETE FROM library_patron_snapshot WHERE month = %s", month))
        self.invalidate_model()
