from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/library-traits"


class LibraryTraits(LibraryPortalPages):
    """What the library learned about the patron: to read, to dispute, to delete and to switch off."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_library_traits(self, **query):
        return self._traits_page(done=query.get("done"))

    @http.route(f"{PAGE}/dispute", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_trait_dispute(self, trait_id=None, words=None, **form):
        request.env["library.patron"]._portal_own()._portal_dispute(trait_id, words)
        return request.redirect_query(PAGE, {"done": "disputed"})

    @http.route(f"{PAGE}/delete", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_trait_delete(self, trait_id=None, **form):
        request.env["library.patron"]._portal_own()._portal_forget(trait_id)
        return request.redirect_query(PAGE, {"done": "deleted"})

    @http.route(f"{PAGE}/segment", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_segment_leave(self, segment_id=None, **form):
        request.env["library.patron"]._portal_own()._portal_does_not_fit(segment_id)
        return request.redirect_query(PAGE, {"done": "left"})

    @http.route(f"{PAGE}/profiling", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_profiling(self, **form):
        request.env["library.patron"]._portal_own()._portal_profiling(form)
        return request.redirect_query(PAGE, {"done": "switched"})

    @http.route(f"{PAGE}/interests", type="http", auth="user", methods=["POST"], website=True)
    def portal_library_interests(self, words=None, **form):
        subject_ids = request.httprequest.form.getlist("subject_ids")
        try:
            request.env["library.patron"]._portal_own()._portal_declare_interests(subject_ids, words)
        except FormRefused as refused:
            return self._traits_page(refused.errors, refused.status, words=words)
        return request.redirect_query(PAGE, {"done": "interests"})

    def _traits_page(self, errors=None, status=200, done=None, words=None):
        values = request.env["library.patron"]._portal_traits_values()
        if words is not None:
            values["own_words"] = words
        return self._library_page(
            "library_crm.portal_library_traits",
            {**values, "errors": errors or {}, "done": done, "page_name": "library_traits"},
            status,
        )
