from odoo import api, fields, models

from ..const import WARNER_LEVELS
from ..lib.effort import propose_warner


class LibraryCaseClose(models.TransientModel):
    """Effort and kind are proposed from what happened; closing confirms both with one key."""

    _inherit = "library.case.close"

    warner = fields.Selection(
        WARNER_LEVELS, string="Kind (Warner)", compute="_compute_warner", store=True, readonly=False
    )
    effort_words = fields.Char("From these facts", compute="_compute_effort_words")

    @api.depends("case_id", "read_level")
    def _compute_warner(self):
        for close in self:
            if not close.case_id:
                close.warner = False
                continue
            facts = close.case_id._effort_facts()
            close.warner = propose_warner(
                close.read_level or "1", sources=facts["source_count"], meetings=facts["meetings"],
                days=facts["days"], made_something=facts["version_count"] > 0)

    @api.depends("case_id")
    def _compute_effort_words(self):
        for close in self:
            case = close.case_id
            facts = case._effort_facts() if case else None
            close.effort_words = facts and self.env._(
                "%(answers)s answers, %(searches)s searches, %(sources)s sources, %(steps)s steps, %(minutes)s minutes",
                answers=len(case._conversation().filtered(case._is_from_staff)), searches=facts["search_log_count"],
                sources=facts["source_count"], steps=len(case.step_ids), minutes=sum(case.step_ids.mapped("minutes")))

    def action_close(self):
        warner, case = self.warner, self.case_id
        result = super().action_close()
        if warner:
            case.log_ids.write({"warner": warner})
        return result
