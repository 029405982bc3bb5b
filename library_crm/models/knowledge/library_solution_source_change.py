from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

MOST_LISTED = 10


class LibrarySolution(models.Model):
    """Whether a source changed after a solution was made, until somebody looked and found it still right."""

    _inherit = "library.solution"

    is_source_changed = fields.Boolean("A source changed", readonly=True, copy=False, index=True)
    date_sources_checked = fields.Datetime("Sources looked at", readonly=True, copy=False)
    sources_checked_by_id = fields.Many2one("res.users", string="Looked at by", readonly=True, copy=False)
    source_changes = fields.Text("What changed", compute="_compute_source_changes")

    @api.model
    def _query_source_changes(self, solutions=None):
        """Changes of cited sources after the day that counts for a solution, as SQL.

        What was final counts from its version, a draft from its making, and what somebody looked at from then.

        :return: SQL of (solution_id, moment, name, kind): kind is that of library.resource.change, `article` for one
                 that was verified anew, `withdrawn` for one that is no longer published, `gone` for an item that
                 its repository deleted
        """
        only = SQL("AND s.id = ANY(%s)", list(solutions.ids)) if solutions is not None else SQL("")
        dated = SQL(
            """SELECT s.id, q.resource_id, q.url, q.identifier,
                      greatest(s.date_sources_checked, coalesce(v.date, s.create_date)) AS since
                 FROM library_solution s
                 JOIN library_source_citation q ON q.solution_id = s.id
                 LEFT JOIN library_solution_version v ON v.solution_id = s.id AND v.number = s.version
                WHERE true %s""",
            only,
        )
        return SQL(
            """WITH cited AS (%(dated)s)
               SELECT q.id AS solution_id, c.date AS moment, c.resource_id, NULL AS name, c.kind
                 FROM cited q JOIN library_resource_change c ON c.resource_id = q.resource_id AND c.date > q.since
                WHERE c.kind <> 'name'
                UNION ALL
               SELECT q.id, coalesce(a.date_verified, a.write_date), NULL, a.name,
                      CASE WHEN a.state = 'published' THEN 'article' ELSE 'withdrawn' END
                 FROM cited q
                 JOIN library_article a
                   ON a.id = substring(q.url FROM '/library/knowledge/(?:[^/?#]*-)?([0-9]{1,9})(?:$|[/?#])')::int
                WHERE a.date_verified > q.since OR (a.state <> 'published' AND a.write_date > q.since)
                %(items)s""",
            dated=dated, items=self._query_gone_items(),
        )

    @api.model
    def _query_gone_items(self):
        """Cited items that came in by a feed and that its repository deleted since."""
        return SQL(
            """UNION ALL
               SELECT q.id, i.write_date, NULL, i.title, 'gone'
                 FROM cited q JOIN library_feed_item i ON i.identifier = q.identifier
                WHERE i.is_deleted AND i.write_date > q.since"""
        )

    def _flush_sources(self):
        for model in ("library.solution", "library.source.citation", "library.resource.change", "library.article",
                      "library.solution.version", "library.feed.item"):  # fmt: skip
            self.env[model].flush_model()

    @api.depends("is_source_changed", "date_sources_checked", "source_ids")
    @api.depends_context("lang")
    def _compute_source_changes(self):
        self.source_changes = False
        flagged = self.filtered("is_source_changed")
        if not flagged:
            return
        self._flush_sources()
        lines = {}
        rows = self.env.execute_query_dict(SQL(
            "SELECT * FROM (%s) AS changes ORDER BY moment DESC", self._query_source_changes(flagged)
        ))
        for row in rows:
            found = lines.setdefault(row["solution_id"], [])
            if len(found) < MOST_LISTED:
                found.append(self._change_line(row))
        for solution in flagged:
            solution.source_changes = "\n".join(lines.get(solution.id, []))

    def _change_line(self, row):
        """One change in words."""
        day = format_date(self.env, row["moment"])
        if not row["resource_id"]:
            what = {
                "article": self.env._("the article was changed and verified again"),
                "withdrawn": self.env._("the article is no longer published"),
                "gone": self.env._("the source withdrew it"),
            }[row["kind"]]
            return self.env._("%(day)s, %(name)s: %(what)s", day=day, name=row["name"], what=what)
        labels = dict(self.env["library.resource.change"]._fields["kind"]._description_selection(self.env))
        # sudo: the name of a source that the solution cites
        name = self.env["library.resource"].sudo().browse(row["resource_id"]).name
        return self.env._("%(day)s, %(name)s: %(what)s", day=day, name=name, what=labels[row["kind"]])

    @api.model
    def _mark_changed_sources(self):
        """Set the mark of every solution as its sources stand; done twice it changes nothing.

        :return: how many solutions carry it
        """
        self._flush_sources()
        self.env.cr.execute(SQL(
            """UPDATE library_solution s SET is_source_changed = (c.solution_id IS NOT NULL)
                 FROM library_solution x LEFT JOIN (SELECT DISTINCT solution_id FROM (%s) AS changes) c
                      ON c.solution_id = x.id
                WHERE s.id = x.id AND coalesce(s.is_source_changed, false) <> (c.solution_id IS NOT NULL)""",
            self._query_source_changes(),
        ))
        self.invalidate_model(["is_source_changed", "source_changes"])
        return self.search_count(Domain("is_source_changed", "=", True))

    def action_sources_still_right(self):
        """Somebody looked at what changed, and the solution still holds."""
        if not self.has_access("write"):
            raise AccessError(self.env._("You may not change this solution."))
        self.write({
            "is_source_changed": False, "date_sources_checked": self.env.cr.now(),
            "sources_checked_by_id": self.env.uid,
        })

    @api.model
    def _cron_reuse(self):
        """Every night: which sources changed, and what came of each use."""
        self._mark_changed_sources()
        self.env["ir.cron"]._commit_progress(1, remaining=1)
        self._update_reuse()
        self.env["ir.cron"]._commit_progress(1)
