from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.form_input import FormRefused, as_id, clean_text

WORDS_LENGTH = 2000
GRADES = {str(value): value for value in range(1, 6)}
WEIGHTS = {str(value): value for value in range(1, 4)}


class LibraryPanel(models.Model):
    """The panel on the portal: join, pick and weigh, judge; and the public page of what came of it."""

    _inherit = "library.panel"

    @api.model
    def _portal_panel(self):
        """This year's panel of the visitor's institution and the visitor's membership, both in sudo mode."""
        # sudo: the open panel is for every patron of the institution; the membership is the visitor's own
        Panel_sudo = self.sudo()
        patron_sudo = self.env["library.patron"]._portal_own()
        panel_sudo = Panel_sudo.search(
            self._domain_open() & Domain("company_id", "=", patron_sudo.company_id.id), limit=1
        )
        return panel_sudo, panel_sudo.member_ids.filtered(lambda one: one.patron_id == patron_sudo), patron_sudo

    @api.model
    def _portal_page(self):
        """What the page of the panel shows."""
        panel_sudo, member_sudo, _patron = self._portal_panel()
        jury_sudo = panel_sudo.case_ids.filtered(lambda case: case.consent == "given") if member_sudo else []
        # sudo: the visitor's own verdicts
        verdicts = {
            verdict.case_id: verdict
            for verdict in self.env["library.panel.verdict"].sudo().search([("member_id", "in", member_sudo.ids)])
        }  # sudo: the visitor's own
        return {
            "panel": panel_sudo, "member": member_sudo,
            "votes": {vote.item_id.id: vote.weight for vote in member_sudo.vote_ids},
            "jury": [(case, verdicts.get(case)) for case in jury_sudo],
        }

    @api.model
    def _portal_join(self):
        """The visitor wants to take part."""
        panel_sudo, member_sudo, patron_sudo = self._portal_panel()
        if panel_sudo and patron_sudo and not member_sudo:
            panel_sudo.env["library.panel.member"].create({"panel_id": panel_sudo.id, "patron_id": patron_sudo.id})

    @api.model
    def _portal_leave(self):
        """The visitor does not want to take part any more; the votes go."""
        _panel, member_sudo, _patron = self._portal_panel()
        member_sudo.unlink()

    @api.model
    def _portal_vote(self, form):
        """Keep the picks of the visitor instead of the earlier ones.

        :param form: untrusted; `item_<number>` holds the weight
        :raise FormRefused: with a sentence for the visitor
        """
        panel_sudo, member_sudo, _patron = self._portal_panel()
        if not member_sudo:
            raise FormRefused({"form": self.env._("Join the panel first.")}, status=404)
        picked = {item: WEIGHTS.get(form.get(f"item_{item.id}")) for item in panel_sudo.item_ids}
        picked = {item: weight for item, weight in picked.items() if weight}
        if not picked or len(picked) > panel_sudo.pick_count:
            raise FormRefused({"form": self.env._(
                "Please pick at least one and at most %(count)s statements.", count=panel_sudo.pick_count
            )})
        member_sudo.lock_for_update(allow_referencing=True)
        member_sudo.vote_ids.unlink()
        member_sudo.vote_ids.create([
            {"member_id": member_sudo.id, "item_id": item.id, "weight": weight} for item, weight in picked.items()
        ])

    @api.model
    def _portal_judge(self, form):
        """Keep what the visitor says of a case that is before the jury.

        :raise FormRefused: with a sentence for the visitor
        """
        panel_sudo, member_sudo, _patron = self._portal_panel()
        case_sudo = panel_sudo.case_ids.filtered(
            lambda one: one.id == as_id(form.get("case")) and one.consent == "given"
        )
        if not member_sudo or not case_sudo:
            raise FormRefused({"form": self.env._("This case is not before the jury.")}, status=404)
        if form.get("grade") not in GRADES:
            raise FormRefused({"form": self.env._("Please choose a grade from 1 to 5.")})
        member_sudo.lock_for_update(allow_referencing=True)
        Verdict_sudo = panel_sudo.env["library.panel.verdict"]
        known = Verdict_sudo.search([("case_id", "=", case_sudo.id), ("member_id", "=", member_sudo.id)])
        values = {"grade": GRADES[form["grade"]], "words": clean_text(form.get("words"), WORDS_LENGTH) or False}
        if known:
            known.write(values)
        else:
            known.create({"case_id": case_sudo.id, "member_id": member_sudo.id, **values})

    @api.model
    def _portal_results(self):
        """What everybody may read: the published panels, newest first."""
        # sudo: what a lead has published, about five people or more
        panels_sudo = self.sudo().search([("state", "=", "published")], limit=10)
        return {"panels": [
            {
                "panel": panel, "found": panel._weighted_found(),
                "figures": {
                    result.item_id: result
                    for result in panel.gap_id.result_ids if result.kind == "item" and result.group_kind == "all"
                },
                "grades": [case.grade for case in panel.case_ids if case.consent == "given" and case.grade],
            }
            for panel in panels_sudo
        ]}


class LibraryEvaluationInvitation(models.Model):
    """May a panel of patrons read this question without its people: asked once, and no means no."""

    _inherit = "library.evaluation.invitation"

    instrument = fields.Selection(
        selection_add=[("jury", "May a panel read your question?")], ondelete={"jury": "cascade"}
    )

    def _jury_cases(self):
        # sudo: the case that this link is about
        return self.env["library.panel.case"].sudo().search([("invitation_id", "=", self.id)])

    def _answer_page_jury(self):
        case_sudo = self._jury_cases()[:1]
        values = self._given()[0]
        return "library_crm.portal_answer_jury", {
            "choices": [("1", self.env._("Yes, without my name")), ("0", self.env._("No"))],
            "picked": str(values["jury"]) if "jury" in values else None,
            # the patron reads what the panel would read, and that names nobody
            "question": case_sudo.question, "answer": case_sudo.answer,
        }

    def _take_answer_jury(self, form):
        if form.get("jury") not in ("0", "1"):
            raise FormRefused({"form": self.env._("Please choose yes or no.")})
        self._keep({"jury": int(form["jury"])})
        self._jury_cases().write({"consent": "given" if form["jury"] == "1" else "refused"})

    def _forget(self):
        # a case whose patron is forgotten is no longer shown: nobody could take the consent back
        self.filtered(lambda one: one.instrument == "jury")._forget_jury()
        return super()._forget()

    def _forget_jury(self):
        for invitation in self:
            cases_sudo = invitation._jury_cases()
            cases_sudo.consent = "refused"
            cases_sudo.write({"source_id": False, "question": False, "answer": False})
