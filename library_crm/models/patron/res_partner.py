from odoo import fields, models

from ...lib.provenance import PARTNER_FIELDS


class ResPartner(models.Model):
    _inherit = "res.partner"

    library_patron_ids = fields.One2many("library.patron", "partner_id", string="Patron")

    # The mail gateway looks every sender up by this column, which core leaves without an index.
    _library_email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    def write(self, vals):
        names = [name for name in PARTNER_FIELDS if name in vals]
        if not names or self.env.context.get("provenance") is False:
            return super().write(vals)
        # sudo: contacts are written by many who know nothing of patrons; only the origin is noted
        Patron_sudo = self.env["library.patron"].sudo().with_context(active_test=False)
        patrons_sudo = Patron_sudo.search([("partner_id", "in", self.ids)])
        before = patrons_sudo._facts(names)
        result = super().write(vals)
        patrons_sudo._stamp_changes(names, before)
        return result
