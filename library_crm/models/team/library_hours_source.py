from odoo import api, models


class LibraryHoursSource(models.AbstractModel):
    """What opening hours are read from: a change of it is felt by every promise made afterwards."""

    _name = "library.hours.source"
    _description = "Source of Opening Hours"

    _hours_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._forget_hours()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._hours_fields or not vals.keys().isdisjoint(self._hours_fields):
            self._forget_hours()
        return result

    def unlink(self):
        self._forget_hours()
        return super().unlink()

    def _forget_hours(self):
        """Opening hours are kept in memory; read them anew."""
        self.env.registry.clear_cache()
