from odoo import api, fields, models

from ...const import LESSON_FIELDS, READ_LEVELS, WARNER_LEVELS


class LibraryServiceLog(models.Model):
    """What happened in a service and what it taught, built from events and one short question."""

    _name = "library.service.log"
    _description = "Service Log"
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    case_id = fields.Many2one("library.case", index="btree_not_null", ondelete="set null")
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True)
    team_id = fields.Many2one("library.team", index="btree_not_null", ondelete="set null")
    user_ids = fields.Many2many("res.users", string="Who worked on it")
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    problem = fields.Text("The problem")
    solution = fields.Text("The solution")
    worked = fields.Text("What worked")
    failed = fields.Text("What did not work", help="Blameless: it helps the next colleague and judges nobody.")
    learned = fields.Text("New knowledge")
    reflection = fields.Text()

    timeline = fields.Html(readonly=True, sanitize=True)
    mail_in_count = fields.Integer("Messages from the patron", readonly=True)
    mail_out_count = fields.Integer("Answers", readonly=True)
    minutes = fields.Integer()
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)")
    warner = fields.Selection(WARNER_LEVELS, string="Kind (Warner)")
    is_confirmed = fields.Boolean("Confirmed", help="A librarian has looked at the proposed effort.")
    resolution = fields.Selection([("met", "Met"), ("partly", "Partly met"), ("unmet", "Not met")])

    _case_uniq = models.Constraint("UNIQUE (case_id)", "A case has one log.")

    @api.model
    def _rarest_lesson(self, team):
        """The field of the six that this team's logs hold least often: the one to ask for."""
        domain = [("team_id", "=", team.id)]
        counts = {name: self.search_count([*domain, (name, "!=", False)]) for name in LESSON_FIELDS[:4]}
        return min(counts, key=lambda name: (counts[name], LESSON_FIELDS.index(name)))

