from odoo import api, fields, models
from odoo.tools import SQL


class LibraryConnectorRun(models.Model):
    """Feeds stand in the list of connectors like everything else that goes out by itself."""

    _inherit = "library.connector.run"
    _depends = {
        "library.feed": ["name", "kind", "company_id", "state", "date_last", "cursor", "active"],
        "library.feed.run": ["feed_id", "date_start", "found_count", "created_count", "changed_count", "refused_count"],
    }

    kind = fields.Selection(selection_add=[("feed", "Feed")])

    @api.model
    def _queries(self):
        return [*super()._queries(), self._query_feeds()]

    @api.model
    def _query_feeds(self):
        return SQL(
            """SELECT f.id, 'feed', f.name, f.id, f.company_id,
                      CASE f.state WHEN 'ok' THEN 'ok' WHEN 'failing' THEN 'failed' ELSE 'draft' END,
                      coalesce(r.date_start, f.date_last), f.cursor, coalesce(r.found_count, 0),
                      coalesce(r.created_count, 0), coalesce(r.changed_count, 0),
                      coalesce(r.refused_count, 0) + coalesce(f.error_count, 0)
                 FROM library_feed f
                 LEFT JOIN LATERAL (SELECT * FROM library_feed_run WHERE feed_id = f.id ORDER BY id DESC LIMIT 1) r
                      ON true
                WHERE f.active"""
        )

    def _feed(self):
        return self.env["library.feed"].browse(self.record_id)

    def _message_feed(self):
        return self._feed().message

    def action_open(self):
        if self.kind != "feed":
            return super().action_open()
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": "library.feed", "res_id": self.record_id, "view_mode": "form",
        }

    def action_replay(self):
        if self.kind != "feed":
            return super().action_replay()
        self.ensure_one()
        self.check_access("read")
        return self._feed().action_harvest()
