from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/contributions"


class LibraryContributionPages(LibraryPortalPages):
    """What a patron gives to other readers, and taking it back."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_my_contributions(self, **query):
        return self._contribution_page(done=query.get("done"))

    @http.route(PAGE, type="http", auth="user", methods=["POST"], website=True)
    def portal_my_contributions_offer(self, **form):
        try:
            request.env["library.contribution"]._portal_offer(form)
        except FormRefused as refused:
            return self._contribution_page(form, refused.errors, refused.status)
        return request.redirect_query(PAGE, {"done": "offered"})

    @http.route(f"{PAGE}/<int:contribution_id>/delete", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_contributions_delete(self, contribution_id, **_form):
        if not request.env["library.contribution"]._portal_take_back(contribution_id):
            return self._library_missing()
        return request.redirect_query(PAGE, {"done": "deleted"})

    def _contribution_page(self, form=None, errors=None, status=200, done=None):
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        values = request.env["library.contribution"]._portal_values()
        return self._library_page("library_crm.portal_my_contributions", {
            **values, "form": typed, "errors": errors or {}, "done": done, "page_name": "library_contributions",
        }, status)
