from odoo import api, fields, models
from odoo.tools import format_date

KINDS = [
    ("cases", "Cases by service"),
    ("uses", "Uses by class"),
    ("needs", "Needs by class"),
]


class LibraryForecast(models.Model):
    """What to expect of a service or a class in a month to come, always with the interval; and what the months before
    were beside what the same rule had said of them.

    A series about fewer than five people in two years is not here. Expected figures are whole numbers and figures of
    the past are rounded to five, so that those of a class and of its parts tell nothing about the rest.
    """

    _name = "library.forecast"
    _description = "Expected Demand"
    _order = "kind, service_id, subject_id, month, id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", "Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, "Demand", required=True, readonly=True)
    service_id = fields.Many2one("library.service", readonly=True, index="btree_not_null", ondelete="cascade")
    subject_id = fields.Many2one(
        "library.subject", "Class", readonly=True, index="btree_not_null", ondelete="cascade",
        help="With all narrower classes.",
    )
    name = fields.Char("Service or class", compute="_compute_name")
    month = fields.Date(required=True, readonly=True)
    month_name = fields.Char("In month", compute="_compute_month_name")
    state = fields.Selection(
        [("past", "Past month"), ("ahead", "Month to come")], "When", required=True, readonly=True
    )
    expected = fields.Integer(readonly=True, aggregator=None)
    low = fields.Integer("At least", readonly=True, aggregator=None)
    high = fields.Integer("At most", readonly=True, aggregator=None, help="Four of five months lie between the two.")
    method = fields.Selection(
        [
            ("same_month", "Mean of this month in all years"),
            ("mean", "Mean of the last twelve months"),
            ("parent", "Share of the next larger series"),
        ],
        "Worked out as", readonly=True,
    )
    error_count = fields.Integer(
        "Errors behind the interval", readonly=True, aggregator=None,
        help="Months of the last season in which the same rule was tried; 0: too short a history, so that the "
             "interval is half of what is expected, up and down.",
    )
    actual = fields.Integer("Actual figure", readonly=True, aggregator=None, help="Rounded to five.")
    has_actual = fields.Boolean("Figure may be shown", readonly=True, help="Off for months of fewer than five people.")

    _series_uniq = models.UniqueIndex(
        "(company_id, kind, coalesce(service_id, 0), coalesce(subject_id, 0), month)",
        "This month is expected already.",
    )

    @api.depends("service_id", "subject_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for forecast in self:
            about = forecast.service_id or forecast.subject_id
            forecast.name = about.display_name if about else self.env._("All together")

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for forecast in self:
            forecast.month_name = format_date(self.env, forecast.month, date_format="LLL y")

    @api.depends("name", "month_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for forecast in self:
            forecast.display_name = f"{forecast.name} {forecast.month_name}"

    @api.model
    def _ahead(self, company, kind, about=None):
        """The months to come of one series.

        :param str kind: cases | uses | needs
        :param about: a service, a class, or None for all together
        :return: records, the nearest month first
        """
        return self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", kind),
                ("state", "=", "ahead"),
                ("service_id", "=", about.id if about and kind == "cases" else False),
                ("subject_id", "=", about.id if about and kind != "cases" else False),
            ],
            order="month",
        )
