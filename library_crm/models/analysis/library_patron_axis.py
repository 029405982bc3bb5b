from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import AXES

BATCH = 25000
# The figure of `library.patron.fact` behind each axis.
MEASURES = {
    "activity": "visit_days_year",
    "breadth": "kinds_year",
    "depth": "read_max",
    "contribution": "contributions_year",
    "voice": "answers_year",
}


class LibraryPatronAxis(models.Model):
    """Where a patron stands on five axes, each 0 to 4 and each with the figure behind it.

    There is no sum of them and no rank: they help to choose a service, not to sort people.
    """

    _name = "library.patron.axis"
    _description = "Five Axes of a Patron"
    _order = "patron_id"
    _rec_name = "patron_id"
    _log_access = False  # rebuilt every night by nobody in particular

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    as_of = fields.Date("As of", required=True, readonly=True)
    activity = fields.Integer(readonly=True, aggregator="avg")
    breadth = fields.Integer("Breadth of services", readonly=True, aggregator="avg")
    depth = fields.Integer("Depth of needs", readonly=True, aggregator="avg")
    contribution = fields.Integer(readonly=True, aggregator="avg")
    voice = fields.Integer(readonly=True, aggregator="avg")
    evidence = fields.Json(readonly=True, help="The figure behind each axis.")

    _patron_uniq = models.Constraint("UNIQUE (patron_id)", "A patron has one row of axes.")

    @api.model
    def _analyse_axes(self, as_of, cursor):
        """A batch of the nightly run. See `library.analysis.job`; a patron who does not let us count has no axes."""
        self.env["library.patron.fact"].flush_model()
        self.env["library.patron"].flush_model(["allows_counts", "active"])
        last, done = (cursor or {}).get("patron", 0), (cursor or {}).get("done", 0)
        total, upper, batch = self.env.execute_query(
            SQL(
                """
            SELECT (SELECT count(*) FROM library_patron), max(id), count(*)
              FROM (SELECT id FROM library_patron WHERE id > %s ORDER BY id LIMIT %s) batch
            """,
                last,
                BATCH,
            )
        )[0]
        if upper:
            self._place(as_of, last, upper)
        done += batch
        return ({"patron": upper, "done": done} if batch == BATCH else None), done, total

    def _place(self, as_of, after, until):
        """Write the axes of the patrons `after` < id <= `until`, and remove those that nothing supports any more."""
        placed = SQL(
            """
            SELECT fact.patron_id, fact.company_id, %(as_of)s::date AS as_of, %(levels)s,
                   jsonb_build_object(%(evidence)s) AS evidence
              FROM library_patron_fact fact
              JOIN library_patron patron ON patron.id = fact.patron_id AND patron.allows_counts AND patron.active
             WHERE fact.patron_id > %(after)s AND fact.patron_id <= %(until)s
            """,
            as_of=as_of,
            after=after,
            until=until,
            levels=self._sql_levels(),
            evidence=SQL(", ").join(
                SQL("%s, coalesce(fact.%s, 0)", axis, SQL.identifier(column)) for axis, column in MEASURES.items()
            ),
        )
        columns = SQL(", ").join(SQL.identifier(axis) for axis in MEASURES)
        self.env.cr.execute(
            SQL(
                """
            WITH placed AS (%(placed)s), gone AS (
                DELETE FROM library_patron_axis axis
                 WHERE axis.patron_id > %(after)s AND axis.patron_id <= %(until)s
                   AND NOT EXISTS (SELECT FROM placed WHERE placed.patron_id = axis.patron_id)
            )
            INSERT INTO library_patron_axis (patron_id, company_id, as_of, %(columns)s, evidence)
            SELECT patron_id, company_id, as_of, %(columns)s, evidence FROM placed ORDER BY patron_id
            ON CONFLICT (patron_id) DO UPDATE SET company_id = excluded.company_id, as_of = excluded.as_of,
                   evidence = excluded.evidence, %(updates)s
            """,
                placed=placed,
                after=after,
                until=until,
                columns=columns,
                updates=SQL(", ").join(
                    SQL("%s = excluded.%s", SQL.identifier(axis), SQL.identifier(axis)) for axis in MEASURES
                ),
            )
        )
        self.invalidate_model()

    def _sql_levels(self):
        """A column for each axis: the highest level whose mark the figure reaches."""
        marks = (
            self.env["library.patron.axis.level"].sudo()._read_group([], ["axis"], ["minimum:array_agg"])
        )  # sudo: marks are no secret
        minimums = {axis: [float(mark) for mark in values] for axis, values in marks}
        return SQL(", ").join(
            SQL(
                "(SELECT count(*) FROM unnest(%s::float[]) mark WHERE coalesce(fact.%s, 0) >= mark)::int AS %s",
                minimums.get(axis, []),
                SQL.identifier(column),
                SQL.identifier(axis),
            )
            for axis, column in MEASURES.items()
        )

    @api.model
    def _forget_axes(self):
        self.env.cr.execute("DELETE FROM library_patron_axis")
        self.invalidate_model()

    def _get_chart(self):
        """What the pages show of each axis: name, level, and why, in the reader's language.

        :return: list of {axis, name, level, figure, why, next}
        """
        self.ensure_one()
        marks = {}
        for mark in self.env["library.patron.axis.level"].sudo().search(Domain.TRUE):  # sudo: marks are no secret
            marks.setdefault(mark.axis, {})[mark.level] = mark.minimum
        names = dict(self.env["library.patron.axis.level"]._fields["axis"]._description_selection(self.env))
        chart = []
        for axis, _label in AXES:
            level, figure = self[axis], int((self.evidence or {}).get(axis, 0))
            beyond = marks.get(axis, {}).get(level + 1)
            chart.append(
                {
                    "axis": axis,
                    "name": names[axis],
                    "level": level,
                    "figure": figure,
                    "why": self._axis_sentence(axis, figure),
                    "next": self.env._("Level %(level)s begins at %(mark)g.", level=level + 1, mark=beyond)
                    if beyond
                    else "",
                }
            )
        return chart

    def _axis_sentence(self, axis, figure):
        """Why a patron stands where she stands."""
        if axis == "depth":
            if not figure:
                return self.env._("No question with a known effort yet.")
            return self.env._(
                "The most demanding question reached level %(level)s of 6 on the READ scale.", level=figure
            )
        if figure == 1:
            return self._axis_sentence_of_one(axis)
        if axis == "activity":
            return self.env._("%(count)s days with any use of the library in the last year.", count=figure)
        if axis == "breadth":
            return self.env._("%(count)s different kinds of service in the last year.", count=figure)
        if axis == "contribution":
            return self.env._("%(count)s contributions to what the library knows in the last year.", count=figure)
        return self.env._(
            "%(count)s answers to the library in the last year: ratings, confirmations, corrections.", count=figure
        )

    def _axis_sentence_of_one(self, axis):
        if axis == "activity":
            return self.env._("1 day with any use of the library in the last year.")
        if axis == "breadth":
            return self.env._("1 kind of service in the last year.")
        if axis == "contribution":
            return self.env._("1 contribution to what the library knows in the last year.")
        return self.env._("1 answer to the library in the last year: a rating, a confirmation or a correction.")
