from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("new", "New"),
    ("accepted", "Will be bought"),
    ("arrived", "Here"),
    ("declined", "Not bought"),
]


class LibraryPurchaseSuggestion(models.Model):
    """What a patron, or a need of several patrons, asks the library to buy, and what came of it."""

    _name = "library.purchase.suggestion"
    _description = "Purchase Suggestion"
    _order = "state desc, id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True)
    author = fields.Char()
    isbn = fields.Char("ISBN or ISSN")
    details = fields.Char("Edition, publisher, year")
    url = fields.Char("Link")
    patron_id = fields.Many2one(
        "library.patron", string="Suggested by", index="btree_not_null", ondelete="set null", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    need_ids = fields.Many2many(
        "library.need", "library_purchase_suggestion_need_rel", "suggestion_id", "need_id", string="Needs"
    )
    task_id = fields.Many2one(
        "library.collection.task", string="Collection task", index="btree_not_null", ondelete="set null",
        check_company=True,
    )
    reason = fields.Text("What it is needed for")
    state = fields.Selection(STATES, required=True, default="new", readonly=True, index=True)
    decision_reason = fields.Text("What we tell the patron", help="The patron reads this as it stands.")
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="set null")
    date_decided = fields.Datetime("Decided on", readonly=True)

    def _decide(self, state):
        """Move on and tell the patron.

        :raise UserError: where it stands allows no such step
        """
        allowed = {"accepted": ("new",), "declined": ("new", "accepted"), "arrived": ("new", "accepted")}
        for suggestion in self:
            if suggestion.state not in allowed[state]:
                raise UserError(self.env._("This suggestion was decided already."))
            if state == "declined" and not (suggestion.decision_reason or "").strip():
                raise ValidationError(self.env._("Write what we tell the patron: a no needs a reason."))
        self.write({"state": state, "user_id": self.env.uid, "date_decided": self.env.cr.now()})
        for suggestion in self:
            suggestion._tell_patron()

    def action_accept(self):
        """It will be bought."""
        self._decide("accepted")

    def action_arrive(self):
        """It can be used now."""
        self._decide("arrived")

    def action_decline(self):
        """It will not be bought."""
        self._decide("declined")

    def action_reopen(self):
        """Decide anew; nobody is told."""
        self.write({"state": "new", "user_id": False, "date_decided": False})

    # The patron

    def _portal_words(self):
        """Where it stands, in one line for the patron."""
        self.ensure_one()
        _ = self.env._
        return {
            "new": _("We have your suggestion and will decide about it."),
            "accepted": _("We are going to buy it."),
            "arrived": _("It has arrived: you can use it now."),
            "declined": _("We are not going to buy it."),
        }[self.state]

    @api.model
    def _portal_own(self):
        """The visitor's own suggestions, newest first, in sudo mode for the page."""
        # sudo: patrons have no right on the model; the domain gives them their own
        return self.sudo().search([("patron_id.partner_id", "=", self.env.user.partner_id.id)], limit=50)

    def _tell_patron(self):
        """Mail the patron, in the patron's language, what was decided."""
        self.ensure_one()
        partner = self.patron_id.partner_id
        template = self.env.ref("library_crm.mail_template_purchase_suggestion", raise_if_not_found=False)
        if not partner.email or not template:
            return False
        # sudo: the text and the recipient are the library's own; librarians do not create mails
        template_sudo = template.sudo().with_context(lang=partner.lang)
        return template_sudo.send_mail(
            self.id, email_values={"email_to": partner.email_formatted, "headers": repr(AUTOMATIC)}
        )


AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
