from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages


class LibraryProfile(LibraryPortalPages):
    """The patron's own details, as far as they concern the library."""

    @http.route("/my/library-profile", type="http", auth="user", methods=["GET"], website=True)
    def portal_library_profile(self, **query):
        return self._profile_page(done=query.get("done"))

    @http.route("/my/library-profile/save", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_save(self, **form):
        try:
            request.env["library.patron"]._portal_own()._portal_update(form)
        except FormRefused as refused:
            return self._profile_page(form, refused.errors, refused.status)
        asked = {"done": "asked" if form.get("new_email") else "saved"}
        return request.redirect_query("/my/library-profile", asked)

    def _profile_page(self, form=None, errors=None, status=200, done=None):
        """The form with what we hold; an account without a patron record shows an empty one."""
        values = request.env["library.patron"]._portal_own_values()
        return self._library_page(
            "library_crm.portal_library_profile",
            {**values, "form": form or {}, "errors": errors or {}, "done": done, "page_name": "library_profile"},
            status,
        )
