from odoo import fields, models


class LibraryPatron(models.Model):
    """A patron's plans: they go with the person, and lose what others taught when profiling ends."""

    _inherit = "library.patron"

    plan_ids = fields.One2many("library.plan", "patron_id", string="Plans", groups="base.group_user")
    wants_extras = fields.Boolean(
        "Wants one useful thing more", default=True, groups="base.group_user",
        help="Off: plans hold only what was asked for.",
    )

    def _anonymise(self):
        """A plan is about one person: it goes."""
        # sudo: plans of the patrons whom the caller may de-identify
        plans_sudo = self.env["library.plan"].sudo().search([("patron_id", "in", self.ids)])
        plans_sudo.unlink()
        return super()._anonymise()

    def _forget_behaviour(self):
        """Without profiling nothing in a plan comes from others any more."""
        result = super()._forget_behaviour()
        # sudo: plans of the patrons who switched it off
        plans_sudo = self.env["library.plan"].sudo().search([("patron_id", "in", self.ids)])
        plans_sudo._forget_similar()
        plans_sudo.write({"uses_similar": False})
        return result

    def action_make_plan(self):
        """Begin a plan for this patron."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.plan",
            "view_mode": "form",
            "name": self.env._("Plan"),
            "context": {"default_patron_id": self.id},
        }
