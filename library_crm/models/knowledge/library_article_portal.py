from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, hmac

from ...lib.form_input import as_id

PAGE_SIZE = 10
SEARCH_LIMIT = 200
"""Characters of a question that are shown back in the search box."""


class LibraryArticle(models.Model):
    """The knowledge pages for patrons and for everybody: what untrusted visitors may ask of articles.

    Nothing here runs in sudo except counting: what a visitor sees is what the record rules give.
    """

    _inherit = "library.article"

    @api.model
    def _portal_domain(self):
        """Articles that stand on the knowledge pages. Who may read which of them is the record rules' matter."""
        return Domain("state", "=", "published")

    @api.model
    def _portal_find(self, slug):
        """The article of an address like ``renew-a-loan-12``, if the visitor may read it; else an empty record."""
        _words, number = self.env["ir.http"]._unslug(slug or "")
        article_id = as_id(number)
        return self.search([("id", "=", article_id)], limit=1) if article_id else self.browse()

    @api.model
    def _portal_filters(self, query):
        """The known filters among the parameters of a request: (search, subject, lang); the rest is ignored."""
        search = query.get("search")
        search = search.replace("\x00", "")[:SEARCH_LIMIT].strip() if isinstance(search, str) else ""
        subject_id = as_id(query.get("subject"))
        subject = self.env["library.subject"].search([("id", "=", subject_id)]) if subject_id else None
        lang = query.get("lang") if query.get("lang") in dict(self._get_languages()) else None
        return search, subject or self.env["library.subject"], lang

    @api.model
    def _portal_results(self, search, subject, lang, offset):
        """One page of articles for the filters.

        :return: dict of rows (dicts of what a row shows), total, subject_counts and lang_counts
        """
        if search:
            return self._portal_found(search, subject, lang, offset)
        domain = self._portal_domain()
        if subject:
            domain &= Domain("subject_ids", "child_of", subject.ids)
        if lang:
            domain &= Domain("lang", "=", lang)
        articles = self.search_fetch(
            domain, ["name", "summary", "lang", "date_verified"], offset=offset, limit=PAGE_SIZE
        )
        rows = [{"article": article, "title": article.name, "snippet": article.summary or ""} for article in articles]
        return {
            "rows": rows,
            "total": self.search_count(domain),
            "subject_counts": {
                subject.id: count for subject, count in self._read_group(domain, ["subject_ids"], ["__count"])
            },
            "lang_counts": dict(self._read_group(domain, ["lang"], ["__count"])),
        }

    @api.model
    def _portal_found(self, search, subject, lang, offset):
        page = self.env["library.search.document"]._search_page(
            search, models=[self._name], limit=PAGE_SIZE, offset=offset, subject_ids=subject.ids, lang=lang,
            only=self._portal_domain(),
        )  # fmt: skip
        articles = self.browse(hit.res_id for hit in page["hits"])
        articles.fetch(["name", "lang", "date_verified"])
        rows = [
            {"article": article, "title": hit.title, "snippet": hit.snippet}
            for article, hit in zip(articles, page["hits"], strict=True)
        ]
        return {**page, "rows": rows}

    @api.model
    def _portal_classes(self):
        """[(main class, number of articles in it and below)] of all the visitor may read, in the scheme's order."""
        readable = self._search(self._portal_domain())
        field = self._fields["subject_ids"]
        self.env.flush_all()
        counts = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT split_part(s.parent_path, '/', 1)::int, count(DISTINCT r.%(article)s)
                      FROM %(relation)s r JOIN library_subject s ON s.id = r.%(subject)s
                     WHERE r.%(article)s IN %(readable)s
                     GROUP BY 1
                    """,
                    article=SQL.identifier(field.column1),
                    subject=SQL.identifier(field.column2),
                    relation=SQL.identifier(field.relation),
                    readable=readable.subselect(),
                )
            )
        )
        roots = self.env["library.subject"].search([("id", "in", list(counts))])
        return [(root, counts[root.id]) for root in roots]

    @api.model
    def _portal_facets(self, results):
        """What a page of results can be narrowed by, most frequent first.

        :return: dict of subject_facets [(class, count)], lang_facets [(code, name, count)] and classes
            (`_portal_classes`)
        """
        counts = sorted(results["subject_counts"].items(), key=lambda item: -item[1])[:12]
        names = dict(self._get_languages())
        return {
            "subject_facets": [
                (self.env["library.subject"].browse(subject_id), count) for subject_id, count in counts if subject_id
            ],
            "lang_facets": [
                (code, names[code], count) for code, count in sorted(results["lang_counts"].items()) if code in names
            ],
        }

    def _portal_page_values(self):
        """What the page of one article shows. The visitor may read it; its sources are read for him."""
        self.ensure_one()
        # sudo: sources and names of classes and reasons belong to an article that the visitor may read
        article_sudo = self.sudo()
        return {
            "article": self,
            "sources": article_sudo.source_ids,
            "tags": article_sudo.tag_ids,
            "languages": [(other, dict(self._get_languages())[other.lang]) for other in self._portal_languages()],
            "reasons": self.env["library.article.vote"]._fields["reason"]._description_selection(self.env),
        }

    def _portal_languages(self):
        """The other languages of this article that the visitor may read, as articles."""
        self.ensure_one()
        # sudo: tells which articles are translations of one another; the search gives what the visitor may read
        whole_sudo = self.sudo().translation_of_id or self.sudo()
        family = (whole_sudo | whole_sudo.translation_ids).ids
        return self.search(self._portal_domain() & Domain("id", "in", family)) - self

    def action_open_page(self):
        """Show the article as its readers see it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "new"}

    def action_open_votes(self):
        """Show what readers said."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What readers say"),
            "res_model": "library.article.vote",
            "view_mode": "list",
            "domain": [("article_id", "=", self.id)],
        }

    # Readers' votes and visits

    def _portal_key(self, *parts):
        """A key that is the same for the same parts and tells nothing about them."""
        # sudo: reads the secret of the database, which makes the key
        return hmac(self.sudo().env, "library_article", "|".join(map(str, parts)))

    def _portal_count_view(self):
        """Count that this article was read, unless by staff."""
        if not self.env.user._is_internal():
            self.env.cr.execute(SQL("INSERT INTO library_article_view (article_id) VALUES (%s)", self.id))

    def _portal_vote(self, form, session, address):
        """Take the vote of an untrusted form.

        :param str session: what tells visitors apart who did not sign in
        :param str address: where the request came from
        :raise UserError: refused, with a sentence for the reader
        """
        self.ensure_one()
        if form.get("helpful") not in ("yes", "no"):
            raise ValidationError(self.env._("Please tell us whether the article helped."))
        self.check_access("read")
        voter = session if self.env.user._is_public() else f"user {self.env.uid}"
        # sudo: counts the vote on an article that the visitor may read
        self.env["library.article.vote"]._cast(
            self.sudo(),
            self._portal_key("voter", self.id, voter),
            self._portal_key("origin", address),
            form["helpful"] == "yes",
            reason=form.get("reason") or None,
            note=form.get("note") if isinstance(form.get("note"), str) else None,
        )
