from odoo import api, models


class LibraryServiceLog(models.Model):
    """Questions that were answered, in the search index and without the people who asked them."""

    _name = "library.service.log"
    _inherit = ["library.service.log", "library.search.mixin"]

    _search_is_question = True

    @api.model
    def _search_document_fields(self):
        return {"name", "problem", "solution", "case_id", "company_id"}

    def _search_document_values(self):
        # sudo: the names of the people are taken out, the classes of the need kept; the case may be another team's
        self.fetch(["name", "problem", "solution", "case_id", "company_id"])
        case_sudo = self.sudo().case_id
        case_sudo.fetch(["lang", "need_ids"])
        case_sudo.need_ids.fetch(["subject_ids"])
        name, problem, solution = case_sudo._without_people([self.name, self.problem, self.solution])
        return {
            "title": name or "…",
            "text": problem,
            "words": solution,
            "lang": case_sudo.lang,
            "visibility": "staff",
            "company_id": self.company_id.id,
            "subject_ids": case_sudo.need_ids.subject_ids.ids,
        }
