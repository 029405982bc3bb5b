from odoo import fields, models


class LibraryPanelMember(models.Model):
    """A patron in the panel of a year; who it is, staff do not see."""

    _name = "library.panel.member"
    _description = "Member of a Patron Panel"

    panel_id = fields.Many2one("library.panel", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="panel_id.company_id", store=True, index=True)
    patron_id = fields.Many2one("library.patron", index="btree_not_null", ondelete="set null")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    vote_ids = fields.One2many("library.panel.vote", "member_id")

    _once = models.UniqueIndex("(panel_id, patron_id) WHERE patron_id IS NOT NULL", "You are in this panel already.")


class LibraryPatron(models.Model):
    """Who is forgotten leaves votes without a name."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        # sudo: the memberships of the people whom the caller may de-identify
        self.env["library.panel.member"].sudo().search([("patron_id", "in", self.ids)]).patron_id = False
        verdicts_sudo = self.env["library.panel.verdict"].sudo().search([("member_id.patron_id", "=", False)])
        verdicts_sudo.words = False
        return super()._anonymise_traces(partner_ids)
