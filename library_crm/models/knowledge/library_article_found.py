from odoo import api, models

from ...lib.form_input import as_id
from ...lib.spelling import FEW_HITS

SUGGESTIONS = 3
QUESTION_LIMIT = 500
LEAST_CHARACTERS = 4


class LibraryArticle(models.Model):
    """The knowledge pages read what was meant, and offer what is known while a question is typed."""

    _inherit = "library.article"

    @api.model
    def _portal_filters(self, query):
        search, subject, lang = super()._portal_filters(query)
        if not subject and (subject_id := as_id(query.get("subject"))):
            # an old link to a class that was merged leads on
            former = self.env["library.subject"].with_context(active_test=False).search([("id", "=", subject_id)])
            subject = former.merged_into_id
        return search, subject, lang

    @api.model
    def _portal_found(self, search, subject, lang, offset):
        results = super()._portal_found(search, subject, lang, offset)
        leads = self.env["library.subject"]._led_to_by(search) - subject
        results["leads"] = leads
        if results["total"] >= FEW_HITS:
            return results
        better = self.env["library.search.document"]._did_you_mean(search, [self._name], self._portal_domain())
        if better and results["total"]:
            results["did_you_mean"] = better
        elif better:
            found = super()._portal_found(better, subject, lang, offset)
            if found["total"]:
                return {**found, "leads": leads, "shown_for": better}
        if not results["total"] and leads and not subject:
            # nothing holds the words, but they lead to a class: what stands in it comes near
            found = self._portal_results("", leads[0], lang, offset)
            if found["total"]:
                return {**found, "leads": leads, "shown_class": leads[0]}
        return results

    @api.model
    def _portal_suggest(self, question):
        """What may answer a question that is being typed, for its visitor to read.

        :param question: untrusted
        :return: list of dict of slug, url, title and snippet (safe HTML), lang
        """
        question = question.replace("\x00", "")[:QUESTION_LIMIT].strip() if isinstance(question, str) else ""
        if len(question) < LEAST_CHARACTERS:
            return []
        page = self.env["library.search.document"]._search_page(
            question, models=[self._name], limit=SUGGESTIONS, only=self._portal_domain()
        )
        articles = self.browse(hit.res_id for hit in page["hits"])
        return [
            {"slug": self.env["ir.http"]._slug(article), "url": article.access_url, "title": hit.title,
             "snippet": hit.snippet, "lang": article.lang.replace("_", "-")}
            for article, hit in zip(articles, page["hits"], strict=True)
        ]  # fmt: skip

    def _portal_answered(self, question):
        """Count that this article answered what its visitor was about to ask."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            # sudo: a count without anybody in it, on an article that the visitor may read
            self.env["library.deflection"].sudo()._note(self, question if isinstance(question, str) else "")
