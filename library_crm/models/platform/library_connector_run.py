from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.mask import mask

KINDS = [("import", "Import"), ("mail", "Incoming mail"), ("health", "Link check")]
STATES = [
    ("draft", "Not run yet"),
    ("running", "Running"),
    ("ok", "Done"),
    ("failed", "Failed"),
    ("undone", "Undone"),
]


class LibraryConnectorRun(models.Model):
    """What every connector did lately, in one list: imports and fetches, incoming mail, checks of links.

    Nothing is stored here; secrets of the connectors are in none of its columns, and masked in their messages.
    """

    _name = "library.connector.run"
    _description = "Run of a Connector"
    _auto = False
    _order = "date desc nulls last, id desc"
    _depends = {
        "library.import.run": [
            "name", "profile_id", "company_id", "state", "date_start", "date_end", "done_rows", "total_rows",
            "created_count", "changed_count", "refused_count",
        ],
        "library.import.profile": ["rest_cursor", "source"],
        "fetchmail.server": ["name", "date", "error_date", "error_message", "active"],
        "library.resource": ["url", "health", "date_checked", "company_id", "active"],
    }  # fmt: skip

    kind = fields.Selection(KINDS, string="Connector", readonly=True)
    name = fields.Char(readonly=True)
    record_id = fields.Integer(readonly=True, export_string_translation=False)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    date = fields.Datetime("Last moved", readonly=True)
    cursor = fields.Char("Got as far as", readonly=True)
    done = fields.Integer("Rows done", readonly=True)
    created = fields.Integer("New", readonly=True)
    changed = fields.Integer(readonly=True)
    refused = fields.Integer("Errors", readonly=True)
    message = fields.Char(compute="_compute_message")

    @property
    def _table_query(self):
        queries = self._queries()
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT q.id * %s + %s AS id, q.kind, q.name, q.record_id, q.company_id, q.state, q.date, q.cursor,"
                " q.done, q.created, q.changed, q.refused FROM (%s) AS q (id, kind, name, record_id, company_id, state,"
                " date, cursor, done, created, changed, refused)",
                len(queries), place, query,
            )
            for place, query in enumerate(queries)
        )

    @api.model
    def _queries(self):
        """One query for each kind of connector, with the columns of the list and ids of its own."""
        return [self._query_imports(), self._query_mail(), self._query_health()]

    @api.model
    def _query_imports(self):
        return SQL(
            """SELECT r.id, 'import', r.name, r.id, r.company_id,
                      CASE r.state WHEN 'done' THEN 'ok' WHEN 'failed' THEN 'failed' WHEN 'undone' THEN 'undone'
                                   WHEN 'draft' THEN 'draft' WHEN 'previewed' THEN 'draft' ELSE 'running' END,
                      coalesce(r.date_end, r.date_start, r.create_date),
                      CASE WHEN p.source = 'koha_rest' THEN p.rest_cursor
                           WHEN r.total_rows > 0 THEN coalesce(r.done_rows, 0) || ' / ' || r.total_rows END,
                      coalesce(r.done_rows, 0), coalesce(r.created_count, 0),
                      coalesce(r.changed_count, 0), coalesce(r.refused_count, 0)
                 FROM library_import_run r JOIN library_import_profile p ON p.id = r.profile_id"""
        )

    @api.model
    def _query_mail(self):
        return SQL(
            """SELECT s.id, 'mail', s.name, s.id, NULL::int,
                      CASE WHEN s.error_date IS NOT NULL THEN 'failed' WHEN s.date IS NULL THEN 'draft' ELSE 'ok' END,
                      greatest(s.date, s.error_date), to_char(s.date, 'YYYY-MM-DD HH24:MI'), 0, 0, 0,
                      (s.error_date IS NOT NULL)::int
                 FROM fetchmail_server s WHERE s.active"""
        )

    @api.model
    def _query_health(self):
        return SQL(
            """SELECT coalesce(company_id, 0), 'health', NULL, coalesce(company_id, 0), company_id,
                      CASE WHEN max(date_checked) IS NULL THEN 'draft'
                           WHEN count(*) FILTER (WHERE health = 'broken') > 0 THEN 'failed' ELSE 'ok' END,
                      max(date_checked), NULL, count(date_checked)::int, 0, 0,
                      (count(*) FILTER (WHERE health = 'broken'))::int
                 FROM library_resource WHERE active AND url IS NOT NULL AND url <> '' GROUP BY company_id"""
        )

    @api.depends("kind", "name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = run.name or labels.get(run.kind, "")

    @api.depends("kind", "record_id", "done", "refused")
    def _compute_message(self):
        for run in self:
            run.message = getattr(run, f"_message_{run.kind}")()

    def _message_import(self):
        run = self._import()
        # sudo: the secret is looked for, so that it can be hidden
        return mask(run.message or "", [run.profile_id.sudo().rest_secret]) or False

    def _message_mail(self):
        # sudo: mail servers are the administrator's; only the masked sentence is shown
        server_sudo = self.env["fetchmail.server"].sudo().browse(self.record_id)
        return mask(server_sudo.error_message or "", [server_sudo.password]) or False

    def _message_health(self):
        return self.env._("%(count)s checked, %(broken)s broken.", count=self.done, broken=self.refused)

    def _import(self):
        """The import of this line, under the user's own rights."""
        return self.env["library.import.run"].browse(self.record_id)

    # What can be done about it

    def action_open(self):
        """Go to what this line is about."""
        self.ensure_one()
        self.check_access("read")
        if self.kind == "import":
            return self._open_import(self._import())
        if self.kind == "mail":
            return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_mail_held_action")
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_resource_action") | {
            "domain": [("health", "=", "broken")],
        }

    def _open_import(self, run):
        return {
            "type": "ir.actions.act_window",
            "res_model": run._name,
            "res_id": run.id,
            "view_mode": "form",
            "name": self.env._("Import"),
        }

    def action_dry_run(self):
        """Work out what the connector would do, and change nothing."""
        self.ensure_one()
        self.check_access("read")
        if self.kind != "import":
            raise UserError(self.env._("This connector changes nothing of ours: run it again."))
        run = self._open_or_new()
        if run.source == "koha_rest":
            run.action_preview()
        return self._open_import(run)

    def _open_or_new(self):
        """The import of this line while it has not run, else a new one from the same source."""
        run = self._import()
        if run.state in ("draft", "previewed"):
            return run
        return run.create({"profile_id": run.profile_id.id})

    def action_replay(self):
        """Run the connector again; an import that stopped goes on where it was."""
        self.ensure_one()
        self.check_access("read")
        if self.kind == "import":
            return self._replay_import()
        cron = {
            "mail": "mail.ir_cron_mail_gateway_action",
            "health": "library_crm.ir_cron_library_resource_health",
        }[self.kind]
        # sudo: starts the scheduled action early; it does what it does anyway
        self.env.ref(cron).sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("It starts within a minute.")},
        }

    def _replay_import(self):
        run = self._import()
        if run.state in ("paused", "failed") and run.done_rows:
            run.action_run()
            return self._open_import(run)
        run = self._open_or_new()
        if run.source == "koha_rest":
            run.action_run()
        return self._open_import(run)
