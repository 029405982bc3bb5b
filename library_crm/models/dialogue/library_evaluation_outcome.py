from odoo import models


class LibraryEvaluationInvitation(models.Model):
    """The three questions of what a case led to, as an invitation."""

    _inherit = "library.evaluation.invitation"

    def _answer_page_outcome(self):
        outcome = self.env["library.outcome"]._of_patron(self.case_id)
        return "library_crm.portal_answer_outcome", self.case_id._portal_outcome_values(outcome)

    def _take_answer_outcome(self, form):
        outcome = self.env["library.outcome"]._take(self.case_id, form, "mail")
        self._keep({
            name: int(outcome[name]) for name in ("understood", "useful", "new_question") if outcome[name]
        })

    def _link_holds(self):
        # a case that is gone has no outcome
        return (self.instrument != "outcome" or bool(self.case_id)) and super()._link_holds()


class LibraryCase(models.Model):
    """The three questions on the page of the case, and for the librarian while the case is open."""

    _inherit = "library.case"

    def action_outcome(self):
        """Write down, or look at, what this case led to, as the librarian sees it; the patron's words stand beside."""
        self.ensure_one()
        self.check_access("read")
        outcome = self.env["library.outcome"].search([("case_id", "=", self.id), ("source", "=", "staff")], limit=1)
        return {
            "type": "ir.actions.act_window", "name": self.env._("Outcome"), "res_model": "library.outcome",
            "views": [(self.env.ref("library_crm.library_outcome_view_form").id, "form")], "target": "new",
            "res_id": outcome.id, "context": {"default_case_id": self.id},
        }

    def _portal_outcome_values(self, outcome_sudo):
        """What the three questions need to be shown, with what was said so far."""
        levels = self.env["library.outcome"]._fields["understood"]._description_selection(self.env)
        return {
            "outcome": outcome_sudo, "levels": levels, "next_need": outcome_sudo.need_id,
            "may_ask": bool(outcome_sudo.need_id and not outcome_sudo.need_id.case_ids),
        }

    def _portal_values(self, access_token=None):
        values = super()._portal_values(access_token)
        case_sudo = values["case"]
        asks = values["may_decide"] and case_sudo.stage_code in ("deliver", "verify", "closed")
        outcome_sudo = self.env["library.outcome"]._of_patron(case_sudo) if asks else self.env["library.outcome"]
        return {**values, "asks_outcome": asks, **case_sudo._portal_outcome_values(outcome_sudo)}

    def _was_asked_outcome(self):
        # sudo: whether the patron was asked, whoever looks at the steps of the case
        return super()._was_asked_outcome() or bool(self.sudo()._said("outcome"))

    def _portal_tell_outcome(self, form, access_token=None):
        """The patron answers the three questions on the page of the case."""
        self._portal_check_decider(access_token)
        # sudo: the patron's own words about the own case
        case_sudo = self.sudo()
        self.env["library.outcome"]._take(case_sudo, form, "portal")
        case_sudo._note_said("outcome")
