from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_case import LibraryCasePortal
from .portal_common import LibraryPortalPages


class LibraryReferralPage(LibraryPortalPages):
    """The page on which a partner library answers. The link in its mail opens it, once."""

    @http.route("/library/referral/<int:referral_id>/<string:token>", type="http", auth="public", methods=["GET"],
                website=True, sitemap=False)  # fmt: skip
    def referral_page(self, referral_id, token, **query):
        return self._referral_page(referral_id, token, done=query.get("done"))

    @http.route("/library/referral/<int:referral_id>/<string:token>", type="http", auth="public", methods=["POST"],
                website=True, sitemap=False)  # fmt: skip
    def referral_answer(self, referral_id, token, **form):
        referral_sudo = request.env["library.referral"]._partner_find(referral_id, token)
        if not referral_sudo:
            return self._referral_page(referral_id, token)
        try:
            referral_sudo._partner_answer(form, self._library_files(), request.httprequest.remote_addr)
        except FormRefused as refused:
            return self._referral_page(referral_id, token, form, refused.errors, refused.status)
        return request.redirect_query(f"/library/referral/{referral_id}/{token}", {"done": "1"})

    def _referral_page(self, referral_id, token, form=None, errors=None, status=200, done=None):
        """The request with a form for the answer, or why there is none any more."""
        referral_sudo = request.env["library.referral"]._partner_find(referral_id, token)
        if not referral_sudo:
            return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
        typed = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
        return self._library_page(
            "library_crm.portal_referral",
            {
                "request_values": referral_sudo._partner_values(), "form": typed, "errors": errors or {},
                "done": bool(done), "page_name": "library_referral",
            },
            status,
        )  # fmt: skip


class LibraryCasePartners(LibraryCasePortal):
    """The patron says whether other libraries may be asked."""

    @http.route("/my/cases/<int:case_id>/partners", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_partners(self, case_id, access_token=None, **form):
        return self._case_act(case_id, access_token, form, "partners", "_portal_consent", form)
