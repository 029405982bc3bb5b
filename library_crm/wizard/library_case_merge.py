from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryCaseMerge(models.TransientModel):
    """Chooses which of several cases stays; the others become part of it."""

    _name = "library.case.merge"
    _description = "Merge Cases"

    case_ids = fields.Many2many("library.case", string="Cases", readonly=True)
    case_id = fields.Many2one("library.case", string="Keep", required=True, domain="[('id', 'in', case_ids)]")
    other_askers = fields.Char("Asked by others", compute="_compute_other_askers")
    lets_in = fields.Boolean("They take part: everybody reads both conversations and gets the answers")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ids = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") == "library.case" and ids:
            cases = self.env["library.case"].browse(ids).exists().sorted("id")
            # the one that colleagues have begun to answer, else the one that was asked first
            first = cases.filtered("date_first_answer")[:1] or cases[:1]
            values.update(case_ids=[(6, 0, cases.ids)], case_id=first.id)
        return values

    @api.depends("case_id", "case_ids")
    def _compute_other_askers(self):
        for merge in self:
            kept = merge.case_id._origin
            others = merge.case_ids._origin - kept
            askers = kept._other_askers(others) if kept else []
            merge.other_askers = ", ".join(name or "?" for name, _address, _partner in askers) or False

    def action_merge(self):
        """Merge the others into the one to keep, and show it."""
        self.ensure_one()
        if self.other_askers and not self.lets_in:
            raise UserError(self.env._(
                "Not all of this was asked by one person. Tick that they take part, or merge the patrons first."))
        self.case_id._merge(self.case_ids - self.case_id, lets_in=self.lets_in)
        return self.case_id._open_record(self.case_id)
