from odoo import api, fields, models


class LibraryCase(models.Model):
    """Every message of a patron is told what it is when it comes."""

    _inherit = "library.case"

    message_class_ids = fields.One2many(
        "library.message.class", "case_id", "Messages by what they are",
        groups="library_crm.group_library_librarian,library_crm.group_library_privacy",
    )

    def _register_message(self, message):
        result = super()._register_message(message)
        # sudo: whoever posted; reads the message and writes what it is taken for
        message_sudo, case_sudo = message.sudo(), self.sudo()
        author_sudo = message_sudo.author_id
        if message_sudo.message_type == "email" or not author_sudo or author_sudo.partner_share:
            self.env["library.message.class"]._classify(message_sudo, case_sudo)
        return result


class LibraryMailPlacing(models.AbstractModel):
    """What machines wrote stands in a case as a note; it is told what it is as well."""

    _inherit = "library.mail.intake"

    @api.model
    def _post(self, arrival, record, speaker, note=False):
        message = super()._post(arrival, record, speaker, note=note)
        if note and record._name == "library.case" and arrival.signs.kind not in ("person", "list"):
            # sudo: the gateway acts for nobody
            self.env["library.message.class"]._classify(message.sudo(), record.sudo(), is_machine=True)
        return message


class LibraryPatron(models.Model):
    """Words of a person do not stay in the marks when the person is de-identified."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        # sudo: classes of messages of the persons whom the caller may de-identify
        classes_sudo = self.env["library.message.class"].sudo().search([("case_id.patron_id", "in", self.ids)])
        classes_sudo.write({"marks": []})
        return super()._anonymise_traces(partner_ids)
