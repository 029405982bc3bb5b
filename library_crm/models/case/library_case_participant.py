from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

ROLES = [
    ("patron", "Patron"),
    ("supervisor", "Supervisor"),
    ("coauthor", "Co-author"),
    ("partner_library", "Partner library"),
    ("colleague", "Colleague"),
    ("other", "Other"),
]


class LibraryCaseParticipant(models.Model):
    """Somebody beside the patron who takes part in a conversation, with rights of their own.

    A copied address is proposed here, never silently subscribed.
    """

    _name = "library.case.participant"
    _description = "Case Participant"
    _order = "case_id, state desc, id"
    _rec_name = "name"

    case_id = fields.Many2one("library.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    name = fields.Char(required=True)
    email = fields.Char(required=True)
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True, precompute=True, index=True)
    partner_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="set null")
    role = fields.Selection(ROLES, default="other", required=True)
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Takes part"), ("refused", "Refused")],
        default="proposed",
        required=True,
    )
    may_read = fields.Boolean("Reads on the portal")
    may_be_mailed = fields.Boolean("Gets the answers", default=True)
    may_decide = fields.Boolean("May decide", help="May confirm the need and the result like the patron.")

    _address_uniq = models.Constraint(
        "UNIQUE (case_id, email_normalized)", "This address takes part in the case already."
    )

    @api.depends("email")
    def _compute_email_normalized(self):
        for person in self:
            person.email_normalized = email_normalize(person.email or "") or (person.email or "").strip().lower()

    @api.depends("name", "email")
    def _compute_display_name(self):
        for person in self:
            person.display_name = f"{person.name or ''} <{person.email or ''}>"

    @api.constrains("email")
    def _check_email(self):
        for person in self:
            if not email_normalize(person.email or ""):
                raise ValidationError(self.env._("“%(email)s” is not a mail address.", email=person.email))

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        people._follow_rights()
        return people

    def write(self, vals):
        result = super().write(vals)
        if {"state", "may_read", "partner_id"} & vals.keys():
            self._follow_rights()
        return result

    def unlink(self):
        cases = self.case_id
        result = super().unlink()
        cases._update_readers()
        return result

    def _follow_rights(self):
        """An accepted participant has a contact to be mailed, and reads what was granted."""
        for person in self.filtered(lambda person: person.state == "accepted" and not person.partner_id):
            # sudo: librarians may not create contacts in general; this one is named on their own case
            person.partner_id = self.env["mail.thread"].sudo()._partner_find_from_emails_single(
                [f'"{person.name}" <{person.email}>']
            )
        self.case_id.sudo()._update_readers()  # sudo: readers follow from the rights just granted

    def action_accept(self):
        """Let the person take part: answers go to them from now on."""
        self.write({"state": "accepted"})

    def action_refuse(self):
        """The person takes no part; mail from them is held."""
        self.write({"state": "refused"})
