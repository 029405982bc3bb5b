from odoo import api, fields, models


class LibraryInsightQuestion(models.Model):
    """A question that was asked from a workroom: its answers come back there, with thanks."""

    _inherit = "library.insight.question"

    workroom_id = fields.Many2one(
        "library.workroom", index="btree_not_null", ondelete="set null", readonly=True,
        groups="library_crm.group_library_librarian",
    )

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        for question in questions.sudo():  # sudo: words that must not stand in the text are compared, not shown
            case = question.workroom_id.case_id
            if case:
                question.write(
                    {"name": case._remove_identity(question.name), "body": case._remove_identity(question.body or "")}
                )
        return questions

    def write(self, vals):
        clean = {name: vals[name] for name in ("name", "body") if vals.get(name)}
        cases_sudo = self.sudo().workroom_id.case_id  # sudo: words are taken out of a text, never shown
        if clean and cases_sudo:
            vals = {**vals, **{name: cases_sudo._remove_identity(text) for name, text in clean.items()}}
        return super().write(vals)

    def _register_answer(self, insight):
        result = super()._register_answer(insight)
        room_sudo = self.sudo().workroom_id  # sudo: whoever was asked need not sit in the room
        if room_sudo:
            insight.sudo().workroom_id = room_sudo
            room_sudo._note(
                self.env._(
                    "%(colleague)s told what they know: %(insight)s",
                    colleague=insight.author_id.name,
                    insight=insight.name,
                )
            )
            if self.asker_id != insight.author_id:
                self._tell_asker(insight)
        return result

    def _tell_asker(self, insight):
        """The asker hears that an answer is there."""
        # sudo: an activity on a record that the answering colleague does not write
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("%(colleague)s answered you", colleague=insight.author_id.name),
            user_id=self.asker_id.id,
        )
