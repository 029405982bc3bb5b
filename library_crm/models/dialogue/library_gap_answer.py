from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.gap_figures import HIGHEST, LOWEST, state_of

STATES = [
    ("whole", "Three ratings"),
    ("half", "A rating is missing"),
    ("reversed", "Accepts no less than more than wished for"),
]
RATINGS = ("minimum", "desired", "perceived")


class LibraryGapAnswer(models.Model):
    """The three ratings that one person gave to one item, as Odoo's survey holds them.

    Nobody reads single rows: figures are worked out from them (library.gap.result). What kind of patron it was is
    noted when the answer comes, so that the figures do not change when a person is forgotten.
    """

    _name = "library.gap.answer"
    _description = "Ratings of a Gap Survey"
    _order = "gap_id, id"

    gap_id = fields.Many2one("library.gap.survey", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="gap_id.company_id", store=True, index=True)
    item_id = fields.Many2one("library.gap.item", required=True, index=True, ondelete="restrict")
    input_id = fields.Many2one("survey.user_input", "Sheet", required=True, index=True, ondelete="cascade")
    invitation_id = fields.Many2one("library.evaluation.invitation", index="btree_not_null", ondelete="set null")
    minimum = fields.Integer()
    desired = fields.Integer()
    perceived = fields.Integer()
    state = fields.Selection(STATES, required=True)
    type_id = fields.Many2one("library.patron.type", index="btree_not_null", ondelete="set null")
    lifecycle = fields.Selection("_lifecycles")

    _item_uniq = models.UniqueIndex("(input_id, item_id)", "This item is rated on this sheet already.")
    _scale = models.Constraint(
        f"CHECK (minimum BETWEEN 0 AND {HIGHEST} AND desired BETWEEN 0 AND {HIGHEST}"
        f" AND perceived BETWEEN 0 AND {HIGHEST})",
        "Ratings go from 1 to 9.",
    )

    @api.model
    def _lifecycles(self):
        return self.env["library.patron"]._fields["lifecycle"].selection

    @api.model
    def _take_input(self, inputs, invitation=None):
        """Keep what some sheets of Odoo's survey say; read again, a sheet replaces what it said before.

        Trial sheets count for nothing, and a sheet that is no gap survey is left alone.

        :param inputs: records of survey.user_input
        :param invitation: the invitation that one sheet answers, if any
        """
        # sudo: rows that nobody but this code writes
        Answer_sudo = self.sudo()
        for sheet_sudo in inputs.sudo().filtered(lambda one: not one.test_entry):
            gap = self.env["library.gap.survey"].sudo().search([("survey_id", "=", sheet_sudo.survey_id.id)], limit=1)
            if gap:
                Answer_sudo._keep_sheet(gap, sheet_sudo, invitation)

    def _keep_sheet(self, gap, sheet, invitation):
        known = {row.item_id: row for row in self.search([("input_id", "=", sheet.id)])}
        patron = invitation.patron_id if invitation else self.env["library.patron"]
        found = self._ratings(gap, sheet)
        for item, ratings in found.items():
            values = {**dict(zip(RATINGS, ratings, strict=True)), "state": state_of(*ratings)}
            if item in known:
                known[item].write(values)
            else:
                self.create({
                    "gap_id": gap.id, "item_id": item.id, "input_id": sheet.id,
                    "invitation_id": invitation.id if invitation else False,
                    "type_id": patron.type_id.id, "lifecycle": patron.lifecycle or False, **values,
                })
        self.concat(*(row for item, row in known.items() if item not in found)).unlink()

    def _ratings(self, gap, sheet):
        """{item: (minimum, desired, perceived)} of a sheet, 0 for a rating that is missing; untouched items are out."""
        self.env["survey.user_input.line"].flush_model()
        rows = self.env.execute_query(SQL(
            """WITH rows AS (
                   SELECT a.id, a.matrix_question_id AS question_id,
                          row_number() OVER (PARTITION BY a.matrix_question_id ORDER BY a.sequence, a.id) AS place
                     FROM survey_question_answer a
                     JOIN library_gap_question q ON q.question_id = a.matrix_question_id AND q.gap_id = %(gap)s
               ), columns AS (
                   SELECT a.id, a.question_id,
                          row_number() OVER (PARTITION BY a.question_id ORDER BY a.sequence, a.id) AS value
                     FROM survey_question_answer a
                     JOIN library_gap_question q ON q.question_id = a.question_id AND q.gap_id = %(gap)s
               )
               SELECT q.item_id, rows.place, columns.value
                 FROM survey_user_input_line l
                 JOIN library_gap_question q ON q.question_id = l.question_id AND q.gap_id = %(gap)s
                 JOIN rows ON rows.id = l.matrix_row_id
                 JOIN columns ON columns.id = l.suggested_answer_id
                WHERE l.user_input_id = %(sheet)s AND columns.value BETWEEN %(lowest)s AND %(highest)s
                ORDER BY q.sequence, q.id""",
            gap=gap.id, sheet=sheet.id, lowest=LOWEST, highest=HIGHEST,
        ))
        found = {}
        for item_id, place, value in rows:
            if place <= len(RATINGS):
                found.setdefault(self.env["library.gap.item"].browse(item_id), [0, 0, 0])[place - 1] = value
        return {item: tuple(ratings) for item, ratings in found.items()}
