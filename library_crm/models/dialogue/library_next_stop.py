from odoo import fields, models


class LibraryNextStop(models.Model):
    """A patron who wants no more ideas of one kind, and all the others as before."""

    _name = "library.next.stop"
    _description = "Kind of Idea That a Patron Stopped"
    _order = "id desc"
    _rec_name = "rule_id"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True, precompute=True)
    rule_id = fields.Many2one("library.next.rule", required=True, readonly=True, index=True, ondelete="cascade")

    _once = models.UniqueIndex("(patron_id, rule_id)", "This patron stopped this kind already.")
