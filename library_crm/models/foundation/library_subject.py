from odoo import api, fields, models
from odoo.exceptions import ValidationError

SCHEMES = [("clc", "Chinese Library Classification"), ("ddc", "Dewey Decimal Classification")]


class LibrarySubject(models.Model):
    """A class of a knowledge organisation system; several systems live side by side."""

    _name = "library.subject"
    _description = "Subject"
    _order = "scheme, code, id"
    _parent_store = True
    _rec_names_search = ["name", "code", "synonyms"]

    name = fields.Char(required=True, translate=True)
    scheme = fields.Selection(SCHEMES, required=True, default="clc", index=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "library.subject", string="Broader class", index=True, ondelete="restrict", domain="[('scheme', '=', scheme)]"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("library.subject", "parent_id", string="Narrower classes")
    crosswalk_ids = fields.Many2many(
        "library.subject",
        "library_subject_crosswalk",
        "subject_id",
        "other_id",
        string="Same field elsewhere",
        help="Classes of other schemes that cover about the same field.",
    )
    synonyms = fields.Char(translate=True, help="Other words that lead to this class, separated by commas.")

    _code_uniq = models.Constraint("UNIQUE (scheme, code)", "This class is in the scheme already.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for subject in self:
            subject.display_name = f"{subject.code or ''} {subject.name or ''}".strip()

    @api.constrains("parent_id", "scheme")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A class cannot be its own broader class."))
        for subject in self:
            if subject.parent_id and subject.parent_id.scheme != subject.scheme:
                raise ValidationError(
                    self.env._("%(name)s: the broader class belongs to another scheme.", name=subject.display_name)
                )
