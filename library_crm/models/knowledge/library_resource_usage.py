from odoo import fields, models

from ...connectors.counter_labels import METRIC_LABELS, REPORTS


class LibraryResourceUsage(models.Model):
    """How often a licensed source was used in a month, as its provider counted it: never by whom."""

    _name = "library.resource.usage"
    _description = "Use of a Resource by Month"
    _order = "month desc, count desc, id"
    _rec_name = "source_id"

    source_id = fields.Many2one(
        "library.counter.source", string="Platform or title", required=True, index=True, ondelete="cascade",
        readonly=True,
    )
    platform = fields.Char(related="source_id.platform", store=True, index="btree")
    resource_id = fields.Many2one("library.resource", index="btree_not_null", ondelete="set null", readonly=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, ondelete="cascade", readonly=True
    )
    report = fields.Selection([(code, code) for code in REPORTS], required=True, readonly=True)
    metric = fields.Selection(METRIC_LABELS, "What was counted", required=True, readonly=True)
    month = fields.Date(required=True, index=True, readonly=True)
    count = fields.Integer("Times", required=True, readonly=True, aggregator="sum")

    _once = models.UniqueIndex("(source_id, report, metric, month)", "This month is counted already.")
    _count_positive = models.Constraint("CHECK (count > 0)", "A use that is counted is more than none.")
