from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...connectors.counter_messages import COUNTER_CODES, CounterRefused
from ...connectors.sushi import SushiClient, SushiError

RESTATED_MONTHS = 2
DAY_OF_MONTH = 8
LONGEST_WAIT = timedelta(days=7)


class LibrarySushiAccount(models.Model):
    """A provider's server that sends reports of use every month, and the keys to it."""

    _name = "library.sushi.account"
    _description = "Account for Reports of Use (SUSHI)"
    _order = "name, id"

    name = fields.Char("Provider", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    url = fields.Char("Address", required=True, help="As the provider gives it, without /reports.")
    customer = fields.Char("Customer number", required=True, groups="library_crm.group_library_manager")
    requestor = fields.Char("Requestor number", groups="library_crm.group_library_manager")
    api_key = fields.Char("Key", groups="library_crm.group_library_manager", copy=False)
    platform = fields.Char(help="Only if the provider asks which of its platforms is meant.")
    has_tr = fields.Boolean("Titles (TR)", default=True)
    has_dr = fields.Boolean("Databases (DR)")
    has_pr = fields.Boolean("Platforms (PR)")
    has_ir = fields.Boolean("Items (IR)")
    date_first = fields.Date(
        "From month", required=True, default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
    )
    done = fields.Json(readonly=True, copy=False, help="The newest month that came, for each report.")
    done_words = fields.Char("Got as far as", compute="_compute_done_words")

    state = fields.Selection(
        [("new", "Not asked yet"), ("ok", "Works"), ("waiting", "Asked again later"), ("failing", "Fails")],
        required=True, default="new", readonly=True, copy=False,
    )
    code = fields.Selection(COUNTER_CODES, readonly=True, copy=False)
    params = fields.Json(readonly=True, copy=False)
    message = fields.Char(compute="_compute_message")
    error_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    date_next = fields.Datetime("Asked next", readonly=True, copy=False, index="btree_not_null")
    run_ids = fields.One2many("library.counter.run", "account_id", string="Imports")

    _some_report = models.Constraint(
        "CHECK (has_tr OR has_dr OR has_pr OR has_ir)", "Choose at least one report."
    )

    @api.depends("done")
    def _compute_done_words(self):
        for account in self:
            account.done_words = ", ".join(f"{code} {month}" for code, month in sorted((account.done or {}).items()))

    @api.depends("code", "params")
    @api.depends_context("lang")
    def _compute_message(self):
        Run = self.env["library.counter.run"]
        for account in self:
            account.message = Run._sentence(account.code, account.params) if account.code else False

    def _client(self, **options):
        """The connection to this provider.

        :raise SushiError: when the address is none that we ask
        """
        self.ensure_one()
        # sudo: the keys are the manager's; they go to the provider and nowhere else
        account_sudo = self.sudo()
        return SushiClient(
            self.url, account_sudo.customer, account_sudo.requestor, account_sudo.api_key, self.platform,
            allowed=self.env["library.resource"]._fetch_allowed_hosts(), **options,
        )  # fmt: skip

    def action_test(self):
        """Ask the provider whether the service works and which reports it offers."""
        self.ensure_one()
        self.check_access("write")
        try:
            client = self._client()
            note, offered = client.status(), client.reports()
        except SushiError as error:
            raise UserError(self.env["library.counter.run"]._sentence(error.code, error.params)) from error
        message = self.env._("The service works and offers: %(reports)s.", reports=", ".join(offered) or "–")
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {"type": "success", "title": note or None, "message": message},
        }

    def action_fetch(self):
        """Fetch what is due now."""
        self.ensure_one()
        self.check_access("write")
        self._fetch()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _reports(self):
        return [code for code in ("TR", "DR", "PR", "IR") if self[f"has_{code.lower()}"]]

    def _due(self, code):
        """(first, last) month to ask for; the newest two known are asked again, as providers restate them."""
        last = fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        known = (self.done or {}).get(code)
        first = self.date_first.replace(day=1)
        if known:
            first = max(first, date.fromisoformat(f"{known}-01") - relativedelta(months=RESTATED_MONTHS - 1))
        return (first, last) if first <= last else None

    def _fetch(self):
        """Ask for each report; one that fails is asked again, the others are kept."""
        self.ensure_one()
        failure = None
        for code in self._reports():
            try:
                self._fetch_report(code)
            except (SushiError, CounterRefused) as error:
                failure = error
                self.env["library.counter.run"]._note_failure(
                    error, self.company_id, f"{self.name} {code}", account=self
                )
        self._note_end(failure)

    def _fetch_report(self, code):
        months = self._due(code)
        if not months:
            return
        first, last = months
        try:
            report = self._client().report(code, first, last)
        except SushiError as error:
            if error.code != "sushi_no_data":
                raise
        else:
            name = f"{self.name} {code} {first:%Y-%m} – {last:%Y-%m}"
            self.env["library.counter.run"]._take_in(report, self.company_id, name, "sushi", self)
            last = report.date_to if report.date_to and report.date_to < last else last
        self.done = {**(self.done or {}), code: f"{last:%Y-%m}"}

    def _note_end(self, failure):
        """How it went, and when to ask next."""
        now = self.env.cr.now()
        if failure is None:
            due = (now + relativedelta(months=1)).replace(day=DAY_OF_MONTH)
            self.write({"state": "ok", "code": False, "params": False, "error_count": 0, "date_next": due})
            return
        retry = getattr(failure, "retry_seconds", None)
        wait = timedelta(seconds=retry) * 2 ** min(self.error_count, 8) if retry else LONGEST_WAIT
        self.write({
            "state": "waiting" if retry else "failing", "code": failure.code, "params": failure.params,
            "error_count": self.error_count + 1, "date_next": now + min(wait, LONGEST_WAIT),
        })

    @api.model
    def _domain_due(self):
        """Accounts whose time has come."""
        return Domain("date_next", "=", False) | Domain("date_next", "<=", self.env.cr.now())

    @api.model
    def _cron_fetch(self):
        """Ask each provider that is due; killed at any point, the same months come again and replace themselves."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_due()
        commit(remaining=self.search_count(domain))
        while account := self.search(domain, limit=1, order="date_next NULLS FIRST, id"):
            account.with_company(account.company_id)._fetch()
            if not commit(1):
                break
