from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

COUNTERS = {
    "library_case_count": "library.case",
    "library_need_count": "library.need",
    "library_plan_count": "library.plan",
}


class LibraryHome(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for counter in COUNTERS.keys() & set(counters):
            Model = request.env[COUNTERS[counter]]
            domain = Model._portal_own_domain() & Model._domain_open()
            values[counter] = Model.search_count(domain) if Model.has_access("read") else 0
        return values
