from odoo import fields, models
from odoo.tools import SQL

TREND_DAYS = 30


class LibrarySearchTrend(models.Model):
    """What was looked for in vain lately, and whether more or less than before. A view of counts without anybody."""

    _name = "library.search.trend"
    _description = "What Was Not Found"
    _auto = False
    _order = "count desc, id desc"

    name = fields.Char("Words", readonly=True)
    count = fields.Integer("Last 30 days", readonly=True)
    count_before = fields.Integer("30 days before", readonly=True)
    change = fields.Integer(readonly=True, help="Searches more or fewer than in the thirty days before.")
    date = fields.Date("Last looked for", readonly=True)
    company_id = fields.Many2one("res.company", "Institution", readonly=True)

    @property
    def _table_query(self):
        now = fields.Date.context_today(self)
        return SQL(
            """
            SELECT max(id) AS id, (array_agg(name ORDER BY date DESC))[1] AS name, company_id, max(date) AS date,
                   sum(count) FILTER (WHERE date > %(lately)s)::int AS count,
                   coalesce(sum(count) FILTER (WHERE date <= %(lately)s), 0)::int AS count_before,
                   (sum(count) FILTER (WHERE date > %(lately)s)
                    - coalesce(sum(count) FILTER (WHERE date <= %(lately)s), 0))::int AS change
              FROM library_search_miss
             WHERE date > %(before)s
             GROUP BY company_id, key HAVING sum(count) FILTER (WHERE date > %(lately)s) > 0
            """,
            lately=fields.Date.subtract(now, days=TREND_DAYS), before=fields.Date.subtract(now, days=2 * TREND_DAYS),
        )

    def action_teach(self):
        """Let the words lead to a class."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "library.search.trend.synonym",
            "name": self.env._("Lead to a class"), "views": [(False, "form")], "target": "new",
            "context": {"default_name": self.name},
        }

    def action_write_article(self):
        """Begin the article that was looked for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "library.article", "views": [(False, "form")],
            "context": {"default_name": self.name},
        }

    def action_search(self):
        """Search for the words as they would be found today."""
        self.ensure_one()
        return {
            "type": "ir.actions.client", "tag": "library_knowledge_search", "name": self.env._("Search"),
            "params": {"query": self.name},
        }
