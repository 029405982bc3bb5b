from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import CAMPAIGN_PURPOSES

STATES = [
    ("draft", "Draft"),
    ("prepared", "Audience fixed"),
    ("sending", "Being sent"),
    ("done", "Sent"),
    ("stopped", "Stopped"),
]
GOALS = [
    ("case", "Asked the library a question"),
    ("visit", "Used the library"),
    ("course", "Registered for a course"),
]
# What decides who gets what: fixed together with the audience.
FIXED = {"purpose", "segment_id", "holdout_percent", "wave_size", "goal", "goal_days", "company_id"}


class LibraryCampaign(models.Model):
    """One message to the patrons of a segment, some of whom are left without it so that its effect can be told.

    The audience is a snapshot (`library_campaign_audience`), Odoo's mass mailing sends (`library_campaign_send`), and
    what came of it is in `library_campaign_figures`.
    """

    _name = "library.campaign"
    _description = "Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", index="btree_not_null", default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    purpose = fields.Selection(
        CAMPAIGN_PURPOSES, required=True, default="news", help="Only patrons who want this kind of mail get it."
    )
    segment_id = fields.Many2one(
        "library.segment", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    why = fields.Char(
        "Why they get it", translate=True,
        help="Stands below the mail, in a word that the patron understands: “because you study history”.",
    )
    cost_minutes = fields.Integer("Minutes spent on it", help="Of colleagues: writing, checking, answering.")
    team_id = fields.Many2one(
        "library.team", string="Answers go to", index="btree_not_null", check_company=True, ondelete="set null",
        help="Who answers the mail writes to this team's address and opens a case.",
    )
    text_ids = fields.One2many("library.campaign.text", "campaign_id", string="Texts", copy=True)

    # how it is tested
    goal = fields.Selection(GOALS, required=True, default="case", help="What the campaign should bring about.")
    goal_days = fields.Integer("Within days", required=True, default=30)
    holdout_percent = fields.Float(
        "Held out in a hundred", required=True, default=10.0,
        help="So many in a hundred of those who may be written to get nothing, drawn by chance: only beside them can"
        " one tell what the mail changed.",
    )
    wave_size = fields.Integer(
        "Mails a day", help="0: all at once. Those of later days are left out if they answered or complained meanwhile."
    )

    # where it stands
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", tracking=True, copy=False)
    member_ids = fields.One2many("library.campaign.member", "campaign_id", string="Audience", readonly=True)
    mailing_ids = fields.One2many("mailing.mailing", "library_campaign_id", string="Mailings", readonly=True)
    date_prepared = fields.Datetime("Audience of", readonly=True, copy=False)
    date_started = fields.Datetime("Started", readonly=True, copy=False, tracking=True)
    date_finished = fields.Datetime("Finished", readonly=True, copy=False)
    date_measured = fields.Datetime("Measured", readonly=True, copy=False)
    date_next_wave = fields.Datetime("Next wave", readonly=True, copy=False)
    wave = fields.Integer(readonly=True, copy=False)

    _holdout_sensible = models.Constraint(
        "CHECK (holdout_percent BETWEEN 0 AND 50)", "Between 0 and 50 in a hundred are held out."
    )
    _days_positive = models.Constraint(
        "CHECK (goal_days BETWEEN 1 AND 365)", "What counts happens within 1 to 365 days."
    )
    _size_positive = models.Constraint(
        "CHECK (wave_size >= 0 AND cost_minutes >= 0)", "Mails a day and minutes cannot be negative."
    )

    def write(self, vals):
        if FIXED & vals.keys() and any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("The audience is fixed. Take the campaign back to draft to change it."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(campaign.date_started for campaign in self):
            raise UserError(self.env._("A campaign that has started is kept: its figures are history."))

    # transitions

    def _prepare(self):
        """Fix the audience: who gets it, who is held out, who is left out and why."""
        self.ensure_one()
        if self.state not in ("draft", "prepared"):
            raise UserError(self.env._("The campaign has started: its audience cannot change any more."))
        if not self.text_ids:
            raise UserError(self.env._("Write the text first, in one language at least."))
        self._take_snapshot()
        self.write({"state": "prepared", "date_prepared": self.env.cr.now()})

    def _start(self):
        """Hand the campaign over to Odoo's mailings."""
        self.ensure_one()
        if self.state != "prepared":
            raise UserError(self.env._("Fix the audience first."))
        now = self.env.cr.now()
        self.write({"state": "sending", "date_started": now, "wave": 0})
        self._make_mailings()
        self._release_wave()

    def _stop(self):
        """Send no more: mails that have not left are taken back."""
        self.ensure_one()
        if self.state != "sending":
            raise UserError(self.env._("Only a campaign that is being sent can be stopped."))
        self._take_back()
        self.write({"state": "stopped", "date_finished": self.env.cr.now(), "date_next_wave": False})

    # buttons

    def action_prepare(self):
        """Fix the audience, or fix it again."""
        self.check_access("write")
        for campaign in self:
            campaign._prepare()

    def action_draft(self):
        """Forget the audience, so that the campaign can be changed."""
        self.check_access("write")
        prepared = self.filtered(lambda campaign: campaign.state == "prepared")
        # sudo: the snapshot belongs to the campaigns that the caller may change
        prepared.sudo().member_ids.unlink()
        prepared.write({"state": "draft", "date_prepared": False})

    def action_start(self):
        """Begin to send."""
        self.check_access("write")
        for campaign in self:
            campaign._start()

    def action_stop(self):
        """Send no more."""
        self.check_access("write")
        for campaign in self:
            campaign._stop()

    def action_test(self):
        """Send every text to oneself."""
        self.check_access("write")
        self.ensure_one()
        address = self.env.user.email
        if not address or not self.text_ids:
            raise UserError(self.env._("A text and an address of your own are needed for a test."))
        # sudo: a mail to the caller's own address
        self.env["mail.mail"].sudo().create([
            {"subject": text.subject, "body_html": text._body_for(self.env.user.name), "email_to": address,
             "email_from": self.company_id.email_formatted, "auto_delete": True}
            for text in self.text_ids
        ]).send()
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "success", "message": self.env._("A test is on its way to %(address)s.", address=address),
            },
        }

    def action_open_members(self):
        """Everybody in the snapshot."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "library.campaign.member",
            "view_mode": "list",
            "domain": [("campaign_id", "=", self.id)],
            "context": {"search_default_by_side": 1, "search_default_by_reason": 1},
        }
