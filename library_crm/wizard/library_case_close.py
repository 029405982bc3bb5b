from odoo import api, fields, models

from ..const import READ_LEVELS, UNMET_REASONS, WARNER_OF_READ


class LibraryCaseClose(models.TransientModel):
    """Asks how a service ended; everything but the result is proposed from what happened."""

    _name = "library.case.close"
    _description = "Close a Case"

    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    resolution = fields.Selection(
        [("met", "Met"), ("partly", "Partly met"), ("unmet", "Not met")],
        string="The need is",
        required=True,
        default="met",
    )
    unmet_reason = fields.Selection(UNMET_REASONS, string="Why not")
    lacks = fields.Text("What the patron did not get")

    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", required=True)
    minutes = fields.Integer("Minutes of work")
    is_unanswered = fields.Boolean(compute="_compute_is_unanswered")

    lesson_field = fields.Char(readonly=True)
    lesson_question = fields.Char(compute="_compute_lesson_question")
    lesson = fields.Text()

    _minutes_positive = models.Constraint("CHECK (minutes >= 0)", "Minutes cannot be negative.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        case = self.env["library.case"].browse(values.get("case_id"))
        if case:
            facts = case._prepare_log()
            values.update(read_level=facts["read_level"], minutes=facts["minutes"])
            Log = self.env["library.service.log"]
            values["lesson_field"] = Log._rarest_lesson(case.team_id)
            values["lesson"] = case.log_ids[:1][values["lesson_field"]]
        return values

    @api.depends("case_id")
    def _compute_is_unanswered(self):
        for close in self:
            close.is_unanswered = not close.case_id.date_first_answer

    @api.depends("lesson_field")
    def _compute_lesson_question(self):
        questions = {
            "worked": self.env._("What worked, so that you would do it again?"),
            "failed": self.env._("What led nowhere? It judges nobody and saves a colleague the way."),
            "learned": self.env._("What do we know now that we did not know before?"),
            "reflection": self.env._("What struck you about this question?"),
        }
        for close in self:
            close.lesson_question = questions.get(close.lesson_field, False)

    def action_close(self):
        """Close the case and keep what it taught; the close asks the patron whether it helped."""
        self.ensure_one()
        case = self.case_id
        log = case._close(self.resolution, self.unmet_reason, self.lacks)
        values = {
            "read_level": self.read_level,
            "warner": WARNER_OF_READ[self.read_level],
            "minutes": self.minutes,
            "is_confirmed": True,
        }
        if self.lesson_question and self.lesson:
            values[self.lesson_field] = self.lesson
        log.write(values)
        case.write({"read_level": self.read_level, "minutes": self.minutes})
        return {"type": "ir.actions.act_window_close"}
