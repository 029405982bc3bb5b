from odoo import api, fields, models
from odoo.tools import SQL

RELATIONS = "library_crm.group_library_relations"


class LibraryPatron(models.Model):
    """What the nightly analysis says of a patron, for the page and for the domains of segments."""

    _inherit = "library.patron"

    fact_ids = fields.One2many("library.patron.fact", "patron_id", string="Figures", readonly=True, groups=RELATIONS)
    transition_ids = fields.One2many(
        "library.lifecycle.transition", "patron_id", string="Steps", readonly=True, groups=RELATIONS
    )
    date_lifecycle_held = fields.Date(
        "Stage held until", readonly=True, copy=False, groups="base.group_user",
        help="Somebody set the stage by hand; the nightly rule leaves it alone until this day.",
    )
    lifecycle_reason = fields.Text("Why this stage", compute="_compute_lifecycle_reason", groups=RELATIONS)

    service_debt = fields.Float("What we owe", compute="_compute_figures", groups=RELATIONS, digits=(8, 1))
    owes_much = fields.Boolean(compute="_compute_figures", groups=RELATIONS)
    return_chance = fields.Float("Chance of coming back", compute="_compute_figures", groups=RELATIONS)
    stage_chance = fields.Float("Chance by the stage alone", compute="_compute_return_explanation", groups=RELATIONS)
    return_explanation = fields.Html("Why", compute="_compute_return_explanation", groups=RELATIONS)
    debt_term_ids = fields.One2many(
        "library.service.debt.term", "patron_id", string="What the debt is made of", groups=RELATIONS
    )
    change_ids = fields.One2many("library.patron.change", "patron_id", string="Changes", groups=RELATIONS)
    prediction_ids = fields.One2many("library.prediction", "patron_id", string="Needs to come", groups=RELATIONS)
    recovery_ids = fields.One2many("library.recovery", "patron_id", string="Recoveries", groups="base.group_user")

    @api.depends("transition_ids.reason", "fact_ids.days_since_use", "fact_ids.visit_days_total")
    @api.depends_context("lang")
    def _compute_lifecycle_reason(self):
        for patron in self:
            newest, facts = patron.transition_ids[:1], patron.fact_ids
            if newest.to_stage != patron.lifecycle:
                patron.lifecycle_reason = False
            elif newest.is_manual:
                patron.lifecycle_reason = newest.note
            else:
                patron.lifecycle_reason = newest._sentence(days=facts.days_since_use, visits=facts.visit_days_total)

    @api.depends("fact_ids.debt", "fact_ids.return_chance")
    def _compute_figures(self):
        threshold = self.env["library.recovery"]._debt_threshold()
        for patron in self:
            facts = patron.fact_ids
            patron.service_debt = facts.debt
            patron.owes_much = facts.debt >= threshold
            patron.return_chance = facts.return_chance

    @api.depends("fact_ids.return_chance", "fact_ids.stage")
    @api.depends_context("lang")
    def _compute_return_explanation(self):
        for patron in self:
            model = self.env["library.comeback.model"]._newest(patron.company_id)
            facts = patron.fact_ids
            is_known = bool(model and patron.allows_counts and facts.return_chance)
            patron.return_explanation = model._explain(patron) if is_known else False
            is_beside = is_known and model.method == "logistic"
            patron.stage_chance = (model.stage_rates or {}).get(facts.stage, 0.0) if is_beside else 0.0

    def action_open_debt(self):
        """What we owe this patron, term by term."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_service_debt_term_action")
        return {**action, "domain": [("patron_id", "=", self.id)]}

    def action_override_lifecycle(self):
        """Set the stage by hand, with a reason and an end."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_lifecycle_override_action")
        return {**action, "context": {"default_patron_id": self.id}}

    def _anonymise(self):
        """What colleagues wrote about these patrons goes; that something was set or made good stays for the figures."""
        result = super()._anonymise()
        # sudo: words about a person who may be de-identified by whoever calls this
        self.transition_ids.sudo().filtered("is_manual").note = self.env._("De-identified patron")
        recoveries_sudo = self.recovery_ids.sudo()
        recoveries_sudo.with_context(tracking_disable=True).write({"what_done": False, "verdict": False})
        recoveries_sudo.message_ids.unlink()
        recoveries_sudo.activity_ids.unlink()
        return result

    def _forget_behaviour(self):
        """With the counts goes what the analysis drew from them."""
        result = super()._forget_behaviour()
        if self.ids:
            facts = self.env["library.patron.fact"]
            facts.flush_model()
            facts._forget_use_of(self)
            self._forget_drawn(("library.patron.change", "library.prediction", "library.lifecycle.milestone"))
        return result

    def _forget_interests(self):
        """Without subjects there is no need to come."""
        result = super()._forget_interests()
        self._forget_drawn(("library.prediction",))
        # sudo: empties what the patron no longer allows, whoever notes it
        self.env["library.patron.change"].sudo().search([("patron_id", "in", self.ids)]).new_subjects = []
        return result

    def _forget_drawn(self, names):
        for name in names:
            # sudo: deletes what the patron no longer allows, whoever notes it
            self.env[name].sudo().search([("patron_id", "in", self.ids)]).unlink()

    @api.model
    def _sql_visible_use(self):
        """Condition on `p` (library_patron) for what may be computed about how somebody uses the library."""
        return SQL("p.allows_counts AND p.is_anonymised IS NOT TRUE AND p.active")
