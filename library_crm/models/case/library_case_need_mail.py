from odoo import models
from odoo.exceptions import UserError

from ...lib.mail_token import make_token, plus_address


class LibraryCase(models.Model):
    """Asks the patron whether we understood the need, by mail and on the portal."""

    _inherit = "library.case"

    def _ask_confirmation(self, need):
        """Mail our restatement of `need`; a plain yes in the answer confirms it, other words correct it.

        :return: the mail.message that went out
        """
        self.ensure_one()
        people = self.participant_ids.filtered(lambda person: person.state == "accepted" and person.may_decide)
        readers = self.partner_id | people.partner_id
        if not readers:
            raise UserError(self.env._("The case has no patron whom we could ask."))
        token = make_token(self.env["library.mail.intake"]._secret(), "n", need.id)
        alias = self.sudo().team_id.alias_email  # sudo: the team's public address
        speaking = self.with_context(lang=self._patron_lang(), library_restating=True)
        body = speaking.env["ir.qweb"]._render(
            "library_crm.mail_need_restatement", {"need": need, "url": need._confirmation_url()}
        )
        return speaking.message_post(
            body=body,
            subject=" ".join((speaking.env._("Is this what you need?"), self.name, f"[{token}]")),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=readers.ids,
            email_layout_xmlid="library_crm.mail_layout_case",
            email_add_signature=False,
            **({"reply_to": plus_address(alias, token)} if alias else {}),
        )
