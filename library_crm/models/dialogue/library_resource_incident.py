from odoo import models


class LibraryResource(models.Model):
    """A link that is broken opens an incident, once."""

    _inherit = "library.resource"

    def _check_health(self):
        """Open incidents for the links that do not open any more."""
        result = super()._check_health()
        self.filtered(lambda resource: resource.health == "broken")._open_incidents()
        return result

    def _open_incidents(self):
        Incident = self.env["library.incident"]
        for resource in self:
            Incident._find_or_open(
                resource.company_id or self.env.company, self.env._("Broken link: %(name)s", name=resource.name),
                res_model=resource._name, res_id=resource.id, source="check",
            )
