from odoo import api, fields, models
from odoo.fields import Domain

from ...const import ABILITIES


class LibraryKnowledgeAudience(models.AbstractModel):
    """For whom a text was written: the kind of patron, the stage of study, the practice it asks for.

    Empty means everybody. It helps to choose and keeps nobody from reading.
    """

    _name = "library.knowledge.audience"
    _description = "For Whom a Text Is"

    patron_type_ids = fields.Many2many("library.patron.type", string="Kinds of patrons", groups="base.group_user")
    degree_stage = fields.Selection(
        lambda self: self.env["library.patron"]._fields["degree_stage"]._description_selection(self.env),
        "Stage of study",
        groups="base.group_user",
    )
    ability = fields.Selection(ABILITIES, "Practice it asks for", groups="base.group_user")

    @api.model
    def _domain_for(self, type_id=False, degree_stage=False):
        """What was written for patrons of a kind and stage, or for everybody."""
        domain = Domain("degree_stage", "in", [False, degree_stage] if degree_stage else [False])
        kinds = Domain("patron_type_ids", "=", False)
        return domain & (kinds | Domain("patron_type_ids", "in", [type_id]) if type_id else kinds)


class LibraryArticle(models.Model):
    _name = "library.article"
    _inherit = ["library.article", "library.knowledge.audience"]

    patron_type_ids = fields.Many2many(
        "library.patron.type", "library_article_patron_type_rel", "article_id", "type_id", string="Kinds of patrons",
        groups="base.group_user",
    )


class LibrarySolution(models.Model):
    _name = "library.solution"
    _inherit = ["library.solution", "library.knowledge.audience"]

    patron_type_ids = fields.Many2many(
        "library.patron.type", "library_solution_patron_type_rel", "solution_id", "type_id", string="Kinds of patrons",
        groups="base.group_user",
    )
