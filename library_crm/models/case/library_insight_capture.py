from odoo import api, models


class LibraryInsight(models.Model):
    """From a case an insight keeps the workroom: staff find the work again, and no patron stands in it."""

    _inherit = "library.insight"

    @api.model
    def _get_about_models(self):
        return super()._get_about_models() | {"library.case", "library.workroom"}

    @api.model
    def _about_subjects(self, record):
        if record is not None and record._name in ("library.case", "library.workroom"):
            # sudo: the classes of the needs, which say nothing about the person
            case_sudo = record.sudo().case_id if record._name == "library.workroom" else record.sudo()
            return self.env["library.subject"].browse(case_sudo.need_ids.subject_ids.ids)
        return super()._about_subjects(record)

    @api.model
    def _about_values(self, record):
        if record is None or record._name not in ("library.case", "library.workroom"):
            return super()._about_values(record)
        # sudo: whoever may read the case may note an insight in its workroom, which is made when there is none
        room = record.sudo()._ensure_workroom() if record._name == "library.case" else record
        return {"workroom_id": room.id}

    @api.model_create_multi
    def create(self, vals_list):
        """What was learned in a workroom is kept without the people of its case, whoever reads it later."""
        insights = super().create(vals_list)
        for insight in insights.sudo().filtered("workroom_id"):  # sudo: words are taken out of a text, never shown
            clean = insight.workroom_id.case_id._remove_identity(insight.name)
            if clean != insight.name:
                insight.name = clean
        return insights
