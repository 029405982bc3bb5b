from odoo import api, models

FIRST_DAY = "library_first_day"


class WebTour(models.Model):
    """The tour of a librarian's first day stands alone: tours of other apps do not begin behind it."""

    _inherit = "web_tour.tour"

    @api.model
    def consume(self, tourName):
        following = super().consume(tourName)
        if tourName == FIRST_DAY and not self.env.user._is_admin():
            # starting our tour switched all tours on for this user; sudo: one's own switch
            self.env.user.sudo().tour_enabled = False
        return following

    @api.model
    def get_current_tour(self):
        """What begins by itself: nothing for librarians, whose switch only the tour of the first day turns on."""
        if self.env.user.has_group("library_crm.group_library_librarian") and not self.env.user._is_admin():
            return False
        return super().get_current_tour()
