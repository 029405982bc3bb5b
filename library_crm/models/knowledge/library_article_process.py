from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import ARTICLE_TEXT_FIELDS

GUARDED_FIELDS = {
    "state",
    "author_id",
    "verifier_id",
    "contributor_ids",
    "editor_ids",
    "date_verified",
    "date_published",
    "origin_solution_id",
    "version",
    "translated_version",
    "redirect_id",
    "helpful_count",
    "not_helpful_count",
    "view_count",
}
"""Written by the transitions below and by nothing else."""
REVIEW_MONTHS = 12
# Stands in the context while a transition writes. A caller over RPC can send any value, but not this object.
_TRANSITION = object()
_KEY = "library_article_transition"


class LibraryArticle(models.Model):
    """The four-eyes process: nobody verifies a text that he or she wrote.

    Every change of the text is written down with who made it, by whatever way it came; a text that was changed
    after it was verified has to be verified again. The state is set by the methods here only.
    """

    _inherit = "library.article"

    can_verify = fields.Boolean(compute="_compute_verify_note", groups="base.group_user")
    can_edit = fields.Boolean(compute="_compute_can_edit", groups="base.group_user")
    verify_note = fields.Char(compute="_compute_verify_note", groups="base.group_user")

    @api.depends("author_id", "owner_id")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        # what is not saved yet is the user's own
        editable = self._origin.with_user(self.env.user)._filtered_access("write")
        for article in self:
            article.can_edit = not article._origin or article._origin in editable

    @api.depends("author_id", "editor_ids", "create_uid", "state")
    @api.depends_context("uid")
    def _compute_verify_note(self):
        for article in self:
            article.verify_note = article._get_verify_objection()
            article.can_verify = not article.verify_note

    def _get_verify_objection(self):
        """Why the current user may not verify this article, or False."""
        self.ensure_one()
        if self.env.user in self.author_id | self.editor_ids | self.create_uid:
            return self.env._("You wrote this text: a colleague has to verify it.")
        if not self._is_steward():
            return self.env._("A knowledge steward has to verify it.")
        return False

    def _is_steward(self):
        return self.env.user.has_group("library_crm.group_library_steward")

    # Guards

    @api.model_create_multi
    def create(self, vals_list):
        # OdooBot loads data files; it cannot sign in, and sudo() does not make anybody OdooBot
        if self.env.uid != SUPERUSER_ID:
            for vals in vals_list:
                self._check_guarded(vals, allowed={"state": "draft", "author_id": self.env.uid})
            # defaults in the context are values from outside just as well
            guarded = {f"default_{name}" for name in GUARDED_FIELDS}
            self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - guarded})
        articles = super().create(vals_list)
        for article in articles:
            writer = [(4, article.author_id.id)] if article.author_id else []
            article._transition({"contributor_ids": writer, "editor_ids": writer})
        return articles

    def write(self, vals):
        if self.env.context.get(_KEY) is _TRANSITION:
            return super().write(vals)
        if self.env.uid != SUPERUSER_ID:
            self._check_guarded(vals)
        if "visibility" in vals:
            self._check_visibility(vals["visibility"])
        before = {article.id: article._get_text() for article in self} if set(ARTICLE_TEXT_FIELDS) & set(vals) else {}
        result = super().write(vals)
        changed = self.filtered(lambda article: article.id in before and before[article.id] != article._get_text())
        changed._on_text_changed()
        return result

    @api.model
    def _check_guarded(self, vals, allowed=None):
        """Raise if `vals` sets what only the process may set.

        :param dict allowed: values that a new article may be given; empty ones it may be given always
        """
        for name in GUARDED_FIELDS & set(vals):
            is_fine = allowed and (not vals[name] or vals[name] == allowed.get(name))
            if not is_fine:
                raise AccessError(
                    self.env._(
                        "%(field)s follows from submitting, verifying and publishing; it cannot be set by hand.",
                        field=self._fields[name].get_description(self.env, ["string"])["string"],
                    )
                )

    def _check_visibility(self, visibility):
        """Opening a published article to more people is publishing it, which stewards do."""
        order = ["staff", "patron", "public"]
        wider = self.filtered(
            lambda article: article.state == "published" and order.index(visibility) > order.index(article.visibility)
        )
        if wider and not self._is_steward() and not self.env.su:
            raise AccessError(self.env._("Only knowledge stewards open a published article to more readers."))

    def copy(self, default=None):
        copies = super().copy(default)
        for original, duplicate in zip(self, copies, strict=True):
            # whoever wrote the original wrote this text too
            people = original.author_id | original.editor_ids | original.contributor_ids
            writers = [(4, user.id) for user in people]
            duplicate._transition(
                {
                    "editor_ids": writers,
                    "contributor_ids": writers,
                    "origin_solution_id": original.origin_solution_id.id,
                }
            )
        return copies

    # Transitions

    def _transition(self, vals):
        """Write what only the process may write."""
        # sudo: the callers have checked the person; who may write the article does not decide about its state
        self.sudo().with_context(**{_KEY: _TRANSITION}).write(vals)

    def _get_text(self):
        """What is compared to see whether the text changed."""
        self.ensure_one()
        return self.name, self.summary or "", str(self.body or "")

    def _set_origin(self, solution):
        """Record that these drafts were made from `solution`, whose authors wrote on them, too."""
        writers = [(4, user.id) for user in solution.author_ids]
        self._transition({"origin_solution_id": solution.id, "editor_ids": writers, "contributor_ids": writers})

    def _on_text_changed(self):
        """Write down who changed the text; what was verified has to be verified again."""
        if not self:
            return
        editor = [(4, self.env.uid)] if self.env.uid != SUPERUSER_ID else []
        self._transition({"editor_ids": editor, "contributor_ids": editor})
        stale = self.filtered(lambda article: article.state in ("verified", "published", "outdated"))
        if self.env.uid == SUPERUSER_ID or not stale:
            return
        stale._transition({"state": "review", "verifier_id": False, "date_verified": False, "date_published": False})
        for article in stale:
            article.message_post(
                body=self.env._("%(user)s changed the text, so it has to be verified again.", user=self.env.user.name)
            )

    def _check_move(self, states, stewards_only=False):
        """Raise unless the current user may move these articles, which are in one of `states`."""
        self.check_access("write")
        if stewards_only and not self._is_steward():
            raise AccessError(self.env._("This is for knowledge stewards."))
        if any(article.state not in states for article in self):
            raise UserError(self.env._("The article is not in a state for this step. Please reload the page."))

    def action_submit(self):
        """Hand a draft to the stewards."""
        self._check_move(("draft", "outdated"))
        for article in self:
            if not article._get_text()[2].strip():
                raise UserError(self.env._("Please write the text first: %(title)s", title=article.name))
        self._transition({"state": "review"})

    def action_verify(self):
        """Confirm that a text written by somebody else is right."""
        self._check_move(("review",), stewards_only=True)
        for article in self:
            if objection := article._get_verify_objection():
                raise AccessError(objection)
            later = fields.Date.add(fields.Date.context_today(article), months=REVIEW_MONTHS)
            keep = article.date_review and article.date_review > fields.Date.context_today(article)
            article._transition(
                {
                    "state": "verified",
                    "verifier_id": self.env.uid,
                    "date_verified": self.env.cr.now(),
                    "date_review": article.date_review if keep else later,
                    "editor_ids": [(5,)],
                }
            )
        self.activity_unlink(["library_crm.mail_activity_type_article_review"])

    def action_publish(self):
        """Show a verified article to its readers."""
        self._check_move(("verified",), stewards_only=True)
        self._transition({"state": "published", "date_published": self.env.cr.now()})

    def action_outdate(self):
        """Take an article that is not true any more from its readers."""
        self._check_move(("verified", "published"), stewards_only=True)
        self._outdate()

    def _outdate(self):
        self._transition({"state": "outdated"})
        for article in self:
            person = article.owner_id or article.author_id
            if person.active and not person.share:
                article.activity_schedule(
                    "library_crm.mail_activity_type_article_review",
                    user_id=person.id,
                    summary=self.env._("Is this still true?"),
                )

    def action_archive_article(self):
        """Put an article away; its history stays."""
        self._check_move(("draft", "review", "verified", "published", "outdated"), stewards_only=self._is_any_public())
        self._transition({"state": "archived", "date_published": False})

    def _is_any_public(self):
        return any(article.state in ("verified", "published") for article in self)

    def action_back_to_draft(self):
        """Give an article back to its author."""
        self._check_move(
            ("review", "verified", "published", "outdated", "archived"), stewards_only=self._is_any_public())
        self._transition({"state": "draft", "verifier_id": False, "date_verified": False, "date_published": False})

    @api.model
    def _domain_to_outdate(self):
        """Valid articles whose review date has passed."""
        return [("state", "in", ("verified", "published")), ("date_review", "<", "today")]

    @api.model
    def _cron_outdate(self, size=100):
        """Outdate what nobody has reviewed in time, and ask its owner."""
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(self._domain_to_outdate()))
        domain = self._domain_to_outdate()
        while articles := self.search(domain, limit=size).try_lock_for_update(allow_referencing=True):
            articles._outdate()
            if not commit(len(articles)):
                return
