from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/library-profile"


class LibraryProfile(LibraryPortalPages):
    """The patron's own details, as far as they concern the library."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_library_profile(self, **query):
        return self._profile_page(done=query.get("done"))

    @http.route(f"{PAGE}/save", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_save(self, **form):
        return self._profile_change("_portal_update", form, "asked" if form.get("new_email") else "saved")

    @http.route(f"{PAGE}/confirm", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_confirm(self, **form):
        request.env["library.patron"]._portal_own()._portal_confirm()
        return request.redirect_query(PAGE, {"done": "confirmed"})

    @http.route(f"{PAGE}/study", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_study(self, **form):
        return self._profile_change("_portal_study", form, "saved")

    @http.route(f"{PAGE}/project", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_project(self, **form):
        return self._profile_change("_portal_project", form, "saved")

    @http.route(f"{PAGE}/consent", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_consent(self, **form):
        return self._profile_change("_portal_consent", form, "consent")

    @http.route(f"{PAGE}/propose", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_propose(self, **form):
        return self._profile_change("_portal_propose", form, "proposed")

    @http.route(f"{PAGE}/librarian/end", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profile_librarian_end(self, **form):
        return self._profile_change("_portal_end_relationship", form, "ended")

    def _profile_change(self, method, form, done):
        """Let the patron's record take an untrusted form; a refused one comes back with its words."""
        patron_sudo = request.env["library.patron"]._portal_own()
        try:
            getattr(patron_sudo, method)(form)
        except FormRefused as refused:
            return self._profile_page(form, refused.errors, refused.status)
        return request.redirect_query(PAGE, {"done": done})

    def _profile_page(self, form=None, errors=None, status=200, done=None):
        """The form with what we hold; an account without a patron record shows an empty one."""
        values = request.env["library.patron"]._portal_own_values()
        return self._library_page(
            "library_crm.portal_library_profile",
            {**values, "form": form or {}, "errors": errors or {}, "done": done, "page_name": "library_profile"},
            status,
        )
