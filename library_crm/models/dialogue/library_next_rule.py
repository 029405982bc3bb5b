from odoo import api, fields, models
from odoo.tools import SQL

from ...const import CONTACT_PURPOSES
from ...lib.lift import wilson

BEHAVIOUR_EVENTS = ("service_unused",)
"""Events drawn from what somebody used: nobody who has not agreed to that is looked at."""


class LibraryNextRule(models.Model):
    """When something is worth saying to a patron: an event of the person's own, and the words to begin with.

    The statement of an event is the method `_sql_<event>` here; it yields patron_id, key (what makes it one occasion),
    thing and about (words of the reason), day, res_model, res_id and strength.
    """

    _name = "library.next.rule"
    _description = "Rule of Next Steps"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", string="Institution", index=True, ondelete="cascade",
                                 help="Empty: for all institutions.")
    event = fields.Selection(
        [
            ("need_met", "A need was met a while ago"),
            ("stage_ends", "A stage of study ends soon"),
            ("project_ends", "A project ends soon"),
            ("first_year", "The first weeks are over"),
            ("article_fits", "An article came out in the class of a need that was met"),
            ("unread_answer", "Nothing was heard after an answer"),
            ("relationship_due", "A relationship is to be reviewed"),
        ],
        required=True,
    )
    days = fields.Integer(default=30, required=True,
                          help="How long before or after the event; for articles, how new they are.")
    purpose = fields.Selection(CONTACT_PURPOSES, required=True, default="suggestions",
                               help="What the patron must want to hear for this.")
    subject = fields.Char("Subject of the draft", required=True, translate=True)
    body = fields.Text(
        "Words of the draft", required=True, translate=True,
        help="{name} stands for the patron's name, {thing} for what it is about, {about} for what it follows from.",
    )
    score = fields.Float(default=1.0, required=True, help="What is worth more is proposed first.")
    cooldown_days = fields.Integer("Rest in days", default=90, required=True,
                                   help="So long this rule leaves a patron alone after it proposed something.")
    step_ids = fields.One2many("library.next.step", "rule_id")

    decided_count = fields.Integer("Decided", compute="_compute_weight")
    dismissed_count = fields.Integer("Dismissed", compute="_compute_weight")
    weight = fields.Float(
        compute="_compute_weight", digits=(6, 2),
        help="The score, less as much as colleagues surely dismiss: the lower end of the interval of that share.",
    )

    _days_range = models.Constraint("CHECK (days BETWEEN 0 AND 1000)", "Between 0 and 1000 days.")
    _cooldown_range = models.Constraint("CHECK (cooldown_days BETWEEN 0 AND 1000)", "Between 0 and 1000 days.")
    _score_range = models.Constraint("CHECK (score > 0 AND score <= 100)", "A score lies between 0 and 100.")

    @api.depends("score")
    def _compute_weight(self):
        decided = dict.fromkeys(self.ids, 0)
        dismissed = dict.fromkeys(self.ids, 0)
        # sudo: counts over all institutions, nobody's name
        groups = self.env["library.next.step"].sudo()._read_group(
            [("rule_id", "in", self.ids), ("state", "in", ("accepted", "edited", "sent", "dismissed"))],
            ["rule_id", "state"], ["__count"],
        )
        for rule, state, count in groups:
            decided[rule.id] += count
            dismissed[rule.id] += count if state == "dismissed" else 0
        for rule in self:
            rule.decided_count, rule.dismissed_count = decided.get(rule.id, 0), dismissed.get(rule.id, 0)
            surely = wilson(rule.dismissed_count, rule.decided_count)[0] if rule.decided_count else 0.0
            rule.weight = rule.score * (1 - surely)

    def action_open_steps(self):
        """What this rule proposed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_next_step_action")
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    # The events. Each statement speaks of one institution, and nothing in it comes from titles that were read.

    def _sql_need_met(self, company, now):
        return SQL(
            """SELECT n.patron_id, 'need:' || n.id AS key, n.name AS thing, NULL::text AS about,
                      n.date_settled::date AS day, 'library.need' AS res_model, n.id AS res_id,
                      CASE WHEN EXISTS (SELECT 1 FROM library_case_need_rel r JOIN library_outcome o
                                            ON o.case_id = r.case_id AND o.source <> 'staff' AND o.new_question >= '2'
                                         WHERE r.need_id = n.id) THEN 1.5 ELSE 1.0 END AS strength
                 FROM library_need n
                WHERE n.company_id = %s AND n.active AND n.state IN ('met', 'partly')
                  AND n.date_settled BETWEEN %s AND %s""",
            company.id, fields.Datetime.subtract(now, days=self.days + 30),
            fields.Datetime.subtract(now, days=self.days),
        )

    def _sql_stage_ends(self, company, now):
        return SQL(
            """SELECT x.id AS patron_id, 'stage:' || x.date_stage_end AS key, x.degree_stage AS thing,
                      NULL::text AS about, x.date_stage_end AS day, 'library.patron' AS res_model, x.id AS res_id,
                      1.0 AS strength
                 FROM library_patron x
                WHERE x.company_id = %s AND x.date_stage_end BETWEEN %s AND %s""",
            company.id, now.date(), fields.Date.add(now.date(), days=self.days),
        )

    def _sql_project_ends(self, company, now):
        return SQL(
            """SELECT m.patron_id, 'project:' || j.id || ':' || j.date_end AS key, j.name AS thing,
                      NULL::text AS about, j.date_end AS day, 'library.patron.project' AS res_model, j.id AS res_id,
                      1.0 AS strength
                 FROM library_patron_project j JOIN library_patron_project_member m ON m.project_id = j.id
                WHERE j.company_id = %s AND j.active AND j.state <> 'finished' AND j.date_end BETWEEN %s AND %s""",
            company.id, now.date(), fields.Date.add(now.date(), days=self.days),
        )

    def _sql_first_year(self, company, now):
        return SQL(
            """SELECT x.id AS patron_id, 'first_year' AS key, NULL::text AS thing, NULL::text AS about,
                      x.date_enrolled AS day, 'library.patron' AS res_model, x.id AS res_id, 1.0 AS strength
                 FROM library_patron x
                WHERE x.company_id = %s AND x.date_enrolled BETWEEN %s AND %s""",
            company.id, fields.Date.subtract(now.date(), days=self.days + 60),
            fields.Date.subtract(now.date(), days=self.days),
        )

    def _sql_article_fits(self, company, now):
        return SQL(
            """SELECT DISTINCT ON (n.patron_id) n.patron_id, 'article:' || a.id AS key, a.name AS thing,
                      n.name AS about, a.date_published::date AS day, 'library.article' AS res_model, a.id AS res_id,
                      1.0 AS strength
                 FROM library_article a
                 JOIN library_article_library_subject_rel s ON s.library_article_id = a.id
                 JOIN library_need n ON n.main_class_id = s.library_subject_id
                WHERE a.state = 'published' AND a.visibility IN ('public', 'patron') AND a.date_published >= %s
                  AND (a.company_id = %s OR a.company_id IS NULL) AND a.translation_of_id IS NULL
                  AND n.company_id = %s AND n.active AND n.state IN ('met', 'partly')
                ORDER BY n.patron_id, a.date_published DESC, a.id DESC, n.id DESC""",
            fields.Datetime.subtract(now, days=self.days), company.id, company.id,
        )

    def _sql_unread_answer(self, company, now):
        return SQL(
            """SELECT DISTINCT ON (c.id) c.patron_id, 'case:' || c.id AS key, n.name AS thing, NULL::text AS about,
                      c.date_last_message::date AS day, 'library.need' AS res_model, n.id AS res_id, 1.0 AS strength
                 FROM library_case c
                 JOIN library_case_need_rel r ON r.case_id = c.id JOIN library_need n ON n.id = r.need_id
                WHERE c.company_id = %s AND c.active AND c.stage_code = 'deliver' AND c.waits_for = 'patron'
                  AND c.date_last_message BETWEEN %s AND %s
                ORDER BY c.id, n.id""",
            company.id, fields.Datetime.subtract(now, days=self.days + 60),
            fields.Datetime.subtract(now, days=self.days),
        )

    def _sql_relationship_due(self, company, now):
        return SQL(
            """SELECT r.patron_id, 'review:' || r.id || ':' || r.date_review AS key, r.purpose AS thing,
                      NULL::text AS about, r.date_review AS day, 'library.relationship' AS res_model, r.id AS res_id,
                      1.0 AS strength
                 FROM library_relationship r
                WHERE r.company_id = %s AND r.state = 'active' AND r.patron_id IS NOT NULL AND r.date_review <= %s""",
            company.id, fields.Date.add(now.date(), days=self.days),
        )

    # From events to candidates

    def _sql_patrons(self):
        """Which patrons `p` this rule may speak to at all, as an SQL condition."""
        self.ensure_one()
        return SQL("p.allows_interests") if self.event in BEHAVIOUR_EVENTS else SQL("true")

    def _sql_candidates(self, company, now):
        """The statement of all that this rule could propose, with the way that is open and wanted."""
        self.ensure_one()
        Outreach = self.env["library.outreach"]
        way = {channel: Outreach._sql_allowed(self.purpose, channel, now) for channel in ("mail", "portal", "phone")}
        return SQL(
            """SELECT e.patron_id, %(company)s AS company_id, %(rule)s AS rule_id, e.key, e.thing, e.about, e.day,
                      e.res_model, e.res_id, %(weight)s * e.strength AS score, way.channel, p.partner_id
                 FROM (%(events)s) e
                 JOIN library_patron p ON p.id = e.patron_id
                CROSS JOIN LATERAL (SELECT CASE
                      WHEN p.preferred_channel = 'phone' AND %(phone)s IS NULL THEN 'phone'
                      WHEN p.preferred_channel = 'portal' AND %(portal)s IS NULL AND EXISTS (
                           SELECT 1 FROM res_users u WHERE u.partner_id = p.partner_id AND u.active) THEN 'portal'
                      WHEN %(mail)s IS NULL THEN 'mail' END AS channel) way
                WHERE p.company_id = %(company)s AND way.channel IS NOT NULL AND %(patrons)s
                  AND NOT EXISTS (SELECT 1 FROM library_next_stop x
                                   WHERE x.patron_id = e.patron_id AND x.rule_id = %(rule)s)
                  AND NOT EXISTS (SELECT 1 FROM library_next_step s
                                   WHERE s.patron_id = e.patron_id AND s.rule_id = %(rule)s
                                     AND (s.key = e.key OR s.date > %(rested)s))""",
            company=company.id, rule=self.id, weight=self.weight, patrons=self._sql_patrons(),
            events=getattr(self, f"_sql_{self.event}")(company, now),
            rested=fields.Datetime.subtract(now, days=self.cooldown_days), **way,
        )
