from odoo import fields, models


class LibrarySegmentMember(models.Model):
    """Somebody was in a segment from one day to another; an open end means today."""

    _name = "library.segment.member"
    _description = "Segment Membership"
    _order = "date_from desc, id desc"
    _rec_name = "patron_id"

    segment_id = fields.Many2one("library.segment", required=True, index=True, ondelete="cascade", readonly=True)
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    date_from = fields.Date("Since", required=True, readonly=True)
    date_to = fields.Date("Until", readonly=True, help="The first day on which the patron was not in it any more.")
    how = fields.Selection(
        [("rule", "Rule"), ("hand", "By hand"), ("cluster", "Found group")], required=True, readonly=True
    )
    version = fields.Integer("Rule version", readonly=True, help="The version of the rule that let the patron in.")

    _open_uniq = models.UniqueIndex(
        "(segment_id, patron_id) WHERE date_to IS NULL", "This patron is in the segment already."
    )
    _segment_idx = models.Index("(segment_id, date_from, date_to)")
    _order_of_days = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "The end is before the start."
    )

    def action_fix_in(self):
        """Keep these patrons in the segment, whatever the rule says."""
        self._pin("in")

    def action_fix_out(self):
        """Take these patrons out of the segment, whatever the rule says."""
        self._pin("out")

    def _pin(self, direction):
        Pin = self.env["library.segment.pin"]
        for segment, members in self.grouped("segment_id").items():
            Pin._fix(segment, members.patron_id, direction, "staff")
