from odoo import api, models
from odoo.fields import Domain

FEWEST = 5  # patrons are shown no figure about fewer cases


class LibraryService(models.Model):
    """The catalogue of services as patrons read it."""

    _inherit = "library.service"

    @api.model
    def _portal_catalogue(self, service_id=None):
        """The services on the portal: [{service, hours, moment, figures, can_ask, can_book}].

        :param int service_id: this one only
        """
        domain = Domain("is_published", "=", True) & Domain("company_id", "in", (False, self.env.company.id))
        services = self.search(domain & Domain("id", "=", service_id) if service_id else domain)
        offers = {offer["service"]: offer for offer in self.env["library.case"]._portal_offers()}
        bookable = self.env["library.booking"]._portal_rules().service_id
        return [
            {
                **offers.get(service, {"service": service, "hours": service.answer_hours, "moment": ""}),
                "figures": service._portal_figures(), "can_ask": service in offers,
                "can_book": service.id in bookable.ids,
            }
            for service in services
        ]  # fmt: skip

    def _portal_figures(self):
        """What patrons are told about how it really goes: {answer, solution, rating, rated}; empty where too few."""
        self.ensure_one()
        service_sudo = self.sudo()  # sudo: figures about at least five cases of a service that is on the portal
        enough, done = service_sudo.real_count >= FEWEST, service_sudo.real_solution_count >= FEWEST
        return {
            "answer": service_sudo._portal_hours(service_sudo.real_answer_hours) if enough else "",
            "solution": service_sudo._portal_hours(service_sudo.real_solution_hours) if done else "",
            "rating": f"{service_sudo.rated_mean:.1f}" if service_sudo.rated_count >= FEWEST else "",
            "rated": service_sudo.rated_count,
        }

    @api.model
    def _portal_hours(self, hours):
        """A number of opening hours as one says it."""
        if hours < 1:
            return self.env._("less than one opening hour")
        if hours < 1.5:
            return self.env._("one opening hour")
        return self.env._("%(hours)s opening hours", hours=round(hours))

    def _portal_questions(self):
        """The questions of the form: [{key, name, help, kind, is_required, choices}]."""
        self.ensure_one()
        return [
            {
                "key": question._key(), "name": question.name, "help": question.help or "", "kind": question.kind,
                "is_required": question.is_required,
                "choices": [(choice._key(), choice.name) for choice in question.choice_ids],
            }
            # sudo: the questions of a service that is on the portal
            for question in self.sudo().question_ids
        ]  # fmt: skip
