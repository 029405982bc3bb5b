from odoo import api, models
from odoo.tools import SQL


class LibraryPopulation(models.Model):
    """How many people the library is there for, all groups together."""

    _inherit = "library.population"

    @api.model
    def _served(self, company, year):
        """The people of a year, each counted once as far as the groups tell.

        Groups of one kind add up, groups of different kinds are the same people cut otherwise; a part of an
        affiliation is in the whole already.

        :param int year: of which the sizes are
        :return: number of people, 0 if nobody entered any
        """
        self.flush_model()
        self.env["library.affiliation"].flush_model()
        sizes = self.env.execute_query(SQL(
            """SELECT sum(g.size) FROM library_population g LEFT JOIN library_affiliation a ON a.id = g.affiliation_id
                WHERE g.company_id = %(company)s AND g.year = %(year)s AND NOT EXISTS (
                      SELECT 1 FROM library_population o JOIN library_affiliation b ON b.id = o.affiliation_id
                       WHERE o.company_id = g.company_id AND o.year = g.year AND b.id <> a.id
                         AND starts_with(a.parent_path, b.parent_path)
                         AND o.type_id IS NOT DISTINCT FROM g.type_id
                         AND o.branch_id IS NOT DISTINCT FROM g.branch_id
                         AND coalesce(o.age_to, 0) = coalesce(g.age_to, 0))
                GROUP BY g.affiliation_id IS NULL, g.type_id IS NULL, g.branch_id IS NULL, coalesce(g.age_to, 0) = 0
                ORDER BY 1 DESC LIMIT 1""", company=company.id, year=year,
        ))  # fmt: skip
        return int(sizes[0][0] or 0) if sizes else 0
