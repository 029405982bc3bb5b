from odoo import api, models
from odoo.tools import SQL

from ...const import SETTLED
from ...lib.dossier_figures import whole_months

# Kinds of use that use what the library holds; visits, events and holds do not.
HOLDING_USES = ("loan", "renewal", "onsite_use", "download", "database")


class LibrarySubject(models.Model):
    """What speaks for a class, counted once for all of them: needs, requests to partners, refusals, uses, holdings."""

    _inherit = "library.subject"

    def _evidence(self, company, since, until):
        """Count what happened in these classes and all below them, by whole months; holdings are those of the day.

        People are counted apart from what they did, so that whoever shows a figure knows whether it may be shown.

        :param company: res.company
        :param since: first day
        :param until: last day
        :return: {subject id: {name: number}}, every name for every class
        """
        names = (
            "needs", "need_people", "met", "met_people", "partly", "partly_people", "unmet", "unmet_people", "open",
            "open_people", "lacking", "lacking_people", "referrals", "referrals_answered", "turned_away", "uses",
            "users", "ills", "ill_users", "suggestions", "titles", "copies", "resources", "partners",
        )
        found = {subject.id: dict.fromkeys(names, 0) for subject in self}
        if not self:
            return found
        self.env.flush_all()
        start, end = whole_months(since, until)
        span = {"company": company.id, "since": start, "until": end, "day": until, "roots": self.ids}
        for query in (
            self._sql_needs(span), self._sql_referrals(span), self._sql_turned_away(span), self._sql_uses(span),
            self._sql_suggestions(span), self._sql_holdings(span), self._sql_resources(span),
        ):
            for row in self.env.execute_query_dict(query):
                found[row.pop("root")].update({name: int(number or 0) for name, number in row.items()})
        return found

    @api.model
    def _sql_below(self, roots):
        """(root, id) of each class and everything below it."""
        return SQL(
            "SELECT root.id AS root, below.id FROM library_subject root"
            " JOIN library_subject below ON below.parent_path LIKE root.parent_path || '%%'"
            " WHERE root.id = ANY(%s)", roots,
        )

    @api.model
    def _sql_needs(self, span):
        """Needs of the period by how they ended; a need about several classes below one root counts once there.

        Needs of de-identified patrons count on; without a person they are not anybody's.
        """
        Need = self.env["library.need"]
        field = Need._fields["subject_ids"]
        parts = {
            "needs": SQL("TRUE"),
            "met": SQL("n.state = 'met'"),
            "partly": SQL("n.state = 'partly'"),
            "unmet": SQL("n.state = 'unmet'"),
            "open": SQL("n.state <> ALL(%s)", list(SETTLED)),
            "lacking": SQL("n.is_lacking"),
        }
        columns = []
        for name, condition in parts.items():
            people = "need_people" if name == "needs" else f"{name}_people"
            columns.append(SQL("count(*) FILTER (WHERE %s) AS %s", condition, SQL.identifier(name)))
            columns.append(SQL(
                "count(DISTINCT n.patron_id) FILTER (WHERE %s) AS %s", condition, SQL.identifier(people)))
        return SQL(
            """
            WITH below AS (%(below)s), covered (need_id) AS (%(covered)s), counted AS (
                SELECT DISTINCT b.root, n.id, n.patron_id, n.state,
                       (n.state <> ALL(%(settled)s) OR n.state IN ('partly', 'unmet'))
                       AND c.need_id IS NULL AS is_lacking
                  FROM library_need n
                  JOIN %(relation)s r ON r.%(need)s = n.id
                  JOIN below b ON b.id = r.%(subject)s
             LEFT JOIN (SELECT DISTINCT need_id FROM covered) c ON c.need_id = n.id
                 WHERE n.company_id = %(company)s AND n.active IS TRUE AND n.state <> 'withdrawn'
                   AND n.create_date >= %(since)s AND n.create_date < %(until)s::date + 1)
            SELECT n.root, %(columns)s FROM counted n GROUP BY n.root
            """,
            below=self._sql_below(span["roots"]), covered=Need._sql_covered(), settled=list(SETTLED),
            relation=SQL.identifier(field.relation), need=SQL.identifier(field.column1),
            subject=SQL.identifier(field.column2), columns=SQL(", ").join(columns), company=span["company"],
            since=span["since"], until=span["until"],
        )

    @api.model
    def _sql_referrals(self, span):
        """Requests to partner libraries out of cases whose needs lie in the class."""
        field = self.env["library.need"]._fields["subject_ids"]
        return SQL(
            """
            WITH below AS (%(below)s), asked AS (
                SELECT DISTINCT b.root, f.id, f.state
                  FROM library_referral f
                  JOIN library_case_need_rel link ON link.case_id = f.case_id
                  JOIN %(relation)s r ON r.%(need)s = link.need_id
                  JOIN below b ON b.id = r.%(subject)s
                 WHERE f.company_id = %(company)s AND f.direction = 'sent' AND f.state NOT IN ('draft', 'cancelled')
                   AND f.date_sent >= %(since)s AND f.date_sent < %(until)s::date + 1)
            SELECT root, count(*) AS referrals, count(*) FILTER (WHERE state = 'answered') AS referrals_answered
              FROM asked GROUP BY root
            """,
            below=self._sql_below(span["roots"]), relation=SQL.identifier(field.relation),
            need=SQL.identifier(field.column1), subject=SQL.identifier(field.column2), company=span["company"],
            since=span["since"], until=span["until"],
        )

    @api.model
    def _sql_turned_away(self, span):
        """Readers turned away by a licence (No_License, Limit_Exceeded) at titles of the class.

        Several reports count the same refusal: of each title the report with the most counts, and of a resource the
        larger of what its titles and what its platform report.
        """
        return SQL(
            """
            WITH below AS (%(below)s), by_report AS (
                SELECT b.root, u.resource_id, u.source_id, u.metric, u.report, source.title IS NULL AS is_platform,
                       sum(u.count) AS total
                  FROM library_resource_usage u JOIN library_counter_source source ON source.id = u.source_id
                  JOIN (SELECT DISTINCT b.root, v.resource_id FROM library_resource_coverage_rel v
                          JOIN below b ON b.id = v.subject_id) b ON b.resource_id = u.resource_id
                 WHERE u.company_id = %(company)s AND u.metric IN ('No_License', 'Limit_Exceeded')
                   AND u.month >= date_trunc('month', %(since)s::date) AND u.month <= %(until)s
                 GROUP BY 1, 2, 3, 4, 5, 6),
            by_source AS (
                SELECT root, resource_id, source_id, metric, is_platform, max(total) AS total
                  FROM by_report GROUP BY 1, 2, 3, 4, 5),
            by_level AS (
                SELECT root, resource_id, metric, is_platform, sum(total) AS total FROM by_source GROUP BY 1, 2, 3, 4),
            by_resource AS (SELECT root, resource_id, metric, max(total) AS total FROM by_level GROUP BY 1, 2, 3)
            SELECT root, sum(total) AS turned_away FROM by_resource GROUP BY root
            """,
            below=self._sql_below(span["roots"]), company=span["company"], since=span["since"], until=span["until"],
        )

    @api.model
    def _sql_uses(self, span):
        """Uses counted in the class, interlibrary loans apart, as they are no use of what is here.

        `users` are different people, those without a person together one.
        """
        return SQL(
            """
            WITH below AS (%(below)s), own AS MATERIALIZED (
                SELECT subject_id, coalesce(patron_id, 0) AS patron_id, kind = 'ill' AS is_ill, sum(uses) AS uses
                  FROM library_usage
                 WHERE company_id = %(company)s AND subject_id IN (SELECT id FROM below) AND kind = ANY(%(kinds)s)
                   AND month >= date_trunc('month', %(since)s::date)::date AND month <= %(until)s
                 GROUP BY 1, 2, 3)
            SELECT b.root, sum(own.uses) FILTER (WHERE NOT is_ill) AS uses,
                   count(DISTINCT own.patron_id) FILTER (WHERE NOT is_ill) AS users,
                   sum(own.uses) FILTER (WHERE is_ill) AS ills,
                   count(DISTINCT own.patron_id) FILTER (WHERE is_ill) AS ill_users
               FROM own JOIN below b ON b.id = own.subject_id GROUP BY b.root
            """,
            below=self._sql_below(span["roots"]), company=span["company"], since=span["since"], until=span["until"],
            kinds=[*HOLDING_USES, "ill"],
        )

    @api.model
    def _sql_suggestions(self, span):
        return SQL(
            """
            WITH below AS (%(below)s)
            SELECT b.root, count(*) AS suggestions
              FROM library_purchase_suggestion s JOIN below b ON b.id = s.subject_id
             WHERE s.company_id = %(company)s
               AND s.create_date >= %(since)s AND s.create_date < %(until)s::date + 1 GROUP BY b.root
            """,
            below=self._sql_below(span["roots"]), company=span["company"], since=span["since"], until=span["until"],
        )

    @api.model
    def _sql_holdings(self, span):
        """The last count of each class and kind; a count of a class holds what is below it, which is not added."""
        return SQL(
            """
            WITH below AS (%(below)s), latest AS (
                SELECT DISTINCT ON (h.subject_id, h.kind) h.subject_id, h.kind, h.titles, h.copies, s.parent_path
                  FROM library_holding_count h JOIN library_subject s ON s.id = h.subject_id
                 WHERE h.company_id = %(company)s AND h.date_counted <= %(until)s
                 ORDER BY h.subject_id, h.kind, h.date_counted DESC, h.id DESC)
            SELECT b.root, sum(l.titles) AS titles, sum(l.copies) AS copies
              FROM latest l JOIN below b ON b.id = l.subject_id
             WHERE NOT EXISTS (
                   SELECT FROM latest broader JOIN below bb ON bb.id = broader.subject_id AND bb.root = b.root
                    WHERE broader.kind = l.kind AND broader.subject_id <> l.subject_id
                      AND l.parent_path LIKE broader.parent_path || '%%')
             GROUP BY b.root
            """,
            below=self._sql_below(span["roots"]), company=span["company"], until=span["day"],
        )

    @api.model
    def _sql_resources(self, span):
        """Resources in use that cover the class, something below it, or a broader class; partners apart."""
        return SQL(
            """
            SELECT root.id AS root,
                   count(DISTINCT r.id) FILTER (WHERE r.kind <> 'partner') AS resources,
                   count(DISTINCT r.id) FILTER (WHERE r.kind = 'partner') AS partners
              FROM library_subject root
              JOIN library_subject c ON c.parent_path LIKE root.parent_path || '%%'
                OR root.parent_path LIKE c.parent_path || '%%'
              JOIN library_resource_coverage_rel v ON v.subject_id = c.id
              JOIN library_resource r ON r.id = v.resource_id
             WHERE root.id = ANY(%(roots)s) AND r.active IS TRUE
               AND (r.company_id IS NULL OR r.company_id = %(company)s)
             GROUP BY root.id
            """,
            roots=span["roots"], company=span["company"],
        )
