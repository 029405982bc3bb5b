from odoo import api, models

from ...const import OUTCOME_LEVELS, QUIET, SETTLED
from ...lib.form_input import FormRefused, clean_text, headline

WORDS_LENGTH = 5000
ITEMS = {"understood": "understood_words", "useful": "useful_words", "new_question": "question_words"}


class LibraryOutcome(models.Model):
    """The patron's three answers, and the need that a new question opens."""

    _inherit = "library.outcome"

    @api.model
    def _take(self, case, form, source):
        """Keep what a patron says of a case; the last answer counts.

        :param case: in sudo mode; that the visitor may speak for its patron was checked before
        :param form: untrusted
        :param source: mail or portal
        :return: the library.outcome, in sudo mode
        :raise FormRefused: when nothing was chosen
        """
        vals = self._read(form)
        if not any(vals[name] for name in ITEMS):
            raise FormRefused({"outcome": self.env._("Please answer at least one of the three questions.")})
        Log = self.env["library.form.log"]
        if not Log._admit({("outcome", case.id): Log._limit("replies_per_case", 15)}):
            raise FormRefused({"form": case._portal_flood_words()}, status=429)
        # two windows with the same page: one after the other
        case.lock_for_update(allow_referencing=True)
        outcome_sudo = self._of_patron(case)
        if outcome_sudo:
            outcome_sudo.write({**vals, "date": self.env.cr.now()})
        else:
            outcome_sudo = outcome_sudo.create({**vals, "case_id": case.id, "source": source})
        outcome_sudo._open_need()
        if form.get("ask"):
            outcome_sudo._ask()
        return outcome_sudo

    @api.model
    def _read(self, form):
        """The six values of a form, those that can be kept."""
        known = dict(OUTCOME_LEVELS)
        vals = {}
        for name, words in ITEMS.items():
            vals[name] = form.get(name) if form.get(name) in known else False
            vals[words] = clean_text(form.get(words), WORDS_LENGTH) or False
        if vals["question_words"] and not vals["new_question"]:
            # who writes a new question has reached one
            vals["new_question"] = "2"
        return vals

    @api.model
    def _of_patron(self, case):
        """What the patron said of a case, in sudo mode."""
        # sudo: the outcome of a case whose patron asks for it, or whose page shows it to the patron
        return self.sudo().search([("case_id", "=", case.id), ("source", "!=", "staff")], limit=1)

    def _open_need(self):
        """The new question is the next need, and the need follows the words as long as nobody works on it."""
        self.ensure_one()
        need, words = self.need_id, self.question_words
        is_free = need and need.state == "stated" and not need.case_ids and not need.restatement
        if words and not need:
            parent = self.case_id.need_ids[:1]
            self.need_id = self.env["library.need"].create({
                "name": headline(words), "statement": words, "patron_id": self.patron_id.id,
                "company_id": self.company_id.id, "service_id": self.service_id.id, "parent_id": parent.id,
                "subject_ids": parent.subject_ids.ids,
            })
        elif words and is_free:
            need.write({"name": headline(words), "statement": words})
        elif is_free:
            need._settle("withdrawn")
            self.need_id = False

    def _ask(self):
        """Open a case for the new question, once; the patron hears that we have it."""
        self.ensure_one()
        need, old = self.need_id, self.case_id
        if not need or need.case_ids or need.state in SETTLED or not self.patron_id:
            return self.env["library.case"]
        case = old.with_context(**QUIET).create({
            "name": need.name, "patron_id": self.patron_id.id, "email_from": old.email_from,
            "service_id": old.service_id.id, "team_id": old.team_id.id, "channel": "portal", "lang": old.lang,
            "need_ids": [(4, need.id)],
        })
        case._portal_post(need.statement, [], self.patron_id.partner_id)
        case._acknowledge()
        return case
