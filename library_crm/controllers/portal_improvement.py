from odoo import http
from odoo.http import content_disposition, request

from ..lib.form_input import as_id, clean_filename
from .portal_common import LibraryPortalPages

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LibraryImprovementPortal(LibraryPortalPages):
    """What became of what readers said, for everybody; and the evidence for staff."""

    @http.route("/library/you-said", type="http", auth="public", methods=["GET"], website=True)
    def portal_you_said(self, page=1, **_query):
        values = request.env["library.improvement"]._portal_you_said(as_id(page) or 1)
        return self._library_page("library_crm.portal_you_said", {**values, "page_name": "library_you_said"})

    @http.route("/library/you-said.atom", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def portal_you_said_feed(self, **_query):
        feed = request.env["library.improvement"]._portal_feed(request.httprequest.host_url)
        return request.make_response(feed, [("Content-Type", "application/atom+xml; charset=utf-8")])

    @http.route("/library/improvement/<int:improvement_id>/evidence.xlsx", type="http", auth="user", methods=["GET"],
                readonly=True)  # fmt: skip
    def improvement_evidence(self, improvement_id, **_query):
        improvement = request.env["library.improvement"].search([("id", "=", improvement_id)])
        if not improvement:
            return request.not_found()
        name = clean_filename(f"{improvement.name}.xlsx")
        return request.make_response(improvement._evidence_file(), [
            ("Content-Type", WORKBOOK), ("Content-Disposition", content_disposition(name)),
        ])
