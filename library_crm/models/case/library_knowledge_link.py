from odoo import api, models
from odoo.tools import SQL


class LibraryKnowledgeLink(models.Model):
    """What was given in the same case, or for the same need, belongs together; a link names no person and no case."""

    _inherit = "library.knowledge.link"

    @api.model
    def _get_finders(self):
        return [*super()._get_finders(), self._find_same_need]

    @api.model
    def _query_given(self):
        """SQL of (case_id, model, id) of the articles and solutions that went to the patron."""
        Case = self.env["library.case"]
        articles, solutions = Case._fields["article_ids"], Case._fields["solution_ids"]
        return SQL(
            "SELECT %s AS case_id, 'library.article' AS model, %s AS id FROM %s"
            " UNION SELECT %s, 'library.solution', %s FROM %s",
            *(SQL.identifier(name) for field in (articles, solutions)
              for name in (field.column1, field.column2, field.relation)),
        )  # fmt: skip

    @api.model
    def _find_cited_together(self):
        self.env.flush_all()
        self._suggest_pairs(self._query_pairs("cited_together", SQL("SELECT g.*, g.case_id AS shared FROM given g"), 2))
        return super()._find_cited_together()

    @api.model
    def _find_same_need(self):
        """Given in different cases of one need."""
        self.env.flush_all()
        shared = SQL(
            "SELECT g.*, r.need_id AS shared FROM given g JOIN library_case_need_rel r ON r.case_id = g.case_id"
        )
        self._suggest_pairs(self._query_pairs("same_need", shared, 1))

    @api.model
    def _query_pairs(self, found_by, shared, least):
        """SQL of the pairs that have something in common, at least `least` times."""
        return SQL(
            """
            WITH given AS (%(given)s), shared AS (%(shared)s)
            SELECT one.model, one.id, other.model, other.id, 'see_also', %(found_by)s, NULL::varchar,
                   count(DISTINCT one.shared)::float8, c.company_id
              FROM shared one
              JOIN shared other ON other.shared = one.shared AND (one.model, one.id) < (other.model, other.id)
              JOIN library_case c ON c.id = one.case_id AND c.company_id IS NOT NULL
             GROUP BY 1, 2, 3, 4, 9 HAVING count(DISTINCT one.shared) >= %(least)s
            """,
            given=self._query_given(), shared=shared, found_by=found_by, least=least,
        )  # fmt: skip
