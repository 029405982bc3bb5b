from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import FEEDBACK_FACETS, FEEDBACK_KINDS, FEEDBACK_OPEN, FEEDBACK_OUTCOMES, FEEDBACK_SOURCES

GUARDED = frozenset((
    "state", "source", "body", "date", "date_promised", "date_acknowledged", "date_outcome", "date_reminded", "lang",
    "patron_id", "email", "alias", "case_id", "message_id", "res_model", "res_id", "url", "moderation", "look_reason",
    "date_public_answer", "public_answer_user_id", "fingerprint", "is_withdrawn",
))  # fmt: skip
"""What follows from what happens, and is written by the methods that make it happen."""
AT_THE_DESK = frozenset(("body", "patron_id", "email", "alias", "case_id"))
"""What a colleague may say of feedback that was given at the desk."""


class LibraryFeedback(models.Model):
    """What somebody told the library about the library: a suggestion, a complaint, praise, an error, a question.

    It is closed when the person was told that we have it and what became of it; the database insists. The thread is
    for staff: nothing goes to the person but the acknowledgement and the outcome.
    """

    _name = "library.feedback"
    _description = "Feedback"
    _inherit = ["library.record.pointer", "library.staff.thread", "mail.activity.mixin"]
    _order = "date_promised, id"
    _check_company_auto = True

    name = fields.Char("In short", required=True)
    body = fields.Text("Words", required=True)
    kind = fields.Selection(FEEDBACK_KINDS, "What it is", required=True, default="suggestion", tracking=True)
    facet = fields.Selection(
        FEEDBACK_FACETS, help="Proposed from the words; change it where they mean something else.",
    )
    facet_words = fields.Char("Words that speak for it", readonly=True)
    is_facet_confirmed = fields.Boolean("Facet looked at", readonly=True)
    source = fields.Selection(FEEDBACK_SOURCES, "Came by", required=True, default="desk", readonly=True)
    lang = fields.Char("Language", readonly=True)

    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="set null", check_company=True,
        domain="[('is_anonymised', '=', False)]",
    )
    email = fields.Char("E-mail", help="Where the person hears from us, if not at the patron's address.")
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True, index="btree_not_null")
    alias = fields.Char("Name that others see")
    case_id = fields.Many2one(
        "library.case", index="btree_not_null", ondelete="set null", check_company=True
    )
    message_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="set null", readonly=True
    )
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="set null", check_company=True)
    team_id = fields.Many2one(
        "library.team", index="btree_not_null", ondelete="set null", check_company=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users", "Looked after by", index="btree_not_null", ondelete="set null", tracking=True,
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, ondelete="cascade",
        default=lambda self: self.env.company,
    )
    res_model = fields.Char(required=False, readonly=True)
    res_id = fields.Many2oneReference(required=False, readonly=True)
    url = fields.Char("Page", readonly=True)
    fingerprint = fields.Char(readonly=True, copy=False, export_string_translation=False)

    visibility = fields.Selection(
        [("private", "Only the library"), ("public", "In the book of suggestions")], required=True, default="private"
    )
    moderation = fields.Selection(
        [("held", "To look at"), ("shown", "Shown"), ("hidden", "Taken out")], required=True, default="held",
        readonly=True, help="Whether others read it in the book of suggestions.",
    )
    look_reason = fields.Selection(
        [("first", "Every entry is looked at first"), ("link", "There is a link in it"),
         ("flood", "Very many from one place"), ("machine", "A machine filled in the form")],
        "Why to look", readonly=True,
    )
    hidden_reason = fields.Char("Why it was taken out", help="Whoever wrote it reads this.")
    is_withdrawn = fields.Boolean("Taken back", readonly=True)

    state = fields.Selection(
        [("new", "New"), ("acknowledged", "Acknowledged"), ("working", "In work"), ("done", "Done"),
         ("declined", "Not possible")],
        required=True, default="new", readonly=True, copy=False, tracking=True, group_expand=True,
    )
    date = fields.Datetime("Came", required=True, default=fields.Datetime.now, readonly=True)
    date_promised = fields.Datetime("Promised by", readonly=True)
    date_acknowledged = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    date_reminded = fields.Datetime("Reminded on", readonly=True, copy=False)
    outcome_kind = fields.Selection(FEEDBACK_OUTCOMES, "Outcome", copy=False)
    outcome = fields.Text("What we tell the person", copy=False)
    date_outcome = fields.Datetime("Told on", readonly=True, copy=False)
    public_answer = fields.Text("Answer in the book", copy=False, help="Everybody reads it below the entry.")
    public_answer_user_id = fields.Many2one(
        "res.users", "Answered by", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    date_public_answer = fields.Datetime("Answered on", readonly=True, copy=False)
    incident_id = fields.Many2one(
        "library.incident", index="btree_not_null", ondelete="set null", check_company=True, copy=False
    )
    is_overdue = fields.Boolean("Late", compute="_compute_is_overdue", search="_search_is_overdue")
    may_be_told = fields.Boolean("Hears by mail", compute="_compute_may_be_told")

    _closed_with_outcome = models.Constraint(
        "CHECK (state NOT IN ('done', 'declined') OR (date_acknowledged IS NOT NULL AND date_outcome IS NOT NULL"
        " AND outcome_kind IS NOT NULL AND btrim(coalesce(outcome, '')) <> ''))",
        "Feedback is closed when the person was told that we have it and what became of it.",
    )
    _message_uniq = models.UniqueIndex("(message_id) WHERE message_id IS NOT NULL", "This message is feedback already.")
    _fingerprint_idx = models.Index("(fingerprint) WHERE fingerprint IS NOT NULL")
    _open_idx = models.Index("(company_id, date_promised) WHERE state IN ('new', 'acknowledged', 'working')")
    _book_idx = models.Index("(company_id, id DESC) WHERE visibility = 'public' AND moderation = 'shown'")

    @api.depends("email")
    def _compute_email_normalized(self):
        for feedback in self:
            feedback.email_normalized = self._normal_address(feedback.email)

    @api.depends("state", "date_promised")
    def _compute_is_overdue(self):
        now = self.env.cr.now()
        for feedback in self:
            feedback.is_overdue = bool(
                feedback.state in FEEDBACK_OPEN and feedback.date_promised and feedback.date_promised < now)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_open() & Domain("date_promised", "<", self.env.cr.now())

    @api.depends("email_normalized", "patron_id")
    def _compute_may_be_told(self):
        for feedback in self:
            feedback.may_be_told = bool(feedback._address())

    @api.model
    def _domain_open(self):
        return Domain("state", "in", FEEDBACK_OPEN)

    # Who may change what

    @api.model_create_multi
    def create(self, vals_list):
        """Take down what was said; by hand it is what somebody said at the desk."""
        if not self.env.su:
            vals_list = [self._values_from_the_desk(vals) for vals in vals_list]
            given = {f"default_{name}" for name in GUARDED - AT_THE_DESK}
            self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - given})
        return super().create([self._complete(vals) for vals in vals_list])

    @api.model
    def _values_from_the_desk(self, vals):
        given = {name for name, value in vals.items() if value}
        if given & (GUARDED - AT_THE_DESK - {"source", "state", "moderation"}):
            raise AccessError(self.env._("When and how it came follows from taking it down."))
        kept = {name: value for name, value in vals.items() if name not in GUARDED - AT_THE_DESK}
        return {**kept, "source": "desk"}

    def write(self, vals):
        if not self.env.su:
            self._check_guarded(vals)
        if vals.get("facet") and "is_facet_confirmed" not in vals:
            vals = {**vals, "is_facet_confirmed": True}
        return super().write(vals)

    def _check_guarded(self, vals):
        """Refuse what the methods of this model write, and what would make private words public.

        :raise AccessError:
        """
        if GUARDED & set(vals):
            raise AccessError(self.env._("What was said and when it was answered is not changed by hand."))
        if vals.get("visibility") == "public" and self.filtered(lambda one: one.visibility == "private"):
            raise AccessError(self.env._("Only whoever said it can make it public."))
        if {"outcome", "outcome_kind"} & set(vals) and self.filtered("date_outcome"):
            raise AccessError(self.env._("The person has been told: this stays as it was told."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if not self.env.su and self.filtered(lambda feedback: feedback.state in FEEDBACK_OPEN):
            raise AccessError(self.env._("Somebody waits for an answer: close it first."))
