from odoo import fields, models


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    case_ids = fields.Many2many(
        "library.case", "library_case_solution_rel", "solution_id", "case_id", string="Delivered in", copy=False
    )

    def _identity_terms(self):
        """The people of the cases in which these solutions were delivered."""
        terms = super()._identity_terms()
        # sudo: the words are taken out of a text, never shown; the cases may be another team's
        people = self.sudo().case_ids._identity_words()
        return {kind: [*words, *people[kind]] for kind, words in terms.items()}
