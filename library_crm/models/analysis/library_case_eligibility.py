from odoo import api, models


class LibraryCase(models.Model):
    """Patrons choose among the services that are for them."""

    _inherit = "library.case"

    @api.model
    def _portal_services(self):
        services = super()._portal_services()
        # sudo: for whom a service is; only yes or no leaves this method
        limited_sudo = services.sudo().filtered(lambda service: service.type_ids or service.segment_ids)
        if not limited_sudo:
            return services
        # sudo: the visitor's own record, to see what is for whom
        patron_sudo = self.env["library.patron"].sudo()
        if not self.env.user._is_public():
            patron_sudo = patron_sudo.search([("partner_id", "=", self.env.user.partner_id.id)], limit=1)
        closed = {service.id for service in limited_sudo if not service._is_eligible(patron_sudo)}
        return services.filtered(lambda service: service.id not in closed)

    @api.onchange("service_id", "patron_id")
    def _onchange_eligibility(self):
        """Staff may open a case all the same; they are told."""
        if self.service_id and self.patron_id and not self.service_id._is_eligible(self.patron_id._origin):
            return {"warning": {
                "title": self.env._("Not meant for this patron"),
                "message": self.env._(
                    "“%(service)s” is for: %(audience)s. You can go on all the same.",
                    service=self.service_id.name, audience=self.service_id.audience or self.env._("others"),
                ),
            }}  # fmt: skip
        return None
