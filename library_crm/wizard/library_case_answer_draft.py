from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime, is_html_empty

from ..lib.blanks import find_blanks

KEPT = ("solution_ids", "article_ids", "attachment_ids")


class LibraryCaseAnswer(models.TransientModel):
    """Snippets to begin with, a draft that colleagues share, and a second pair of eyes for trainees."""

    _inherit = "library.case.answer"

    fitting_snippet_ids = fields.Many2many(
        "library.snippet", "library_case_answer_fitting_rel", compute="_compute_fitting_snippet_ids"
    )
    snippet_id = fields.Many2one(
        "library.snippet", domain="[('id', 'in', fitting_snippet_ids)]",
        help="Puts a ready-made text into the answer.",
    )
    used_snippet_ids = fields.Many2many("library.snippet", "library_case_answer_used_snippet_rel")
    draft_id = fields.Many2one("library.case.draft", readonly=True)
    date_draft = fields.Datetime("Draft as it was opened", readonly=True)
    draft_words = fields.Char("About the draft", compute="_compute_draft_words")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    is_approving = fields.Boolean(compute="_compute_needs_approval")
    return_words = fields.Text("What should change", help="Goes to the workroom, never to the patron.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        draft = self.env["library.case.draft"].search([("case_id", "=", values.get("case_id"))])
        if draft:
            values.update({name: [Command.set(draft[name].ids)] for name in KEPT if draft[name]})
            values.update(body=draft.body, draft_id=draft.id, date_draft=draft.date_changed)
        return values

    @api.depends("case_id")
    def _compute_fitting_snippet_ids(self):
        for answer in self:
            answer.fitting_snippet_ids = self.env["library.snippet"]._fitting(answer.case_id)

    @api.depends("draft_id")
    def _compute_draft_words(self):
        for answer in self:
            draft = answer.draft_id
            facts = {"name": draft.user_id.name, "date": format_datetime(self.env, draft.date_changed)}
            answer.draft_words = draft and {
                "draft": self.env._("You go on with the draft of %(name)s, %(date)s.", **facts),
                "waiting": self.env._("%(name)s asks you to read this and to send it. Written %(date)s.", **facts),
                "returned": self.env._("Sent back to %(name)s: the workroom says what should change.", **facts),
            }[draft.state]

    @api.depends("case_id", "draft_id")
    @api.depends_context("uid")
    def _compute_needs_approval(self):
        for answer in self:
            answer.needs_approval = bool(answer.case_id) and answer.case_id._needs_approval(self.env.user)
            answer.is_approving = (
                answer.draft_id.state == "waiting"
                and answer.draft_id.user_id != self.env.user
                and not answer.needs_approval
            )

    @api.onchange("snippet_id")
    def _onchange_snippet_id(self):
        """Lay the text in, above the signature of the team."""
        if not self.snippet_id:
            return
        text = self.snippet_id._fill(self.case_id)
        signature = self.case_id.team_id.with_context(lang=self.case_id._patron_lang()).signature
        body = str(self.body or "")
        written, sign, rest = body.rpartition(str(signature)) if not is_html_empty(signature) else (body, "", "")
        if not sign:
            written, rest = body, ""
        self.body = ("" if is_html_empty(written) else Markup(written)) + text + Markup(sign + rest)
        self.used_snippet_ids |= self.snippet_id
        self.snippet_id = False

    def _get_warnings(self):
        found = super()._get_warnings()
        blanks = find_blanks(self.body)
        if blanks:
            found.append(self.env._("Still to fill in: %(blanks)s.", blanks=", ".join(blanks)))
        return found

    # Sending, or not yet

    def action_send(self):
        """Send the answer; a trainee's waits for a colleague."""
        self.ensure_one()
        blanks = find_blanks(self.body)
        if blanks:
            raise UserError(self.env._("Fill in before you send: %(blanks)s.", blanks=", ".join(blanks)))
        if self.needs_approval:
            return self.action_ask_approval()
        if self._is_draft_changed():
            return self._look_again()
        return super().action_send()

    def _send(self, body, **enclosed):
        draft = self.draft_id
        if self.is_approving:
            message = self.case_id._send_approved(draft, body, **enclosed)
        else:
            message = super()._send(body, **enclosed)
        self.used_snippet_ids._count_use()
        self.case_id._end_approval()
        draft.unlink()
        return message

    def _prepare_attachments(self):
        """Files of the draft become files of the case."""
        self.attachment_ids.filtered(lambda file: file.res_model == "library.case.draft").write(
            {"res_model": "library.case", "res_id": self.case_id.id}
        )
        return super()._prepare_attachments()

    def _is_draft_changed(self):
        """Whether a colleague kept another draft since this dialog was opened."""
        draft = self.env["library.case.draft"].search([("case_id", "=", self.case_id.id)])
        return bool(draft) and (draft != self.draft_id or draft.date_changed != self.date_draft)

    def _look_again(self):
        """Show also what a colleague wrote meanwhile; nobody's words are lost."""
        if self._is_draft_changed():
            draft = self.env["library.case.draft"].search([("case_id", "=", self.case_id.id)])
            theirs = Markup("<p><b>%s</b></p>%s") % (
                self.env._("%(name)s wrote meanwhile:", name=draft.user_id.name), draft.body or ""
            )
            self.write(
                {"body": Markup(self.body or "") + theirs, "draft_id": draft.id, "date_draft": draft.date_changed}
            )
        return super()._look_again()

    def action_keep_draft(self):
        """Keep what is written; whoever opens Answer next goes on with it."""
        self.ensure_one()
        if self._is_draft_changed():
            return self._look_again()
        self._keep("draft")
        return {"type": "ir.actions.act_window_close"}

    def action_ask_approval(self):
        """Ask a colleague of the team to read the answer and to send it."""
        self.ensure_one()
        if is_html_empty(self.body):
            raise UserError(self.env._("Write an answer before you send it."))
        if not self.case_id._approvers() - self.env.user:
            raise UserError(self.env._("The team has nobody who could approve it: ask your manager to name a lead."))
        if self._is_draft_changed():
            return self._look_again()
        self._keep("waiting")
        self.case_id._ask_approval()
        return {"type": "ir.actions.act_window_close"}

    def action_return(self):
        """Send the draft back to who wrote it, with what should change."""
        self.ensure_one()
        if not self.is_approving:
            raise UserError(self.env._("This draft does not wait for your approval."))
        self.case_id._return_draft(self.draft_id, self.return_words or "")
        return {"type": "ir.actions.act_window_close"}

    def _keep(self, state):
        self.draft_id = self.env["library.case.draft"]._keep(
            self.case_id,
            {"body": self.body, **{name: [Command.set(self[name].ids)] for name in KEPT}},
            state,
        )
