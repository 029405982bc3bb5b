from odoo import api, models
from odoo.tools import SQL

from ...lib.figure_table import Figure


class LibraryAhead(models.AbstractModel):
    """The map of demand: what is needed in each class, how much of it is met, how long it takes and what it costs."""

    _inherit = "library.ahead"

    @api.model
    def _part_demand(self, choices):
        Table, company, _ = self.env["library.figure.table"], self.env.company, self.env._
        months = self._choice_of_months(choices)
        by = self._choice(choices, "by", _("Shown by"), [
            ["main", _("Main classes")], ["class", _("All classes")], ["type", _("Patron type")],
            ["month", _("Month")],
        ])  # fmt: skip
        table = Table._lines_table(
            _("Needs and how they were met"), Table._need_rows(company, self._window(months), by["value"]),
            Table._need_figures(), Table._need_labels(by["value"], self._window(months)),
            _("Needs noted in the period; withdrawn and merged ones are left out."),
        )  # fmt: skip
        return {
            "choices": [months, by], "tables": [table], "sentences": self._demand_sentences(table),
            "cards": ["need_needs", "need_met", "need_unmet", "demand_days", "need_minutes"],
        }  # fmt: skip

    @api.model
    def _demand_sentences(self, table):
        """Which line has the most needs that were not met, of those that may be told."""
        told = [row for row in table["rows"] if not row.get("is_total") and isinstance(row["cells"][3], (int, float))]
        worst = max(told, key=lambda row: row["cells"][3], default=None)
        if not worst or not worst["cells"][3]:
            return []
        return [self.env._(
            "Most needs stay unmet in %(class)s: %(count)s.", **{"class": worst["label"], "count": worst["cells"][3]}
        )]


class LibraryFigureTable(models.AbstractModel):
    """Needs as rows for tables of figures."""

    _inherit = "library.figure.table"

    @api.model
    def _need_rows(self, company, window, by):
        """SQL: a row a need with whom it is about, its group and what is measured of it."""
        key = {
            "main": SQL("coalesce(split_part(s.parent_path, '/', 1)::int, 0)"),
            "class": SQL("coalesce(n.main_class_id, 0)"), "type": SQL("coalesce(p.type_id, 0)"),
            "month": SQL("to_char(n.create_date, 'YYYY-MM')"),
        }[by]
        return SQL(
            """
            SELECT %(person)s AS person, %(key)s AS key, TRUE AS is_member, 1 AS needs,
                   CASE WHEN n.date_settled IS NOT NULL THEN (n.state = 'met')::int END AS met,
                   (n.state = 'unmet')::int AS unmet,
                   extract(epoch FROM n.date_settled - n.create_date) / 86400 AS days, w.minutes
              FROM library_need n
         LEFT JOIN library_patron p ON p.id = n.patron_id
         LEFT JOIN library_subject s ON s.id = n.main_class_id
         LEFT JOIN (SELECT rel.need_id, sum(c.minutes::float8 / shared.needs) AS minutes
                      FROM library_case_need_rel rel
                      JOIN library_case c ON c.id = rel.case_id
                      JOIN (SELECT case_id, count(*) AS needs FROM library_case_need_rel GROUP BY case_id) shared
                        ON shared.case_id = rel.case_id
                     GROUP BY rel.need_id) w ON w.need_id = n.id
             WHERE n.company_id = %(company)s AND n.create_date >= %(since)s AND n.create_date < %(until)s
               AND n.merged_into_id IS NULL AND n.state <> 'withdrawn'
            """,
            person=self._person("n"), key=key, company=company.id, since=window[0], until=window[1],
        )  # fmt: skip

    @api.model
    def _need_figures(self):
        _ = self.env._
        return [
            Figure("needs", _("Needs"), "needs", "count"),
            Figure("met", _("Need met"), "met", "share"),
            Figure("days", _("Settled, median (days)"), "days", "median", 1),
            Figure("unmet", _("Needs not met"), "unmet", "sum"),
            Figure("minutes", _("Minutes of work"), "minutes", "sum"),
        ]

    @api.model
    def _need_labels(self, by, window):
        """[(key, label)] of the lines."""
        if by == "month":
            months = [window[0].month + number - 1 for number in range(12)]
            names = [f"{window[0].year + month // 12}-{month % 12 + 1:02}" for month in months]
            return [(name, name) for name in names]
        # sudo: names of classes and of types of patrons, which stand on forms of the portal too
        return self.sudo()._names("library.patron.type" if by == "type" else "library.subject")
