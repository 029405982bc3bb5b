from odoo import api, models

from ...const import NOTIFICATION_LATER, NOTIFICATION_MODELS


class MailThread(models.AbstractModel):
    """Colleagues hear of the library's records in the way they chose; patrons and other models are untouched."""

    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self._name.startswith("library.") or not recipients:
            return recipients
        vals = msg_vals or {}
        named = vals["partner_ids"] if "partner_ids" in vals else message.sudo().partner_ids.ids  # sudo: who is named
        kept = []
        for data in recipients:
            if data["uid"] and not data["share"]:
                data = self._library_told(data, data["id"] in (named or ()))
            if data:
                kept.append(data)
        return kept

    def _library_told(self, data, is_named):
        """The row of one colleague as they want it; nothing when they do not want it at all."""
        user = self.env["res.users"].browse(data["uid"])
        channel = user._library_channel(self._library_event(is_named))
        if channel == "off":
            return None
        if channel == "mail" and user._library_quiet_left(self.env.cr.now()):
            channel = "digest"
        return {**data, "notif": {"mail": "email", "inbox": "inbox", "digest": NOTIFICATION_LATER}[channel]}

    @api.model
    def _library_event(self, is_named):
        """Which line of the matrix a message on this model belongs to."""
        if event := self.env.context.get("library_event"):
            return event if event in ("assigned", "task") else "other"
        if is_named:
            return "mention"
        found = [prefix for prefix in NOTIFICATION_MODELS if self._name.startswith(prefix)]
        return NOTIFICATION_MODELS[max(found, key=len)] if found else "other"

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        later = [data for data in recipients if data["notif"] == NOTIFICATION_LATER]
        if later:
            named = (msg_vals or {}).get("partner_ids") or message.sudo().partner_ids.ids  # sudo: who is named
            self.env["library.notification.pending"]._keep(self, message, later, named)
        return recipients

    def _message_auto_subscribe_notify(self, partner_ids, template):
        ours = self.with_context(library_event="assigned") if self._name.startswith("library.") else self
        return super(MailThread, ours)._message_auto_subscribe_notify(partner_ids, template)
