from odoo import api, fields, models
from odoo.fields import Domain

BOUNCE_DAYS = 7
"""So far back a bounce that names no message is put down to the last one to that address."""


class LibraryOutreach(models.Model):
    """What tells the library to keep quiet: mail that comes back, and complaints."""

    _inherit = "library.outreach"

    @api.model
    def _came_back(self, message_id, addresses):
        """Note which message came back, and stop what goes to these patrons in steps.

        :param message_id: of the mail that came back, where the report says so
        :param addresses: those that failed
        """
        rows = self.browse()
        if message_id:
            # sudo: finds the entry of a mail, shows nothing
            mails_sudo = self.env["mail.mail"].sudo().search([("message_id", "=", message_id)])
            rows = self.search([("mail_id", "in", mails_sudo.ids)]) if mails_sudo else rows
        normalized = [address.strip().lower() for address in addresses]
        # sudo: whose addresses these are
        identities_sudo = self.env["library.patron.identity"].sudo().search([
            ("kind", "=", "email"), ("value_normalized", "in", normalized), ("state", "!=", "wrong"),
        ]) if normalized else self.env["library.patron.identity"]
        patrons = rows.patron_id | identities_sudo.patron_id
        if not rows and patrons:
            since = fields.Datetime.subtract(self.env.cr.now(), days=BOUNCE_DAYS)
            recent = Domain("state", "=", "sent") & Domain("channel", "=", "mail") & Domain("date", ">=", since)
            for patron in patrons:
                rows |= self.search(Domain("patron_id", "=", patron.id) & recent, order="date desc, id desc", limit=1)
        rows.write({"state": "bounced"})
        self._stopped(patrons, "bounce")


class LibraryFeedback(models.Model):
    """Who complains is not sent offers."""

    _inherit = "library.feedback"

    @api.model_create_multi
    def create(self, vals_list):
        feedback = super().create(vals_list)
        feedback._quiet_complainers()
        return feedback

    def write(self, vals):
        result = super().write(vals)
        if vals.get("kind") == "complaint" or ("patron_id" in vals and vals["patron_id"]):
            self._quiet_complainers()
        return result

    def _quiet_complainers(self):
        # sudo: whose complaint it is, to keep machines quiet; nothing is shown
        patrons = self.filtered(lambda one: one.kind == "complaint").sudo().patron_id
        if patrons:
            # sudo: what waits for these patrons is taken back, whoever notes the complaint
            self.env["library.outreach"].sudo()._stopped(patrons, "complaint")


class LibraryCase(models.Model):
    """Who answers is in conversation with a person; what a machine planned to write stops."""

    _inherit = "library.case"

    def _register_patron_message(self):
        result = super()._register_patron_message()
        # sudo: who wrote, to stop what a machine planned; nothing is shown
        patrons = self.sudo().patron_id
        if patrons:
            # sudo: what waits for these patrons is taken back
            self.env["library.outreach"].sudo()._stopped(patrons, "reply")
        return result
