from odoo import http
from odoo.http import content_disposition, request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/library/booking/<int:booking_id>"


class LibraryBookingPortal(LibraryPortalPages):
    """Book a talk with a librarian; move it or call it off."""

    @http.route("/library/book", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_book(self, **query):
        return self._times_page(query)

    @http.route("/library/book/send", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_book_send(self, **form):
        try:
            booking_sudo = request.env["library.booking"]._portal_book(form, request.httprequest.remote_addr)
        except FormRefused as refused:
            return self._times_page(form, refused.errors, refused.status)
        if not booking_sudo:
            return self._library_page("library_crm.portal_ask_sent", {"case": None, "page_name": "library_book"})
        return self._to_booking(booking_sudo, "booked")

    @http.route("/my/bookings", type="http", auth="user", methods=["GET"], website=True)
    def portal_my_bookings(self, **_query):
        rows = request.env["library.booking"]._portal_own_rows()
        return self._library_page("library_crm.portal_my_bookings", {"bookings": rows, "page_name": "library_bookings"})

    @http.route(PAGE, type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_booking(self, booking_id, access_token=None, **query):
        return self._booking_page(booking_id, access_token, query)

    @http.route(f"{PAGE}/cancel", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_booking_cancel(self, booking_id, access_token=None, **_form):
        booking_sudo = request.env["library.booking"]._portal_find(booking_id, access_token)
        if not booking_sudo:
            return self._library_missing()
        booking_sudo._portal_cancel()
        return self._to_booking(booking_sudo, "cancelled")

    @http.route(f"{PAGE}/move", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_booking_move(self, booking_id, access_token=None, **form):
        booking_sudo = request.env["library.booking"]._portal_find(booking_id, access_token)
        if not booking_sudo:
            return self._library_missing()
        try:
            booking_sudo.with_env(request.env)._portal_move(form)
        except FormRefused as refused:
            return self._booking_page(booking_id, access_token, form, refused.errors, refused.status)
        return self._to_booking(booking_sudo, "moved")

    @http.route(f"{PAGE}/ics", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_booking_ics(self, booking_id, access_token=None, **_query):
        booking_sudo = request.env["library.booking"]._portal_find(booking_id, access_token)
        if not booking_sudo:
            return self._library_missing()
        headers = [("Content-Type", "text/calendar; charset=utf-8"),
                   ("Content-Disposition", content_disposition("appointment.ics"))]
        return request.make_response(booking_sudo.with_context(lang=request.env.lang)._calendar_file(), headers)

    def _to_booking(self, booking_sudo, done):
        token = booking_sudo._portal_ensure_token()
        return request.redirect_query(booking_sudo.access_url, {"access_token": token, "done": done})

    def _times_page(self, form, errors=None, status=200):
        """Free times with the form below, as it was filled in."""
        times = request.env["library.booking"]._portal_times(form)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        values = {"times": times, "form": typed, "errors": errors or {}, "page_name": "library_book"}
        return self._library_page("library_crm.portal_book", values, status)

    def _booking_page(self, booking_id, access_token, form, errors=None, status=200):
        """One talk; with free times when it is to be moved."""
        booking_sudo = request.env["library.booking"]._portal_find(booking_id, access_token)
        if not booking_sudo:
            return self._library_missing()
        values = booking_sudo.with_context(lang=request.env.lang)._portal_page()
        values |= {"form": form, "errors": errors or {}}
        values |= {"done": form.get("done"), "page_name": "library_booking", "times": None}
        if values["can_change"] and (errors or form.get("move")):
            values["times"] = request.env["library.booking"]._portal_times(form, besides=booking_sudo)
        return self._library_page("library_crm.portal_booking", values, status)
