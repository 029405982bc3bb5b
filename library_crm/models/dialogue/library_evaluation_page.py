from odoo import api, fields, models

from ...const import EVALUATION_OPEN
from ...lib.form_input import FormRefused, headline

CHANGE_DAYS = 30
SHORTEST_TOKEN = 16
SUBJECT_LENGTH = 40
"""So many letters of a subject stand on a page that somebody else may have been sent."""


class LibraryEvaluationInvitation(models.Model):
    """The page behind the link in a mail: it shows no person, and only a form that is sent changes anything."""

    _inherit = "library.evaluation.invitation"

    @api.model
    def _portal_find_token(self, token):
        """The invitation that a link opens, in sudo mode; an empty one when the link is wrong or has ended."""
        Invitation_sudo = self.sudo()  # sudo: handed out for its own secret only
        if not isinstance(token, str) or not token.isascii() or len(token) < SHORTEST_TOKEN:
            return Invitation_sudo.browse()
        found = Invitation_sudo.search([("token", "=", token), ("patron_id", "!=", False)], limit=1)
        return found if found and found._link_holds() else found.browse()

    def _link_holds(self):
        """Whether this invitation can be answered, or its answer changed, now."""
        now = self.env.cr.now()
        if self.state == "answered":
            return self.date_answered > fields.Datetime.subtract(now, days=CHANGE_DAYS)
        return self.state in EVALUATION_OPEN and bool(self.date_expires and self.date_expires > now)

    def _portal_page(self):
        """What the page of this invitation shows.

        :return: (xmlid of the template, its values)
        """
        self.ensure_one()
        template, values = getattr(self, f"_answer_page_{self.instrument}")()
        return template, {
            "invitation": self, "is_answered": self.state == "answered", "subject_words": self._subject_words(),
            "action": f"/library/answer/{self.token}", "page_name": "library_answer", **values,
        }

    def _subject_words(self):
        """The first words of what was asked about; a forwarded link shows no more than these."""
        return headline(self.case_id.name or "", SUBJECT_LENGTH)

    def _portal_take(self, form):
        """Keep what a form says; the last one counts, and there is one answer for each item.

        :param form: untrusted
        :raise FormRefused: with a sentence for the visitor
        """
        self.ensure_one()
        # two windows with the same link: one after the other
        self.lock_for_update(allow_referencing=True)
        if not self._link_holds():
            raise FormRefused({"form": self.env._("This link has ended.")}, status=404)
        getattr(self, f"_take_answer_{self.instrument}")(form)
        self._note_answered()

    def _note_answered(self):
        """These people have answered; how long they may change it counts from the first time."""
        for invitation in self:
            invitation.write({
                "state": "answered", "date_answered": invitation.date_answered or self.env.cr.now(),
            })

    def _keep(self, values):
        """Keep answers to items, each once.

        :param values: {item: value or (value, words)}
        """
        self.ensure_one()
        known = {answer.item: answer for answer in self.answer_ids}
        for item, given in values.items():
            value, words = given if isinstance(given, tuple) else (given, False)
            row = {"value": value, "text": words, "date": self.env.cr.now()}
            if item in known:
                known[item].write(row)
            else:
                self.env["library.evaluation.answer"].create({"invitation_id": self.id, "item": item, **row})

    def _given(self):
        """{item: value} and {item: words} of what was answered so far."""
        self.ensure_one()
        return (
            {answer.item: answer.value for answer in self.answer_ids},
            {answer.item: answer.text or "" for answer in self.answer_ids},
        )
