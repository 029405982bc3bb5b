from odoo import api, fields, models
from odoo.exceptions import UserError

from ...lib.form_input import FormRefused, as_id, clean_line, clean_text

CONTRIBUTION_KINDS = [
    ("expertise", "Offers to help others"),
    ("review", "Reviewed something for us"),
    ("insight", "Told us what we did not know"),
    ("referral", "Brought somebody to the library"),
    ("solution", "Worked on a solution with us"),
]
TEMPLATE = "library_crm.mail_template_contribution_thanks"
NAME_LIMIT, NOTE_LIMIT, MOST_OFFERS = 200, 2000, 10


class LibraryContribution(models.Model):
    """What a patron gives: help for others, a review, an insight, a referral, a part of a solution.

    An offer to help others stands in the directory for staff as long as the patron agrees to be found; taking it back
    deletes it. What readers tell in the rooms under a name of their own is no contribution here: that would say who
    they are.
    """

    _name = "library.contribution"
    _description = "Contribution of a Patron"
    _inherit = ["library.patron.link"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char("What", required=True)
    kind = fields.Selection(CONTRIBUTION_KINDS, required=True, default="review")
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True, precompute=True)
    note = fields.Text(help="What they know, when they have time, how to ask them.")
    subject_ids = fields.Many2many("library.subject", string="Classes")
    solution_id = fields.Many2one(
        "library.solution", index="btree_not_null", ondelete="set null", check_company=True,
        help="The solution that this patron worked on.",
    )
    date = fields.Date("Since", required=True, default=fields.Date.context_today)
    source = fields.Selection(
        [("staff", "Entered by staff"), ("portal", "Offered on the portal")], "Came", required=True, default="staff",
        readonly=True,
    )
    is_credited = fields.Boolean("May be named", help="The patron agreed to be thanked by name where others read it.")
    date_thanked = fields.Datetime("Thanked on", readonly=True, copy=False)
    thanked_by_id = fields.Many2one("res.users", "Thanked by", readonly=True, copy=False, index="btree_not_null")

    _solution_kind = models.Constraint(
        "CHECK (solution_id IS NULL OR kind = 'solution')", "Only work on a solution names a solution."
    )

    @api.constrains("kind", "patron_id")
    def _check_directory(self):
        """Nobody stands in the directory who did not agree to be found."""
        for contribution in self.filtered(lambda one: one.kind == "expertise"):
            if not contribution.patron_id._allows("directory"):
                raise UserError(self.env._(
                    "%(name)s has not agreed to be found by others. Ask first, and note the consent.",
                    name=contribution.patron_id.display_name,
                ))

    def action_thank(self):
        """Write a mail of thanks, once for each contribution."""
        self.check_access("write")
        Ledger = self.env["library.outreach"].sudo()  # sudo: the ledger enters mails; who is thanked was checked above
        allowed = Ledger._allowed(self.patron_id.ids, "community")
        for contribution in self.filtered(lambda one: not one.date_thanked):
            if allowed.get(contribution.patron_id.id, "gone"):
                raise UserError(self.env._(
                    "%(name)s does not want mail, or has no address that works. Say it when you meet.",
                    name=contribution.patron_id.display_name,
                ))
            claimed = Ledger._claim([{
                "patron_id": contribution.patron_id.id, "purpose": "community", "kind": "thanks",
                "key": f"contribution:{contribution.id}", "res_model": self._name, "res_id": contribution.id,
                "reason": self.env._("You gave something to the library and its readers."),
            }])
            claimed._mail(TEMPLATE, contribution)
            contribution.write({"date_thanked": fields.Datetime.now(), "thanked_by_id": self.env.uid})

    # The portal: everything here concerns the signed-in patron

    @api.model
    def _portal_own_offers(self):
        """The visitor's offers to help others, in sudo mode."""
        # sudo: patrons have no right to contributions as such; these are the visitor's own
        return self.sudo().search([
            ("patron_id.partner_id", "=", self.env.user.partner_id.id), ("kind", "=", "expertise"),
        ])

    @api.model
    def _portal_values(self):
        """What the page of one's contributions shows."""
        # sudo: the visitor's own contributions
        rest = self.sudo().search([
            ("patron_id.partner_id", "=", self.env.user.partner_id.id), ("kind", "!=", "expertise"),
        ])
        return {"offers": self._portal_own_offers(), "contributions": rest}

    @api.model
    def _portal_offer(self, form):
        """Take an offer of an untrusted form; it is the consent to be found.

        :raise FormRefused:
        """
        name = clean_line(form.get("name"), NAME_LIMIT)
        errors = {}
        if not name:
            errors["name"] = self.env._("Please write with what you can help.")
        if not form.get("agree"):
            errors["agree"] = self.env._("Please agree that librarians may find you by it, or do not offer it.")
        if not errors and len(self._portal_own_offers()) >= MOST_OFFERS:
            errors["form"] = self.env._("You have made many offers already. Take one back first.")
        if errors:
            raise FormRefused(errors)
        patron_sudo = self.env["library.patron"]._portal_own()
        if not patron_sudo._allows("directory"):
            patron_sudo._give("directory", "portal")
        # sudo: patrons may not create contributions; the record is the visitor's own, all values checked
        return self.sudo().create({
            "name": name, "note": clean_text(form.get("note"), NOTE_LIMIT), "kind": "expertise", "source": "portal",
            "patron_id": patron_sudo.id, "is_credited": bool(form.get("credit")),
        })

    @api.model
    def _portal_take_back(self, contribution_id):
        """Delete one of the visitor's own offers; whether there was one."""
        number = as_id(contribution_id)
        own_sudo = self._portal_own_offers().filtered(lambda one: one.id == number)
        own_sudo.unlink()
        return bool(number and own_sudo)


class LibraryConsent(models.Model):
    """Who no longer wants to be found stands in no directory from that moment on."""

    _inherit = "library.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        gone = consents.filtered(lambda one: one.purpose == "directory" and not one.is_given).patron_id
        if gone:
            # sudo: what follows from the patron's own no
            self.env["library.contribution"].sudo().search([
                ("patron_id", "in", gone.ids), ("kind", "=", "expertise"),
            ]).unlink()
        return consents


class LibraryPatron(models.Model):
    """Who is forgotten has given nothing that could be told."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        # sudo: goes with the person whom the caller may de-identify
        self.env["library.contribution"].sudo().search([("patron_id", "in", self.ids)]).unlink()
        return result
