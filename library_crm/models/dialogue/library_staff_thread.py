from odoo import models


class LibraryStaffThread(models.AbstractModel):
    """A thread in which colleagues talk about what a person said: nothing of it has a way to anybody else."""

    _name = "library.staff.thread"
    _description = "Thread for Staff"
    _inherit = ["mail.thread"]

    def message_post(self, **kwargs):
        """Every message is an internal note; whoever is named in it and is no colleague does not get it."""
        kwargs.pop("subtype_id", None)
        # sudo: reads one boolean of partners to keep outsiders from reading
        people_sudo = self.env["res.partner"].sudo().browse(kwargs.get("partner_ids") or [])
        kwargs["partner_ids"] = people_sudo.filtered(lambda person: not person.partner_share).ids
        return super().message_post(**{**kwargs, "subtype_xmlid": "mail.mt_note"})

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Only staff follow it."""
        # sudo: reads one boolean of partners to keep outsiders from following
        people_sudo = self.env["res.partner"].sudo().browse(partner_ids or [])
        staff = people_sudo.filtered(lambda person: not person.partner_share)
        return super().message_subscribe(partner_ids=staff.ids, subtype_ids=subtype_ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """No message of the thread leaves the staff, whoever is named in it."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return [data for data in recipients if not data["share"]]
