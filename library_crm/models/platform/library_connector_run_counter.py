from odoo import api, fields, models
from odoo.tools import SQL


class LibraryConnectorRun(models.Model):
    """Reports of use stand in the list of connectors, from files and from providers' servers."""

    _inherit = "library.connector.run"
    _depends = {
        "library.counter.run": [
            "name", "company_id", "state", "date", "report", "date_to", "row_count", "use_count", "refused_count",
        ],
    }  # fmt: skip

    kind = fields.Selection(selection_add=[("counter", "Use of resources")])

    @api.model
    def _queries(self):
        return [*super()._queries(), self._query_counter()]

    @api.model
    def _query_counter(self):
        return SQL(
            """SELECT c.id, 'counter', c.name, c.id, c.company_id,
                      CASE c.state WHEN 'done' THEN 'ok' ELSE 'failed' END, c.date,
                      c.report || ' ' || to_char(c.date_to, 'YYYY-MM'), coalesce(c.row_count, 0),
                      coalesce(c.use_count, 0), 0, coalesce(c.refused_count, 0)
                 FROM library_counter_run c"""
        )

    def _counter(self):
        """The import of this line, under the user's own rights."""
        return self.env["library.counter.run"].browse(self.record_id)

    def _message_counter(self):
        return self._counter().message or False

    def action_open(self):
        if self.kind != "counter":
            return super().action_open()
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": "library.counter.run", "res_id": self.record_id,
            "view_mode": "form",
        }  # fmt: skip

    def action_replay(self):
        """A provider is asked again; a file is chosen again."""
        if self.kind != "counter":
            return super().action_replay()
        self.ensure_one()
        self.check_access("read")
        account = self._counter().account_id
        if account:
            return account.action_fetch()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_counter_import_action")
