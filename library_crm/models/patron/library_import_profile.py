from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import IMPORT_DATE_FORMATS, IMPORT_ENCODINGS, IMPORT_SEPARATORS, IMPORT_SOURCES

REST_OBJECTS = [("patrons", "Patrons"), ("checkouts", "Checkouts")]
REST_AUTHS = [("basic", "User and password"), ("oauth2", "Client id and secret (OAuth2)")]


class LibraryImportProfile(models.Model):
    """How one source of patrons or figures is read: a file of the library system, its interface, a table."""

    _name = "library.import.profile"
    _description = "Import Profile"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    source = fields.Selection(IMPORT_SOURCES, required=True, default="koha_patrons")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    run_ids = fields.One2many("library.import.run", "profile_id", string="Runs")

    encoding = fields.Selection(IMPORT_ENCODINGS, help="Empty: found in the file.")
    separator = fields.Selection(IMPORT_SEPARATORS, help="Empty: found in the file.")
    date_format = fields.Selection(IMPORT_DATE_FORMATS, string="Dates are written", help="Empty: found in the file.")
    mapping_ids = fields.One2many("library.import.mapping", "profile_id", string="Columns", copy=True)
    code_ids = fields.One2many("library.import.code", "profile_id", string="Codes", copy=True)
    creates_missing = fields.Boolean(
        "Make missing types and branches",
        help="Off: a row whose category or branch is not known is refused until the code is mapped.",
    )

    rest_object = fields.Selection(REST_OBJECTS, string="What to fetch", default="patrons")
    rest_url = fields.Char("Address", help="https://… up to and without /api/v1")
    rest_auth = fields.Selection(REST_AUTHS, string="Signs in by", default="oauth2")
    rest_user = fields.Char("User or client id")
    # nobody reads it back, not by any call: it goes in through the field below and out to the library system only
    rest_secret = fields.Char("Stored secret", groups=fields.NO_ACCESS, copy=False)
    rest_secret_new = fields.Char(
        "Secret",
        compute="_compute_rest_secret_new",
        inverse="_inverse_rest_secret_new",
        help="Written once and never shown again.",
    )
    has_rest_secret = fields.Boolean("A secret is stored", compute="_compute_rest_secret_new")
    is_scheduled = fields.Boolean("Fetch every night")
    rest_cursor = fields.Char(
        "Fetched up to", readonly=True, copy=False, help="Only what changed after this moment is fetched next time."
    )

    @api.depends("rest_user")
    def _compute_rest_secret_new(self):
        for profile in self:
            profile.rest_secret_new = False
            # sudo: whether there is one, never what it is
            profile.has_rest_secret = bool(profile.sudo().rest_secret)

    def _inverse_rest_secret_new(self):
        for profile in self:
            if profile.rest_secret_new:
                # sudo: the field is closed to everybody; who may write the profile may set its secret
                profile.sudo().rest_secret = profile.rest_secret_new

    @api.constrains("rest_url")
    def _check_rest_url(self):
        for profile in self:
            if profile.rest_url and not profile.rest_url.startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._("The address of the library system must begin with https:// or http://.")
                )
