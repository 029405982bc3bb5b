from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty


class LibraryCaseDraft(models.Model):
    """An answer that is not sent yet: one begins it, another may go on, a trainee's is approved.

    A case has one draft, so that two colleagues never answer the same question side by side.
    """

    _name = "library.case.draft"
    _description = "Draft of an Answer"
    _order = "write_date desc, id desc"
    _rec_name = "case_id"

    case_id = fields.Many2one("library.case", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    team_id = fields.Many2one(related="case_id.team_id")
    user_id = fields.Many2one(
        "res.users", string="Written by", required=True, readonly=True, default=lambda self: self.env.user, index=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("waiting", "Waits for approval"), ("returned", "Sent back")],
        required=True, default="draft", readonly=True, index=True,
    )
    body = fields.Html(sanitize_style=True, readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True, bypass_search_access=True)
    solution_ids = fields.Many2many("library.solution", string="Solutions to attach", readonly=True)
    article_ids = fields.Many2many("library.article", string="Articles to cite", readonly=True)
    date_changed = fields.Datetime("Changed", required=True, readonly=True, default=lambda self: self.env.cr.now())

    _case_uniq = models.Constraint("UNIQUE (case_id)", "This case has a draft already: open Answer to go on with it.")

    @api.model
    def _keep(self, case, values, state="draft"):
        """Keep what was written for `case`, in the place of its former draft.

        :param dict values: body, attachment_ids, solution_ids, article_ids
        :param state: draft, or waiting for somebody's approval
        """
        draft = self.search([("case_id", "=", case.id)])
        kept = {**values, "state": state, "user_id": self.env.uid, "date_changed": self.env.cr.now()}
        if draft:
            draft.write(kept)
        else:
            draft = self.create({**kept, "case_id": case.id})
        draft.attachment_ids.filtered(lambda file: file.res_model == "library.case.answer").write(
            {"res_model": self._name, "res_id": draft.id}
        )
        return draft

    def action_open(self):
        """Go on with it: the answer dialog shows it."""
        self.ensure_one()
        return self.case_id.action_answer()

    def action_discard(self):
        """Throw it away."""
        self.unlink()


class LibraryCase(models.Model):
    """Answers of trainees leave when a colleague has read them."""

    _inherit = "library.case"

    draft_ids = fields.One2many(
        "library.case.draft", "case_id", string="Draft of an answer", groups="base.group_user", copy=False
    )
    # stored, so that opening a case asks nothing more
    draft_state = fields.Selection(
        [("draft", "Draft"), ("waiting", "Waits for approval"), ("returned", "Sent back")],
        string="State of the draft", compute="_compute_draft_state", store=True, compute_sudo=True,
        groups="base.group_user", copy=False,
    )

    @api.depends("draft_ids.state")
    def _compute_draft_state(self):
        for case in self:
            case.draft_state = case.draft_ids[:1].state

    def _needs_approval(self, user):
        """Whether an answer of `user` in this case waits for a colleague: who is a trainee in its team."""
        self.ensure_one()
        # sudo: roles in the lead team, also for a colleague to whom the case was opened
        members_sudo = self.sudo().team_id.member_ids
        return any(one.user_id == user and one.role == "trainee" for one in members_sudo)

    def _approvers(self):
        """Who may read and send a trainee's answer: the team's lead first, then its members."""
        self.ensure_one()
        # sudo: roles in the lead team
        team_sudo = self.sudo().team_id
        order = {"lead": 0, "member": 1}
        members = team_sudo.member_ids.filtered(lambda one: one.role in order).sorted(lambda one: order[one.role])
        return (team_sudo.lead_id | members.user_id).filtered("active")

    def message_post(self, **kwargs):
        """A trainee writes to patrons by a draft that somebody approves, in whichever way they try."""
        user = self.env.user
        is_answer = kwargs.get("message_type", "notification") == "comment" and not self._is_note(kwargs)
        if is_answer and not self.env.su and user._is_internal() and self._needs_approval(user):
            raise AccessError(
                self.env._(
                    "You are in training in the team “%(team)s”: write with Answer, and a colleague reads it before it "
                    "is sent.",
                    team=self.team_id.name,
                )
            )
        return super().message_post(**kwargs)

    def _send_approved(self, draft, body, **kwargs):
        """Send what a trainee wrote, in the trainee's name, and note in the workroom who approved it.

        :param draft: the library.case.draft
        :param body: Markup, perhaps mended by whoever approves it
        """
        self.ensure_one()
        author = draft.user_id
        message = self._answer(body, author=author, **kwargs)
        self._ensure_workroom()._note(
            self.env._("%(name)s approved the answer of %(author)s.", name=self.env.user.name, author=author.name)
        )
        return message

    def _return_draft(self, draft, words):
        """Give a draft back to who wrote it, with what should change; colleagues read it in the workroom."""
        self.ensure_one()
        if is_html_empty(words) or not str(words).strip():
            raise UserError(self.env._("Write what should change before you send the draft back."))
        draft.state = "returned"
        room = self._ensure_workroom()
        note = Markup("%s<br/>%s") % (
            self.env._("The answer of %(author)s was sent back:", author=draft.user_id.name), words
        )
        room.message_post(
            body=note, message_type="comment", subtype_xmlid="mail.mt_note", partner_ids=draft.user_id.partner_id.ids
        )
        self._end_approval()
        self.activity_schedule(
            "mail.mail_activity_data_todo", user_id=draft.user_id.id, summary=self.env._("Your answer came back")
        )

    def _ask_approval(self):
        """Remind the first approver that an answer waits."""
        self.ensure_one()
        approver = self._approvers()[:1]
        if approver:
            self._end_approval()
            self.activity_schedule(
                "library_crm.mail_activity_approve_answer", user_id=approver.id,
                summary=self.env._("Answer of %(name)s waits for approval", name=self.env.user.name),
            )

    def _end_approval(self):
        self.activity_unlink(["library_crm.mail_activity_approve_answer"])
