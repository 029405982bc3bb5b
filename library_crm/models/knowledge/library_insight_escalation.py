from odoo import api, fields, models
from odoo.fields import Domain


class LibraryInsight(models.Model):
    """What stays without an answer past its promise comes to the stewards, then to the leads."""

    _inherit = "library.insight"

    @api.model
    def _domain_to_escalate(self):
        return Domain(self._domain_unanswered()) & Domain("date_escalate", "<", self.env.cr.now())

    @api.model
    def _cron_escalate(self, size=50):
        """Tell the next ones about posts without an answer; a run that was killed goes on where it stopped."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_to_escalate()
        commit(remaining=self.search_count(domain))
        while posts := self.search(domain, limit=size).try_lock_for_update(allow_referencing=True):
            for post in posts:
                post._escalate()
            if not commit(len(posts)):
                return

    def _escalate(self):
        """Tell the next ones that this post waits; the second time is the last."""
        self.ensure_one()
        level = "stewards" if self.escalation == "none" else "leads"
        wait = fields.Datetime.add(self.env.cr.now(), days=self.room_id.promise_days or 1)
        self.write({"escalation": level, "date_escalate": wait if level == "stewards" else False})
        for user in self.room_id._escalation_people(level):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Nobody has answered: %(post)s", post=self.name),
            )
