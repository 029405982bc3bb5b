from odoo import http
from odoo.http import request

from .portal_plan import PLAN
from .portal_solution import LibrarySolutionPages


class LibraryPlanFiles(LibrarySolutionPages):
    """A patron's plan as a file to keep."""

    @http.route(f"{PLAN}/pdf", type="http", auth="public", methods=["GET"], website=True)
    def portal_plan_pdf(self, plan_id, access_token=None, **_query):
        plan_sudo = request.env["library.plan"]._portal_find(plan_id, access_token)
        return self._solution_file(plan_sudo) if plan_sudo else self._library_missing()
