from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import NOTIFICATION_LATER, NOTIFICATION_WAYS


class LibraryNotificationPreview(models.TransientModel):
    """Who would hear of a message on a record, and how. Nothing is sent."""

    _name = "library.notification.preview"
    _description = "Who Will Get This"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("About", compute="_compute_lines")
    is_note = fields.Boolean("A note for colleagues only")
    line_ids = fields.One2many("library.notification.preview.line", "preview_id", compute="_compute_lines")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model, record_id = self.env.context.get("active_model"), self.env.context.get("active_id")
        if model and record_id:
            values.update(res_model=model, res_id=record_id)
        return values

    @api.depends("is_note", "res_model", "res_id")
    def _compute_lines(self):
        for preview in self:
            record = preview._record()
            preview.record_name = record.display_name
            preview.line_ids = [Command.clear(), *(Command.create(values) for values in preview._lines(record))]

    def _record(self):
        self.ensure_one()
        if not (self.res_model or "").startswith("library.") or self.res_model not in self.env:
            raise UserError(self.env._("Open this from a record of the library."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        if not hasattr(record, "_notify_get_recipients"):
            raise UserError(self.env._("Nobody is told of anything on this record."))
        return record

    def _lines(self, record):
        """Everybody who follows it, whom an answer goes to, and whoever answers for it, each with the way taken now."""
        subtype = "mail.mt_note" if self.is_note else "mail.mt_comment"
        readers = record._patron_readers().ids if not self.is_note and hasattr(record, "_patron_readers") else []
        recipients = record._notify_get_recipients(self.env["mail.message"], msg_vals={
            "partner_ids": readers, "message_type": "comment", "subtype_id": self.env.ref(subtype).id,
            "outgoing_email_to": False, "author_id": self.env.user.partner_id.id,
        })
        ways = dict(NOTIFICATION_WAYS)
        lines = [
            {"name": data["name"] or data["email_normalized"], "is_staff": bool(data["uid"] and not data["share"]),
             "way": data["notif"] if data["notif"] in ways else "email"}
            for data in recipients
        ]
        owner = record.user_id if "user_id" in record else self.env["res.users"]
        if owner and owner.id not in {data["uid"] for data in recipients}:
            lines.append({"name": owner.name, "is_staff": True, "way": self._way_of_task(owner)})
        return lines

    def _way_of_task(self, user):
        """How whoever answers for a record hears that something is to be done; it stands on their list in any case."""
        channel = user._library_channel("task")
        if channel == "digest" or (channel == "mail" and user._library_quiet_left(self.env.cr.now())):
            return NOTIFICATION_LATER
        return "email" if channel == "mail" else "inbox"
