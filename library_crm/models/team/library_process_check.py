from odoo import fields, models

CHECKS = [
    ("need_confirmed", "The patron confirmed the need"),
    ("result_noted", "What came out is written down"),
    ("search_logged", "A search is in the search log"),
    ("hits_judged", "It says what was kept, and why"),
    ("colleagues_asked", "Colleagues were asked"),
    ("partner_answered", "No partner library's answer is missing"),
    ("solution_final", "A final solution or an article is delivered"),
    ("answered", "The patron has an answer"),
    ("outcome_asked", "The patron was asked whether it helped"),
]


class LibraryProcessCheck(models.Model):
    """What must be true before a step counts as done; whether it is, the case itself knows."""

    _name = "library.process.check"
    _description = "Exit Check"
    _order = "sequence, id"

    name = fields.Char("What must be true", required=True, translate=True)
    code = fields.Selection(CHECKS, string="Meaning", required=True, readonly=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.Constraint("UNIQUE (code)", "There is a check with this meaning already.")
