from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.matching import difference, pairs

MONTHS = 6
MOST_OTHERS = 20000
"""So many of those who did not attend are looked at for each month; drawn by a fixed mark, not by their number."""


class LibraryAbilityStudy(models.TransientModel):
    """Those who attended a course beside others like them who did not."""

    _inherit = "library.ability.study"

    effect = fields.Selection(
        [("uses", "Uses of the library in the six months after"), ("transfer", "Knowledge passed on, of six months")],
        string="Effect of courses on", default="uses", required=True,
    )
    attended_count = fields.Integer("Attended a course", compute="_compute_control")
    pair_count = fields.Integer("Pairs", compute="_compute_control")
    control = fields.Text("Beside others like them", compute="_compute_control")

    @api.depends("effect", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_control(self):
        for study in self:
            attended, values = study._matched() if study.date_from and study.date_to and study.effect else (0, [])
            found = difference(values)
            study.attended_count = attended if attended >= 5 else 0
            study.pair_count = found["n"] if found["told"] else 0
            study.control = study._control_words(found)

    def _control_words(self, found):
        if not found["told"]:
            return self.env._("Too few people attended a course, or have others like them, to say anything.")
        words = self.env._(
            "%(pairs)s pairs alike in type, stage of study, place in the lifecycle and earlier use. Attended:"
            " %(treated)s, did not: %(other)s. Difference %(value)s, in 95 of 100 such samples between %(low)s and"
            " %(high)s.",
            pairs=found["n"], **{name: f"{found[name]:.2f}" for name in ("treated", "other", "value", "low", "high")},
        )
        clear = (
            self.env._("The difference is unlikely to be chance.") if found["clear"]
            else self.env._("It may be chance.")
        )
        caution = self.env._("It is a sign and no proof: people chose to attend, and nobody knows why.")
        return "\n".join((words, clear, caution))

    def _matched(self):
        """Pairs of people, month by month of the courses.

        :return: (number of those who attended, list of (value of who attended, value of the other))
        """
        for model in ("event.registration", "event.event", "library.patron", "library.outcome",
                      "library.lifecycle.transition"):
            self.env[model].flush_model()
        taken, values, attended = set(), [], 0
        for month, treated_ids in sorted(self._attended().items()):
            attended += len(treated_ids)
            treated = self._people(month, treated_ids)
            others = [one for one in self._people(month) if one["id"] not in taken]
            found = pairs(treated, others)
            taken |= {other for _one, other in found}
            after = self._effects(month, [number for pair in found for number in pair])
            values += [(after[one], after[other]) for one, other in found if one in after and other in after]
        return attended, values

    def _attended(self):
        """{first day of the month: patrons whose first course was in it}; only months that lie six months back."""
        months = {}
        for patron, month in self.env.execute_query(SQL(
            """SELECT r.library_patron_id, date_trunc('month', min(e.date_begin))::date
                 FROM event_registration r JOIN event_event e ON e.id = r.event_id AND e.is_library_course
                 JOIN library_patron p ON p.id = r.library_patron_id AND p.company_id = ANY (%(companies)s)
                WHERE r.state = 'done' AND r.active GROUP BY 1
               HAVING min(e.date_begin) >= %(start)s AND min(e.date_begin) < %(stop)s::date + 1
                  AND date_trunc('month', min(e.date_begin)) + make_interval(months => %(months)s) < %(now)s""",
            companies=self.env.companies.ids, start=self.date_from, stop=self.date_to, months=MONTHS,
            now=self.env.cr.now(),
        )):
            months.setdefault(month, []).append(patron)
        return months

    def _people(self, month, patron_ids=None):
        """What people are compared by, as it was before a month: type, stage, place in the lifecycle, uses.

        :param patron_ids: these; without it those who never attended a course
        """
        who = SQL("p.id = ANY (%s)", patron_ids) if patron_ids else SQL(
            """NOT EXISTS (SELECT FROM event_registration r JOIN event_event e ON e.id = r.event_id
                            AND e.is_library_course WHERE r.library_patron_id = p.id AND r.state = 'done')
               AND p.company_id = ANY (%(companies)s) AND p.create_date < %(month)s::date + interval '1 month'
               ORDER BY md5(p.id || ':' || %(month)s::date::text) LIMIT %(limit)s""",
            companies=self.env.companies.ids, month=month, limit=MOST_OTHERS,
        )
        found = self.env.execute_query(SQL(
            """SELECT p.id, p.type_id, p.degree_stage, p.lifecycle,
                      (SELECT t.to_stage FROM library_lifecycle_transition t WHERE t.patron_id = p.id
                          AND t.date < %(month)s ORDER BY t.date DESC, t.id DESC LIMIT 1),
                      (SELECT coalesce(sum(u.uses), 0) FROM library_usage u WHERE u.patron_id = p.id
                          AND u.month < %(month)s AND u.month >= %(month)s::date - make_interval(months => %(months)s))
                 FROM library_patron p WHERE p.is_anonymised IS NOT TRUE AND %(who)s""",
            month=month, months=MONTHS, who=who,
        ))
        return [
            {"id": number, "exact": (kind, stage, then or now), "counts": (int(uses),)}
            for number, kind, stage, now, then, uses in found
        ]

    def _effects(self, month, patron_ids):
        """{patron id: what is measured in the six months after}; who has nothing to measure is missing."""
        if self.effect == "transfer":
            query = SQL(
                """SELECT o.patron_id, avg(o.is_transfer::int) FROM library_outcome o
                    WHERE o.patron_id = ANY (%(patrons)s) AND o.source <> 'staff' AND o.date >= %(month)s
                      AND o.date < %(month)s::date + make_interval(months => %(months)s) GROUP BY 1""",
                patrons=patron_ids, month=month, months=MONTHS + 1)
        else:
            query = SQL(
                """SELECT p.id, coalesce(sum(u.uses), 0) FROM library_patron p
                     LEFT JOIN library_usage u ON u.patron_id = p.id AND u.month > %(month)s
                      AND u.month <= %(month)s::date + make_interval(months => %(months)s)
                    WHERE p.id = ANY (%(patrons)s) GROUP BY 1""",
                patrons=patron_ids, month=month, months=MONTHS)
        return {number: float(value) for number, value in self.env.execute_query(query)}
