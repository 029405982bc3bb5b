import secrets

from odoo import api, fields, models
from odoo.tools import SQL

RECEIPT_KINDS = [("event", "Events"), ("day", "Days of a patron")]


class LibraryUsageReceipt(models.Model):
    """Which events of a month were counted: keyed fingerprints, so that the same file twice counts once.

    A fingerprint is a number made with a secret of this database; it names no patron, no title and no item, and nothing
    can be read back from it. The secret and the fingerprints lie in columns that the ORM does not know, so that no call
    gives them out. Receipts go when the month is older than the library keeps uses by person; the month is then closed.
    """

    _name = "library.usage.receipt"
    _description = "Receipts of Counted Uses"
    _order = "company_id, month, id"
    _log_access = False

    company_id = fields.Many2one("res.company", string="Institution", required=True, ondelete="cascade", readonly=True)
    month = fields.Date(required=True, readonly=True)
    kind = fields.Selection(RECEIPT_KINDS, required=True, readonly=True)
    run_id = fields.Integer("Import run", readonly=True)
    # fingerprints bytea: sorted unsigned 64-bit numbers, see _auto_init

    _month_idx = models.Index("(company_id, month)")

    def _auto_init(self):
        result = super()._auto_init()
        self.env.cr.execute(SQL(
            """
            ALTER TABLE library_usage_receipt ADD COLUMN IF NOT EXISTS fingerprints bytea;
            ALTER TABLE library_usage_receipt ALTER COLUMN fingerprints SET STORAGE EXTERNAL;
            CREATE TABLE IF NOT EXISTS library_usage_secret (secret bytea NOT NULL);
            INSERT INTO library_usage_secret SELECT %s WHERE NOT EXISTS (SELECT FROM library_usage_secret);
            CREATE TABLE IF NOT EXISTS library_usage_turn (
                company_id int4 PRIMARY KEY REFERENCES res_company ON DELETE CASCADE, turns int8 NOT NULL
            );
            """,
            secrets.token_bytes(16),
        ))
        return result

    @api.model
    def _secret(self):
        """The 16 bytes that make this database's fingerprints its own."""
        [(secret,)] = self.env.execute_query(SQL("SELECT secret FROM library_usage_secret"))
        return bytes(secret)

    @api.model
    def _take_turn(self, company):
        """Only one transaction at a time counts for an institution.

        A second one waits here for the first; when that commits, PostgreSQL ends the second with a serialization
        failure, and it is tried again from what is then known. A lock alone would let it go on with an old view.
        """
        self.env.cr.execute(SQL(
            "INSERT INTO library_usage_turn AS t VALUES (%s, 1)"
            " ON CONFLICT (company_id) DO UPDATE SET turns = t.turns + 1",
            company.id,
        ))

    @api.model
    def _existing(self, receipt_ids):
        """Those of some receipts that are there."""
        rows = self.env.execute_query(SQL(
            "SELECT id FROM library_usage_receipt WHERE id = ANY(%s)", list(receipt_ids)
        ))
        return {receipt_id for (receipt_id,) in rows}

    @api.model
    def _identify(self, company, months):
        """The receipts of some months: {id: (month, kind)}, without their fingerprints."""
        self.flush_model()
        rows = self.env.execute_query(SQL(
            "SELECT id, month, kind FROM library_usage_receipt WHERE company_id = %s AND month = ANY(%s)",
            company.id, list(months),
        ))
        return {receipt_id: (month, kind) for receipt_id, month, kind in rows}

    @api.model
    def _fingerprints(self, receipt_ids):
        """Yield (kind, sorted array) for some receipts."""
        import numpy as np  # noqa: PLC0415

        if receipt_ids:
            self.env.cr.execute(SQL(
                "SELECT kind, fingerprints FROM library_usage_receipt WHERE id = ANY(%s)", list(receipt_ids)
            ))
            for kind, fingerprints in self.env.cr.fetchall():
                yield kind, np.frombuffer(fingerprints, "<u8")

    @api.model
    def _keep(self, company, kind, run_id, by_month):
        """Store fingerprints.

        :param dict by_month: {month (date): sorted array}
        :return: ids of the new receipts
        """
        ids = []
        for month, keys in by_month.items():
            [(receipt_id,)] = self.env.execute_query(SQL(
                "INSERT INTO library_usage_receipt (company_id, month, kind, run_id, fingerprints)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                company.id, month, kind, run_id, keys.astype("<u8").tobytes(),
            ))
            ids.append(receipt_id)
        return ids
