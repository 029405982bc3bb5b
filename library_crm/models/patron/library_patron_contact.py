from odoo import api, models

from ...lib.provenance import PARTNER_FIELDS


class LibraryPatron(models.Model):
    """Name and addresses of patrons for staff who have no rights in the address book.

    Whoever may write a patron may write how that patron is reached; nothing else of the contact record, and nothing
    at all where it is a colleague's.
    """

    _inherit = "library.patron"

    @api.model
    def _create_contacts(self, vals_list):
        """`vals_list` with a contact record made for those that need one and only hold what staff may write."""
        Partner = self.env["res.partner"]
        if Partner.has_access("create"):
            return vals_list
        self.check_access("create")
        # what the contact holds besides is left to core, which asks for rights in the address book
        foreign = {
            name for name, field in self._fields.items()
            if field.inherited and field.related == f"partner_id.{name}" and name not in PARTNER_FIELDS
        }
        plain = [vals for vals in vals_list if not vals.get("partner_id") and not foreign & set(vals)]
        # sudo: a contact of the library's own, made of the facts that staff may write
        partners_sudo = Partner.sudo().create(
            [{name: vals[name] for name in PARTNER_FIELDS if name in vals} for vals in plain]
        )
        made = dict(zip(map(id, plain), partners_sudo.ids, strict=True))
        return [
            {**{name: vals[name] for name in vals if name not in PARTNER_FIELDS}, "partner_id": made[id(vals)]}
            if id(vals) in made else vals
            for vals in vals_list
        ]

    def _write_contacts(self, vals):
        """`vals` without what was written to the contact records here."""
        facts = {name: vals[name] for name in PARTNER_FIELDS if name in vals}
        if not facts or self.env["res.partner"].has_access("write"):
            return vals
        self.check_access("write")
        # sudo: only to see whose contacts these are, and then to write the few facts above
        partners_sudo = self.sudo().partner_id
        if any(user._is_internal() for user in partners_sudo.with_context(active_test=False).user_ids):
            return vals
        partners_sudo.write(facts)
        return {name: value for name, value in vals.items() if name not in PARTNER_FIELDS}
