from odoo import models
from odoo.tools import SQL

from ...lib.k_guard import ALL, K

MOST_IMPROVEMENTS = 50


class LibraryPublicReport(models.Model):
    """The figures of a year, beside those of the year before."""

    _inherit = "library.public.report"
    _public_shares = ("needs_met", "transfer", "satisfaction", "promise", "complaints")
    _public_cards = {
        "reach": "public_reach", "questions": "public_questions", "needs_met": "public_needs_met",
        "transfer": "transfer", "satisfaction": "csat", "promise": "public_promise",
        "minutes_saved": "public_minutes_saved", "minutes_avoided": "public_minutes_avoided",
        "complaints": "public_complaints",
    }

    def _find_figures(self):
        self.ensure_one()
        self.env.flush_all()
        cases = self._sql_cases()
        months = self._count(cases, ("month",))
        services = self._count(cases, ("service_id",))
        uses = self._count_uses()
        return {
            "now": self._year_figures(self.year),
            "before": self._year_figures(self.year - 1),
            "months": [
                {"month": f"{self.year}-{number:02d}-01", "n": (months.get((number,), (0, 0)) or (None,))[0]}
                for number in range(1, 13)
            ],
            "services": self._service_rows(services),
            "uses": uses,
            "improvements": self._improvement_rows(),
            "feedback_days": self.company_id.library_feedback_days,
        }

    def _period(self, year):
        """Parameters of a query about a year of the institution."""
        return {"company": self.company_id.id, "begin": f"{year}-01-01", "end": f"{year + 1}-01-01"}

    def _year_figures(self, year):
        """The figures of one year, each a dict; the shares with how often, of how many and how sure."""
        return {
            "reach": self._reach(year),
            "questions": self._questions(year),
            **{name: self._share(getattr(self, f"_sql_{name}")(year)) for name in self._public_shares},
            "minutes_saved": self._minutes_saved(year),
            "minutes_avoided": self._minutes_avoided(year),
        }

    # Shares: `person` and `hit`

    def _sql_needs_met(self, year):
        return SQL(
            """SELECT patron_id AS person, state = 'met' AS hit FROM library_need
                WHERE company_id = %(company)s AND date_settled >= %(begin)s AND date_settled < %(end)s
                  AND state IN ('met', 'partly', 'unmet') AND merged_into_id IS NULL AND coalesce(active, TRUE)""",
            **self._period(year),
        )

    def _sql_transfer(self, year):
        return SQL(
            """SELECT patron_id AS person, coalesce(is_transfer, FALSE) AS hit FROM library_outcome
                WHERE company_id = %(company)s AND date >= %(begin)s AND date < %(end)s AND source <> 'staff'""",
            **self._period(year),
        )

    def _sql_satisfaction(self, year):
        return SQL(
            """SELECT c.patron_id AS person, r.rating >= 4 AS hit
                 FROM rating_rating r JOIN library_case c ON c.id = r.res_id
                WHERE r.res_model = 'library.case' AND r.consumed AND r.rating > 0 AND r.partner_id = c.partner_id
                  AND c.company_id = %(company)s AND r.write_date >= %(begin)s AND r.write_date < %(end)s""",
            **self._period(year),
        )

    def _sql_promise(self, year):
        return SQL(
            """SELECT patron_id AS person, promise_kept = 'kept' AND coalesce(missed_count, 0) = 0 AS hit
                 FROM library_case
                WHERE company_id = %(company)s AND coalesce(date_closed, date_missed) >= %(begin)s
                  AND coalesce(date_closed, date_missed) < %(end)s
                  AND (promise_kept IN ('kept', 'missed') OR missed_count > 0 AND active)""",
            **self._period(year),
        )

    def _sql_complaints(self, year):
        # who gave no patron's name counts by address, and without one each time anew
        return SQL(
            """SELECT coalesce(patron_id, CASE WHEN email_normalized IS NULL THEN -1 - id
                          ELSE -1073741824 - abs(hashtext(email_normalized) %% 1073741823) END) AS person,
                      coalesce(date_outcome <= date_promised, FALSE) AS hit
                 FROM library_feedback
                WHERE company_id = %(company)s AND date >= %(begin)s AND date < %(end)s
                  AND kind IN ('complaint', 'error') AND NOT coalesce(is_withdrawn, FALSE)
                  AND look_reason IS DISTINCT FROM 'machine'
                  AND (date_outcome IS NOT NULL OR date_promised < %(now)s)""",
            now=self.env.cr.now(), **self._period(year),
        )

    # Numbers

    def _reach(self, year):
        """Patrons who used the library or asked it something, beside the people that it is there for."""
        people = self.env.execute_query(SQL(
            """SELECT count(*) FROM (
                   SELECT patron_id FROM library_usage
                    WHERE company_id = %(company)s AND month >= %(begin)s AND month < %(end)s
                    UNION
                   SELECT patron_id FROM library_case
                    WHERE company_id = %(company)s AND create_date >= %(begin)s AND create_date < %(end)s
               ) reached WHERE patron_id IS NOT NULL""", **self._period(year),
        ))[0][0]  # fmt: skip
        size = self.env["library.population"]._served(self.company_id, year)
        told = people if people == 0 or people >= K else None
        return {"n": told, "of": size, "rate": min(told / size, 1) if told is not None and size else None}

    def _questions(self, year):
        counted = self._count(self._sql_cases(year)).get((), (0, 0))
        return {"n": counted and counted[0]}

    def _minutes_saved(self, year):
        """What patrons say that they saved."""
        minutes, n, people = self.env.execute_query(SQL(
            """SELECT coalesce(sum(minutes_saved), 0), count(*), count(DISTINCT coalesce(patron_id, -1))
                 FROM library_case WHERE company_id = %(company)s AND minutes_saved > 0
                  AND date_closed >= %(begin)s AND date_closed < %(end)s""", **self._period(year),
        ))[0]  # fmt: skip
        return {"n": None if 0 < people < K else int(minutes), "of": None if 0 < people < K else n}

    def _minutes_avoided(self, year):
        """Work that was not done twice because the answer was there: an estimate with its interval."""
        value = self.env["library.reuse.value"].search([
            ("company_id", "=", self.company_id.id), ("year", "=", str(year)), ("is_total", "=", True),
            ("is_told", "=", True),
        ], limit=1)  # fmt: skip
        return {"n": round(value.minutes_avoided) if value else None, "low": round(value.minutes_low),
                "high": round(value.minutes_high)}  # fmt: skip

    # Tables

    def _sql_cases(self, year=None):
        return SQL(
            """SELECT id, patron_id AS person, service_id, extract(month FROM create_date)::int AS month
                 FROM library_case WHERE company_id = %(company)s AND merged_into_id IS NULL
                  AND create_date >= %(begin)s AND create_date < %(end)s""",
            **self._period(year or self.year),
        )

    def _service_rows(self, table):
        names = self._names("library.service", [key for key, in table if key and key is not ALL])
        rows = [
            {"names": names.get(key), "n": counts and counts[0]} for (key,), counts in table.items() if key is not ALL
        ]
        return sorted(rows, key=lambda row: (-(row["n"] or 0), str(row["names"])))

    def _count_uses(self):
        """Uses by kind, without those that would tell of fewer than five people."""
        rows = SQL(
            """SELECT id, patron_id AS person, kind FROM library_usage WHERE company_id = %(company)s
                  AND month >= %(begin)s AND month < %(end)s""", **self._period(self.year),
        )  # fmt: skip
        sums = dict(self.env.execute_query(SQL(
            """SELECT kind, sum(uses)::bigint FROM library_usage WHERE company_id = %(company)s
                  AND month >= %(begin)s AND month < %(end)s GROUP BY kind""", **self._period(self.year),
        )))  # fmt: skip
        found = [
            {"kind": kind, "n": counts and int(sums[kind])}
            for (kind,), counts in self._count(rows, ("kind",)).items() if kind is not ALL
        ]
        return sorted(found, key=lambda row: (-(row["n"] or 0), row["kind"]))

    def _improvement_rows(self):
        """What changed because people said so: the words that were published in the year."""
        period = self._period(self.year)
        found = self.env["library.improvement"].search([
            ("company_id", "=", self.company_id.id), ("is_public", "=", True),
            ("date_published", ">=", period["begin"]), ("date_published", "<", period["end"]),
        ], order="date_published, id", limit=MOST_IMPROVEMENTS)  # fmt: skip
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        return [
            {
                "id": one.id,
                "said": {lang: one.with_context(lang=lang).said_text or "" for lang in langs},
                "did": {lang: one.with_context(lang=lang).public_text or "" for lang in langs},
            }
            for one in found
        ]
