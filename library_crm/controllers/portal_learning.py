from odoo import http
from odoo.http import content_disposition, request

from ..lib.form_input import FormRefused
from .portal_common import LibraryPortalPages

PAGE = "/my/learning"
COURSE = f"{PAGE}/course/<int:course_id>"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LibraryLearning(LibraryPortalPages):
    """A patron's own learning: levels with delete, self-check, courses, certificates, and what a service led to."""

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_my_learning(self, **query):
        return self._learning_page(done=query.get("done"))

    @http.route(f"{PAGE}/check", type="http", auth="user", methods=["GET", "POST"], website=True)
    def portal_learning_check(self, **form):
        if request.httprequest.method == "GET":
            return self._learning_page(template="library_crm.portal_my_learning_check")
        try:
            request.env["library.competency"]._portal_self_check(form)
        except FormRefused as refused:
            return self._learning_page(form, refused, "library_crm.portal_my_learning_check")
        return request.redirect_query(PAGE, {"done": "check"})

    @http.route(f"{PAGE}/delete", type="http", auth="user", methods=["POST"], website=True)
    def portal_learning_delete(self, **form):
        request.env["library.competency"]._portal_delete(form)
        return request.redirect_query(PAGE, {"done": "delete"})

    @http.route(f"{PAGE}/impact", type="http", auth="user", methods=["POST"], website=True)
    def portal_learning_impact(self, **form):
        try:
            request.env["library.impact.claim"]._portal_add(form)
        except FormRefused as refused:
            return self._learning_page(form, refused)
        return request.redirect_query(PAGE, {"done": "impact"})

    @http.route(f"{PAGE}/impact/change", type="http", auth="user", methods=["POST"], website=True)
    def portal_learning_impact_change(self, **form):
        request.env["library.impact.claim"]._portal_change(form)
        return request.redirect_query(PAGE, {"done": "change"})

    @http.route(COURSE, type="http", auth="user", methods=["GET"], website=True)
    def portal_learning_course(self, course_id, **query):
        return self._course_page(course_id, done=query.get("done"))

    @http.route(f"{COURSE}/<any(enrol,cancel,quiz):verb>", type="http", auth="user", methods=["POST"], website=True)
    def portal_learning_course_act(self, course_id, verb, **_form):
        course_sudo = request.env["event.event"]._portal_find_course(course_id)
        if not course_sudo:
            return self._library_missing()
        try:
            address = course_sudo._portal_act(verb)
        except FormRefused as refused:
            return self._course_page(course_id, refused=refused)
        page = PAGE if verb == "cancel" else f"{PAGE}/course/{course_sudo.id}"
        return request.redirect(address) if address else request.redirect_query(page, {"done": verb})

    @http.route(f"{PAGE}/certificate/<int:place_id>", type="http", auth="user", methods=["GET"], website=True)
    def portal_learning_certificate(self, place_id, **_query):
        found = request.env["event.registration"]._library_portal_certificate(place_id)
        if not found:
            return self._library_missing()
        headers = [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(found[1]))]
        return request.make_response(found[0], headers)

    @http.route("/library/impact_stories.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def library_impact_stories(self, **_query):
        content = request.env["library.impact.claim"].get_story_file()
        name = content_disposition("impact-stories.xlsx")
        return request.make_response(content, [("Content-Type", WORKBOOK), ("Content-Disposition", name)])

    def _learning_page(self, form=None, refused=None, template="library_crm.portal_my_learning", done=None):
        """The page of the own learning; what was typed stays in its form."""
        Claim = request.env["library.impact.claim"]
        values = {
            **request.env["library.competency"]._portal_learning_values(),
            **request.env["event.event"]._portal_course_values(),
            "claims": Claim._portal_claims(), "kinds": Claim._fields["kind"]._description_selection(request.env),
            "form": {name: text for name, text in (form or {}).items() if isinstance(text, str)},
            "errors": refused.errors if refused else {}, "done": done, "page_name": "library_learning",
        }
        return self._library_page(template, values, refused.status if refused else 200)

    def _course_page(self, course_id, refused=None, done=None):
        course_sudo = request.env["event.event"]._portal_find_course(course_id)
        if not course_sudo:
            return self._library_missing()
        values = {
            **course_sudo._portal_page_values(), "errors": refused.errors if refused else {}, "done": done,
            "page_name": "library_course",
        }
        return self._library_page("library_crm.portal_my_course", values, refused.status if refused else 200)
