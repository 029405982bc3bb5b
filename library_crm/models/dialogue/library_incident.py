import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from ...const import FEEDBACK_OPEN
from ...lib.page_key import page_key


class LibraryIncident(models.Model):
    """A page or a thing that does not work: one incident, however many people report it.

    When it is settled, everybody who reported it is told, each once.
    """

    _name = "library.incident"
    _description = "Incident"
    _inherit = ["library.record.pointer", "library.staff.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("What does not work", required=True)
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, ondelete="cascade",
        default=lambda self: self.env.company,
    )
    url = fields.Char("Page")
    res_model = fields.Char(required=False, readonly=True)
    res_id = fields.Many2oneReference(required=False, readonly=True)
    fingerprint = fields.Char(readonly=True, copy=False, export_string_translation=False)
    source = fields.Selection(
        [("report", "Reported"), ("check", "Found by the link check"), ("staff", "Found by a colleague")],
        "Came by", required=True, default="staff", readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "Looked after by", index="btree_not_null", ondelete="set null", tracking=True,
        domain="[('share', '=', False)]",
    )
    feedback_ids = fields.One2many("library.feedback", "incident_id", "Reports", readonly=True)
    report_count = fields.Integer("Reported", compute="_compute_report_count", store=True)
    diagnosis = fields.Text("What is wrong", help="For colleagues.")
    fix = fields.Text("What we tell those who reported it", copy=False)
    state = fields.Selection(
        [("open", "Open"), ("fixed", "Mended"), ("no_fault", "No fault")], required=True, default="open",
        readonly=True, copy=False, tracking=True, group_expand=True,
    )
    date_settled = fields.Datetime("Settled on", readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(company_id, fingerprint) WHERE state = 'open' AND fingerprint IS NOT NULL",
        "There is an open incident about this page.",
    )
    _settled_with_words = models.Constraint(
        "CHECK (state = 'open' OR (date_settled IS NOT NULL AND btrim(coalesce(fix, '')) <> ''))",
        "An incident is settled with words for those who reported it.",
    )

    @api.depends("feedback_ids")
    def _compute_report_count(self):
        for incident in self:
            incident.report_count = len(incident.feedback_ids)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "state": "open", "source": "staff", "date_settled": False} for vals in vals_list]
        for vals in vals_list:
            vals["fingerprint"] = page_key(vals.get("url"), vals.get("res_model"), vals.get("res_id")) or False
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and {"state", "date_settled", "fingerprint", "source", "res_model", "res_id"} & set(vals):
            raise AccessError(self.env._("An incident is settled by its buttons, which tell those who reported it."))
        return super().write(vals)

    @api.model
    def _find_or_open(self, company, name, url=None, res_model=None, res_id=None, source="report"):
        """The open incident about a page or a record; a new one when there is none.

        :return: library.incident in sudo mode, empty when neither a page nor a record is named
        """
        incident_sudo = self.sudo()  # sudo: whoever reports may not read incidents
        key = page_key(url, res_model, res_id)
        if not key:
            return incident_sudo.browse()
        # of reports of one page at one moment the later ones begin again, and then see what the first one opened
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 6))", [f"{company.id} {key}"])
        if not self.env.cr.fetchone()[0]:
            raise ConcurrencyError("the same page is being reported")
        known_sudo = incident_sudo.search(
            [("company_id", "=", company.id), ("fingerprint", "=", key), ("state", "=", "open")], limit=1)
        if known_sudo:
            return known_sudo
        try:
            with self.env.cr.savepoint():
                return incident_sudo.create({
                    "name": name, "company_id": company.id, "url": url, "res_model": res_model, "res_id": res_id,
                    "source": source,
                })
        except psycopg2.errors.UniqueViolation:
            raise ConcurrencyError("the same page was reported at this moment") from None

    # Settling

    def action_mended(self):
        """It works again: tell everybody who reported it."""
        self._settle("fixed", "changed")

    def action_no_fault(self):
        """There was no fault: explain it to everybody who reported it."""
        self._settle("no_fault", "explained")

    def _settle(self, state, outcome_kind):
        """Close these incidents and tell their reporters, all in one transaction.

        :raise UserError: when there are no words for them
        """
        self.check_access("write")
        for incident in self:
            if incident.state != "open":
                raise UserError(self.env._("This incident is settled already."))
            if not (incident.fix or "").strip():
                raise UserError(self.env._("Write what those who reported it will read."))
        self_sudo = self.sudo()  # sudo: reports may belong to teams of which the colleague is no member
        self_sudo.lock_for_update(allow_referencing=True)
        self_sudo.invalidate_recordset(["state"])
        waiting_sudo = self_sudo.filtered(lambda incident: incident.state == "open")
        waiting_sudo.write({"state": state, "date_settled": self.env.cr.now()})
        for incident_sudo in waiting_sudo:
            incident_sudo.feedback_ids._settle_by_incident(incident_sudo, outcome_kind)

    def action_reopen(self):
        """It does not work after all; who reports it from now on is told when it is mended."""
        self.check_access("write")
        self_sudo = self.sudo()  # sudo: guarded fields, written by this method only
        self_sudo.write({"state": "open", "date_settled": False})


class LibraryFeedback(models.Model):
    """Error reports and their incidents."""

    _inherit = "library.feedback"

    def _join_incident(self):
        """Put a report to the incident about the same page."""
        self.ensure_one()
        # colleagues of every team read incidents: what is said about a case stays with those who read the case
        name = self.env._("Problem on %(page)s", page=self.url) if self.case_id else self.name
        self.incident_id = self.env["library.incident"]._find_or_open(
            self.company_id, name, self.url, self.res_model, self.res_id)

    def _settle_by_incident(self, incident, outcome_kind):
        """What became of the incident became of its reports; who was told before is not told again."""
        waiting = self.filtered(lambda feedback: feedback.state in FEEDBACK_OPEN)
        waiting.filtered(lambda feedback: not feedback.date_acknowledged).write(
            {"date_acknowledged": self.env.cr.now()})
        waiting.write({"outcome_kind": outcome_kind, "outcome": incident.fix})
        waiting._close_with_outcome()
