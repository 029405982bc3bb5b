from odoo import fields, models

from ...const import AXES


class LibraryPatronAxisLevel(models.Model):
    """From which figure on a patron stands at which level of an axis; a manager may move the marks."""

    _name = "library.patron.axis.level"
    _description = "Level of an Axis"
    _order = "axis, level, id"
    _rec_name = "axis"

    axis = fields.Selection(AXES, required=True, readonly=True)
    level = fields.Integer(required=True, readonly=True, aggregator=None)
    minimum = fields.Float("From", required=True, aggregator=None, help="The level is reached with this figure.")

    _once = models.Constraint("UNIQUE (axis, level)", "This level of the axis is there already.")
    _range = models.Constraint("CHECK (level BETWEEN 1 AND 4 AND minimum >= 0)", "Levels go from 1 to 4.")
