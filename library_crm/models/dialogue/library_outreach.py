import json

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import CONTACT_CHANNELS, CONTACT_NOT_WHILE_COMPLAINING, CONTACT_PURPOSES, FEEDBACK_OPEN

CAP_DAYS = 30


class LibraryOutreach(models.Model):
    """The ledger of all that the library sends to patrons on its own initiative, and the door to it.

    Whoever sends something asks `_allowed`, claims with `_claim` and mails with `_mail`, in one transaction. The
    database refuses a second message of one kind about one thing to one patron, whatever is killed or done twice.
    """

    _name = "library.outreach"
    _description = "Message on Our Initiative"
    _order = "date desc, id desc"
    _rec_name = "kind"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    purpose = fields.Selection(CONTACT_PURPOSES, required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True, help="What sort of message, in the machine's words.")
    key = fields.Char(required=True, readonly=True, help="What it is about: one message of a kind about one thing.")
    channel = fields.Selection(CONTACT_CHANNELS, required=True, readonly=True, default="mail")
    date = fields.Datetime(required=True, readonly=True, index=True)
    res_model = fields.Char("Record's model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", index="btree_not_null")
    state = fields.Selection(
        [
            ("waiting", "Waiting to be sent"),
            ("sent", "Sent"),
            ("failed", "Not sent"),
            ("bounced", "Came back"),
            ("stopped", "Taken back"),
        ],
        required=True, readonly=True, default="waiting",
    )
    reason = fields.Char("Why this person", readonly=True)
    date_unsubscribed = fields.Datetime("Unsubscribed by it", readonly=True)

    _once = models.Constraint("UNIQUE (patron_id, kind, key)", "This patron had this message already.")
    _kind_idx = models.Index("(kind, key)")
    _recent_idx = models.Index("(patron_id, date) WHERE purpose <> 'followup'")
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    # Who may be written to

    @api.model
    def _sql_allowed(self, purpose, channel="mail", now=None):
        """Why patron `p` of a statement must not be written to, as an SQL expression; NULL where nothing is against.

        The statement reads `library_patron p`; whoever uses it flushes with `_flush_allowed` before. The values are
        the codes of CONTACT_REFUSALS.

        :param purpose: one of CONTACT_PURPOSES
        :param channel: one of CONTACT_CHANNELS
        :param now: naive UTC; the time of the transaction when empty
        """
        now = now or self.env.cr.now()
        parts = [
            SQL("WHEN NOT p.active OR coalesce(p.is_anonymised, false) OR p.lifecycle = 'left' THEN 'gone'"),
            SQL("WHEN NOT %s THEN 'unwanted'", self.env["library.contact.preference"]._sql_wanted(purpose, channel)),
            SQL("WHEN p.date_pause_until > %s THEN 'paused'", fields.Date.context_today(self, now)),
        ]
        if channel == "mail":
            parts += [
                SQL("WHEN p.has_bounced THEN 'bounced'"),
                SQL("WHEN NOT EXISTS (SELECT 1 FROM res_partner a WHERE a.id = p.partner_id"
                    " AND a.email_normalized <> '') THEN 'no_address'"),
                SQL("WHEN EXISTS (SELECT 1 FROM res_partner a JOIN mail_blacklist b ON b.email = a.email_normalized"
                    " WHERE a.id = p.partner_id AND b.active) THEN 'unwanted'"),
            ]
        if purpose in CONTACT_NOT_WHILE_COMPLAINING:
            parts.append(SQL(
                "WHEN EXISTS (SELECT 1 FROM library_feedback f WHERE f.patron_id = p.id AND f.kind = 'complaint'"
                " AND f.state IN %s) THEN 'complaint'", FEEDBACK_OPEN,
            ))
        if purpose != "followup" and channel == "mail":
            parts.append(SQL(
                "WHEN (SELECT count(*) FROM library_outreach o WHERE o.patron_id = p.id AND o.purpose <> 'followup'"
                " AND o.channel = 'mail' AND o.state IN ('waiting', 'sent') AND o.date > %s)"
                " >= (SELECT m.library_outreach_cap FROM res_company m WHERE m.id = p.company_id) THEN 'cap'",
                fields.Datetime.subtract(now, days=CAP_DAYS),
            ))
        return SQL("CASE %s END", SQL(" ").join(parts))

    @api.model
    def _flush_allowed(self):
        """Write what `_sql_allowed` reads."""
        for model in ("library.patron", "res.partner", "res.company", "library.consent", "mail.blacklist",
                      "library.feedback", "library.contact.preference", "library.outreach"):
            self.env[model].flush_model()

    @api.model
    def _allowed(self, patron_ids, purpose, channel="mail", now=None):
        """Who of these may be written to; one statement for any number.

        :return: {patron id: None, or a code of CONTACT_REFUSALS}; who does not exist is missing
        """
        if not patron_ids:
            return {}
        self._flush_allowed()
        return dict(self.env.execute_query(SQL(
            "SELECT p.id, %s FROM library_patron p WHERE p.id = ANY(%s)",
            self._sql_allowed(purpose, channel, now), list(patron_ids),
        )))

    # Claiming

    @api.model
    def _claim(self, rows):
        """Enter messages into the ledger; what is in it already is left out.

        :param rows: dicts of patron_id, purpose, kind, key, and if there are any channel, reason, res_model, res_id
        :return: the new entries only, in the order of patrons
        """
        if not rows:
            return self.browse()
        self.flush_model()
        self.env["library.patron"].flush_model(["company_id"])
        found = self.env.execute_query(SQL(
            """INSERT INTO library_outreach
                      (patron_id, company_id, purpose, kind, key, channel, date, res_model, res_id, reason, state,
                       create_uid, write_uid, create_date, write_date)
               SELECT p.id, p.company_id, new.purpose, new.kind, new.key, coalesce(new.channel, 'mail'), %(now)s,
                      new.res_model, new.res_id, new.reason, 'waiting', %(uid)s, %(uid)s, %(now)s, %(now)s
                 FROM jsonb_to_recordset(%(rows)s) AS new (patron_id int, purpose text, kind text, key text,
                      channel text, res_model text, res_id int, reason text)
                 JOIN library_patron p ON p.id = new.patron_id
                ORDER BY p.id, new.kind, new.key
                ON CONFLICT DO NOTHING
            RETURNING id""",
            now=self.env.cr.now(), uid=self.env.uid,
            rows=json.dumps([{name: value or None for name, value in row.items()} for row in rows]),
        ))
        self.invalidate_model()
        return self.browse([row[0] for row in found])

    def _adopt(self, mail):
        """Note that `mail` is the mail of this entry."""
        self.ensure_one()
        self.write({"mail_id": mail.id})

    # Stopping

    @api.model
    def _stopped(self, patron, why):
        """Something happened after which the library keeps quiet; whoever sends in steps adds to this.

        :param patron: patrons, one or many
        :param why: reply, complaint, refusal, bounce
        """
        if not patron.ids or why == "reply":
            return
        waiting = self.search([("patron_id", "in", patron.ids), ("state", "=", "waiting"), ("channel", "=", "mail")])
        codes = ("unwanted",) if why == "refusal" else ("unwanted", "bounced", "complaint", "gone")
        taken = self.browse()
        for purpose, rows in waiting.grouped("purpose").items():
            refused = self._allowed(rows.patron_id.ids, purpose)
            taken |= rows.browse([row.id for row in rows if refused.get(row.patron_id.id) in codes])
        taken._take_back()

    def _take_back(self):
        """Cancel the mails of these entries as far as they have not left."""
        waiting = self.filtered(lambda row: row.state == "waiting")
        # sudo: the mails of these entries
        waiting.sudo().mail_id.filtered(lambda mail: mail.state in ("outgoing", "exception")).write({"state": "cancel"})
        waiting.write({"state": "stopped"})
