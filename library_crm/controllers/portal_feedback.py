import uuid

from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from ..lib.page_key import page_path
from .portal_common import LibraryPortalPages

BOOK, OWN = "/library/feedback", "/my/feedback"


class LibraryFeedbackPages(LibraryPortalPages):
    """The book of suggestions, one's own feedback, and reports of what does not work."""

    @http.route(BOOK, type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_feedback(self, **query):
        return self._book_page(query, done=query.get("done"))

    @http.route(f"{BOOK}/send", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_feedback_send(self, **form):
        try:
            done = request.env["library.feedback"]._portal_submit(form, request.httprequest.remote_addr)
        except FormRefused as refused:
            return self._book_page({}, form, refused.errors, refused.status)
        return request.redirect_query(BOOK if request.env.user._is_public() else OWN, {"done": done})

    @http.route(OWN, type="http", auth="user", methods=["GET"], website=True)
    def portal_my_feedback(self, **query):
        values = request.env["library.feedback"]._portal_own_values()
        return self._library_page(
            "library_crm.portal_my_feedback", {**values, "done": query.get("done"), "page_name": "library_my_feedback"})

    @http.route(f"{OWN}/<int:feedback_id>/withdraw", type="http", auth="user", methods=["POST"], website=True)
    def portal_feedback_withdraw(self, feedback_id, **_form):
        if not request.env["library.feedback"]._portal_withdraw(feedback_id):
            return self._library_missing()
        return request.redirect_query(OWN, {"done": "withdrawn"})

    @http.route("/library/report", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_report(self, **query):
        return self._report_page({"page": page_path(query.get("page"))}, done=query.get("done"))

    @http.route("/library/report", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_report_send(self, **form):
        try:
            path = request.env["library.feedback"]._portal_report(form, request.httprequest.remote_addr)
        except FormRefused as refused:
            return self._report_page(form, refused.errors, refused.status)
        return request.redirect_query("/library/report", {"page": path, "done": "reported"})

    def _book_page(self, query, form=None, errors=None, status=200, done=None):
        values = request.env["library.feedback"]._portal_book_values(query)
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        return self._library_page("library_crm.portal_feedback_book", {
            **values, "form": typed, "errors": errors or {}, "done": done, "page_name": "library_feedback",
            "form_key": typed.get("form_key") or uuid.uuid4().hex,
        }, status)

    def _report_page(self, form, errors=None, status=200, done=None):
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return self._library_page("library_crm.portal_report", {
            "form": typed, "errors": errors or {}, "done": done, "report_path": page_path(typed.get("page")),
            "page_name": "library_report",
        }, status)
