from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import ABILITIES, DEPTHS


class LibraryPlan(models.Model):
    """What one patron can do next about a need, step by step, made from what the library knows.

    It rests on the kind of patron and of question. What helped people alike is a part of its own, which falls away
    when the patron wants no profile; all the rest stays as it is.
    """

    _name = "library.plan"
    _description = "Personal Plan"
    _inherit = ["portal.mixin", "library.portal.mixin", "library.patron.link"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("What it is for", required=True)
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    case_id = fields.Many2one(
        "library.case", index="btree_not_null", ondelete="set null", check_company=True, groups="base.group_user"
    )
    user_id = fields.Many2one(
        "res.users", string="Made by", default=lambda self: self.env.user, domain="[('share', '=', False)]",
        index="btree_not_null",
    )
    state = fields.Selection(
        [("draft", "In work"), ("given", "Given to the patron"), ("done", "Done")],
        required=True, default="draft", copy=False, readonly=True,
    )
    date_given = fields.Datetime("Given", readonly=True, copy=False)
    intro = fields.Text("To the patron", help="A few words above the steps.")

    # what it takes into account
    type_id = fields.Many2one("library.patron.type", "Kind of patron", groups="base.group_user")
    degree_stage = fields.Selection(
        lambda self: self.env["library.patron"]._fields["degree_stage"]._description_selection(self.env),
        "Stage of study",
    )
    subject_ids = fields.Many2many("library.subject", string="Classes")
    question = fields.Text(groups="base.group_user", help="What the proposals are looked up with; not shown.")
    lang = fields.Selection(lambda self: self.env["library.article"]._get_languages(), "Language")
    depth = fields.Selection(DEPTHS)
    ability = fields.Selection(ABILITIES, "Practice in searching")
    date_deadline = fields.Date("Needed by")
    uses_similar = fields.Boolean(
        "With what helped people alike", help="Off: nothing is compared with other patrons. The steps stay the same."
    )

    line_ids = fields.One2many("library.plan.line", "plan_id", string="Steps", groups="base.group_user")
    step_count = fields.Integer("Number of steps", compute="_compute_progress", compute_sudo=True)
    ticked_count = fields.Integer("Steps done", compute="_compute_progress", compute_sudo=True)
    parameter_notes = fields.Html(compute="_compute_parameter_notes", sanitize=False, groups="base.group_user")

    @api.depends("line_ids.is_ticked", "line_ids.is_hidden", "line_ids.is_extra")
    def _compute_progress(self):
        for plan in self:
            steps = plan.line_ids.filtered(lambda line: not line.is_hidden and not line.is_extra)
            plan.step_count = len(steps)
            plan.ticked_count = len(steps.filtered("is_ticked"))

    @api.depends("depth", "ability", "lang", "degree_stage")
    @api.depends_context("lang")
    def _compute_parameter_notes(self):
        for plan in self:
            plan.parameter_notes = plan._render_notes(plan._get_parameter_notes())

    @api.model
    def _render_notes(self, notes):
        """Sentences as a list, or nothing."""
        return self.env["ir.qweb"]._render("library_crm.plan_notes", {"notes": notes}) if notes else False

    def _get_parameter_notes(self):
        """Where this plan goes by something else than the patron's profile says, as sentences."""
        self.ensure_one()
        patron_sudo = self.patron_id.sudo()  # sudo: preferences of the patron whose plan it is
        notes = []
        for name in ("lang", "depth", "ability", "degree_stage"):
            mine, usual = self[name], patron_sudo[name]
            if not mine or not usual or mine == usual:
                continue
            words = dict(self._fields[name]._description_selection(self.env))
            notes.append(
                self.env._(
                    "%(field)s: %(mine)s here, %(usual)s in the profile",
                    field=self._fields[name]._description_string(self.env),
                    mine=words.get(mine, mine),
                    usual=words.get(usual, usual),
                )
            )
        return notes

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/plans/{plan.id}"
        return result

    @api.model
    def _domain_open(self):
        """Plans that a patron has and is not through with."""
        return Domain("state", "=", "given")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("patron_id"):
                continue
            patron = self.env["library.patron"].browse(vals["patron_id"])
            vals["company_id"] = patron.company_id.id
            for name, value in self._prepare_parameters(patron).items():
                vals.setdefault(name, value)
        return super().create(vals_list)

    @api.onchange("patron_id")
    def _onchange_patron_id(self):
        """A plan begun on a form starts from what the patron's record says."""
        if self.patron_id:
            self.update(self._prepare_parameters(self.patron_id))

    @api.model
    def _prepare_parameters(self, patron):
        """What the patron's own record says about how to make a plan."""
        langs = dict(self.env["library.article"]._get_languages())
        return {
            "type_id": patron.type_id.id,
            "degree_stage": patron.degree_stage,
            "lang": patron.lang if patron.lang in langs else False,
            "depth": patron.depth,
            "ability": patron.ability,
            "uses_similar": patron._allows("counts"),
        }

    # Transitions

    def action_build(self):
        """Propose the steps anew; what was ticked, hidden or written by hand stays."""
        self.check_access("write")
        self._build()

    def action_give(self):
        """Show the plan to the patron and say so by mail."""
        self.check_access("write")
        for plan in self:
            if not plan.line_ids:
                raise UserError(self.env._("“%(name)s” has no steps yet.", name=plan.name))
            plan.write({"state": "given", "date_given": fields.Datetime.now()})
            plan._mail_given()

    def action_take_back(self):
        """Work on it out of the patron's sight."""
        self.check_access("write")
        self.write({"state": "draft"})

    def action_preview(self):
        """The page as the patron sees it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "new"}

    def _update_state(self):
        """Done when every step is; open again when one is not."""
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            is_done = plan.step_count and plan.ticked_count == plan.step_count
            plan.state = "done" if is_done else "given"
