from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_case import LibraryCasePortal
from .portal_common import LibraryPortalPages


class LibraryOutcomePortal(LibraryCasePortal):
    """The three questions on the page of a case."""

    @http.route("/my/cases/<int:case_id>/outcome", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_outcome(self, case_id, access_token=None, **form):
        return self._case_act(case_id, access_token, form, "outcome", "_portal_tell_outcome", form)


class LibraryEvaluation(LibraryPortalPages):
    """Answer an invitation without sign-in. Opening a link stores nothing; mail scanners open links."""

    @http.route(["/library/answer/<string:token>", "/library/answer/<string:token>/<int:value>"],
                type="http", auth="public", methods=["GET"], website=True, sitemap=False)  # fmt: skip
    def library_answer(self, token, value=None, **_query):
        return self._answer_page(token, chosen=value)

    @http.route("/library/answer/<string:token>", type="http", auth="public", methods=["POST"], website=True,
                sitemap=False)  # fmt: skip
    def library_answer_send(self, token, **form):
        invitation_sudo = request.env["library.evaluation.invitation"]._portal_find_token(token)
        if not invitation_sudo:
            return self._answer_page(token)
        try:
            invitation_sudo._portal_take(form)
        except FormRefused as refused:
            return self._answer_page(token, form, refused.errors, refused.status)
        return request.redirect(f"/library/answer/{invitation_sudo.token}")

    def _answer_page(self, token, form=None, errors=None, status=200, chosen=None):
        """The page of an invitation; what was typed stays in it."""
        invitation_sudo = request.env["library.evaluation.invitation"]._portal_find_token(token)
        if not invitation_sudo:
            return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
        template, values = invitation_sudo.with_context(library_chosen=chosen)._portal_page()
        typed = {name: text for name, text in (form or {}).items() if isinstance(text, str)}
        return self._library_page(template, {"form": typed, "errors": errors or {}, **values}, status)
