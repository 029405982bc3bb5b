from odoo import models


class SurveyUserInput(models.Model):
    """A gap survey may also be answered on Odoo's own page, e.g. at a screen in the hall: it counts just as well."""

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        self.env["library.gap.answer"]._take_input(self)
        return result
