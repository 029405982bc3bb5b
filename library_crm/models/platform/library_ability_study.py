from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...lib.k_guard import ALL, count_persons, hidden
from ...lib.survey_figures import mean_of_sums, share

BANDS = (1.5, 2.5)
"""Mean levels below the first are low, from the second on high."""
MEASURES = ("transfer", "useful", "minutes", "read_level")


class LibraryAbilityStudy(models.TransientModel):
    """Do abilities go with what a service does: level before a case beside its outcome, effort and time.

    The figures go through the guard: none is about fewer than five people, and none can be found by subtraction.
    """

    _name = "library.ability.study"
    _description = "Abilities and Effect"

    dimension = fields.Selection(
        [("type", "Type of patron"), ("stage", "Stage of study")], string="By", default="type", required=True
    )
    ability = fields.Selection(
        [
            ("cognitive", "Knowing what is needed"), ("analysis", "Analysing and developing"),
            ("use", "Making use of it"),
        ],
        help="Without one, the mean of all three.",
    )
    date_from = fields.Date("Closed from", default=lambda self: self._default_date_from(), required=True)
    date_to = fields.Date("Closed until", default=fields.Date.context_today, required=True)
    table = fields.Html("Figures", compute="_compute_table", sanitize=False)

    def _compute_display_name(self):
        for study in self:
            study.display_name = self.env._("Abilities and effect")

    @api.model
    def _default_date_from(self):
        return fields.Date.subtract(fields.Date.context_today(self), years=2)

    @api.depends("dimension", "ability", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_table(self):
        for study in self:
            study.table = study._render_table()

    def _render_table(self):
        rows = self._figures() if self.date_from and self.date_to and self.dimension else []
        return self.env["ir.qweb"]._render("library_crm.ability_study_table", {"rows": rows})

    def _figures(self):
        """Rows of the study, totals included.

        :return: list of dicts `band`, `group`, `is_total`, `persons`, `cases`, and for each measure a dict of `told`,
            `n`, `value`, `low`, `high`; cells that must not be shown have None in place of numbers
        """
        if not self.env.user.has_group("library_crm.group_library_relations"):
            raise AccessError(self.env._("This study is for relationship librarians and team leads."))
        found = self._rows()
        persons = count_persons(((row["band"], row["group"]), row["patron"]) for row in found)
        away = hidden(persons)
        gone = {
            measure: away | hidden(count_persons(
                ((row["band"], row["group"]), row["patron"]) for row in found if row[measure] is not None
            )) for measure in MEASURES
        }
        cells = {}
        for row in found:
            for key in ((row["band"], row["group"]), (row["band"], ALL), (ALL, row["group"]), (ALL, ALL)):
                cells.setdefault(key, []).append(row)
        names = self._names()
        return [
            {
                "band": names["band"].get(band, self.env._("All levels")),
                "group": self.env._("All") if group is ALL else names["group"].get(group, self.env._("not known")),
                "is_total": band is ALL or group is ALL,
                "persons": None if (band, group) in away else persons[band, group],
                "cases": None if (band, group) in away else len(cells[band, group]),
                **{measure: self._figure(measure, cells[band, group], (band, group) in gone[measure])
                   for measure in MEASURES},
            }
            for band, group in sorted(cells, key=self._order_key)
        ]

    @staticmethod
    def _order_key(key):
        """Totals last, levels from low to high."""
        band, group = key
        return group is ALL, str(group), band is ALL, 0 if band is ALL else band

    @staticmethod
    def _figure(measure, rows, is_hidden):
        values = [row[measure] for row in rows if row[measure] is not None]
        if is_hidden:
            return {"told": False, "n": None, "value": None, "low": None, "high": None}
        if measure == "transfer":
            return share(sum(values), len(values))
        return mean_of_sums(len(values), sum(values), sum(value * value for value in values))

    def _names(self):
        low, middle, high = self.env._("Low (below 1.5)"), self.env._("Middle"), self.env._("High (2.5 or more)")
        if self.dimension == "type":
            # sudo: names of types
            groups = {one.id: one.name for one in self.env["library.patron.type"].sudo().search([])}
        else:
            groups = dict(self.env["library.patron"]._fields["degree_stage"]._description_selection(self.env))
        return {"band": {0: low, 1: middle, 2: high}, "group": groups}

    def _rows(self):
        """One dict for each closed case of a patron whose level was known before it began."""
        for model in ("library.case", "library.competency", "library.outcome", "library.patron"):
            self.env[model].flush_model()
        group = SQL("p.type_id") if self.dimension == "type" else SQL("p.degree_stage")
        found = self.env.execute_query(SQL(
            """WITH said AS (
                   SELECT DISTINCT ON (c.id, k.skill_id) c.id AS case_id, k.level
                     FROM library_case c
                     JOIN library_competency k ON k.patron_id = c.patron_id AND k.date <= c.create_date
                    WHERE c.company_id = ANY (%(companies)s) AND c.date_closed >= %(start)s
                      AND c.date_closed < %(stop)s::date + 1 AND (%(ability)s IS NULL OR k.ability = %(ability)s)
                    ORDER BY c.id, k.skill_id, (k.source = 'self'), k.date DESC, k.id DESC)
               SELECT c.patron_id, (SELECT avg(level) FROM said s WHERE s.case_id = c.id), %(group)s,
                      o.is_transfer, o.useful::int, nullif(c.minutes, 0), c.read_level::int
                 FROM library_case c JOIN library_patron p ON p.id = c.patron_id
                 LEFT JOIN library_outcome o ON o.case_id = c.id AND o.source <> 'staff'
                WHERE c.id IN (SELECT case_id FROM said)""",
            companies=self.env.companies.ids, start=self.date_from, stop=self.date_to, group=group,
            ability=self.ability or None,
        ))
        return [
            {"patron": patron, "band": sum(float(level) >= limit for limit in BANDS), "group": named or False,
             "transfer": None if transfer is None else int(transfer), "useful": useful, "minutes": minutes,
             "read_level": read_level}
            for patron, level, named, transfer, useful, minutes, read_level in found
        ]
