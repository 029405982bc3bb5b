from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

from ...lib import k_guard

BEFORE = {"first_use": None, "stable": "first_use", "long_term": "stable"}


class LibraryLifecycleReport(models.AbstractModel):
    """Funnel, cohorts and the three conversions, for one screen; no figure about fewer than five people."""

    _name = "library.lifecycle.report"
    _description = "Lifecycle Report"

    @api.model
    @api.readonly
    def figures(self):
        """What the screen shows, of the institutions that the user has chosen.

        :return: dict of funnel, conversions and cohorts; None stands for what is hidden
        :raise AccessError: for anybody but relationship librarians
        """
        if not self.env.user.has_group("library_crm.group_library_relations"):
            raise AccessError(self.env._("This report is for relationship librarians."))
        # sudo: sums over everybody, with small ones taken out, of the institutions the user works in
        report_sudo = self.sudo()
        companies = tuple(self.env.companies.ids)
        return {
            "funnel": report_sudo._funnel(companies),
            "conversions": report_sudo._conversions(companies),
            "cohorts": report_sudo._cohorts(companies),
            "fewest": k_guard.K,
        }

    def _funnel(self, companies):
        labels = self.env["library.patron"]._fields["lifecycle"]._description_selection(self.env)
        self.env["library.patron"].flush_model(["lifecycle", "company_id"])
        counts = dict(self.env.execute_query(SQL(
            "SELECT lifecycle, count(*) FROM library_patron WHERE company_id IN %s AND merged_into_id IS NULL"
            " GROUP BY lifecycle", companies)))
        counts = {code: counts.get(code, 0) for code, _label in labels}
        shown = k_guard.line(counts, counts)
        most = max([count for count in shown.values() if count], default=1)
        return [
            {"code": code, "label": label, "count": shown[code],
             "width": round(100 * (shown[code] or 0) / most)}
            for code, label in labels
        ]

    def _conversions(self, companies):
        """The three steps: who could take it, who did, after how long, and what came before."""
        milestones = self.env["library.lifecycle.milestone"]
        rows = self.env.execute_query(SQL(
            """SELECT kind, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
                 FROM library_lifecycle_milestone WHERE company_id IN %s GROUP BY kind""", companies))
        reached = {kind: (count, median) for kind, count, median in rows}
        [(enrolled,)] = self.env.execute_query(SQL(
            """SELECT count(*) FROM library_patron p LEFT JOIN library_lifecycle_milestone m
                   ON m.patron_id = p.id AND m.kind = 'first_use'
                WHERE p.company_id IN %s AND %s AND (p.date_enrolled IS NOT NULL OR m.id IS NOT NULL)""",
            companies, self.env["library.patron"]._sql_visible_use()))
        preceding = self._preceding(companies)
        return [
            self._conversion(
                kind, label, reached.get(BEFORE[kind], (0, None))[0] if BEFORE[kind] else enrolled,
                *reached.get(kind, (0, None)), preceding.get(kind, {}),
            )
            for kind, label in milestones._fields["kind"]._description_selection(self.env)
        ]

    def _conversion(self, kind, label, eligible, converted, median, preceding):
        split = {"converted": converted, "not": max(eligible - converted, 0)}
        shown = k_guard.line(split, split)["converted"] if eligible >= k_guard.K else None
        contacts = self.env["library.lifecycle.milestone"]._fields["preceded_by"]._description_selection(self.env)
        counts = {code: preceding.get(code, 0) for code, _label in contacts}
        parts = k_guard.line(counts, counts)
        is_shown = bool(shown)
        return {
            "kind": kind,
            "label": label,
            "eligible": eligible if eligible >= k_guard.K or not eligible else None,
            "converted": shown,
            "rate": round(100 * shown / eligible) if is_shown and eligible else None,
            "median_days": round(median) if is_shown and median is not None else None,
            "how_many": self.env._("%(converted)s of %(eligible)s patrons", converted=shown, eligible=eligible)
            if shown is not None else self.env._("Too few to tell"),
            "how_long": self.env._("Half of them within %(days)s days", days=round(median))
            if is_shown and median is not None else False,
            "preceding": [
                {"code": code, "label": name, "count": parts[code] if is_shown else None,
                 "rate": round(100 * parts[code] / converted) if is_shown and parts[code] is not None else None}
                for code, name in contacts
            ],
        }

    def _preceding(self, companies):
        found = {}
        for kind, contact, count in self.env.execute_query(SQL(
            """SELECT kind, preceded_by, count(*) FROM library_lifecycle_milestone WHERE company_id IN %s
                GROUP BY kind, preceded_by""", companies)):
            found.setdefault(kind, {})[contact] = count
        return found

    def _cohorts(self, companies):
        """Rows by quarter of enrolment; each cell the share that used the library so many quarters later."""
        rows = self.env.execute_query(SQL(
            """SELECT date_trunc('quarter', cohort)::date, age, sum(patrons)::int, sum(active_count)::int
                 FROM library_lifecycle_cohort WHERE company_id IN %s
                GROUP BY 1, 2 ORDER BY 1 DESC, 2""", companies))
        found = {}
        for cohort, age, patrons, active in rows:
            line = found.setdefault(cohort, {"patrons": patrons, "rates": {}})
            if patrons < line["patrons"]:
                continue  # not everybody of the quarter is as old as that yet
            split = {"active": active, "not": patrons - active}
            shown = k_guard.line(split, split)["active"] if patrons >= k_guard.K else None
            line["rates"][age] = None if shown is None else round(100 * shown / patrons)
        ages = max((max(line["rates"]) for line in found.values()), default=-1) + 1
        return {
            "ages": [
                {"age": age, "label": self.env._("%(first)s–%(last)s mo.", first=3 * age, last=3 * age + 2)}
                for age in range(ages)
            ],
            "rows": [
                {
                    "label": format_date(self.env, cohort, date_format="QQQ y"),
                    "patrons": line["patrons"] if line["patrons"] >= k_guard.K else None,
                    "rates": [
                        {"age": age, "is_known": age in line["rates"], "rate": line["rates"].get(age)}
                        for age in range(ages)
                    ],
                }
                for cohort, line in found.items()
            ],
        }
