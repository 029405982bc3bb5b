from odoo import api, fields, models
from odoo.tools import SQL


class LibraryLifecycleCohort(models.Model):
    """Of those enrolled in a month, how many used the library in each following quarter of a year; no person."""

    _name = "library.lifecycle.cohort"
    _description = "Cohort"
    _order = "cohort desc, age"
    _rec_name = "cohort"
    _log_access = False

    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    cohort = fields.Date("Enrolled in", required=True, readonly=True)
    age = fields.Integer("Quarters since", required=True, readonly=True)
    patrons = fields.Integer(readonly=True)
    active_count = fields.Integer("Used the library", readonly=True)

    _cell_uniq = models.Constraint("UNIQUE (company_id, cohort, age)", "This cell is counted already.")

    @api.model
    def _count(self, company, as_of, query):
        """Count the cohorts of an institution anew with the statement `query`."""
        self.flush_model()
        self.env.cr.execute(SQL("DELETE FROM library_lifecycle_cohort WHERE company_id = %s", company.id))
        self.env.cr.execute(query)
        self.invalidate_model()
