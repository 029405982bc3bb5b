from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...const import OUTCOME_LEVELS

SAID = {"understood": "understood_words", "useful": "useful_words", "new_question": "question_words"}


class LibraryOutcome(models.Model):
    """What a case led to: what is understood now, how it proved useful, and which new question it reached.

    One of the patron and one of the librarian for each case, apart: only the patron's counts as a result.
    """

    _name = "library.outcome"
    _description = "Outcome of a Case"
    _order = "date desc, id desc"
    _check_company_auto = True

    case_id = fields.Many2one("library.case", required=True, index=True, ondelete="cascade", check_company=True)
    patron_id = fields.Many2one(
        "library.patron", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    team_id = fields.Many2one(related="case_id.team_id", store=True, index="btree_not_null")
    service_id = fields.Many2one(related="case_id.service_id", store=True, index="btree_not_null")
    source = fields.Selection(
        [("mail", "The patron, by mail"), ("portal", "The patron, on the portal"), ("staff", "The librarian")],
        default="staff", required=True, readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)

    understood = fields.Selection(OUTCOME_LEVELS, string="Understood or found something new")
    understood_words = fields.Text("What is understood or found")
    useful = fields.Selection(OUTCOME_LEVELS, string="Proved useful")
    useful_words = fields.Text("How it proved useful")
    new_question = fields.Selection(OUTCOME_LEVELS, string="Led to a new question")
    question_words = fields.Text("The new question")
    need_id = fields.Many2one("library.need", string="Next need", readonly=True, ondelete="set null",
                              index="btree_not_null")
    is_transfer = fields.Boolean(
        "Knowledge passed on", compute="_compute_is_transfer", store=True,
        help="Understood something new, or reached a new question: level 2 or more.",
    )

    patron_said = fields.Text("What the patron said", compute="_compute_patron_said")

    _case_uniq = models.UniqueIndex(
        "(case_id, (source = 'staff'))", "The outcome of this case is written down already; change it there."
    )

    @api.depends("understood", "new_question")
    def _compute_is_transfer(self):
        for outcome in self:
            outcome.is_transfer = max(outcome.understood or "0", outcome.new_question or "0") >= "2"

    @api.depends("case_id", "source")
    @api.depends_context("lang")
    def _compute_patron_said(self):
        said = {one.case_id: one for one in self.search([
            ("case_id", "in", self.case_id.ids), ("source", "!=", "staff")])}
        for outcome in self:
            theirs = said.get(outcome.case_id) if outcome.source == "staff" else None
            outcome.patron_said = theirs and theirs._sentence()

    def _sentence(self):
        """The three answers in one line each, those that were given."""
        self.ensure_one()
        levels = dict(self._fields["understood"]._description_selection(self.env))
        lines = [
            (self._fields[name]._description_string(self.env), levels.get(self[name]), self[words])
            for name, words in SAID.items() if self[name]
        ]
        return "\n".join(f"{label}: {level}{f' – {text}' if text else ''}" for label, level, text in lines)

    @api.depends("source", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["source"]._description_selection(self.env))
        for outcome in self:
            outcome.display_name = names.get(outcome.source) or ""

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals["source"] = "staff"
        outcomes = super().create(vals_list)
        for outcome in outcomes.filtered(lambda one: not one.patron_id):
            outcome.patron_id = outcome.case_id.patron_id
        return outcomes

    def write(self, vals):
        if not self.env.su and any(outcome.source != "staff" for outcome in self):
            raise AccessError(self.env._("What a patron said is the patron's to change."))
        return super().write(vals)
