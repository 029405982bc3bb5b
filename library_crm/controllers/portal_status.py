from odoo import http
from odoo.http import request

from .portal_common import LibraryPortalPages


class LibraryStatusPortal(LibraryPortalPages):
    """What is out of order, for everybody, to read and to follow."""

    @http.route("/library/status", type="http", auth="public", methods=["GET"], website=True)
    def portal_status(self, **_query):
        status = request.env["library.outage"]._portal_status()
        return self._library_page("library_crm.portal_status", {**status, "page_name": "library_status"})

    @http.route("/library/status.atom", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def portal_status_feed(self, **_query):
        feed = request.env["library.outage"]._portal_feed(request.httprequest.host_url)
        return request.make_response(feed, [("Content-Type", "application/atom+xml; charset=utf-8")])
