from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from .portal_common import LibraryPortalPages


class LibraryYearlyPages(LibraryPortalPages):
    """The yearly reports, for everybody."""

    @http.route("/library/yearly", type="http", auth="public", methods=["GET"], website=True)
    def portal_yearly(self, **_query):
        years = request.env["library.public.report"]._portal_years()
        return self._library_page("library_crm.portal_yearly", {"years": years, "page_name": "library_yearly"})

    @http.route("/library/yearly/<int:year>", type="http", auth="public", methods=["GET"], website=True)
    def portal_yearly_year(self, year, library=None, **_query):
        report_sudo = request.env["library.public.report"]._portal_find(year, library)
        if not report_sudo:
            return self._yearly_missing()
        values = {"page": report_sudo._page_values(), "report": report_sudo, "page_name": "library_yearly_year"}
        return self._library_page("library_crm.portal_yearly_year", values)

    @http.route("/library/yearly/<int:year>/pdf", type="http", auth="public", methods=["GET"], website=True)
    def portal_yearly_pdf(self, year, library=None, **_query):
        report_sudo = request.env["library.public.report"]._portal_find(year, library)
        if not report_sudo or report_sudo.state != "published":
            return self._yearly_missing()
        try:
            content, name = report_sudo._get_pdf()
        except UserError:
            # the server has no program that prints; its words are for administrators
            return self._library_page("library_crm.portal_no_file", {"page_name": "library_missing"}, status=503)
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name))]
        return request.make_response(content, headers)

    def _yearly_missing(self):
        """There is nothing to sign in for: everybody reads the same."""
        return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
