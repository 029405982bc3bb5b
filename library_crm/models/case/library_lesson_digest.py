from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import LESSON_FIELDS
from ...lib.redact import redact

MOST_LESSONS = 5
DAYS = 7
LESSONS = LESSON_FIELDS[:4]


class LibraryTeam(models.Model):
    """Once a week, what the team learned comes to those who work in it."""

    _inherit = "library.team"

    sends_digest = fields.Boolean(
        "Weekly lessons by mail", default=True, help="The five best lessons of the week, to the staff of the team."
    )
    date_digest = fields.Datetime("Lessons sent", readonly=True, copy=False)

    @api.model
    def _domain_digest_due(self):
        long_ago = fields.Datetime.subtract(self.env.cr.now(), days=DAYS - 1)
        return Domain("sends_digest", "=", True) & (
            Domain("date_digest", "=", False) | Domain("date_digest", "<", long_ago)
        )

    @api.model
    def _cron_lesson_digest(self):
        """Mail each team its lessons, once a week; a run that was killed goes on with the teams that are left."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_digest_due()
        commit(remaining=self.search_count(domain))
        while team := self.search(domain, limit=1).try_lock_for_update(allow_referencing=True):
            team._send_lessons()
            if not commit(1):
                break

    def _send_lessons(self):
        """Mail the lessons of the last week to the staff of this team; nobody else is ever written to."""
        self.ensure_one()
        now = self.env.cr.now()
        logs = self._best_lessons(now - timedelta(days=DAYS))
        self.date_digest = now
        people = self.user_ids.filtered(lambda user: user.active and not user.share and user.email)
        rows = [self._prepare_lessons_mail(user, logs) for user in people] if logs else []
        # sudo: the queue of mails; text and recipients are the library's own
        self.env["mail.mail"].sudo().create(rows)
        return len(rows)

    def _best_lessons(self, since):
        """The logs of this team since then that teach most.

        What failed and what is new counts before what went as always; what a patron confirmed before what we believe.
        """
        self.ensure_one()
        self.env["library.service.log"].flush_model()
        self.env["library.case"].flush_model(["confirmation"])
        rows = self.env.execute_query(SQL(
            """
            SELECT l.id FROM library_service_log l LEFT JOIN library_case c ON c.id = l.case_id
             WHERE l.team_id = %(team)s AND l.date >= %(since)s
               AND coalesce(nullif(l.worked, ''), nullif(l.failed, ''), nullif(l.learned, ''),
                            nullif(l.reflection, '')) IS NOT NULL
             ORDER BY 2 * (coalesce(l.failed, '') <> '')::int + 2 * (coalesce(l.learned, '') <> '')::int
                      + (coalesce(l.worked, '') <> '')::int + (coalesce(l.reflection, '') <> '')::int
                      + 2 * (coalesce(c.confirmation, '') = 'confirmed')::int
                      + (coalesce(l.read_level, '1') >= '4')::int DESC, l.date DESC, l.id DESC
             LIMIT %(most)s
            """, team=self.id, since=since, most=MOST_LESSONS))
        return self.env["library.service.log"].browse([row[0] for row in rows])

    def _prepare_lessons_mail(self, user, logs):
        lang = user.lang or self.env.lang
        localized = self.with_context(lang=lang)
        body = self.env["ir.qweb"]._render(
            "library_crm.mail_lessons", {"team": localized, "lessons": [
                log.with_context(lang=lang)._lesson_words() for log in logs]}, lang=lang)
        # sudo: the team's public address and the institution's name
        sender = self.sudo().alias_email or self.sudo().company_id.email_formatted or self.env.user.email_formatted
        return {
            "subject": localized.env._("%(team)s: what we learned this week", team=localized.name),
            "body_html": body,
            "email_to": user.email_formatted,
            "email_from": sender,
            "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
            "auto_delete": True,
            "library_keep_trying": True,
        }


class LibraryServiceLog(models.Model):
    _inherit = "library.service.log"

    def _lesson_words(self):
        """What this log teaches, without anybody's name.

        :return: dict of url, name and lines [(label, words)]
        """
        self.ensure_one()
        # sudo: the words are taken out of a text, never shown
        known = self.sudo().case_id._identity_words()
        labels = self.fields_get(LESSONS, ["string"])

        def clean(text):
            return redact(text or "", **known)[0]

        return {
            "url": f"{self.get_base_url()}/odoo/library-logs/{self.id}",
            "name": clean(self.name),
            "lines": [(labels[name]["string"], clean(self[name])) for name in LESSONS if (self[name] or "").strip()],
        }
