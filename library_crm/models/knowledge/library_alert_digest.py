from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, formataddr, hmac

from ...lib.alert_match import next_moment
from ...lib.form_input import as_id, same_secret

TEMPLATE = "library_crm.mail_template_alert_digest"
BATCH = 50
MOST_ITEMS = 40
"""Finds in one mail; the others stay for the next one."""


class LibraryAlertDigest(models.Model):
    """One mail with what is new for one patron: at most one a day, with each find once for ever.

    The digest, its finds and the mail are one transaction, and the database refuses a second digest of a day and a
    second mailing of a find. So whatever is killed when, a find is told once.
    """

    _name = "library.alert.digest"
    _description = "Alert Mail"
    _order = "date desc, id desc"
    _rec_name = "date"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Date("Day", required=True, readonly=True)
    hit_ids = fields.One2many("library.alert.hit", "digest_id", string="Finds", readonly=True)
    hit_count = fields.Integer("Number of finds", readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", index="btree_not_null")
    state = fields.Selection(
        [("waiting", "Waiting to be sent"), ("sent", "Sent"), ("failed", "Not sent"), ("unsure", "Perhaps sent")],
        compute="_compute_state",
        help="Perhaps sent: the connection ended at the moment in which the mail server took the mail.",
    )

    _day_uniq = models.UniqueIndex("(patron_id, date)", "This patron has had an alert mail today.")

    def _compute_state(self):
        for digest in self:
            mail_sudo = digest.sudo().mail_id  # sudo: whether a mail has left; its text is not shown
            state = mail_sudo.state if mail_sudo else "sent"
            if state == "sent" and mail_sudo.library_handover == "handed":
                digest.state = "unsure"
            else:
                digest.state = {"outgoing": "waiting", "exception": "failed", "cancel": "failed"}.get(state, "sent")

    def action_send_again(self):
        """Send a mail again of which nobody knows whether it arrived, or which did not leave."""
        self.check_access("write")
        for digest in self.filtered(lambda one: one.state in ("unsure", "failed")):
            # sudo: the mail of this digest, to its own patron
            digest.sudo().mail_id.write({"state": "outgoing", "library_handover": False})
        self._start_queue()

    @api.model
    def _start_queue(self):
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _forget(self):
        """Delete digests with their mails: whose they were is not known any more."""
        self.mail_id.unlink()
        self.unlink()

    # Making them up

    @api.model
    def _domain_due(self):
        Profile = self.env["library.alert.profile"]
        return Profile._domain_running() & Domain("channel", "=", "mail") & Domain("date_next", "<=", self.env.cr.now())

    @api.model
    def _make_due(self):
        """Make up the digests that are due, some patrons at a time."""
        Profile = self.env["library.alert.profile"]
        commit = self.env["ir.cron"]._commit_progress
        while due := Profile.search(self._domain_due(), order="patron_id, id", limit=BATCH):
            due = Profile.search(self._domain_due() & Domain("patron_id", "in", due.patron_id.ids))
            locked = due.try_lock_for_update(allow_referencing=True)
            if locked:
                self._make(locked)
            if not commit(len(locked)) or not locked:
                return False
        return True

    @api.model
    def _make(self, profiles):
        """Make up the digests of these alerts, all due, and plan the next ones."""
        now = self.env.cr.now()
        today = fields.Date.context_today(self)
        busy = self.search([("patron_id", "in", profiles.patron_id.ids), ("date", "=", today)]).patron_id
        later = profiles.filtered(lambda profile: profile.patron_id in busy)
        for zone, postponed in later.grouped(lambda one: one.patron_id.tz or "UTC").items():
            postponed.write({"date_next": next_moment("daily", now, zone)})
        profiles -= later
        profiles._plan_next()
        reachable = self._reachable(profiles.patron_id)
        told = profiles.filtered(lambda profile: profile.patron_id in reachable)
        pending = self._pending(told)
        digests = self.browse()
        for patron, hits in pending.grouped("patron_id").items():
            digests |= self._make_one(patron, hits, today)
        digests._mail()
        profiles.filtered(lambda one: one in digests.hit_ids.profile_id).write({"date_last_run": now})
        return digests

    @api.model
    def _reachable(self, patrons):
        """Those who want alerts by mail now and whose address works."""
        answers = patrons._newest_answers("alerts")
        return patrons.filtered(
            lambda patron: answers.get(patron.id) and not patron.has_bounced and not patron._is_paused()
            and email_normalize(patron.email or "")
        )

    @api.model
    def _pending(self, profiles):
        """Finds of these alerts that nobody was told of, still readable, without what the patron was mailed before."""
        if not profiles:
            return self.env["library.alert.hit"]
        Hit = self.env["library.alert.hit"]
        Hit.flush_model()
        # told by another alert of the same patron: nothing to tell again
        self.env.cr.execute(SQL(
            """
            UPDATE library_alert_hit h SET state = 'sent', digest_id = m.digest_id
              FROM library_alert_hit m
             WHERE h.profile_id = ANY(%s) AND h.state = 'new' AND h.digest_id IS NULL
               AND m.patron_id = h.patron_id AND m.res_model = h.res_model AND m.res_id = h.res_id AND m.is_mailed
            """,
            profiles.ids,
        ))
        Hit.invalidate_model()
        waiting = Hit.search(
            [("profile_id", "in", profiles.ids), ("state", "=", "new"), ("digest_id", "=", False)], order="date, id"
        )
        return waiting._readable()

    @api.model
    def _make_one(self, patron, hits, today):
        """Claim the finds of one patron for a new digest; of the same thing one find is mailed."""
        first = {}
        for hit in hits:
            first.setdefault((hit.res_model, hit.res_id), hit)
        chosen = dict(list(first.items())[:MOST_ITEMS])
        mailed = hits.browse([hit.id for hit in chosen.values()])
        claimed = hits.filtered(lambda hit: (hit.res_model, hit.res_id) in chosen)
        digest = self.create({
            "patron_id": patron.id, "company_id": patron.company_id.id, "date": today, "hit_count": len(mailed),
        })
        claimed.write({"digest_id": digest.id, "state": "sent"})
        mailed.write({"is_mailed": True})
        return digest

    # The mail

    def _mail(self):
        """Make the mails of these digests, each in its patron's language, after quiet hours."""
        if not self:
            return
        template = self.env.ref(TEMPLATE)
        now = self.env.cr.now()
        # sudo: the text is the library's own, the recipient is the patron of the digest
        Mail_sudo = self.env["mail.mail"].sudo()
        for lang, digests in self.grouped(lambda digest: digest._lang()).items():
            template_sudo = template.sudo().with_context(lang=lang)
            subjects = template_sudo._render_field("subject", digests.ids)
            bodies = template_sudo._render_field("body_html", digests.ids)
            for digest in digests:
                values = digest.with_context(lang=lang)._prepare_mail(subjects[digest.id], bodies[digest.id], now)
                digest.mail_id = Mail_sudo.create(values)
        self._start_queue()

    def _lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.patron_id.lang, self.company_id.partner_id.lang, "en_US")
        return next((one for one in wanted if one in installed), self.env.lang)

    def _prepare_mail(self, subject, body, now):
        self.ensure_one()
        patron = self.patron_id
        leaves = patron._next_contact(now)
        stop = self._url("unsubscribe")
        return {
            "subject": subject,
            "body_html": body,
            "email_to": formataddr((patron.name, email_normalize(patron.email))),
            "email_from": self.company_id.email_formatted,
            "reply_to": self.company_id.email_formatted or False,
            "scheduled_date": fields.Datetime.to_string(leaves) if leaves > now else False,
            "headers": repr({
                "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Precedence": "list",
                "List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }),
            "auto_delete": False,
            "library_keep_trying": True,
            "library_once": True,
        }

    def _mail_cards(self):
        """The finds as the mail shows them, one line for each thing."""
        self.ensure_one()
        return self.hit_ids.filtered("is_mailed").sorted("id")._cards()

    def _topics(self):
        """The names of the alerts that led to this mail."""
        return ", ".join(self.hit_ids.profile_id.mapped("name"))

    # The link that ends it

    def _signature(self):
        # sudo: reads the secret of the database, which makes the signature
        return hmac(self.sudo().env, "library_alert_digest", str(self.id))[:40]

    def _url(self, verb):
        self.ensure_one()
        return f"{self.get_base_url()}/library/alerts/{verb}/{self.id}/{self._signature()}"

    @api.model
    def _portal_find_signed(self, digest_id, signature):
        """The digest whose mail holds this link, in sudo mode; an empty one for anything else."""
        digest_sudo = self.sudo().browse(as_id(digest_id) or None).exists()  # sudo: for who holds its signature only
        opens = digest_sudo and same_secret(signature, digest_sudo._signature())
        return digest_sudo if opens else digest_sudo.browse()

    def _unsubscribe(self):
        """End the alerts that this mail told of."""
        self.ensure_one()
        self.hit_ids.profile_id.write({"state": "stopped"})
