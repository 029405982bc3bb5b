from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

STATES = [("draft", "Being prepared"), ("open", "Under way"), ("closed", "Closed")]


class LibraryGapSurvey(models.Model):
    """One round of asking about service quality: who is asked which items, how many answered, and the gaps.

    The questions and answers are those of Odoo's survey; here stands what it does not know: the sample, the items,
    and the three ratings that belong together.
    """

    _name = "library.gap.survey"
    _description = "Gap Survey"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char("Round", required=True)
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, default=lambda self: self.env.company
    )
    item_ids = fields.Many2many(
        "library.gap.item", string="Items", check_company=True, default=lambda self: self._default_items()
    )
    service_id = fields.Many2one(
        "library.service", "Only users of", ondelete="restrict", index="btree_not_null",
        help="Asked are those who had a case of this service within a year; otherwise all who had a case.",
    )
    share = fields.Float(
        "Sample (%)", default=100.0, required=True, help="Drawn by chance. 100 is a census: everybody is asked."
    )
    per_person = fields.Integer(
        "Shared items per person", default=5,
        help="Besides the items asked of everybody, so many are drawn for each person. 0: all items for all.",
    )
    date_start = fields.Date("From", required=True, default=fields.Date.context_today)
    date_end = fields.Date("Until")
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    date_asked = fields.Date("Last asked", readonly=True, copy=False)

    survey_id = fields.Many2one(
        "survey.survey", "Odoo survey", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    question_ids = fields.One2many("library.gap.question", "gap_id", readonly=True)
    result_ids = fields.One2many("library.gap.result", "gap_id", string="Figures", readonly=True)

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A sample has more than 0 and at most 100 percent."
    )
    _per_person_positive = models.Constraint("CHECK (per_person >= 0)", "The number of items must not be negative.")
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "The survey ends before it starts."
    )

    @api.model
    def _default_items(self):
        return self.env["library.gap.item"].search([
            ("company_id", "in", [False, self.env.company.id]), ("source", "=", False),
        ])

    @api.constrains("item_ids", "state")
    def _check_items(self):
        if any(gap.state != "draft" and not gap.item_ids for gap in self):
            raise ValidationError(self.env._("Choose the items before the survey opens."))

    def write(self, vals):
        if {"item_ids", "per_person", "service_id", "company_id"} & set(vals) and any(
            gap.state != "draft" for gap in self
        ):
            raise UserError(self.env._("What is asked of whom does not change while people answer. Make a new round."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        if any(gap.state != "draft" for gap in self):
            raise UserError(self.env._("A survey that people have answered stays."))

    @api.model
    def _domain_open(self):
        return Domain("state", "=", "open")

    # Opening and closing

    def action_open(self):
        """Build Odoo's survey from the items, and ask from the first day on."""
        self.check_access("write")
        for gap in self.filtered(lambda one: one.state == "draft"):
            gap._build()
            gap.state = "open"
        self.env.ref("library_crm.ir_cron_library_gap")._trigger()

    def action_close(self):
        """Nobody answers any more; the figures are worked out for good."""
        self.check_access("write")
        self._close()

    def _close(self):
        for gap in self.filtered(lambda one: one.state == "open"):
            gap.write({"state": "closed", "date_end": min(gap.date_end or self._today(), self._today())})
            gap._rebuild()

    def action_rebuild(self):
        """Work the figures out from the answers so far."""
        self.check_access("write")
        self._rebuild()

    def action_survey(self):
        """Odoo's own survey with every single answer, without persons."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": "survey.survey", "res_id": self.survey_id.id,
            "views": [(False, "form")], "name": self.name,
        }

    def action_results(self):
        """The figures as a list."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_gap_result_action"),
            "domain": [("gap_id", "=", self.id)],
        }

    @api.model
    def _today(self):
        return fields.Date.context_today(self)
