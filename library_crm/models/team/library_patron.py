from odoo import models


class LibraryPatron(models.Model):
    """What is to be done for a patron comes to somebody who is at work."""

    _inherit = "library.patron"

    def _find_keepers(self):
        """{patron id: user id} of those who look after these patrons now: owners, or who stands in for them."""
        User = self.env["res.users"]
        return {
            patron_id: User.browse(user_id)._library_acting().id for patron_id, user_id in self._find_owners().items()
        }

    def _remind_owner(self, summary):
        """A to-do on each of these patrons for whoever looks after them now."""
        keepers = self._find_keepers()
        for patron in self:
            if keeper := keepers.get(patron.id):
                patron.activity_schedule("mail.mail_activity_data_todo", user_id=keeper, summary=summary)
