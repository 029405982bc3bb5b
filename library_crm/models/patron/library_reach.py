from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.k_guard import line

ACTIVE = ("active", "regular", "loyal")


class LibraryReach(models.Model):
    """Whom the library reaches: patrons who use it, beside the people it is there for.

    Worked out anew every night and after an import of the population. Figures about fewer than five patrons are not
    even stored; where they could be found from the others of the same table, one more is left out.
    """

    _name = "library.reach"
    _description = "Reach Gap"
    _order = "year desc, gap desc, id"
    _log_access = False

    population_id = fields.Many2one(
        "library.population", string="Group", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    year = fields.Integer(readonly=True, aggregator=None)
    group_name = fields.Char("Group of the population", readonly=True)
    affiliation_id = fields.Many2one("library.affiliation", readonly=True, index="btree_not_null", ondelete="cascade")
    type_id = fields.Many2one("library.patron.type", string="Patron type", readonly=True, ondelete="cascade")
    branch_id = fields.Many2one("library.branch", readonly=True, ondelete="cascade")
    size = fields.Integer("People", readonly=True)
    is_hidden = fields.Boolean("Too few to show", readonly=True)
    reached = fields.Integer(readonly=True, help="Patrons of the group who used the library that year.")
    coverage = fields.Float(readonly=True, aggregator="avg", digits=(6, 4), help="Share of the group that is reached.")
    mean_coverage = fields.Float("Mean of such groups", readonly=True, aggregator="avg", digits=(6, 4))
    gap = fields.Integer("Not reached", readonly=True)
    is_underserved = fields.Boolean("Under-served", readonly=True)

    _population_uniq = models.Constraint("UNIQUE (population_id)", "A group has one row.")

    @api.model
    def _cron_rebuild(self):
        """Every night."""
        for company in self.env["res.company"].search(Domain.TRUE):
            self._rebuild(company)

    @api.model
    def _rebuild(self, company):
        """Work out the reach of every group and year of an institution."""
        self.env.flush_all()
        tables = defaultdict(list)
        for row in self.env.execute_query_dict(self._sql_reached(company)):
            # groups of one kind and year are a table: they can be added up
            kind = (row["year"], *(row[name] is not None for name in ("affiliation_id", "type_id", "branch_id")),
                    bool(row["age_to"]))
            tables[kind].append(row)
        values = []
        for rows in tables.values():
            values += self._rows_of_table(rows, company)
        self.search([("company_id", "=", company.id)]).unlink()
        self.create(values)

    def _rows_of_table(self, rows, company):
        """The rows of groups that can be added up, with those left empty that are about too few patrons."""
        people = {row["id"]: row["reached"] for row in rows}
        shown = line(people, people)
        total = sum(row["size"] for row in rows)
        mean = min(sum(people.values()) / total, 1) if total else 0
        names = {group.id: " · ".join(group._group_parts()) for group in self.env["library.population"].browse(people)}
        for row in rows:
            reached, size = shown[row["id"]], row["size"]
            coverage = min(reached / size, 1) if size and reached is not None else 0
            yield {
                "population_id": row["id"], "company_id": company.id, "year": row["year"],
                "group_name": names[row["id"]],
                "affiliation_id": row["affiliation_id"], "type_id": row["type_id"], "branch_id": row["branch_id"],
                "size": size, "is_hidden": reached is None and people[row["id"]] > 0, "reached": reached or 0,
                "coverage": coverage, "mean_coverage": mean, "gap": max(size - (reached or 0), 0),
                "is_underserved": bool(
                    size and reached is not None and coverage < mean * company.library_underserved_share
                ),
            }

    @api.model
    def _sql_reached(self, company):
        """Each group with the number of its patrons who used the library in its year."""
        today = fields.Date.context_today(self)
        return SQL(
            """
            WITH active AS (
                SELECT DISTINCT patron_id, extract(year FROM month)::int AS year
                  FROM library_usage WHERE company_id = %(company)s AND patron_id IS NOT NULL
                 UNION
                SELECT id, %(year)s FROM library_patron
                 WHERE company_id = %(company)s AND active
                   AND (lifecycle IN %(stages)s OR date_last_visit >= %(since)s)
            )
            SELECT g.id, g.year, g.affiliation_id, g.type_id, g.branch_id, g.age_to, g.size,
                   count(DISTINCT p.id)::int AS reached
              FROM library_population g
         LEFT JOIN library_affiliation unit ON unit.id = g.affiliation_id
         LEFT JOIN (active a JOIN library_patron p ON p.id = a.patron_id AND p.active
               LEFT JOIN library_affiliation own ON own.id = p.affiliation_id)
                ON a.year = g.year
               AND (g.affiliation_id IS NULL OR starts_with(own.parent_path, unit.parent_path))
               AND (g.type_id IS NULL OR p.type_id = g.type_id)
               AND (g.branch_id IS NULL OR p.branch_id = g.branch_id)
               AND (coalesce(g.age_to, 0) = 0
                    OR g.year - extract(year FROM p.date_of_birth) BETWEEN coalesce(g.age_from, 0) AND g.age_to)
             WHERE g.company_id = %(company)s
             GROUP BY g.id
            """,
            company=company.id, year=today.year, since=fields.Date.subtract(today, days=365), stages=ACTIVE,
        )

    @api.model
    def action_rebuild(self):
        """Work out the figures now."""
        # sudo: the figures are the same for everybody; who may see the list may have it brought up to date
        self.sudo()._rebuild(self.env.company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
