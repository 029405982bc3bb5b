import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

from ...const import CAMPAIGN_MESSAGE_MARK

BATCH = 5000
# Ledger, mails and traces of the next patrons, and only of those whom the ledger had not yet.
HAND_OVER = """
       WITH next AS MATERIALIZED (
           SELECT m.id, m.patron_id FROM library_campaign_member m WHERE %(due)s
            LIMIT %(batch)s FOR UPDATE SKIP LOCKED
       ), due AS MATERIALIZED (
           SELECT m.id, m.patron_id, a.email_normalized AS email, q.leaves,
                  '<' || gen_random_uuid() || '.' || m.id || %(mark)s || %(host)s || '>' AS message_id,
                  nextval('mail_message_id_seq') AS new_message, nextval('mail_mail_id_seq') AS new_mail,
                  nextval('mailing_trace_id_seq') AS new_trace
             FROM next m
             JOIN library_patron p ON p.id = m.patron_id
             JOIN res_partner a ON a.id = p.partner_id
        LEFT JOIN jsonb_to_recordset(%(quiet)s::jsonb)
                  AS q (quiet_from float, quiet_to float, tz text, leaves timestamp)
               ON q.quiet_from IS NOT DISTINCT FROM p.quiet_from AND q.quiet_to IS NOT DISTINCT FROM p.quiet_to
              AND q.tz IS NOT DISTINCT FROM a.tz
       ), claimed AS (
           INSERT INTO library_outreach (patron_id, company_id, purpose, kind, key, channel, date, res_model,
                  res_id, mail_id, reason, state, create_uid, write_uid, create_date, write_date)
           SELECT patron_id, %(company)s, %(purpose)s, %(kind)s, 'mail', 'mail', %(now)s, 'library.campaign',
                  %(campaign)s, new_mail, %(why)s, 'waiting', %(uid)s, %(uid)s, %(now)s, %(now)s
             FROM due ORDER BY patron_id
               ON CONFLICT DO NOTHING
        RETURNING patron_id
       ), chosen AS (SELECT due.* FROM due JOIN claimed USING (patron_id)
       ), written AS (
           INSERT INTO mail_message (id, model, res_id, message_type, subject, email_from, reply_to,
                  reply_to_force_new, message_id, date, is_internal, record_company_id, record_alias_domain_id,
                  create_uid, write_uid, create_date, write_date)
           SELECT new_message, 'library.patron', patron_id, 'email_outgoing', %(subject)s, %(sender)s,
                  %(reply_to)s, true, message_id, %(now)s, true, %(company)s, %(domain)s,
                  %(uid)s, %(uid)s, %(now)s, %(now)s
             FROM chosen
       ), queued AS (
           INSERT INTO mail_mail (id, mail_message_id, state, email_to, headers, auto_delete, is_notification,
                  scheduled_date, mailing_id, library_once, library_keep_trying, library_retry_count,
                  create_uid, write_uid, create_date, write_date)
           SELECT new_mail, new_message, 'outgoing', email, %(headers)s, true, false, leaves, %(mailing)s,
                  true, true, 0, %(uid)s, %(uid)s, %(now)s, %(now)s
             FROM chosen
       ), traced AS (
           INSERT INTO mailing_trace (id, trace_type, model, res_id, mass_mailing_id, campaign_id, email,
                  message_id, mail_mail_id, mail_mail_id_int, trace_status,
                  create_uid, write_uid, create_date, write_date)
           SELECT new_trace, 'mail', 'library.patron', patron_id, %(mailing)s, %(utm)s, email,
                  message_id, new_mail, new_mail, 'outgoing', %(uid)s, %(uid)s, %(now)s, %(now)s
             FROM chosen
       )
       UPDATE library_campaign_member m
          SET date_handed = %(now)s, trace_id = chosen.new_trace,
              reason = CASE WHEN chosen.id IS NULL THEN 'had_it' END
         FROM due LEFT JOIN chosen ON chosen.id = due.id
        WHERE m.id = due.id
    RETURNING m.id
"""


class LibraryCampaign(models.Model):
    """Sending: a mailing of Odoo's for each language, its traces, its queue.

    Core's composer would render and store the whole text for each of 100 000 people. Here one statement makes the
    entries of the ledger, the mails without text and the traces of some thousand people, all or none of them; the text
    is put in when the queue takes the mail. The ledger refuses a second mail, whatever is killed.
    """

    _inherit = "library.campaign"

    def _make_mailings(self):
        """A mailing for each text that somebody gets."""
        self.ensure_one()
        # sudo: who may run campaigns needs no rights in Odoo's own mailings
        Mailing_sudo = self.env["mailing.mailing"].sudo()
        company = self.company_id
        # sudo: the address of a team is public
        reply_to = self.team_id.sudo().alias_id.alias_full_name or company.email_formatted
        if not email_normalize(company.email or ""):
            raise UserError(self.env._("The institution needs a mail address of its own to write from."))
        used = self.env["library.campaign.member"].sudo()._read_group(  # sudo: which texts are needed
            [("campaign_id", "=", self.id), ("side", "=", "treated")], ["text_id"]
        )
        for (text,) in used:
            Mailing_sudo.create({
                "subject": text.subject,
                "body_html": text.body,
                "library_campaign_id": self.id,
                "library_text_id": text.id,
                "mailing_model_id": self.env["ir.model"]._get_id("library.patron"),
                "mailing_domain": "[('id', 'in', [])]",
                "email_from": company.email_formatted,
                "reply_to_mode": "new",
                "reply_to": reply_to,
                "user_id": self.user_id.id or self.env.uid,
                "keep_archives": False,
            })

    def _release_wave(self):
        """Let the next wave go: Odoo's mailing queue takes it from here."""
        for campaign in self:
            last = self.env.execute_query(SQL(
                "SELECT coalesce(max(wave), 0) FROM library_campaign_member WHERE campaign_id = %s", campaign.id
            ))[0][0]
            wave = campaign.wave + 1
            more = wave < last
            campaign.write({
                "wave": wave,
                "date_next_wave": fields.Datetime.add(self.env.cr.now(), days=1) if more else False,
            })
            campaign.sudo().mailing_ids.action_put_in_queue()  # sudo: mailings of this campaign

    # handing over

    def _due_patrons(self, mailing):
        """Ids of patrons who are still to be mailed in this wave."""
        self.env["library.campaign.member"].flush_model()
        return [row[0] for row in self.env.execute_query(SQL(
            "SELECT m.patron_id FROM library_campaign_member m WHERE %s", self._sql_due(mailing)
        ))]

    def _sql_due(self, mailing):
        return SQL(
            "m.campaign_id = %s AND m.text_id = %s AND m.side = 'treated' AND m.reason IS NULL"
            " AND m.date_handed IS NULL AND m.wave <= %s AND m.patron_id IS NOT NULL",
            self.id, mailing.library_text_id.id, self.wave,
        )

    def _hand_over(self, mailing):
        """Make the mails of a mailing, some thousand at a time, each batch committed with its traces."""
        self.ensure_one()
        if self.state != "sending":
            return
        commit = self.env["ir.cron"]._commit_progress
        self._check_again()
        quiet = self._quiet_plan(mailing)
        while self._hand_over_batch(mailing, quiet):
            commit()
            self.invalidate_recordset(["state"])
            if self.state != "sending":
                break
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _quiet_plan(self, mailing):
        """JSON rows of quiet hours and the moment when they let a mail leave, one for each habit among the due."""
        self.env["library.patron"].flush_model()
        self.env["res.partner"].flush_model(["tz"])
        now = self.env.cr.now()
        rows = self.env.execute_query(SQL(
            "SELECT min(p.id), p.quiet_from, p.quiet_to, a.tz FROM library_campaign_member m"
            " JOIN library_patron p ON p.id = m.patron_id JOIN res_partner a ON a.id = p.partner_id"
            " WHERE %s AND coalesce(p.quiet_from, 0) <> coalesce(p.quiet_to, 0) GROUP BY 2, 3, 4",
            self._sql_due(mailing),
        ))
        plan = []
        for patron_id, quiet_from, quiet_to, zone in rows:
            leaves = self.env["library.patron"].sudo().browse(patron_id)._next_contact(now)  # sudo: quiet hours
            if leaves > now:
                plan.append({"quiet_from": quiet_from, "quiet_to": quiet_to, "tz": zone,
                             "leaves": fields.Datetime.to_string(leaves)})
        return json.dumps(plan)

    def _hand_over_batch(self, mailing, quiet):
        """Ledger, mails and traces of the next patrons in one statement.

        :return: how many were looked at
        """
        for model in ("library.campaign.member", "library.outreach", "mail.mail", "mail.message", "mailing.trace"):
            self.env[model].flush_model()
        host = self.company_id.alias_domain_id.name or "library.invalid"
        rows = self.env.execute_query(SQL(
            HAND_OVER,
            **self._hand_over_values(mailing), quiet=quiet, host=host, due=self._sql_due(mailing),
        ))
        for model in ("library.campaign.member", "library.outreach", "mailing.trace"):
            self.env[model].invalidate_model()
        return len(rows)

    def _hand_over_values(self, mailing):
        company = self.company_id
        lang = mailing.library_text_id.lang
        return {
            "mark": CAMPAIGN_MESSAGE_MARK, "batch": BATCH, "company": company.id, "purpose": self.purpose,
            "kind": self._ledger_kind(), "now": self.env.cr.now(), "campaign": self.id, "uid": self.env.uid,
            "why": self.with_context(lang=lang).why or None, "subject": mailing.library_text_id.subject,
            "sender": mailing.email_from, "reply_to": mailing.reply_to or None, "mailing": mailing.id,
            "domain": company.alias_domain_id.id or None, "utm": mailing.campaign_id.id or None,
            "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
        }

    def _ledger_kind(self):
        self.ensure_one()
        return f"campaign:{self.id}"

    # under way

    def _take_back(self):
        """Cancel what has not left yet."""
        self.ensure_one()
        for model in ("mail.mail", "mailing.trace", "library.outreach", "library.campaign.member"):
            self.env[model].flush_model()
        self.env.cr.execute(SQL(
            """
            WITH gone AS (
                UPDATE mail_mail SET state = 'cancel', library_date_retry = NULL
                 WHERE id IN (SELECT l.id FROM mail_mail l JOIN mailing_mailing g ON g.id = l.mailing_id
                               WHERE g.library_campaign_id = %(campaign)s AND l.state IN ('outgoing', 'exception')
                                 FOR UPDATE OF l SKIP LOCKED)
             RETURNING id
            ), ledger AS (UPDATE library_outreach o SET state = 'stopped' FROM gone WHERE o.mail_id = gone.id)
            UPDATE mailing_trace t SET trace_status = 'cancel' FROM gone WHERE t.mail_mail_id = gone.id
            """,
            campaign=self.id,
        ))
        self.env.cr.execute(SQL(
            "UPDATE library_campaign_member SET reason = 'stopped' WHERE campaign_id = %s AND side = 'treated'"
            " AND reason IS NULL AND date_handed IS NULL", self.id,
        ))
        self.env.invalidate_all()

    def _settle(self):
        """Bring the traces into step with the mails: a process that was killed may have left them behind."""
        self.env["mailing.trace"].flush_model()
        self.env["mail.mail"].flush_model()
        self.env.cr.execute(SQL(
            """
            UPDATE mailing_trace t
               SET trace_status = CASE l.state WHEN 'sent' THEN 'sent' ELSE 'cancel' END, failure_type = NULL,
                   sent_datetime = CASE l.state WHEN 'sent' THEN coalesce(t.sent_datetime, l.write_date) END
              FROM mail_mail l JOIN mailing_mailing g ON g.id = l.mailing_id
             WHERE t.mail_mail_id = l.id AND g.library_campaign_id = ANY(%s) AND l.state IN ('sent', 'cancel')
               AND t.trace_status IN ('outgoing', 'error')
            """,
            self.ids,
        ))
        self.env["mailing.trace"].invalidate_model()

    def _is_all_sent(self):
        """Whether nothing waits any more: no wave, no member, no mail."""
        self.ensure_one()
        if self.date_next_wave:
            return False
        return not self.env.execute_query(SQL(
            """
            SELECT 1 FROM library_campaign_member m LEFT JOIN mailing_trace t ON t.id = m.trace_id
              LEFT JOIN mail_mail l ON l.id = t.mail_mail_id
             WHERE m.campaign_id = %s AND m.side = 'treated' AND m.reason IS NULL
               AND (m.date_handed IS NULL AND m.patron_id IS NOT NULL
                    OR l.state = 'outgoing' OR (l.state = 'exception' AND l.library_date_retry IS NOT NULL))
             LIMIT 1
            """,
            self.id,
        ))

    @api.model
    def _cron_run(self):
        """Once an hour: the next wave, what has become of the mails, and what came of them."""
        now = self.env.cr.now()
        under_way = self.search([("state", "=", "sending")])
        measured = self.search([("state", "in", ("sending", "done", "stopped")), ("date_measured", "=", False)])
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(under_way | measured))
        for campaign in under_way | measured:
            campaign._settle()
            if campaign.state == "sending":
                if campaign.date_next_wave and campaign.date_next_wave <= now:
                    campaign._release_wave()
                elif campaign._is_all_sent():
                    campaign.write({"state": "done", "date_finished": now})
            if campaign in measured:
                campaign._measure()
            if not commit(1):
                return
