import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("draft", "Draft"),
    ("sent", "Asked"),
    ("answered", "Answered"),
    ("declined", "Declined"),
    ("expired", "Not answered in time"),
    ("cancelled", "Withdrawn"),
]
DAYS_TO_ANSWER = 10


class LibraryReferral(models.Model):
    """A question that goes from one library to another: what is asked and what was done so far, never who asks.

    Those that we sent hang on a workroom, where the answer comes in; those that we received stand in the same ledger.
    """

    _name = "library.referral"
    _description = "Request to a Partner Library"
    _order = "id desc"
    _rec_name = "name"

    name = fields.Char("In short", required=True)
    direction = fields.Selection([("sent", "Sent"), ("received", "Received")], required=True, default="sent")
    resource_id = fields.Many2one(
        "library.resource", string="Partner library", required=True, index=True, ondelete="restrict",
        domain="[('kind', '=', 'partner')]",
    )
    workroom_id = fields.Many2one("library.workroom", index="btree_not_null", ondelete="cascade")
    case_id = fields.Many2one(
        "library.case", related="workroom_id.case_id", store=True, index=True, related_sudo=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one("library.team", string="Our team", index="btree_not_null", ondelete="restrict")
    user_id = fields.Many2one(
        "res.users", string="Who asks", default=lambda self: self.env.user, ondelete="restrict",
        domain="[('share', '=', False)]",
    )

    question = fields.Text("The question", help="As the partner reads it: nothing about the person.")
    done_so_far = fields.Text("What we have done", help="So that nobody searches twice.")
    date_due = fields.Date("Wanted by")

    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    date_sent = fields.Datetime("Asked on", copy=False, readonly=True)
    date_answered = fields.Datetime("Answered on", copy=False, readonly=True)
    date_expiry = fields.Datetime("The link holds until", copy=False, readonly=True)
    access_token = fields.Char(copy=False, readonly=True, groups="base.group_system")
    answer = fields.Html(copy=False, readonly=True, sanitize_style=True)
    answered_by = fields.Char("Who answered", copy=False, readonly=True)
    cancel_reason = fields.Char("Why it was withdrawn", copy=False)

    _token_uniq = models.UniqueIndex("(access_token) WHERE access_token IS NOT NULL", "This link is taken.")
    _waiting_idx = models.Index("(date_expiry) WHERE state = 'sent'")
    _sent_has_room = models.Constraint(
        "CHECK (direction = 'received' OR workroom_id IS NOT NULL)", "What we ask belongs to a workroom."
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        room = self.env["library.workroom"].browse(values.get("workroom_id"))
        if room:
            case_sudo = room.sudo().case_id  # sudo: only its question without identity and its team are used
            values.setdefault("name", room.name)
            values.setdefault("question", case_sudo._question_without_identity())
            values.setdefault("done_so_far", room._done_so_far())
            values["company_id"] = room.company_id.id
            own = self.env.user.library_team_ids & room.team_ids
            values["team_id"] = (own or case_sudo.team_id)[:1].id
        return values

    @api.onchange("resource_id")
    def _onchange_resource_id(self):
        if self.resource_id and not self.date_due:
            days = self.resource_id.response_days or DAYS_TO_ANSWER
            self.date_due = fields.Date.add(fields.Date.context_today(self), days=days)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("direction") == "received":
                # what a partner asks is asked from the first moment; only what we ask begins as a draft
                vals.setdefault("state", "sent")
                vals.setdefault("date_sent", fields.Datetime.now())
            if vals.get("workroom_id"):
                vals["company_id"] = self.env["library.workroom"].browse(vals["workroom_id"]).company_id.id
        referrals = super().create(vals_list)
        for referral_sudo in referrals.sudo():  # sudo: the secret of the link, which nobody on the staff reads
            referral_sudo.access_token = secrets.token_urlsafe(24)
        return referrals

    def _check_state(self, *states):
        """Refuse a step that does not fit.

        :raise UserError: with the state in which the request is
        """
        names = dict(self._fields["state"]._description_selection(self.env))
        for referral in self:
            if referral.state not in states:
                raise UserError(
                    self.env._("“%(name)s”: this request is “%(state)s” already.", name=referral.name,
                               state=names[referral.state])
                )

    # What came in from others

    def action_mark_answered(self):
        """We have answered what a partner asked us."""
        self._check_received()
        self.write({"state": "answered", "date_answered": fields.Datetime.now()})

    def action_mark_declined(self):
        """We could not help the partner."""
        self._check_received()
        self.write({"state": "declined", "date_answered": fields.Datetime.now()})

    def _check_received(self):
        if self.filtered(lambda referral: referral.direction != "received"):
            raise UserError(self.env._("The partner answers what we asked; we answer what they asked."))
        self._check_state("sent")
