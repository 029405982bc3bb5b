from odoo import api, models


class LibraryCase(models.Model):
    """The patron may ask for the librarian of last time."""

    _inherit = "library.case"

    @api.model
    def _portal_knows_librarian(self):
        """Whether the visitor has had a librarian, so that asking for the same one makes sense."""
        user = self.env.user
        if user._is_public():
            return False
        # sudo: whether one row exists for the visitor's own contact
        return bool(self.sudo().search_count(
            [("partner_id", "=", user.partner_id.id), ("user_id", "!=", False)], limit=1
        ))

    @api.model
    def _portal_read_question(self, form, files):
        asked = super()._portal_read_question(form, files)
        asked["wants_same_librarian"] = form.get("wants_same_librarian") == "1"
        return asked

    @api.model
    def _portal_open(self, asked):
        case_sudo = super()._portal_open(asked)
        if asked.get("wants_same_librarian") and asked["user"]:
            case_sudo.wants_same_librarian = True
        return case_sudo
