from odoo import fields, models


class LibrarySearchTrendSynonym(models.TransientModel):
    """Teach the authority: words that patrons say lead to a class from now on."""

    _name = "library.search.trend.synonym"
    _description = "Words lead to a class"

    name = fields.Char("Words", required=True)
    subject_id = fields.Many2one("library.subject", "Lead to the class", required=True)

    def action_teach(self):
        """Write the words among the synonyms of the class; the rights of the user decide whether he may."""
        self.subject_id.check_access("write")
        self.subject_id._learn_word(self.name)
        return {"type": "ir.actions.act_window_close"}
