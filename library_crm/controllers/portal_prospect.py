from odoo import http
from odoo.http import request

from .portal_common import LibraryPortalPages

PAGE = "/library/welcome/<int:prospect_id>/<string:token>"


class LibraryWelcome(LibraryPortalPages):
    """Say yes or no to the library, from a mail, without sign-in. Opening the link answers nothing."""

    @http.route(PAGE, type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_welcome(self, prospect_id, token, **_query):
        return self._welcome_page(prospect_id, token)

    @http.route(PAGE, type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_welcome_answer(self, prospect_id, token, answer="", **_form):
        prospect_sudo = request.env["library.prospect"]._find_by_token(prospect_id, token)
        if prospect_sudo and answer in ("yes", "no"):
            prospect_sudo._answer(answer == "yes")
        return self._welcome_page(prospect_id, token)

    def _welcome_page(self, prospect_id, token):
        prospect_sudo = request.env["library.prospect"]._find_by_token(prospect_id, token)
        if not prospect_sudo:
            return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
        values = {"prospect": prospect_sudo, "page_name": "library_welcome"}
        return self._library_page("library_crm.portal_prospect", values)
