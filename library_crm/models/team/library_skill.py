from odoo import api, fields, models
from odoo.exceptions import ValidationError

SKILL_KINDS = [
    ("class", "Subject class"),
    ("method", "Method"),
    ("language", "Language"),
    ("tool", "Tool"),
]


class LibrarySkill(models.Model):
    """Something that staff can do and patrons need: a subject, a method, a language, a tool."""

    _name = "library.skill"
    _description = "Skill"
    _order = "kind, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(SKILL_KINDS, required=True, default="method", index=True)
    company_id = fields.Many2one("res.company", string="Institution", index=True, help="Empty: every institution.")
    subject_id = fields.Many2one(
        "library.subject", string="Class", index="btree_not_null", ondelete="restrict",
        help="Whoever knows a class knows its narrower classes.",
    )
    lang = fields.Char("Language code", help="Two letters, e.g. zh for Chinese.")
    service_ids = fields.Many2many(
        "library.service", "library_skill_service_rel", "skill_id", "service_id", string="Services that need it"
    )
    team_ids = fields.Many2many(
        "library.team", "library_team_skill_rel", "skill_id", "team_id", string="Teams that need it"
    )
    note = fields.Char("What it means")

    _subject_once = models.UniqueIndex(
        "(subject_id, coalesce(company_id, 0)) WHERE subject_id IS NOT NULL AND active IS TRUE",
        "There is a skill for this class already.",
    )
    _lang_once = models.UniqueIndex(
        "(lang, coalesce(company_id, 0)) WHERE lang IS NOT NULL AND active IS TRUE",
        "There is a skill for this language already.",
    )

    @api.constrains("kind", "subject_id", "lang")
    def _check_kind(self):
        for skill in self:
            if (skill.kind == "class") != bool(skill.subject_id):
                raise ValidationError(self.env._("“%(name)s”: a skill in a subject names its class.", name=skill.name))
            if (skill.kind == "language") != bool(skill.lang):
                raise ValidationError(
                    self.env._("“%(name)s”: a skill in a language names its code, e.g. zh.", name=skill.name)
                )

    @api.onchange("subject_id")
    def _onchange_subject_id(self):
        if self.subject_id and not self.name:
            self.name = self.subject_id.display_name

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "class":
            self.subject_id = False
        if self.kind != "language":
            self.lang = False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._tidy_lang(vals)
            if vals.get("subject_id") and not vals.get("name"):
                vals["name"] = self.env["library.subject"].browse(vals["subject_id"]).display_name
        return super().create(vals_list)

    def write(self, vals):
        self._tidy_lang(vals)
        return super().write(vals)

    @api.model
    def _tidy_lang(self, vals):
        """Languages are compared by their two letters; `zh_CN` and `ZH` mean the same, in place."""
        if vals.get("lang"):
            vals["lang"] = vals["lang"].strip().lower()[:2]
