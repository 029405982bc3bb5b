from odoo import http
from odoo.http import request

from .portal_common import LibraryPortalPages


class LibraryHelpPortal(LibraryPortalPages):
    """How to use the library's pages, for everybody."""

    @http.route("/library/help", type="http", auth="public", methods=["GET"], website=True)
    def portal_help(self, **_query):
        addresses = request.env["library.team"]._portal_addresses()
        return self._library_page("library_crm.portal_help", {"addresses": addresses, "page_name": "library_help"})
