import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What a rule may look at, beside the patron: nothing that a relationship librarian may not read of everybody. Cases,
# needs, messages and identities are left out on purpose: who is in a segment would tell what somebody asked.
RULE_MODELS = {
    "library.affiliation",
    "library.branch",
    "library.patron",
    "library.patron.axis",
    "library.patron.fact",
    "library.patron.trait",
    "library.patron.type",
    "library.subject",
    "res.country",
    "res.country.state",
    "res.lang",
    "res.partner.category",
}
# These hold behaviour: a rule that looks there is about patrons who let us count, and about nobody else.
BEHAVIOUR_MODELS = {"library.patron.axis", "library.patron.fact", "library.patron.trait"}
KINDS = [("rule", "By rule"), ("hand", "By hand"), ("cluster", "Found group")]


class LibrarySegment(models.Model):
    """A group of patrons with something in common, and what the library does for them.

    Who belongs to it is in `library.segment.member`, how that list is kept in `library_segment_refresh`.
    """

    _name = "library.segment"
    _description = "Segment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="The name of this segment in a setup pack.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Looked after by",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Hears when the segment changes more than you set below.",
    )
    description = fields.Text(translate=True, help="Who these patrons are, in a sentence that a colleague understands.")
    strategy = fields.Text(
        translate=True,
        help="What the library wants to achieve for them. A segment may get more, never less than the public promise.",
    )

    is_shown = fields.Boolean(
        "Patrons see it",
        default=True,
        help="Members read name and description on the portal and may say that it does not fit them.",
    )

    # who belongs to it
    kind = fields.Selection(KINDS, required=True, default="rule")
    domain = fields.Char("Rule", default="[]", tracking=True)
    version = fields.Integer("Rule version", default=1, readonly=True, copy=False)
    date_version = fields.Datetime("Rule since", readonly=True, copy=False, default=fields.Datetime.now)
    cluster_id = fields.Many2one("library.cluster", string="Found group", index="btree_not_null", ondelete="restrict")
    live_count = fields.Integer("Patrons by this rule", compute="_compute_live_count")
    rule_problem = fields.Char(compute="_compute_live_count")
    member_ids = fields.One2many("library.segment.member", "segment_id", domain=[("date_to", "=", False)])
    pin_ids = fields.One2many("library.segment.pin", "segment_id", string="Fixed by hand")
    playbook_ids = fields.One2many("library.segment.playbook", "segment_id")
    member_count = fields.Integer(compute="_compute_member_count")

    # how it moves
    alert_rate = fields.Float(
        "Tell me about a change of", default=0.2, help="0.2: when the size differs by a fifth from the quarter before."
    )
    date_refreshed = fields.Date(readonly=True, copy=False)
    date_told = fields.Date(readonly=True, copy=False, help="When the last activity about a change was made.")
    snapshot_ids = fields.One2many("library.segment.snapshot", "segment_id", string="Sizes")

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "Another segment has this code already."
    )
    _alert_positive = models.Constraint("CHECK (alert_rate >= 0)", "The change must not be negative.")
    _cluster_named = models.Constraint(
        "CHECK (kind <> 'cluster' OR cluster_id IS NOT NULL)", "Choose the found group that this segment stands for."
    )

    # the rule
    @api.model
    def _parse_rule(self, rule):
        """The rule as a Domain on patrons; what it looks at is checked, nothing in it is executed.

        :param str rule: a list of conditions, as the rule editor writes it
        :raise ValidationError: when it cannot be read, or looks at what a rule may not look at
        """
        try:
            conditions = ast.literal_eval(rule or "[]")
            domain = Domain(conditions)
            paths = [path for condition in domain.iter_conditions() for path in self._rule_paths(condition)]
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise ValidationError(self.env._("This rule cannot be read: %(problem)s", problem=error)) from error
        for path in paths:
            self._check_rule_path(path)
        return domain

    @api.model
    def _rule_paths(self, condition, prefix=""):
        """All field paths of a condition, those inside `any` too."""
        path = f"{prefix}{condition.field_expr}"
        if condition.operator in ("any", "not any"):
            inner = condition.value if isinstance(condition.value, Domain) else Domain(condition.value)
            return [path, *(deep for one in inner.iter_conditions() for deep in self._rule_paths(one, f"{path}."))]
        if condition.operator in ("any!", "not any!") or not isinstance(condition.field_expr, str):
            raise ValueError(condition.operator)
        return [path]

    @api.model
    def _rule_fields(self, path):
        """The fields along a path from the patron.

        :raise ValidationError: when there is no such field, or a rule may not look there
        """
        model, steps = self.env["library.patron"], []
        for name in path.split("."):
            if model is None or model._name not in RULE_MODELS:
                raise ValidationError(self.env._("A rule may not look at “%(path)s”.", path=path))
            field = model._fields.get(name)
            if field is None and steps and steps[-1].type in ("date", "datetime", "properties"):
                break
            if field is None:
                raise ValidationError(self.env._("There is no fact “%(path)s”.", path=path))
            steps.append(field)
            model = self.env[field.comodel_name] if field.comodel_name in self.env else None
        return steps

    @api.model
    def _check_rule_path(self, path):
        """Refuse a fact that a relationship librarian may not read: the list of members would give it away."""
        relations = self.env.ref("library_crm.group_library_relations").sudo()  # sudo: reads the tree of groups
        readable = set((relations | relations.all_implied_ids).get_external_id().values())
        for field in self._rule_fields(path):
            groups = {group.strip() for group in (field.groups or "").split(",") if group.strip()}
            comodel = field.comodel_name if field.relational else None
            if (groups and not groups & readable) or (comodel and comodel not in RULE_MODELS):
                raise ValidationError(self.env._("A rule may not look at “%(path)s”.", path=path))

    def _rule_domain(self):
        """The patrons that the rule names now: of the own institution, and only who lets us count where it matters."""
        self.ensure_one()
        domain = self._parse_rule(self.domain) & Domain("company_id", "=", self.company_id.id)
        if self._rule_models() & BEHAVIOUR_MODELS:
            domain &= Domain("allows_counts", "=", True)
        return domain

    def _rule_models(self):
        """The models that the rule looks at."""
        self.ensure_one()
        paths = [
            path
            for condition in self._parse_rule(self.domain).iter_conditions()
            for path in self._rule_paths(condition)
        ]
        return {field.comodel_name for path in paths for field in self._rule_fields(path)}

    def _is_about_behaviour(self):
        """Whether the segment looks at what people do, and not only at who they are."""
        self.ensure_one()
        try:
            return self.kind == "cluster" or (self.kind == "rule" and bool(self._rule_models() & BEHAVIOUR_MODELS))
        except ValidationError:  # a rule that cannot be read any more: the careful answer
            return True

    def _is_about_subjects(self):
        """Whether subjects of what people use, or of what they say, decide who belongs to it."""
        self.ensure_one()
        if self.kind == "cluster":
            return self.cluster_id.kind == "subject"
        try:
            return self.kind == "rule" and "library.patron.trait" in self._rule_models()
        except ValidationError:
            return True

    @api.depends("domain", "kind", "company_id")
    def _compute_live_count(self):
        Patron = self.env["library.patron"]
        for segment in self:
            segment.live_count, segment.rule_problem = 0, False
            if segment.kind != "rule":
                continue
            try:
                segment.live_count = Patron.search_count(segment._rule_domain())
            except (ValidationError, UserError, ValueError) as error:
                segment.rule_problem = str(error.args[0] if error.args else error)

    @api.constrains("domain", "kind")
    def _check_domain(self):
        for segment in self.filtered(lambda segment: segment.kind == "rule"):
            domain = segment._rule_domain()
            try:
                # sudo: asks PostgreSQL whether the rule can be answered; the answer is not used
                self.env["library.patron"].sudo().search(domain, limit=1)
            except (ValueError, TypeError) as error:
                raise ValidationError(self.env._("This rule cannot be read: %(problem)s", problem=error)) from error

    def _compute_member_count(self):
        Member = self.env["library.segment.member"]
        groups = Member._read_group(
            [("segment_id", "in", self.ids), ("date_to", "=", False)], ["segment_id"], ["__count"]
        )
        counts = {segment.id: count for segment, count in groups}
        for segment in self:
            segment.member_count = counts.get(segment.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        segments.filtered(lambda segment: segment.kind == "rule")._refresh_now()
        return segments

    def write(self, vals):
        """A changed rule is a new version; who belongs to the segment follows at once."""
        changed = self.browse()
        if "domain" in vals or "kind" in vals or "cluster_id" in vals:
            changed = self.filtered(
                lambda segment: any(
                    name in vals and segment._fields[name].convert_to_write(segment[name], segment) != vals[name]
                    for name in ("domain", "kind", "cluster_id")
                )
            )
        result = super().write(vals)
        for segment in changed:
            super(LibrarySegment, segment).write({"version": segment.version + 1, "date_version": self.env.cr.now()})
        if changed or vals.get("active"):
            (changed or self)._refresh_now()
        return result

    # buttons
    def action_refresh(self):
        """Look now who belongs to the segment."""
        self.check_access("write")
        self._refresh_now()
        return True

    def action_open_members(self):
        """The patrons who are in the segment today."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "library.segment.member",
            "view_mode": "list,form",
            "domain": [("segment_id", "=", self.id)],
            "context": {"search_default_now": 1, "default_segment_id": self.id},
        }
