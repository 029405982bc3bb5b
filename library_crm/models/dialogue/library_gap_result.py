from odoo import fields, models

from ...const import GAP_DIMENSIONS


class LibraryGapResult(models.Model):
    """The figures of an item, a dimension or all, for everybody or one kind of patron; never about fewer than five.

    What people find stands first: it says more about how content they are than a gap, and the order is never that of
    the gaps.
    """

    _name = "library.gap.result"
    _description = "Figures of a Gap Survey"
    _order = "gap_id desc, group_kind, kind desc, dimension, sequence, id"

    gap_id = fields.Many2one("library.gap.survey", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="gap_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("item", "Item"), ("dimension", "Dimension"), ("all", "All items")], required=True, readonly=True
    )
    sequence = fields.Integer(readonly=True)
    item_id = fields.Many2one("library.gap.item", readonly=True, index="btree_not_null", ondelete="cascade")
    dimension = fields.Selection(GAP_DIMENSIONS, readonly=True)
    group_kind = fields.Selection(
        [("all", "Everybody"), ("type", "Kind of patron"), ("lifecycle", "Stage")], required=True, readonly=True,
        string="Of whom",
    )
    type_id = fields.Many2one("library.patron.type", "Kind of patron", readonly=True, index="btree_not_null",
                              ondelete="cascade")  # fmt: skip
    lifecycle = fields.Selection("_lifecycles", "Stage", readonly=True)

    n = fields.Integer("Answers", readonly=True, aggregator=None)
    perceived = fields.Float(readonly=True, digits=(4, 2), aggregator=None)
    perceived_low = fields.Float("Perceived, from", readonly=True, digits=(4, 2), aggregator=None)
    perceived_high = fields.Float("Perceived, to", readonly=True, digits=(4, 2), aggregator=None)
    minimum = fields.Float("Least accepted", readonly=True, digits=(4, 2), aggregator=None)
    desired = fields.Float("Wished for", readonly=True, digits=(4, 2), aggregator=None)
    adequacy = fields.Float("Adequacy gap", readonly=True, digits=(4, 2), aggregator=None,
                            help="What people find less the least they accept.")  # fmt: skip
    adequacy_low = fields.Float("Adequacy, from", readonly=True, digits=(4, 2), aggregator=None)
    adequacy_high = fields.Float("Adequacy, to", readonly=True, digits=(4, 2), aggregator=None)
    superiority = fields.Float("Superiority gap", readonly=True, digits=(4, 2), aggregator=None,
                               help="What people find less what they wish for.")  # fmt: skip
    superiority_low = fields.Float("Superiority, from", readonly=True, digits=(4, 2), aggregator=None)
    superiority_high = fields.Float("Superiority, to", readonly=True, digits=(4, 2), aggregator=None)
    place = fields.Selection(
        [("below", "Below what is accepted"), ("within", "Within the zone"), ("above", "Above the wish")],
        readonly=True, string="Zone of tolerance",
    )
    is_sure = fields.Boolean("Sure", readonly=True, help="The interval of the gap does not hold zero.")

    def _lifecycles(self):
        return self.env["library.patron"]._fields["lifecycle"].selection

    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        dimensions = dict(self._fields["dimension"]._description_selection(self.env))
        for result in self:
            if result.kind == "item":
                result.display_name = result.item_id.name
            else:
                result.display_name = dimensions.get(result.dimension) or kinds.get(result.kind)
