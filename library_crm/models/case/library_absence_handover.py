from odoo import api, fields, models
from odoo.fields import Domain

TODO = "mail.mail_activity_data_todo"


class LibraryAbsence(models.Model):
    """When an absence begins, what is due goes to the deputy; when it ends, it goes back."""

    _inherit = "library.absence"

    @api.model
    def _run_handovers(self):
        """Begin and end absences whose moment has come; each once, whatever stopped an earlier run."""
        now = fields.Datetime.now()
        begun = Domain("is_begun", "=", False) & Domain("date_start", "<=", now) & Domain("date_end", ">", now)
        for absence in self.search(begun):
            absence._hand_to_deputy()
        ended = Domain("is_begun", "=", True) & Domain("is_ended", "=", False) & Domain("date_end", "<=", now)
        for absence in self.search(ended):
            absence._hand_back()

    def _hand_to_deputy(self):
        """What waits for the person who is away becomes the deputy's, who follows those cases meanwhile."""
        self.ensure_one()
        for case in self._cases_of(self.user_id).filtered(lambda case: case.waits_for == "library"):
            acting = case._acting_owner()
            if acting != self.user_id:
                case.message_subscribe(partner_ids=acting.partner_id.ids)
                self._move_todos(case, self.user_id, acting)
        self.is_begun = True

    def _hand_back(self):
        """The person is back: what is left becomes theirs again, and the deputy no longer gets their mail."""
        self.ensure_one()
        deputies = self.deputy_id | self.team_deputy_ids
        for case in self._cases_of(self.user_id):
            standing_in = (deputies | case.team_id.user_ids) - self.user_id
            self._move_todos(case, standing_in, self.user_id)
            case.message_unsubscribe(partner_ids=deputies.partner_id.ids)
        self.is_ended = True

    @api.model
    def _cases_of(self, user):
        Case = self.env["library.case"]
        return Case.search(Case._domain_open() & Domain("user_id", "=", user.id))

    @api.model
    def _move_todos(self, case, givers, taker):
        """The open to-dos of a case that say the patron wrote change hands."""
        case.activity_search([TODO]).filtered(lambda activity: activity.user_id in givers).user_id = taker
