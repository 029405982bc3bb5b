from odoo import fields, models

MEMBER_ROLES = [
    ("lead", "Leads it"),
    ("member", "Takes part"),
    ("assistant", "Assists"),
    ("advisor", "Advises"),
]


class LibraryPatronProjectMember(models.Model):
    """A patron's part in a project."""

    _name = "library.patron.project.member"
    _description = "Project Member"
    _order = "project_id desc, id"
    _rec_name = "project_id"
    _check_company_auto = True

    project_id = fields.Many2one(
        "library.patron.project", required=True, index=True, ondelete="cascade", check_company=True
    )
    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="project_id.company_id", store=True, index=True, precompute=True)
    role = fields.Selection(MEMBER_ROLES, default="member", required=True)
    subject_id = fields.Many2one(related="project_id.subject_id", readonly=False)
    date_start = fields.Date(related="project_id.date_start", readonly=False)
    date_end = fields.Date(related="project_id.date_end", readonly=False)
    state = fields.Selection(related="project_id.state", readonly=False)

    _once = models.UniqueIndex("(project_id, patron_id)", "This patron takes part already.")
