from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.bursts import BASE_DAYS, WEEK_DAYS, Text, find_bursts

MOST_TEXTS = 40000
MOST_REFS = 12
MOST_RATIO = 999
KEEP_DAYS = 400
CHARACTERS = 2000


class LibraryDemandTrend(models.Model):
    """A word that turned up more often in a week than in the eight weeks before: what people begin to want.

    Words are taken from needs, questions, feedback and searches that found nothing. A word stands here when at least
    three people used it; who they were is not kept, only where the texts stand, for staff who may read those.
    """

    _name = "library.demand.trend"
    _description = "New Demand"
    _order = "date_week desc, p_value, id"

    name = fields.Char("Words", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date_week = fields.Date("Week of", required=True, readonly=True)
    count = fields.Integer("This week", readonly=True, aggregator="sum")
    base_count = fields.Integer("Eight weeks before", readonly=True, aggregator="sum")
    people = fields.Integer(
        "Different people", readonly=True, aggregator="max", help="A day of searches counts as one."
    )
    ratio = fields.Float("Times the usual", readonly=True, digits=(12, 1), aggregator=None)
    p_value = fields.Float(
        "By chance", readonly=True, digits=(12, 4), aggregator=None,
        help="How likely so many would be if nothing had changed, corrected for the number of words looked at.",
    )
    need_count = fields.Integer("Needs", readonly=True)
    case_count = fields.Integer("Questions", readonly=True)
    feedback_count = fields.Integer("Feedback", readonly=True)
    search_count = fields.Integer("Searches in vain", readonly=True)
    refs = fields.Json(readonly=True, export_string_translation=False)
    examples = fields.Html(compute="_compute_examples", sanitize=False)

    state = fields.Selection(
        [("new", "New"), ("looked", "Looked at"), ("acted", "Something was begun")], required=True, default="new",
        readonly=True, index=True, group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users", "Looked at by", readonly=True, ondelete="set null", index="btree_not_null"
    )
    acted_model = fields.Char(readonly=True, export_string_translation=False)
    acted_id = fields.Many2oneReference("What was begun", model_field="acted_model", readonly=True)

    _once = models.UniqueIndex("(company_id, key, date_week)")

    @api.depends("refs")
    @api.depends_context("uid")
    def _compute_examples(self):
        """The texts that the reader may read, linked."""
        for trend in self:
            lines = []
            for model, ids in self._grouped(trend.refs):
                if self.env[model].has_access("read"):
                    records = self.env[model].browse(ids).exists()._filtered_access("read")
                    lines += [
                        Markup("<li><a href='/odoo/%s/%s'>%s</a></li>") % (model, record.id, record.name)
                        for record in records
                    ]
            trend.examples = Markup("<ul class='mb-0'>%s</ul>") % Markup().join(lines) if lines else False

    @api.model
    def _grouped(self, refs):
        found = {}
        for model, res_id in refs or []:
            found.setdefault(model, []).append(res_id)
        return found.items()

    # Finding them

    @api.model
    def _cron_find(self):
        """Look for the words of the last week, institution by institution; run twice, it finds the same."""
        companies = self.env["res.company"].search(Domain.TRUE)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(companies))
        for company in companies:
            self._find(company)
            if not commit(1):
                return

    @api.model
    def _find(self, company, today=None):
        """Bring the words of the last seven days up to date.

        :param today: the first day that does not count any more
        """
        today = today or fields.Date.context_today(self)
        bursts = find_bursts(self._texts(company, today))
        week = today - timedelta(days=WEEK_DAYS)
        self._store(company, week - timedelta(days=week.weekday()), bursts)
        return self.search([("company_id", "=", company.id), ("key", "in", [burst.key for burst in bursts])])

    @api.model
    def _texts(self, company, today):
        """What was written to one institution lately, as lib/bursts.py wants it."""
        for model in ("library.need", "library.case", "library.feedback", "library.search.miss"):
            self.env[model].flush_model()
        week = today - timedelta(days=WEEK_DAYS)
        rows = self.env.execute_query(SQL(
            "SELECT left(words, %(most)s), day >= %(week)s, who, kind, model, id FROM (%(sources)s) s"
            " WHERE day >= %(base)s AND day < %(today)s ORDER BY day DESC, kind, id LIMIT %(limit)s",
            most=CHARACTERS, week=week, base=week - timedelta(days=BASE_DAYS), today=today, limit=MOST_TEXTS,
            sources=SQL(" UNION ALL ").join(self._get_sources(company)),
        ))
        return [
            Text(words, is_new, who, kind, (model, res_id) if model else None)
            for words, is_new, who, kind, model, res_id in rows
        ]

    @api.model
    def _get_sources(self, company):
        """SELECTs of words, day, who, kind, model, id; a case whose need is written down counts as the need."""
        return [
            SQL(
                "SELECT concat_ws(' · ', name, coalesce(restatement, statement)) AS words, create_date::date AS day,"
                " coalesce('p' || patron_id, 'n' || id) AS who, 'need' AS kind, 'library.need' AS model, id"
                " FROM library_need WHERE company_id = %s", company.id,
            ),
            SQL(
                "SELECT c.name, c.create_date::date, coalesce('p' || c.patron_id, c.email_normalized, 'c' || c.id),"
                " 'case', 'library.case', c.id FROM library_case c WHERE c.company_id = %s"
                " AND NOT EXISTS (SELECT FROM library_case_need_rel r WHERE r.case_id = c.id)", company.id,
            ),
            SQL(
                "SELECT concat_ws(' · ', name, body), date::date,"
                " coalesce('p' || patron_id, email_normalized, 'f' || id), 'feedback', 'library.feedback', id"
                " FROM library_feedback"
                " WHERE company_id = %s AND kind <> 'praise'", company.id,
            ),
            SQL(
                "SELECT name, date, 'd' || date, 'search', NULL, id FROM library_search_miss WHERE company_id = %s",
                company.id,
            ),
        ]  # fmt: skip

    @api.model
    def _store(self, company, week, bursts):
        """Keep what was found; what somebody decided about a word stays."""
        for burst in bursts:
            self.env.cr.execute(SQL(
                """
                INSERT INTO library_demand_trend
                       (company_id, key, date_week, name, count, base_count, people, ratio, p_value, need_count,
                        case_count, feedback_count, search_count, refs, state, create_date, write_date)
                VALUES (%(company)s, %(key)s, %(week)s, %(name)s, %(count)s, %(base)s, %(people)s, %(ratio)s, %(p)s,
                        %(need)s, %(case)s, %(feedback)s, %(search)s, %(refs)s::jsonb, 'new', %(now)s, %(now)s)
                ON CONFLICT (company_id, key, date_week) DO UPDATE
                   SET name = excluded.name, count = excluded.count, base_count = excluded.base_count,
                       people = excluded.people, ratio = excluded.ratio, p_value = excluded.p_value,
                       need_count = excluded.need_count, case_count = excluded.case_count,
                       feedback_count = excluded.feedback_count, search_count = excluded.search_count,
                       refs = excluded.refs, write_date = excluded.write_date
                """,
                company=company.id, key=burst.key, week=week, name=burst.term, count=burst.n, base=burst.base,
                people=burst.people, ratio=min(burst.ratio, MOST_RATIO), p=burst.p, need=burst.kinds.get("need", 0),
                case=burst.kinds.get("case", 0), feedback=burst.kinds.get("feedback", 0),
                search=burst.kinds.get("search", 0), now=self.env.cr.now(), refs=self._as_json(burst.refs),
            ))  # fmt: skip
        self.invalidate_model()

    @api.model
    def _as_json(self, refs):
        return self._fields["refs"].convert_to_column([list(ref) for ref in refs[:MOST_REFS]], self)

    @api.autovacuum
    def _gc_old(self):
        """Words of more than a year ago go."""
        old = fields.Date.subtract(fields.Date.context_today(self), days=KEEP_DAYS)
        self.search([("date_week", "<", old)]).unlink()

    # What somebody does about it

    def _check_librarian(self):
        self.check_access("read")
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("This is for librarians."))

    def _keep(self, state, record=None):
        # sudo: trends are written by their own methods only; the person was checked by the caller
        self.sudo().write({
            "state": state, "user_id": self.env.uid, "acted_model": record._name if record else False,
            "acted_id": record.id if record else False,
        })

    def action_look(self):
        """Somebody has looked at it; nothing has to be done."""
        self._check_librarian()
        self._keep("looked")

    def _begin(self, model, values):
        """Begin something about it, in the own right, and open that."""
        self.ensure_one()
        self._check_librarian()
        record = self.env[model].create(values)
        self._keep("acted", record)
        return self._open(record)

    def _open(self, record):
        return {
            "type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "views": [(False, "form")],
        }

    def _sentence(self):
        self.ensure_one()
        return self.env._(
            "“%(words)s” came up %(count)s times in a week, %(before)s times in the eight weeks before.",
            words=self.name, count=self.count, before=self.base_count,
        )

    def action_make_service(self):
        """Begin a service that answers it; it is not on the portal yet."""
        return self._begin("library.service", {
            "name": self.name, "is_published": False, "company_id": self.company_id.id, "summary": self._sentence(),
        })

    def action_write_article(self):
        """Begin the article that is asked for."""
        return self._begin("library.article", {
            "name": self.name, "visibility": "staff", "company_id": self.company_id.id,
        })

    def action_suggest_purchase(self):
        """Suggest to buy something about it."""
        return self._begin("library.purchase.suggestion", {
            "name": self.name, "reason": self._sentence(), "company_id": self.company_id.id,
        })

    def action_note_need(self):
        """Write it down as a need that nobody has stated, with this as its sign."""
        action = self._begin("library.need", {
            "name": self.name, "origin": "latent", "company_id": self.company_id.id,
        })
        self.env["library.need.signal"].create({
            "need_id": action["res_id"], "kind": "manual", "words": self._sentence(), "count": max(self.count, 1),
        })
        return action

    def action_improve(self):
        """Begin an improvement because of it."""
        return self._begin("library.improvement", {
            "name": self.name, "cause": self._sentence(), "company_id": self.company_id.id,
        })

    def action_open_acted(self):
        """Open what was begun."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.acted_model].browse(self.acted_id).exists() if self.acted_model else None
        return self._open(record) if record else None
