from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, plaintext2html

DEBT_THRESHOLD = 1.2
CHECK_DAYS = 14
REST_DAYS = 180
"""Whoever declined contact is left in peace at least this long."""
PER_TEAM_AND_NIGHT = 10
"""A team can look after that many people a day; the ones we owe most come first, the others the next night."""
ACTIVITY = "mail.mail_activity_data_todo"
OPEN = ("open", "done")


class LibraryRecovery(models.Model):
    """Making good what we owe a patron: a named person speaks to them, and two weeks later we see whether it helped."""

    _name = "library.recovery"
    _description = "Recovery"
    _inherit = ["library.patron.link", "mail.thread", "mail.activity.mixin"]
    _order = "state, debt desc, id desc"
    _rec_name = "patron_id"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, index=True, ondelete="cascade", readonly=True, check_company=True
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    team_id = fields.Many2one("library.team", index="btree_not_null", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users", string="Who speaks to them", index="btree_not_null", tracking=True,
        domain="[('share', '=', False)]",
    )
    debt = fields.Float("Owed when it began", readonly=True, digits=(8, 1))
    state = fields.Selection(
        [
            ("open", "To do"),
            ("done", "Done, to be checked"),
            ("helped", "It helped"),
            ("not_helped", "It did not help"),
            ("declined", "The patron wants no contact"),
        ],
        required=True, default="open", readonly=True, tracking=True, index=True,
    )
    date_opened = fields.Date("Since", required=True, readonly=True)
    date_done = fields.Date("Done on", readonly=True)
    date_check = fields.Date("Check on", readonly=True)
    what_done = fields.Text("What we did", tracking=True)
    verdict = fields.Text("What the patron says")
    debt_now = fields.Float("Owed now", related="patron_id.service_debt", groups="library_crm.group_library_relations")
    playbook = fields.Text("What to do", compute="_compute_playbook")
    term_ids = fields.One2many(related="patron_id.debt_term_ids", groups="library_crm.group_library_relations")

    _one_open = models.UniqueIndex(
        "(patron_id) WHERE state IN ('open', 'done')", "Somebody looks after this patron already."
    )

    @api.model
    def _debt_threshold(self):
        # sudo: one number of the settings
        value = self.env["ir.config_parameter"].sudo().get_param("library_crm.debt_threshold")
        return float(value or DEBT_THRESHOLD)

    @api.depends_context("lang")
    def _compute_playbook(self):
        self.playbook = self._playbook()

    @api.model
    def _playbook(self):
        """What whoever speaks to the patron should do."""
        return self.env._(
            "Speak to the patron yourself, by phone if you can. Say what went wrong, without excuses. Ask what is still"
            " needed and do that first. Name yourself as the person to turn to. If the patron wants no contact, press"
            " “Wants no contact” and leave it at that. Two weeks later ask whether it helped."
        )

    # Transitions

    def action_done(self):
        """The talk has taken place; look again in two weeks."""
        for recovery in self:
            if not (recovery.what_done or "").strip():
                raise ValidationError(self.env._("Write in a line what you did."))
            today = fields.Date.context_today(self)
            check = today + timedelta(days=CHECK_DAYS)
            recovery.write({"state": "done", "date_done": today, "date_check": check})
            recovery.activity_feedback([ACTIVITY])
            recovery.activity_schedule(
                ACTIVITY, check, summary=self.env._("Ask whether it helped"),
                user_id=recovery.user_id.id or self.env.uid,
            )

    def action_helped(self):
        """It helped: what we owed until then is made good."""
        self._end("helped")

    def action_not_helped(self):
        """It did not help; the debt stays, and the list shows it."""
        self._end("not_helped")

    def action_declined(self):
        """The patron wants no contact about this."""
        self._end("declined")

    def _end(self, state):
        self.write({"state": state})
        self.activity_feedback([ACTIVITY])

    # The nightly job

    @api.model
    def _analyse_debt(self, as_of, cursor):
        """Weigh what we owe to one slice of patrons; after the last one, open recoveries for those we owe most.

        :param as_of: date for which the terms are weighed
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        terms = self.env["library.service.debt.term"]
        for name, fnames in terms._depends.items():
            self.env[name].flush_model(fnames)
        self.env["library.patron.fact"].flush_model()
        self.env.cr.execute(
            SQL(
                """WITH owed AS MATERIALIZED (
                       SELECT patron_id, round(sum(points_now)::numeric, 2) AS debt FROM (%(weighed)s) w
                        WHERE patron_id > %(after)s AND patron_id <= %(upto)s GROUP BY patron_id)
                   UPDATE library_patron_fact f SET debt = coalesce(o.debt, 0)
                     FROM library_patron_fact g LEFT JOIN owed o ON o.patron_id = g.patron_id
                    WHERE g.id = f.id AND f.patron_id > %(after)s AND f.patron_id <= %(upto)s
                      AND f.debt IS DISTINCT FROM coalesce(o.debt, 0)""",
                weighed=terms._sql_weighed(as_of), after=piece.after, upto=piece.upto,
            )
        )
        self.env["library.patron.fact"].invalidate_model(["debt"])
        if not piece.cursor:
            self._open_recoveries(as_of)
        return piece.cursor, piece.done, piece.total

    @api.model
    def _forget_debt(self):
        """Empty the sums; recoveries are people's work and stay."""
        self.env.cr.execute("UPDATE library_patron_fact SET debt = NULL WHERE debt IS NOT NULL")
        self.env["library.patron.fact"].invalidate_model(["debt"])

    @api.model
    def _open_recoveries(self, as_of):
        """Give each team the people we owe most, as many as it can look after in a day."""
        rows = self.env.execute_query(
            SQL(
                """SELECT patron_id, company_id, team_id, debt FROM (
                       SELECT f.patron_id, f.company_id, t.team_id, f.debt,
                              row_number() OVER (PARTITION BY f.company_id, t.team_id ORDER BY f.debt DESC, f.patron_id)
                              + coalesce(d.opened, 0) AS place
                         FROM library_patron_fact f
                         JOIN LATERAL (SELECT max(w.date) AS newest,
                                              (array_agg(w.team_id ORDER BY w.points_now DESC, w.id)
                                               FILTER (WHERE w.team_id IS NOT NULL))[1] AS team_id
                                         FROM (%(weighed)s) w
                                        WHERE w.patron_id = f.patron_id AND NOT w.is_settled) t ON TRUE
                         LEFT JOIN (SELECT team_id, count(*) AS opened FROM library_recovery
                                     WHERE date_opened = %(as_of)s GROUP BY team_id) d
                                ON d.team_id IS NOT DISTINCT FROM t.team_id
                        WHERE f.debt >= %(threshold)s AND NOT EXISTS (
                              SELECT 1 FROM library_recovery r WHERE r.patron_id = f.patron_id AND (
                                     r.state IN ('open', 'done')
                                     OR r.state = 'declined' AND r.date_opened > %(as_of)s - %(rest)s
                                     OR r.date_opened >= t.newest))
                   ) ranked WHERE place <= %(limit)s ORDER BY debt DESC, patron_id""",
                weighed=self._sql_terms(as_of), as_of=as_of, rest=REST_DAYS, threshold=self._debt_threshold(),
                limit=PER_TEAM_AND_NIGHT,
            )
        )
        for patron_id, company_id, team_id, debt in rows:
            self._open_recovery(patron_id, company_id, self.env["library.team"].browse(team_id or None), debt, as_of)

    @api.model
    def _sql_terms(self, as_of):
        return self.env["library.service.debt.term"]._sql_weighed(as_of)

    @api.model
    def _open_recovery(self, patron_id, company_id, team, debt, as_of):
        """One recovery with its activity; the named person is the patron's owner, else the lead of the team."""
        patron = self.env["library.patron"].browse(patron_id)
        user = patron.owner_id or team.lead_id or team.user_ids[:1]
        recovery = self.with_context(mail_create_nolog=True).create(
            {
                "patron_id": patron_id,
                "company_id": company_id,
                "team_id": team.id,
                "user_id": user.id,
                "debt": debt,
                "date_opened": as_of,
            }
        )
        if user:
            recovery.activity_schedule(
                ACTIVITY, as_of + timedelta(days=3), user_id=user.id,
                summary=self.env._("We owe %(name)s: make it good", name=patron.name),
                note=plaintext2html(self._playbook()),
            )

    @api.model
    def _summary_debt(self, as_of):
        [(owed,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM library_patron_fact WHERE debt >= %s", self._debt_threshold())
        )
        return {"owed": owed, "opened": self.search_count([("date_opened", "=", as_of)])}

    @api.model
    def _sentence_debt(self, numbers):
        return self.env._("%(owed)s patrons above the threshold, %(opened)s recoveries opened that day.", **numbers)
