from odoo import fields, models


class LibraryPanelLine(models.Model):
    """What an item weighs, by the votes of the panel."""

    _name = "library.panel.line"
    _description = "Weight of an Item"
    _order = "panel_id desc, sequence, id"

    panel_id = fields.Many2one("library.panel", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="panel_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    item_id = fields.Many2one("library.gap.item", required=True, readonly=True, index=True, ondelete="restrict")
    points = fields.Integer(readonly=True, aggregator=None)
    weight = fields.Float(readonly=True, digits=(4, 3), aggregator=None)
