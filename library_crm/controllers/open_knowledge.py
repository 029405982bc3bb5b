import uuid

from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused

CACHE = "public, max-age=600"


class LibraryOpenKnowledge(http.Controller):
    """What other web sites take from us: a feed, and a form and a search box inside their own pages."""

    @http.route("/library/knowledge.atom", type="http", auth="public", methods=["GET"], save_session=False)
    def knowledge_feed(self, **query):
        feed = request.env["library.article"]._open_feed(query)
        return request.make_response(
            feed, [("Content-Type", "application/atom+xml; charset=utf-8"), ("Cache-Control", CACHE)]
        )

    @http.route("/library/embed.js", type="http", auth="public", methods=["GET"], save_session=False)
    def embed_script(self, **_query):
        script = request.env["library.embed"]._get_script()
        if not script:
            raise request.not_found()
        return request.make_response(script, [("Content-Type", "text/javascript; charset=utf-8"),
                                              ("Cache-Control", CACHE)])  # fmt: skip

    @http.route("/library/embed/<any(ask,search):what>", type="http", auth="public", methods=["GET"],
                save_session=False)  # fmt: skip
    def embed(self, what, lang=None, **_query):
        return self._embed_page(what, lang, {"form_key": uuid.uuid4().hex})

    # csrf: the form never acts for a session, but always as a visitor without one; see library.case._open_submit
    @http.route("/library/embed/ask", type="http", auth="public", methods=["POST"], csrf=False, save_session=False)
    def embed_send(self, lang=None, **form):
        Embed, errors, status, case_sudo = request.env["library.embed"], {}, 200, None
        if not Embed._get_origins():
            raise request.not_found()
        try:
            case_sudo = request.env["library.case"]._open_submit(form, request.httprequest.remote_addr, lang)
        except FormRefused as refused:
            errors, status = refused.errors, refused.status
        return self._embed_page("ask" if errors else "sent", lang, form, errors, status, case_sudo)

    def _embed_page(self, what, lang, form, errors=None, status=200, case=None):
        Embed = request.env["library.embed"]
        if not Embed._get_origins():
            raise request.not_found()
        html = Embed._render(what, lang, form, errors or {}, case)
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", Embed._get_policy()),
                   ("Referrer-Policy", "no-referrer")]  # fmt: skip
        response = request.make_response(html, headers)
        response.status_code = status
        return response
