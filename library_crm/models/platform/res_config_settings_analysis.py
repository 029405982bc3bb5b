from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """What the nightly analysis lets a library decide, and what it says about itself."""

    _inherit = "res.config.settings"

    library_debt_threshold = fields.Float(
        "Speak to patrons from", config_parameter="library_crm.debt_threshold", default=1.2, digits=(8, 1),
        help="One for each unmet need, missed promise, bad rating and question that came back; halved every 180 days.",
    )
    library_comeback_verdict = fields.Text(compute="_compute_library_analysis")
    library_comeback_warning = fields.Char(compute="_compute_library_analysis")
    library_prediction_verdict = fields.Text(compute="_compute_library_analysis")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_library_analysis(self):
        for settings in self:
            model = self.env["library.comeback.model"]._newest(settings.company_id)
            settings.library_comeback_verdict = model.verdict or self.env._("Nothing has been learned yet.")
            settings.library_comeback_warning = model.warning
            # sudo: sums over everybody; the settings are for administrators, who may not read predictions
            predictions_sudo = self.env["library.prediction"].sudo()
            settings.library_prediction_verdict = predictions_sudo._precision_sentences(settings.company_id)
