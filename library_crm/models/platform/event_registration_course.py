from odoo import api, fields, models
from odoo.fields import Domain


class EventRegistration(models.Model):
    """A patron's place in a course: a seat, or a place in the waiting list; attended, it may say a level."""

    _inherit = "event.registration"

    # written when a place is given and not computed: where two records of one person join, each row moves by itself
    library_patron_id = fields.Many2one(
        "library.patron", string="Patron", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    library_waiting_since = fields.Datetime("Waiting since", readonly=True, copy=False)
    has_certificate = fields.Boolean(
        "Certificate", compute="_compute_has_certificate",
        help="Attended, and passed the quiz where the course has one.",
    )

    _library_once = models.UniqueIndex(
        "(event_id, library_patron_id) WHERE library_patron_id IS NOT NULL AND active AND state <> 'cancel'",
        "This patron has a place in that course already.",
    )

    @api.model
    def _domain_library_waiting(self):
        """Who waits for a seat."""
        return Domain("state", "=", "draft") & Domain("library_waiting_since", "!=", False)

    @api.model
    def _library_patrons_of(self, partner_ids):
        """{contact id: patron id} of those contacts who are patrons."""
        # sudo: which patron a contact is; who may see the patron is asked when it is opened
        found = self.env["library.patron"].sudo().with_context(active_test=False).search(
            [("partner_id", "in", list(partner_ids))]
        )
        return {patron.partner_id.id: patron.id for patron in found}

    def _library_link_patrons(self):
        """Say which patron each place belongs to; of two live places of one patron in a course, the first has it."""
        ours = self.filtered("event_id.is_library_course").sorted("id")
        patrons = self._library_patrons_of(ours.partner_id.ids)
        taken = {
            (one.event_id.id, one.library_patron_id.id)
            for one in self.search([("event_id", "in", ours.event_id.ids), ("state", "!=", "cancel")]) - ours
        }
        for registration in ours:
            patron_id = patrons.get(registration.partner_id.id)
            place = (registration.event_id.id, patron_id)
            registration.library_patron_id = False if place in taken else patron_id
            if registration.state != "cancel" and registration.active:
                taken.add(place)

    @api.depends("state", "event_id.library_quiz_id", "partner_id")
    def _compute_has_certificate(self):
        quizzes = self.event_id.library_quiz_id
        # sudo: whether the quiz of the course was passed, and nothing of what was answered
        passed = {
            (row.survey_id.id, row.partner_id.id) for row in self.env["survey.user_input"].sudo().search([
                ("survey_id", "in", quizzes.ids), ("partner_id", "in", self.partner_id.ids), ("state", "=", "done"),
                ("scoring_success", "=", True), ("test_entry", "=", False),
            ])
        }
        for registration in self:
            quiz = registration.event_id.library_quiz_id
            has_attended = registration.state == "done" and registration.event_id.is_library_course
            has_passed = not quiz or (quiz.id, registration.partner_id.id) in passed
            registration.has_certificate = has_attended and has_passed

    @api.model_create_multi
    def create(self, vals_list):
        """Seats of our courses are given in turn, whoever gives them."""
        events = self.env["event.event"].browse({vals["event_id"] for vals in vals_list if vals.get("event_id")})
        # sudo: a counter on the course that nobody reads
        courses_sudo = events.sudo().filtered("is_library_course")
        if courses_sudo:
            courses_sudo._library_take_turn()
            patrons = self._library_patrons_of({vals["partner_id"] for vals in vals_list if vals.get("partner_id")})
            vals_list = [
                {**vals, "library_patron_id": patrons.get(vals.get("partner_id"))}
                if vals.get("event_id") in courses_sudo.ids else vals for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """A seat that is freed goes to the next in turn; attendance says a level, and taken back takes it back."""
        before = {registration.id: registration.state for registration in self} if "state" in vals else {}
        events_sudo = self.event_id.sudo().filtered("is_library_course")  # sudo: seats of the courses at hand
        if {"state", "active", "event_id"} & set(vals):
            events_sudo._library_take_turn()
        if vals.get("state") in ("open", "done"):
            vals = {**vals, "library_waiting_since": False}
        result = super().write(vals)
        ours = self.filtered("event_id.is_library_course")
        if {"partner_id", "event_id"} & set(vals):
            ours._library_link_patrons()
        if vals.get("state") == "cancel" or vals.get("active") is False or "event_id" in vals:
            events_sudo._library_promote()
        if "state" in vals:
            ours.filtered(lambda one: one.state == "done" and before[one.id] != "done")._library_note_attendance()
            ours.filtered(lambda one: one.state != "done" and before[one.id] == "done")._library_take_back()
        return result

    def unlink(self):
        events_sudo = self.event_id.sudo().filtered("is_library_course")  # sudo: seats of the courses at hand
        result = super().unlink()
        events_sudo._library_promote()
        return result

    def _library_note_attendance(self):
        """Write down the level that a course without a quiz leads to; never one below what is known."""
        # sudo: whoever keeps the list of those present says what the course says
        Competency_sudo = self.env["library.competency"].sudo()
        attended = self.filtered(lambda one: one.library_patron_id and not one.event_id.library_quiz_id)
        known = Competency_sudo._newest(attended.library_patron_id.ids)
        rows = []
        for registration in attended:
            levels = known.get(registration.library_patron_id.id, {})
            rows += [
                {"patron_id": registration.library_patron_id.id, "skill_id": target.skill_id.id,
                 "level": max(target.level_to, levels.get(target.skill_id.id, {}).get("librarian", (0, 0))[1]),
                 "source": "librarian", "registration_id": registration.id, "user_id": self.env.uid,
                 "reason": registration.event_id.name}
                for target in registration.event_id.library_target_ids
            ]
        Competency_sudo.create(rows)

    def _library_take_back(self):
        """Somebody was not there after all."""
        # sudo: only what these registrations wrote
        self.env["library.competency"].sudo().search([("registration_id", "in", self.ids)]).unlink()
