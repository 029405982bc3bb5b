from odoo import models
from odoo.exceptions import AccessError, UserError

from ...const import FEEDBACK_OPEN


class LibraryFeedback(models.Model):
    """The way of feedback: acknowledged, taken up, answered."""

    _inherit = "library.feedback"

    def action_acknowledge(self):
        """Tell the persons that we have it; who cannot be mailed reads it on the portal."""
        self.check_access("write")
        for feedback_sudo in self.sudo():  # sudo: guarded fields, written by this method only
            feedback_sudo._acknowledge(by_hand=True)

    def action_take_up(self):
        """I look after it."""
        self.check_access("write")
        self.write({"user_id": self.env.uid})
        open_sudo = self.sudo().filtered(lambda feedback: feedback.state in FEEDBACK_OPEN)  # sudo: a guarded field
        open_sudo.state = "working"

    def action_send_outcome(self):
        """Tell the persons what became of it, once, and close it.

        :raise UserError: when the acknowledgement or the words are missing
        """
        self.check_access("write")
        for feedback in self:
            feedback._check_may_close()
        self.sudo()._close_with_outcome()  # sudo: guarded fields, checked above

    def _check_may_close(self):
        """Raise UserError with what is still missing."""
        self.ensure_one()
        if self.state not in FEEDBACK_OPEN:
            raise UserError(self.env._("The person has been told already."))
        if not self.date_acknowledged:
            raise UserError(self.env._("First tell the person that we have it: acknowledge it."))
        if not self.outcome_kind or not (self.outcome or "").strip():
            raise UserError(self.env._("Say what became of it: choose the outcome and write what the person reads."))

    def _close_with_outcome(self):
        """Close feedback whose outcome is written; each person gets one mail, also for several reports."""
        # of two colleagues who press the button at once the second is told that somebody else has it
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        waiting = self.filtered(lambda feedback: feedback.state in FEEDBACK_OPEN)
        now = self.env.cr.now()
        for feedback in waiting:
            state = "declined" if feedback.outcome_kind == "not_possible" else "done"
            feedback.write({"state": state, "date_outcome": now})
        waiting.activity_unlink(["mail.mail_activity_data_todo"])
        waiting._mail_outcome()

    def action_reopen(self):
        """Somebody looks again: the person said that it is not settled."""
        self.check_access("write")
        closed_sudo = self.sudo().filtered(lambda feedback: feedback.state not in FEEDBACK_OPEN)  # sudo: guarded fields
        closed_sudo._reopen()

    def _reopen(self):
        """Begin again with a new promise; what was told stands in the thread."""
        for feedback in self:
            feedback.message_post(body=self.env._("Opened again. Told before: %(words)s", words=feedback.outcome or ""))
            feedback.write({
                "state": "acknowledged", "date_outcome": False, "outcome": False, "outcome_kind": False,
                "date_reminded": False,
                "date_promised": feedback._promise(feedback.team_id, feedback.company_id, self.env.cr.now()),
            })

    # The book of suggestions

    def action_show(self):
        """Others may read it in the book."""
        self._check_public()
        # sudo: a guarded field, checked above
        self.sudo().write({"moderation": "shown", "hidden_reason": False})

    def action_hide(self):
        """Take it out of the book; whoever wrote it reads why."""
        self._check_public()
        for feedback in self:
            if not (feedback.hidden_reason or "").strip():
                raise UserError(self.env._("Write why it is taken out: whoever wrote it reads that."))
        self.sudo().moderation = "hidden"  # sudo: a guarded field, checked above

    def action_answer_in_public(self):
        """Put the library's answer below the entry."""
        self._check_public()
        for feedback in self:
            if not (feedback.public_answer or "").strip():
                raise UserError(self.env._("Write the answer first."))
        # sudo: guarded fields, checked above
        self.sudo().write({
            "date_public_answer": self.env.cr.now(), "public_answer_user_id": self.env.uid,
        })

    def _check_public(self):
        self.check_access("write")
        if self.filtered(lambda feedback: feedback.visibility != "public" or feedback.is_withdrawn):
            raise AccessError(self.env._("Only whoever said it can make it public."))

    def action_confirm_facet(self):
        """The proposed facet is right."""
        self.check_access("write")
        self.filtered("facet").write({"is_facet_confirmed": True})

    def action_open_case(self):
        """Open the case that it is about, for those who may."""
        self.ensure_one()
        self.check_access("read")
        self.case_id.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": "library.case", "res_id": self.case_id.id,
            "views": [(False, "form")],
        }
