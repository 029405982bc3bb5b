from odoo import models


class MailActivity(models.Model):
    """That a task came is told in the way its user chose."""

    _inherit = "mail.activity"

    def action_notify(self):
        return super(MailActivity, self.with_context(library_event="task")).action_notify()
