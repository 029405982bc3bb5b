from odoo import fields, models


class ResCompany(models.Model):
    """How many of those who could be asked are asked."""

    _inherit = "res.company"

    library_csat_share = fields.Float(
        "Asked after a case", default=100.0, digits=(5, 1),
        help="Percent of the closed cases after which the patron is asked how the service was.",
    )
    library_outcome_share = fields.Float(
        "Asked what came of it instead", default=0.0, digits=(5, 1),
        help="Percent of these cases after which the mail asks what came of it, and not how the service was.",
    )
    library_nps_share = fields.Float(
        "Asked each month whether they recommend us", default=0.0, digits=(5, 1),
        help="Percent of the patrons served within a year who are drawn each month.",
    )

    _evaluation_shares = models.Constraint(
        "CHECK (coalesce(library_csat_share, 0) BETWEEN 0 AND 100 AND coalesce(library_outcome_share, 0) BETWEEN 0"
        " AND 100 AND coalesce(library_nps_share, 0) BETWEEN 0 AND 100)",
        "A share lies between 0 and 100 percent.",
    )

    def _evaluation_share(self, instrument):
        """Percent of those who could be asked with this instrument; all, where nothing was set."""
        self.ensure_one()
        name = f"library_{instrument}_share"
        return self[name] if name in self._fields else 100.0
