from markupsafe import Markup

from odoo import fields, models

from ...const import LESSON_FIELDS, READ_MINUTES, WARNER_OF_READ


class LibraryCase(models.Model):
    """The log of a case, built from what happened."""

    _inherit = "library.case"

    def _build_logs(self):
        """Make or renew the log of each case from what happened; what people wrote into it is kept."""
        Log = self.env["library.service.log"]
        logs = Log.browse()
        for case in self:
            values = case._prepare_log()
            log = Log.search([("case_id", "=", case.id)], limit=1)
            if log:
                kept = {name: value for name, value in values.items() if name not in LESSON_FIELDS or not log[name]}
                log.write(kept)
            else:
                log = Log.create(values)
            case.write({"read_level": log.read_level, "minutes": log.minutes})
            logs |= log
        return logs

    def _prepare_log(self):
        self.ensure_one()
        messages = self._conversation()
        steps = self.step_ids
        answers = messages.filtered(lambda message: self._is_from_staff(message))
        minutes = sum(steps.mapped("minutes")) or self.minutes
        read_level = self.read_level or self._propose_read(len(answers), minutes)
        return {
            "name": self.name,
            "case_id": self.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "date": self.date_closed or fields.Datetime.now(),
            "user_ids": [fields.Command.set((self.user_id | steps.user_id | answers.author_id.user_ids).ids)],
            "problem": self._question_without_identity(),
            "solution": ", ".join((self.solution_ids.mapped("name")) + (self.article_ids.mapped("name"))) or False,
            "timeline": self._render_timeline(messages, steps),
            "mail_in_count": len(messages) - len(answers),
            "mail_out_count": len(answers),
            "minutes": minutes or READ_MINUTES[read_level],
            "read_level": read_level,
            "warner": WARNER_OF_READ[read_level],
            "resolution": self.resolution,
        }

    def _conversation(self):
        """The messages that patron and staff exchanged, oldest first."""
        return self.message_ids.filtered(
            lambda message: message.message_type in ("comment", "email", "auto_comment") and not message.is_internal
        ).sorted("date")

    def _is_from_staff(self, message):
        """Whether a member of staff wrote this message."""
        return message.message_type == "comment" and message.author_id and not message.author_id.partner_share

    def _propose_read(self, answer_count, minutes):
        """A READ level from facts: minutes where timed, else answers, steps, teams and solutions."""
        if minutes:
            limits = [(level, READ_MINUTES[level]) for level in ("1", "2", "3", "4", "5")]
            return next((level for level, limit in limits if minutes <= limit), "6")
        effort = answer_count + len(self.step_ids) + 2 * len(self.contributing_team_ids) + 2 * len(self.solution_ids)
        return next(level for level, limit in (("2", 1), ("3", 2), ("4", 4), ("5", 8), ("6", 10**6)) if effort <= limit)

    def _render_timeline(self, messages, steps):
        """The events as a list without the patron's name: when, who by role, what."""
        patron, staff = self.env._("Patron"), self.env._("Library")
        events = [
            (message.date, staff if self._is_from_staff(message) or message.message_type == "auto_comment" else patron,
             message.message_type == "auto_comment" and self.env._("acknowledged") or self.env._("wrote"))
            for message in messages
        ]
        events += [
            (step.date_done or step.write_date, step.team_id.name, step.name)
            for step in steps
            if step.state in ("done", "skipped")
        ]
        rows = Markup().join(
            Markup("<li>%s · %s: %s</li>") % (fields.Datetime.to_string(when)[:16], who, what)
            for when, who, what in sorted(events, key=lambda event: event[0])
        )
        return Markup("<ul>%s</ul>") % rows
