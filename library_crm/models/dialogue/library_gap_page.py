from odoo import fields, models

from ...lib.form_input import FormRefused, clean_text
from ...lib.gap_figures import HIGHEST, LOWEST, drawn

RATINGS = ("minimum", "desired", "perceived")
WORDS_LENGTH = 5000
KEY = "gap:"


class LibraryEvaluationInvitation(models.Model):
    """Rate the quality of the library three times for each statement, on one page that needs no script."""

    _inherit = "library.evaluation.invitation"

    instrument = fields.Selection(
        selection_add=[("gap", "How good is our service?")], ondelete={"gap": "cascade"}
    )

    def _gap(self):
        """The round that this invitation is for, in sudo mode."""
        Gap_sudo = self.env["library.gap.survey"].sudo()  # sudo: found for the holder of the link
        number = (self.key or "").removeprefix(KEY)
        return Gap_sudo.browse(int(number)).exists() if number.isdecimal() else Gap_sudo

    def _link_holds(self):
        holds = super()._link_holds()
        return holds and (self.instrument != "gap" or self._gap().state == "open")

    def _gap_questions(self):
        """What this person is asked: the items for everybody, some drawn by chance, and those of services used."""
        questions = self._gap().question_ids
        mine = questions.filtered(lambda one: not one.item_id.service_ids or one.item_id.service_ids & self._used())
        shared = mine.filtered(lambda one: not one.item_id.is_core and not one.item_id.service_ids)
        chosen = set(drawn(shared.ids, self._gap().per_person, str(self.id)))
        rated = self._gap_rated()
        return mine.filtered(lambda one: one not in shared or one.id in chosen or one.item_id in rated)

    def _used(self):
        """The services that this person has used within a year."""
        since = fields.Datetime.subtract(self.env.cr.now(), years=1)
        services = self.service_id
        if self.patron_id:
            # sudo: which services the person who holds the link has used
            found = self.env["library.case"].sudo()._read_group(
                [("patron_id", "=", self.patron_id.id), ("service_id", "!=", False), ("create_date", ">=", since)],
                ["service_id"],
            )
            services |= services.concat(*(service for service, in found))
        return services

    def _gap_rated(self):
        """{item: row} of what was rated so far."""
        # sudo: the answers of this link
        rows_sudo = self.env["library.gap.answer"].sudo().search([("invitation_id", "=", self.id)])
        return {row.item_id: row for row in rows_sudo}

    def _answer_page_gap(self):
        rated = self._gap_rated()
        names = self._gap()._row_names()
        items = [
            {
                "id": question.id, "name": question.item_id.name, "dimension": question.item_id.dimension,
                "title": self._gap()._dimension_name(question.item_id.dimension),
                "ratings": [
                    (f"{rating}_{question.id}", legend, rated[question.item_id][rating] if question.item_id in rated
                     else None)
                    for rating, legend in zip(RATINGS, names, strict=True)
                ],
            }
            for question in self._gap_questions()
        ]
        return "library_crm.portal_answer_gap", {
            "items": items, "words": self._given()[1].get("gap", ""),
            "scale": [(0, "–"), *((value, str(value)) for value in range(LOWEST, HIGHEST + 1))],
        }

    def _take_answer_gap(self, form):
        known = {str(value): value for value in range(LOWEST, HIGHEST + 1)}
        given = {
            question: [known.get(form.get(f"{rating}_{question.id}"), 0) for rating in RATINGS]
            for question in self._gap_questions()
        }
        given = {question: ratings for question, ratings in given.items() if any(ratings)}
        if not given:
            raise FormRefused({"form": self.env._("Please rate at least one statement.")})
        sheet_sudo = self._gap_sheet()
        choices = self._gap().question_ids._choices()
        for question in self._gap_questions():
            rows, columns = choices[question.question_id]
            lines = {
                row.id: [columns[value - LOWEST].id]
                for row, value in zip(rows, given.get(question, ()), strict=False) if value
            }
            sheet_sudo._save_lines(question.question_id, lines)
        self.env["library.gap.answer"]._take_input(sheet_sudo, self)
        words = clean_text(form.get("words"), WORDS_LENGTH)
        self._keep({"gap": (len(given), words or self._given()[1].get("gap"))})

    def _gap_sheet(self):
        """The sheet of Odoo's survey for this link; it knows no person."""
        # the link comes back to the same sheet; only rows that nobody reads know which one that is
        rows_sudo = self.env["library.gap.answer"].concat(*self._gap_rated().values())
        if rows_sudo:
            return rows_sudo.input_id[:1]
        # sudo: a sheet of the library's own survey, for the holder of the link
        return self.env["survey.user_input"].sudo().create({
            "survey_id": self._gap().survey_id.id, "state": "done",
            "start_datetime": self.env.cr.now(), "end_datetime": self.env.cr.now(),
        })

    def _forget(self):
        # which round it was tells of nobody, and the response rate must not change when a person is forgotten
        keys = {one: one.key for one in self if one.instrument == "gap"}
        result = super()._forget()
        for invitation, key in keys.items():
            invitation.key = key
        return result
