from odoo import api, fields, models
from odoo.tools.mail import html_to_inner_content, is_html_empty

VALUE_KINDS = [
    ("answer", "Answer"),
    ("selection", "Selection"),
    ("synthesis", "Synthesis"),
    ("comparison", "Comparison"),
    ("translation", "Translation"),
    ("data", "Data"),
    ("tutorial", "Tutorial"),
    ("bibliography", "Bibliography"),
    ("alert", "Alert"),
]


class LibrarySolution(models.Model):
    """A piece of work made for a patron from sources: what the library adds to what it finds."""

    _name = "library.solution"
    _description = "Solution"
    _inherit = ["library.search.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "create_date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True, tracking=True)
    body = fields.Html("Text", sanitize_style=True)
    value_kind = fields.Selection(VALUE_KINDS, "Value added", required=True, default="answer")
    method = fields.Text(help="How it was found and made, so that a colleague could do it again.")
    source_ids = fields.One2many("library.source.citation", "solution_id", string="Sources", copy=True)

    lang = fields.Selection(
        lambda self: self.env["library.article"]._get_languages(),
        "Language",
        required=True,
        default=lambda self: self.env["library.article"]._default_lang(),
    )
    subject_ids = fields.Many2many("library.subject", string="Classes")
    company_id = fields.Many2one(
        "res.company", "Institution", default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    author_ids = fields.Many2many(
        "res.users", string="Authors", default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )

    state = fields.Selection([("draft", "Draft"), ("final", "Final")], required=True, default="draft", tracking=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    date_valid_until = fields.Date("Valid until", copy=False)
    licence_note = fields.Char("Licence", help="What the patron may do with it, and what not.")
    minutes = fields.Integer("Minutes of work", aggregator="sum")

    article_ids = fields.One2many("library.article", "origin_solution_id", string="Articles made from it")
    article_count = fields.Integer(compute="_compute_article_count")

    _listed_idx = models.Index("(create_date DESC, id DESC)")
    _minutes_positive = models.Constraint("CHECK (minutes >= 0)", "Minutes of work cannot be negative.")

    @api.depends("article_ids")
    def _compute_article_count(self):
        counts = dict(
            self.env["library.article"]._read_group(
                [("origin_solution_id", "in", self.ids)], ["origin_solution_id"], ["__count"]
            )
        )
        for solution in self:
            solution.article_count = counts.get(solution, 0)

    def write(self, vals):
        """A final text that changes is a new version of the same work."""
        renewed = self.filtered(lambda solution: solution.state == "final") if "body" in vals else self.browse()
        before = {solution.id: solution.body for solution in renewed}
        result = super().write(vals)
        for solution in renewed:
            if solution.body != before[solution.id]:
                super(LibrarySolution, solution).write({"version": solution.version + 1})
        return result

    def action_finalize(self):
        """Declare the work done."""
        self.write({"state": "final"})

    def action_reopen(self):
        """Go on working on it."""
        self.write({"state": "draft"})

    def action_make_article(self):
        """Open the wizard that takes the patron out of the text."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_article_from_solution_action") | {
            "context": {"default_solution_id": self.id},
        }

    def action_open_articles(self):
        """Show the articles made from this work."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_article_action") | {
            "domain": [("origin_solution_id", "=", self.id)],
            "context": {},
        }

    def _identity_terms(self):
        """What would give away for whom this was made; whoever knows the patrons extends it.

        :return: {"names": [...], "emails": [...], "phones": [...], "cards": [...]}, lists of str
        """
        return {"names": [], "emails": [], "phones": [], "cards": []}

    # In the search index

    @api.model
    def _search_document_fields(self):
        return {"name", "body", "method", "lang", "company_id", "subject_ids"}

    def _search_document_values(self):
        body = "" if is_html_empty(self.body) else html_to_inner_content(self.body)
        return {
            "title": self.name,
            "text": "\n".join(filter(None, [body, self.method])),
            "words": "",
            "lang": self.lang,
            "visibility": "staff",
            "company_id": self.company_id.id,
            "subject_ids": self.subject_ids.ids,
        }
