from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import date_utils

PERIODS = [
    ("last_month", "Last month"), ("this_month", "This month"), ("last_quarter", "Last quarter"),
    ("this_year", "This year"), ("last_year", "Last year"), ("own", "From day to day"),
]


class LibraryDocumentMake(models.TransientModel):
    """Choose a document and its period, and get it."""

    _name = "library.document.make"
    _description = "Make a Document"

    document_id = fields.Many2one(
        "library.document", required=True, default=lambda self: self.env["library.document"].search([], limit=1)
    )
    code = fields.Char(related="document_id.code")
    description = fields.Text(related="document_id.description")
    period = fields.Selection(PERIODS, required=True, default="last_month")
    date_from = fields.Date(
        "First day", compute="_compute_dates", store=True, readonly=False, precompute=True, required=True
    )
    date_to = fields.Date(
        "Last day", compute="_compute_dates", store=True, readonly=False, precompute=True, required=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, default=lambda self: self.env.company
    )

    @api.depends("period")
    def _compute_dates(self):
        for wizard in self:
            today = fields.Date.context_today(wizard)
            month, year = today.replace(day=1), today.replace(month=1, day=1)
            quarter, _end = date_utils.get_quarter(today)
            day = relativedelta(days=1)
            wizard.date_from, wizard.date_to = {
                "last_month": (month - relativedelta(months=1), month - day),
                "this_month": (month, today),
                "last_quarter": (quarter - relativedelta(months=3), quarter - day),
                "this_year": (year, today),
                "last_year": (year - relativedelta(years=1), year - day),
            }.get(wizard.period, (wizard.date_from or month, wizard.date_to or today))

    def _options(self):
        """What the document wants to know beside its period; kinds of documents add to it."""
        self.ensure_one()
        return {}

    def action_make(self):
        """Make the document and fetch it."""
        self.ensure_one()
        with self.document_id._written(self.date_from, self.date_to, self.company_id, **self._options()) as made:
            kept = self.env["library.document.file"]._keep(
                self.document_id, *made, self.date_from, self.date_to, self.company_id
            )
        return kept.action_download()
