from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/alerts"
VERBS = "any(pause,start,delete,feed,unfeed)"
SAYS = "any(relevant,not,stop)"
SIGNED = f"/library/alert/<int:hit_id>/<string:signature>/<{SAYS}:verb>"
UNSUBSCRIBE = "/library/alerts/unsubscribe/<int:digest_id>/<string:signature>"


class LibraryAlertPortal(LibraryPortalPages):
    """A patron's alerts; and the links in their mails, which do nothing when they are merely opened."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_my_alerts(self, **query):
        values = request.env["library.alert.profile"]._portal_list_values()
        return self._library_page(
            "library_crm.portal_my_alerts", {**values, "done": query.get("done"), "page_name": "library_alerts"}
        )

    @http.route([f"{PAGE}/new", f"{PAGE}/<int:alert_id>"], type="http", auth="user", methods=["GET"], website=True)
    def portal_my_alert(self, alert_id=None, **_query):
        alert_sudo = request.env["library.alert.profile"]._portal_find(alert_id)
        return self._alert_page(alert_sudo) if alert_sudo or not alert_id else self._library_missing()

    @http.route([f"{PAGE}/new", f"{PAGE}/<int:alert_id>"], type="http", auth="user", methods=["POST"], website=True)
    def portal_my_alert_save(self, alert_id=None, **form):
        Profile, lists = request.env["library.alert.profile"], request.httprequest.form.getlist
        alert_sudo = Profile._portal_find(alert_id)
        if alert_id and not alert_sudo:
            return self._library_missing()
        try:
            if form.get("preview"):
                return self._alert_page(alert_sudo, form, preview=Profile._portal_preview(form, lists))
            Profile._portal_save(form, lists, alert_sudo)
        except FormRefused as refused:
            return self._alert_page(alert_sudo, form, refused.errors, refused.status)
        return request.redirect_query(PAGE, {"done": "saved"})

    @http.route(f"{PAGE}/<int:alert_id>/<{VERBS}:verb>", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_alert_do(self, alert_id, verb, **_form):
        alert_sudo = request.env["library.alert.profile"]._portal_find(alert_id)
        if not alert_sudo:
            return self._library_missing()
        alert_sudo._portal_do(verb)
        return request.redirect_query(PAGE, {"done": verb})

    @http.route(f"{PAGE}/find/<int:hit_id>/<{SAYS}:verb>", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_alert_say(self, hit_id, verb, **_form):
        hit_sudo = request.env["library.alert.hit"]._portal_find_own(hit_id)
        if not hit_sudo:
            return self._library_missing()
        hit_sudo._say(verb)
        return request.redirect(f"{PAGE}#find-{hit_sudo.id}")

    @http.route(SIGNED, type="http", auth="public", methods=["GET", "POST"], website=True, sitemap=False)
    def library_alert_say(self, hit_id, signature, verb, **_form):
        hit_sudo = request.env["library.alert.hit"]._portal_find_signed(hit_id, signature)
        if not hit_sudo:
            return self._library_missing()
        is_post = request.httprequest.method == "POST"
        if is_post:
            hit_sudo._say(verb)
        values = {"hit": hit_sudo, "verb": verb, "is_done": is_post, "page_name": "library_alert_say"}
        return self._library_page("library_crm.portal_alert_say", values)

    @http.route(UNSUBSCRIBE, type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def library_alert_unsubscribe(self, digest_id, signature, **_query):
        return self._unsubscribe_page(digest_id, signature, False)

    # mail programs post here for the reader (RFC 8058) and know no token of a session; the signature is the proof
    @http.route(UNSUBSCRIBE, type="http", auth="public", methods=["POST"], website=True, sitemap=False, csrf=False)
    def library_alert_unsubscribe_now(self, digest_id, signature, **_form):
        return self._unsubscribe_page(digest_id, signature, True)

    @http.route("/library/alerts/<string:token>.xml", type="http", auth="public", methods=["GET"], sitemap=False)
    def library_alert_feed(self, token, **_query):
        content = request.env["library.alert.profile"]._feed(token)
        if content is None:
            raise request.not_found()
        return request.make_response(content, [
            ("Content-Type", "application/rss+xml; charset=utf-8"), ("Cache-Control", "private, max-age=900"),
            ("X-Robots-Tag", "noindex"), ("Referrer-Policy", "no-referrer"),
        ])

    def _unsubscribe_page(self, digest_id, signature, is_done):
        digest_sudo = request.env["library.alert.digest"]._portal_find_signed(digest_id, signature)
        if not digest_sudo:
            return self._library_missing()
        if is_done:
            digest_sudo._unsubscribe()
        values = {"digest": digest_sudo, "is_done": is_done, "page_name": "library_alert_say"}
        return self._library_page("library_crm.portal_alert_unsubscribe", values)

    def _alert_page(self, alert_sudo, form=None, errors=None, status=200, preview=None):
        """The form of an alert, with what was typed so far."""
        values = request.env["library.alert.profile"]._portal_form_values(alert_sudo)
        if form:
            lists = request.httprequest.form.getlist
            kinds = ("takes_items", "takes_articles", "takes_solutions")
            values["typed"] = {
                **{name: value for name, value in form.items() if isinstance(value, str)},
                **{name: bool(form.get(name)) for name in kinds},
                **{name: [int(one) for one in lists(name) if one.isdecimal()] for name in ("classes", "langs")},
            }
        values.update(errors=errors or {}, preview=preview, page_name="library_alert")
        return self._library_page("library_crm.portal_my_alert", values, status)
