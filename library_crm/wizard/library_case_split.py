from odoo import api, fields, models
from odoo.fields import Command

MOST_MESSAGES = 40


class LibraryCaseSplit(models.TransientModel):
    """Chooses what of a conversation becomes a case of its own."""

    _name = "library.case.split"
    _description = "Split a Case"

    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    line_ids = fields.One2many("library.case.split.line", "split_id", string="What was written")
    name = fields.Char("The new question", help="Empty: the subject or the first line of the message.")
    team_id = fields.Many2one("library.team", string="For the team", domain="[('company_id', '=', company_id)]")
    takes_out = fields.Boolean("Take it out of this conversation")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        case = self.env["library.case"].browse(values.get("case_id"))
        if case:
            # newest first: the message that asks something else is mostly the last one
            messages = case._splittable()[::-1][:MOST_MESSAGES]
            values["team_id"] = case.team_id.id
            values["line_ids"] = [
                Command.create({
                    "message_id": message.id, "is_chosen": index == 0, "date": message.date,
                    "author": message.author_id.name or message.email_from, "excerpt": case._message_excerpt(message),
                })
                for index, message in enumerate(messages)
            ]
        return values

    def action_split(self):
        """Open the case that was chosen, for review; nothing is mailed."""
        self.ensure_one()
        # sudo: the message ids; what they are is checked against the conversation by the split itself
        messages_sudo = self.sudo().line_ids.filtered("is_chosen").message_id
        new = self.case_id._split(messages_sudo, self.name, self.team_id, self.takes_out)
        if not new.has_access("read"):
            # it went to another team
            return {"type": "ir.actions.act_window_close"}
        return self.case_id._open_record(new)
