from collections import Counter

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...lib.form_input import as_id
from ...lib.spelling import FEW_HITS

PAGE_SIZE = 20
CLASSES_LIMIT = 12
LONGEST_QUERY = 1000
CHOICES = ("kind", "subject", "lang", "visibility", "state")


class LibrarySearchDocument(models.Model):
    """The one search box of staff: best first, with what the results can be narrowed by. One call a look."""

    _inherit = "library.search.document"

    @api.model
    def find_for_box(self, query, chosen=None, offset=0):
        """One page of results for the search box.

        :param str query: what was typed
        :param dict chosen: of kind (model), subject (id), lang, visibility and state, each may be missing
        :return: dict of hits, total, facets, did_you_mean, shown_for and leads
        """
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("Only library staff search here."))
        query = (query if isinstance(query, str) else "")[:LONGEST_QUERY].replace("\x00", "").strip()
        chosen = {name: (chosen or {}).get(name) for name in CHOICES}
        offset = as_id(offset) or 0
        shown_for = did_you_mean = None
        found = self._box_found(query, chosen)
        if query and len(found) < FEW_HITS:
            better = self._did_you_mean(query)
            rows = self._box_found(better, chosen) if better and not found else []
            if rows:
                found, shown_for = rows, better
            elif better:
                did_you_mean = better
        facts = self._box_facts(found)
        facets = self._box_facets(facts)
        kept = [row for row in found if all(
            not chosen[name] or facts[row[0]][name] == chosen[name] for name in ("kind", "visibility", "state")
        )]
        hits = self._prepare_hits(shown_for or query, kept[offset : offset + PAGE_SIZE])
        return {
            "hits": self._box_rows(hits, facts),
            "total": len(kept),
            "facets": facets,
            "did_you_mean": did_you_mean,
            "shown_for": shown_for,
            "leads": [(one.id, one.display_name) for one in self.env["library.subject"]._led_to_by(query)],
        }

    @api.model
    def _box_found(self, query, chosen):
        """Rows of `_find_readable` for a query within a class and a language."""
        subject_id = as_id(chosen["subject"])
        lang = chosen["lang"] if isinstance(chosen["lang"], str) else None
        return self._find_readable(query, None, [subject_id] if subject_id else None, lang)

    @api.model
    def _box_facts(self, found):
        """{document id: dict of kind, lang, visibility, state and subjects}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id, d.res_model, d.lang, d.visibility, d.subject_ids, a.state
                  FROM library_search_document d
                  LEFT JOIN library_article a ON d.res_model = 'library.article' AND a.id = d.res_id
                 WHERE d.id = ANY(%s)
                """,
                [row[0] for row in found],
            )
        )
        return {
            document_id: {"kind": kind, "lang": lang, "visibility": visibility, "subjects": subjects or [],
                          "state": state}
            for document_id, kind, lang, visibility, subjects, state in rows
        }  # fmt: skip

    @api.model
    def _box_facets(self, facts):
        """What all results can be narrowed by: [{name, label, values: [(value, label, count)]}]."""
        _ = self.env._
        kinds = {model: self.env["ir.model"]._get(model).name for model in {one["kind"] for one in facts.values()}}
        languages = dict(self.env["library.article"]._get_languages())
        audiences = dict(self._fields["visibility"]._description_selection(self.env))
        states = dict(self.env["library.article"]._fields["state"]._description_selection(self.env))
        classes = Counter(subject for one in facts.values() for subject in one["subjects"]).most_common(CLASSES_LIMIT)
        subjects = {
            subject.id: subject.display_name
            for subject in self.env["library.subject"].search([("id", "in", [number for number, _count in classes])])
        }
        facets = [
            {"name": name, "label": label, "values": [
                (value, names[value], count)
                for value, count in Counter(one[name] for one in facts.values()).most_common() if value in names
            ]}
            for name, label, names in (
                ("kind", _("Kind"), kinds), ("lang", _("Language"), languages),
                ("visibility", _("For whom"), audiences), ("state", _("State of articles"), states),
            )
        ]  # fmt: skip
        values = [(number, subjects[number], count) for number, count in classes if number in subjects]
        facets.insert(1, {"name": "subject", "label": _("Class"), "values": values})
        return [facet for facet in facets if facet["values"]]

    @api.model
    def _box_rows(self, hits, facts):
        """What the screen shows of each hit; title and snippet are safe HTML."""
        names = {model: self.env["ir.model"]._get(model).name for model in {hit.model for hit in hits}}
        languages = dict(self.env["library.article"]._get_languages())
        audiences = dict(self._fields["visibility"]._description_selection(self.env))
        states = dict(self.env["library.article"]._fields["state"]._description_selection(self.env))
        return [
            {
                "key": hit.document_id, "model": hit.model, "res_id": hit.res_id, "kind": names[hit.model],
                "title": hit.title, "snippet": hit.snippet, "lang": languages.get(hit.lang, ""),
                "visibility": audiences[facts[hit.document_id]["visibility"]],
                "state": states.get(facts[hit.document_id]["state"], ""),
            }
            for hit in hits
        ]  # fmt: skip
