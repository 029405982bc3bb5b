import json

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

BATCH = 25000
INTEREST_DAYS = CONTACT_DAYS = 365
HABIT_DAYS = 180
# An interest is a class that takes a good share of what somebody uses, on several occasions, and clearly more than it
# takes of what everybody uses.
INTEREST_USES, INTEREST_MONTHS, INTEREST_SHARE, INTEREST_LIFT = 6, 3, 0.15, 1.5
CHANNEL_CONTACTS, CHANNEL_SHARE = 4, 0.6
HOURS_MESSAGES, HOURS_SHARE = 5, 0.6
HABIT_USES = 12


class LibraryPatronTrait(models.Model):
    """Statements learned from use and contact, by sets, in the nightly run."""

    _inherit = "library.patron.trait"

    @api.model
    def _analyse_traits(self, as_of, cursor):
        """A batch of the nightly run. See `library.analysis.job`."""
        self.env.flush_all()
        cursor = cursor or {"patron": 0, "done": 0, "shares": self._find_shares(as_of)}
        upper, batch, total = self.env.execute_query(
            SQL(
                """
            SELECT max(id), count(*), (SELECT count(*) FROM library_patron)
              FROM (SELECT id FROM library_patron WHERE id > %s ORDER BY id LIMIT %s) batch
            """,
                cursor["patron"],
                BATCH,
            )
        )[0]
        if upper:
            scope = SQL(
                "SELECT id, company_id, partner_id, allows_interests FROM library_patron"
                " WHERE id > %s AND id <= %s AND allows_counts AND active",
                cursor["patron"],
                upper,
            )
            self._learn_interests(scope, as_of, cursor["shares"])
            self._learn_channels(scope, as_of)
            self._learn_hours(scope, as_of)
            self._learn_habits(scope, as_of)
            self._drop_expired(cursor["patron"], upper, as_of)
            self.invalidate_model()
        done = cursor["done"] + batch
        return ({**cursor, "patron": upper, "done": done} if batch == BATCH else None), done, total

    @api.model
    def _forget_traits(self):
        """What was only proposed goes; what a person said, confirmed, rejected or disputed is no result of a run."""
        # sudo: started by a manager, for all institutions
        self.sudo().search([("origin", "=", "observed"), ("state", "=", "proposed"), ("user_id", "=", False)]).unlink()

    @api.model
    def _summary_traits(self, as_of):
        # sudo: one count over all institutions, for whoever may read the list of jobs
        return {"traits": self.sudo().search_count(self._domain_used(as_of))}

    @api.model
    def _sentence_traits(self, numbers):
        return self.env._("%(count)s statements about patrons hold.", count=numbers["traits"])

    def _drop_expired(self, after, until, as_of):
        """Observed statements whose time is over go; a rejected or disputed one stays, or it would be found again."""
        self.env.cr.execute(
            SQL(
                """
            DELETE FROM library_patron_trait
             WHERE patron_id > %s AND patron_id <= %s AND date_expiry <= %s AND state IN ('proposed', 'confirmed')
               AND origin = 'observed'
            """,
                after,
                until,
                as_of,
            )
        )

    def _keep(self, kind, found, as_of, days):
        """Store what a query found. Statements that a person rejected, disputed or made are left as they are.

        :param SQL found: query of patron_id, company_id, code, subject_id, evidence, confidence
        :param int days: how long the statement holds unless it is found again
        """
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO library_patron_trait AS trait
                   (patron_id, company_id, kind, code, subject_id, evidence, confidence, origin, state,
                    date_found, date_expiry, create_uid, create_date, write_uid, write_date)
            SELECT patron_id, company_id, %(kind)s, code, subject_id::int, evidence, confidence, 'observed', 'proposed',
                   %(as_of)s, %(expiry)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM (%(found)s) found
             ORDER BY patron_id, code
            ON CONFLICT (patron_id, kind, code) DO UPDATE
               SET evidence = excluded.evidence, confidence = excluded.confidence, date_expiry = excluded.date_expiry,
                   write_date = excluded.write_date
             WHERE trait.origin = 'observed' AND trait.state IN ('proposed', 'confirmed')
            """,
                kind=kind,
                found=found,
                as_of=as_of,
                expiry=as_of + relativedelta(days=days),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )

    def _find_shares(self, as_of):
        """What part each class takes of all uses of an institution in two years, as JSON for the batches."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT company_id, subject_id, sum(uses) / sum(sum(uses)) OVER (PARTITION BY company_id)
              FROM library_usage
             WHERE subject_id IS NOT NULL AND month > %s AND month <= %s AND kind <> 'visit_day'
             GROUP BY company_id, subject_id
            """,
                as_of - relativedelta(years=2),
                as_of,
            )
        )
        return [{"c": company, "s": subject, "p": round(float(share), 6)} for company, subject, share in rows]

    def _learn_interests(self, scope, as_of, shares):
        """Classes that a patron uses much more than everybody does; only where the patron lets us look at subjects."""
        self._keep(
            "interest",
            SQL(
                """
            SELECT used.patron_id, used.company_id, 'subject:' || used.subject_id AS code, used.subject_id,
                   jsonb_build_object('uses', used.uses, 'months', used.months, 'share', round(used.share, 4),
                                      'library_share', round(everybody.p, 4)) AS evidence,
                   round(least(0.95, 1 - 0.8 / sqrt(used.uses::numeric)), 2)::float AS confidence
              FROM (
                SELECT u.patron_id, p.company_id, u.subject_id, sum(u.uses) AS uses, count(DISTINCT u.month) AS months,
                       sum(u.uses)::numeric / sum(sum(u.uses)) OVER (PARTITION BY u.patron_id) AS share
                  FROM library_usage u
                  JOIN (%(scope)s) p ON p.id = u.patron_id AND p.allows_interests
                 WHERE u.subject_id IS NOT NULL AND u.month > %(since)s AND u.month <= %(as_of)s
                   AND u.kind <> 'visit_day'
                 GROUP BY u.patron_id, p.company_id, u.subject_id
              ) used
              JOIN jsonb_to_recordset(%(shares)s::jsonb) AS everybody(c int, s int, p numeric)
                ON everybody.c = used.company_id AND everybody.s = used.subject_id
             WHERE used.uses >= %(uses)s AND used.months >= %(months)s AND used.share >= %(share)s
               AND used.share >= %(lift)s * everybody.p
            """,
                scope=scope,
                since=as_of - relativedelta(years=2),
                as_of=as_of,
                shares=json.dumps(shares),
                uses=INTEREST_USES,
                months=INTEREST_MONTHS,
                share=INTEREST_SHARE,
                lift=INTEREST_LIFT,
            ),
            as_of,
            INTEREST_DAYS,
        )

    def _learn_channels(self, scope, as_of):
        """The channel of most questions and contacts, with how readily the patron answers there."""
        since = as_of - relativedelta(years=2)
        self._keep(
            "channel",
            SQL(
                """
            WITH p AS (%(scope)s), contact AS (
                SELECT c.patron_id, c.channel, c.create_date AS moment
                  FROM library_case c JOIN p ON p.id = c.patron_id
                 UNION ALL
                SELECT i.patron_id, i.channel, i.date FROM library_interaction i JOIN p ON p.id = i.patron_id
            ), counted AS (
                SELECT patron_id, channel, count(*) AS contacts, sum(count(*)) OVER (PARTITION BY patron_id) AS total
                  FROM contact WHERE moment >= %(since)s AND moment < %(until)s
                 GROUP BY patron_id, channel
            ), turn AS (
                SELECT c.patron_id, c.channel, m.date, m.author_id = p.partner_id AS is_patron,
                       lag(m.author_id = p.partner_id) OVER talk AS was_patron, lag(m.date) OVER talk AS before
                  FROM library_case c
                  JOIN p ON p.id = c.patron_id
                  JOIN mail_message m ON m.model = 'library.case' AND m.res_id = c.id
                                     AND m.message_type IN ('email', 'comment', 'email_outgoing')
                 WHERE m.date >= %(since)s AND m.date < %(until)s
                WINDOW talk AS (PARTITION BY c.id ORDER BY m.date, m.id)
            ), reply AS (
                SELECT patron_id, channel, count(*) AS replies,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM date - before) / 3600) AS hours
                  FROM turn WHERE is_patron AND NOT was_patron
                 GROUP BY patron_id, channel
            )
            SELECT counted.patron_id, p.company_id, counted.channel AS code, NULL::int AS subject_id,
                   jsonb_build_object('contacts', counted.contacts, 'total', counted.total,
                                      'replies', coalesce(reply.replies, 0),
                                      'reply_hours', coalesce(round(reply.hours::numeric, 1), 0)) AS evidence,
                   round(least(0.95, counted.contacts::numeric / (counted.total + 1)), 2)::float AS confidence
              FROM counted
              JOIN p ON p.id = counted.patron_id
         LEFT JOIN reply ON reply.patron_id = counted.patron_id AND reply.channel = counted.channel
             WHERE counted.contacts >= %(contacts)s AND counted.contacts >= %(share)s * counted.total
            """,
                scope=scope,
                since=since,
                until=as_of + relativedelta(days=1),
                contacts=CHANNEL_CONTACTS,
                share=CHANNEL_SHARE,
            ),
            as_of,
            CONTACT_DAYS,
        )

    def _learn_hours(self, scope, as_of):
        """The part of the day in which most of the patron's own messages were written, in the library's time."""
        self._keep(
            "hours",
            SQL(
                """
            WITH p AS (%(scope)s), written AS (
                SELECT p.id AS patron_id, p.company_id, extract(hour FROM
                       m.date AT TIME ZONE 'UTC' AT TIME ZONE coalesce(calendar.tz, 'UTC')) AS hour
                  FROM p
                  JOIN library_case c ON c.patron_id = p.id
                  JOIN mail_message m ON m.model = 'library.case' AND m.res_id = c.id AND m.author_id = p.partner_id
                                     AND m.message_type IN ('email', 'comment')
                  JOIN res_company company ON company.id = p.company_id
             LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
                 WHERE m.date >= %(since)s AND m.date < %(until)s
            ), counted AS (
                SELECT patron_id, company_id,
                       CASE WHEN hour BETWEEN 5 AND 11 THEN 'morning' WHEN hour BETWEEN 12 AND 17 THEN 'afternoon'
                            WHEN hour BETWEEN 18 AND 22 THEN 'evening' ELSE 'night' END AS code,
                       count(*) AS messages, sum(count(*)) OVER (PARTITION BY patron_id) AS total
                  FROM written GROUP BY patron_id, company_id, 3
            )
            SELECT patron_id, company_id, code, NULL::int AS subject_id,
                   jsonb_build_object('messages', messages, 'total', total) AS evidence,
                   round(least(0.95, messages::numeric / (total + 1)), 2)::float AS confidence
              FROM counted WHERE messages >= %(messages)s AND messages >= %(share)s * total
            """,
                scope=scope,
                since=as_of - relativedelta(years=2),
                until=as_of + relativedelta(days=1),
                messages=HOURS_MESSAGES,
                share=HOURS_SHARE,
            ),
            as_of,
            CONTACT_DAYS,
        )

    def _learn_habits(self, scope, as_of):
        """Ways of using the library in the last year; kinds of use only, no subject is looked at."""
        self._keep(
            "habit",
            SQL(
                """
            WITH p AS (%(scope)s), used AS (
                SELECT u.patron_id, sum(u.uses) AS uses,
                       sum(u.uses) FILTER (WHERE u.channel = 'remote') AS remote,
                       sum(u.uses) FILTER (WHERE u.channel = 'onsite') AS onsite,
                       sum(u.uses) FILTER (WHERE u.kind IN ('download', 'database')) AS electronic,
                       sum(u.uses) FILTER (WHERE u.kind = 'ill') AS ill,
                       sum(u.uses) FILTER (WHERE u.kind = 'hold') AS holds
                  FROM library_usage u JOIN p ON p.id = u.patron_id
                 WHERE u.month > %(since)s AND u.month <= %(as_of)s AND u.kind <> 'visit_day'
                 GROUP BY u.patron_id
            ), habit AS (
                SELECT patron_id, 'mostly_remote' AS code, remote AS n, uses AS total FROM used
                 WHERE uses >= %(uses)s AND remote >= 0.8 * uses
                 UNION ALL
                SELECT patron_id, 'mostly_onsite', onsite, uses FROM used
                 WHERE uses >= %(uses)s AND onsite >= 0.8 * uses
                 UNION ALL
                SELECT patron_id, 'electronic', electronic, uses FROM used
                 WHERE uses >= %(uses)s AND electronic >= 0.6 * uses
                 UNION ALL
                SELECT patron_id, 'other_libraries', ill, uses FROM used WHERE ill >= 3
                 UNION ALL
                SELECT patron_id, 'reserves', holds, uses FROM used WHERE holds >= 6
                 UNION ALL
                SELECT patron_id, 'training', events_year, events_year FROM library_patron_fact WHERE events_year >= 2
                 UNION ALL
                SELECT patron_id, 'deep_questions', read_max, cases_year FROM library_patron_fact
                 WHERE read_max >= 5 AND cases_year >= 2
            )
            SELECT habit.patron_id, p.company_id, habit.code, NULL::int AS subject_id,
                   jsonb_build_object('count', habit.n, 'total', habit.total) AS evidence,
                   round(least(0.95, 1 - 1 / sqrt(greatest(habit.total, 2)::numeric)), 2)::float AS confidence
              FROM habit JOIN p ON p.id = habit.patron_id
            """,
                scope=scope,
                since=as_of - relativedelta(years=1),
                as_of=as_of,
                uses=HABIT_USES,
            ),
            as_of,
            HABIT_DAYS,
        )
