from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...lib.mail_token import make_token, plus_address


class LibraryWorkroom(models.Model):
    """Where colleagues of several departments work on a case, out of the patron's sight.

    It is a record of its own with a thread of its own: whatever is written
    here has no way to a patron. Contributors read the question without the
    person who asked it.
    """

    _name = "library.workroom"
    _description = "Workroom"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(required=True)
    case_id = fields.Many2one("library.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True, related_sudo=True)
    team_ids = fields.Many2many(
        "library.team",
        "library_workroom_team_rel",
        "workroom_id",
        "team_id",
        string="Teams",
        compute="_compute_team_ids",
        store=True,
        compute_sudo=True,
    )
    question = fields.Text("The question", help="What contributors need to know, without the patron's identity.")
    case_stage_id = fields.Many2one(related="case_id.stage_id", related_sudo=True)
    date_promised = fields.Datetime(related="case_id.date_promised", related_sudo=True)
    owner_id = fields.Many2one(related="case_id.user_id", related_sudo=True, string="Case owner")
    can_see_case = fields.Boolean(compute="_compute_can_see_case")
    step_ids = fields.One2many("library.case.step", "workroom_id", string="Steps")

    _case_uniq = models.Constraint("UNIQUE (case_id)", "A case has one workroom.")

    @api.depends("case_id.team_id", "case_id.contributing_team_ids")
    def _compute_team_ids(self):
        for room in self:
            room.team_ids = room.case_id.team_id | room.case_id.contributing_team_ids

    @api.depends_context("uid")
    def _compute_can_see_case(self):
        visible = self.env["library.case"].search([("id", "in", self.sudo().case_id.ids)])
        for room in self:
            # sudo: compares an id; the case itself is read under the user's own rules above
            room.can_see_case = room.sudo().case_id.id in visible.ids

    # Nothing gets out

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Only staff are ever told of what is said here."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return [data for data in recipients if not data["share"]]

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # sudo: reads one boolean of partners to keep outsiders from following
        people_sudo = self.env["res.partner"].sudo().browse(partner_ids or [])
        staff = people_sudo.filtered(lambda person: not person.partner_share)
        return super().message_subscribe(partner_ids=staff.ids, subtype_ids=subtype_ids)

    def message_post(self, **kwargs):
        """Post among colleagues; addresses outside the staff are dropped before anything is stored."""
        if not self.env.su and not self.env.user._is_internal():
            raise AccessError(self.env._("Only staff can write in a workroom."))
        if kwargs.get("partner_ids"):
            # sudo: reads one boolean of partners
            people_sudo = self.env["res.partner"].sudo().browse(kwargs["partner_ids"])
            kwargs["partner_ids"] = people_sudo.filtered(lambda person: not person.partner_share).ids
        kwargs.pop("outgoing_email_to", None)
        return super().message_post(**kwargs)

    def _note(self, text):
        """Leave a line in the room."""
        return self.message_post(body=text, message_type="comment", subtype_xmlid="mail.mt_note")

    def _token(self):
        self.ensure_one()
        return make_token(self.env["library.mail.intake"]._secret(), "w", self.id)

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        reply_to = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        for room in self:
            # sudo: the lead team's public address
            if alias := room.sudo().case_id.team_id.alias_email:
                reply_to[room.id] = plus_address(alias, room._token())
        return reply_to

    def _message_compute_subject(self):
        self.ensure_one()
        return f"{self.name} [{self._token()}]"

    def action_open_case(self):
        """Go to the conversation with the patron, for those who may see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.case",
            "res_id": self.case_id.id,
            "view_mode": "form",
        }
