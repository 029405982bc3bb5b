from odoo import fields, models

from ...const import ABILITIES, DEPTHS


class LibraryServiceLog(models.Model):
    """What kind of patron was served and in which classes: it stays when the case has lost its person."""

    _inherit = "library.service.log"

    patron_type_id = fields.Many2one(
        "library.patron.type", "Kind of patron", readonly=True, index="btree_not_null", ondelete="set null"
    )
    degree_stage = fields.Selection(
        lambda self: self.env["library.patron"]._fields["degree_stage"]._description_selection(self.env),
        "Stage of study",
        readonly=True,
    )
    patron_ability = fields.Selection(ABILITIES, "Practice", readonly=True)
    patron_depth = fields.Selection(DEPTHS, "Wanted depth", readonly=True)
    patron_lang = fields.Char("Language of the answer", readonly=True)
    subject_ids = fields.Many2many("library.subject", string="Classes", readonly=True)


class LibraryCase(models.Model):
    _inherit = "library.case"

    def _prepare_log(self):
        patron = self.patron_id
        return {
            **super()._prepare_log(),
            "patron_type_id": patron.type_id.id,
            "degree_stage": patron.degree_stage,
            "patron_ability": patron.ability,
            "patron_depth": self.need_ids.sorted("id")[:1].depth or patron.depth,
            "patron_lang": self.lang,
            "subject_ids": [fields.Command.set(self.need_ids.subject_ids.ids)],
        }
