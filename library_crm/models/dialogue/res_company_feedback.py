from odoo import api, fields, models
from odoo.exceptions import UserError

ALIAS_NAME = "feedback"


class ResCompany(models.Model):
    """What an institution promises to those who tell it something, and the address for it."""

    _inherit = "res.company"

    library_feedback_days = fields.Integer(
        "Feedback answered within (working days)", default=5, required=True,
        help="Whoever tells the library something hears within so many working days what became of it.",
    )
    library_feedback_alias_id = fields.Many2one("mail.alias", "Address for feedback", ondelete="set null", copy=False)
    library_feedback_alias_name = fields.Char(
        "Mail to", compute="_compute_feedback_alias_name", inverse="_inverse_feedback_alias_name",
        help="Mail to this address becomes feedback.",
    )

    _library_feedback_days_positive = models.Constraint(
        "CHECK (library_feedback_days > 0)", "A promise takes at least a day.")

    @api.depends("library_feedback_alias_id.alias_name")
    def _compute_feedback_alias_name(self):
        for company in self:
            company.library_feedback_alias_name = company.library_feedback_alias_id.alias_name

    def _inverse_feedback_alias_name(self):
        for company in self:
            company._set_feedback_alias((company.library_feedback_alias_name or "").strip())

    def _set_feedback_alias(self, name):
        """Give the institution this address for feedback; no name takes it away."""
        self.ensure_one()
        alias_sudo = self.sudo().library_feedback_alias_id  # sudo: settings of managers; aliases are Odoo's
        if not name:
            alias_sudo.unlink()
            return
        if alias_sudo:
            alias_sudo.write({"alias_name": name, "alias_domain_id": self.alias_domain_id.id})
            return
        if self._is_alias_taken(name):
            raise UserError(self.env._("Another part of the library uses the address “%(name)s”.", name=name))
        # sudo: as above
        self.sudo().library_feedback_alias_id = self.env["mail.alias"].sudo().create({
            "alias_name": name, "alias_domain_id": self.alias_domain_id.id,
            "alias_model_id": self.env["ir.model"]._get_id("library.feedback"),
            # mail is taken in by the library's own door, which knows what to do with strangers
            "alias_contact": "followers", "alias_defaults": repr({"company_id": self.id}),
        })

    def _is_alias_taken(self, name):
        # sudo: looks up whether an address is free
        return bool(self.env["mail.alias"].sudo().search_count(
            [("alias_name", "=", name), ("alias_domain_id", "=", self.alias_domain_id.id)], limit=1))

    @api.model
    def _give_feedback_alias(self):
        """The address that the first institution begins with, where nobody else has it."""
        company = self.env.company
        if not company.library_feedback_alias_id and not company._is_alias_taken(ALIAS_NAME):
            company._set_feedback_alias(ALIAS_NAME)
