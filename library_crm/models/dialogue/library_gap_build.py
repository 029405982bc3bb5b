from odoo import models
from odoo.fields import Command
from odoo.tools import groupby

from ...const import GAP_DIMENSIONS
from ...lib.gap_figures import HIGHEST, LOWEST


class LibraryGapSurvey(models.Model):
    """Odoo's survey is made from the items: a page for each dimension, and a question of three rows for each item."""

    _inherit = "library.gap.survey"

    def _build(self):
        """Make the survey once; built again, it is the same one."""
        self.ensure_one()
        if self.survey_id:
            return
        # sudo: makes the library's own survey from items that the caller may choose
        survey_sudo = self.env["survey.survey"].sudo().create({
            "title": self.name, "access_mode": "token", "questions_layout": "page_per_section",
            "users_can_go_back": True, "survey_type": "survey",
        })
        self.survey_id = survey_sudo
        used = self._build_services(survey_sudo)
        sequence = 10
        items = self.item_ids.sorted(lambda item: (self._place_of(item), item.sequence, item.id))
        for dimension, found in groupby(items, key=lambda item: item.dimension):
            sequence = self._build_page(survey_sudo, dimension, found, sequence, used)

    def _place_of(self, item):
        return [code for code, _name in GAP_DIMENSIONS].index(item.dimension)

    def _build_page(self, survey_sudo, dimension, items, sequence, used):
        """One dimension with its items; returns the next sequence."""
        page_sudo = survey_sudo.env["survey.question"].create({
            "survey_id": survey_sudo.id, "is_page": True, "question_type": False, "sequence": sequence,
            "title": dict(GAP_DIMENSIONS)[dimension],
        })
        self._translate(page_sudo, "title", lambda gap: gap._dimension_name(dimension))
        for number, item in enumerate(items, start=1):
            question_sudo = self._build_question(survey_sudo, item, sequence + number, used)
            self.env["library.gap.question"].sudo().create({  # sudo: written here alone
                "gap_id": self.id, "item_id": item.id, "question_id": question_sudo.id, "sequence": sequence + number,
            })
        return sequence + len(items) + 10

    def _dimension_name(self, dimension):
        return dict(self.env["library.gap.item"]._fields["dimension"]._description_selection(self.env))[dimension]

    def _build_question(self, survey_sudo, item, sequence, used):
        """An item: three rows, nine columns, none of them required."""
        question_sudo = survey_sudo.env["survey.question"].create({
            "survey_id": survey_sudo.id, "title": item.name, "sequence": sequence, "question_type": "matrix",
            "matrix_subtype": "simple",
            "suggested_answer_ids": [
                Command.create({"value": str(value), "sequence": value}) for value in range(LOWEST, HIGHEST + 1)
            ],
            "matrix_row_ids": [
                Command.create({"value": name, "sequence": number})
                for number, name in enumerate(self._row_names(), start=1)
            ],
            "triggering_answer_ids": [Command.set([used[one].id for one in item.service_ids if one in used])],
        })
        self._translate(question_sudo, "title", lambda gap: item.with_context(gap.env.context).name)
        for number, row_sudo in enumerate(question_sudo.matrix_row_ids.sorted("sequence")):
            self._translate(row_sudo, "value", lambda gap, number=number: gap._row_names()[number])
        return question_sudo

    def _row_names(self):
        """What the three ratings are called, in the language of the environment."""
        return [self.env._("The least I would accept"), self.env._("What I wish for"), self.env._("What I find here")]

    def _build_services(self, survey_sudo):
        """The first page asks which services somebody has used, if items hang on that: {service: answer}."""
        services = self.item_ids.service_ids
        if not services:
            return {}
        title = self.env._("What you have used")
        page_sudo = survey_sudo.env["survey.question"].create({
            "survey_id": survey_sudo.id, "is_page": True, "question_type": False, "sequence": 1, "title": title,
        })
        self._translate(page_sudo, "title", lambda gap: gap.env._("What you have used"))
        question_sudo = survey_sudo.env["survey.question"].create({
            "survey_id": survey_sudo.id, "sequence": 2, "question_type": "multiple_choice",
            "title": self.env._("Which of these have you used within a year?"),
            "suggested_answer_ids": [
                Command.create({"value": service.name, "sequence": number})
                for number, service in enumerate(services, start=1)
            ],
        })
        self._translate(
            question_sudo, "title", lambda gap: gap.env._("Which of these have you used within a year?")
        )
        answers_sudo = question_sudo.suggested_answer_ids.sorted("sequence")
        for service, answer_sudo in zip(services, answers_sudo, strict=True):
            self._translate(answer_sudo, "value", lambda gap, one=service: one.with_context(gap.env.context).name)
        return dict(zip(services, answers_sudo, strict=True))

    def _translate(self, record_sudo, name, text):
        """Write `name` of a record in every language of the database; `text` gives it from a round in that language."""
        for code, _label in self.env["res.lang"].get_installed():
            record_sudo.with_context(lang=code)[name] = text(self.with_context(lang=code))
