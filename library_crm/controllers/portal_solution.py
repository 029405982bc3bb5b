from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..lib.form_input import FormRefused, as_id
from .portal_common import LibraryPortalPages

SOLUTION = "/my/cases/<int:case_id>/solutions/<int:solution_id>"


class LibrarySolutionPages(LibraryPortalPages):
    """A delivered solution: its page, its file, and what its reader says about a part."""

    @http.route(SOLUTION, type="http", auth="public", methods=["GET"], website=True)
    def portal_case_solution(self, case_id, solution_id, access_token=None, **query):
        case_sudo = request.env["library.case"]._portal_find(case_id, access_token)
        return self._solution_page(case_sudo, solution_id, access_token, done=query.get("done"))

    @http.route(f"{SOLUTION}/pdf", type="http", auth="public", methods=["GET"], website=True)
    def portal_case_solution_pdf(self, case_id, solution_id, access_token=None, **_query):
        case_sudo = request.env["library.case"]._portal_find(case_id, access_token)
        solution = case_sudo and case_sudo._portal_solution(as_id(solution_id))
        if not solution:
            return self._library_missing()
        return self._solution_file(solution)

    @http.route(f"{SOLUTION}/comment", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_solution_comment(self, case_id, solution_id, access_token=None, **form):
        case_sudo = request.env["library.case"]._portal_find(case_id, access_token)
        if not case_sudo:
            return self._library_missing()
        try:
            case_sudo.with_env(request.env)._portal_comment_on(solution_id, form, access_token=access_token)
        except FormRefused as refused:
            return self._solution_page(case_sudo, solution_id, access_token, form, refused.errors, refused.status)
        opens = {"access_token": access_token} if case_sudo._portal_opens(access_token) else {}
        return request.redirect_query(
            f"/my/cases/{case_sudo.id}/solutions/{as_id(solution_id)}", {**opens, "done": "commented"}
        )

    @http.route("/my/cases/<int:case_id>/saved", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_saved(self, case_id, access_token=None, **form):
        case_sudo = request.env["library.case"]._portal_find(case_id, access_token)
        if not case_sudo:
            return self._library_missing()
        case_sudo.with_env(request.env)._portal_saved(form, access_token=access_token)
        opens = {"access_token": access_token} if case_sudo._portal_opens(access_token) else {}
        return request.redirect_query(case_sudo.access_url, opens)

    def _solution_page(self, case_sudo, solution_id, access_token, form=None, errors=None, status=200, done=None):
        """The page of a solution that was delivered in a case the visitor may read."""
        solution = case_sudo and case_sudo._portal_solution(as_id(solution_id))
        if not solution:
            return self._library_missing()
        case = case_sudo.with_env(request.env)
        values = case._portal_solution_values(solution, access_token)
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        own = {"case": case_sudo, "access_token": access_token if case_sudo._portal_opens(access_token) else ""}
        state = {"errors": errors or {}, "form": typed, "done": done, "page_name": "library_case"}
        return self._library_page("library_crm.portal_my_solution", {**values, **own, **state}, status)

    def _solution_file(self, solution):
        """A solution as a PDF; a page with words where the server cannot print."""
        try:
            content, name = solution._get_pdf()
        except UserError:
            # the server has no program that prints; its words are for administrators
            return self._library_page("library_crm.portal_no_file", {"page_name": "library_missing"}, status=503)
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name))]
        return request.make_response(content, headers)
