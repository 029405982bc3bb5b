from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.links import safe_url

KINDS = [
    ("collection", "Collection"),
    ("database", "Database"),
    ("expert", "Expert"),
    ("partner", "Partner library"),
    ("web", "Web site"),
]
ACCESS = [
    ("public", "Open to everybody"),
    ("onsite", "In the library"),
    ("login", "With a library account"),
    ("licence", "By licence, see the note"),
]


class LibraryResource(models.Model):
    """What can meet a need: a collection, a database, somebody who knows, a partner library, a web site."""

    _name = "library.resource"
    _description = "Resource"
    _order = "kind, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="database", index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", compute="_compute_company_id", store=True, readonly=False, index=True,
        help="Empty: open to every institution.",
    )
    description = fields.Text("What it holds", translate=True)

    # what it covers
    coverage_ids = fields.Many2many(
        "library.subject", "library_resource_coverage_rel", "resource_id", "subject_id", string="Covers",
        help="Classes with all that is below them.",
    )
    langs = fields.Char("Languages", help="Codes of the languages, separated by commas, e.g. zh, en.")

    # how one gets in
    url = fields.Char("Link")
    href = fields.Char(compute="_compute_href")
    access = fields.Selection(ACCESS, required=True, default="public")
    access_note = fields.Text("How to get in", translate=True)
    branch_id = fields.Many2one("library.branch", string="Kept at", check_company=True, index="btree_not_null")

    # what it costs and allows
    cost = fields.Char(help="In your own words, e.g. 1 200 a year or 8 a document.")
    licence_note = fields.Text(translate=True, help="Who may use it and what may be copied or sent on.")
    date_licence_end = fields.Date("Licence ends")

    # whom to ask
    contact = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="Colleague", index="btree_not_null", ondelete="set null", domain="[('share', '=', False)]"
    )
    partner_id = fields.Many2one("res.partner", string="Address", index="btree_not_null", ondelete="set null")
    email = fields.Char("E-mail", compute="_compute_email", store=True, readonly=False)
    lang = fields.Selection("_get_langs", string="Writes in")
    response_days = fields.Integer("Usually answers within (days)")

    _response_positive = models.Constraint(
        "CHECK (response_days IS NULL OR response_days >= 0)", "Days until an answer cannot be negative."
    )

    @api.model
    def _get_langs(self):
        return self.env["res.lang"].get_installed()

    @api.depends("branch_id")
    def _compute_company_id(self):
        """What stands in a branch belongs to its institution."""
        for resource in self:
            resource.company_id = resource.branch_id.company_id or resource.company_id

    @api.depends("partner_id")
    def _compute_email(self):
        for resource in self:
            resource.email = resource.partner_id.email or resource.email

    @api.depends("url")
    def _compute_href(self):
        for resource in self:
            resource.href = safe_url(resource.url)

    @api.constrains("url")
    def _check_url(self):
        for resource in self:
            if resource.url and not safe_url(resource.url):
                raise ValidationError(self.env._(
                    "%(name)s: the link must start with http:// or https://.", name=resource.name
                ))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._tidy_langs(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._tidy_langs(vals)
        return super().write(vals)

    @api.model
    def _tidy_langs(self, vals):
        """Language codes in one manner of writing, in place."""
        if vals.get("langs"):
            codes = vals["langs"].replace("，", ",").replace(";", ",").split(",")
            vals["langs"] = ", ".join(dict.fromkeys(code.strip().lower() for code in codes if code.strip()))
