from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 90


class LibraryDocumentFile(models.Model):
    """A document that was made: who, when, for which period. It goes after three months; it can be made again."""

    _name = "library.document.file"
    _description = "Document Made"
    _order = "id desc"
    _check_company_auto = True

    document_id = fields.Many2one("library.document", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    schedule_id = fields.Many2one(
        "library.document.schedule", readonly=True, ondelete="set null", index="btree_not_null",
        help="The schedule it was made by; nothing if somebody made it.",
    )
    user_id = fields.Many2one(
        "res.users", string="Made by", required=True, readonly=True, default=lambda self: self.env.user, index=True
    )
    name = fields.Char("File name", required=True, readonly=True)
    date_from = fields.Date("First day", required=True, readonly=True)
    date_to = fields.Date("Last day", required=True, readonly=True)
    size = fields.Integer("Size in bytes", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "File", readonly=True, ondelete="set null")

    _schedule_uniq = models.UniqueIndex(
        "(schedule_id, date_from) WHERE schedule_id IS NOT NULL", "The document of this period has been made."
    )

    @api.model
    def _keep(self, document, name, target, date_from, date_to, company, schedule=None):
        """Keep what was written, for its maker.

        :param target: the open file
        """
        # sudo: nobody writes these by hand; the file was made with the rights of who asked for it
        made_sudo = self.sudo().create({
            "document_id": document.id, "company_id": company.id, "name": name, "date_from": date_from,
            "date_to": date_to, "user_id": self.env.uid, "schedule_id": schedule.id if schedule else False,
        })
        made_sudo.attachment_id = made_sudo.env["ir.attachment"].create({
            "name": name, "raw": target.read(), "res_model": self._name, "res_id": made_sudo.id,
        })
        made_sudo.size = made_sudo.attachment_id.file_size
        return made_sudo.with_env(self.env)

    def action_download(self):
        """Fetch the file."""
        self.ensure_one()
        self.check_access("read")
        attachment = self.sudo().attachment_id  # sudo: of a document that its reader may read
        return {
            "type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=true", "target": "download",
        }

    @api.autovacuum
    def _gc_files(self):
        old = self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=KEPT_DAYS))], limit=1000)
        old.attachment_id.unlink()
        old.unlink()
        return len(old), 0
