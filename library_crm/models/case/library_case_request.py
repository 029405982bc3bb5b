from odoo import api, fields, models
from odoo.tools import format_date

from ...lib.form_input import FormRefused, as_date, as_id, clean_line, clean_text

LINE_LENGTH = 300
TEXT_LENGTH = 5000
LARGEST_NUMBER = 10**9


class LibraryCase(models.Model):
    """What the form of a service asks, and what the patron answered there."""

    _inherit = "library.case"

    request_properties = fields.Properties(
        "Request", definition="service_id.request_properties_definition", groups="base.group_user", copy=False
    )

    @api.model
    def get_property_definition(self, full_name):
        """Definitions of the questions come from the questions themselves, in the reader's language."""
        field_name, _dot, key = full_name.partition(".")
        if field_name != "request_properties":
            return super().get_property_definition(full_name)
        self.browse().check_access("read")
        # sudo: one question of a form that everybody may see
        question_sudo = self.env["library.service.question"].sudo().browse(as_id(key[1:]) or None).exists()
        return question_sudo._definition() if question_sudo else {}

    # The form on the portal

    @api.model
    def _portal_read_question(self, form, files):
        """Answers to the questions of the service are checked with the rest; all that is wrong is said at once."""
        errors = {}
        service = self._portal_services().filtered(lambda one: one.id == as_id(form.get("service")))
        answers = self._portal_read_answers(service, form, errors)
        try:
            asked = super()._portal_read_question(form, files)
        except FormRefused as refused:
            raise FormRefused({**refused.errors, **errors}) from refused
        if errors:
            raise FormRefused(errors)
        return {**asked, "answers": answers}

    @api.model
    def _portal_read_answers(self, service, form, errors):
        """{question: checked value} of what was answered; sentences about the rest go into `errors`."""
        answers = {}
        for question_sudo in service.sudo().question_ids:  # sudo: the questions of a service that is on the portal
            key = question_sudo._key()
            value, refusal = self._portal_read_answer(question_sudo, form.get(key))
            if refusal:
                errors[key] = refusal
            elif value:
                answers[question_sudo] = value
            elif question_sudo.is_required:
                errors[key] = self.env._("Please answer: %(question)s", question=question_sudo.name)
        return answers

    @api.model
    def _portal_read_answer(self, question, text):
        """The value of an untrusted answer and a sentence about what is wrong; one of the two, or none."""
        if question.kind == "text":
            return clean_text(text, TEXT_LENGTH), None
        line = clean_line(text, LINE_LENGTH)
        if question.kind == "boolean":
            return line == "1", None
        if question.kind == "selection":
            return line if line in {choice._key() for choice in question.choice_ids} else False, None
        if question.kind == "date" and line and not as_date(line):
            return False, self.env._(
                "“%(question)s”: please give the date as year-month-day, for example 2027-03-31.",
                question=question.name,
            )
        if question.kind == "integer" and line:
            if not line.isascii() or not line.isdecimal() or int(line[:12]) > LARGEST_NUMBER:
                return False, self.env._("“%(question)s”: please give a whole number.", question=question.name)
            return int(line), None
        return line, None

    @api.model
    def _portal_open(self, asked):
        """Answers stand in the patron's first message as well: whoever reads the mail knows all that was said."""
        answers = asked.get("answers") or {}
        if not answers:
            return super()._portal_open(asked)
        lines = [f"{question.name}: {self._answer_words(question, value)}" for question, value in answers.items()]
        case_sudo = super()._portal_open({**asked, "told": "\n".join(lines)})
        case_sudo.request_properties = {question._key(): value for question, value in answers.items()}
        return case_sudo

    def _portal_post(self, words, attachments, partner, asked=None):
        told = (asked or {}).get("told")
        return super()._portal_post(f"{words}\n\n{told}" if told else words, attachments, partner, asked)

    @api.model
    def _portal_hold(self, asked):
        answers = asked.get("answers") or {}
        lines = [f"{question.name}: {self._answer_words(question, value)}" for question, value in answers.items()]
        return super()._portal_hold({**asked, "question": "\n\n".join(filter(None, [asked["question"], *lines]))})

    @api.model
    def _answer_words(self, question, value):
        """An answer as a person reads it."""
        if question.kind == "boolean":
            return self.env._("Yes")
        if question.kind == "selection":
            return question.choice_ids.filtered(lambda choice: choice._key() == value).name or ""
        if question.kind == "date":
            return format_date(self.env, value)
        return str(value)
