from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...const import PAIRED_VERDICTS

WRITABLE = {"verdict", "sources_named", "coaching_note"}


class LibraryPairedCheck(models.Model):
    """A colleague judges question and answer without knowing whose they are, and may leave a note to the writer.

    Nobody but the colleague reads this record, managers included; the note goes to the one who answered.
    """

    _name = "library.paired.check"
    _description = "Blind Check of an Answer"
    _order = "date_checked desc, id desc"

    review_id = fields.Many2one("library.paired.review", required=True, readonly=True, index=True, ondelete="cascade",
                                groups="base.group_system")  # fmt: skip
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    reviewer_id = fields.Many2one("res.users", required=True, readonly=True, index=True, ondelete="cascade")
    question = fields.Text(readonly=True)
    answer = fields.Text("Conversation", readonly=True)
    verdict = fields.Selection(PAIRED_VERDICTS, "Is the answer right?")
    sources_named = fields.Selection([("2", "Yes"), ("1", "Partly"), ("0", "No")], "Are sources named?")
    coaching_note = fields.Text(
        "Note to the one who answered", help="Private: read by you and the one who answered, by nobody else."
    )
    state = fields.Selection(
        [("open", "To be checked"), ("done", "Checked")], default="open", required=True, readonly=True, index=True
    )
    date_checked = fields.Datetime("Checked on", readonly=True)

    _once = models.UniqueIndex("(review_id, reviewer_id)", "You check this answer already.")

    @api.depends("question")
    def _compute_display_name(self):
        for check in self:
            check.display_name = (check.question or "").split("\n")[0][:80] or self.env._("An answer")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Answers to check are drawn by chance."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - WRITABLE:
                raise AccessError(self.env._("Only the judgement can be written."))
            if any(check.state == "done" for check in self):
                raise UserError(self.env._("This answer is checked."))
        return super().write(vals)

    def action_done(self):
        """The judgement stands, and the one who answered may read the note."""
        self.check_access("write")
        for check in self.filtered(lambda one: one.state == "open"):
            if not check.verdict:
                raise ValidationError(self.env._("Say first whether the answer is right."))
            # sudo: the judgement goes to the review, which its reviewer must not see before
            check_sudo = check.sudo()
            check_sudo.write({"state": "done", "date_checked": self.env.cr.now()})
            check_sudo.review_id.write({"verdict": check.verdict, "date_checked": self.env.cr.now()})
            self.env["library.paired.result"]._rebuild(check_sudo.company_id)
