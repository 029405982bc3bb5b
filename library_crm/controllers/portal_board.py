from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/library/board"


class LibraryBoard(LibraryPortalPages):
    """The board: everybody reads it; patrons who took a name ask and answer; pages get plain values only."""

    @http.route(PAGE, type="http", auth="public", methods=["GET"], website=True)
    def portal_board(self, **query):
        values = request.env["library.insight.room"]._board_values(query)
        return self._library_page(
            "library_crm.portal_board", {**values, "done": query.get("done"), "page_name": "library_board"})

    @http.route(f"{PAGE}/ask", type="http", auth="user", methods=["GET"], website=True)
    def portal_board_ask(self, **query):
        return self._board_ask_page(done=query.get("done"))

    @http.route(f"{PAGE}/ask", type="http", auth="user", methods=["POST"], website=True)
    def portal_board_ask_send(self, **form):
        try:
            post_sudo = request.env["library.insight"]._board_ask(form)
        except FormRefused as refused:
            return self._board_ask_page(form, refused.errors, refused.status)
        return request.redirect_query(f"{PAGE}/{post_sudo.id}", {"done": post_sudo.moderation})

    @http.route(f"{PAGE}/join", type="http", auth="user", methods=["POST"], website=True)
    def portal_board_join(self, **form):
        try:
            request.env["library.insight.alias"]._portal_join(form)
        except FormRefused as refused:
            return self._board_ask_page(form, refused.errors, refused.status)
        return request.redirect_query(f"{PAGE}/ask", {"done": "joined"})

    @http.route(f"{PAGE}/<int:post_id>", type="http", auth="public", methods=["GET"], website=True)
    def portal_board_post(self, post_id, **query):
        return self._board_page(post_id, done=query.get("done"))

    @http.route(f"{PAGE}/<int:post_id>/<any(reply,helped,withdraw,accept,follow):verb>", type="http", auth="user",
                methods=["POST"], website=True)  # fmt: skip
    def portal_board_say(self, post_id, verb, **form):
        try:
            done = request.env["library.insight"]._board_say(post_id, verb, form)
        except FormRefused as refused:
            return self._board_page(post_id, form, refused.errors, refused.status)
        if not done:
            return self._library_missing()
        page = PAGE if done == "withdrawn" else f"{PAGE}/{post_id}"
        return request.redirect_query(page, {"done": done})

    @http.route(f"{PAGE}/consent/<int:proposal_id>/<string:signature>", type="http", auth="public", methods=["GET"],
                website=True, sitemap=False)  # fmt: skip
    def portal_board_consent(self, proposal_id, signature, **_query):
        return self._consent_page(proposal_id, signature)

    @http.route(f"{PAGE}/consent/<int:proposal_id>/<string:signature>", type="http", auth="public", methods=["POST"],
                website=True, sitemap=False)  # fmt: skip
    def portal_board_consent_send(self, proposal_id, signature, **form):
        request.env["library.board.proposal"]._portal_answer(proposal_id, signature, form)
        return request.redirect(f"{PAGE}/consent/{proposal_id}/{signature}")

    def _board_ask_page(self, form=None, errors=None, status=200, done=None):
        values = request.env["library.insight.room"]._board_values({})
        return self._library_page(
            "library_crm.portal_board_ask",
            {**values, "form": form or {}, "errors": errors or {}, "done": done, "page_name": "library_board_ask"},
            status,
        )

    def _board_page(self, post_id, form=None, errors=None, status=200, done=None):
        post_sudo, alias_sudo = request.env["library.insight"]._board_post_of(post_id)
        if not post_sudo:
            return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
        values = post_sudo._board_post_values(alias_sudo)
        return self._library_page(
            "library_crm.portal_board_post",
            {**values, "form": form or {}, "errors": errors or {}, "done": done, "page_name": "library_board_post"},
            status,
        )

    def _consent_page(self, proposal_id, signature):
        proposal_sudo = request.env["library.board.proposal"]._portal_find(proposal_id, signature)
        if not proposal_sudo:
            return self._library_page("library_crm.portal_missing", {"page_name": "library_missing"}, status=404)
        values = proposal_sudo._portal_values(signature)
        return self._library_page("library_crm.portal_board_consent", {**values, "page_name": "library_board_consent"})
