from odoo import api, models
from odoo.tools import email_normalize

from ...const import DEPTHS
from ...lib.form_input import FormRefused, clean_line


class LibraryPatron(models.Model):
    """A patron's own record on the portal: what is shown there and what may be changed there."""

    _inherit = "library.patron"

    @api.model
    def _portal_own(self):
        """The patron behind the signed-in account, in sudo mode; made when the account has none yet."""
        user = self.env.user
        # sudo: patrons may not create patrons; the record belongs to the visitor's own contact
        Patron_sudo = self.sudo().with_context(active_test=False)
        patron_sudo = Patron_sudo.search([("partner_id", "=", user.partner_id.id)], limit=1)
        if not patron_sudo and not user._is_public():
            quiet = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}
            patron_sudo = Patron_sudo.with_context(**quiet, provenance=["portal", user.id]).create(
                {"partner_id": user.partner_id.id, "company_id": user.company_id.id, "lifecycle": "registered"}
            )
        return patron_sudo.with_context(self.env.context)

    @api.model
    def _portal_own_values(self):
        """What the page of the own details shows; opening it makes no patron."""
        # sudo: the visitor's own record
        patron_sudo = self.sudo().with_context(active_test=False).search(
            [("partner_id", "=", self.env.user.partner_id.id)], limit=1
        )
        patron_sudo = patron_sudo.with_context(self.env.context)
        kinds = dict(patron_sudo.identity_ids._fields["kind"]._description_selection(self.env))
        return {
            "patron": patron_sudo,
            "partner": self.env.user.partner_id,
            "identities": [
                {"kind": kinds[one.kind], "value": one.value, "is_primary": one.is_primary, "state": one.state}
                for one in patron_sudo.identity_ids
            ],
            "langs": self.env["res.lang"].get_installed(),
            "depths": self._fields["depth"]._description_selection(self.env),
            "help_styles": self._fields["help_style"]._description_selection(self.env),
        }

    def _portal_update(self, form):
        """Change what patrons may change themselves; everything else in the form is ignored.

        :param dict form: untrusted
        :raise FormRefused: with a sentence for each field that cannot be taken
        """
        self.ensure_one()
        # sudo: the visitor's own record, four fields, values checked
        patron_sudo = self.sudo().with_context(provenance=["portal", self.env.uid])
        langs = dict(self.env["res.lang"].get_installed())
        styles = dict(self._fields["help_style"].selection)
        errors = {}
        address = clean_line(form.get("new_email"), 250)
        if address and not email_normalize(address):
            errors["new_email"] = self.env._("This is not an e-mail address.")
        if errors:
            raise FormRefused(errors)
        values = {
            "preferred_name": clean_line(form.get("preferred_name"), 100) or False,
            "depth": form.get("depth") if form.get("depth") in dict(DEPTHS) else False,
            "help_style": form.get("help_style") if form.get("help_style") in styles else False,
        }
        if form.get("lang") in langs:
            values["lang"] = form["lang"]
        patron_sudo.write(values)
        if address and email_normalize(address) != email_normalize(patron_sudo.email or ""):
            patron_sudo._portal_propose_email(address)

    def _portal_propose_email(self, address):
        """A new address is a wish: staff check it before mail goes there."""
        self.ensure_one()
        wish = self.env._("Asks for a new e-mail address: %(address)s", address=email_normalize(address))
        self.message_post(body=wish, message_type="notification", subtype_xmlid="mail.mt_note")
