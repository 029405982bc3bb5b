from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.form_input import FormRefused, as_id, clean_line, clean_text

WORDS_LENGTH = 5000
LINK_LENGTH = 500
MOST_HOURS = 10000
BATCH = 500
ASKED_AFTER_MONTHS = (3, 12)
LATEST_DAYS = 30
"""A question that comes later than this after its day is not asked any more."""


class LibraryEvaluationInvitation(models.Model):
    """What did it lead to: asked three and twelve months after a case was answered."""

    _inherit = "library.evaluation.invitation"

    instrument = fields.Selection(selection_add=[("impact", "What did it lead to?")], ondelete={"impact": "cascade"})

    def _answer_page_impact(self):
        # sudo: the claim that belongs to this link
        claim_sudo = self.env["library.impact.claim"].sudo().search([("invitation_id", "=", self.id)], limit=1)
        return "library_crm.portal_answer_impact", {
            "kinds": claim_sudo._fields["kind"]._description_selection(self.env), "claim": claim_sudo,
        }

    def _take_answer_impact(self, form):
        values = self.env["library.impact.claim"]._claim_values(form)
        # sudo: the claim that belongs to this link; every value was checked
        Claim_sudo = self.env["library.impact.claim"].sudo()
        claim_sudo = Claim_sudo.search([("invitation_id", "=", self.id)], limit=1)
        if claim_sudo:
            claim_sudo.write(values)
            return
        months = self.key.rpartition(":")[2]
        Claim_sudo.create({
            **values, "invitation_id": self.id, "patron_id": self.patron_id.id, "case_id": self.case_id.id,
            "service_id": self.service_id.id, "company_id": self.company_id.id, "source": "mail",
            "months": int(months) if months.isdigit() else 0,
        })

    @api.model
    def _cron_evaluate(self):
        return super()._cron_evaluate() and self._invite_impact()

    @api.model
    def _invite_impact(self):
        """Ask about cases that were answered three and twelve months ago; a run that was killed goes on where it was.

        :return: False if time ran out
        """
        commit = self.env["ir.cron"]._commit_progress
        for months in ASKED_AFTER_MONTHS:
            last = 0
            while found := self._answered_before(months, last):
                self._invite("impact", [
                    {"patron_id": patron, "case_id": case, "service_id": service, "key": f"case:{case}:{months}",
                     "reason": self._impact_reason(lang)}
                    for case, patron, service, lang in found
                ])
                last = found[-1][0]
                if not commit(0):
                    return False
        return True

    def _impact_reason(self, lang):
        return self.with_context(lang=lang or self.env.lang).env._("You asked us something, and we ask what it led to.")

    @api.model
    def _answered_before(self, months, last):
        """The next cases, by number, that were closed so many months ago and of which nobody was asked this yet."""
        for model in ("library.case", "library.patron", "library.evaluation.invitation"):
            self.env[model].flush_model()
        return self.env.execute_query(SQL(
            """SELECT c.id, c.patron_id, c.service_id, r.lang
                 FROM library_case c
                 JOIN library_patron p ON p.id = c.patron_id AND p.is_anonymised IS NOT TRUE AND p.active
                 JOIN res_partner r ON r.id = p.partner_id
                WHERE c.id > %(last)s AND c.resolution IN ('met', 'partly')
                  AND c.date_closed <= %(now)s - make_interval(months => %(months)s)
                  AND c.date_closed > %(now)s - make_interval(months => %(months)s, days => %(days)s)
                  AND NOT EXISTS (SELECT FROM library_evaluation_invitation i WHERE i.instrument = 'impact'
                                     AND i.patron_id = c.patron_id AND i.case_id = c.id
                                     AND i.key = 'case:' || c.id || ':' || %(months)s)
                ORDER BY c.id LIMIT %(limit)s""",
            last=last, now=self.env.cr.now(), months=months, days=LATEST_DAYS, limit=BATCH,
        ))


class LibraryImpactClaim(models.Model):
    _inherit = "library.impact.claim"

    @api.model
    def _claim_values(self, form):
        """What an untrusted form says of an impact.

        :raise FormRefused: with a sentence for each field that cannot be taken
        """
        kinds, errors = dict(self._fields["kind"].selection), {}
        kind = form.get("kind") if form.get("kind") in kinds else None
        words, link = clean_text(form.get("words"), WORDS_LENGTH), clean_line(form.get("link"), LINK_LENGTH)
        hours = as_id(form.get("hours"))
        if not kind:
            errors["kind"] = self.env._("Please choose what it led to.")
        elif not words and not link and not (kind == "hours" and hours):
            errors["words"] = self.env._("Please say in a few words what it led to.")
        if hours > MOST_HOURS:
            errors["hours"] = self.env._("Please check the number of hours.")
        if errors:
            raise FormRefused(errors)
        return {"kind": kind, "words": words, "link": link, "hours": hours if kind == "hours" else 0,
                "consents": form.get("consents") == "on"}

    @api.model
    def _portal_claims(self):
        """The visitor's own claims, newest first, in sudo mode."""
        patron_sudo = self.env["library.competency"]._portal_patron()
        # sudo: claims of the visitor alone
        Claim_sudo = self.sudo()
        return Claim_sudo.search([("patron_id", "=", patron_sudo.id)]) if patron_sudo else Claim_sudo.browse()

    @api.model
    def _portal_add(self, form):
        """Keep what a signed-in patron says a service led to.

        :param dict form: untrusted
        """
        values = self._claim_values(form)
        patron_sudo = self.env["library.patron"]._portal_own()
        # sudo: a claim of the visitor about themselves, values checked
        return self.sudo().create({
            **values, "patron_id": patron_sudo.id, "company_id": patron_sudo.company_id.id, "source": "portal",
        })

    @api.model
    def _portal_change(self, form):
        """Let it be told, or no longer, or take it back altogether.

        :param dict form: untrusted; `claim_id`, and `do` as tell, hush or delete
        """
        claim_sudo = self._portal_claims().filtered(lambda claim: claim.id == as_id(form.get("claim_id")))
        if form.get("do") == "delete":
            claim_sudo.unlink()
        elif form.get("do") in ("tell", "hush"):
            claim_sudo.consents = form["do"] == "tell"
