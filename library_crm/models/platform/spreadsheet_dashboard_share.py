import json

from odoo import api, models
from odoo.exceptions import UserError


class SpreadsheetDashboardShare(models.Model):
    """A shared dashboard is read by whoever has its address, so none that names patrons is shared."""

    _inherit = "spreadsheet.dashboard.share"

    @api.model_create_multi
    def create(self, vals_list):
        boards = self.env["spreadsheet.dashboard"].browse([vals.get("dashboard_id") for vals in vals_list])
        for board in boards.exists():
            if self._names_patrons(board):
                raise UserError(self.env._(
                    "“%(board)s” lists patrons or what they asked: it cannot be shared by a link.", board=board.name))
        return super().create(vals_list)

    @api.model
    def _names_patrons(self, board):
        """Whether a list of the dashboard shows patrons, or records that belong to one."""
        lists = json.loads(board.spreadsheet_data or "{}").get("lists", {})
        names = {one.get("model") for one in lists.values()} & set(self.env.registry)
        return any(name == "library.patron" or self._is_of_patrons(self.env[name]) for name in names)

    @api.model
    def _is_of_patrons(self, model):
        return any(field.comodel_name == "library.patron" for field in model._fields.values() if field.relational)
