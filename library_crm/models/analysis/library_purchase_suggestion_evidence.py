from odoo import api, fields, models

CHANGES_EVIDENCE = {
    "name", "author", "isbn", "patron_id", "need_ids", "task_id", "price", "subject_id", "state", "company_id"
}


class LibraryPurchaseSuggestion(models.Model):
    """A suggestion shows what speaks for it; whatever changes that asks for counting anew."""

    _inherit = "library.purchase.suggestion"

    evidence_ids = fields.One2many("library.purchase.evidence", "suggestion_id", readonly=True, copy=False)
    evidence_words = fields.Text(
        "What speaks for it", compute="_compute_evidence_words", groups="library_crm.group_library_librarian"
    )

    @api.depends("evidence_ids.why", "evidence_ids.rank")
    @api.depends_context("lang")
    def _compute_evidence_words(self):
        for suggestion in self:
            row = suggestion.evidence_ids[:1]
            suggestion.evidence_words = (
                self.env._("Rank %(rank)s · %(why)s", rank=row.rank, why=row.why) if row.rank else row.why
            )

    @api.model_create_multi
    def create(self, vals_list):
        suggestions = super().create(vals_list)
        self._ask_for_count()
        return suggestions

    def write(self, vals):
        result = super().write(vals)
        if CHANGES_EVIDENCE & set(vals):
            self._ask_for_count()
        return result

    @api.model
    def _ask_for_count(self):
        """The scheduled action counts within a minute, once for all changes of that minute."""
        cron = self.env.ref("library_crm.ir_cron_library_purchase_evidence", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()  # sudo: a trigger of our own scheduled action
