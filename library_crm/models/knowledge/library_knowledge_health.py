from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...const import HEALTH_DAYS
from ...lib.knowledge_health import Figures

MISS_DAYS = 90


class LibraryKnowledgeHealth(models.AbstractModel):
    """Knowledge beside what is asked for, by main class: where it is thin, stale, unverified or out of reach.

    Everything is counted in the database; no person stands in any figure.
    """

    _name = "library.knowledge.health"
    _description = "Health of the Knowledge"

    @api.model
    def _check_staff(self):
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("This is for the library's staff."))

    @api.model
    def figures(self, scheme="clc"):
        """All figures of the board in one call.

        :param str scheme: clc or ddc
        :return: dict of scheme, schemes [[code, name]], rows (see `lib.knowledge_health`) and total; the row of what
            has no class has the id 0
        """
        self._check_staff()
        schemes = self.env["library.subject"]._fields["scheme"]._description_selection(self.env)
        scheme = scheme if scheme in dict(schemes) else schemes[0][0]
        roots = self._get_roots(scheme)
        counts = self._count(roots)
        figures = Figures(counts, self._count_classes(), roots, self._get_parents())
        names = {root.id: root.display_name for root in self.env["library.subject"].browse(set(roots.values()))}
        rows = [
            {"id": root_id, "name": names.get(root_id, self.env._("Without a class")), **figures.row(root_id)}
            for root_id in sorted({*names, 0}, key=lambda one: names.get(one, "￿"))
        ]
        total = {"name": self.env._("All classes"), "id": -1, **figures.total()}
        return {"scheme": scheme, "schemes": schemes, "rows": rows, "total": total, "keys": list(self._get_kinds())}

    @api.model
    def action_open_figure(self, key, root_id=-1, scheme="clc"):
        """The records behind a figure.

        :param int root_id: a main class, 0 for what has none, -1 for all
        """
        self._check_staff()
        kinds = self._get_kinds()
        if key not in kinds:
            raise AccessError(self.env._("There is no such figure."))
        name, model = kinds[key]
        roots = self._get_roots(scheme)
        condition = SQL("TRUE")
        if root_id == 0:
            condition = SQL("m.root_id IS NULL")
        elif root_id > 0:
            condition = SQL("m.root_id = %s", root_id)
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            "SELECT DISTINCT x.id FROM (%s) x LEFT JOIN %s ON m.subject_id = x.subject_id WHERE %s",
            self._query(key), self._map(roots), condition,
        ))  # fmt: skip
        subject = self.env["library.subject"].browse(root_id if root_id > 0 else ())
        return {
            "type": "ir.actions.act_window",
            "name": f"{name} · {subject.display_name}" if subject else name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in rows])],
            "context": {},
        }

    # What is counted

    @api.model
    def _get_kinds(self):
        """{key: (name, model)} of the figures that count records."""
        _ = self.env._
        return {
            "misses": (_("Searches that found nothing"), "library.search.miss"),
            "verified": (_("Verified articles"), "library.article"),
            "solutions": (_("Finished solutions"), "library.solution"),
            "resources": (_("Resources"), "library.resource"),
            "articles": (_("Articles"), "library.article"),
            "stale": (_("Stale articles"), "library.article"),
            "unverified": (_("Articles nobody verified"), "library.article"),
            "orphan": (_("Articles nothing leads to"), "library.article"),
        }

    @api.model
    def _query(self, key):
        """SELECT of id, subject_id (null without a class) and times of what one figure counts."""
        companies = tuple(self.env.companies.ids)
        today = fields.Date.context_today(self)
        if key == "misses":
            return SQL(
                "SELECT id, subject_id, count AS times FROM library_search_miss"
                " WHERE date >= %s AND company_id IN %s", fields.Date.subtract(today, days=MISS_DAYS), companies,
            )  # fmt: skip
        conditions = {
            "verified": SQL("t.state IN ('verified', 'published')"),
            "solutions": SQL("t.state = 'final'"),
            "resources": SQL("t.active"),
            "articles": SQL("t.state <> 'archived'"),
            "stale": SQL(
                "(t.state = 'outdated' OR t.state IN ('verified', 'published')"
                " AND (t.date_review < %s OR t.is_translation_behind))", today),
            "unverified": SQL("t.state IN ('draft', 'review')"),
            "orphan": SQL("t.state IN ('verified', 'published') AND (r.subject_id IS NULL OR %s)", self._is_lost()),
        }  # fmt: skip
        model = self.env[self._get_kinds()[key][1]]
        field = model._fields["coverage_ids" if key == "resources" else "subject_ids"]
        return SQL(
            """
            SELECT t.id, r.subject_id, 1 AS times FROM %(table)s t
              LEFT JOIN (SELECT %(own)s AS record_id, %(subject)s AS subject_id FROM %(relation)s) r
                     ON r.record_id = t.id
             WHERE %(condition)s AND (t.company_id IS NULL OR t.company_id IN %(companies)s)
            """,
            table=SQL.identifier(model._table), own=SQL.identifier(field.column1),
            subject=SQL.identifier(field.column2), relation=SQL.identifier(field.relation),
            condition=conditions[key], companies=companies,
        )  # fmt: skip

    @api.model
    def _is_lost(self):
        """Condition on an article `t`: nothing leads to it, and nobody has read it for a year."""
        a_year_ago = fields.Datetime.subtract(self.env.cr.now(), days=HEALTH_DAYS)
        return SQL(
            "(coalesce(t.date_last_read, t.date_published, t.date_verified, '-infinity') < %s AND NOT %s)",
            a_year_ago, SQL("(%s)", SQL(" OR ").join(self._get_links())),
        )  # fmt: skip

    @api.model
    def _get_links(self):
        """Conditions on an article `t`, each of them a way that leads to it."""
        return [
            SQL("t.parent_id IS NOT NULL"),
            SQL("t.translation_of_id IS NOT NULL"),
            SQL("EXISTS (SELECT 1 FROM library_article c WHERE c.parent_id = t.id OR c.translation_of_id = t.id)"),
        ]

    # Counting

    @api.model
    def _map(self, roots):
        """A table `m` of subject_id and root_id."""
        return SQL("unnest(%s::int[], %s::int[]) AS m (subject_id, root_id)", list(roots), list(roots.values()))

    @api.model
    def _count(self, roots):
        """{(key, main class or 0): number}; with -1 in place of the class over all classes."""
        self.env.flush_all()
        counted = SQL(" UNION ALL ").join(
            SQL("SELECT DISTINCT %s AS key, x.id, m.root_id, x.times FROM (%s) x LEFT JOIN %s"
                " ON m.subject_id = x.subject_id", key, self._query(key), self._map(roots))
            for key in self._get_kinds()
        )  # fmt: skip
        rows = self.env.execute_query(SQL(
            """
            WITH counted AS MATERIALIZED (%s)
            SELECT key, coalesce(root_id, 0), sum(times)::bigint FROM counted GROUP BY key, root_id
            UNION ALL
            SELECT key, -1, sum(times)::bigint FROM (SELECT DISTINCT key, id, times FROM counted) c GROUP BY key
            """,
            counted,
        ))  # fmt: skip
        return {(key, root): number for key, root, number in rows}

    @api.model
    def _count_classes(self):
        """{key: set of classes in which there is anything}."""
        rows = self.env.execute_query(SQL(" UNION ALL ").join(
            SQL("SELECT %s AS key, array_agg(DISTINCT x.subject_id) FROM (%s) x WHERE x.subject_id IS NOT NULL",
                key, self._query(key))
            for key in self._get_kinds()
        ))  # fmt: skip
        return {key: set(classes or ()) for key, classes in rows}

    @api.model
    def _get_parents(self):
        """{class: broader class}."""
        return dict(self.env.execute_query(SQL("SELECT id, parent_id FROM library_subject")))

    @api.model
    def _get_roots(self, scheme):
        """{class: main class of `scheme`}; classes of other schemes by what covers the same field there."""
        self.env["library.subject"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (s.id) s.id, split_part(coalesce(o.parent_path, s.parent_path), '/', 1)::int
              FROM library_subject s
              LEFT JOIN library_subject top
                     ON top.id = split_part(s.parent_path, '/', 1)::int AND s.scheme <> %(scheme)s
              LEFT JOIN library_subject_crosswalk c ON c.subject_id IN (s.id, top.id) AND s.scheme <> %(scheme)s
              LEFT JOIN library_subject o ON o.id = c.other_id AND o.scheme = %(scheme)s
             WHERE s.scheme = %(scheme)s OR o.id IS NOT NULL
             ORDER BY s.id, c.subject_id <> s.id, o.code
            """,
            scheme=scheme,
        ))  # fmt: skip
        return dict(rows)


class LibraryArticleView(models.Model):
    _inherit = "library.article.view"

    @api.autovacuum
    def _gc_add_up(self):
        """Keep when an article was read last, before the readings are added up and dropped."""
        self.env.cr.execute(SQL(
            "UPDATE library_article SET date_last_read = %s WHERE id IN (SELECT article_id FROM library_article_view)",
            self.env.cr.now(),
        ))  # fmt: skip
        return super()._gc_add_up()


class LibraryArticle(models.Model):
    _inherit = "library.article"

    date_last_read = fields.Datetime("Read last", readonly=True, copy=False, groups="base.group_user")
