from odoo import api, fields, models
from odoo.tools import SQL

from ...connectors.counter_labels import METRIC_LABELS

USE_METRICS = ("Total_Item_Requests", "Total_Item_Investigations", "Searches_Regular")
"""What stands for the use of a resource: the first of these that its provider counts."""


class LibraryResource(models.Model):
    """What a resource costs beside how often it is used."""

    _inherit = "library.resource"

    issn = fields.Char("ISSN", help="Finds the journal in reports of use.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    cost_year = fields.Monetary("Cost a year", aggregator="sum")
    uses_year = fields.Integer(
        "Uses in a year", readonly=True, copy=False, aggregator="sum",
        help="In the newest twelve months for which the provider sent a report.",
    )
    use_metric = fields.Selection(METRIC_LABELS, "Counted as", readonly=True, copy=False)
    turned_away_year = fields.Integer("Turned away in a year", readonly=True, copy=False, aggregator="sum")
    date_use_to = fields.Date("Reports up to", readonly=True, copy=False)
    cost_per_use = fields.Monetary("Cost per use", compute="_compute_cost_per_use", store=True, aggregator="avg")

    _cost_positive = models.Constraint("CHECK (cost_year >= 0)", "A cost cannot be negative.")

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for resource in self:
            resource.currency_id = (resource.company_id or self.env.company).currency_id

    @api.depends("cost_year", "uses_year")
    def _compute_cost_per_use(self):
        for resource in self:
            resource.cost_per_use = resource.cost_year / resource.uses_year if resource.uses_year else 0.0

    def _update_figures(self):
        """Work out the use of the last twelve reported months, from the report that counts most."""
        if not self:
            return
        self.env["library.resource.usage"].flush_model()
        rows = {row["resource_id"]: row for row in self.env.execute_query_dict(SQL(
            """WITH newest AS (
                    SELECT resource_id, max(month) AS month FROM library_resource_usage
                     WHERE resource_id = ANY(%(ids)s) GROUP BY resource_id),
                  sums AS (
                    SELECT u.resource_id, newest.month, u.report, u.metric, sum(u.count) AS total
                      FROM library_resource_usage u JOIN newest USING (resource_id)
                     WHERE u.month > newest.month - interval '12 months' GROUP BY 1, 2, 3, 4),
                  used AS (
                    SELECT DISTINCT ON (resource_id) resource_id, metric, total FROM sums
                     WHERE metric = ANY(%(metrics)s)
                     ORDER BY resource_id, array_position(%(metrics)s::text[], metric::text), total DESC),
                  away AS (
                    SELECT resource_id, max(total) AS total
                      FROM (SELECT resource_id, report, sum(total) AS total FROM sums
                             WHERE metric IN ('No_License', 'Limit_Exceeded') GROUP BY 1, 2) by_report
                     GROUP BY resource_id)
               SELECT newest.resource_id, (newest.month + interval '1 month - 1 day')::date AS date_use_to,
                      used.metric AS use_metric,
                      least(coalesce(used.total, 0), 2000000000)::int AS uses_year,
                      least(coalesce(away.total, 0), 2000000000)::int AS turned_away_year
                 FROM newest LEFT JOIN used USING (resource_id) LEFT JOIN away USING (resource_id)""",
            ids=list(self.ids), metrics=list(USE_METRICS),
        ))}  # fmt: skip
        nothing = {"date_use_to": False, "use_metric": False, "uses_year": 0, "turned_away_year": 0}
        for resource in self:
            found = rows.get(resource.id, nothing)
            resource.write({name: found[name] or nothing[name] for name in nothing})

    def action_open_usage(self):
        """The use of this resource by month."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_resource_usage_action") | {
            "domain": [("resource_id", "=", self.id)],
            "context": {"search_default_use": 1},
        }
