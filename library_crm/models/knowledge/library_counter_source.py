from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ...connectors.counter_report import fold
from ...lib.links import safe_url


class LibraryCounterSource(models.Model):
    """A platform, or a title on one, as reports of use name it, and the resource of the register that it is.

    A title without a resource of its own is counted for the resource of its platform.
    """

    _name = "library.counter.source"
    _description = "Platform or Title in Reports of Use"
    _order = "platform, title, id"

    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    platform = fields.Char(required=True, readonly=True)
    title = fields.Char(readonly=True, help="Empty: the whole platform.")
    platform_key = fields.Char(required=True, readonly=True, export_string_translation=False)
    title_key = fields.Char(readonly=True, export_string_translation=False)
    issn = fields.Char("ISSN", readonly=True)
    isbn = fields.Char("ISBN", readonly=True)
    url = fields.Char("Link", readonly=True)
    resource_id = fields.Many2one(
        "library.resource", index="btree_not_null", ondelete="set null",
        help="What it is in the register; chosen once, it holds for every later report.",
    )
    matched_by = fields.Selection(
        [("name", "Same name"), ("issn", "Same ISSN"), ("url", "Same link"), ("hand", "Chosen by hand")],
        "Found by", readonly=True,
    )
    usage_ids = fields.One2many("library.resource.usage", "source_id", string="Use")

    _once = models.UniqueIndex("(company_id, platform_key, (coalesce(title_key, '')))", "This source is known already.")

    @api.depends("platform", "title")
    def _compute_display_name(self):
        for source in self:
            source.display_name = f"{source.title} ({source.platform})" if source.title else source.platform

    def write(self, vals):
        result = super().write(vals)
        if "resource_id" in vals and not self.env.context.get("library_counter_match"):
            super().write({"matched_by": "hand" if vals["resource_id"] else False})
            self._spread()
        return result

    @api.model
    def _store(self, company, sources):
        """Make the sources of a report known.

        :param sources: of counter_report.Source
        :return: {key of the source: id}
        """
        rows = {}
        for source in sources:
            rows[source.key] = source
            # a title is counted for its platform as long as nobody registered the title
            rows.setdefault((source.key[0], ""), type(source)(source.platform))
        values = [
            {"platform": one.platform, "title": one.title or None, "platform_key": key[0], "title_key": key[1] or None,
             "issn": one.issn or None, "isbn": one.isbn or None, "url": one.url or None}
            for key, one in rows.items()
        ]  # fmt: skip
        found = self.env.execute_query(SQL(
            """INSERT INTO library_counter_source
                      (company_id, platform, title, platform_key, title_key, issn, isbn, url,
                       create_uid, write_uid, create_date, write_date)
               SELECT %(company)s, platform, title, platform_key, title_key, issn, isbn, url,
                      %(user)s, %(user)s, %(now)s, %(now)s
                 FROM jsonb_to_recordset(%(rows)s) AS t(platform text, title text, platform_key text, title_key text,
                                                        issn text, isbn text, url text)
                   ON CONFLICT (company_id, platform_key, (coalesce(title_key, '')))
                   DO UPDATE SET issn = coalesce(EXCLUDED.issn, library_counter_source.issn),
                                 isbn = coalesce(EXCLUDED.isbn, library_counter_source.isbn),
                                 url = coalesce(EXCLUDED.url, library_counter_source.url)
            RETURNING id, platform_key, coalesce(title_key, '')""",
            company=company.id, user=self.env.uid, now=self.env.cr.now(), rows=Json(values),
        ))  # fmt: skip
        self.invalidate_model()
        known = {(platform, title): number for number, platform, title in found}
        self.browse(known.values())._match()
        return known

    def _match(self):
        """Find the resource of the sources that have none: by ISSN, by name, by link."""
        open_sources = self.filtered(lambda source: not source.resource_id and source.matched_by != "hand")
        if not open_sources:
            return
        keys = self._resource_keys(open_sources.company_id)
        for source in open_sources:
            tries = (
                ("issn", _bare(source.issn)), ("name", source.title_key or source.platform_key),
                ("url", _bare_url(source.url)),
            )  # fmt: skip
            for kind, key in tries:
                if key and keys.get((kind, key)):
                    source.with_context(library_counter_match=True).write(
                        {"resource_id": keys[kind, key], "matched_by": kind}
                    )
                    break

    @api.model
    def _resource_keys(self, companies):
        """{(kind, key): id} of the resources; what two of them share leads to none."""
        found = {}
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        # sudo: which numbers and names the register knows, also where the importer reads one institution only
        resources = self.env["library.resource"].sudo().search([("company_id", "in", [*companies.ids, False])])
        for lang in languages:
            for resource in resources.with_context(lang=lang):
                for key in (("name", fold(resource.name)), ("issn", _bare(resource.issn)),
                            ("url", _bare_url(resource.url))):  # fmt: skip
                    if key[1]:
                        found.setdefault(key, set()).add(resource.id)
        return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}

    def _spread(self):
        """Bring the use of these sources, and of the titles of these platforms, to its resource."""
        self.flush_model(["resource_id"])
        self.env["library.resource.usage"].flush_model()
        keys = SQL(
            "SELECT DISTINCT company_id, platform_key FROM library_counter_source WHERE id = ANY(%s)", self.ids
        )
        rows = self.env.execute_query(SQL(
            """UPDATE library_resource_usage u SET resource_id = wanted.resource_id
                 FROM (SELECT s.id, coalesce(s.resource_id, p.resource_id) AS resource_id
                         FROM library_counter_source s
                         JOIN (%s) k ON k.company_id = s.company_id AND k.platform_key = s.platform_key
                         LEFT JOIN library_counter_source p ON p.company_id = s.company_id
                               AND p.platform_key = s.platform_key AND p.title_key IS NULL) wanted,
                      library_resource_usage old
                WHERE u.source_id = wanted.id AND old.id = u.id
                  AND u.resource_id IS DISTINCT FROM wanted.resource_id
            RETURNING old.resource_id, u.resource_id""",
            keys,
        ))  # fmt: skip
        usage = self.env["library.resource.usage"]
        usage.invalidate_model(["resource_id"])
        touched = {number for row in rows for number in row if number}
        # sudo: figures of the register, written by whoever brings the reports
        self.env["library.resource"].sudo().browse(touched)._update_figures()


def _bare(issn):
    return (issn or "").replace("-", "").replace(" ", "").upper()


def _bare_url(url):
    """A link without what makes no difference; only one that leads somewhere in particular."""
    href = safe_url(url)
    if not href:
        return ""
    return href.partition("://")[2].removeprefix("www.").rstrip("/").casefold()
