from odoo import fields, models

from ...const import GAP_DIMENSIONS


class LibraryGapItem(models.Model):
    """A statement that people rate three times: the least they accept, what they wish for, what they find.

    The statements that come with the system are our own words. A library that holds a licence for others adds them
    here and names the source.
    """

    _name = "library.gap.item"
    _description = "Item of a Gap Survey"
    _order = "dimension, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="A short name that stays the same over the years, e.g. AS-1.")
    name = fields.Char("Statement", required=True, translate=True)
    dimension = fields.Selection(GAP_DIMENSIONS, required=True, default="other")
    is_core = fields.Boolean("Asked of everybody", help="The others are shared out by chance, a few for each person.")
    service_ids = fields.Many2many(
        "library.service", string="Only for users of", help="Asked of those alone who have used one of these services."
    )
    source = fields.Char("Licensed from", help="Empty for our own words; otherwise whose text it is and the edition.")
    company_id = fields.Many2one("res.company", "Institution", index="btree_not_null", ondelete="cascade")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(COALESCE(company_id, 0), code)", "There is an item with this code already.")
