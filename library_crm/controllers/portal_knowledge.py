from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from ..lib.form_input import as_id
from .portal_common import LibraryPortalPages

PAGE_SIZE = 10
URL = "/library/knowledge"


class LibraryKnowledgePortal(LibraryPortalPages):
    """What the library knows, for everybody: search, browse by class, read, say whether it helped."""

    @http.route([URL, f"{URL}/page/<int:page>"], type="http", auth="public", methods=["GET"], website=True)
    def portal_knowledge(self, page=1, **query):
        Article = request.env["library.article"]
        search, subject, lang = Article._portal_filters(query)
        chosen = {"search": search, "subject": subject.id or "", "lang": lang or ""}
        page = min(as_id(page) or 1, 10**6)
        results = Article._portal_results(search, subject, lang, (page - 1) * PAGE_SIZE)
        arguments = {name: value for name, value in chosen.items() if value}
        is_start = not arguments and page <= 1
        return self._library_page(
            "library_crm.portal_knowledge",
            {
                **results,
                **Article._portal_facets(results),
                "classes": Article._portal_classes() if is_start else [],
                "pager": pager(URL, results["total"], page=page, step=PAGE_SIZE, url_args=arguments),
                "search": search, "subject": subject, "chosen_lang": lang, "arguments": arguments,
                "is_start": is_start, "page_name": "library_knowledge",
            },
        )  # fmt: skip

    @http.route(f"{URL}/<string:slug>", type="http", auth="public", methods=["GET"], website=True)
    def portal_knowledge_article(self, slug, thanks=None, **_query):
        article = request.env["library.article"]._portal_find(slug)
        if not article:
            moved = request.env["library.article"]._portal_moved(slug)
            return request.redirect(moved.access_url, code=301) if moved else self._knowledge_missing()
        article._portal_count_view()
        return self._article_page(article, thanks=thanks in ("yes", "no") and thanks)

    @http.route(f"{URL}/<string:slug>/vote", type="http", auth="public", methods=["POST"], website=True)
    def portal_knowledge_vote(self, slug, **form):
        article = request.env["library.article"]._portal_find(slug)
        if not article:
            return self._knowledge_missing()
        try:
            article._portal_vote(form, request.session.sid, request.httprequest.remote_addr)
        except UserError as error:
            return self._article_page(article, errors={"form": str(error)}, status=422)
        # the session has to last for the next vote of this visitor to be known as the second one
        request.session.touch()
        return request.redirect(f"{article.access_url}?thanks={form['helpful']}#o_library_vote")

    def _article_page(self, article, errors=None, thanks=None, status=200):
        values = {**article._portal_page_values(), "errors": errors or {}, "thanks": thanks}
        return self._library_page(
            "library_crm.portal_knowledge_article", {**values, "page_name": "library_article"}, status
        )

    def _knowledge_missing(self):
        """The same answer for what is not there and for what others may read."""
        return self._library_page("library_crm.portal_knowledge_missing", {"page_name": "library_knowledge"}, 404)
