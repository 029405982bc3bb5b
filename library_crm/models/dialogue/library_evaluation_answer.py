from odoo import fields, models


class LibraryEvaluationAnswer(models.Model):
    """What somebody answered to one item. Who it was is known through the invitation alone, and is cut there."""

    _name = "library.evaluation.answer"
    _description = "Answer to an Evaluation"
    _order = "invitation_id desc, item"

    invitation_id = fields.Many2one(
        "library.evaluation.invitation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="invitation_id.company_id", store=True, index=True)
    instrument = fields.Selection(related="invitation_id.instrument", store=True)
    item = fields.Char(required=True, readonly=True, help="Which question of the instrument.")
    value = fields.Integer(readonly=True, aggregator="avg")
    text = fields.Text("In words", readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _item_uniq = models.UniqueIndex("(invitation_id, item)", "This item is answered; change the answer.")
