from odoo import fields, models


class LibraryPanelVote(models.Model):
    """One item that a member picked, and how much it weighs."""

    _name = "library.panel.vote"
    _description = "Vote in a Patron Panel"

    member_id = fields.Many2one("library.panel.member", required=True, index=True, ondelete="cascade")
    panel_id = fields.Many2one(related="member_id.panel_id", store=True, index=True)
    item_id = fields.Many2one("library.gap.item", required=True, index=True, ondelete="restrict")
    weight = fields.Integer(required=True, default=1)

    _once = models.UniqueIndex("(member_id, item_id)", "This item is picked already.")
    _range = models.Constraint("CHECK (weight BETWEEN 1 AND 3)", "A pick weighs 1, 2 or 3.")
