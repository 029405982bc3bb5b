from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain
from odoo.tools.mail import html_to_inner_content

from ...lib.form_input import clean_line
from ...lib.open_markup import atom, dublin_core, json_ld

FEED_ENTRIES = 50
MOST_RESULTS = 50
SEARCH_LIMIT = 200


class LibraryArticle(models.Model):
    """What is published for everybody, for machines: in the page, as a feed, over JSON.

    Whoever asks is answered as the public would be.
    """

    _inherit = "library.article"

    @api.model
    def _open_env(self):
        """The articles as everybody sees them, in the language of the request."""
        lang = {"lang": self.env.lang or "en_US"}
        return self.env(user=self.env.ref("base.public_user"), su=False, context=lang)[self._name]

    @api.model
    def _open_domain(self):
        return self._portal_domain() & Domain("visibility", "=", "public")

    def _open_values(self):
        """What every interface tells of an article that everybody may read: plain values."""
        self.ensure_one()
        # sudo: classes, sources and the institution's name belong to an article that everybody may read
        article_sudo = self.sudo().with_context(lang=self.lang)
        text = html_to_inner_content(article_sudo.body or "")
        moments = {"published": self.date_published, "changed": self.date_verified or self.date_published}
        return {
            "id": self.id,
            "title": self.name,
            "url": self.get_base_url() + self.access_url,
            "lang": self.lang.replace("_", "-"),
            "summary": self.summary or "",
            "text": text,
            "subjects": [subject.display_name for subject in article_sudo.subject_ids],
            "sources": [source._get_citation() for source in article_sudo.source_ids],
            "publisher": article_sudo.company_id.name or "",
            "rights": self.env["library.oai.provider"]._get_rights(),
            **{name: f"{moment.isoformat(timespec='seconds')}Z" if moment else "" for name, moment in moments.items()},
        }

    # In the page

    def _portal_page_values(self):
        values = super()._portal_page_values()
        if self.state == "published" and self.visibility == "public":
            values["open_head"] = self._open_head()
        return values

    def _open_head(self):
        """What the head of the page holds for machines."""
        self.ensure_one()
        known = self._open_values()
        article_sudo = self.sudo()  # sudo: see `_open_values`
        base = self.get_base_url()
        others = self._portal_languages().filtered_domain(self._open_domain())
        return {
            "canonical": known["url"],
            "metas": dublin_core(article_sudo._oai_elements(base, others | self, known["rights"])),
            "alternates": [(other.lang.replace("_", "-"), base + other.access_url) for other in others | self]
            if others else [],
            "json": Markup(json_ld({**known, "text": known["summary"] or known["text"][:2000]})),  # noqa: S704
        }

    # As a feed

    @api.model
    def _open_feed(self, query):
        """The newest articles as Atom, of a class and a language if they are asked for."""
        Article = self._open_env()
        _search, subject, lang = Article._portal_filters(query)
        domain = self._open_domain()
        if subject:
            domain &= Domain("subject_ids", "child_of", subject.ids)
        if lang:
            domain &= Domain("lang", "=", lang)
        articles = Article.search(domain, limit=FEED_ENTRIES, order="date_published desc, id desc")
        entries = []
        for article in articles:
            known = article._open_values()
            entries.append({**known, "id": known["url"], "updated": known["changed"] or known["published"],
                            "summary": known["summary"] or known["text"][:500]})
        base = self.get_base_url()
        wanted = "&".join(f"{name}={value}" for name, value in (("subject", subject.id), ("lang", lang)) if value)
        name = Article.env.company.sudo().name  # sudo: the institution's name
        return atom({
            "title": " · ".join(filter(None, [name, self.env._("Knowledge"), subject.name])),
            "url": f"{base}/library/knowledge.atom{'?' if wanted else ''}{wanted}",
            "site": f"{base}/library/knowledge",
            "author": name,
            "updated": max((entry["updated"] for entry in entries), default="1970-01-01T00:00:00Z"),
        }, entries)  # fmt: skip

    # Over JSON, for catalogues and web sites (docs/integrators)

    @api.model
    def api_search(self, query, lang=None, limit=10):
        """Search what is published for everybody.

        :param str query: words or a question, in any script
        :param str lang: only articles in this language, as ``zh_CN``
        :param int limit: 1 to 50
        :return: dict of total and results: dicts of id, title, url, lang, snippet
        :raise UserError: when an argument makes no sense
        """
        # a year comes as a number
        query = clean_line(str(query) if isinstance(query, int) else query, SEARCH_LIMIT)
        if not query:
            raise UserError(self.env._("query: please give the words to search for."))
        if lang is not None and lang not in dict(self._get_languages()):
            raise UserError(self.env._("lang: there are no articles in this language."))
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_RESULTS:
            raise UserError(self.env._("limit: a number from 1 to %(most)s.", most=MOST_RESULTS))
        Article = self._open_env()
        page = Article.env["library.search.document"]._search_page(
            query, models=[self._name], limit=limit, lang=lang, only=self._open_domain()
        )
        articles = {article.id: article for article in Article.browse(hit.res_id for hit in page["hits"])}
        base = self.get_base_url()
        return {
            "total": page["total"],
            "results": [
                {
                    "id": hit.res_id,
                    "title": articles[hit.res_id].name,
                    "url": base + articles[hit.res_id].access_url,
                    "lang": articles[hit.res_id].lang.replace("_", "-"),
                    "snippet": str(hit.snippet or ""),
                }
                for hit in page["hits"]
            ],
        }

    @api.model
    def api_read(self, article):
        """One article that is published for everybody.

        :param article: its number, or the last part of its address
        :return: dict of id, title, url, lang, summary, html, text, subjects, sources, publisher, rights, published,
            changed and translations: list of {lang, url}
        :raise MissingError: when there is no such article for everybody
        """
        found = self._open_env()._portal_find(str(article)).filtered_domain(self._open_domain())
        if not found:
            raise MissingError(self.env._("article: there is no such article for everybody."))
        base = self.get_base_url()
        others = found._portal_languages().filtered_domain(self._open_domain())
        return {
            **found._open_values(),
            "html": str(found.body or ""),
            "translations": [
                {"lang": other.lang.replace("_", "-"), "url": base + other.access_url} for other in others
            ],
        }
