from odoo import api, fields, models


class LibraryTeam(models.Model):
    """People who answer together: a department, a subject group, a desk."""

    _name = "library.team"
    _description = "Library Team"
    _inherit = ["mail.alias.mixin.optional", "mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    branch_id = fields.Many2one("library.branch", check_company=True, index="btree_not_null")
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working hours",
        check_company=True,
        help="Promises are counted in these hours. Empty: those of the branch, else of the institution.",
    )

    lead_id = fields.Many2one("res.users", index="btree_not_null")
    member_ids = fields.One2many("library.team.member", "team_id", string="Members")
    user_ids = fields.Many2many("res.users", string="Staff", compute="_compute_user_ids")
    service_ids = fields.One2many("library.service", "team_id", string="Services")
    signature = fields.Html(translate=True, help="Stands below each answer of the team.")

    @api.depends("member_ids.user_id", "lead_id")
    def _compute_user_ids(self):
        for team in self:
            team.user_ids = team.member_ids.user_id | team.lead_id

    def _get_calendar(self):
        """The working hours in which this team's promises are counted."""
        self.ensure_one()
        return self.calendar_id or self.branch_id.calendar_id or self.company_id.resource_calendar_id

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env["library.team.member"]._forget_rules()
        return teams

    def unlink(self):
        result = super().unlink()
        self.env["library.team.member"]._forget_rules()
        return result

    def write(self, vals):
        result = super().write(vals)
        if "lead_id" in vals:
            self.env["library.team.member"]._forget_rules()
        return result
