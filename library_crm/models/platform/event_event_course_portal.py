from odoo import api, models
from odoo.fields import Datetime, Domain
from odoo.tools import format_time

from ...lib.form_input import FormRefused, as_id


class EventEvent(models.Model):
    """Courses as patrons find them: what is open, what closes a gap of theirs, and what they do there."""

    _inherit = "event.event"

    @api.model
    def _domain_library_shown(self):
        """Courses that a patron can still take a seat in."""
        # sudo in callers: the visitor's institution, and those of nobody in particular
        return (
            Domain("is_library_course", "=", True) & Domain("date_begin", ">", self.env.cr.now())
            & Domain("company_id", "in", [self.env.company.id, False]) & Domain("stage_id.pipe_end", "=", False)
        )

    @api.model
    def _portal_course_values(self):
        """Open courses, the visitor's places, and the certificates."""
        patron_sudo = self.env["library.competency"]._portal_patron()
        # sudo: what the library offers to all its patrons, and the visitor's own places
        courses_sudo = self.sudo().search(self._domain_library_shown(), order="date_begin, id")
        Registration_sudo = self.env["event.registration"].sudo()
        own_sudo = Registration_sudo.search([
            ("library_patron_id", "=", patron_sudo.id), ("state", "!=", "cancel"),
        ]) if patron_sudo else Registration_sudo.browse()
        places = {registration.event_id.id: registration for registration in own_sudo}
        # sudo: the visitor's own levels
        profile = {row["id"]: row["level"] for row in self.env["library.competency"].sudo()._profile(patron_sudo)}
        rows = [course._portal_course_row(places.get(course.id), profile) for course in courses_sudo]
        past = own_sudo.filtered(lambda one: one.event_id not in courses_sudo)
        return {
            "courses": sorted(
                rows, key=lambda row: (not row["place"], not row["closes_gap"], row["course"].date_begin)
            ),
            "past": [{"place": one, "course": one.event_id, "quiz": one.event_id.library_quiz_id} for one in past],
        }

    def _portal_course_row(self, place, profile):
        """What a page says of one course."""
        self.ensure_one()
        gaps = [
            target for target in self.library_target_ids
            if profile.get(target.skill_id.id) is not None
            and target.level_from <= profile[target.skill_id.id] < target.level_to
        ]
        article = self.library_article_id
        return {
            "course": self, "place": place, "closes_gap": bool(gaps), "has_seat": self._library_has_seat(),
            "seats": self.seats_available if self.seats_limited and self.seats_max else None,
            "when": self._library_when(), "where": self._library_where(),
            "targets": self.library_target_ids, "trainers": self.library_trainer_ids.mapped("name"),
            "article_url": article.access_url
            if article and article.with_user(self.env.user).sudo(False).has_access("read") else None,
            "quiz": self.library_quiz_id,
        }

    def _library_when(self):
        """Day and hours of the course, at its own place, in the reader's words."""
        self.ensure_one()
        lang, zone = self.env.lang or "en_US", self.date_tz or "UTC"
        times = [
            format_time(self.env, moment, tz=zone, time_format="HH:mm", lang_code=lang)
            for moment in (self.date_begin, self.date_end)
        ]
        start, stop = (
            self.env["library.portal.mixin"]._portal_day(Datetime.context_timestamp(self.with_context(tz=zone), moment))
            for moment in (self.date_begin, self.date_end)
        )
        if start == stop:
            return self.env._("%(day)s, %(start)s to %(stop)s", day=start, start=times[0], stop=times[1])
        return self.env._(
            "%(first)s, %(start)s to %(last)s, %(stop)s", first=start, start=times[0], last=stop, stop=times[1]
        )

    def _library_where(self):
        """Name and street of the place, in one line."""
        place_sudo = self.address_id.sudo()  # sudo: the address that the course announces
        return ", ".join(part for part in (place_sudo.name, place_sudo.street, place_sudo.city) if part)

    @api.model
    def _portal_find_course(self, course_id):
        """A course that the visitor may see: it is open, or the visitor has a place in it. In sudo mode."""
        patron_sudo = self.env["library.competency"]._portal_patron()
        # sudo: shown only if it is on offer or the visitor's own
        course_sudo = self.sudo().search([("id", "=", as_id(course_id)), ("is_library_course", "=", True)])
        if not course_sudo:
            return course_sudo
        if course_sudo.filtered_domain(self._domain_library_shown()) or course_sudo._portal_place(patron_sudo):
            return course_sudo
        return course_sudo.browse()

    def _portal_place(self, patron_sudo):
        """The place of a patron in this course, or none."""
        self.ensure_one()
        return self.env["event.registration"].sudo().search([  # sudo: the place of this patron alone
            ("event_id", "=", self.id), ("library_patron_id", "=", patron_sudo.id or -1), ("state", "!=", "cancel"),
        ], limit=1)

    def _portal_page_values(self):
        """What the page of one course shows."""
        patron_sudo = self.env["library.competency"]._portal_patron()
        # sudo: the visitor's own levels
        profile = {row["id"]: row["level"] for row in self.env["library.competency"].sudo()._profile(patron_sudo)}
        place = self._portal_place(patron_sudo)
        return {**self._portal_course_row(place, profile), "is_open": self._library_is_open(),
                "has_attended": place.state == "done"}

    def _portal_act(self, verb):
        """Enrol, give a place back, or start the quiz.

        :param verb: enrol, cancel or quiz
        :return: address to go on to, or None
        :raise FormRefused: with a sentence, when it is too late
        """
        self.ensure_one()
        if verb == "quiz":
            return self._portal_start_quiz()
        if not self._library_is_open():
            raise FormRefused({"form": self.env._("This course has begun; please ask us.")})
        patron_sudo = self.env["library.patron"]._portal_own()
        if verb == "enrol":
            self._library_enrol(patron_sudo)
        else:
            self._portal_place(patron_sudo).action_cancel()

    def _portal_start_quiz(self):
        """The quiz of somebody who has a place: the one begun, or a new one."""
        patron_sudo = self.env["library.competency"]._portal_patron()
        place, quiz = self._portal_place(patron_sudo), self.library_quiz_id
        if place.state not in ("open", "done") or not quiz or not quiz.active:
            raise FormRefused({"form": self.env._("There is no quiz for you here.")}, status=404)
        partner = self.env.user.partner_id
        # sudo: the visitor's own answers to the quiz of a course with a place for the visitor
        found = self.env["survey.user_input"].sudo().search([
            ("survey_id", "=", quiz.id), ("partner_id", "=", partner.id), ("test_entry", "=", False),
            ("state", "in", ("new", "in_progress")),
        ], limit=1)
        answer_sudo = found or quiz.sudo()._create_answer(user=self.env.user)
        return answer_sudo.get_start_url()
