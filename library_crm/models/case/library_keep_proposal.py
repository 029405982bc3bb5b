from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

KINDS = [
    ("reused", "Your answer was used again"),
    ("copied", "You wrote this more than once"),
    ("thread", "A long talk in the workroom"),
    ("repeated", "Asked again and again, and no article"),
]


class LibraryKeepProposal(models.Model):
    """"Worth keeping?": what came up in daily work, put to whoever wrote it, without the patrons.

    A "no" is kept with its key, so that nobody is asked the same twice. The case does not stand here: whoever sees
    the card need not see the case.
    """

    _name = "library.keep.proposal"
    _description = "Worth Keeping?"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("What it is about", required=True)
    text = fields.Html("What was written", sanitize_style=True, help="Names and addresses are taken out.")
    kind = fields.Selection(KINDS, "Why", required=True, readonly=True)
    count = fields.Integer("How often", readonly=True)
    reason = fields.Char("Why it is worth keeping", compute="_compute_reason")
    user_id = fields.Many2one(
        "res.users", "Asked", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, index=True)
    subject_ids = fields.Many2many("library.subject", string="Classes")
    source_key = fields.Char(required=True, readonly=True, groups="base.group_system")
    state = fields.Selection(
        [("new", "Worth keeping?"), ("insight", "Kept as an insight"), ("article", "Became an article"), ("no", "No")],
        default="new", required=True, readonly=True, index=True,
    )
    insight_id = fields.Many2one("library.insight", readonly=True, index="btree_not_null", ondelete="set null")
    article_id = fields.Many2one("library.article", readonly=True, index="btree_not_null", ondelete="set null")

    _once = models.UniqueIndex("(company_id, source_key)", "This was asked before.")

    @api.depends("kind", "count")
    def _compute_reason(self):
        for proposal in self:
            count = proposal.count
            proposal.reason = {
                "reused": self.env._("Colleagues took it up %(count)s times.", count=count),
                "copied": self.env._("It was written in %(count)s cases.", count=count),
                "thread": self.env._("%(count)s messages were written about it in the workroom.", count=count),
                "repeated": self.env._("%(count)s similar questions, and no article answers them.", count=count),
            }.get(proposal.kind, "")

    def _check_own(self):
        """Raise unless the user was asked, or is a steward, and nobody has answered yet."""
        self.check_access("write")
        if any(proposal.state != "new" for proposal in self):
            raise UserError(self.env._("This has been answered."))

    def action_keep_insight(self):
        """Keep it as an insight in the name of whoever wrote it."""
        self.ensure_one()
        self._check_own()
        insight = self.env["library.insight"].create({
            "name": self.name, "body": self.text, "kind": "experience", "author_id": self.user_id.id,
            "company_id": self.company_id.id, "subject_ids": [Command.set(self.subject_ids.ids)],
        })
        self._answered("insight", insight_id=insight.id)
        return self._open(insight)

    def action_keep_article(self):
        """Begin an article with it, which a colleague verifies as any other."""
        self.ensure_one()
        self._check_own()
        article = self.env["library.article"].create({
            "name": self.name, "body": self.text, "company_id": self.company_id.id, "visibility": "staff",
            "subject_ids": [Command.set(self.subject_ids.ids)],
        })
        writer = [Command.link(self.user_id.id)]
        article._transition({"contributor_ids": writer, "editor_ids": writer})
        self._answered("article", article_id=article.id)
        return self._open(article)

    def action_no(self):
        """Not worth it; nobody is asked again."""
        self._check_own()
        self._answered("no", text=False)

    def _answered(self, state, **values):
        # sudo: the state follows from the answer of whoever may give it
        self.sudo().write({"state": state, **values})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _open(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _propose(self, rows):
        """Put proposals to people, each only once for ever.

        :param rows: dicts of source_key, kind, count, user (record), company (record), name, text (plain), case
            (in sudo, whose people are taken out of the words), subjects
        :return: the new proposals
        """
        known = {
            (company.id, key)
            for company, key in self.env["library.keep.proposal"]._read_group(
                [("source_key", "in", [row["source_key"] for row in rows])], ["company_id", "source_key"])
        }
        values = []
        for row in rows:
            key = (row["company"].id, row["source_key"])
            user = row["user"]
            is_staff = user.active and not user.share and user.has_group("library_crm.group_library_librarian")
            if key in known or not is_staff:
                continue
            known.add(key)
            name, text = row["name"], row["text"]
            for case in row["cases"]:
                name, text = case._remove_identity(name), case._remove_identity(text)
            values.append({
                "source_key": row["source_key"], "kind": row["kind"], "count": row["count"], "user_id": user.id,
                "company_id": row["company"].id, "name": name[:200], "text": plaintext2html(text) if text else False,
                "subject_ids": [Command.set(row["subjects"].ids)],
            })
        proposals = self.create(values)
        for proposal in proposals:
            proposal.activity_schedule(
                "mail.mail_activity_data_todo", user_id=proposal.user_id.id,
                summary=proposal.with_context(lang=proposal.user_id.lang).env._("Worth keeping?"),
            )
        return proposals
