from markupsafe import Markup

from odoo import models

from ...lib.survey_sample import is_drawn


class LibraryCase(models.Model):
    """The question after a case is an invitation like any other: drawn by chance, once in 60 days, one mail."""

    _inherit = "library.case"

    def _ask_rating(self):
        """Ask the drawn ones of these patrons how the service was, or some of them what came of it."""
        cases = self.filtered(lambda case: not case.date_rating_asked and case.patron_id and case._may_be_asked())
        Invitation = self.env["library.evaluation.invitation"]
        for company, asked in cases.grouped("company_id").items():
            # sudo: settings of the institution
            shares = {name: company.sudo()._evaluation_share(name) for name in ("csat", "outcome")}
            other = asked.filtered(lambda case, shares=shares: is_drawn(f"instead:case:{case.id}", shares["outcome"]))
            for instrument, chosen in (("csat", asked - other), ("outcome", other)):
                rows = [case._invitation_row() for case in chosen]
                if rows:
                    Invitation._invite(instrument, rows, shares["csat"])

    def _invitation_row(self):
        self.ensure_one()
        speaking = self.with_context(lang=self._patron_lang())
        return {
            "patron_id": self.patron_id.id, "key": f"case:{self.id}", "case_id": self.id,
            "reason": speaking.env._("You asked us something, and it is finished now."),
        }


class LibraryEvaluationInvitation(models.Model):
    """The mail after a case is the case's own, with its sign and its address for answers."""

    _inherit = "library.evaluation.invitation"

    def _send_csat(self):
        template = self.env.ref("library_crm.mail_template_case_rating")
        ledger = {row.res_id: row for row in self._outreach("csat")}
        for invitation in self:
            row, patron, now = ledger[invitation.id], invitation.patron_id, self.env.cr.now()
            leaves = patron._next_contact(now)
            mail = invitation.case_id._mail_rating(template)
            mail.write({
                "headers": repr(row._headers()),
                # our own text, which Odoo hands out as plain text
                "body_html": Markup(mail.body_html) + row.with_context(lang=row._lang())._footer(),
                "scheduled_date": leaves if leaves > now else False,
                "library_once": True,
            })
            row._adopt(mail)

    def _url(self, value=None):
        if self.instrument == "csat":
            return self.case_id._rating_url(value or 0)
        return super()._url(value)

    def _portal_find_token(self, token):
        # the rating of a case has a page and a secret of its own
        return super()._portal_find_token(token).filtered(lambda one: one.instrument != "csat")
