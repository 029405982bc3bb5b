from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import ARTICLE_TEXT_FIELDS, KNOWLEDGE_STAFF
from ...lib.redact import lines_of_html
from ...lib.text_diff import diff_html


class LibraryArticleVersion(models.Model):
    """The text of an article as somebody saved it. Nothing that was saved is lost.

    What somebody wrote while a colleague saved a newer text is kept apart: it stands here, and not in the article,
    until somebody puts it there.
    """

    _name = "library.article.version"
    _description = "Version of an Article"
    _order = "date desc, id desc"
    _rec_name = "number"

    article_id = fields.Many2one("library.article", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [("saved", "Saved"), ("apart", "Kept apart")], required=True, default="saved", readonly=True,
        help="Kept apart: written while a colleague saved a newer text.",
    )
    number = fields.Integer(
        "Version", required=True, readonly=True, aggregator=None, help="Kept apart: what it began from."
    )
    date = fields.Datetime("Saved on", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "By", readonly=True, index="btree_not_null", ondelete="set null")
    name = fields.Char("Title", readonly=True)
    summary = fields.Text(readonly=True)
    body = fields.Html("Text", readonly=True, sanitize_style=True)
    verifier_id = fields.Many2one("res.users", "Verified by", readonly=True, ondelete="set null")
    date_verified = fields.Datetime("Verified", readonly=True)
    is_current = fields.Boolean("Current", compute="_compute_is_current")
    difference = fields.Html("What changed", compute="_compute_difference", sanitize=False)

    _number_uniq = models.UniqueIndex("(article_id, number) WHERE kind = 'saved'", "This version is kept already.")

    @api.depends("number", "kind")
    def _compute_display_name(self):
        for version in self:
            if version.kind == "apart":
                version.display_name = self.env._("Kept apart from version %(number)s", number=version.number)
            else:
                version.display_name = self.env._("Version %(number)s", number=version.number)

    @api.depends("article_id.version", "number", "kind")
    def _compute_is_current(self):
        for version in self:
            version.is_current = version.kind == "saved" and version.number == version.article_id.version

    @api.depends("name", "summary", "body")
    def _compute_difference(self):
        for version in self:
            if version.kind == "apart":
                before = version.article_id
            else:
                before = version._find_before()
            version.difference = diff_html(self._lines_of(before), self._lines_of(version))

    @api.model
    def _lines_of(self, text):
        """Title, summary and text of an article or of a version, as lines; nothing of no record."""
        if not text:
            return ""
        return "\n".join(filter(None, [text.name, text.summary, lines_of_html(text.body or "")]))

    def _find_before(self):
        """The saved version before this one; empty for the first."""
        self.ensure_one()
        return self.search(
            [("article_id", "=", self.article_id.id), ("kind", "=", "saved"), ("number", "<", self.number)],
            order="number desc", limit=1,
        )  # fmt: skip

    def _find_writers(self):
        """Whoever saved this version or one before it, and whoever wrote this one apart."""
        self.ensure_one()
        before = self.search(
            [("article_id", "=", self.article_id.id), ("kind", "=", "saved"), ("number", "<=", self.number)]
        )
        return (self | before).user_id

    def action_restore(self):
        """Make this text the current one; the text until now stays among the versions."""
        self.ensure_one()
        self.check_access("read")
        article = self.article_id
        article.check_access("write")
        if self.kind == "saved" and self.is_current:
            raise UserError(self.env._("This is the current text."))
        article.write({name: self[name] for name in ARTICLE_TEXT_FIELDS})
        # who wrote these words verifies them no more than whoever brings them back
        writers = self._find_writers()
        article._transition({"editor_ids": [fields.Command.link(user.id) for user in writers]})
        if self.kind == "apart":
            # sudo: versions are written by nobody; the text is in the article now, whose versions keep it
            self.sudo().unlink()
        return article._action_open_form()

    def action_drop(self):
        """Throw away what was kept apart; only whoever wrote it, or a steward, does so."""
        self.ensure_one()
        article = self.article_id
        article.check_access("write")
        if self.kind != "apart":
            raise UserError(self.env._("Saved versions are kept."))
        if self.user_id != self.env.user and not article._is_steward():
            raise UserError(self.env._("Only whoever wrote this text, or a steward, throws it away."))
        # sudo: versions are written by nobody; the person was checked above
        self.sudo().unlink()
        return article._action_open_form()


class LibraryArticle(models.Model):
    """Each text that was saved is a version, and two people who write at once lose nothing."""

    _inherit = "library.article"

    version = fields.Integer(
        default=1, required=True, readonly=True, copy=False, groups="base.group_user", aggregator=None
    )
    version_ids = fields.One2many("library.article.version", "article_id", "Versions", groups=KNOWLEDGE_STAFF)
    version_seen = fields.Integer(
        store=False, groups="base.group_user", copy=False,
        help="Sent with a changed text: the version on which the change was made.",
    )
    apart_id = fields.Many2one(
        "library.article.version", "Kept apart", compute="_compute_apart_id", groups=KNOWLEDGE_STAFF,
        help="What you wrote while a colleague saved a newer text.",
    )

    @api.depends("version_ids.kind", "version_ids.user_id")
    @api.depends_context("uid")
    def _compute_apart_id(self):
        kept = self.env["library.article.version"].search(
            [("article_id", "in", self.ids), ("kind", "=", "apart"), ("user_id", "=", self.env.uid)], order="id"
        )
        by_article = {version.article_id: version for version in kept}
        for article in self:
            article.apart_id = by_article.get(article._origin, False)

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create([{name: vals[name] for name in vals if name != "version_seen"} for vals in vals_list])
        articles._keep_versions()
        return articles

    def write(self, vals):
        seen = vals.get("version_seen")
        vals = {name: vals[name] for name in vals if name != "version_seen"}
        changed = set(ARTICLE_TEXT_FIELDS) & set(vals)
        if changed and seen:
            vals = self._keep_apart(vals, seen)
            changed = set(ARTICLE_TEXT_FIELDS) & set(vals)
        if changed:
            # an article from before there were versions: its text is the first one
            self._keep_versions()
        return super().write(vals)

    def _on_text_changed(self):
        result = super()._on_text_changed()
        for article in self:
            if article._get_kept_text() not in (None, article._get_text()):
                # sudo: a counter
                article._transition({"version": article.sudo().version + 1})
        self._keep_versions()
        return result

    def _get_kept_text(self):
        """The text of the current version; None of an article from before there were versions."""
        self.ensure_one()
        # sudo: whoever may change the text is not asked about its versions
        kept_sudo = self.env["library.article.version"].sudo().search(
            [("article_id", "=", self.id), ("kind", "=", "saved"), ("number", "=", self.sudo().version)], limit=1
        )
        return (kept_sudo.name, kept_sudo.summary or "", str(kept_sudo.body or "")) if kept_sudo else None

    def _keep_versions(self):
        """Keep the texts as they stand, where the current number has none yet."""
        articles_sudo = self.sudo()  # sudo: versions are written here and by nobody
        Version = self.env["library.article.version"].sudo()
        kept = {
            (version.article_id.id, version.number)
            for version in Version.search_fetch(
                [("article_id", "in", self.ids), ("kind", "=", "saved")], ["article_id", "number"]
            )
        }
        Version.create([
            {
                "article_id": article.id, "number": article.version, "date": self.env.cr.now(),
                "user_id": self.env.uid, **{name: article[name] for name in ARTICLE_TEXT_FIELDS},
            }
            for article in articles_sudo if (article.id, article.version) not in kept
        ])  # fmt: skip

    def _keep_apart(self, vals, seen):
        """Keep a text apart that was written on an older version than the current one.

        :param int seen: the version that the writer had before the eyes
        :return: the values that can be written all the same
        """
        self.ensure_one()
        self.check_access("write")
        # the row is locked until the end, so that of two who save in the same moment one comes second
        self.lock_for_update(allow_referencing=True)
        if seen == self.version:
            return vals
        rest = {name: vals[name] for name in vals if name not in ARTICLE_TEXT_FIELDS}
        text = {name: vals.get(name, self[name]) for name in ARTICLE_TEXT_FIELDS}
        # sudo: versions are written here and by nobody
        apart_sudo = self.env["library.article.version"].sudo().create(
            {**text, "article_id": self.id, "kind": "apart", "number": seen, "user_id": self.env.uid}
        )
        if all(apart_sudo[name] == self[name] for name in ARTICLE_TEXT_FIELDS):
            apart_sudo.unlink()  # both wrote the same
        self.invalidate_recordset(["apart_id", "version_ids"])
        return rest

    def action_verify(self):
        result = super().action_verify()
        # sudo: versions are written by nobody; the process has just let this person verify
        versions_sudo = self.env["library.article.version"].sudo()
        for article in self:
            versions_sudo.search(
                [("article_id", "=", article.id), ("kind", "=", "saved"), ("number", "=", article.version)]
            ).write({"verifier_id": self.env.uid, "date_verified": self.env.cr.now()})
        return result

    def action_open_versions(self):
        """Show every text that was saved, the newest first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions: %(title)s", title=self.name),
            "res_model": "library.article.version",
            "view_mode": "list,form",
            "domain": [("article_id", "=", self.id)],
        }

    def action_open_apart(self):
        """Show what the current user wrote while a colleague saved a newer text."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your text, kept apart"),
            "res_model": "library.article.version",
            "res_id": self.apart_id.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _action_open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.article",
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }
