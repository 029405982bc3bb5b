from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

MOST_PROPOSED = 3


class LibraryInsightQuestion(models.Model):
    """A question to colleagues who could know: what is in nobody's book, asked of people by name.

    It holds the question and never the patron; whoever is asked needs no right on anything else.
    """

    _name = "library.insight.question"
    _description = "Question to Colleagues"
    _inherit = ["mail.activity.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("What do you want to know?", required=True)
    body = fields.Text("In more words", help="Without the patron: colleagues of other departments read it.")
    subject_ids = fields.Many2many("library.subject", string="Classes")
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, default=lambda self: self.env.company, index=True
    )
    asker_id = fields.Many2one(
        "res.users", string="Asked by", required=True, default=lambda self: self.env.user, readonly=True,
        ondelete="restrict", index=True,
    )
    user_ids = fields.Many2many(
        "res.users", "library_insight_question_user_rel", "question_id", "user_id", string="Asked",
        domain="[('share', '=', False)]",
    )
    date_wanted = fields.Date("Wanted by")
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Asked"), ("answered", "Answered"), ("closed", "Closed")],
        default="draft", required=True, readonly=True, copy=False,
    )
    insight_ids = fields.One2many("library.insight", "question_id", string="Answers")
    is_asked_me = fields.Boolean("I am asked", compute="_compute_is_asked_me")
    helpers = fields.Html("Who could know", compute="_compute_helpers", sanitize=False)

    @api.depends("user_ids")
    @api.depends_context("uid")
    def _compute_is_asked_me(self):
        for question in self:
            question.is_asked_me = self.env.user in question.user_ids

    @api.model
    def default_get(self, fields):
        """Those who know the classes best are proposed; the asker decides."""
        values = super().default_get(fields)
        subjects = self.env["library.subject"].browse(self.env.context.get("default_subject_ids"))
        if "user_ids" in fields and subjects and not values.get("user_ids"):
            proposed = [user.id for user, _reasons in self._find_helpers(subjects)][:MOST_PROPOSED]
            values["user_ids"] = [Command.set(proposed)]
        return values

    @api.model
    def _find_helpers(self, subjects):
        """[(user, reasons)] of colleagues other than the asker."""
        found = self.env["library.team"]._who_could_help(subjects=subjects)
        return [(user, reasons) for user, reasons in found if user != self.env.user]

    @api.depends("subject_ids")
    def _compute_helpers(self):
        Team = self.env["library.team"]
        for question in self:
            found = self._find_helpers(question.subject_ids) if question.subject_ids else []
            lines = Markup().join(
                Markup("<li><strong>%s</strong> %s</li>") % (user.name, ", ".join(Team._reason_words(reasons)))
                for user, reasons in found
            )
            question.helpers = Markup("<ul class='mb-0'>%s</ul>") % lines if lines else False

    def action_ask(self):
        """Ask the colleagues who are named; each has it on the list of things to do."""
        for question in self:
            if not question.user_ids:
                raise UserError(self.env._("Name the colleagues whom you want to ask."))
            question.state = "open"
            for user in question.user_ids:
                question.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=question.date_wanted or fields.Date.add(fields.Date.context_today(self), days=2),
                    summary=self.env._("A colleague asks: %(question)s", question=question.name),
                    user_id=user.id,
                )

    def action_answer(self):
        """Open the form in which a colleague tells what they know."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.insight",
            "view_mode": "form",
            "views": [(self.env.ref("library_crm.library_insight_view_form_answer").id, "form")],
            "target": "new",
            "name": self.env._("What do you know?"),
            "context": {
                "default_question_id": self.id,
                "default_name": self.name,
                "default_subject_ids": self.subject_ids.ids,
                "default_kind": "experience",
            },
        }

    def action_close(self):
        """Nothing more is expected."""
        self.write({"state": "closed"})
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _register_answer(self, insight):
        """A colleague told what they know: the question is answered, and they are asked no more."""
        self.ensure_one()
        self.check_access("read")
        question_sudo = self.sudo()  # sudo: whoever is asked does not write the question itself
        question_sudo.state = "answered"
        question_sudo.activity_search(["mail.mail_activity_data_todo"], user_id=insight.author_id.id).action_done()


class LibraryInsight(models.Model):
    _inherit = "library.insight"

    @api.model_create_multi
    def create(self, vals_list):
        insights = super().create(vals_list)
        for insight in insights.filtered("question_id"):
            insight.question_id._register_answer(insight)
        return insights
