from odoo import models
from odoo.exceptions import AccessError

from ...const import LESSON_FIELDS
from ...lib.mail_html import html_to_plain
from ...lib.mail_text import new_text
from ...lib.print_style import print_style
from ...lib.redact import redact


class LibraryCase(models.Model):
    """The file of a case on paper, for staff: with the people in it, or without anybody."""

    _inherit = "library.case"

    def _file_values(self, with_identity):
        """What stands in the printed file.

        :param bool with_identity: whether people are named; without, no name, address, telephone or card is in it,
            of patrons, participants and colleagues alike
        :return: dict of name, facts and effort [(label, words)], question, talk and timeline [(moment, who, words)],
            searches (dict of head and rows, or None), delivered (list of str), lessons [(label, words)], style
        :raise AccessError: for whoever is not staff
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only staff print the file of a case."))
        clean = (lambda text: text or "") if with_identity else self._file_cleaner()
        searches = self.workroom_ids._search_appendix() if self.workroom_ids.search_ids else None
        log = self.log_ids[:1]
        labels = log.fields_get(LESSON_FIELDS, ["string"])
        return {
            "name": clean(self.name),
            "number": self.id,
            "house": self.company_id.name,
            "with_identity": with_identity,
            "facts": self._file_facts(with_identity),
            "question": clean("\n".join(filter(None, (
                need.restatement or need.statement or need.name for need in self.need_ids)))),
            "talk": self._file_talk(with_identity, clean),
            "timeline": [
                (self._timeline_moment(when), self._file_who(who, with_identity), clean(what))
                for when, who, what in sorted(self._timeline_events(), key=lambda event: event[0])
            ],
            "searches": searches and {
                "head": searches["head"],
                "rows": [[clean(cell) if isinstance(cell, str) else cell for cell in row] for row in searches["rows"]],
            },
            "delivered": [clean(name) for name in self.solution_ids.mapped("name") + self.article_ids.mapped("name")],
            "effort": self._file_effort(log),
            "lessons": [(labels[name]["string"], clean(log[name])) for name in LESSON_FIELDS if log[name]],
            "style": self._file_style(),
        }

    def _file_cleaner(self):
        """A function that takes everybody out of a text: patron, participants, and colleagues as well."""
        # sudo: the words are taken out of texts, never shown
        case_sudo = self.sudo()
        words = case_sudo._identity_words()
        people = case_sudo.message_ids.author_id | case_sudo.workroom_ids.message_ids.author_id
        people |= (case_sudo.user_id | case_sudo.step_ids.user_id | case_sudo.log_ids.user_ids).partner_id
        searchers, writers = case_sudo.workroom_ids.search_ids.user_id, case_sudo.solution_ids.version_ids.user_id
        people |= (searchers | writers).partner_id
        names = sorted({*words["names"], *filter(None, people.mapped("name"))})
        emails = sorted({*words["emails"], *filter(None, people.mapped("email_normalized"))})
        known = {**words, "names": names, "emails": emails}
        return lambda text: redact(text or "", **known)[0]

    def _file_who(self, who, with_identity):
        """Whoever did something: by name, or by the side on which they stand."""
        sides = {self.env._("Patron"), self.env._("Participant"), self.env._("Clock")}
        return who if with_identity or who in sides else self.env._("Library")

    def _file_facts(self, with_identity):
        _ = self.env._
        found = [
            (_("Service"), self.service_id.name), (_("Team"), self.team_id.name), (_("Stage"), self.stage_id.name),
            (_("Asked"), self._timeline_moment(self.create_date)),
            (_("Closed"), self.date_closed and self._timeline_moment(self.date_closed)),
            (_("Kind of patron"), self.patron_id.type_id.name),
        ]
        if with_identity:
            found += [
                (_("Patron"), self.patron_id.name), (_("Asked from"), self.email_from),
                (_("Participants"), ", ".join(self.participant_ids.mapped("name"))), (_("Owner"), self.user_id.name),
            ]
        return [(label, words) for label, words in found if words]

    def _file_effort(self, log):
        _ = self.env._
        names = {name: dict(log._fields[name]._description_selection(self.env)) for name in ("read_level", "warner")}
        found = [
            (_("Effort (READ)"), names["read_level"].get(log.read_level)),
            (_("Kind (Warner)"), names["warner"].get(log.warner)),
            (_("Minutes"), str(log.minutes) if log else ""),
        ]
        return [(label, words) for label, words in found if words]

    def _file_talk(self, with_identity, clean):
        """[(moment, who, words)] of the conversation, without quotes."""
        found = []
        for message in self._conversation().sorted(lambda message: (message.date, message.id)):
            body = str(message.body or "")
            staff = self._is_from_staff(message) or message.message_type == "auto_comment"
            side = self.env._("Library") if staff else self.env._("Patron")
            name = message.author_id.name or message.email_from
            words = (html_to_plain(body) if staff else new_text(None, body).fresh or html_to_plain(body)).strip()
            found.append((self._timeline_moment(message.date), name if with_identity and name else side, clean(words)))
        return found

    def _file_style(self):
        """The page's language and faces."""
        return print_style(self.env.lang)

    def _file_name(self, with_identity):
        """Under which the file is saved; without identity it is a number and nothing else."""
        return self.env._("Case %(number)s", number=self.id) if with_identity else self.env._(
            "Case %(number)s without identity", number=self.id)
