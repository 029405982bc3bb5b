from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages


class LibraryPanelPortal(LibraryPortalPages):
    """The patron panel: members join, vote and judge; everybody reads the results."""

    @http.route("/my/panel", type="http", auth="user", methods=["GET"], website=True)
    def portal_panel(self, **_query):
        return self._panel_page()

    @http.route("/my/panel/join", type="http", auth="user", methods=["POST"], website=True)
    def portal_panel_join(self, **_form):
        request.env["library.panel"]._portal_join()
        return request.redirect("/my/panel")

    @http.route("/my/panel/leave", type="http", auth="user", methods=["POST"], website=True)
    def portal_panel_leave(self, **_form):
        request.env["library.panel"]._portal_leave()
        return request.redirect("/my/panel")

    @http.route("/my/panel/vote", type="http", auth="user", methods=["POST"], website=True)
    def portal_panel_vote(self, **form):
        return self._panel_take("_portal_vote", form)

    @http.route("/my/panel/judge", type="http", auth="user", methods=["POST"], website=True)
    def portal_panel_judge(self, **form):
        return self._panel_take("_portal_judge", form)

    @http.route("/library/results", type="http", auth="public", methods=["GET"], website=True)
    def portal_results(self, **_query):
        values = request.env["library.panel"]._portal_results()
        return self._library_page("library_crm.portal_results", {**values, "page_name": "library_results"})

    def _panel_take(self, verb, form):
        try:
            getattr(request.env["library.panel"], verb)(form)
        except FormRefused as refused:
            return self._panel_page(refused.errors, refused.status)
        return request.redirect("/my/panel?kept=1")

    def _panel_page(self, errors=None, status=200):
        values = request.env["library.panel"]._portal_page()
        kept = bool(request.params.get("kept")) and not errors
        return self._library_page(
            "library_crm.portal_panel", {**values, "errors": errors or {}, "kept": kept, "page_name": "library_panel"},
            status,
        )
