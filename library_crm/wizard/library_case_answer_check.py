from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..lib.answer_check import check_answer

LINE = Markup('<li class="%s"><i class="fa %s me-2" aria-hidden="true"></i>%s</li>')


class LibraryCaseAnswer(models.TransientModel):
    """A look at the answer before it leaves: hints that a good colleague would give, none of which has to be heeded."""

    _inherit = "library.case.answer"

    check_lines = fields.Html("Before you send", compute="_compute_check_lines", sanitize=False)

    @api.depends("body", "solution_ids", "article_ids", "attachment_ids", "case_id")
    def _compute_check_lines(self):
        for answer in self:
            lines = Markup().join(
                LINE % (("text-muted", "fa-check text-success", good) if check.is_good
                        else ("fw-bold", "fa-lightbulb-o text-warning", advice))
                for check, good, advice in answer._get_checks()
            )
            answer.check_lines = Markup('<ul class="list-unstyled mb-0">%s</ul>') % lines if lines else False

    def _get_checks(self):
        """(lib.answer_check.Check, sentence if it is good, sentence if not) of each look at the text."""
        self.ensure_one()
        text = html2plaintext(self.body or "")
        signature = html2plaintext(self.case_id.team_id.with_context(lang=self.case_id._patron_lang()).signature or "")
        text = text.replace(signature, "") if signature.strip() else text
        need = self.case_id.need_ids[:1]
        question = " ".join(filter(None, [need.restatement, self.case_id.name]))
        with_it = bool(self.solution_ids or self.article_ids or self.attachment_ids)
        checks = check_answer(text, question, with_it)
        if not checks:
            return []
        _ = self.env._
        found = {check.code: ", ".join(check.words) for check in checks}
        words = {
            "restated": (_("Says what was asked"), _("Say in a few words what you understood the question to be.")),
            "sources": (_("Gives sources"), _("Name where this comes from, or attach it.")),
            "next_step": (_("Says what comes next"), _("Say what comes next, or what the patron can do.")),
            "plain": (_("Reads easily"), _("A long sentence: “%(words)s …”. Could it be two?", words=found["plain"])),
            "internal": (
                _("No words of the trade"), _("Words that readers may not know: %(words)s", words=found["internal"])),
        }
        return [(check, *words[check.code]) for check in checks]
