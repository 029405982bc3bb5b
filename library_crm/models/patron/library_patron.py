from odoo import api, fields, models
from odoo.tools.mail import email_normalize, email_split_tuples

from ...const import DEPTHS

LIFECYCLE = [
    ("prospect", "Prospect"),
    ("registered", "Registered"),
    ("active", "Active"),
    ("regular", "Regular"),
    ("loyal", "Loyal"),
    ("at_risk", "At risk"),
    ("lapsed", "Lapsed"),
    ("left", "Left"),
]


class LibraryPatron(models.Model):
    """Somebody who needs the library: on site or remote, with a card or without."""

    _name = "library.patron"
    _description = "Patron"
    _inherits = {"res.partner": "partner_id"}
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "email", "identity_ids.value"]
    _check_company_auto = True

    # its constraint is its index
    partner_id = fields.Many2one(
        "res.partner", string="Contact record", required=True, ondelete="restrict", index=True
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    preferred_name = fields.Char(help="How this person wants to be addressed.")
    identity_ids = fields.One2many("library.patron.identity", "patron_id", string="Identities")
    card_number = fields.Char(
        compute="_compute_card_number", inverse="_inverse_card_number", search="_search_card_number")
    has_bounced = fields.Boolean(
        "Mail comes back", compute="_compute_has_bounced", store=True, help="The main address refused our last mail."
    )

    type_id = fields.Many2one("library.patron.type", index="btree_not_null", ondelete="restrict")
    properties = fields.Properties(
        "Facts", definition="type_id.patron_properties_definition", groups="base.group_user"
    )
    branch_id = fields.Many2one("library.branch", string="Home branch", check_company=True, index="btree_not_null")
    lifecycle = fields.Selection(LIFECYCLE, default="prospect", required=True, groups="base.group_user")
    date_enrolled = fields.Date()
    date_expiry = fields.Date()
    note = fields.Text(groups="base.group_user", help="For staff only; the patron may ask to read it.")

    depth = fields.Selection(DEPTHS, string="Preferred depth")
    help_style = fields.Selection(
        [("teach", "Show me how"), ("do", "Do it for me")], string="Preferred way of help"
    )

    _partner_uniq = models.Constraint("UNIQUE (partner_id)", "This contact is a patron already.")

    @api.depends("name")
    def _compute_display_name(self):
        # only the name: reading a contact by its inherited fields fetches its fifty columns
        self.fetch(["partner_id"])
        partners_sudo = self.sudo().partner_id  # sudo: who may read the patron may read the name
        partners_sudo.fetch(["name"])
        for patron in self:
            patron.display_name = patron.sudo().partner_id.name or ""

    @api.depends("identity_ids.kind", "identity_ids.value", "identity_ids.is_primary")
    def _compute_card_number(self):
        for patron in self:
            cards = patron.identity_ids.filtered(lambda identity: identity.kind == "card")
            patron.card_number = cards.sorted("is_primary", reverse=True)[:1].value

    def _inverse_card_number(self):
        for patron in self:
            patron._set_primary_identity("card", patron.card_number)

    def _search_card_number(self, operator, value):
        return [("identity_ids", "any", [("kind", "=", "card"), ("value", operator, value)])]

    @api.depends("identity_ids.state", "identity_ids.value_normalized", "email")
    def _compute_has_bounced(self):
        for patron in self:
            address = email_normalize(patron.email) if patron.email else False
            patron.has_bounced = any(
                identity.kind == "email" and identity.state == "bounced" and identity.value_normalized == address
                for identity in patron.identity_ids
            )

    @api.model_create_multi
    def create(self, vals_list):
        patrons = super().create(self._create_contacts(vals_list))
        self.env["library.patron.identity"].create(
            [
                {"patron_id": patron.id, "kind": "email", "value": patron.email, "is_primary": True}
                for patron in patrons
                if patron.email and email_normalize(patron.email)
                and not any(identity.kind == "email" for identity in patron.identity_ids)
                and not self._find_by_email(patron.email, patron.company_id)
            ]
        )
        return patrons

    def write(self, vals):
        result = super().write(self._write_contacts(vals))
        if vals.get("email"):
            for patron in self:
                patron._set_primary_identity("email", vals["email"])
        return result

    def _set_primary_identity(self, kind, value):
        """Make `value` this patron's main identity of that kind; earlier ones are kept beside it."""
        self.ensure_one()
        Identity = self.env["library.patron.identity"]
        same_kind = self.identity_ids.filtered(lambda identity: identity.kind == kind)
        normalized = Identity._normalize(kind, value)
        known = same_kind.filtered(lambda identity: identity.value_normalized == normalized)
        (same_kind - known).filtered("is_primary").is_primary = False
        if known:
            known.is_primary = True
        elif normalized:
            Identity.create({"patron_id": self.id, "kind": kind, "value": value, "is_primary": True})

    @api.model
    def _find_by_email(self, address, company=None):
        """The patron who writes from `address`, archived ones too: an expired card ends no conversation.

        :param str address: any spelling of one mail address
        :param company: res.company the patron belongs to; all allowed ones when empty
        """
        normalized = email_normalize(address)
        if not normalized:
            return self.browse()
        domain = [("kind", "=", "email"), ("value_normalized", "=", normalized), ("state", "!=", "wrong")]
        if company:
            domain.append(("company_id", "=", company.id))
        return self.env["library.patron.identity"].search(domain, order="is_primary desc, id desc", limit=1).patron_id

    @api.model
    def _find_or_create_by_email(self, address, company, name=None, lang=None):
        """The patron who writes from `address`; a new prospect when nobody is known by it.

        :param str address: mail address with or without a display name
        :param company: res.company that got the mail
        :param str lang: language code for a new patron
        """
        patron = self._find_by_email(address, company)
        if patron:
            return patron
        display_name, email = (email_split_tuples(address) or [("", address)])[0]
        email = email_normalize(email) or email
        # A contact that Odoo knows already (a student assistant, an event guest) becomes the patron.
        partner = self.env["res.partner"].search(
            [("email_normalized", "=", email), ("company_id", "in", (False, company.id))], limit=1
        )
        if partner and self.with_context(active_test=False).search_count([("partner_id", "=", partner.id)], limit=1):
            partner = self.env["res.partner"]
        values = {"company_id": company.id, "lifecycle": "prospect"}
        if partner:
            values["partner_id"] = partner.id
        else:
            values.update(name=name or display_name or email, email=email, lang=lang or self.env.lang)
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}
        patron = self.with_context(**quiet, provenance=["mail", None]).create(values)
        return patron.with_context(self.env.context)
