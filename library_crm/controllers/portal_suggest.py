import time

from odoo import http
from odoo.http import request

from ..lib.rate import RateLimit
from .portal_common import LibraryPortalPages

KEEP_SECONDS = 60
SUGGESTIONS = RateLimit(most=40, seconds=60)
ANSWERED = RateLimit(most=10, seconds=60)


class LibrarySuggest(LibraryPortalPages):
    """What is known already, while a question is typed; whoever is content says so and need not send it."""

    @http.route("/library/suggest", type="http", auth="public", methods=["GET"], website=True, sitemap=False,
                readonly=True)  # fmt: skip
    def library_suggest(self, q="", **_query):
        if not SUGGESTIONS.allows(request.httprequest.remote_addr, time.time()):
            return request.make_json_response({"rows": [], "html": ""}, status=429)
        rows = request.env["library.article"]._portal_suggest(q)
        html = request.env["ir.qweb"]._render("library_crm.portal_known_already", {"rows": rows}) if rows else ""
        headers = {"Cache-Control": f"private, max-age={KEEP_SECONDS}", "Vary": "Cookie"}
        return request.make_json_response({"rows": rows, "html": html}, headers=headers)

    @http.route("/library/suggest/answered", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def library_answered(self, article=None, question="", **_form):
        found = request.env["library.article"]._portal_find(article if isinstance(article, str) else "")
        if not found:
            return self._library_missing()
        if ANSWERED.allows(request.httprequest.remote_addr, time.time()):
            found._portal_answered(question)
        return self._library_page("library_crm.portal_answered", {"article": found, "page_name": "library_ask"})
