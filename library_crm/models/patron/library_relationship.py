from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

CADENCES = [
    ("month", "Every month"),
    ("quarter", "Every quarter"),
    ("term", "Every term"),
    ("year", "Every year"),
    ("need", "When there is need"),
]
CADENCE_MONTHS = {"month": 1, "quarter": 3, "term": 6, "year": 12}
HEALTH = [("good", "Good"), ("watch", "To be watched"), ("poor", "In trouble")]
ENDED_BY = [("patron", "The patron"), ("staff", "The library")]
_NEW_OWNER_NOTE = "library_handover_note"


class LibraryRelationship(models.Model):
    """Who looks after a patron, a project or an affiliation for good, and what was agreed.

    The owner changes only with a note for whoever takes over, see `_hand_over`.
    """

    _name = "library.relationship"
    _description = "Relationship"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, date_review, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    # with whom
    patron_id = fields.Many2one("library.patron", index="btree_not_null", ondelete="cascade", check_company=True)
    affiliation_id = fields.Many2one(
        "library.affiliation", index="btree_not_null", ondelete="cascade", check_company=True
    )
    project_id = fields.Many2one(
        "library.patron.project", index="btree_not_null", ondelete="cascade", check_company=True
    )
    # who looks after it
    owner_id = fields.Many2one(
        "res.users", required=True, index=True, tracking=True, default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    co_owner_ids = fields.Many2many(
        "res.users", "library_relationship_co_owner_rel", "relationship_id", "user_id", string="Co-owners",
        domain="[('share', '=', False)]",
    )
    deputy_id = fields.Many2one("res.users", tracking=True, domain="[('share', '=', False)]", index="btree_not_null")
    deputy_from = fields.Date("Deputy from")
    deputy_to = fields.Date("Deputy until")
    handover_ids = fields.One2many("library.relationship.handover", "relationship_id", string="Hand-overs")
    # what was agreed
    date_since = fields.Date("Since", default=fields.Date.context_today, required=True)
    purpose = fields.Char(help="What the patron and the library want from it; the patron reads this.")
    cadence = fields.Selection(CADENCES, string="Agreed contact", default="term", required=True)
    health = fields.Selection(HEALTH, groups="library_crm.group_library_relations", tracking=True)
    health_note = fields.Text("Health note", groups="library_crm.group_library_relations")
    date_review = fields.Date("Review on", index="btree_not_null")
    # how it ended
    state = fields.Selection([("active", "Active"), ("ended", "Ended")], default="active", required=True, readonly=True,
                             tracking=True)
    ended_by = fields.Selection(ENDED_BY, readonly=True)
    end_reason = fields.Char("Reason", readonly=True)
    date_ended = fields.Date("Ended on", readonly=True)

    _one_party = models.Constraint(
        "CHECK (num_nonnulls(patron_id, affiliation_id, project_id) = 1)",
        "A relationship is with one patron, one project or one affiliation.",
    )
    _patron_once = models.UniqueIndex(
        "(patron_id) WHERE state = 'active'", "Somebody looks after this patron already: hand that over."
    )
    _affiliation_once = models.UniqueIndex(
        "(affiliation_id) WHERE state = 'active'", "Somebody looks after this affiliation already: hand that over."
    )
    _project_once = models.UniqueIndex(
        "(project_id) WHERE state = 'active'", "Somebody looks after this project already: hand that over."
    )

    @api.depends("patron_id", "affiliation_id", "project_id")
    def _compute_display_name(self):
        for relationship in self:
            party = relationship.patron_id or relationship.project_id or relationship.affiliation_id
            relationship.display_name = party.display_name or self.env._("Relationship")

    @api.constrains("deputy_id", "deputy_from", "deputy_to")
    def _check_deputy(self):
        for relationship in self:
            begins, ends = relationship.deputy_from, relationship.deputy_to
            if relationship.deputy_id and not (begins and ends and begins <= ends):
                raise ValidationError(self.env._("Say from when until when the deputy stands in."))

    @api.model_create_multi
    def create(self, vals_list):
        relationships = super().create(vals_list)
        for relationship in relationships.filtered(lambda one: not one.date_review):
            relationship.date_review = relationship._next_review(relationship.date_since)
        return relationships

    def write(self, vals):
        if "owner_id" in vals:
            changing = self.filtered(lambda relationship: relationship.owner_id.id != vals["owner_id"])
            changing._note_handover(vals["owner_id"])
        return super().write(vals)

    def _note_handover(self, owner_id):
        """Keep who gives these relationships to whom, and what the next one must know."""
        note = (self.env.context.get(_NEW_OWNER_NOTE) or "").strip()
        if self and not note:
            raise UserError(self.env._("Hand the relationship over with a note for whoever takes it."))
        # sudo: hand-overs are a log that nobody writes by hand; the relationships are written by the user right after
        self.env["library.relationship.handover"].sudo().create([
            {"relationship_id": relationship.id, "from_user_id": relationship.owner_id.id, "to_user_id": owner_id,
             "note": note}
            for relationship in self
        ])

    def _hand_over(self, user, note):
        """Give these relationships to `user`.

        :param note: what the next owner must know
        :raise UserError: without a note
        """
        self.with_context(**{_NEW_OWNER_NOTE: note or ""}).owner_id = user
        for relationship in self:
            relationship.activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id, note=note,
                summary=self.env._("Taken over: read the note"),
            )

    def _end(self, ended_by, reason):
        """End these relationships; what was agreed stays readable.

        :param str ended_by: `patron` or `staff`
        """
        self.filtered(lambda one: one.state == "active").write({
            "state": "ended", "ended_by": ended_by, "end_reason": reason, "date_ended": fields.Date.context_today(self),
        })
        self.activity_unlink(["mail.mail_activity_data_todo", "library_crm.mail_activity_relationship_review"])

    def _next_review(self, day):
        months = CADENCE_MONTHS.get(self.cadence, 12)
        return day + relativedelta(months=months)

    def action_reviewed(self):
        """The relationship was looked at today: the next review follows from what was agreed."""
        today = fields.Date.context_today(self)
        for relationship in self:
            relationship.date_review = relationship._next_review(today)
        self.activity_feedback(["library_crm.mail_activity_relationship_review"])

    def action_open(self):
        """The relationship's own page."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form"}

    def action_hand_over(self):
        """Open the dialog that gives the relationship to a colleague."""
        return self._dialog("library.relationship.change", self.env._("Hand over"), "hand_over")

    def action_end(self):
        """Open the dialog that ends the relationship."""
        return self._dialog("library.relationship.change", self.env._("End the relationship"), "end")

    def _dialog(self, model, name, kind):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": model, "name": name, "view_mode": "form", "target": "new",
            "context": {"default_relationship_id": self.id, "default_kind": kind},
        }

    @api.model
    def _domain_to_review(self):
        """Relationships whose review is due."""
        return Domain("state", "=", "active") & Domain("date_review", "<=", "today")

    @api.model
    def _cron_remind(self):
        """An activity for whoever looks after a relationship whose review is due; one at a time."""
        activity = "library_crm.mail_activity_relationship_review"
        kind = self.env.ref(activity)
        for relationship in self.search(self._domain_to_review()):
            if kind not in relationship.activity_ids.activity_type_id:
                user = relationship._standing_in()
                relationship.activity_schedule(activity, relationship.date_review, user_id=user.id)

    def _standing_in(self):
        """Whoever looks after it today: the deputy within the agreed days, else the owner."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        begins, ends = self.deputy_from, self.deputy_to
        return self.deputy_id if self.deputy_id and begins <= today <= ends else self.owner_id
