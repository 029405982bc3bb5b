from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import KNOWLEDGE_STAFF
from ...lib.text_diff import diff_html


class LibraryArticle(models.Model):
    """Translations know on which version of the original they rest, and tell when it went on without them."""

    _inherit = "library.article"

    # the title of an original that is not published is not for readers of the translation
    translation_of_id = fields.Many2one(groups="base.group_user")
    translated_version = fields.Integer(
        "Translated from version", readonly=True, copy=False, groups="base.group_user", aggregator=None,
        help="The version of the original with which this translation was compared last.",
    )
    is_translation_behind = fields.Boolean(
        "Translation is behind", compute="_compute_is_translation_behind", store=True, groups="base.group_user",
        help="The text of the original has changed since this translation was verified.",
    )
    original_difference = fields.Html(
        "What changed in the original", compute="_compute_original_difference", sanitize=False,
        groups=KNOWLEDGE_STAFF,
    )

    @api.depends("translation_of_id.version", "translated_version", "state")
    def _compute_is_translation_behind(self):
        for article in self:
            original = article.translation_of_id
            article.is_translation_behind = (
                bool(original) and article.state != "archived" and original.version > article.translated_version
            )

    @api.depends("translation_of_id.version", "translated_version")
    def _compute_original_difference(self):
        Version = self.env["library.article.version"]
        for article in self:
            original = article.translation_of_id
            if not article.is_translation_behind:
                article.original_difference = False
                continue
            before = Version.search(
                [
                    ("article_id", "=", original.id), ("kind", "=", "saved"),
                    ("number", "<=", article.translated_version),
                ],
                order="number desc", limit=1,
            )  # fmt: skip
            article.original_difference = diff_html(Version._lines_of(before), Version._lines_of(original))

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        articles.filtered("translation_of_id")._follow_original()
        return articles

    def write(self, vals):
        if "translation_of_id" not in vals:
            return super().write(vals)
        before = {article: article.translation_of_id for article in self}
        result = super().write(vals)
        # said to be a translation of a text, it is one of that text as it stands
        self.filtered(lambda article: article.translation_of_id != before[article])._follow_original()
        return result

    def action_verify(self):
        result = super().action_verify()
        self.filtered("translation_of_id")._follow_original()
        return result

    def _follow_original(self):
        """These translations say what their originals say now."""
        for article in self:
            # sudo: the number of a version of the original, which the editor need not be able to read
            article._transition({"translated_version": article.sudo().translation_of_id.version})

    def action_confirm_translation(self):
        """The change of the original needs none here."""
        self.check_access("write")
        for article in self.filtered("is_translation_behind"):
            article._follow_original()
            article.message_post(body=self.env._(
                "%(user)s compared the translation with version %(number)s of the original: it needs no change.",
                user=self.env.user.name, number=article.translated_version,
            ))  # fmt: skip

    def action_open_translate(self):
        """Ask for the language of a translation to begin."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start a translation"),
            "res_model": "library.article.translate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_article_id": self.id},
        }

    def _translate(self, lang):
        """A draft in another language that begins with this text, its classes and its sources.

        :return: the draft
        :raise UserError: there is one in that language
        """
        self.ensure_one()
        self.check_access("read")
        original = self.translation_of_id or self
        if lang in (original | original.translation_ids.filtered(lambda one: one.state != "archived")).mapped("lang"):
            raise UserError(self.env._("There is an article in this language already."))
        draft = self.copy({
            "name": self.name, "lang": lang, "translation_of_id": original.id, "owner_id": self.env.uid,
            "parent_id": False,
        })  # fmt: skip
        for source in self.source_ids:
            source.copy({"article_id": draft.id})
        return draft
