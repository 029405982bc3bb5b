import uuid

from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused, as_id
from .portal_common import LibraryPortalPages


class LibraryAsk(LibraryPortalPages):
    """Ask the library: what we promise comes first, then the form."""

    @http.route("/library/ask", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_ask(self, **_query):
        offers = request.env["library.case"]._portal_offers()
        return self._library_page("library_crm.portal_ask", {"offers": offers, "page_name": "library_ask"})

    @http.route("/library/ask/<int:service>", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_ask_form(self, service, **_query):
        return self._ask_page({"service": str(service), "form_key": uuid.uuid4().hex})

    @http.route("/library/ask/send", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_ask_send(self, **form):
        address = request.httprequest.remote_addr
        try:
            case_sudo = request.env["library.case"]._portal_submit(form, self._library_files(), address)
        except FormRefused as refused:
            return self._ask_page(form, refused.errors, refused.status)
        request.session["library_asked"] = case_sudo.id or 0
        return request.redirect("/library/ask/sent")

    @http.route("/library/ask/sent", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_ask_sent(self, **_query):
        if "library_asked" not in request.session:
            return request.redirect("/library/ask")
        # sudo: the case that this very session has opened; the page shows its number and promise
        case_sudo = request.env["library.case"].sudo().browse(request.session["library_asked"] or None).exists()
        return self._library_page("library_crm.portal_ask_sent", {"case": case_sudo, "page_name": "library_ask"})

    def _ask_page(self, form, errors=None, status=200):
        """The form with what was typed so far; the choice of services when none is chosen yet."""
        offers = request.env["library.case"]._portal_offers()
        offer = next((one for one in offers if one["service"].id == as_id(form.get("service"))), None)
        if not offer:
            return self._library_page(
                "library_crm.portal_ask",
                {"offers": offers, "page_name": "library_ask", "form": form, "errors": errors or {}},
                status if errors else 404,
            )
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        depths = request.env["library.need"]._fields["depth"]._description_selection(request.env)
        return self._library_page(
            "library_crm.portal_ask_form",
            {"offer": offer, "form": typed, "errors": errors or {}, "depths": depths, "page_name": "library_ask"},
            status,
        )
