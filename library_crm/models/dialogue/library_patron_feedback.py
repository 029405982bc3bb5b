from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.redact import redact

STRANGERS_DAYS = 400
"""How long the address of somebody who is no patron is kept after the answer."""


class LibraryPatron(models.Model):
    """What a person said stays as words of nobody when the person is de-identified."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        # sudo: feedback of the persons whom the caller may de-identify
        Feedback_sudo = self.env["library.feedback"].sudo()
        addresses = [one.value_normalized for one in self.sudo().identity_ids if one.kind == "email"]  # sudo: as above
        said_sudo = Feedback_sudo.search(
            Domain("patron_id", "in", self.ids) | Domain("email_normalized", "in", addresses))
        said_sudo._lose_person()
        return super()._anonymise_traces(partner_ids)


class LibraryFeedback(models.Model):
    """Feedback without its person."""

    _inherit = "library.feedback"

    def _lose_person(self):
        """Take out who said it, in the fields and in the words; mails and thread go."""
        for feedback in self:
            patron = feedback.patron_id
            names = [word for word in (patron.name, patron.preferred_name, patron.other_names, feedback.alias) if word]
            words = [word for word in (patron.email, feedback.email, *patron.identity_ids.mapped("value")) if word]
            feedback.write({
                name: redact(feedback[name], names=names, words=words)[0] if feedback[name] else feedback[name]
                for name in ("name", "body", "outcome", "public_answer")
            })
        self.write({"patron_id": False, "email": False, "alias": False, "case_id": False, "message_id": False,
                    "fingerprint": False})
        mine = [("model", "=", self._name), ("res_id", "in", self.ids)]
        self.env["mail.mail"].search(mine).unlink()
        self.env["mail.message"].search(mine).unlink()
        self.env["ir.attachment"].search([("res_model", "=", self._name), ("res_id", "in", self.ids)]).unlink()

    @api.autovacuum
    def _gc_strangers(self, limit=500):
        """Forget who said what was answered long ago, where it was no patron."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=STRANGERS_DAYS)
        stranger = Domain("patron_id", "=", False) & Domain("email", "not in", (False, ""))
        old = self.search(stranger & Domain("date_outcome", "<", before), limit=limit)
        old._lose_person()
        return len(old), len(old) == limit
