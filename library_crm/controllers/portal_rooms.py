from odoo import http
from odoo.http import request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/rooms"


class LibraryRooms(LibraryPortalPages):
    """The rooms: patrons who took a name read and write there; pages get plain values only."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_my_rooms(self, **query):
        return self._rooms_page(done=query.get("done"))

    @http.route(f"{PAGE}/join", type="http", auth="user", methods=["POST"], website=True)
    def portal_rooms_join(self, **form):
        try:
            request.env["library.insight.alias"]._portal_join(form)
        except FormRefused as refused:
            return self._rooms_page(form, refused.errors, refused.status)
        return request.redirect_query(f"{PAGE}/tip" if form.get("tip") else PAGE, {"done": "joined"})

    @http.route(f"{PAGE}/leave", type="http", auth="user", methods=["POST"], website=True)
    def portal_rooms_leave(self, **form):
        request.env["library.insight.alias"]._portal_own()._leave(take_away=form.get("take_away") == "on")
        return request.redirect_query(PAGE, {"done": "left"})

    @http.route(f"{PAGE}/tip", type="http", auth="user", methods=["GET"], website=True)
    def portal_rooms_tip(self, **query):
        return self._rooms_page(template="library_crm.portal_room_tip", done=query.get("done"))

    @http.route(f"{PAGE}/<int:room_id>", type="http", auth="user", methods=["GET"], website=True)
    def portal_room(self, room_id, **query):
        return self._room_page(room_id, query)

    @http.route(f"{PAGE}/post", type="http", auth="user", methods=["POST"], website=True)
    def portal_room_post(self, room_id=None, **form):
        room_sudo, alias_sudo = request.env["library.insight.room"]._portal_room(room_id)
        if not room_sudo:
            return self._library_missing()
        try:
            post_sudo = request.env["library.insight"]._portal_write_post(form, room_sudo, alias_sudo)
        except FormRefused as refused:
            return self._room_page(room_sudo.id, form, refused.errors, refused.status)
        return request.redirect_query(f"{PAGE}/post/{post_sudo.id}", {"done": post_sudo.moderation})

    @http.route(f"{PAGE}/post/<int:post_id>", type="http", auth="user", methods=["GET"], website=True)
    def portal_post(self, post_id, **query):
        return self._post_page(post_id, done=query.get("done"))

    @http.route(f"{PAGE}/post/<int:post_id>/<any(reply,helped,withdraw,accept):verb>", type="http", auth="user",
                methods=["POST"], website=True)  # fmt: skip
    def portal_post_say(self, post_id, verb, **form):
        try:
            done = request.env["library.insight"]._portal_say(post_id, verb, form)
        except FormRefused as refused:
            return self._post_page(post_id, form, refused.errors, refused.status)
        if not done:
            return self._library_missing()
        if done == "withdrawn":
            return request.redirect_query(PAGE, {"done": done})
        return request.redirect_query(f"{PAGE}/post/{post_id}", {"done": done})

    def _rooms_page(self, form=None, errors=None, status=200, done=None, template=None):
        values = request.env["library.insight.room"]._portal_rooms_values()
        is_tip = bool(template) or (form or {}).get("tip")
        return self._library_page(
            "library_crm.portal_room_tip" if is_tip else "library_crm.portal_my_rooms",
            {**values, "form": form or {}, "errors": errors or {}, "done": done, "page_name": "library_rooms"},
            status,
        )

    def _room_page(self, room_id, query, errors=None, status=200):
        room_sudo, alias_sudo = request.env["library.insight.room"]._portal_room(room_id)
        if not room_sudo:
            return self._library_missing()
        values = room_sudo._portal_room_values(alias_sudo, {} if errors else query)
        return self._library_page(
            "library_crm.portal_room",
            {**values, "form": query if errors else {}, "errors": errors or {}, "page_name": "library_room"},
            status,
        )

    def _post_page(self, post_id, form=None, errors=None, status=200, done=None):
        post_sudo, alias_sudo = request.env["library.insight"]._portal_post_of(post_id)
        if not post_sudo:
            return self._library_missing()
        values = post_sudo._portal_post_values(alias_sudo)
        return self._library_page(
            "library_crm.portal_room_post",
            {**values, "form": form or {}, "errors": errors or {}, "done": done, "page_name": "library_room_post"},
            status,
        )
