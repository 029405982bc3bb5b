from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.worth_keeping import LONG_WORDS, repeated_passages, word_count

DAYS = 90
MOST_ANSWERS = 2000
MOST_CASES = 200
THREAD_MESSAGES, THREAD_PEOPLE = 8, 3
SIMILAR, ALIKE_FROM = 3, 0.5
TEXT_LIMIT = 8000


class LibraryKeepProposal(models.Model):
    """How the nightly run finds what may be worth keeping. Run twice, it proposes nothing twice."""

    _inherit = "library.keep.proposal"

    @api.model
    def _cron_find(self):
        """Look for each kind in turn, a transaction each: a run that was killed goes on with what is left."""
        commit = self.env["ir.cron"]._commit_progress
        kinds = (self._find_reused, self._find_copied, self._find_threads, self._find_repeated)
        commit(remaining=len(kinds))
        for find in kinds:
            self._propose(find())
            if not commit(1):
                return

    def _since(self):
        return self.env.cr.now() - timedelta(days=DAYS)

    @api.model
    def _find_reused(self):
        """Solutions of earlier work, longer than 120 words, which colleagues took up from the list of what is known."""
        rows = self.env["library.suggestion"]._read_group(
            [("state", "=", "accepted"), ("res_model", "=", "library.service.log"), ("date", ">", self._since())],
            ["res_id"], ["__count"], limit=MOST_ANSWERS)
        counts = dict(rows)
        logs = self.env["library.service.log"].browse(counts).exists()
        return [
            self._row(f"log:{log.id}", "reused", counts[log.id], log.user_ids[:1], log.company_id, log.name,
                      log.solution, log.case_id)
            for log in logs
            if log.user_ids and word_count(log.solution) > LONG_WORDS
        ]

    @api.model
    def _find_copied(self):
        """Passages of answers that were written to several patrons in the same words."""
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT m.res_id, m.author_id, m.body
              FROM mail_message m
             WHERE m.model = 'library.case' AND m.message_type IN ('comment', 'email', 'email_outgoing')
               AND m.date > %(since)s AND length(m.body) > %(least)s
               AND EXISTS (SELECT FROM res_users u WHERE u.partner_id = m.author_id AND NOT u.share AND u.active)
             ORDER BY m.id DESC LIMIT %(most)s
            """, since=self._since(), least=3 * LONG_WORDS // 2, most=MOST_ANSWERS))
        found = []
        for key, text, count, author in repeated_passages(reversed(rows)):
            user = self.env["res.partner"].browse(author).user_ids.filtered(lambda one: not one.share)[:1]
            cases = self.env["library.case"].browse(
                [case for case, by, _body in rows if by == author][:50]).exists()
            if user and cases:
                found.append(self._row(
                    f"text:{key}", "copied", count, user, cases[0].company_id, cases[-1].name, text, cases))
        return found

    @api.model
    def _find_threads(self):
        """Talks of many messages between several people, about cases that are closed."""
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT w.id, count(*)
              FROM mail_message m JOIN library_workroom w ON w.id = m.res_id
              JOIN library_case c ON c.id = w.case_id
             WHERE m.model = 'library.workroom' AND m.message_type IN ('comment', 'email') AND c.stage_code = 'closed'
               AND c.date_closed > %(since)s AND m.author_id IS NOT NULL AND length(m.body) > 12
             GROUP BY w.id HAVING count(*) >= %(messages)s AND count(DISTINCT m.author_id) >= %(people)s
             ORDER BY w.id DESC LIMIT %(most)s
            """,
            since=self._since(), messages=THREAD_MESSAGES, people=THREAD_PEOPLE, most=MOST_CASES))
        counts = dict(rows)
        return [
            self._row(f"room:{room.id}", "thread", counts[room.id], room.case_id.user_id or room.create_uid,
                      room.company_id, room.name, self._thread_text(room), room.case_id)
            for room in self.env["library.workroom"].browse(counts)
        ]

    @api.model
    def _thread_text(self, room):
        """What was said, in order, without who said it."""
        said = room.message_ids.filtered(lambda message: message.message_type in ("comment", "email")).sorted("id")
        lines = [" ".join((message.preview or "").split()) for message in said]
        return "\n\n".join(filter(None, lines))[:TEXT_LIMIT]

    @api.model
    def _find_repeated(self):
        """Closed cases of which at least three are alike, and none has an article."""
        every = self.env["res.company"].search(Domain.TRUE).ids
        Document = self.env["library.search.document"].with_context(allowed_company_ids=every)
        Document._index_pending()
        logs = self.env["library.service.log"].search(
            [("date", ">", self._since()), ("case_id", "!=", False)], order="id desc", limit=MOST_CASES)
        condition = Document._condition_readable(["library.service.log"], None, None, is_question=True)
        found, grouped = [], set()
        for log in logs.filtered(lambda log: not log.case_id.article_ids) if condition else ():
            if log.id in grouped:
                continue
            asked = "\n".join(filter(None, [log.name, log.problem]))
            near = Document._find_nearest(asked, condition, 10, is_question=True).get("library.service.log", [])
            alike = self.env["library.service.log"].browse(
                [one.res_id for one in near if one.strength >= ALIKE_FROM]).exists() | log
            alike = alike.filtered(lambda one, log=log: one.company_id == log.company_id and one.case_id)
            if len(alike.case_id) < SIMILAR or alike.case_id.article_ids:
                continue
            grouped |= set(alike.ids)
            best = max(alike, key=lambda one: len(one.solution or ""))
            found.append(self._row(
                f"asked:{min(alike.ids)}", "repeated", len(alike.case_id), best.user_ids[:1] or best.case_id.user_id,
                log.company_id, best.name, best.solution, alike.case_id))
        return found

    @api.model
    def _row(self, key, kind, count, user, company, name, text, cases):
        return {
            "source_key": key, "kind": kind, "count": count, "user": user, "company": company, "name": name or "",
            "text": (text or "")[:TEXT_LIMIT], "cases": cases, "subjects": cases.need_ids.subject_ids,
        }
