from odoo import api, fields, models

from ...lib.bib_ids import isbn, issn, title_key
from ...lib.text_tokens import fold


class LibraryPurchaseSuggestion(models.Model):
    """What a suggestion costs, where it belongs, and by what it is known as the same work."""

    _inherit = "library.purchase.suggestion"

    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(help="What it would cost. Without a price it stands behind those that have one.")
    subject_id = fields.Many2one(
        "library.subject", string="Class", compute="_compute_subject_id", store=True, readonly=False,
        index="btree_not_null", ondelete="set null",
    )
    work_key = fields.Char(
        compute="_compute_work_key", store=True, index="btree_not_null", export_string_translation=False
    )

    _price_positive = models.Constraint("CHECK (price IS NULL OR price >= 0)", "A price cannot be negative.")

    @api.depends("need_ids", "task_id")
    def _compute_subject_id(self):
        """The class of its task, or of the first need with one, unless somebody chose another."""
        for suggestion in self:
            suggestion.subject_id = (
                suggestion.subject_id or suggestion.task_id.subject_id or suggestion.need_ids.subject_ids[:1]
            )

    @api.depends("name", "author", "isbn")
    def _compute_work_key(self):
        for suggestion in self:
            number = isbn(suggestion.isbn) or issn(suggestion.isbn)
            title = title_key(suggestion.name)
            by = "".join(char for char in fold(suggestion.author or "") if char.isalnum())[:60]
            suggestion.work_key = number or (title and f"{title}|{by}") or False
