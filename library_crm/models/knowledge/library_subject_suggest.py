import re

from odoo import api, fields, models, tools
from odoo.fields import Domain

from ...lib.class_suggest import ClassTable

MOST_TEXTS = 2000
LONGEST = 5000


class LibrarySubject(models.Model):
    """Which classes a text belongs to, with the words that say so."""

    _inherit = "library.subject"

    @api.model
    def _suggest(self, text, limit=3):
        """The classes of a text.

        :return: [(subject, score, words)], best first
        """
        found = self._suggest_many({0: text}, limit)[0]
        return [(self.browse(number), score, words) for number, score, words in found]

    @api.model
    def _suggest_many(self, texts, limit=3):
        """The classes of many texts at once.

        :param texts: {key: text}
        :return: {key: [(id of the subject, score, words)]}
        """
        # sudo: all classes, also for whoever has no name for them yet; classes are public
        every = self.sudo().with_context(active_test=False)
        newest = every.search_fetch([], ["write_date"], order="write_date desc", limit=1)
        day = fields.Date.to_string(fields.Date.context_today(self))
        table, broader = self._suggest_table(self.env.company.id, day, str(newest.write_date))
        return {key: table.suggest((text or "")[:LONGEST], limit, broader) for key, text in texts.items()}

    @api.model
    @tools.ormcache("company_id", "day", "changed")
    def _suggest_table(self, company_id, day, changed):
        """The words of all classes, learnt anew each day and after each change of a class.

        :return: (ClassTable, {id: ids of the classes above})
        """
        # sudo: words are counted; of the texts themselves nothing is kept
        subjects = self.sudo().search(Domain.TRUE)
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        names = {subject.id: set() for subject in subjects}
        for code in dict.fromkeys(["en_US", *languages]):
            for subject in subjects.with_context(lang=code):
                names[subject.id] |= {subject.name or "", *re.split(r"[,，、;；]", subject.synonyms or "")}
        broader = {
            subject.id: [int(number) for number in (subject.parent_path or "").split("/")[:-2]] for subject in subjects
        }
        return ClassTable(names, list(self._suggest_texts(company_id))), broader

    @api.model
    def _suggest_texts(self, company_id):
        """What is classified already: (text, ids of its classes); nothing that was written by or for a patron."""
        domain = [("subject_ids", "!=", False), ("company_id", "in", [company_id, False])]
        sources = [
            ("library.article", ["name", "summary"], []),
            ("library.feed.item", ["title", "summary", "subject_words"], [("state", "in", ("kept", "acquired"))]),
        ]
        for model, names, more in sources:
            # sudo: see above
            records = self.env[model].sudo().search_fetch(
                domain + more, [*names, "subject_ids"], order="id desc", limit=MOST_TEXTS)
            for record in records:
                yield "\n".join(filter(None, (record[name] for name in names))), record.subject_ids.ids

    @api.model
    def _find_by_marks(self, marks):
        """The narrowest class that we have for each class mark.

        :param marks: set of (scheme or None, mark) as they stand in a record
        :return: {(scheme, mark): id of the subject}
        """
        if not marks:
            return {}
        codes = {(subject.scheme, subject.code.upper()): subject.id for subject in self.search([])}
        found = {}
        for scheme, mark in marks:
            for candidate in _shorter_and_shorter(scheme, mark):
                if candidate in codes:
                    found[scheme, mark] = codes[candidate]
                    break
        return found


def _shorter_and_shorter(scheme, mark):
    """(scheme, code) of a mark and of all that is above it, narrowest first."""
    mark = mark.strip().upper()
    if scheme in (None, "clc") and re.fullmatch(r"[A-Z]{1,2}\d{0,4}([-.:=/(+].{0,40})?", mark):
        code = re.match(r"[A-Z]{1,2}[\d.]*", mark)[0].rstrip(".")
        yield from (("clc", code[:end].rstrip(".")) for end in range(len(code), 0, -1))
    found = re.match(r"(\d{3})(\.\d+)?(?!\d)", mark)
    if scheme in (None, "ddc") and found:
        number = found[0]
        yield from (("ddc", number[:end]) for end in range(len(number), 4, -1))
        yield from (("ddc", code) for code in (number[:3], f"{number[:2]}0", f"{number[0]}00"))
