from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...lib.form_input import headline

FEWEST = 5


class LibraryPanelCase(models.Model):
    """A closed case without its people, which the panel judges as a jury; only if its patron has agreed."""

    _name = "library.panel.case"
    _description = "Case for the Jury"
    _order = "panel_id desc, id"

    panel_id = fields.Many2one("library.panel", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="panel_id.company_id", store=True, index=True)
    source_id = fields.Many2one(
        "library.case", "From", index="btree_not_null", ondelete="set null", domain="[('stage_code', '=', 'closed')]",
        groups="library_crm.group_library_lead",
    )
    question = fields.Text(help="Read it once more: nobody may be recognised.")
    answer = fields.Text()
    invitation_id = fields.Many2one("library.evaluation.invitation", readonly=True, index="btree_not_null",
                                    ondelete="set null", groups="library_crm.group_library_lead")  # fmt: skip
    consent = fields.Selection(
        [("no", "Not asked"), ("asked", "Asked"), ("given", "Agreed"), ("refused", "Refused")],
        "Patron's consent", required=True, readonly=True, default="no", copy=False,
    )
    verdict_count = fields.Integer("Judged by", compute="_compute_verdicts")
    grade = fields.Float("Mean (1 to 5)", compute="_compute_verdicts", digits=(3, 2))

    _once = models.UniqueIndex(
        "(panel_id, source_id) WHERE source_id IS NOT NULL", "This case is before the jury already."
    )

    @api.depends("question")
    def _compute_display_name(self):
        for case in self:
            case.display_name = headline(case.question or "", 60) or self.env._("A case")

    def _compute_verdicts(self):
        # sudo: a mean over five people or more, never a single verdict
        found = {case: (count, mean) for case, count, mean in self.env["library.panel.verdict"].sudo()._read_group(
            [("case_id", "in", self.ids)], ["case_id"], ["__count", "grade:avg"]
        )}
        for case in self:
            count, mean = found.get(case, (0, 0))
            case.verdict_count, case.grade = (count, mean) if count >= FEWEST else (0, 0)

    @api.onchange("source_id")
    def _onchange_source_id(self):
        """Propose the texts without the people."""
        if self.source_id and not self.question:
            self.question, self.answer = self._texts(self.source_id)

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        for case in cases.filtered(lambda one: one.source_id and not one.question):
            case.question, case.answer = case._texts(case.source_id)
        return cases

    def write(self, vals):
        if {"question", "answer", "source_id"} & set(vals) and any(case.consent in ("asked", "given") for case in self):
            raise UserError(self.env._("What the patron was asked about does not change any more."))
        return super().write(vals)

    @api.model
    def _texts(self, case):
        """(question, conversation) of a case that the caller may read, without its people."""
        case.check_access("read")
        clean = case._file_cleaner()
        lines = [f"{side}: {words}" for _moment, side, words in case._file_talk(False, clean)]
        return clean(case.name), "\n\n".join(lines)

    def action_ask(self):
        """Ask the patrons of these cases; without a yes the jury sees nothing."""
        self.check_access("write")
        for case in self.filtered(lambda one: one.consent == "no"):
            if not (case.question or "").strip() or not case.source_id.patron_id:
                raise ValidationError(self.env._("A case for the jury has a text, and a patron who can be asked."))
            invitation = self.env["library.evaluation.invitation"]._invite("jury", [{
                "patron_id": case.source_id.patron_id.id, "key": f"jury:{case.id}", "case_id": case.source_id.id,
                "reason": self.env._("We would like to show your question, without your name, to a panel of patrons."),
            }], 100)
            if not invitation:
                raise UserError(self.env._(
                    "This patron cannot be asked now: nobody is asked twice within 60 days, or against their wish."
                ))
            # sudo: what follows from having asked
            case.sudo().write({"invitation_id": invitation.id, "consent": "asked"})
