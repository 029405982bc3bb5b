from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.text_diff import diff_html


class LibraryArticleMerge(models.TransientModel):
    """Two articles become one: which one stays, and why."""

    _name = "library.article.merge"
    _description = "Articles to Merge"

    article_id = fields.Many2one("library.article", "This one goes", required=True, ondelete="cascade")
    into_id = fields.Many2one(
        "library.article", "This one stays", ondelete="cascade",
        domain="[('id', '!=', article_id), ('lang', '=', lang), ('state', '!=', 'archived')]",
    )
    lang = fields.Selection(related="article_id.lang")
    with_sources = fields.Boolean(
        "Take over its sources", help="Sources belong to the text: the article then has to be verified again."
    )
    reason = fields.Char()
    difference = fields.Html("How the two differ", compute="_compute_difference", sanitize=False)
    will_hide = fields.Boolean(compute="_compute_will_hide")

    @api.depends("article_id", "into_id")
    def _compute_difference(self):
        for wizard in self:
            lines_of = self.env["library.article.version"]._lines_of
            stays, goes = wizard.into_id, wizard.article_id
            wizard.difference = diff_html(lines_of(stays), lines_of(goes)) if stays else False

    @api.depends("article_id", "into_id")
    def _compute_will_hide(self):
        for wizard in self:
            wizard.will_hide = wizard.article_id.state == "published" and wizard.into_id.state != "published"

    def action_swap(self):
        """Keep the other one."""
        self.ensure_one()
        if not self.into_id:
            raise UserError(self.env._("Choose the article that stays."))
        self.article_id, self.into_id = self.into_id, self.article_id
        return {
            "type": "ir.actions.act_window", "name": self.env._("Merge articles"), "res_model": self._name,
            "res_id": self.id, "view_mode": "form", "target": "new", "context": {"dialog_size": "extra-large"},
        }  # fmt: skip

    def action_merge(self):
        """Merge, and open the article that stays."""
        self.ensure_one()
        if not self.into_id or not (self.reason or "").strip():
            raise UserError(self.env._("Choose the article that stays, and say why the other one goes."))
        self.article_id._merge_into(self.into_id, self.reason.strip(), with_sources=self.with_sources)
        return self.into_id._action_open_form()
