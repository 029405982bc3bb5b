from odoo import api, fields, models
from odoo.fields import Domain

PROJECT_STATES = [
    ("planned", "Planned"),
    ("running", "Running"),
    ("finished", "Finished"),
    ("stopped", "Stopped"),
]


class LibraryPatronProject(models.Model):
    """What patrons work on for a while: a thesis, a grant, a course; with its people and its end."""

    _name = "library.patron.project"
    _description = "Patron's Project"
    _order = "date_end desc, id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    subject_id = fields.Many2one("library.subject", string="Subject class", index="btree_not_null", ondelete="restrict")
    affiliation_id = fields.Many2one(
        "library.affiliation", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    date_start = fields.Date("Start")
    date_end = fields.Date("End", index="btree_not_null")
    state = fields.Selection(PROJECT_STATES, default="running", required=True)
    member_ids = fields.One2many("library.patron.project.member", "project_id", string="Members")
    patron_ids = fields.Many2many(
        "library.patron", string="Patrons", compute="_compute_patron_ids", search="_search_patron_ids"
    )
    is_end_noticed = fields.Boolean("End was noticed", copy=False, readonly=True)

    _dates_in_order = models.Constraint("CHECK (date_end >= date_start)", "A project ends after its start.")

    @api.depends("member_ids.patron_id")
    def _compute_patron_ids(self):
        for project in self:
            project.patron_ids = project.member_ids.patron_id

    def _search_patron_ids(self, operator, value):
        return [("member_ids.patron_id", operator, value)]

    def write(self, vals):
        if vals.get("date_end"):
            vals = {**vals, "is_end_noticed": False}
        return super().write(vals)

    @api.model
    def _domain_ended(self, since=None):
        """Projects whose end has passed, whatever their state says; those to predict what comes next from.

        :param since: date from which on; None: ever
        """
        domain = Domain("date_end", "<", "today") & Domain("state", "!=", "stopped")
        return domain & Domain("date_end", ">=", since) if since else domain
