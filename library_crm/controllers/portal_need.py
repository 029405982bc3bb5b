from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_case import NEED_VERBS
from .portal_common import LibraryPortalPages


class LibraryNeedPortal(LibraryPortalPages):
    """A patron's needs: what we understood, and whether that is right."""

    @http.route(["/my/needs", "/my/needs/page/<int:page>"], type="http", auth="user", methods=["GET"], website=True)
    def portal_my_needs(self, page=1, filterby=None, sortby=None, search=None, **_query):
        values = self._library_list("library.need", "/my/needs", page, filterby, sortby, search)
        return self._library_page("library_crm.portal_my_needs", {**values, "page_name": "library_needs"})

    @http.route("/my/needs/<int:need_id>", type="http", auth="public", methods=["GET"], website=True)
    def portal_my_need(self, need_id, access_token=None, **query):
        return self._need_page(need_id, access_token, done=query.get("done"))

    @http.route("/library/need/<int:need_id>/<string:token>", type="http", auth="public", methods=["GET"],
                website=True, sitemap=False)  # fmt: skip
    def library_need(self, need_id, token, **query):
        request.params["access_token"] = token
        return self._need_page(need_id, token, done=query.get("done"))

    @http.route(
        f"/my/needs/<int:need_id>/<{NEED_VERBS}:verb>", type="http", auth="public", methods=["POST"], website=True
    )
    def portal_need_say(self, need_id, verb, access_token=None, **form):
        need_sudo = request.env["library.need"]._portal_find(need_id, access_token)
        if not need_sudo:
            return self._library_missing()
        try:
            need_sudo.with_env(request.env)._portal_say(verb, form, access_token)
        except FormRefused as refused:
            return self._need_page(need_id, access_token, form, refused.errors, refused.status)
        opens = {"access_token": access_token} if need_sudo._portal_opens(access_token) else {}
        return request.redirect_query(need_sudo.access_url, {**opens, "done": verb})

    def _need_page(self, need_id, access_token, form=None, errors=None, status=200, done=None):
        """The page of one need."""
        need_sudo = request.env["library.need"]._portal_find(need_id, access_token)
        if not need_sudo:
            return self._library_missing()
        values = need_sudo.with_env(request.env)._portal_values(access_token)
        values.update(self._library_neighbours(need_sudo) if not values["access_token"] else {})
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        return self._library_page(
            "library_crm.portal_my_need",
            {**values, "form": typed, "errors": errors or {}, "done": done, "page_name": "library_need"},
            status,
        )
