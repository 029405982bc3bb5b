from odoo import api, fields, models


class LibrarySegmentPin(models.Model):
    """A person decided who belongs to a segment; no rule and no run changes that."""

    _name = "library.segment.pin"
    _description = "Fixed Segment Membership"
    _order = "id desc"
    _rec_name = "patron_id"
    _check_company_auto = True

    segment_id = fields.Many2one("library.segment", required=True, index=True, ondelete="cascade", check_company=True)
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="segment_id.company_id", store=True, index=True, precompute=True)
    direction = fields.Selection(
        [("in", "Belongs to it"), ("out", "Does not belong to it")], required=True, default="in"
    )
    decided_by = fields.Selection(
        [("staff", "Staff"), ("patron", "The patron")], required=True, default="staff", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Noted by", default=lambda self: self.env.user, readonly=True)
    note = fields.Char("Why")

    _once = models.Constraint("UNIQUE (segment_id, patron_id)", "This patron is fixed in this segment already.")

    @api.model_create_multi
    def create(self, vals_list):
        pins = super().create(vals_list)
        pins.segment_id._refresh_now()
        return pins

    def write(self, vals):
        result = super().write(vals)
        self.segment_id._refresh_now()
        return result

    def unlink(self):
        segments = self.segment_id
        result = super().unlink()
        segments._refresh_now()
        return result

    @api.model
    def _fix(self, segment, patrons, direction, decided_by, note=False):
        """Decide for these patrons. What the patron said of herself is not overruled by staff.

        :param str direction: in | out
        :param str decided_by: staff | patron
        """
        known = self.search([("segment_id", "=", segment.id), ("patron_id", "in", patrons.ids)])
        movable = known if decided_by == "patron" else known.filtered(lambda pin: pin.decided_by == "staff")
        movable.write({"direction": direction, "decided_by": decided_by, "note": note, "user_id": self.env.uid})
        self.create(
            [
                {
                    "segment_id": segment.id,
                    "patron_id": patron.id,
                    "direction": direction,
                    "decided_by": decided_by,
                    "note": note,
                }
                for patron in patrons - known.patron_id
            ]
        )
