import re

from odoo import api, models

from ...lib.redact import LABELS, LABELS_ZH, redact

HIDDEN = dict.fromkeys(LABELS, "…")
"""What stands in the index where a person was: a sign that is no word, so that nobody is found by it."""
_LABEL = re.compile("|".join(map(re.escape, {*LABELS.values(), *LABELS_ZH.values()})))
TEXT_LIMIT = 4000
"""Characters of a question that are indexed: what comes later in a long mail is seldom the question."""
IDENTITY_FIELDS = {"name", "patron_id", "need_ids", "participant_ids", "active", "lang"}


class LibraryCase(models.Model):
    """Open questions in the search index, without the people who asked them.

    Cases are not indexed when they are made: that would make the mail gateway wait. `_index_new_cases` fetches the
    newest up before somebody looks, the scheduled action the rest.
    """

    _inherit = "library.case"

    _search_is_question = True

    def _search_document_values(self):
        """What the index has to know of this case; see the search mixin."""
        self.fetch(["name", "lang", "company_id", "need_ids"])
        needs = self.need_ids
        needs.fetch(["statement", "restatement", "subject_ids"])
        said = "\n".join(filter(None, (need.restatement or need.statement for need in needs)))
        name, text = self._without_people([self.name, said])
        return {
            "title": name or "…",
            "text": text,
            "words": "",
            "lang": self.lang,
            "visibility": "staff",
            "company_id": self.company_id.id,
            "subject_ids": needs.subject_ids.ids,
        }

    def _without_people(self, texts):
        """Each of `texts` without the people of these cases, and without what looks personal."""
        words = self._identity_words()
        clean = [redact((text or "")[:TEXT_LIMIT], labels=HIDDEN, **words)[0] for text in texts]
        # what was taken out before is no word either
        return [_LABEL.sub("…", text) for text in clean]

    def _prepare_log(self):
        """Everybody of the institution reads logs, so their title names nobody either."""
        return super()._prepare_log() | {"name": self._remove_identity(self.name)}

    # The index follows

    def write(self, vals):
        result = super().write(vals)
        if not IDENTITY_FIELDS.isdisjoint(vals):
            self._mark_asked()
        return result

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        # sudo: rows of the index, of records that are gone
        self.env["library.search.document"].sudo()._forget("library.case", ids)
        return result

    def _close(self, resolution, unmet_reason=False, lacks=False):
        logs = super()._close(resolution, unmet_reason=unmet_reason, lacks=lacks)
        self._mark_asked()
        return logs

    def _reopen(self):
        result = super()._reopen()
        self._mark_asked()
        return result

    def _mark_asked(self):
        """Have the questions indexed anew when the transaction commits."""
        self.env["library.search.document"]._mark_changed(self)


class LibraryCaseParticipant(models.Model):
    """Whoever takes part is taken out of the question."""

    _inherit = "library.case.participant"

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        # sudo: rows of the index; they come back without the new names. One statement, for the mail gateway's sake
        self.env["library.search.document"].sudo()._forget("library.case", people.case_id.ids)
        return people


class LibraryNeed(models.Model):
    """A question that was understood better is found by the better words."""

    _inherit = "library.need"

    def write(self, vals):
        result = super().write(vals)
        if not {"statement", "restatement", "subject_ids"}.isdisjoint(vals):
            # sudo: marks the cases that this need is asked in, whoever leads them
            self.sudo().case_ids._mark_asked()
        return result
