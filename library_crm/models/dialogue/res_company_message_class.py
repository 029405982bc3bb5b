from odoo import models

from ...lib.lift import FEWEST, wilson


class ResCompany(models.Model):
    _inherit = "res.company"

    def _message_class_rates(self):
        """How often this library's staff found a class right, by the class that was proposed.

        :return: dict {kind: {"n", "rate", "low", "high"}}; kinds of which fewer than five were looked at are left out
        """
        # sudo: counts only
        groups = self.env["library.message.class"].sudo()._read_group(
            [("company_id", "=", self.id), ("state", "!=", "proposed")], ["kind_before", "state"], ["__count"])
        counts = {}
        for kind, state, count in groups:
            counts.setdefault(kind, {})[state] = count
        rates = {}
        for kind, found in counts.items():
            right, n = found.get("confirmed", 0), sum(found.values())
            if n >= FEWEST:
                low, high = wilson(right, n)
                rates[kind] = {"n": n, "rate": right / n, "low": low, "high": high}
        return rates
