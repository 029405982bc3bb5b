from odoo import api, models


class LibraryNotificationCached(models.AbstractModel):
    """Choices that every notification asks for and that hardly ever change: kept in the cache until one does."""

    _name = "library.notification.cached"
    _description = "Choice of Notifications"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
