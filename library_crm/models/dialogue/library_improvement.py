from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("draft", "Proposed"),
    ("planned", "Planned"),
    ("doing", "Under way"),
    ("done", "Done"),
    ("dropped", "Dropped"),
]
NAME_LIMIT = 200
GUARDED = {"key", "is_drafted", "is_public", "date_published", "date_started", "date_done"}
"""What follows from moving on and publishing; nobody sets it by hand."""


class LibraryImprovement(models.Model):
    """Something that the library does differently because people said so: cause, change, owner, and what came of it.

    It is for staff; what patrons read of it are the two texts that a lead publishes.
    """

    _name = "library.improvement"
    _description = "Improvement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due, id desc"
    _check_company_auto = True

    name = fields.Char("In short", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, default=lambda self: self.env.company
    )
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="set null")
    team_id = fields.Many2one("library.team", index="btree_not_null", ondelete="set null", check_company=True)

    cause = fields.Text("Why", help="What patrons said, or which figure is not good enough.")
    change = fields.Text("What we change")
    owner_id = fields.Many2one(
        "res.users", "Sees to it", index="btree_not_null", ondelete="set null", domain="[('share', '=', False)]",
        tracking=True,
    )
    date_due = fields.Date("Done by", tracking=True)
    state = fields.Selection(
        STATES, required=True, default="draft", index=True, tracking=True, copy=False, group_expand=True
    )
    dropped_reason = fields.Char("Why it was dropped", copy=False)
    date_started = fields.Date("Begun", readonly=True, copy=False)
    date_done = fields.Date("Finished", readonly=True, copy=False)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    age_days = fields.Integer("Open for (days)", compute="_compute_age_days")

    # who proposed it: a machine finds the same cause once
    key = fields.Char(readonly=True, copy=False)
    is_drafted = fields.Boolean(
        "Proposed by the machine", readonly=True, copy=False, help="Several people said alike, or a figure fell."
    )
    ref_model = fields.Char("Model of the figure", readonly=True, copy=False)
    ref_id = fields.Many2oneReference("Figure", model_field="ref_model", readonly=True, copy=False)

    _key_once = models.UniqueIndex("(company_id, key) WHERE key IS NOT NULL", "This cause is an improvement already.")
    _dropped_why = models.Constraint(
        "CHECK (state <> 'dropped' OR dropped_reason IS NOT NULL)", "Say why it is dropped."
    )

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        late = self.filtered_domain(self._domain_late())
        for improvement in self:
            improvement.is_late = improvement in late

    def _search_is_late(self, operator, value):
        return self._domain_late() if operator == "in" else NotImplemented

    @api.model
    def _domain_open(self):
        """Improvements that are neither done nor dropped."""
        return Domain("state", "in", ("draft", "planned", "doing"))

    @api.model
    def _domain_late(self):
        return self._domain_open() & Domain("date_due", "<", fields.Date.context_today(self))

    @api.depends("create_date", "date_done", "state")
    def _compute_age_days(self):
        today = fields.Date.context_today(self)
        for improvement in self:
            began = (improvement.create_date or self.env.cr.now()).date()
            improvement.age_days = max(((improvement.date_done or today) - began).days, 0)

    @api.constrains("state", "owner_id", "date_due", "change")
    def _check_ready(self):
        for improvement in self.filtered(lambda one: one.state in ("planned", "doing", "done")):
            if not improvement.owner_id or not improvement.date_due:
                raise ValidationError(self.env._("Name who sees to it, and by when, before it is planned."))
            if improvement.state == "done" and not (improvement.change or "").strip():
                raise ValidationError(self.env._("Write what was changed before it is done."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        if not self.env.su:
            # defaults in the context are values from outside just as well
            given = {f"default_{name}" for name in GUARDED}
            self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - given})
        improvements = super().create(vals_list)
        improvements._note_days()
        return improvements

    def write(self, vals):
        self._check_by_hand(vals)
        result = super().write(vals)
        if "state" in vals:
            self._note_days()
        return result

    @api.model
    def _check_by_hand(self, vals):
        if not self.env.su and any(vals[name] for name in GUARDED & set(vals)):
            raise AccessError(self.env._("What was published and when follows from doing it."))

    def _note_days(self):
        """When work began and ended follows from the state."""
        today = fields.Date.context_today(self)
        for improvement in self.sudo():  # sudo: guarded fields that follow from the state
            values = {}
            if improvement.state in ("doing", "done") and not improvement.date_started:
                values["date_started"] = today
            if (improvement.state == "done") != bool(improvement.date_done):
                values["date_done"] = today if improvement.state == "done" else False
            if values:
                improvement.write(values)

    # Moving on

    def action_plan(self):
        """Somebody sees to it."""
        self.write({"state": "planned"})

    def action_start(self):
        """Work has begun."""
        self.write({"state": "doing"})

    def action_done(self):
        """It is changed."""
        self.write({"state": "done"})
        self.activity_feedback(["mail.mail_activity_data_todo"])

    def action_drop(self):
        """It will not be done; the reason stands in the form."""
        if not all((improvement.dropped_reason or "").strip() for improvement in self):
            raise UserError(self.env._("Say why it is dropped."))
        self.write({"state": "dropped"})

    def action_reopen(self):
        """It is on the table again."""
        self.write({"state": "draft", "dropped_reason": False})

    # Proposed by what people said, or by a figure

    @api.model
    def _draft_from(self, cause, feedback=None, ref=None, key=None, name=None, service=None, company=None):
        """Propose an improvement, once for each `key`.

        :param str cause: why, in words for staff
        :param feedback: records of library.feedback that led to it
        :param ref: the record that holds the figure
        :param str key: what makes the cause one and the same; required, and kept for ever
        :param str name: a headline; the first words of the cause when None
        :param service, company: of the library; those of the feedback or the figure when None
        :return: the improvement, the earlier one if there is one with this key
        """
        if not key:
            raise ValueError("a drafted improvement needs a key")
        company = company or self._company_of(feedback) or self._company_of(ref) or self.env.company
        # two runs that meet: the second waits here, then finds what the first one wrote
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"library.improvement {key}"))
        drafts_sudo = self.sudo()  # sudo: the machine proposes; people decide
        found = drafts_sudo.search([("company_id", "=", company.id), ("key", "=", key)], limit=1)
        if not found:
            found = drafts_sudo.create({
                "name": " ".join((name or cause).split())[:NAME_LIMIT], "cause": cause, "company_id": company.id,
                "service_id": service.id if service else False, "key": key, "is_drafted": True,
                "ref_model": ref._name if ref else False, "ref_id": ref.id if ref else False,
            })
        if feedback:
            found._add_feedback(feedback)
        return found.with_env(self.env)

    @api.model
    def _company_of(self, record):
        return record[:1].company_id if record and "company_id" in record._fields else None

    def _add_feedback(self, feedback):
        """Note that this feedback led to it."""
        self.ensure_one()
