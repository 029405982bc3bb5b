from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/contact"
LINK = "/library/contact/<string:token>"
UNSUBSCRIBE = "/library/unsubscribe/<string:token>"
STOP_KIND = "/library/stop-kind/<string:token>"


class LibraryContactPortal(LibraryPortalPages):
    """What a patron hears from the library. Links in mails need no sign-in, and opening one changes nothing."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_my_contact(self, **query):
        patron_sudo = request.env["library.patron"]._portal_own()
        return self._contact_page(patron_sudo, PAGE, done=query.get("done"))

    @http.route(PAGE, type="http", auth="user", methods=["POST"], website=True)
    def portal_my_contact_save(self, **form):
        return self._contact_save(request.env["library.patron"]._portal_own(), PAGE, form, "portal")

    @http.route(LINK, type="http", auth="public", methods=["GET", "POST"], website=True, sitemap=False)
    def library_contact(self, token, **form):
        row_sudo = self._contact_row(token)
        if not row_sudo:
            return self._library_missing()
        url = f"/library/contact/{row_sudo._token()}"
        if request.httprequest.method == "POST":
            return self._contact_save(row_sudo._person(), url, form, "link")
        return self._contact_page(row_sudo._person(), url, done=form.get("done"))

    @http.route(UNSUBSCRIBE, type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_unsubscribe(self, token, **_query):
        return self._contact_unsubscribe_page(token, False)

    # mail programs post here for the reader (RFC 8058) and know no token of a session; the signature is the proof
    @http.route(UNSUBSCRIBE, type="http", auth="public", methods=["POST"], website=True, sitemap=False, csrf=False)
    def library_unsubscribe_now(self, token, **form):
        return self._contact_unsubscribe_page(token, True, is_back=bool(form.get("again")))

    @http.route(STOP_KIND, type="http", auth="public", methods=["GET", "POST"], website=True, sitemap=False)
    def library_stop_kind(self, token, **_form):
        row_sudo = self._contact_row(token)
        if not row_sudo or not row_sudo._kind_rule():
            return self._library_missing()
        is_done = request.httprequest.method == "POST"
        if is_done:
            row_sudo._stop_kind()
        values = {"kind": row_sudo._kind_rule().name, "token": row_sudo._token(), "is_done": is_done}
        return self._library_page("library_crm.portal_stop_kind", {**values, "page_name": "library_contact_link"})

    def _contact_row(self, token):
        """The message whose mail holds this link; its pages speak the patron's language."""
        row_sudo = request.env["library.outreach"]._portal_find_token(token)
        if row_sudo:
            request.update_context(lang=row_sudo._lang())
        return row_sudo.with_context(request.env.context)

    def _contact_unsubscribe_page(self, token, is_post, is_back=False):
        row_sudo = self._contact_row(token)
        if not row_sudo:
            return self._library_missing()
        if is_post:
            row_sudo._unsubscribe(is_wanted=is_back)
        values = row_sudo._portal_unsubscribe_values(is_post, is_back)
        return self._library_page("library_crm.portal_unsubscribe", values)

    def _contact_save(self, patron_sudo, url, form, source):
        try:
            request.env["library.contact.preference"]._portal_take(patron_sudo, form, source)
        except FormRefused as refused:
            return self._contact_page(patron_sudo, url, refused.errors, refused.status)
        return request.redirect_query(url, {"done": "saved"})

    def _contact_page(self, patron_sudo, url, errors=None, status=200, done=None):
        values = request.env["library.contact.preference"]._portal_values(patron_sudo)
        values["ideas"] = request.env["library.contact.preference"]._portal_ideas(patron_sudo) if url == PAGE else []
        values.update(action=url, errors=errors or {}, done=done, page_name="library_contact")
        return self._library_page("library_crm.portal_contact", values, status)
