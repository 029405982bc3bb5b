from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MINUTES = 10


class LibraryInsightReveal(models.Model):
    """That somebody looked up who writes under a name in the rooms: who, when and why. No line is ever changed."""

    _name = "library.insight.reveal"
    _description = "Name in the Rooms Looked Up"
    _order = "id desc"
    _rec_name = "alias_name"

    alias_id = fields.Many2one("library.insight.alias", "Name", ondelete="set null", index="btree_not_null")
    alias_name = fields.Char("Name in the rooms", readonly=True)
    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Looked up by", readonly=True, required=True, ondelete="restrict")
    date = fields.Datetime("Looked up", readonly=True, required=True)
    reason = fields.Char("Why", required=True, help="The privacy officer reads it.")

    @api.model_create_multi
    def create(self, vals_list):
        own = []
        for vals in vals_list:
            alias = self.env["library.insight.alias"].browse(vals.get("alias_id")).exists()
            alias.check_access("read")
            if not alias or len((vals.get("reason") or "").strip()) < 5:
                raise UserError(self.env._("Say why you need to know it."))
            own.append(
                {
                    "alias_id": alias.id, "alias_name": alias.name, "company_id": alias.company_id.id,
                    "user_id": self.env.uid, "date": self.env.cr.now(), "reason": vals["reason"].strip(),
                }
            )
        return super().create(own)

    def action_reveal(self):
        """Open the patron behind the name, once the line in the log is written."""
        self.ensure_one()
        self.check_access("read")
        fresh = self.env.cr.now() - timedelta(minutes=MINUTES)
        if self.user_id != self.env.user or self.date < fresh:
            raise AccessError(self.env._("Look it up again and say why."))
        # sudo: what two roles may learn after they said why; the line above keeps that they did
        patron_sudo = self.sudo().alias_id.patron_id
        if not patron_sudo:
            raise UserError(self.env._("The patron has left the rooms; nobody knows any more who it was."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.patron",
            "res_id": patron_sudo.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
