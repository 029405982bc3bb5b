from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class LibraryLifecycleTransition(models.Model):
    """A patron's step from one stage of the lifecycle to another: when, by which rule or person, and why."""

    _name = "library.lifecycle.transition"
    _description = "Lifecycle Transition"
    _order = "date desc, id desc"
    _rec_name = "patron_id"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, index=True, ondelete="cascade", readonly=True, check_company=True
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    date = fields.Date(required=True, readonly=True, index=True)
    from_stage = fields.Selection(selection="_selection_lifecycle", string="From", readonly=True)
    to_stage = fields.Selection(selection="_selection_lifecycle", string="To", required=True, readonly=True)

    rule_id = fields.Many2one(
        "library.lifecycle.rule", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    reason_code = fields.Char(readonly=True)
    reason_params = fields.Json(readonly=True)
    reason = fields.Text("Why", compute="_compute_reason")

    is_manual = fields.Boolean("By hand", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")
    note = fields.Char("Reason given", readonly=True)
    date_expiry = fields.Date("Holds until", readonly=True)

    _manual_says_why = models.Constraint(
        "CHECK (is_manual IS NOT TRUE OR (note IS NOT NULL AND date_expiry IS NOT NULL))",
        "Say why the stage is set by hand, and until when.",
    )

    @api.model
    def _selection_lifecycle(self):
        return self.env["library.patron"]._fields["lifecycle"]._description_selection(self.env)

    @api.depends("reason_code", "reason_params", "note")
    @api.depends_context("lang")
    def _compute_reason(self):
        for transition in self:
            transition.reason = transition.note if transition.is_manual else transition._sentence()

    def _sentence(self, **now):
        """Why the rule put the patron there, in the reader's language.

        :param now: figures of today in place of those of the day of the step
        """
        self.ensure_one()
        facts = {**(self.reason_params or {}), **now}
        if facts.get("date"):
            facts["date"] = format_date(self.env, facts["date"])
        _ = self.env._
        match self.reason_code:
            case "no_card":
                return _("Has neither a card nor used the library.")
            case "no_use":
                return _("Is enrolled and has not used the library yet.")
            case "not_counted":
                return _("Is enrolled; how this patron uses the library is not counted.")
            case "fresh":
                return _("Last use %(days)s days ago, %(visits)s days of use in all.", **facts)
            case "quiet":
                return _("No use for %(days)s days (the limit is %(limit)s), %(visits)s days of use before.", **facts)
            case "expired":
                return _("The membership ended on %(date)s and nothing was used since.", **facts)
            case "archived":
                return _("The record is archived.")
        return False

    @api.model
    def _set_by_hand(self, patron, stage, note, date_expiry):
        """Put a patron at a stage until a day, against what the rule says.

        :raise ValidationError: without a reason or with a day that has passed
        """
        patron.check_access("write")
        today = fields.Date.context_today(self)
        if not (note or "").strip():
            raise ValidationError(self.env._("Say why the rule is wrong about this patron."))
        if not date_expiry or date_expiry <= today:
            raise ValidationError(self.env._("Choose a day in the future until which this holds."))
        # sudo: transitions are written by the nightly run and by this method only; the caller may write the patron
        transition_sudo = self.sudo().create(
            {
                "patron_id": patron.id,
                "company_id": patron.company_id.id,
                "date": today,
                "from_stage": patron.lifecycle,
                "to_stage": stage,
                "is_manual": True,
                "user_id": self.env.uid,
                "note": note.strip(),
                "date_expiry": date_expiry,
            }
        )
        patron.write({"lifecycle": stage, "date_lifecycle_held": date_expiry})
        return transition_sudo.with_env(self.env)
