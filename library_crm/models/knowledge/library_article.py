from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import html_to_inner_content, is_html_empty

LANGUAGES = [("en_US", "English"), ("zh_CN", "简体中文"), ("zh_TW", "繁體中文")]
STATES = [
    ("draft", "Draft"),
    ("review", "To review"),
    ("verified", "Verified"),
    ("published", "Published"),
    ("outdated", "Outdated"),
    ("archived", "Archived"),
]
VISIBILITIES = [("public", "Everybody"), ("patron", "Patrons who signed in"), ("staff", "Staff only")]


class LibraryArticle(models.Model):
    """What the library knows about a matter, checked by two people and reviewed on a clock.

    How an article moves from draft to published is in `library_article_process`.
    """

    _name = "library.article"
    _description = "Article"
    _inherit = [
        "portal.mixin",
        "library.search.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_published desc, id desc"
    _check_company_auto = True

    # what it says
    name = fields.Char("Title", required=True, tracking=True)
    summary = fields.Text(help="Two sentences that stand in lists and at the top of the page.")
    body = fields.Html("Text", sanitize_style=True)
    source_ids = fields.One2many("library.source.citation", "article_id", string="Sources")

    # where it belongs
    lang = fields.Selection("_get_languages", "Language", required=True, default=lambda self: self._default_lang())
    translation_of_id = fields.Many2one(
        "library.article", "Translation of", index="btree_not_null", ondelete="set null", check_company=True
    )
    translation_ids = fields.One2many("library.article", "translation_of_id", string="Translations")
    subject_ids = fields.Many2many("library.subject", string="Classes")
    tag_ids = fields.Many2many("library.article.tag", string="Tags")
    company_id = fields.Many2one(
        "res.company", "Institution", default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    visibility = fields.Selection(
        VISIBILITIES, "Who may read it", required=True, default="public", tracking=True, help="Once it is published."
    )

    # who answers for it
    author_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, index=True, readonly=True, copy=False, groups="base.group_user"
    )
    owner_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        groups="base.group_user",
        domain="[('share', '=', False)]",
        help="Keeps the article true, and is asked when its review is due.",
    )
    contributor_ids = fields.Many2many(
        "res.users",
        "library_article_contributor_rel",
        "article_id",
        "user_id",
        string="Wrote on it",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    editor_ids = fields.Many2many(
        "res.users",
        "library_article_editor_rel",
        "article_id",
        "user_id",
        string="Wrote since it was verified",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    verifier_id = fields.Many2one("res.users", "Verified by", readonly=True, copy=False, groups="base.group_user")

    # where it stands
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True, index=True)
    date_verified = fields.Datetime("Verified", readonly=True, copy=False)
    date_published = fields.Datetime("Published", readonly=True, copy=False)
    date_review = fields.Date(
        "Review by", copy=False, index=True, help="After this day the article counts as outdated.")
    origin_solution_id = fields.Many2one(
        "library.solution",
        "Made from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    is_review_due = fields.Boolean(
        "Review due soon", compute="_compute_is_review_due", search="_search_is_review_due", groups="base.group_user"
    )

    # what readers say
    helpful_count = fields.Integer("Helpful", readonly=True, copy=False)
    not_helpful_count = fields.Integer("Not helpful", readonly=True, copy=False)
    vote_ids = fields.One2many("library.article.vote", "article_id", groups="library_crm.group_library_librarian")
    view_count = fields.Integer("Read", readonly=True, copy=False, groups="base.group_user")

    _listed_idx = models.Index("(date_published DESC NULLS FIRST, id DESC)")
    _found_idx = models.Index("(company_id, visibility, lang) WHERE state = 'published'")
    _not_own_translation = models.Constraint(
        "CHECK (translation_of_id <> id)", "An article cannot be its own translation."
    )

    @api.model
    def _get_languages(self):
        """The languages of the house, and every language that is installed."""
        installed = [lang for lang in self.env["res.lang"].get_installed() if lang[0] not in dict(LANGUAGES)]
        return LANGUAGES + installed

    @api.model
    def _default_lang(self):
        lang = self.env.lang or "en_US"
        return lang if lang in dict(self._get_languages()) else "en_US"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for article in self:
            article.access_url = f"/library/knowledge/{self.env['ir.http']._slug(article) if article.id else ''}"
        return result

    @api.model
    def _domain_review_due(self):
        """Valid articles whose review is due within a month or over."""
        return Domain("state", "in", ("verified", "published")) & Domain("date_review", "<=", "today +30d")

    @api.depends("date_review", "state")
    def _compute_is_review_due(self):
        due = self.filtered_domain(self._domain_review_due())
        for article in self:
            article.is_review_due = article in due

    def _search_is_review_due(self, operator, value):
        return self._domain_review_due() if operator == "in" else NotImplemented

    # In the search index

    @api.model
    def _search_document_fields(self):
        return {"name", "summary", "body", "lang", "visibility", "state", "company_id", "subject_ids", "tag_ids"}

    def _search_document_values(self):
        body = "" if is_html_empty(self.body) else html_to_inner_content(self.body)
        return {
            "title": self.name,
            "text": "\n".join(filter(None, [self.summary, body])),
            "words": " ".join(self.tag_ids.mapped("name")),
            "lang": self.lang,
            # what is not published is for staff, whoever may read it one day
            "visibility": self.visibility if self.state == "published" else "staff",
            "company_id": self.company_id.id,
            "subject_ids": self.subject_ids.ids,
        }
