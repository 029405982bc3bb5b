from odoo import models
from odoo.tools import SQL

from ...const import READ_MINUTES, WARNER_OF_READ
from ...lib.demo_topics import ASKS_EN, ASKS_ZH, OPEN_AT_MOST, SERVICES, TOPICS
from ...lib.effort import is_reference_transaction

NUMBER, TEXT = SQL("int"), SQL("text")
OPEN_STAGES = ("understand", "search", "search", "deliver", "verify")
# calendar hours until the first answer, by effort; at once where the patron stands at the desk or phones
ANSWER_HOURS = (0.5, 1.5, 4.0, 9.0, 18.0, 30.0)
# days until a case is closed, by effort
CLOSE_DAYS = (0.05, 0.2, 1.0, 3.0, 7.0, 14.0)
# kinds of services after which the patron is asked what it led to
ASKED = ("reference", "subject_search", "document", "sdi", "novelty", "citation", "training")


class LibraryDemoHistory(models.AbstractModel):
    """Cases, their needs and logs, and what patrons said of them."""

    _inherit = "library.demo.history"

    def _prepare_rows(self, count, patrons):
        """The table of cases before they are written: who asked whom, when, for what, and how it ended."""
        self._prepare_choices()
        self.env.cr.execute(SQL(
            """
            CREATE TEMP TABLE demo_row AS
            SELECT row_number() OVER (ORDER BY moment, d.n)::int AS n, d.n AS drawn, moment, s.*, p.patron_id,
                   p.partner_id, p.email, p.lang, p.type_id, p.degree_stage, t.subject_id, t.topic_en, t.topic_zh,
                   pg_temp.pick(s.efforts, d.n, 'read') AS read_level,
                   pg_temp.pick(s.channels, d.n, 'channel') AS channel,
                   pg_temp.pick(s.user_ids, d.n, 'user') AS user_id,
                   nextval('library_case_id_seq')::int AS case_id, nextval('library_need_id_seq')::int AS need_id
              FROM (SELECT n, moment, pg_temp.draw(n, 'service') AS service_share,
                           pg_temp.draw(n, 'topic') AS topic_share,
                           floor(power(pg_temp.draw(n, 'person'), 1.4) * %(patrons)s)::int AS person
                      FROM (%(moments)s) AS drawn OFFSET 0) d
              JOIN demo_service s ON d.service_share >= s.share_from AND d.service_share < s.share_to
              JOIN demo_topic t ON d.topic_share >= t.share_from AND d.topic_share < t.share_to
              JOIN demo_person p ON p.p = d.person
            """,
            moments=self._moments("case", count), patrons=patrons,
        ))
        self._prepare_ends(count)
        self.env.cr.execute("DROP TABLE demo_service, demo_topic; ANALYZE demo_row")

    def _prepare_choices(self):
        """Tables of services and topics, each with its share of all cases."""
        services = self._find_services()
        self._prepare_shares("demo_service", {
            "service_id": NUMBER, "kind": TEXT, "team_id": NUMBER, "branch_id": NUMBER, "user_ids": SQL("int[]"),
            "efforts": SQL("text[]"), "channels": SQL("text[]"),
        }, services)
        ids = {one.code: one.id for one in self.env["library.subject"].search([("scheme", "=", "clc")])}
        self._prepare_shares(
            "demo_topic", {"subject_id": NUMBER, "topic_en": TEXT, "topic_zh": TEXT},
            [(often, (ids.get(code), english, chinese)) for code, often, english, chinese in TOPICS],
        )

    def _find_services(self):
        """[(how often, values)] of the services that are offered by a team with members."""
        Team = self.env["library.team"].search([("company_id", "=", self.env.company.id), ("member_ids", "!=", False)])
        services = self.env["library.service"].search([("kind", "in", list(SERVICES))])
        same = services.grouped("kind")
        found = []
        for service in services:
            often, efforts, channels = SERVICES[service.kind]
            team = service.team_id if service.team_id in Team else Team[:1]
            found.append((often / len(same[service.kind]), (
                service.id, service.kind, team.id or None, team.branch_id.id or None,
                team.member_ids.user_id.ids or [self.env.uid], list(efforts), list(channels),
            )))
        return found

    def _prepare_shares(self, table, columns, rows):
        """A temporary table of choices, with the part of 0 to 1 that stands for each."""
        cr = self.env.cr
        names = SQL(", ").join(map(SQL.identifier, columns))
        typed = SQL(", ").join(SQL("%s %s", SQL.identifier(name), kind) for name, kind in columns.items())
        cr.execute(SQL("CREATE TEMP TABLE %s (share_from float, share_to float, %s)", SQL.identifier(table), typed))
        total, before = sum(often for often, _values in rows), 0
        for number, (often, values) in enumerate(rows, start=1):
            # the last one reaches 1, whatever was lost in rounding
            until = 1.0 if number == len(rows) else (before + often) / total
            cr.execute(SQL(
                "INSERT INTO %s (share_from, share_to, %s) VALUES (%s, %s, %s)",
                SQL.identifier(table), names, before / total, until, SQL(", ").join(SQL("%s", one) for one in values),
            ))
            before += often

    def _prepare_ends(self, count):
        """How each case went: better year by year, worst where sources are dear."""
        cr = self.env.cr
        cr.execute(SQL(
            """
            ALTER TABLE demo_row ADD title text, ADD minutes int, ADD is_open bool, ADD resolution text,
                  ADD reason text, ADD answer_hours float, ADD answered timestamp, ADD closed timestamp,
                  ADD is_kept bool, ADD is_confirmed bool, ADD minutes_saved int, ADD rating int;
            UPDATE demo_row SET
                title = CASE WHEN lang = 'zh_CN' THEN format((%(asks_zh)s)[1 + drawn %% 6], topic_zh)
                        ELSE format((%(asks_en)s)[1 + drawn %% 6], topic_en) END,
                minutes = ceil((%(read_minutes)s)[read_level::int] * (0.6 + pg_temp.draw(drawn, 'minutes') * 0.8)),
                is_open = n > %(count)s - least(%(open)s, %(count)s / 20),
                is_kept = pg_temp.draw(drawn, 'kept') < 0.84 + 0.1 * n / %(count)s,
                is_confirmed = pg_temp.draw(drawn, 'confirmed') < 0.55,
                minutes_saved = CASE WHEN pg_temp.draw(drawn, 'reuse') < 0.15
                                     THEN 5 + floor(pg_temp.draw(drawn, 'saved') * 50)::int END,
                answer_hours = -ln(1 - pg_temp.draw(drawn, 'hours')) * (%(hours)s)[read_level::int]
                               * CASE WHEN channel IN ('desk', 'phone', 'chat', 'roving') THEN 0.02 ELSE 1 END,
                resolution = pg_temp.pick(
                    %(results)s, drawn, 'result',
                    1 + 0.5 * n / %(count)s - CASE WHEN topic_en ~ '(models|statins|drones|bonds)' THEN 0.3 ELSE 0 END),
                reason = pg_temp.pick(%(reasons)s, drawn, 'reason', 1.5);
            """,
            results=["met"] * 7 + ["partly"] * 2 + ["unmet"] * 2,
            reasons=["no_access", "no_source", "no_time", "out_of_scope"],
            asks_zh=list(ASKS_ZH), asks_en=list(ASKS_EN), read_minutes=list(READ_MINUTES.values()), count=count,
            open=OPEN_AT_MOST, hours=list(ANSWER_HOURS),
        ))  # fmt: skip
        cr.execute(SQL(
            """
            UPDATE demo_row SET
                answered = least(moment + answer_hours * interval '1 hour', %(now)s::timestamp - interval '90 minutes'),
                closed = least(moment + answer_hours * interval '1 hour'
                               - ln(1 - pg_temp.draw(drawn, 'days')) * (%(days)s)[read_level::int] * interval '1 day',
                               %(now)s::timestamp - interval '1 hour' * (0.1 + pg_temp.draw(drawn, 'late'))),
                reason = CASE WHEN resolution = 'unmet' THEN reason END,
                rating = CASE WHEN pg_temp.draw(drawn, 'rates') < 0.35 THEN
                    CASE WHEN pg_temp.draw(drawn, 'rating')
                              < CASE resolution WHEN 'met' THEN 0.85 WHEN 'partly' THEN 0.5 ELSE 0.2 END THEN 5
                         WHEN pg_temp.draw(drawn, 'rating') < 0.93 THEN 3 ELSE 1 END END;
            UPDATE demo_row SET resolution = NULL, reason = NULL, rating = NULL, closed = NULL, is_confirmed = false,
                   minutes_saved = NULL WHERE is_open
            """,
            now=self.env.cr.now(), days=list(CLOSE_DAYS),
        ))

    # what is written

    def _fill_cases(self):
        """Cases with their needs, closed as they would have been."""
        case = self.env["library.case"]
        stages = [case._find_stage(code).id for code in OPEN_STAGES]
        stage_id, stage_code = [
            SQL("(%s)[1 + r.drawn %% %s]", list(choices), len(choices)) for choices in (stages, OPEN_STAGES)]
        company = SQL("%s", self.env.company.id)
        self._insert("library.case", "demo_row", {
            "id": SQL("r.case_id"), "name": SQL("r.title"), "company_id": company, "patron_id": SQL("r.patron_id"),
            "partner_id": SQL("r.partner_id"), "email_from": SQL("r.email"), "email_normalized": SQL("r.email"),
            "lang": SQL("r.lang"), "channel": SQL("r.channel"), "team_id": SQL("r.team_id"),
            "user_id": SQL("r.user_id"), "branch_id": SQL("r.branch_id"), "service_id": SQL("r.service_id"),
            "main_class_id": SQL("r.subject_id"),
            "stage_id": SQL("CASE WHEN r.is_open THEN %s ELSE %s END", stage_id, case._find_stage("closed").id),
            "stage_code": SQL("CASE WHEN r.is_open THEN %s ELSE 'closed' END", stage_code),
            "waits_for": SQL("CASE WHEN r.is_open THEN 'library' ELSE 'nobody' END"),
            "date_promised": SQL(
                "CASE WHEN r.is_open THEN %s + interval '2 days' * (1 + r.drawn %% 4)"
                " WHEN r.is_kept THEN r.answered + interval '6 hours' ELSE r.answered - interval '3 hours' END",
                self.env.cr.now()),
            "date_first_answer": SQL("CASE WHEN NOT r.is_open THEN r.answered END"),
            "date_last_message": SQL("coalesce(r.closed, r.moment)"), "date_closed": SQL("r.closed"),
            "date_assigned": SQL("r.moment"), "resolution": SQL("r.resolution"), "unmet_reason": SQL("r.reason"),
            "confirmation": SQL(
                "CASE WHEN r.is_open THEN 'none' WHEN r.is_confirmed THEN 'confirmed' ELSE 'silent' END"),
            "promise_kept": SQL("CASE WHEN NOT r.is_open THEN CASE WHEN r.is_kept THEN 'kept' ELSE 'missed' END END"),
            "missed_count": SQL("CASE WHEN r.is_open OR r.is_kept THEN 0 ELSE 1 END"),
            "date_missed": SQL("CASE WHEN NOT r.is_open AND NOT r.is_kept THEN r.answered END"),
            "minutes_used": SQL("CASE WHEN NOT r.is_open THEN least(r.answer_hours * 20, 2400) END"),
            "clock_state": SQL("'stopped'"), "read_level": SQL("CASE WHEN NOT r.is_open THEN r.read_level END"),
            "minutes": SQL("CASE WHEN NOT r.is_open THEN r.minutes END"), "minutes_saved": SQL("r.minutes_saved"),
            "date_saved_said": SQL("CASE WHEN r.minutes_saved IS NOT NULL THEN r.closed END"),
            "rating_last_value": SQL("r.rating"), "create_date": SQL("r.moment"),
            "write_date": SQL("coalesce(r.closed, r.moment)"), "has_news": SQL("false"), "active": SQL("true"),
        })  # fmt: skip
        self._fill_needs(company)
        self._fill_logs(company)

    def _fill_needs(self, company):
        """The need of each case, with its subject."""
        self._insert("library.need", "demo_row", {
            "id": SQL("r.need_id"), "name": SQL("r.title"), "statement": SQL("r.title"), "company_id": company,
            "patron_id": SQL("r.patron_id"), "service_id": SQL("r.service_id"), "main_class_id": SQL("r.subject_id"),
            "origin": SQL("CASE WHEN r.drawn %% 16 = 0 THEN 'latent' ELSE 'stated' END"),
            "state": SQL("coalesce(r.resolution, 'stated')"), "unmet_reason": SQL("r.reason"),
            "date_settled": SQL("r.closed"), "create_date": SQL("r.moment"),
            "write_date": SQL("coalesce(r.closed, r.moment)"),
        })
        self.env.cr.execute("""
            INSERT INTO library_case_need_rel (case_id, need_id) SELECT case_id, need_id FROM demo_row;
            INSERT INTO library_need_library_subject_rel (library_need_id, library_subject_id)
            SELECT need_id, subject_id FROM demo_row WHERE subject_id IS NOT NULL;
            INSERT INTO library_case_reader_rel (case_id, partner_id) SELECT case_id, partner_id FROM demo_row
        """)

    def _fill_logs(self, company):
        """What each closed case counts for in statistics."""
        counted = [
            f"{kind}{level}" for kind in SERVICES for level in READ_MINUTES
            if is_reference_transaction(kind, level, WARNER_OF_READ[level])
        ]
        self._insert("library.service.log", "demo_row", {
            "case_id": SQL("r.case_id"), "name": SQL("r.title"), "company_id": company, "team_id": SQL("r.team_id"),
            "service_id": SQL("r.service_id"), "branch_id": SQL("r.branch_id"), "channel": SQL("r.channel"),
            "read_level": SQL("r.read_level"), "warner": SQL("(%s)[r.read_level::int]", list(WARNER_OF_READ.values())),
            "minutes": SQL("r.minutes"), "resolution": SQL("r.resolution"), "patron_type_id": SQL("r.type_id"),
            "degree_stage": SQL("r.degree_stage"), "patron_lang": SQL("r.lang"), "date": SQL("r.closed"),
            "date_counted": SQL("r.closed"), "is_confirmed": SQL("true"), "create_date": SQL("r.closed"),
            "is_reference": SQL("r.kind || r.read_level = ANY(%s)", counted), "timeline": SQL("r.title"),
        }, SQL("NOT r.is_open"))

    def _fill_results(self):
        """Ratings, and what patrons said a case led to."""
        model_ids = {name: self.env["ir.model"]._get_id(name) for name in ("library.case", "library.team")}
        self._insert("rating.rating", "demo_row", {
            "res_model_id": SQL("%s", model_ids["library.case"]), "res_model": SQL("'library.case'"),
            "res_id": SQL("r.case_id"), "res_name": SQL("r.title"), "parent_res_id": SQL("r.team_id"),
            "parent_res_model_id": SQL("%s", model_ids["library.team"]), "parent_res_model": SQL("'library.team'"),
            "partner_id": SQL("r.partner_id"), "rating": SQL("r.rating"), "consumed": SQL("true"),
            "rating_text": SQL("CASE r.rating WHEN 5 THEN 'top' WHEN 3 THEN 'ok' ELSE 'ko' END"),
            "access_token": SQL("md5('rating' || r.case_id)"), "create_date": SQL("r.closed"),
            "rated_on": SQL("r.closed"),
        }, SQL("r.rating IS NOT NULL"))
        understood, useful, new_question = [
            SQL("(CASE WHEN r.resolution = 'met' THEN 1 ELSE 0 END + floor(pg_temp.draw(r.drawn, %s) * %s)::int)::text",
                purpose, levels)
            for purpose, levels in (("understood", 4), ("useful", 4), ("question", 3))
        ]
        self._insert("library.outcome", "demo_row", {
            "case_id": SQL("r.case_id"), "patron_id": SQL("r.patron_id"), "team_id": SQL("r.team_id"),
            "service_id": SQL("r.service_id"), "company_id": SQL("%s", self.env.company.id),
            "source": SQL("CASE WHEN r.drawn %% 2 = 0 THEN 'mail' ELSE 'portal' END"),
            "understood": understood, "useful": useful, "new_question": new_question,
            "is_transfer": SQL("greatest(%s, %s) >= '2'", understood, new_question),
            "date": SQL("r.closed"), "create_date": SQL("r.closed"),
        }, SQL("r.closed IS NOT NULL AND pg_temp.draw(r.drawn, 'outcome') < 0.3"))
