from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

NEED_VERBS = "any(confirm, correct, withdraw, later, resume, useful, useless, still)"


class LibraryCasePortal(LibraryPortalPages):
    """A patron's cases: the list, the page of each, and what can be said there."""

    @http.route(["/my/cases", "/my/cases/page/<int:page>"], type="http", auth="user", methods=["GET"], website=True)
    def portal_my_cases(self, page=1, filterby=None, sortby=None, search=None, **_query):
        values = self._library_list("library.case", "/my/cases", page, filterby, sortby, search)
        return self._library_page("library_crm.portal_my_cases", {**values, "page_name": "library_cases"})

    @http.route("/my/cases/<int:case_id>", type="http", auth="public", methods=["GET"], website=True)
    def portal_my_case(self, case_id, access_token=None, **query):
        case_sudo = request.env["library.case"]._portal_find(case_id, access_token)
        return self._case_page(case_sudo, access_token, done=query.get("done"))

    @http.route("/my/cases/<int:case_id>/reply", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_reply(self, case_id, access_token=None, **form):
        return self._case_act(case_id, access_token, form, "sent", "_portal_reply", form, self._library_files())

    @http.route("/my/cases/<int:case_id>/helped", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_helped(self, case_id, access_token=None, **form):
        return self._case_act(case_id, access_token, form, "helped", "_portal_confirm")

    @http.route("/my/cases/<int:case_id>/reopen", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_reopen(self, case_id, access_token=None, **form):
        return self._case_act(case_id, access_token, form, "reopened", "_portal_reopen", form)

    @http.route("/my/cases/<int:case_id>/rate", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_rate(self, case_id, access_token=None, **form):
        return self._case_act(case_id, access_token, form, "rated", "_portal_rate_here", form)

    @http.route(
        f"/my/cases/<int:case_id>/needs/<int:need_id>/<{NEED_VERBS}:verb>",
        type="http", auth="public", methods=["POST"], website=True,
    )  # fmt: skip
    def portal_case_need(self, case_id, need_id, verb, access_token=None, **form):
        return self._case_act(case_id, access_token, form, verb, "_portal_need", need_id, verb, form)

    def _case_act(self, case_id, access_token, form, done, method, *arguments):
        """Let the case do what the visitor asked, then show it again; refused words stay in the form."""
        case_sudo = request.env["library.case"]._portal_find(case_id, access_token)
        if not case_sudo:
            return self._library_missing()
        case = case_sudo.with_env(request.env)
        try:
            getattr(case, method)(*arguments, access_token=access_token)
        except FormRefused as refused:
            return self._case_page(case_sudo, access_token, form, refused.errors, refused.status)
        opens = {"access_token": access_token} if case_sudo._portal_opens(access_token) else {}
        return request.redirect_query(case_sudo.access_url, {**opens, "done": done})

    def _case_page(self, case_sudo, access_token, form=None, errors=None, status=200, done=None):
        """The page of one case."""
        if not case_sudo:
            return self._library_missing()
        values = case_sudo.with_env(request.env)._portal_values(access_token)
        values.update(self._library_neighbours(case_sudo) if not values["access_token"] else {})
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        return self._library_page(
            "library_crm.portal_my_case",
            {**values, "form": typed, "errors": errors or {}, "done": done, "page_name": "library_case"},
            status,
        )
