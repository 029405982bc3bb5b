from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused, as_id
from .portal_common import LibraryPortalPages


class LibraryRating(LibraryPortalPages):
    """Rate a case from the mail, without sign-in. Opening a link stores nothing; mail scanners open links."""

    @http.route(
        ["/library/rate/<int:case_id>/<string:token>", "/library/rate/<int:case_id>/<string:token>/<int:value>"],
        type="http", auth="public", methods=["GET"], website=True, sitemap=False,
    )  # fmt: skip
    def library_rate(self, case_id, token, value=0, **_query):
        return self._rating_page(case_id, token, chosen=as_id(value))

    @http.route("/library/rate/<int:case_id>/<string:token>", type="http", auth="public", methods=["POST"],
                website=True, sitemap=False)  # fmt: skip
    def library_rate_send(self, case_id, token, **form):
        Case = request.env["library.case"]
        rating_sudo = Case._portal_find_rating(case_id, token)
        if not rating_sudo:
            return self._rating_page(case_id, token)
        try:
            Case._portal_case_of_rating(rating_sudo)._portal_rate(form)
        except FormRefused as refused:
            return self._rating_page(case_id, token, errors=refused.errors, status=refused.status)
        return request.redirect(f"/library/rate/{case_id}/{rating_sudo.access_token}")

    @http.route("/library/rate/<int:case_id>/<string:token>/saved", type="http", auth="public", methods=["POST"],
                website=True, sitemap=False)  # fmt: skip
    def library_rate_saved(self, case_id, token, **form):
        Case = request.env["library.case"]
        rating_sudo = Case._portal_find_rating(case_id, token)
        if not rating_sudo:
            return self._rating_page(case_id, token)
        Case._portal_case_of_rating(rating_sudo)._note_saved(form)
        return request.redirect(f"/library/rate/{case_id}/{rating_sudo.access_token}")

    def _rating_page(self, case_id, token, chosen=0, errors=None, status=200):
        """The five choices, with what was chosen or given."""
        Case = request.env["library.case"]
        rating_sudo = Case._portal_find_rating(case_id, token)
        if not rating_sudo:
            return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
        given = int(rating_sudo.rating) if rating_sudo.consumed else 0
        values = {
            "case": Case._portal_case_of_rating(rating_sudo),
            "rating": rating_sudo,
            "given": given,
            "chosen": chosen if chosen in range(1, 6) else given,
            "sends_itself": chosen in range(1, 6) and chosen != given,
            "action": f"/library/rate/{case_id}/{rating_sudo.access_token}",
            "errors": errors or {},
            "page_name": "library_rate",
            **Case._portal_case_of_rating(rating_sudo)._portal_saved_values(bool(given)),
        }
        return self._library_page("library_crm.portal_rate", values, status)
