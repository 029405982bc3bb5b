from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class EventEvent(models.Model):
    """A course of the library: what it teaches, who is below that, and seats that are given out in turn."""

    _inherit = "event.event"

    is_library_course = fields.Boolean(
        "Course of the library", index=True, help="Patrons find it on the portal, take a seat and wait for one there."
    )
    library_target_ids = fields.One2many("library.course.target", "event_id", string="What it teaches", copy=True)
    library_trainer_ids = fields.Many2many(
        "res.users", "library_event_trainer_rel", "event_id", "user_id", string="Trainers",
        domain=[("share", "=", False)],
    )
    library_article_id = fields.Many2one(
        "library.article", string="Material", index="btree_not_null", ondelete="set null",
        help="The article that those who take part read.",
    )
    library_quiz_id = fields.Many2one(
        "survey.survey", string="Quiz", index="btree_not_null", ondelete="set null",
        domain=[("scoring_type", "!=", "no_scoring")],
        help="With a quiz, its points say which level was reached, and passing it earns the certificate.",
    )
    library_waiting_count = fields.Integer("Waiting for a seat", compute="_compute_library_waiting_count")
    # changed whenever a seat is given or freed, so that two who take the last one meet in the database
    library_turn = fields.Integer(default=0, copy=False, groups="base.group_system")

    @api.depends("registration_ids.state", "registration_ids.library_waiting_since")
    def _compute_library_waiting_count(self):
        counts = dict(self.env["event.registration"]._read_group(
            Domain("event_id", "in", self.ids) & self.env["event.registration"]._domain_library_waiting(),
            ["event_id"], ["__count"],
        ))
        for event in self:
            event.library_waiting_count = counts.get(event._origin, 0)

    def write(self, vals):
        """More seats go to those who wait; an event that becomes a course learns who its guests are."""
        result = super().write(vals)
        if vals.get("is_library_course"):
            self.registration_ids._library_link_patrons()
        if {"seats_max", "seats_limited"} & set(vals):
            self.filtered("is_library_course")._library_promote()
        return result

    # Seats

    def _library_take_turn(self):
        """Let whoever gives or frees a seat of these courses go one after the other.

        A transaction that began before another one's seat was given fails here, and runs again with what is true now.
        """
        if not self:
            return
        self.env["event.registration"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            "UPDATE event_event SET library_turn = coalesce(library_turn, 0) + 1 WHERE id = ANY (%s)",
            [sorted(self.ids)],
        )
        self.invalidate_recordset()

    def _library_has_seat(self):
        """Whether a seat is free now."""
        self.ensure_one()
        return not (self.seats_limited and self.seats_max) or self.seats_available > 0

    def _library_is_open(self):
        """Whether patrons may still take a seat or wait for one."""
        self.ensure_one()
        return self.is_library_course and self.active and self.date_begin > self.env.cr.now()

    def _library_enrol(self, patron):
        """Give a patron a seat, or the last place in the waiting list; who is enrolled stays as they are.

        :param patron: one patron
        :return: the registration
        """
        self.ensure_one()
        self._library_take_turn()
        Registration = self.env["event.registration"]
        live = Registration.search([
            ("event_id", "=", self.id), ("library_patron_id", "=", patron.id), ("state", "!=", "cancel"),
        ], limit=1)
        if live:
            return live
        is_waiting = not self._library_has_seat()
        return Registration.create({
            "event_id": self.id, "partner_id": patron.partner_id.id,
            "state": "draft" if is_waiting else "open",
            "library_waiting_since": self.env.cr.now() if is_waiting else False,
        })

    def _library_promote(self):
        """Give free seats to those who have waited longest; each of them moves up once."""
        Registration = self.env["event.registration"]
        for event in self:
            event._library_take_turn()
            if not event._library_is_open():
                continue
            waiting = Registration.search(
                Domain("event_id", "=", event.id) & Registration._domain_library_waiting(),
                order="library_waiting_since, id",
            )
            for registration in waiting:
                if not event._library_has_seat():
                    break
                registration.write({"state": "open", "library_waiting_since": False})
                event.invalidate_recordset(["seats_available", "seats_reserved"])

    # Who is below what a course teaches

    def _library_gap_patrons(self):
        """Patrons whose level lies below what this course teaches and who could follow it. One statement.

        The level is the newest that a quiz or a librarian says, else the newest that the patron says. Nobody of whom
        nothing is known is among them, and nobody who is enrolled already.

        :return: list of ids
        """
        self.ensure_one()
        for model in ("library.competency", "library.course.target", "event.registration", "library.patron"):
            self.env[model].flush_model()
        return [row[0] for row in self.env.execute_query(SQL(
            """WITH said AS (
                   SELECT DISTINCT ON (c.patron_id, c.skill_id) c.patron_id, c.skill_id, c.level
                     FROM library_competency c JOIN library_course_target t ON t.skill_id = c.skill_id
                    WHERE t.event_id = %(event)s
                    ORDER BY c.patron_id, c.skill_id, (c.source = 'self'), c.date DESC, c.id DESC)
               SELECT p.id FROM library_patron p
                WHERE p.active AND p.is_anonymised IS NOT TRUE AND p.company_id = %(company)s
                  AND EXISTS (SELECT FROM said s JOIN library_course_target t ON t.skill_id = s.skill_id
                               WHERE t.event_id = %(event)s AND s.patron_id = p.id
                                 AND s.level >= t.level_from AND s.level < t.level_to)
                  AND NOT EXISTS (SELECT FROM event_registration r WHERE r.event_id = %(event)s
                                     AND r.partner_id = p.partner_id AND r.state <> 'cancel' AND r.active)
                ORDER BY p.id""",
            event=self.id, company=(self.company_id or self.env.company).id,
        ))]
