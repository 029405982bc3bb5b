from datetime import timezone

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...const import CHANNELS, READ_LEVELS, STAGE_CODES, UNMET_REASONS


class LibraryCase(models.Model):
    """One service to one patron: the conversation, who works on it and what was promised.

    What colleagues say among themselves is in the workroom, a record of its own.
    """

    _name = "library.case"
    _description = "Service Case"
    _inherit = ["portal.mixin", "rating.mixin", "mail.activity.mixin"]
    _order = "priority desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _primary_email = "email_from"

    name = fields.Char("Question", required=True, index="trigram")
    active = fields.Boolean(default=True)
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True)

    # who asks
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="restrict", check_company=True, tracking=True
    )
    partner_id = fields.Many2one(
        "res.partner", compute="_compute_partner_id", store=True, precompute=True, index="btree_not_null"
    )
    email_from = fields.Char("Asked from")
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, precompute=True, groups="base.group_user"
    )
    lang = fields.Char("Language of the answer")
    channel = fields.Selection(CHANNELS, default="desk", required=True)
    participant_ids = fields.One2many("library.case.participant", "case_id", string="Participants")
    reader_partner_ids = fields.Many2many(
        "res.partner",
        "library_case_reader_rel",
        "case_id",
        "partner_id",
        string="May read it on the portal",
        groups="base.group_user",
        copy=False,
    )

    # who answers
    team_id = fields.Many2one(
        "library.team", string="Lead team", required=True, check_company=True, ondelete="restrict", tracking=True,
        index=True,
    )
    contributing_team_ids = fields.Many2many(
        "library.team",
        "library_case_contributing_team_rel",
        "case_id",
        "team_id",
        string="Contributing teams",
        check_company=True,
        groups="base.group_user",
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", index="btree_not_null", tracking=True, domain="[('share', '=', False)]"
    )
    granted_user_ids = fields.Many2many(
        "res.users",
        "library_case_granted_user_rel",
        "case_id",
        "user_id",
        string="Colleagues who may see the patron",
        groups="base.group_user",
        help="People of other teams to whom the lead opened this case.",
    )
    branch_id = fields.Many2one("library.branch", check_company=True, index="btree_not_null")

    # what is asked
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="restrict")
    # without those merged away: PostgreSQL leaves them out, which spares the form to read all of each need for it
    need_ids = fields.Many2many(
        "library.need", "library_case_need_rel", "case_id", "need_id", string="Needs",
        domain=[("active", "=", True)], context={"active_test": False},
    )
    need_id = fields.Many2one("library.need", string="Main need", compute="_compute_need_id")

    # where it stands
    stage_id = fields.Many2one(
        "library.case.stage", required=True, ondelete="restrict", tracking=True, group_expand="_read_group_expand_full"
    )
    stage_code = fields.Selection(STAGE_CODES, compute="_compute_stage_code", store=True, precompute=True, index=True)
    waits_for = fields.Selection(
        [("library", "Us"), ("patron", "The patron"), ("partner", "A partner"), ("nobody", "Nobody")],
        string="Waits for",
        default="library",
        required=True,
    )
    has_news = fields.Boolean("New from the patron", groups="base.group_user", copy=False)
    date_promised = fields.Datetime("Promised by", copy=False)
    date_first_answer = fields.Datetime("First answer", readonly=True, copy=False)
    date_last_message = fields.Datetime("Last message", readonly=True, copy=False)
    date_acknowledged = fields.Datetime("Acknowledged", readonly=True, copy=False, groups="base.group_user")
    date_closed = fields.Datetime("Closed", readonly=True, copy=False)
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    reopened_count = fields.Integer("Re-opened", readonly=True, copy=False, groups="base.group_user")

    # how it ended
    resolution = fields.Selection(
        [("met", "Met"), ("partly", "Partly met"), ("unmet", "Not met")], readonly=True, copy=False, tracking=True
    )
    unmet_reason = fields.Selection(UNMET_REASONS, readonly=True, copy=False)
    confirmation = fields.Selection(
        [("none", "Not confirmed"), ("confirmed", "Confirmed by the patron"), ("reopened", "Re-opened by the patron")],
        default="none",
        copy=False,
    )
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", groups="base.group_user", copy=False)
    minutes = fields.Integer("Minutes of work", groups="base.group_user", copy=False)

    # what was delivered
    solution_ids = fields.Many2many(
        "library.solution", "library_case_solution_rel", "case_id", "solution_id", string="Solutions", copy=False
    )
    article_ids = fields.Many2many(
        "library.article", "library_case_article_rel", "case_id", "article_id", string="Cited articles", copy=False
    )

    workroom_ids = fields.One2many("library.workroom", "case_id", groups="base.group_user")
    step_ids = fields.One2many("library.case.step", "case_id", string="Steps", groups="base.group_user")
    log_ids = fields.One2many("library.service.log", "case_id", groups="base.group_user")

    # PostgreSQL proves a partial index from the words the ORM writes, so "active IS TRUE"; the covering
    # columns let counts and deep pages under the record rules be answered from the index alone
    _list_idx = models.Index("(priority DESC, id DESC, team_id, company_id, branch_id) WHERE active IS TRUE")
    _stage_idx = models.Index("(stage_id, priority DESC, id DESC) WHERE active IS TRUE")
    _board_idx = models.Index("(stage_id, waits_for, team_id, company_id, branch_id) WHERE active IS TRUE")
    _team_idx = models.Index("(team_id, priority DESC, id DESC) WHERE active IS TRUE")
    _promise_idx = models.Index("(date_promised) WHERE active IS TRUE AND waits_for = 'library'")
    _sender_idx = models.Index("(email_normalized, create_date)")
    _unmet_has_reason = models.Constraint(
        "CHECK (resolution <> 'unmet' OR unmet_reason IS NOT NULL)", "Say why the need was not met."
    )

    @api.depends("patron_id.partner_id")
    def _compute_partner_id(self):
        for case in self:
            case.partner_id = case.patron_id.partner_id

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for case in self:
            case.email_normalized = email_normalize(case.email_from, strict=False) if case.email_from else False

    @api.depends("stage_id.code")
    def _compute_stage_code(self):
        for case in self:
            case.stage_code = case.stage_id.code

    @api.depends("need_ids")
    def _compute_need_id(self):
        for case in self:
            case.need_id = case.need_ids.sorted("id")[:1]

    @api.depends("name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"#{case.id or '…'} {case.name or ''}"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/cases/{case.id}"
        return result

    @api.model
    def _domain_open(self):
        """Cases that nobody has closed."""
        # said positively: "not closed" would be searched as "not closed or empty", past every index
        return Domain("stage_code", "in", [code for code, _name in STAGE_CODES if code != "closed"])

    @api.model
    def _domain_waiting(self):
        """Cases whose patron is waiting for the library."""
        return self._domain_open() & Domain("waits_for", "=", "library")

    @api.model
    def _domain_overdue(self):
        """Cases whose promised time has passed while the patron waits."""
        return self._domain_waiting() & Domain("date_promised", "<", fields.Datetime.now())

    @api.depends("date_promised", "waits_for", "stage_code")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for case in self:
            case.is_overdue = bool(
                case.stage_code != "closed"
                and case.waits_for == "library"
                and case.date_promised
                and case.date_promised < now
            )

    def _search_is_overdue(self, operator, value):
        return self._domain_overdue() if operator == "in" else NotImplemented

    # What a new case starts with

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._prepare_case(vals)
        self._prepare_needs(vals_list)
        # a note "case created" would say what the dates and the log say already
        cases = super(LibraryCase, self.with_context(mail_create_nolog=True)).create(vals_list)
        return cases.with_context(self.env.context)

    @api.model
    def _prepare_case(self, vals):
        """Fill what follows from the team, the service and the patron, in place."""
        env = self.env
        if not vals.get("team_id"):
            vals["team_id"] = self._default_team(vals).id
        team = env["library.team"].browse(vals["team_id"])
        vals["company_id"] = team.company_id.id
        vals.setdefault("branch_id", team.branch_id.id)
        if not vals.get("stage_id"):
            vals["stage_id"] = self._find_stage("new").id
        service = env["library.service"].browse(vals.get("service_id"))
        if not vals.get("date_promised") and vals.get("waits_for", "library") == "library":
            vals["date_promised"] = self._promise(team, service, fields.Datetime.now())
        patron = env["library.patron"].browse(vals.get("patron_id"))
        if patron:
            vals.setdefault("email_from", patron.email)
            vals.setdefault("lang", patron.lang)
            vals.setdefault("reader_partner_ids", [fields.Command.link(patron.partner_id.id)])
        vals.setdefault("date_last_message", fields.Datetime.now())

    @api.model
    def _default_team(self, vals):
        """The team of the service, else the user's own first, else the institution's first."""
        service = self.env["library.service"].browse(vals.get("service_id"))
        Team = self.env["library.team"]
        return service.team_id or self.env.user.library_team_ids[:1] or Team.search([], limit=1)

    @api.model
    def _find_stage(self, code):
        """The stage that has this meaning."""
        return self.env["library.case.stage"].browse(self._stage_ids().get(code))

    @api.model
    @tools.ormcache()
    def _stage_ids(self):
        """{code: id} of all stages."""
        # sudo: ids of six configuration records, cached for every user
        return {stage.code: stage.id for stage in self.env["library.case.stage"].sudo().search([])}

    @api.model
    def _promise(self, team, service, moment, hours=None):
        """When the team's opening hours reach what the service commits to.

        :param moment: naive UTC datetime from which the hours count
        :param hours: opening hours; the service's hours to a first answer when None
        :return: naive UTC datetime, or False when nothing is promised
        """
        hours = (service.answer_hours or 16.0) if hours is None else hours
        calendar = team._get_calendar()
        if not calendar:
            return False
        due = calendar.plan_hours(hours, fields.Datetime.context_timestamp(self, moment), compute_leaves=True)
        return due.astimezone(timezone.utc).replace(tzinfo=None) if due else False

    @api.model
    def _prepare_needs(self, vals_list):
        """Each case stands on a need; one that is opened without gets it from the question, in place."""
        without = [vals for vals in vals_list if not vals.get("need_ids")]
        needs = self.env["library.need"].create([self._prepare_need(vals) for vals in without])
        for vals, need in zip(without, needs, strict=True):
            vals["need_ids"] = [fields.Command.link(need.id)]

    @api.model
    def _prepare_need(self, vals):
        """The need of a case that is opened with `vals`."""
        return {
            "name": vals.get("name") or "?",
            "statement": self.env.context.get("library_statement") or vals.get("name"),
            "patron_id": vals.get("patron_id"),
            "company_id": vals["company_id"],
            "service_id": vals.get("service_id"),
            "depth": self.env["library.patron"].browse(vals.get("patron_id")).depth,
        }

    def write(self, vals):
        result = super().write(vals)
        if "patron_id" in vals:
            self._update_readers()
        if "granted_user_ids" in vals:
            # record rules name the cases opened to a user, so a grant must be felt at once
            self.env["res.users"].invalidate_model(["library_granted_case_ids"])
            self.env.registry.clear_cache()
        return result

    def _update_readers(self):
        """Who may read a case on the portal: its patron and whom they accepted, by name."""
        for case in self:
            accepted = case.participant_ids.filtered(lambda person: person.state == "accepted" and person.may_read)
            case.reader_partner_ids = case.partner_id | accepted.partner_id
