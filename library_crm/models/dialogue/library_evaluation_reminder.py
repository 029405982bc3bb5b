from odoo import api, fields, models
from odoo.fields import Domain

from ...const import EVALUATION_OPEN

REMIND_AFTER_DAYS = 7
BATCH = 200
REMINDER = "library_crm.mail_template_evaluation_reminder"


class LibraryEvaluationInvitation(models.Model):
    """One reminder after a week, and an end for what nobody answered."""

    _inherit = "library.evaluation.invitation"

    @api.model
    def _domain_to_remind(self):
        """Those who were asked a week ago and have said nothing, as long as their links open."""
        limit = fields.Datetime.subtract(self.env.cr.now(), days=REMIND_AFTER_DAYS)
        return (
            Domain("state", "=", "sent") & Domain("date_invited", "<=", limit) & Domain("date_reminded", "=", False)
            & Domain("patron_id", "!=", False) & Domain("date_expires", ">", self.env.cr.now())
        )

    @api.model
    def _domain_to_expire(self):
        return Domain("state", "in", EVALUATION_OPEN) & Domain("date_expires", "<=", self.env.cr.now())

    @api.model
    def _cron_evaluate(self):
        """Remind, end what is too old, and ask whom it is time to ask; in batches that may be killed at any point."""
        commit = self.env["ir.cron"]._commit_progress
        for domain, verb in (
            (self._domain_to_expire(), "_expire"), (self._domain_to_remind(), "_remind"),
        ):
            while batch := self.search(domain, limit=BATCH).try_lock_for_update(allow_referencing=True):
                getattr(batch, verb)()
                if not commit(len(batch)):
                    return False
        return True

    def _expire(self):
        self.write({"state": "expired"})

    def _remind(self):
        """Remind these once; who must not be written to now is left in peace for good."""
        now = self.env.cr.now()
        # sudo: the library reminds those whom it asked
        Outreach_sudo = self.env["library.outreach"].sudo()
        refused = Outreach_sudo._allowed(self.patron_id.ids, "evaluation")
        welcome = self.filtered(lambda one: one.patron_id.id in refused and not refused[one.patron_id.id])
        (self - welcome).date_reminded = now
        if not welcome:
            return
        reasons = {(one.patron_id.id, one.key): one._reminder_reason() for one in welcome}
        rows = [{**one._ledger_row(reasons), "kind": f"{one.instrument}_reminder"} for one in welcome]
        Outreach_sudo._claim(rows)._mail(REMINDER, {one.patron_id.id: one for one in welcome})
        welcome.write({"state": "reminded", "date_reminded": now})

    def _reminder_reason(self):
        lang = self.patron_id.lang or self.env.lang
        return self.with_context(lang=lang).env._("We asked you a week ago. This is the only reminder.")
