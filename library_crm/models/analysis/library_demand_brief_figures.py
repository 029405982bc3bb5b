from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from ...const import UNMET_REASONS
from ...lib.k_guard import ALL
from ...lib.lift import wilson

MONTHS_AHEAD = 3
RESULTS = ("met", "lacking", "open")


class LibraryDemandBrief(models.Model):
    """The figures of a quarter: needs by class, by service and by kind of patron, what was lacking, what to expect."""

    _inherit = "library.demand.brief"

    def _find_figures(self):
        self.ensure_one()
        self.env.flush_all()
        needs = self._count(self._sql_needs(), ("class_id", "result"))
        before = self._count(self._sql_needs(3), ("class_id",))
        services = self._count(self._sql_needs(), ("service_id",))
        types = self._count(self._sql_needs(), ("type_id",))
        reasons = self._count(self._sql_needs(), ("reason",))
        return {
            "all": self._result_row(needs, ALL),
            "before": self._number(before, (ALL,)),
            "year_before": self._number(self._count(self._sql_needs(12)), ()),
            "classes": self._class_rows(needs, before),
            "services": self._named_rows("library.service", services),
            "types": self._named_rows("library.patron.type", types),
            "reasons": [
                {"code": code, "n": self._number(reasons, (code,))} for code, _words in UNMET_REASONS
                if (code,) in reasons
            ],
            "turned_away": self._turned_away(),
            "ahead": self._ahead(),
        }

    def _sql_needs(self, months_back=0):
        """The needs stated in the quarter, or as long before: a row for each class, service and kind of patron."""
        begin = self.date_from - relativedelta(months=months_back)
        return SQL(
            """
            SELECT n.id, n.patron_id AS person, n.service_id, p.type_id,
                   split_part(s.parent_path, '/', 1)::int AS class_id,
                   CASE WHEN n.state = 'met' THEN 'met' WHEN n.state IN ('partly', 'unmet') THEN 'lacking'
                        ELSE 'open' END AS result,
                   CASE WHEN n.state IN ('partly', 'unmet') THEN n.unmet_reason END AS reason
              FROM library_need n
         LEFT JOIN library_patron p ON p.id = n.patron_id
         LEFT JOIN library_need_library_subject_rel r ON r.library_need_id = n.id
         LEFT JOIN library_subject s ON s.id = r.library_subject_id
             WHERE n.company_id = %(company)s AND n.create_date >= %(begin)s AND n.create_date < %(end)s
               AND n.origin = 'stated' AND n.merged_into_id IS NULL AND coalesce(n.active, TRUE)
            """,
            company=self.company_id.id, begin=begin, end=begin + relativedelta(months=3),
        )  # fmt: skip

    def _number(self, table, key):
        """Records of a cell; 0 where there are none, None where it must not be told."""
        found = table.get(key, (0, 0))
        return found and found[0]

    def _result_row(self, table, class_id):
        """The figures of a class: needs, how many of the settled ones were met, and how sure the share is."""
        met, lacking, still_open = (self._number(table, (class_id, result)) for result in RESULTS)
        row = {"n": self._number(table, (class_id, ALL)), "met": met, "lacking": lacking, "open": still_open}
        settled = None if met is None or lacking is None else met + lacking
        if not settled:
            return {**row, "rate": None, "low": None, "high": None}
        low, high = wilson(met, settled)
        return {**row, "rate": met / settled, "low": low, "high": high}

    def _class_rows(self, needs, before):
        """A row for each main class that somebody needed something of, the largest first."""
        classes = {class_id for class_id, result in needs if class_id is not ALL and result is ALL}
        names = self._names("library.subject", [class_id for class_id in classes if class_id])
        days, minutes = self._days_and_minutes()
        rows = []
        for class_id in classes:
            row = {
                "id": class_id, "names": names.get(class_id), "before": self._number(before, (class_id,)),
                **self._result_row(needs, class_id),
            }
            # about all of the class: told where the class is
            row["minutes"] = None if row["n"] is None else minutes.get(class_id, 0)
            row["days"] = days.get(class_id) if row["met"] else None
            rows.append(row)
        return sorted(rows, key=lambda row: (-(row["n"] or 0), row["id"] or 0))

    def _days_and_minutes(self):
        """({class: median of the days until a need was met}, {class: minutes of work on cases})"""
        needs = self._sql_needs()
        days = self.env.execute_query(SQL(
            """SELECT class_id, percentile_cont(0.5) WITHIN GROUP (
                          ORDER BY extract(epoch FROM date_settled - create_date) / 86400)
                 FROM (SELECT DISTINCT id, class_id FROM (%s) stated WHERE result = 'met') met
                 JOIN library_need USING (id) WHERE date_settled IS NOT NULL GROUP BY 1""", needs,
        ))  # fmt: skip
        minutes = self.env.execute_query(SQL(
            """SELECT class_id, sum(minutes) FROM (
                   SELECT DISTINCT stated.class_id, c.id, c.minutes FROM (%s) stated
                     JOIN library_case_need_rel r ON r.need_id = stated.id JOIN library_case c ON c.id = r.case_id
               ) worked GROUP BY 1""", needs,
        ))  # fmt: skip
        return {key: round(value, 1) for key, value in days}, {key: int(value or 0) for key, value in minutes}

    def _named_rows(self, model, table):
        ids = [key for key, in table if key is not ALL]
        names = self._names(model, [key for key in ids if key])
        rows = [{"id": key, "names": names.get(key), "n": self._number(table, (key,))} for key in ids]
        return sorted(rows, key=lambda row: (-(row["n"] or 0), row["id"] or 0))

    def _turned_away(self):
        """Readers whom providers turned away for want of a licence, as their reports count them: of none is known who.

        A title can stand in several kinds of report; the one that counts most speaks.
        """
        return self.env.execute_query(SQL(
            """SELECT coalesce(max(total), 0)::int FROM (
                   SELECT report, sum(count) AS total FROM library_resource_usage
                    WHERE company_id = %s AND metric = 'No_License' AND month >= %s AND month <= %s
                    GROUP BY report) by_report""",
            self.company_id.id, self.date_from, self.date_to,
        ))[0][0]  # fmt: skip

    def _ahead(self):
        """What to expect of the next months: all together, then each main class, always with the interval."""
        Forecast = self.env["library.forecast"]
        top = Forecast.search([
            ("company_id", "=", self.company_id.id), ("kind", "=", "needs"), ("state", "=", "ahead"),
            ("month", ">", self.date_to), ("service_id", "=", False), ("subject_id.parent_id", "=", False),
        ], order="month")  # fmt: skip
        months = sorted(set(top.mapped("month")))[:MONTHS_AHEAD]
        rows = []
        names = self._names("library.subject", top.subject_id.ids)
        for subject, series in top.filtered(lambda one: one.month in months).grouped("subject_id").items():
            by_month = {one.month: [one.expected, one.low, one.high] for one in series}
            rows.append({
                "id": subject.id or 0, "names": names.get(subject.id), "cells": [by_month.get(day) for day in months],
            })  # fmt: skip
        rows.sort(key=lambda row: (row["id"] != 0, -sum((cell or [0])[0] for cell in row["cells"])))
        return {"months": [str(day) for day in months], "rows": rows}

    # For the page

    def _page_values(self):
        """All that the page shows: words and numbers in the reader's language."""
        self.ensure_one()
        figures = self.figures or {}
        whole = figures.get("all") or {"n": 0, "met": 0, "lacking": 0, "open": 0, "rate": None}
        reasons = dict(self.env["library.need"]._fields["unmet_reason"]._description_selection(self.env))
        return {
            **self._print_style(),
            "name": self.name,
            "summary": self.summary or "",
            "advice": self.advice or "",
            "is_empty": whole["n"] == 0,
            "sentences": self._sentences(figures, whole),
            "classes": self._bars([self._class_words(row) for row in figures.get("classes", [])]),
            "services": self._named_words(figures.get("services", [])),
            "types": self._named_words(figures.get("types", [])),
            "reasons": self._bars([
                {"name": reasons.get(row["code"], row["code"]), "n": row["n"], "said": self._say_number(row["n"])}
                for row in figures.get("reasons", [])
            ]),
            "ahead": self._ahead_words(figures.get("ahead") or {"months": [], "rows": []}),
            "cards": self.env["library.figure.card"]._cards(["brief_needs", "brief_met", "brief_days", "brief_minutes",
                                                             "brief_turned_away", "forecast_expected"]),
        }  # fmt: skip

    def _sentences(self, figures, whole):
        """The quarter in sentences, for whoever reads no table."""
        said = [self.env._("%(count)s needs were stated.", count=self._say_number(whole["n"]))]
        if whole["rate"] is not None:
            said.append(self.env._(
                "Of those that are settled %(share)s were met (between %(low)s and %(high)s).",
                share=self._say_share(whole["rate"]), low=self._say_share(whole["low"]),
                high=self._say_share(whole["high"]),
            ))  # fmt: skip
        if figures.get("before"):
            said.append(self.env._("The quarter before: %(count)s.", count=self._say_number(figures["before"])))
        if figures.get("year_before"):
            said.append(self.env._(
                "The same quarter a year before: %(count)s.", count=self._say_number(figures["year_before"])))
        if figures.get("turned_away"):
            said.append(self.env._(
                "Providers turned readers away %(count)s times because a licence is lacking.",
                count=self._say_number(figures["turned_away"]),
            ))  # fmt: skip
        return said

    def _class_words(self, row):
        change = None if row["n"] is None or row["before"] is None else row["n"] - row["before"]
        return {
            "name": self._say_name(row["names"], row["id"]) or self.env._("Without a class"),
            "n": row["n"],
            "said": self._say_number(row["n"]),
            "change": "" if change is None else f"{change:+d}" if change else "±0",
            "rate": self._say_share(row["rate"]) if row["met"] or row["lacking"] else
            "–" if row["met"] == 0 and row["lacking"] == 0 else self._say_share(None),
            "days": "–" if row["days"] is None else f"{row['days']:.0f}",
            "minutes": "–" if row["minutes"] is None else self._say_number(row["minutes"]),
        }

    def _named_words(self, rows):
        nothing = self.env._("Not said")
        return self._bars([
            {"name": self._say_name(row["names"]) or nothing, "n": row["n"], "said": self._say_number(row["n"])}
            for row in rows
        ])

    def _ahead_words(self, ahead):
        return {
            "months": [self._say_month(month) for month in ahead["months"]],
            "rows": [
                {
                    "name": self._say_name(row["names"]) or self.env._("All together"),
                    "cells": [f"{cell[0]} ({cell[1]}–{cell[2]})" if cell else "–" for cell in row["cells"]],
                }
                for row in ahead["rows"]
            ],
        }
