from odoo import api, fields, models

from ...const import STAGE_CODES


class LibraryCaseStage(models.Model):
    """Where a case stands; rules speak of the meaning (`code`), never of a record."""

    _name = "library.case.stage"
    _description = "Case Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    portal_name = fields.Char("Name for patrons", required=True, translate=True)
    code = fields.Selection(STAGE_CODES, string="Meaning", required=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean("Folded in the board")

    _code_uniq = models.Constraint("UNIQUE (code)", "There is a stage with this meaning already.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
