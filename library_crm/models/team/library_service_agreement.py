from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

CADENCES = [
    ("once", "Once"),
    ("week", "Every week"),
    ("fortnight", "Every two weeks"),
    ("month", "Every month"),
    ("quarter", "Every quarter"),
    ("half", "Every half year"),
    ("year", "Every year"),
    ("need", "When there is need"),
]
STEPS = {
    "week": relativedelta(weeks=1),
    "fortnight": relativedelta(weeks=2),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "half": relativedelta(months=6),
    "year": relativedelta(years=1),
}
REVIEW_ACTIVITY = "library_crm.mail_activity_agreement_review"


class LibraryServiceAgreement(models.Model):
    """A service agreed with a patron or a project for a while: what, how often, by whom, and until when.

    Each delivery is a case of its own, opened some days ahead, see the room of cases.
    """

    _name = "library.service.agreement"
    _description = "Service Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, date_next, id desc"
    _check_company_auto = True

    name = fields.Char("What is agreed", required=True, tracking=True, help="One line; the patron reads it.")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    # with whom
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="cascade", check_company=True, tracking=True
    )
    project_id = fields.Many2one(
        "library.patron.project", index="btree_not_null", ondelete="cascade", check_company=True, tracking=True
    )
    # what, and by whom
    service_id = fields.Many2one(
        "library.service", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    team_id = fields.Many2one(
        "library.team", required=True, index=True, ondelete="restrict", check_company=True, tracking=True,
        compute="_compute_team_id", store=True, readonly=False, precompute=True,
    )
    owner_ids = fields.Many2many(
        "res.users", "library_service_agreement_owner_rel", "agreement_id", "user_id", string="Librarians",
        domain="[('share', '=', False)]", default=lambda self: self.env.user,
        help="The patron's library team. The first who is at work gets the next delivery.",
    )
    scope = fields.Text(help="What belongs to it and what does not; the patron reads this.", tracking=True)
    note = fields.Text("Note for colleagues")
    # when
    cadence = fields.Selection(CADENCES, string="How often", required=True, default="month", tracking=True)
    date_start = fields.Date("From", required=True, default=fields.Date.context_today, tracking=True)
    date_end = fields.Date("Until", tracking=True)
    date_review = fields.Date("Review on", index="btree_not_null", tracking=True)
    date_first = fields.Date("First delivery", help="The following ones are counted from this day.", tracking=True)
    days_ahead = fields.Integer(
        "Opened ahead (days)", default=7, help="So many days before a delivery its case is opened."
    )
    date_next = fields.Date("Next delivery", readonly=True, copy=False)
    date_open = fields.Date("Case opened on", compute="_compute_date_open", store=True, index="btree_not_null")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("paused", "Paused"), ("ended", "Ended")],
        default="draft", required=True, readonly=True, copy=False, tracking=True,
    )

    _one_party = models.Constraint(
        "CHECK (num_nonnulls(patron_id, project_id) = 1)", "An agreement is with one patron or one project."
    )
    _days_positive = models.Constraint("CHECK (days_ahead >= 0)", "Days must not be negative.")
    _dates_in_order = models.Constraint("CHECK (date_end >= date_start)", "An agreement ends after its start.")

    @api.depends("service_id")
    def _compute_team_id(self):
        for agreement in self:
            agreement.team_id = agreement.team_id or agreement.service_id.team_id or self.env.user.library_team_ids[:1]

    @api.depends("date_next", "days_ahead")
    def _compute_date_open(self):
        for agreement in self:
            day = agreement.date_next
            agreement.date_open = day and fields.Date.subtract(day, days=agreement.days_ahead)

    @api.constrains("state", "cadence", "date_first")
    def _check_first_delivery(self):
        for agreement in self:
            if agreement.state == "active" and agreement.cadence != "need" and not agreement.date_first:
                raise ValidationError(self.env._("Say when the first delivery is due."))

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        for agreement in agreements.filtered(lambda one: not one.date_review):
            agreement.date_review = agreement._next_review(agreement.date_start)
        return agreements

    def write(self, vals):
        result = super().write(vals)
        if {"cadence", "date_first", "date_end"} & vals.keys():
            self.filtered(lambda one: one.state == "active")._plan_next(fields.Date.context_today(self))
        return result

    def _next_review(self, day):
        """When an agreement made on `day` is looked at again: after half a year, and before it ends."""
        day += relativedelta(months=6)
        return min(day, self.date_end) if self.date_end else day

    # When the next delivery is due

    def _due_from(self, day):
        """The first delivery on or after `day`, or False when there is none any more."""
        self.ensure_one()
        first, step = self.date_first, STEPS.get(self.cadence)
        if not first or self.cadence == "need":
            return False
        if not step:
            due = first if first >= day else False
        else:
            # counted from the first one each time: the 31st stays the 31st where a month has one
            number, due = 0, first
            while due < day:
                number += 1
                due = first + step * number
        return False if due and self.date_end and due > self.date_end else due

    def _plan_next(self, day):
        """Set the next delivery to the first one on or after `day`."""
        for agreement in self:
            agreement.date_next = agreement._due_from(day)

    # What happens to an agreement

    def action_start(self):
        """What is written here holds from now on."""
        for agreement in self:
            if agreement.state not in ("draft", "paused"):
                raise UserError(self.env._("Only a draft or a paused agreement can be started."))
            agreement.state = "active"
            agreement._plan_next(fields.Date.context_today(agreement))

    def action_pause(self):
        """Nothing is delivered until it is started again."""
        self.filtered(lambda one: one.state == "active").write({"state": "paused", "date_next": False})

    def action_end(self):
        """It is over; what was agreed stays readable."""
        self.filtered(lambda one: one.state != "ended").write({"state": "ended", "date_next": False})
        self.activity_unlink([REVIEW_ACTIVITY])

    def action_reviewed(self):
        """It was looked at today: the next review follows."""
        for agreement in self:
            agreement.date_review = agreement._next_review(fields.Date.context_today(agreement))
        self.activity_feedback([REVIEW_ACTIVITY])

    def _acting_owner(self):
        """Who sees to it today: the first of its librarians who is at work, else whoever stands in."""
        self.ensure_one()
        present = self.owner_ids.filtered(lambda user: user._library_acting() == user)
        return present[:1] or self.owner_ids[:1]._library_acting() if self.owner_ids else self.team_id.lead_id

    @api.model
    def _cron_remind(self):
        """Agreements past their end are ended; a review that is due is an activity, one at a time."""
        self.search(Domain("state", "in", ("active", "paused")) & Domain("date_end", "<", "today")).action_end()
        kind = self.env.ref(REVIEW_ACTIVITY)
        for agreement in self.search(Domain("state", "=", "active") & Domain("date_review", "<=", "today")):
            if kind not in agreement.activity_ids.activity_type_id and (user := agreement._acting_owner()):
                agreement.activity_schedule(REVIEW_ACTIVITY, agreement.date_review, user_id=user.id)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Only staff follow an agreement: what is noted here is theirs."""
        # sudo: reads one boolean of partners to keep outsiders from following
        people_sudo = self.env["res.partner"].sudo().browse(partner_ids or [])
        staff = people_sudo.filtered(lambda person: not person.partner_share)
        return super().message_subscribe(partner_ids=staff.ids, subtype_ids=subtype_ids)

    # On the portal

    @api.model
    def _portal_own_agreements(self):
        """What is agreed with the visitor or with a project of the visitor, in sudo mode."""
        partner = self.env.user.partner_id
        mine = Domain("patron_id.partner_id", "=", partner.id)
        ours = Domain("project_id.member_ids.patron_id.partner_id", "=", partner.id)
        # sudo: patrons may not read agreements; these are the visitor's own, and the page shows chosen fields
        return self.sudo().search(Domain("state", "in", ("active", "paused")) & (mine | ours))

    @api.model
    def _portal_agreement_rows(self):
        """What the page shows of the visitor's agreements, as plain values."""
        cadences = dict(self._fields["cadence"]._description_selection(self.env))
        Page = self.env["library.portal.mixin"]
        return [
            {
                "id": one.id, "name": one.name, "scope": one.scope or "", "service": one.service_id.name,
                "project": one.project_id.name or "", "cadence": cadences[one.cadence],
                "is_paused": one.state == "paused",
                "next": Page._portal_day(one.date_next), "until": Page._portal_day(one.date_end),
                "review": Page._portal_day(one.date_review), "team": one.team_id.name,
                "people": ", ".join(one.owner_ids.mapped("name")),
            }
            for one in self._portal_own_agreements()
        ]  # fmt: skip
