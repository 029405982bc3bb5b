from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STAFF = "base.group_user"
RELATIONS = "library_crm.group_library_relations"
FEWEST = 5
VERDICTS = [("adopt", "Keep it for good"), ("extend", "Go on trying"), ("drop", "Give it up")]


class LibraryService(models.Model):
    """A service on trial: what we expect, with whom, until when, by which rule it is judged, and the verdict."""

    _inherit = "library.service"

    is_pilot = fields.Boolean(
        "Pilot", tracking=True, copy=False, help="On trial: patrons see it and are asked to tell."
    )
    pilot_hypothesis = fields.Text("What we expect", groups=STAFF, copy=False)
    pilot_segment_id = fields.Many2one(
        "library.segment", string="Tried with", groups=RELATIONS, index="btree_not_null", ondelete="set null",
        copy=False, help="Empty: with everybody who asks.",
    )
    date_pilot_start = fields.Date("Pilot from", groups=STAFF, copy=False)
    date_pilot_end = fields.Date("Pilot until", groups=STAFF, copy=False, tracking=True)
    pilot_min_cases = fields.Integer("Cases at least", default=20, groups=STAFF, copy=False)
    pilot_min_kept_rate = fields.Float("Promises kept at least", default=0.8, groups=STAFF, copy=False)
    pilot_min_rating = fields.Float("Rated at least", default=4.0, groups=STAFF, copy=False)
    # how it stands
    pilot_case_count = fields.Integer("Cases so far", compute="_compute_pilot", groups=RELATIONS)
    pilot_kept_rate = fields.Float("Promises kept", compute="_compute_pilot", groups=RELATIONS)
    pilot_rating = fields.Float("Rated", compute="_compute_pilot", groups=RELATIONS)
    pilot_proposal = fields.Selection(
        VERDICTS, string="The rule says", compute="_compute_pilot", groups=RELATIONS,
        help="What follows from the rule and the figures. The verdict is yours.",
    )
    # how it ended
    pilot_verdict = fields.Selection(VERDICTS, string="Verdict", groups=STAFF, copy=False)
    pilot_reason = fields.Text("Why", groups=STAFF, copy=False)
    date_pilot_verdict = fields.Date("Decided on", groups=STAFF, copy=False, readonly=True)

    _pilot_dates_in_order = models.Constraint(
        "CHECK (date_pilot_end >= date_pilot_start)", "A pilot ends after its start."
    )

    @api.depends(
        "is_pilot", "date_pilot_start", "date_pilot_end", "pilot_segment_id", "pilot_min_cases", "pilot_min_kept_rate",
        "pilot_min_rating",
    )
    def _compute_pilot(self):
        for service in self:
            # sudo: no case at all, of the same kind as those that `_pilot_cases` counts
            cases = service._pilot_cases() if service.date_pilot_start else self.env["library.case"].sudo()
            judged = cases.filtered(lambda case: case.promise_kept in ("kept", "missed"))
            kept = judged.filtered(lambda case: case.promise_kept == "kept")
            ratings = [case.rating_last_value for case in cases if case.rating_last_value]
            # few cases are people: their figures stay away
            shown = len(cases) >= FEWEST
            service.pilot_case_count = len(cases)
            service.pilot_kept_rate = len(kept) / len(judged) if shown and judged else 0
            service.pilot_rating = sum(ratings) / len(ratings) if shown and len(ratings) >= FEWEST else 0
            service.pilot_proposal = service._pilot_propose() if service.date_pilot_start else False

    def _pilot_cases(self):
        """The cases of the trial, in sudo mode: of this service, in its days, of its segment."""
        self.ensure_one()
        domain = Domain("service_id", "=", self.id) & Domain("create_date", ">=", self.date_pilot_start)
        if self.date_pilot_end:
            domain &= Domain("create_date", "<", fields.Date.add(self.date_pilot_end, days=1))
        segment = self.sudo().pilot_segment_id  # sudo: chooses cases for a count
        if segment:
            domain &= Domain("patron_id.membership_ids.segment_id", "=", segment.id)
        # sudo: counts over all teams; only figures leave this method's callers
        return self.env["library.case"].sudo().with_context(active_test=False).search(domain)

    def _pilot_propose(self):
        """The verdict by the rule: kept when all of it holds, given up when nothing does, else tried further."""
        self.ensure_one()
        if self.pilot_case_count < max(self.pilot_min_cases, FEWEST):
            return "extend"
        holds = [
            self.pilot_kept_rate >= self.pilot_min_kept_rate,
            not self.pilot_min_rating or self.pilot_rating >= self.pilot_min_rating,
        ]
        return "adopt" if all(holds) else "extend" if any(holds) else "drop"

    def action_decide_pilot(self):
        """Carry the verdict out and write it into the history of the service, with its figures.

        :raise UserError: without a verdict, a reason, or a later end for a trial that goes on
        """
        self.check_access("write")
        for service in self.filtered("is_pilot"):
            if not service.pilot_verdict or not (service.pilot_reason or "").strip():
                raise UserError(self.env._("Say what is decided, and why."))
            today = fields.Date.context_today(service)
            if service.pilot_verdict == "extend" and not (service.date_pilot_end and service.date_pilot_end > today):
                raise UserError(self.env._("Set the day until which it is tried further."))
            service._log_verdict()
            values = {"date_pilot_verdict": today, "is_pilot": service.pilot_verdict == "extend"}
            if service.pilot_verdict == "drop":
                values["is_published"] = False
            if service.pilot_verdict == "extend":
                values |= {"pilot_verdict": False, "pilot_reason": False}
            service.write(values)
            service.activity_unlink(["mail.mail_activity_data_todo"])

    def _log_verdict(self):
        verdict = dict(self._fields["pilot_verdict"]._description_selection(self.env))[self.pilot_verdict]
        self.message_post(
            body=self.env._(
                "Pilot: %(verdict)s. %(reason)s (%(cases)s cases, promises kept: %(kept)s %%, rated %(rating)s)",
                verdict=verdict, reason=self.pilot_reason, cases=self.pilot_case_count,
                kept=round(100 * self.pilot_kept_rate), rating=round(self.pilot_rating, 1),
            ),
            subtype_xmlid="mail.mt_note",
        )  # fmt: skip

    @api.model
    def _cron_refresh_figures(self):
        result = super()._cron_refresh_figures()
        self._remind_of_verdicts()
        return result

    @api.model
    def _remind_of_verdicts(self):
        """A to-do for the lead of the owner team when a trial is over; one at a time."""
        over = self.search(Domain("is_pilot", "=", True) & Domain("date_pilot_end", "<", "today"))
        for service in over.filtered(lambda one: not one.activity_ids):
            if lead := service.team_id.lead_id:
                service.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=lead.id,
                    summary=self.env._("The pilot is over: keep it, try further or give it up?"),
                )
