from odoo import models

EVENTS = {
    "library_crm.mail_cases_assigned": "assigned",
    "library_crm.mail_promises_near": "promise",
    "library_crm.mail_promises_missed": "promise",
}


class LibraryCase(models.Model):
    """The mails that speak of several cases go to those who want mails of that sort; tasks tell the others."""

    _inherit = "library.case"

    def _mail_colleagues(self, people, template, subject):
        event = EVENTS.get(template, "other")
        Pending_sudo = self.env["library.notification.pending"].sudo()  # sudo: nobody writes there by hand
        now = self.env.cr.now()
        at_once, later = {}, []
        for case, users in people.items():
            wanted = users.filtered(lambda user: user._library_channel(event) == "mail")
            quiet = wanted.filtered(lambda user: user._library_quiet_left(now))
            at_once[case] = wanted - quiet
            for user in users.filtered(lambda user: user._library_channel(event) == "digest") | quiet:
                due = now + user._library_quiet_left(now) if user in quiet else user._library_next_digest(now)
                later.append({
                    "user_id": user.id, "event": event, "date": now, "date_due": due, "res_model": case._name,
                    "res_id": case.id, "words": subject,
                })
        Pending_sudo.create(later)
        return super()._mail_colleagues(at_once, template, subject)
