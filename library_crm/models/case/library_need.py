from odoo import fields, models


class LibraryNeed(models.Model):
    _inherit = "library.need"

    case_ids = fields.Many2many("library.case", "library_case_need_rel", "need_id", "case_id", string="Cases")

    def _restate(self, restatement):
        """Colleagues in the workrooms read the new understanding, unless somebody worded the question for them."""
        # sudo: the rooms of these needs' cases, also for whoever does not sit in them; the text holds no identity
        rooms_sudo = self.sudo().case_ids.workroom_ids
        generated = {room: room.case_id._question_without_identity() for room in rooms_sudo}
        result = super()._restate(restatement)
        for room, text in generated.items():
            if room.question == text:
                room.question = room.case_id._question_without_identity()
        return result
