from odoo import fields, models


class LibraryRelationshipHandover(models.Model):
    """Who gave a relationship to whom, and what the next one had to know. A log."""

    _name = "library.relationship.handover"
    _description = "Hand-over of a Relationship"
    _order = "id desc"
    _rec_name = "to_user_id"

    relationship_id = fields.Many2one("library.relationship", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="relationship_id.company_id", store=True, index=True, precompute=True)
    from_user_id = fields.Many2one("res.users", string="From", ondelete="set null")
    to_user_id = fields.Many2one("res.users", string="To", ondelete="set null")
    note = fields.Text(required=True)
