from markupsafe import Markup

from odoo import api, fields, models

PREVIEW_DAYS = 90


class LibraryAlertProfile(models.Model):
    """What an alert would have found lately, before it is saved."""

    _inherit = "library.alert.profile"

    is_previewing = fields.Boolean(
        "Show what the last 90 days would have brought", store=False, inverse="_inverse_is_previewing",
        compute="_compute_is_previewing", readonly=False,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    def _compute_is_previewing(self):
        self.is_previewing = False

    def _inverse_is_previewing(self):
        """A switch of the form; nothing is stored."""

    @api.depends(
        "is_previewing", "words_any", "words_all", "words_none", "subject_ids", "joined", "lang_ids", "takes_items",
        "takes_articles", "takes_solutions", "company_id",
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for profile in self:
            profile.preview = profile._preview_words() if profile.is_previewing else False

    def _preview_words(self):
        """The preview as a list with reasons."""
        self.ensure_one()
        if not self._has_wish():
            return Markup("<p class='text-muted'>%s</p>") % self.env._("Write a word or choose a class first.")
        count, found = self.env["library.alert.item"]._preview(self, PREVIEW_DAYS)
        if not found:
            return Markup("<p>%s</p>") % self.env._("Nothing would have been found. Fewer conditions find more.")
        rows = Markup("").join(
            Markup("<li><strong>%s</strong> <span class='text-muted'>%s</span></li>") % (record.display_name, why)
            for record, why in self._preview_reasons(found)
        )
        head = self.env._("%(count)s finds in the last 90 days, the newest first:", count=count)
        return Markup("<p>%s</p><ul>%s</ul>") % (head, rows)

    def _preview_reasons(self, found):
        """[(record, why)] of what `_preview` found; the reasons are those of real finds."""
        Hit = self.env["library.alert.hit"]
        return [
            (record, Hit.new({"why": {"words": list(match.words), "subjects": list(match.subjects)}}).why_words or "")
            for record, match in found
        ]
