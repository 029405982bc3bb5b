from odoo import api, models


class LibraryResource(models.Model):
    """Resources are found by their words like articles and solutions."""

    _name = "library.resource"
    _inherit = ["library.resource", "library.search.mixin"]

    @api.model
    def _search_document_fields(self):
        return {
            "name", "description", "access_note", "licence_note", "contact", "langs", "company_id", "coverage_ids",
            "active",
        }  # fmt: skip

    def _search_document_values(self):
        if not self.active:
            # kept for the cases that used it, and found by nobody
            return {
                "title": "–", "text": "", "words": "", "lang": None, "visibility": "staff",
                "company_id": self.company_id.id, "subject_ids": [],
            }  # fmt: skip
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        texts = {name: self._in_languages(name, languages) for name in ("name", "description", "access_note")}
        classes = " ".join(f"{subject.code} {subject.name}" for subject in self.coverage_ids)
        return {
            "title": self.name,
            "text": "\n".join(filter(None, [self.description, self.access_note, self.licence_note])),
            "words": "\n".join([*texts["name"], *texts["description"], classes, self.contact or ""]),
            "lang": (self.langs or "").split(",")[0].strip() or None,
            "visibility": "staff",
            "company_id": self.company_id.id,
            "subject_ids": self.coverage_ids.ids,
        }

    def _in_languages(self, field, languages):
        """The different wordings of a translated field."""
        wordings = (self.with_context(lang=code)[field] for code in languages)
        return list(dict.fromkeys(filter(None, wordings)))
