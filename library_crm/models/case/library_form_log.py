from odoo import api, fields, models
from odoo.tools import hmac

WINDOW_MINUTES = 10


class LibraryFormLog(models.Model):
    """Counts what public forms were sent from one place lately, so that a flood can be told.

    Addresses are kept as a keyed hash, for a day at most.
    """

    _name = "library.form.log"
    _description = "Sent Form"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _key_idx = models.Index("(key, date)")
    _date_idx = models.Index("(date)")

    @api.model
    def _admit(self, limits):
        """Count one form and say whether it may pass.

        :param limits: {(kind, value): how many within WINDOW_MINUTES}; `value` is an address, an IP, an id
        """
        keys = {self._key(*mark): limit for mark, limit in limits.items() if mark[1]}
        self.env.cr.execute(
            "SELECT key, count(*) FROM library_form_log"
            " WHERE key = ANY(%s) AND date > (now() AT TIME ZONE 'UTC') - %s * interval '1 minute' GROUP BY key",
            [list(keys), WINDOW_MINUTES],
        )
        if any(count >= keys[key] for key, count in self.env.cr.fetchall()):
            return False
        self.env.cr.execute(
            "INSERT INTO library_form_log (key, date) SELECT unnest(%s), now() AT TIME ZONE 'UTC'", [list(keys)]
        )
        return True

    @api.model
    def _key(self, kind, value):
        return f"{kind}:{hmac(self.sudo().env, 'library.form.log', str(value))[:32]}"  # sudo: the database's secret

    @api.model
    def _limit(self, name, default):
        """A limit that the library may set for itself."""
        # sudo: one number of the configuration
        text = self.env["ir.config_parameter"].sudo().get_param(f"library_crm.{name}") or ""
        return int(text) if text.isdecimal() else default

    @api.autovacuum
    def _gc_log(self, limit=50000):
        """Forget what was sent before yesterday."""
        self.env.cr.execute(
            "DELETE FROM library_form_log WHERE id IN (SELECT id FROM library_form_log"
            " WHERE date < (now() AT TIME ZONE 'UTC') - interval '1 day' LIMIT %s)",
            [limit],
        )
        return self.env.cr.rowcount, self.env.cr.rowcount == limit
