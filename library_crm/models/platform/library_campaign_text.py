from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError

NAME = "{name}"


class LibraryCampaignText(models.Model):
    """What a campaign says in one language. Nothing in it is executed: only {name} is replaced."""

    _name = "library.campaign.text"
    _description = "Campaign Text"
    _order = "campaign_id, id"
    _rec_name = "subject"

    campaign_id = fields.Many2one("library.campaign", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True, precompute=True)
    lang = fields.Selection("_list_languages", string="Language", required=True, default=lambda self: self.env.lang)
    subject = fields.Char(required=True)
    body = fields.Html("Text", required=True, help="{name} stands for the name of the patron.")
    state = fields.Selection(related="campaign_id.state")

    _once = models.Constraint("UNIQUE (campaign_id, lang)", "There is a text in this language already.")

    @api.model
    def _list_languages(self):
        return self.env["res.lang"].get_installed()

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create(vals_list)
        texts._check_open()
        return texts

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self._check_open()

    def _check_open(self):
        if any(text.campaign_id.state != "draft" for text in self):
            raise UserError(self.env._("The audience is fixed. Take the campaign back to draft to change it."))

    def _body_for(self, name):
        """The text as one patron reads it."""
        self.ensure_one()
        return Markup(
            '<div style="max-width: 640px; font-family: Arial, \'PingFang SC\', \'Microsoft YaHei\', sans-serif;'
            ' font-size: 15px; line-height: 1.6;">%s</div>'
        ) % Markup(self.body or "").replace(NAME, escape(name or ""))  # the field sanitises what staff write
