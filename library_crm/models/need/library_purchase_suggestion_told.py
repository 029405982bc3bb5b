from odoo import fields, models
from odoo.tools import email_normalize

TEMPLATE = "library_crm.mail_template_purchase_arrived"


class LibraryPurchaseSuggestion(models.Model):
    """What has arrived is told to those whose needs asked for it too, to each of them once."""

    _inherit = "library.purchase.suggestion"

    told_patron_ids = fields.Many2many(
        "library.patron", "library_purchase_suggestion_told_rel", "suggestion_id", "patron_id",
        string="Told that it is here", readonly=True, copy=False, groups="library_crm.group_library_librarian",
    )

    def _decide(self, state):
        result = super()._decide(state)
        if state == "arrived":
            for suggestion in self:
                suggestion._tell_needs()
        return result

    def _whom_to_tell(self):
        """Patrons of the needs behind it who can be reached and have not heard of it yet."""
        self.ensure_one()
        # sudo: needs of other teams' cases too; of the patrons only their addresses are used
        this_sudo = self.sudo()
        patrons_sudo = this_sudo.need_ids.patron_id - this_sudo.patron_id - this_sudo.told_patron_ids
        return patrons_sudo.filtered(
            lambda patron: patron.active and not patron.has_bounced and email_normalize(patron.email or "")
        )

    def _tell_needs(self):
        """Write once to each of them, in the patron's language."""
        self.ensure_one()
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not template:
            return
        for patron_sudo in self._whom_to_tell():
            needs = self.sudo().need_ids.filtered(lambda need, patron=patron_sudo: need.patron_id == patron)
            partner = patron_sudo.partner_id
            # sudo: the text is the library's own, it goes to the owner of the needs that it names
            template_sudo = template.sudo().with_context(lang=partner.lang, library_need_names=needs.mapped("name"))
            template_sudo.send_mail(self.id, email_values={
                "email_to": partner.email_formatted,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
            })
            self.sudo().told_patron_ids += patron_sudo
