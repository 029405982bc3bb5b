from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_duration

from ...lib.assignment import choose, rank

AUTOMATIC = ("round_robin", "best")
BATCH = 200
_REASONS = "library_assign_reasons"


class LibraryCase(models.Model):
    """How a case finds its owner: by hand, by claim, in turn or by skill, and why this one."""

    _inherit = "library.case"

    wants_same_librarian = fields.Boolean("Wants the librarian of last time", copy=False, groups="base.group_user")
    date_assigned = fields.Datetime("Has an owner since", readonly=True, copy=False, groups="base.group_user")
    last_owner_id = fields.Many2one(
        "res.users", string="Gave it back", readonly=True, copy=False, groups="base.group_user",
        help="Is not asked again when the case is assigned by skill or in turn.",
    )
    assign_reasons = fields.Json(copy=False, groups="base.group_user")
    assign_words = fields.Char("Why this colleague", compute="_compute_assign_words", groups="base.group_user")

    _load_idx = models.Index(
        "(team_id, user_id, waits_for) INCLUDE (date_promised, service_id, read_level)"
        " WHERE active IS TRUE AND stage_code <> 'closed'"
    )

    @api.depends("assign_reasons")
    @api.depends_context("lang", "tz")
    def _compute_assign_words(self):
        for case in self:
            words = self.env["library.team"]._reason_words(case.assign_reasons or [])
            case.assign_words = " · ".join(words) or False

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        if not self.env.su:
            # opened by a colleague at the screen; what comes by mail and portal is assigned by the cron
            cases._assign_by_method()
        return cases

    @api.model
    def _prepare_case(self, vals):
        result = super()._prepare_case(vals)
        if vals.get("user_id"):
            vals.setdefault("date_assigned", fields.Datetime.now())
        return result

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        changing = self.filtered(lambda case: case.user_id.id != (vals["user_id"] or False))
        facts = {
            "date_assigned": fields.Datetime.now() if vals["user_id"] else False,
            "assign_reasons": self.env.context.get(_REASONS) if vals["user_id"] else False,
        }
        # in the same write: a case that is handed to another team is out of reach afterwards
        for owner, cases in changing.grouped("user_id").items():
            former = {} if vals["user_id"] else {"last_owner_id": owner.id}
            super(LibraryCase, cases).write({**vals, **facts, **former})
        return super(LibraryCase, self - changing).write(vals)

    # By hand

    def action_claim(self):
        """Take the case; of two who do so at once one wins, and the other is told in plain words."""
        try:
            return super().action_claim()
        except LockError as error:
            raise UserError(
                self.env._("A colleague is taking this case just now. Look at it again in a moment.")
            ) from error

    def action_assign(self):
        """Choose among the colleagues who suit the case best, with the reasons."""
        self.ensure_one()
        dialog = self.env["library.case.assign"]._open(self)
        return self._open_dialog(dialog._name, self.env._("Assign")) | {"res_id": dialog.id}

    def _propose_owners(self, limit=5):
        """Who should serve this case.

        :return: [(user, score, [(code, params), …]), …] the best first; who is away or takes nothing new stands last.
            `library.team._reason_words` says the reasons in the reader's language
        """
        self.ensure_one()
        case_sudo = self.sudo()  # sudo: levels of skills and loads make the order, and only reasons are told
        wish = case_sudo._wishes()[self.id]
        ranked = rank(wish, case_sudo.team_id._colleagues()[self.team_id.id])
        return [(self.env["res.users"].browse(one.user_id), score, reasons) for one, score, reasons in ranked[:limit]]

    def _assign_because(self, user, reasons):
        """Give these cases to `user` and keep why.

        :param reasons: [(code, params), …]
        """
        self.with_context(**{_REASONS: self._storable(reasons)})._assign(user)

    @api.model
    def _storable(self, reasons):
        """Reasons as JSON; what passes (absence, today's load) is left out or kept as it was then."""
        return [
            [code, {key: fields.Datetime.to_string(value) if key == "until" else value
                    for key, value in params.items()}]
            for code, params in reasons
        ]

    # By the team's method

    @api.model
    def _domain_to_assign(self):
        """Cases in the queue for which the team's method, or the patron's wish, can find an owner."""
        automatic = Domain("team_id.assign_method", "in", AUTOMATIC) | Domain("wants_same_librarian", "=", True)
        return self._domain_open() & Domain("user_id", "=", False) & automatic

    def _assign_by_method(self):
        """Give those of these cases that nobody has to a colleague, as their team does it.

        :return: the cases that got an owner
        """
        waiting = self.filtered(
            lambda case: not case.user_id and case.stage_code != "closed"
            and (case.team_id.assign_method in AUTOMATIC or case.wants_same_librarian)
        )
        if not waiting:
            return waiting
        # sudo: loads and skills of colleagues decide, and whoever opened the case may not read all of them
        cases_sudo = waiting.sudo()
        staff = cases_sudo.team_id._colleagues()
        wishes = cases_sudo._wishes()
        given = defaultdict(dict)
        for case in cases_sudo:
            if found := choose(wishes[case.id], staff[case.team_id.id], case.team_id.assign_method):
                colleague, reasons = found
                given[colleague.user_id][case.id] = self._storable(reasons)
                colleague.load += wishes[case.id].minutes
                colleague.date_last = fields.Datetime.now()
        for user_id, cases in given.items():
            # one write for each colleague; why differs from case to case
            own_sudo = cases_sudo.browse(cases)
            own_sudo._assign(self.env["res.users"].browse(user_id))
            for case in own_sudo:
                case.assign_reasons = cases[case.id]
        return waiting.filtered("user_id")

    @api.model
    def _assign_waiting(self):
        """What the desk does every few minutes: hand over for who is away, end idle claims, assign the queue.

        Each part selects what is not done yet, so that a run that is killed goes on with the next one.
        """
        self.env["library.absence"]._run_handovers()
        self._release_idle()
        commit = self.env["ir.cron"]._commit_progress
        domain, last_id = self._domain_to_assign(), 0
        while batch := self.search(domain & Domain("id", ">", last_id), order="id", limit=BATCH):
            last_id = batch[-1].id
            batch.try_lock_for_update(allow_referencing=True)._assign_by_method()
            if not commit(len(batch)):
                return

    # Claims that nobody follows up

    @api.model
    def _release_idle(self):
        """Put cases back into the queue whose owner did nothing for the team's hours, and say so in the workroom."""
        for team in self.env["library.team"].search([("claim_hours", ">", 0)]):
            for case in self._find_idle(team, team._hours_ago(team.claim_hours)).try_lock_for_update():
                owner = case.user_id
                case.action_release()
                case._ensure_workroom().message_post(
                    body=self.env._(
                        "Back in the queue: %(name)s had it for %(hours)s opening hours without writing anything.",
                        name=owner.name, hours=format_duration(team.claim_hours),
                    ),
                    message_type="comment", subtype_xmlid="mail.mt_note", partner_ids=owner.partner_id.ids,
                )

    @api.model
    def _find_idle(self, team, limit):
        """Cases of `team` that wait for us and whose owner neither wrote nor worked since `limit`."""
        if not limit:
            return self.browse()
        self.flush_model(["team_id", "user_id", "waits_for", "stage_code", "date_assigned", "date_last_message"])
        self.env["library.case.step"].flush_model(["case_id", "user_id", "write_date"])
        self.env["mail.message"].flush_model(["model", "res_id", "author_id", "date", "message_type"])
        rows = self.env.execute_query(SQL(
            """SELECT c.id FROM library_case c JOIN res_users u ON u.id = c.user_id
                WHERE c.active IS TRUE AND c.stage_code <> 'closed' AND c.team_id = %(team)s
                  AND c.waits_for = 'library' AND c.date_assigned < %(limit)s
                  AND coalesce(c.date_last_message, c.date_assigned) < %(limit)s
                  AND NOT EXISTS (SELECT 1 FROM library_case_step t WHERE t.case_id = c.id AND t.user_id = c.user_id
                                     AND t.write_date >= c.date_assigned AND t.state IN ('doing', 'done'))
                  AND NOT EXISTS (SELECT 1 FROM mail_message m WHERE m.model = 'library.case' AND m.res_id = c.id
                                     AND m.author_id = u.partner_id AND m.message_type = 'comment'
                                     AND m.date >= c.date_assigned)
                  AND NOT EXISTS (SELECT 1 FROM library_workroom w JOIN mail_message m
                                      ON m.model = 'library.workroom' AND m.res_id = w.id
                                   WHERE w.case_id = c.id AND m.author_id = u.partner_id
                                     AND m.date >= c.date_assigned)
                ORDER BY c.id LIMIT 500""",
            team=team.id, limit=limit,
        ))
        return self.browse([case_id for (case_id,) in rows])
