from odoo import api, fields, models
from odoo.exceptions import ValidationError

# what the other person is to this patron
RELATION_KINDS = [
    ("supervisor", "Supervisor"),
    ("guardian", "Guardian"),
    ("assistant", "Assistant"),
    ("team_mate", "Team mate"),
]
# the same relation, seen by the other person
SEEN_FROM_THERE = [
    ("supervisor", "Supervises"),
    ("guardian", "Is guardian of"),
    ("assistant", "Assists"),
    ("team_mate", "Team mate"),
]


class LibraryPatronRelation(models.Model):
    """What one patron is to another: the supervisor of a thesis, a guardian, an assistant, a team mate."""

    _name = "library.patron.relation"
    _description = "Relation between Patrons"
    _order = "patron_id, kind, id"
    _rec_name = "kind"
    _check_company_auto = True

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    kind = fields.Selection(RELATION_KINDS, string="Is", required=True, default="supervisor")
    kind_there = fields.Selection(SEEN_FROM_THERE, string="Relation", compute="_compute_kind_there")
    other_id = fields.Many2one(
        "library.patron", string="Other patron", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True, precompute=True)
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    note = fields.Char()

    _once = models.UniqueIndex("(patron_id, other_id, kind)", "This relation is known already.")

    @api.depends("kind")
    def _compute_kind_there(self):
        for relation in self:
            relation.kind_there = relation.kind

    @api.constrains("patron_id", "other_id")
    def _check_other(self):
        if self.filtered(lambda relation: relation.patron_id == relation.other_id):
            raise ValidationError(self.env._("A relation needs two people."))
