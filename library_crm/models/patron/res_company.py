from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    library_interest_basis = fields.Selection(
        [("opt_in", "Only after a yes"), ("opt_out", "Until a no")],
        string="Subjects of a patron's uses",
        default="opt_in",
        required=True,
        help="Whether subject classes of what a patron uses may serve that patron without an explicit yes.",
    )

    def write(self, vals):
        before = {company: company.library_interest_basis for company in self}
        result = super().write(vals)
        if "library_interest_basis" in vals:
            changed = self.filtered(lambda company: company.library_interest_basis != before[company])
            # sudo: the answers of all patrons follow from the setting, whoever may change it
            Patron_sudo = self.env["library.patron"].sudo().with_context(active_test=False)
            Patron_sudo.search([("company_id", "in", changed.ids)])._sync_consents()
        return result
