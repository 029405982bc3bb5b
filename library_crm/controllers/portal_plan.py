from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_solution import LibrarySolutionPages

PLAN = "/my/plans/<int:plan_id>"
VERBS = "any(tick, choose, extra, compare, change)"


class LibraryPlanPages(LibrarySolutionPages):
    """A patron's plans: the list, the page of each, and what the patron does there."""

    @http.route(["/my/plans", "/my/plans/page/<int:page>"], type="http", auth="user", methods=["GET"], website=True)
    def portal_my_plans(self, page=1, filterby=None, sortby=None, search=None, **_query):
        values = self._library_list("library.plan", "/my/plans", page, filterby, sortby, search)
        return self._library_page("library_crm.portal_my_plans", {**values, "page_name": "library_plans"})

    @http.route(PLAN, type="http", auth="public", methods=["GET"], website=True)
    def portal_my_plan(self, plan_id, access_token=None, **query):
        plan_sudo = request.env["library.plan"]._portal_find(plan_id, access_token)
        return self._plan_page(plan_sudo, access_token, done=query.get("done"))

    @http.route(f"{PLAN}/<{VERBS}:verb>", type="http", auth="public", methods=["POST"], website=True)
    def portal_plan_act(self, plan_id, verb, access_token=None, **form):
        plan_sudo = request.env["library.plan"]._portal_find(plan_id, access_token)
        if not plan_sudo:
            return self._library_missing()
        try:
            plan_sudo.with_env(request.env)._portal_act(verb, form, access_token)
        except FormRefused as refused:
            return self._plan_page(plan_sudo, access_token, form, refused.errors, refused.status)
        opens = {"access_token": access_token} if plan_sudo._portal_opens(access_token) else {}
        return request.redirect_query(plan_sudo.access_url, {**opens, "done": verb})

    @http.route(f"{PLAN}/solutions/<int:solution_id>", type="http", auth="public", methods=["GET"], website=True)
    def portal_plan_solution(self, plan_id, solution_id, access_token=None, **_query):
        plan_sudo = request.env["library.plan"]._portal_find(plan_id, access_token)
        solution = plan_sudo and plan_sudo._portal_solution(solution_id)
        if not solution:
            return self._library_missing()
        opens = f"?access_token={access_token}" if plan_sudo._portal_opens(access_token) else ""
        values = {
            "plan": plan_sudo, "solution": solution, "page_name": "library_plan",
            "plan_url": f"{plan_sudo.access_url}{opens}",
            "pdf_url": f"{plan_sudo.access_url}/solutions/{solution.id}/pdf{opens}",
        }  # fmt: skip
        return self._library_page("library_crm.portal_plan_solution", values)

    @http.route(f"{PLAN}/solutions/<int:solution_id>/pdf", type="http", auth="public", methods=["GET"], website=True)
    def portal_plan_solution_pdf(self, plan_id, solution_id, access_token=None, **_query):
        plan_sudo = request.env["library.plan"]._portal_find(plan_id, access_token)
        solution = plan_sudo and plan_sudo._portal_solution(solution_id)
        return self._solution_file(solution) if solution else self._library_missing()

    def _plan_page(self, plan_sudo, access_token, form=None, errors=None, status=200, done=None):
        """The page of one plan; refused words stay in its form."""
        if not plan_sudo:
            return self._library_missing()
        values = plan_sudo._portal_values(access_token)
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        state = {"form": typed, "errors": errors or {}, "done": done, "page_name": "library_plan"}
        return self._library_page("library_crm.portal_my_plan", {**values, **state}, status)
