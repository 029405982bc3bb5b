from odoo import fields, models

KINDS = [
    ("reference", "Reference question"),
    ("subject_search", "Subject search"),
    ("sdi", "Current awareness (SDI)"),
    ("novelty", "Novelty search"),
    ("citation", "Citation check"),
    ("document", "Document copy or interlibrary loan"),
    ("purchase", "Purchase suggestion"),
    ("circulation", "Hold or renewal problem"),
    ("training", "Training"),
    ("space", "Rooms and equipment"),
    ("complaint", "Complaint"),
    ("other", "Other"),
]


class LibraryService(models.Model):
    """What the library offers, with what it promises to whoever asks for it."""

    _name = "library.service"
    _description = "Service"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    kind = fields.Selection(KINDS, required=True, default="reference")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", string="Institution", index=True, help="Empty: offered by every institution."
    )

    summary = fields.Char(translate=True, help="One line in the patron's own words, shown where the patron chooses.")
    description = fields.Html(translate=True)
    audience = fields.Char(translate=True)
    is_published = fields.Boolean("On the portal", help="Patrons can choose this service when they ask.")

    answer_hours = fields.Float(
        "First answer within (hours)", default=16, help="Opening hours until a person has answered."
    )
    solution_hours = fields.Float(
        "Solution within (hours)", default=40, help="Opening hours until the solution is delivered."
    )

    _promise_positive = models.Constraint(
        "CHECK (answer_hours >= 0 AND solution_hours >= 0)", "A promise cannot be negative."
    )
    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another service has this code already."
    )
