from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_datetime

TRACKED = ("stage_id", "team_id", "user_id")


class LibraryCase(models.Model):
    """The story of a case, told by what happened: nobody types it, and it names no patron."""

    _inherit = "library.case"

    def _render_timeline(self, messages, steps):
        """All events in their order as a list: when, who, what."""
        events = sorted(self._timeline_events(messages, steps), key=lambda event: event[0])
        rows = Markup().join(
            Markup("<li>%s · %s: %s</li>") % (self._timeline_moment(when), who, self._remove_identity(what))
            for when, who, what in events
        )
        return Markup("<ul>%s</ul>") % rows

    def _timeline_moment(self, moment):
        return format_datetime(self.env, moment, tz=self.team_id._get_calendar().tz or "UTC",
                               dt_format="yyyy-MM-dd HH:mm")

    def _timeline_events(self, messages=None, steps=None):
        """[(moment, who, what)] of everything that is on record.

        :param messages: the conversation, when it is at hand
        :param steps: library.case.step, when at hand
        """
        self.ensure_one()
        # sudo: parts of all teams that took part; the patron is named nowhere
        case_sudo = self.sudo()
        messages = self._conversation() if messages is None else messages
        steps = case_sudo.step_ids if steps is None else steps
        found = [(self.create_date, self.env._("Patron"), self.env._("asked"))]
        found += case_sudo._events_of_messages(messages.sudo()) + case_sudo._events_of_changes()
        found += case_sudo._events_of_work(steps.sudo()) + case_sudo._events_of_clock() + case_sudo._events_of_parts()
        return found

    def _events_of_messages(self, messages):
        _, found = self.env._, []
        for message in messages:
            if message.message_type == "auto_comment":
                found.append((message.date, _("Library"), _("acknowledged")))
            elif self._is_from_staff(message):
                found.append((message.date, message.author_id.name, _("answered")))
            else:
                is_patron = not message.author_id or message.author_id == self.partner_id
                found.append((message.date, _("Patron") if is_patron else _("Participant"), _("wrote")))
        return found

    def _events_of_changes(self):
        """Stages, hand-overs and owners, from the record that the case keeps of its changes."""
        values = self.env["mail.tracking.value"].search(
            [("mail_message_id.model", "=", self._name), ("mail_message_id.res_id", "=", self.id),
             ("field_id.name", "in", TRACKED)])
        found = []
        for value in values:
            name = value.field_id.name
            record = self.env[self._fields[name].comodel_name].browse(value.new_value_integer).exists()
            what = {
                "stage_id": self.env._("Stage: %(name)s", name=record.name or "–"),
                "team_id": self.env._("Handed over to %(name)s", name=record.name or "–"),
                "user_id": self.env._("Owner: %(name)s", name=record.name or "–"),
            }[name]
            author = value.mail_message_id.author_id
            who = author.name if author and not author.partner_share else self.env._("Library")
            found.append((value.mail_message_id.date, who, what))
        return found

    def _events_of_work(self, steps):
        """Steps with their minutes, searches with what they brought, requests to partner libraries."""
        _ = self.env._
        states = dict(steps._fields["state"]._description_selection(self.env))
        found = [
            (step.date_done or step.write_date, step.team_id.name,
             _("%(step)s: %(state)s, %(minutes)s min", step=step.name, state=states[step.state], minutes=step.minutes))
            for step in steps if step.state in ("done", "skipped")
        ]
        found += [
            (search.date, search.user_id.name,
             _("searched %(place)s: %(hits)s hits, %(kept)s kept", place=search.source, hits=search.hits,
               kept=search.kept))
            for search in self.workroom_ids.search_ids
        ]
        for referral in self.referral_ids:
            partner = referral.resource_id.name
            if referral.date_sent:
                found.append((referral.date_sent, referral.team_id.name or self.team_id.name,
                              _("asked %(partner)s", partner=partner)))
            if referral.date_answered:
                found.append((referral.date_answered, partner, _("answered our request")))
        return found

    def _events_of_clock(self):
        """When the clock stood and when it ran, with the minutes of opening that passed."""
        names = dict(self.segment_ids._fields["reason"]._description_selection(self.env))
        return [
            (segment.date_start, self.env._("Clock"),
             self.env._("%(reason)s (%(minutes)s min of opening)", reason=names[segment.reason],
                        minutes=round(segment.minutes)))
            for segment in self.segment_ids if not segment.step_id
        ]

    def _events_of_parts(self):
        """Versions of what was delivered, merges and splits."""
        _ = self.env._
        found = [
            (version.date, version.user_id.name or _("Library"),
             _("version %(number)s of “%(name)s”", number=version.number, name=version.solution_id.name))
            for version in self.solution_ids.version_ids
        ]
        found += [(part.date_merged, _("Library"), _("merged with case %(number)s", number=part.id))
                  for part in self.merged_ids]
        found += [(part.create_date, _("Library"), _("split off case %(number)s", number=part.id))
                  for part in self.split_ids]
        if self.date_closed:
            found.append((self.date_closed, _("Library"), _("closed")))
        return [event for event in found if event[0]]


class LibraryServiceLog(models.Model):
    _inherit = "library.service.log"

    source_count = fields.Integer("Sources", readonly=True, help="Different sources that were searched or cited.")
    search_log_count = fields.Integer("Searches", readonly=True)
    version_count = fields.Integer("Versions delivered", readonly=True)
