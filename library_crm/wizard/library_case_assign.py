from odoo import api, fields, models
from odoo.fields import Command

MOST_SHOWN = 20


class LibraryCaseAssign(models.TransientModel):
    """Who of the team could serve a case, and why; one click gives it out."""

    _name = "library.case.assign"
    _description = "Assign a Case"

    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    wants_same_librarian = fields.Boolean(related="case_id.wants_same_librarian")
    line_ids = fields.One2many("library.case.assign.line", "assign_id", string="Colleagues")

    @api.model
    def _open(self, case):
        """The dialog of `case` with its proposals, ready for a click."""
        case.check_access("write")
        words = self.env["library.team"]._reason_words
        proposals = case._propose_owners(limit=MOST_SHOWN)
        return self.create({
            "case_id": case.id,
            "line_ids": [
                Command.create({
                    "sequence": place, "user_id": user.id, "reasons": case._storable(reasons),
                    "words": " · ".join(words(reasons)),
                    "is_free": not {"absent", "closed"} & {code for code, _params in reasons},
                    "is_owner": user == case.user_id,
                })
                for place, (user, _score, reasons) in enumerate(proposals)
            ],
        })
