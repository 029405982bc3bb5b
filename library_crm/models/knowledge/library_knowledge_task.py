from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

KINDS = [
    ("review", "To verify"),
    ("voted", "Readers disagree"),
    ("outdated", "Outdated"),
    ("due", "Review due"),
    ("behind", "Translation behind"),
    ("duplicate", "Says the same"),
    ("contradiction", "Contradiction"),
    ("insight", "Insight to decide"),
    ("held", "Post to look at"),
    ("item", "Incoming item"),
    ("keep", "Worth keeping?"),
]
DEMAND_DAYS = 90
OPEN_ITEMS = 50
"""Incoming items in the queue, the newest; a feed brings more than anybody can decide here."""


class LibraryKnowledgeTask(models.Model):
    """What a knowledge steward has to decide, ranked by what readers say, how much it is used and asked for.

    The rows are made by `_refresh` in one statement from what stands in the other tables; a decision keeps its row,
    so that the same is not asked again unless readers say more.
    """

    _name = "library.knowledge.task"
    _description = "Steward's Task"
    _order = "score desc, id desc"
    _log_access = False

    kind = fields.Selection(KINDS, required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    other_id = fields.Integer("The other one", readonly=True, default=0, aggregator=None)
    name = fields.Char("What", required=True, readonly=True)
    other_name = fields.Char("And", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True, index=True, ondelete="cascade")
    date_found = fields.Datetime("In the queue since", readonly=True)

    # why it stands where it stands
    votes = fields.Integer(readonly=True, help="Readers who object, thanks for an insight.")
    uses = fields.Integer("Used", readonly=True, help="How often it was read and cited.")
    demand = fields.Integer(
        "Asked for", readonly=True, help="Open needs in its classes, and searches there that found nothing.")
    share = fields.Float(readonly=True, aggregator=None)
    score = fields.Float(readonly=True, digits=(12, 2), aggregator=None)
    reason = fields.Char("Why", compute="_compute_reason")

    # what was decided
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("dismissed", "Nothing to do"), ("later", "Later")],
        required=True, readonly=True, default="open", index=True,
    )
    note = fields.Char("Reason of the decision", readonly=True)
    user_id = fields.Many2one("res.users", "Decided by", readonly=True, index="btree_not_null", ondelete="set null")
    date_decided = fields.Datetime("Decided", readonly=True)
    date_again = fields.Date("Again on", readonly=True)
    votes_decided = fields.Integer(readonly=True)

    _once = models.UniqueIndex("(kind, res_model, res_id, other_id)")
    _queue_idx = models.Index("(company_id, score DESC) WHERE state = 'open'")

    @api.depends("kind", "votes", "share", "date_found")
    def _compute_reason(self):
        _ = self.env._
        for task in self:
            count, percent = task.votes, round(100 * task.share)
            task.reason = {
                "review": _("Somebody wrote it; a second pair of eyes is missing."),
                "voted": _("%(count)s readers say that it is out of date or wrong.", count=count),
                "outdated": _("Readers do not see it any more: nobody has reviewed it in time."),
                "due": _("Its review is due within a month, or over."),
                "behind": _("The original went on without it."),
                "duplicate": _("%(percent)s %% of the words are the same.", percent=percent),
                "contradiction": _("They say the opposite of each other."),
                "insight": (
                    _("A colleague or a patron told it; %(count)s said thank you.", count=count) if count
                    else _("A colleague or a patron told it.")
                ),
                "held": _("It waits to be looked at before others read it."),
                "item": _("Kept from a feed, and not in the register yet."),
                "keep": _("It came up in daily work, and nobody has written it down."),
            }[task.kind]

    # Making the rows

    @api.model
    def _refresh(self):
        """Bring the queue up to date: one statement, whatever the number of articles."""
        # names and classes of what waits stand in the search index
        self.env["library.search.document"]._index_pending()
        self.env.flush_all()
        self.env.cr.execute(SQL(
            """
            WITH source AS (%(sources)s),
                 uses AS (SELECT res_model, res_id, sum(times) AS times FROM (%(uses)s) u GROUP BY res_model, res_id),
                 demand AS (SELECT subject_id, sum(times) AS times FROM (%(demand)s) a GROUP BY subject_id),
                 asked AS (SELECT d.res_model, d.res_id, sum(demand.times) AS times
                             FROM library_search_document d
                             JOIN demand ON demand.subject_id = ANY(d.subject_ids)
                            WHERE (d.res_model, d.res_id) IN (SELECT res_model, res_id FROM source)
                            GROUP BY d.res_model, d.res_id),
                 found AS (SELECT DISTINCT ON (s.kind, s.res_model, s.res_id, s.other_id) s.*,
                                  coalesce(uses.times, 0)::int AS uses, coalesce(asked.times, 0)::int AS demand,
                                  (1 + ln(1 + s.votes)) * (1 + ln(1 + coalesce(uses.times, 0)))
                                  * (1 + ln(1 + coalesce(asked.times, 0))) AS score
                             FROM source s
                             LEFT JOIN uses USING (res_model, res_id)
                             LEFT JOIN asked USING (res_model, res_id)),
                 gone AS (DELETE FROM library_knowledge_task t
                           WHERE t.state IN ('open', 'later') AND NOT EXISTS (
                                 SELECT 1 FROM found f WHERE (f.kind, f.res_model, f.res_id, f.other_id)
                                                           = (t.kind, t.res_model, t.res_id, t.other_id)))
            INSERT INTO library_knowledge_task AS t
                   (kind, res_model, res_id, other_id, company_id, name, other_name, votes, share, uses, demand, score,
                    state, date_found)
            SELECT kind, res_model, res_id, other_id, company_id, coalesce(name, '…'), other_name, votes, share, uses,
                   demand, score, 'open', %(now)s FROM found
            ON CONFLICT (kind, res_model, res_id, other_id) DO UPDATE
               SET name = excluded.name, other_name = excluded.other_name, company_id = excluded.company_id,
                   votes = excluded.votes, share = excluded.share, uses = excluded.uses, demand = excluded.demand,
                   score = excluded.score,
                   -- readers who object after the decision were not heard in it
                   state = CASE WHEN t.state = 'dismissed' AND excluded.votes > t.votes_decided THEN 'open'
                                WHEN t.state = 'later' AND t.date_again <= %(today)s THEN 'open'
                                WHEN t.state = 'done' AND t.date_decided < %(now)s - interval '1 day' THEN 'open'
                                ELSE t.state END
            """,
            sources=SQL(" UNION ALL ").join(self._get_sources()),
            uses=SQL(" UNION ALL ").join(self._get_uses()),
            demand=SQL(" UNION ALL ").join(self._get_demand()),
            now=self.env.cr.now(), today=fields.Date.context_today(self),
        ))  # fmt: skip
        self.invalidate_model()

    @api.model
    def _get_sources(self):
        """What waits: SELECTs of kind, res_model, res_id, other_id, company_id, name, other_name, votes, share."""
        return [
            *self._get_article_sources(), *self._get_insight_sources(), *self._get_item_sources(),
            *self._get_link_sources(),
        ]  # fmt: skip

    def _get_article_sources(self):
        votes = SQL(
            "(SELECT count(*) FROM library_article_vote v WHERE v.article_id = a.id AND NOT v.is_helpful"
            " AND v.reason IN ('outdated', 'wrong')"
            # votes know the second, verifying knows its parts
            " AND v.date_voted >= date_trunc('second', coalesce(a.date_verified, '-infinity')))"
        )

        def articles(kind, condition):
            return SQL(
                "SELECT %s AS kind, 'library.article' AS res_model, a.id AS res_id, 0 AS other_id, a.company_id,"
                " a.name, NULL::varchar AS other_name, %s::int AS votes, 0::float AS share"
                " FROM library_article a WHERE %s", kind, votes, condition,
            )  # fmt: skip

        today = fields.Date.context_today(self)
        return [
            articles("review", SQL("a.state = 'review'")),
            articles("outdated", SQL("a.state = 'outdated'")),
            articles("due", SQL(
                "a.state IN ('verified', 'published') AND a.date_review <= %s", fields.Date.add(today, months=1))),
            articles("voted", SQL("a.state IN ('verified', 'published') AND %s > 0", votes)),
            articles("behind", SQL("a.is_translation_behind AND a.state IN ('verified', 'published')")),
            SQL(
                "SELECT 'duplicate', 'library.article', a.id, o.id, a.company_id, a.name, o.name, 0, n.likeness"
                " FROM library_article_near n JOIN library_article a ON a.id = n.article_id"
                " JOIN library_article o ON o.id = n.other_id"
                " WHERE a.state <> 'archived' AND o.state <> 'archived'"
            ),
        ]  # fmt: skip

    def _get_insight_sources(self):
        return [
            SQL(
                "SELECT 'insight', 'library.insight', i.id, 0, i.company_id, i.name, NULL,"
                " coalesce(i.thanks_count, 0) + coalesce(i.adopted_count, 0), 0"
                " FROM library_insight i WHERE i.state = 'open' AND i.date_decided IS NULL AND i.moderation = 'shown'"
            ),
            SQL(
                "SELECT 'held', 'library.insight', i.id, 0, i.company_id, i.name, NULL, 0, 0"
                " FROM library_insight i WHERE i.moderation = 'held'"
            ),
        ]

    def _get_item_sources(self):
        return [SQL(
            "(SELECT 'item', 'library.feed.item', f.id, 0, f.company_id, f.title, NULL, 0, 0"
            " FROM library_feed_item f WHERE f.state = 'kept' AND f.article_id IS NULL AND f.resource_id IS NULL"
            " AND NOT coalesce(f.is_deleted, false) ORDER BY f.date_seen DESC LIMIT %s)", OPEN_ITEMS,
        )]  # fmt: skip

    def _get_link_sources(self):
        return [SQL(
            """
            SELECT 'contradiction', l.from_model, l.from_id, l.to_id, l.company_id, f.title, t.title, 0, 0
              FROM library_knowledge_link l
              JOIN library_search_document f ON f.res_model = l.from_model AND f.res_id = l.from_id
              JOIN library_search_document t ON t.res_model = l.to_model AND t.res_id = l.to_id
             WHERE l.kind = 'contradicts' AND l.state <> 'refused'
            """
        )]  # fmt: skip

    @api.model
    def _get_uses(self):
        """How often something is used: SELECTs of res_model, res_id, times."""
        return [SQL(
            "SELECT 'library.article' AS res_model, id AS res_id, coalesce(view_count, 0)::bigint AS times"
            " FROM library_article WHERE state <> 'archived'"
        )]

    @api.model
    def _get_demand(self):
        """What is asked for: SELECTs of subject_id, times."""
        since = fields.Date.subtract(fields.Date.context_today(self), days=DEMAND_DAYS)
        return [SQL(
            "SELECT subject_id, sum(count)::bigint AS times FROM library_search_miss"
            " WHERE subject_id IS NOT NULL AND date >= %s GROUP BY subject_id", since,
        )]  # fmt: skip

    @api.model
    def _cron_refresh(self):
        """Find what says the same, then bring the queue up to date."""
        self.env["library.article.near"]._cron_compare()
        self._refresh()

    # Working on them

    @api.model
    def _check_steward(self):
        if not self.env.user.has_group("library_crm.group_library_steward"):
            raise AccessError(self.env._("This is for knowledge stewards."))

    @api.model
    def action_open_queue(self):
        """Open the queue as it stands this minute."""
        self._check_steward()
        # sudo: the rows are made for all stewards of all institutions; each sees those of the own
        self.sudo()._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_knowledge_task_action")

    def action_open(self):
        """Open what has to be decided."""
        self.ensure_one()
        self.check_access("read")
        if self.kind == "duplicate":
            return self.env["library.article"].browse(self.other_id).action_open_merge() | {
                "context": {
                    "default_article_id": self.other_id, "default_into_id": self.res_id, "dialog_size": "extra-large",
                },
            }  # fmt: skip
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_open_decision(self):
        """Ask what becomes of these tasks, and why."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What becomes of it?"),
            "res_model": "library.knowledge.task.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_ids": [fields.Command.set(self.ids)]},
        }

    def _decide(self, state, note, date_again=None):
        """Keep what a steward decided.

        :param str state: done, dismissed or later
        :param str note: the reason
        :param date_again: day on which a task put off comes back
        """
        self._check_steward()
        self.check_access("read")
        if not (note or "").strip():
            raise UserError(self.env._("Give a reason: the next steward will ask for it."))
        if state == "later" and (not date_again or date_again <= fields.Date.context_today(self)):
            raise UserError(self.env._("Say from which day on it stands in the queue again."))
        for task in self.sudo():  # sudo: the queue is written by its own methods only; the person was checked above
            task.write({
                "state": state, "note": note.strip(), "user_id": self.env.uid, "date_decided": self.env.cr.now(),
                "date_again": date_again if state == "later" else False, "votes_decided": task.votes,
            })  # fmt: skip
