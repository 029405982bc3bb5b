import psycopg2.errors

from odoo import api, fields, models


class LibraryMailReceipt(models.Model):
    """Proof that a mail was taken in, so that the same mail again is known."""

    _name = "library.mail.receipt"
    _description = "Mail Receipt"
    _order = "id desc"
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    case_id = fields.Many2one("library.case", index="btree_not_null", ondelete="set null")

    _key_uniq = models.UniqueIndex("(key)", "This mail was taken in already.")
    _date_idx = models.Index("(date)")

    @api.model
    def _claim(self, key):
        """Reserve `key` for this transaction.

        Deliveries of the same mail at the same moment queue up here in the
        database: one gets the receipt, the others get an empty record.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    "INSERT INTO library_mail_receipt (key, date) VALUES (%s, now() AT TIME ZONE 'UTC')"
                    " ON CONFLICT DO NOTHING RETURNING id",
                    [key],
                    # the same mail at the same moment is expected, and not worth an error in the log
                    log_exceptions=False,
                )
                row = self.env.cr.fetchone()
        except psycopg2.errors.SerializationFailure:
            # another transaction committed the same key after ours had begun
            row = None
        return self.browse(row[0] if row else None)

    @api.model
    def _find(self, key):
        """The receipt of a mail that came before."""
        return self.search([("key", "=", key)], limit=1)

    @api.autovacuum
    def _gc_receipts(self, days=400, limit=10000):
        """Forget mails that no server will deliver again."""
        old = self.search([("date", "<", fields.Datetime.subtract(fields.Datetime.now(), days=days))], limit=limit)
        old.unlink()
        return len(old), len(old) == limit
