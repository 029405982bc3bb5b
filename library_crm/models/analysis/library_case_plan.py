from odoo import api, fields, models


class LibraryCase(models.Model):
    """From a case to a plan of what its patron can do next."""

    _inherit = "library.case"

    def action_open_plan(self):
        """Open the plan of this case; the first time it is made from the case's needs."""
        self.ensure_one()
        self.check_access("write")
        Plan = self.env["library.plan"]
        plan = Plan.search([("case_id", "=", self.id)], limit=1)
        if not plan and self.patron_id:
            plan = Plan.create(Plan._prepare_from_case(self))
            plan._build()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.plan",
            "res_id": plan.id,
            "view_mode": "form",
            "name": self.env._("Plan"),
        }

    def _portal_values(self, access_token=None):
        values = super()._portal_values(access_token)
        # sudo: given plans are the patron's; only whoever decides for the patron sees that there are any
        plans_sudo = self.env["library.plan"].sudo().search(
            [("case_id", "=", self.id), ("state", "!=", "draft")] if values["may_decide"] else [("id", "=", False)]
        )
        own = plans_sudo.filtered(
            lambda plan: plan.patron_id.partner_id == self.env.user.partner_id or values["access_token"]
        )
        links = [{"name": plan.name, "url": plan._portal_url(bool(values["access_token"]))} for plan in own]
        return {**values, "plans": links}


class LibraryPlan(models.Model):
    _inherit = "library.plan"

    @api.model
    def _prepare_from_case(self, case):
        """A plan for what a case is about: the classes, deadline and depth of its needs, in the patron's words."""
        # the needs are read under the reader's rights; what a plan takes from them is about its own patron
        needs = case.need_ids.filtered(lambda need: need.origin == "stated") or case.need_ids
        need = needs.sorted("id")[:1]
        langs = dict(self.env["library.article"]._get_languages())
        values = {
            "name": need.name or case.name,
            "patron_id": case.patron_id.id,
            "case_id": case.id,
            "question": case._question_without_identity(),
            "subject_ids": [fields.Command.set(needs.subject_ids.ids)],
            "date_deadline": min(filter(None, needs.mapped("date_deadline")), default=False),
            "depth": need.depth,
            "lang": case.lang if case.lang in langs else False,
        }
        return {name: value for name, value in values.items() if value}
