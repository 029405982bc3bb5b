from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

FAILED_CHECKS = 3
DECIDED = frozenset({"state", "date_announced"})
SAID = frozenset({"resource_id", "kind", "date_start", "date_end", "text"})
"""What patrons read once it is announced."""


class LibraryOutage(models.Model):
    """A time in which a resource is or was out of order, planned or not, and what patrons are told about it."""

    _name = "library.outage"
    _description = "Outage of a Resource"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _rec_name = "resource_id"

    resource_id = fields.Many2one("library.resource", required=True, index=True, ondelete="cascade", tracking=True)
    company_id = fields.Many2one(related="resource_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("unplanned", "Fault"), ("planned", "Maintenance")], required=True, default="unplanned", tracking=True
    )
    date_start = fields.Datetime(
        "Begins", required=True, default=lambda self: self.env.cr.now(), tracking=True, copy=False
    )
    date_end = fields.Datetime("Ends", tracking=True, copy=False, help="Empty: nobody knows yet.")
    text = fields.Text(
        "What patrons read", translate=True, help="In plain words: what does not work, and what to do meanwhile."
    )
    note = fields.Text("For colleagues", help="What the provider said, whom you called.")
    state = fields.Selection(
        [("draft", "Not announced"), ("announced", "Announced"), ("over", "Over"), ("dropped", "Nothing was wrong")],
        required=True, default="draft", readonly=True, copy=False, index=True, tracking=True,
    )
    date_announced = fields.Datetime("Announced on", readonly=True, copy=False)
    is_automatic = fields.Boolean("From the link check", readonly=True, copy=False)
    is_now = fields.Boolean("Now", compute="_compute_is_now", search="_search_is_now")

    _in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "An outage cannot end before it begins."
    )
    _automatic_once = models.UniqueIndex(
        "(resource_id) WHERE is_automatic AND state IN ('draft', 'announced')",
        "The link check has opened an outage of this resource already.",
    )
    _current_idx = models.Index("(resource_id, date_start) WHERE state = 'announced'")

    @api.model
    def _domain_now(self):
        """Announced, begun and not over."""
        now = self.env.cr.now()
        not_over = Domain("date_end", "=", False) | Domain("date_end", ">", now)
        return Domain("state", "=", "announced") & Domain("date_start", "<=", now) & not_over

    @api.model
    def _domain_coming(self):
        """Announced and not begun."""
        return Domain("state", "=", "announced") & Domain("date_start", ">", self.env.cr.now())

    @api.depends("state", "date_start", "date_end")
    def _compute_is_now(self):
        now = self.filtered_domain(self._domain_now())
        for outage in self:
            outage.is_now = outage in now

    def _search_is_now(self, operator, value):
        return self._domain_now() if operator == "in" else NotImplemented

    @api.depends("resource_id", "date_start")
    def _compute_display_name(self):
        for outage in self:
            outage.display_name = outage.resource_id.display_name

    def _check_may_announce(self):
        if not (self.env.su or self.env.user.has_groups(
            "library_crm.group_library_steward,library_crm.group_library_lead,library_crm.group_library_manager"
        )):
            raise AccessError(self.env._("A steward or a lead announces outages."))

    def write(self, vals):
        is_said = any(outage.state != "draft" for outage in self)
        if not DECIDED.isdisjoint(vals) or (is_said and not SAID.isdisjoint(vals)):
            self._check_may_announce()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("state", "draft") != "draft" or vals.get("date_announced") for vals in vals_list):
            self._check_may_announce()
        return super().create(vals_list)

    def action_announce(self):
        """Tell patrons and colleagues."""
        self._check_may_announce()
        for outage in self.filtered(lambda outage: outage.state == "draft"):
            if not outage.text:
                raise UserError(self.env._("Write what patrons read first."))
            outage.write({"state": "announced", "date_announced": self.env.cr.now()})
        self._on_announced()

    def _on_announced(self):
        """What follows from an announcement; rooms that know more extend it."""

    def action_end(self):
        """It works again."""
        self._check_may_announce()
        now = self.env.cr.now()
        for outage in self.filtered(lambda outage: outage.state == "announced"):
            begun = outage.date_start <= now
            outage.write({
                "state": "over" if begun else "dropped",
                "date_end": min(outage.date_end or now, now) if begun else outage.date_end,
            })

    def action_drop(self):
        """Nothing was wrong."""
        self._check_may_announce()
        self.filtered(lambda outage: outage.state == "draft").write({"state": "dropped"})


class LibraryResource(models.Model):
    """A link that stays broken opens an outage for a person to look at; one that opens again ends what it opened."""

    _inherit = "library.resource"

    outage_ids = fields.One2many("library.outage", "resource_id", string="Outages")

    def write(self, vals):
        result = super().write(vals)
        if "failed_checks" in vals or "health" in vals:
            self._update_outages()
        return result

    def _update_outages(self):
        """Open or end the outages that the link check is about."""
        # sudo: made by the link check, whoever started it
        Outage = self.env["library.outage"].sudo()
        broken = self.filtered(lambda one: one.health == "broken" and one.failed_checks >= FAILED_CHECKS)
        current = Outage.search(
            [("resource_id", "in", self.ids), ("state", "in", ("draft", "announced"))]
        )
        Outage.create([
            {"resource_id": resource.id, "is_automatic": True, "note": resource.health_note}
            for resource in broken - current.resource_id
        ])
        works = self.filtered(lambda one: one.health == "ok")
        mine = current.filtered(lambda outage: outage.is_automatic and outage.resource_id in works)
        mine.filtered(lambda outage: outage.state == "draft").action_drop()
        mine.action_end()

    def action_report_outage(self):
        """Write down that it is out of order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "library.outage", "view_mode": "form",
            "name": self.env._("Outage"), "context": {"default_resource_id": self.id},
        }  # fmt: skip
