from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages


class LibraryAgreementPortal(LibraryPortalPages):
    """What was agreed with a patron, and the wish to change it."""

    @http.route("/my/agreements", type="http", auth="user", methods=["GET"], website=True)
    def portal_my_agreements(self, **query):
        return self._agreements_page(done=query.get("done"))

    @http.route("/my/agreements/ask", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_agreements_ask(self, **form):
        try:
            request.env["library.service.agreement"]._portal_ask_change(form)
        except AccessError:
            return self._library_missing()
        except FormRefused as refused:
            return self._agreements_page(form, refused.errors, refused.status)
        return request.redirect_query("/my/agreements", {"done": "asked"})

    def _agreements_page(self, form=None, errors=None, status=200, done=None):
        rows = request.env["library.service.agreement"]._portal_agreement_rows()
        values = {"agreements": rows, "form": form or {}, "errors": errors or {}, "done": done}
        values["page_name"] = "library_agreements"
        return self._library_page("library_crm.portal_my_agreements", values, status)
