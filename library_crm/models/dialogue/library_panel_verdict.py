from odoo import fields, models


class LibraryPanelVerdict(models.Model):
    """What one member of the jury says of one case."""

    _name = "library.panel.verdict"
    _description = "Verdict of a Juror"

    case_id = fields.Many2one("library.panel.case", required=True, index=True, ondelete="cascade")
    member_id = fields.Many2one("library.panel.member", required=True, index=True, ondelete="cascade")
    grade = fields.Integer(required=True, aggregator="avg")
    words = fields.Text()

    _once = models.UniqueIndex("(case_id, member_id)", "You have judged this case already.")
    _range = models.Constraint("CHECK (grade BETWEEN 1 AND 5)", "Grades go from 1 to 5.")
