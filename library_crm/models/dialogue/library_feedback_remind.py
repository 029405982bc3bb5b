from odoo import api, fields, models
from odoo.fields import Domain

TODO = "mail.mail_activity_data_todo"
BATCH = 100


class LibraryFeedback(models.Model):
    """A promise that comes near is somebody's task, once."""

    _inherit = "library.feedback"

    def _responsible(self):
        """Who looks after this feedback: the colleague, else the lead of the team, else a manager."""
        self.ensure_one()
        team_sudo = self.sudo().team_id  # sudo: who leads a team is no secret
        managers_sudo = self.env.ref("library_crm.group_library_manager").sudo().user_ids  # sudo: as above
        people_sudo = self.sudo().user_id or team_sudo.lead_id or managers_sudo.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids)
        return people_sudo[:1]

    def _remind_responsible(self, summary):
        """Put the feedback on somebody's list; one open task is enough."""
        for feedback in self:
            user = feedback._responsible()
            if user and not feedback.activity_search([TODO], user_id=user.id):
                due = fields.Datetime.context_timestamp(self, feedback.date_promised or self.env.cr.now()).date()
                feedback.activity_schedule(TODO, date_deadline=due, summary=summary, user_id=user.id)

    @api.model
    def _domain_near(self):
        soon = fields.Datetime.add(self.env.cr.now(), days=1)
        return self._domain_open() & Domain("date_promised", "<=", soon) & Domain("date_reminded", "=", False)

    @api.model
    def _cron_remind(self):
        """Tell colleagues of promises that end within a day, a batch at a time."""
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(self._domain_near()))
        while near := self.search(self._domain_near(), limit=BATCH):
            locked = near.try_lock_for_update(allow_referencing=True)
            locked._remind_responsible(self.env._("A promise ends soon: say what became of it"))
            locked.write({"date_reminded": self.env.cr.now()})
            if not locked or not commit(len(locked)):
                break
