from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.mail import html_to_inner_content, is_html_empty

KINDS = [
    ("insight", "Insight"),
    ("experience", "Experience"),
    ("trick", "Trick"),
    ("inspiration", "Inspiration"),
    ("pitfall", "Pitfall"),
]


class LibraryInsight(models.Model):
    """What a colleague knows and nobody had written down, with the colleague's name under it.

    It is for staff. Who writes it keeps the credit when it becomes an article.
    """

    _name = "library.insight"
    _description = "Insight"
    _inherit = ["library.search.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char("In one line", required=True)
    body = fields.Html("What I know", sanitize_style=True)
    kind = fields.Selection(KINDS, required=True, default="insight")
    author_id = fields.Many2one(
        "res.users", string="Thanks to", default=lambda self: self.env.user, index=True,
        ondelete="restrict", domain="[('share', '=', False)]", help="Empty when a patron told it.",
    )
    date = fields.Date("Told on", required=True, default=fields.Date.context_today)
    lang = fields.Selection(
        lambda self: self.env["library.article"]._get_languages(),
        "Language",
        required=True,
        default=lambda self: self.env["library.article"]._default_lang(),
    )
    subject_ids = fields.Many2many("library.subject", string="Classes")
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, default=lambda self: self.env.company, index=True
    )
    question_id = fields.Many2one(
        "library.insight.question", string="Asked as", index="btree_not_null", ondelete="set null", readonly=True
    )
    is_new_practice = fields.Boolean("Something new was tried", help="Nobody had done it this way here.")

    state = fields.Selection(
        [("open", "Told"), ("used", "In use"), ("article", "In an article"), ("declined", "Put aside")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    thanked_user_ids = fields.Many2many(
        "res.users", "library_insight_thanked_rel", "insight_id", "user_id", string="Said thank you", readonly=True,
        copy=False,
    )
    adopted_user_ids = fields.Many2many(
        "res.users", "library_insight_adopted_rel", "insight_id", "user_id", string="Do it this way too",
        readonly=True, copy=False,
    )
    thanks_count = fields.Integer("Thanks", compute="_compute_counts", store=True)
    adopted_count = fields.Integer("Adopted", compute="_compute_counts", store=True)
    article_id = fields.Many2one(
        "library.article", string="Became", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )
    decline_reason = fields.Char("Why it was put aside", copy=False)

    @api.depends("thanked_user_ids", "adopted_user_ids")
    def _compute_counts(self):
        for insight in self:
            insight.thanks_count = len(insight.thanked_user_ids)
            insight.adopted_count = len(insight.adopted_user_ids)

    def action_thank(self):
        """Say thank you, once."""
        self._join("thanked_user_ids")

    def action_adopt(self):
        """I do it this way too: an idea that others took over is a practice."""
        self._join("adopted_user_ids")
        # sudo: the counter of somebody else's insight; only the own name goes in
        self.sudo().filtered(lambda insight: insight.state == "open").state = "used"

    def _join(self, field):
        """Put the own name to an insight of somebody else."""
        self.check_access("read")
        if self.env.user in self.author_id:
            raise UserError(self.env._("It is your own: let the colleagues say it."))
        # sudo: librarians write only what is theirs; here only the own name is added
        self.sudo().write({field: [Command.link(self.env.uid)]})

    def action_decline(self):
        """Put the insight aside."""
        self.write({"state": "declined"})

    def action_take_up(self):
        """It counts again."""
        self.write({"state": "used" if self.adopted_user_ids else "open"})

    def action_make_article(self):
        """Begin an article with these words; the author's name stays with it."""
        self.ensure_one()
        if not self.article_id:
            article = self.env["library.article"].create(
                {
                    "name": self.name,
                    "body": self.body,
                    "lang": self.lang,
                    "subject_ids": [Command.set(self.subject_ids.ids)],
                    "company_id": self.company_id.id,
                    "visibility": "staff",
                }
            )
            # whoever told it wrote it: they get the credit, and another colleague verifies it
            writer = [Command.link(user.id) for user in self.author_id]
            article._transition({"contributor_ids": writer, "editor_ids": writer})
            # sudo: librarians write only what is theirs; the insight learns what became of it
            self.sudo().write({"article_id": article.id, "state": "article"})
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.article",
            "res_id": self.article_id.id,
            "view_mode": "form",
            "name": self.env._("Article"),
        }

    # In the search index

    @api.model
    def _search_document_fields(self):
        return {"name", "body", "lang", "company_id", "subject_ids", "state"}

    def _search_document_values(self):
        body = "" if is_html_empty(self.body) else html_to_inner_content(self.body)
        return {
            "title": self.name,
            "text": body,
            "words": "",
            "lang": self.lang,
            "visibility": "staff",
            "company_id": self.company_id.id,
            "subject_ids": self.subject_ids.ids,
        }
