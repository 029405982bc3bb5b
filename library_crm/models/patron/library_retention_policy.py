from odoo import api, models


class LibraryRetentionPolicy(models.Model):
    """The rule for uses is the institution's setting for them: one number, seen in two places."""

    _inherit = "library.retention.policy"

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._set_usage_months()
        return policies

    def write(self, vals):
        result = super().write(vals)
        if "keep_count" in vals or "company_id" in vals:
            self._set_usage_months()
        return result

    def _set_usage_months(self):
        for policy in self.filtered(lambda policy: policy.kind == "usage"):
            # sudo: whoever may set the rule sets what it says
            policy.company_id.sudo().library_usage_months = policy.keep_count

    @api.model
    def _keeps(self, kind, company):
        return company.sudo().library_usage_months if kind == "usage" else super()._keeps(kind, company)
