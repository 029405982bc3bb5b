from odoo import http
from odoo.http import request

from ..lib.form_input import as_id
from .portal_common import LibraryPortalPages


class LibraryServicePortal(LibraryPortalPages):
    """The catalogue of services: what is promised, and how it really goes."""

    @http.route(["/library/services", "/my/services"], type="http", auth="public", methods=["GET"], website=True)
    def library_services(self, **_query):
        offers = request.env["library.service"]._portal_catalogue()
        return self._library_page("library_crm.portal_services", {"offers": offers, "page_name": "library_services"})

    @http.route("/library/services/<int:service>", type="http", auth="public", methods=["GET"], website=True)
    def library_service(self, service, **_query):
        offers = request.env["library.service"]._portal_catalogue(as_id(service) or -1)
        if not offers:
            return self._library_missing()
        return self._library_page("library_crm.portal_service", {"offer": offers[0], "page_name": "library_services"})
