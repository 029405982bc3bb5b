from odoo import fields, models


class LibrarySegmentSnapshot(models.Model):
    """How large a segment was at the end of a quarter, or is now; a size under the guard is never stored."""

    _name = "library.segment.snapshot"
    _description = "Segment Size"
    _order = "quarter desc, segment_id, id"
    _rec_name = "quarter"

    segment_id = fields.Many2one("library.segment", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    quarter = fields.Date("Quarter from", required=True, readonly=True)
    as_of = fields.Date(required=True, readonly=True)
    version = fields.Integer("Rule version", readonly=True)
    size = fields.Integer("Patrons", readonly=True, aggregator="avg")
    is_small = fields.Boolean("Too few to show", readonly=True, help="Fewer than five patrons: the number is not kept.")

    _once = models.Constraint("UNIQUE (segment_id, quarter)", "This quarter has been counted already.")
