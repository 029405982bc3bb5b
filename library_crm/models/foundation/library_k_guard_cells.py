from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from ...lib.k_guard import ALL, K, hidden, projections
from ...lib.k_guard_period import is_stretch, units_beside, units_of

MOST_CONDITIONS = 100
# Who stands behind a cell, as 64 bits: cheap to find for a million rows, and totals are found by adding bits together.
SKETCH = "__sketch"
ALL_BITS = (1 << 64) - 1
WHOLE = None  # all parts together
LEVELS = {"", "month", "quarter", "year"}


class LibraryKGuard(models.AbstractModel):
    """Which cells of a guarded report must stay empty."""

    _inherit = "library.k.guard"

    def _hidden_cells(self, period, dimensions):
        """The cells and totals that stay empty in the table of some dimensions.

        A group counts as large as the smallest of what could be told apart from it: its part in each institution, and
        the calendar units at the ends of its stretch of time.

        :return: set of keys as lib/k_guard.py has them
        """
        parts = self._parts_beside(dimensions)
        narrow = tuple(spec for spec in dimensions if spec.split(":")[0] not in self._guard_periods)
        if not self._guard_periods or (narrow == dimensions and period.is_true()):
            rows = self._read_group(period, (*dimensions, *parts), [SKETCH, "__count"])
            return hidden(self._persons(period, dimensions, parts, rows))
        # one look at everything tells of each month, and so of each stretch of months
        spec = f"{self._guard_periods[0]}:month"
        finest = self._read_group(Domain.TRUE, (*narrow, *parts, spec), [SKETCH, "__count"])
        months, chosen = self._months(finest, period)
        rows = self._by_stretch(finest, chosen, period, dimensions, parts)
        persons = self._persons(period, dimensions, parts, rows)
        self._bound_by_time(persons, months, chosen, dimensions, narrow, finest)
        return hidden(persons)

    def _by_stretch(self, finest, chosen, period, dimensions, parts):
        """What stands behind each cell of the table and its parts, from what stands behind each of their months.

        :param finest: rows (dimensions that are no dates, parts, month, sketch, count)
        :return: rows (dimensions, parts, sketch, count)
        """
        levels = [spec.partition(":")[2] for spec in dimensions if spec.split(":")[0] in self._guard_periods]
        if set(levels) - LEVELS:
            # weeks begin on another day in each country: the database knows
            return self._read_group(period, (*dimensions, *parts), [SKETCH, "__count"])
        wanted, cells = set(chosen), {}
        size = sum(spec.split(":")[0] not in self._guard_periods for spec in dimensions)
        for *values, month, sketch, count in finest:
            if month not in wanted and (month or not period.is_true()):
                continue
            plain, levelled = iter(values[:size]), iter(levels)
            key = tuple(
                (date_utils.start_of(month, next(levelled) or "month") if month else month)
                if spec.split(":")[0] in self._guard_periods else next(plain)
                for spec in dimensions
            )
            cell = cells.setdefault((*key, *values[size:]), [0, 0])
            cell[0] |= sketch or 0
            cell[1] += count
        return [(*key, *figures) for key, figures in cells.items()]

    def _bound_by_time(self, persons, months, chosen, dimensions, narrow, finest):
        """Make each count as small as the smallest calendar unit at the ends of its stretch.

        :param dict persons: {key: persons}, changed in place
        """
        known = self._persons_by_unit(len(narrow), finest)
        dates = [(place, spec.partition(":")[2]) for place, spec in enumerate(dimensions) if spec not in narrow]
        stretches = {}
        for key, count in persons.items():
            when = tuple(key[place] for place, _level in dates)
            if when not in stretches:
                stretches[when] = self._ends(months, chosen, dates, key)
            place = tuple(key[dimensions.index(spec)] for spec in narrow)
            persons[key] = max(1, min([count, *(known.get((place, unit), 0) for unit in stretches[when])]))

    def _ends(self, months, chosen, dates, key):
        """The calendar units at the ends of the stretch that a cell is about."""
        inside = chosen
        for place, level in dates:
            if key[place] is not ALL and key[place]:
                inside = [month for month in inside if date_utils.start_of(month, level or "month") == key[place]]
        return units_beside(months, inside[0], inside[-1]) if inside else []

    def _persons_by_unit(self, size, finest):
        """People in each year, quarter and month, for each cell and total of some dimensions, `size` of them.

        :return: {(key, unit): persons}
        """
        together = {}
        for *key, month, sketch, _count in finest:
            if month and sketch:
                place = (tuple(key[:size]), month)
                together[place] = together.get(place, 0) | sketch
        sketches = {}
        for (key, month), sketch in together.items():
            for total in projections(key):
                for unit in units_of(month):
                    sketches[total, unit] = sketches.get((total, unit), 0) | sketch
        return {place: sketch.bit_count() for place, sketch in sketches.items()}

    def _parts_beside(self, dimensions):
        """The parts that a reader could choose, beside the dimensions of the table."""
        used = {spec.split(":")[0] for spec in dimensions}
        chosen = len(self.env.companies) > 1 or self.env.su
        return tuple(
            name for name in self._guard_parts if name not in used and (name != "company_id" or chosen)
        )

    def _months(self, finest, period):
        """All months with data, and those of the period.

        :raise UserError: for months with others between them
        """
        months = sorted({row[-3] for row in finest if row[-3]})
        chosen = months
        if not period.is_true():
            spec = f"{self._guard_periods[0]}:month"
            chosen = sorted(month for [month] in self._read_group(period, [spec]) if month)
        if not is_stretch(months, chosen):
            raise UserError(self.env._("Choose one stretch of months, without a gap in it."))
        return months, chosen

    def _persons(self, period, dimensions, parts, rows):
        """How many people stand behind each cell and each total: of the smallest part, where there are parts.

        :param rows: (dimensions, parts, sketch, count)
        :return: {key: persons}
        """
        size = len(dimensions)
        sketches, counts = {}, {}
        for row in rows:
            sketch, count = row[-2:]
            for total in projections(row[:size]) if sketch else ():
                for place in {(total, WHOLE), (total, row[size:-2] or WHOLE)}:
                    sketches[place] = sketches.get(place, 0) | sketch
                    counts[place] = counts.get(place, 0) + count
        found = {place: sketch.bit_count() for place, sketch in sketches.items()}
        # few bits are few people, unless several of them fell on one bit; that takes as many rows
        unsure = {place for place, number in found.items() if number < K <= counts[place]}
        if unsure:
            few = {row[:-2] for row in rows if row[-2] and row[-2].bit_count() < K}
            found.update(self._count_few(period, (*dimensions, *parts), size, few, unsure))
        persons = {}
        for (key, _part), number in found.items():
            persons[key] = min(persons.get(key, number), number)
        return persons

    def _count_few(self, period, specs, size, few, unsure):
        """How many people exactly stand behind some totals.

        :param specs: dimensions, `size` of them, and parts
        :param few: cells that these totals add up
        :param unsure: (key, part) of the totals
        :return: {(key, part): persons}
        """
        found = {place: set() for place in unsure}
        person = f"{self._guard_person}:array_agg_distinct"
        for *cell, people in self._read_group(period & self._one_of(specs, few), specs, [person]):
            if tuple(cell) not in few:
                continue
            for total in projections(tuple(cell[:size])):
                for place in {(total, WHOLE), (total, tuple(cell[size:]) or WHOLE)} & found.keys():
                    found[place].update(one for one in people if one is not None)
        return {place: len(people) for place, people in found.items()}

    def _one_of(self, specs, cells):
        """A filter for the rows of a few cells; for all rows where it would cost more than it saves."""
        if len(cells) > MOST_CONDITIONS or any(":" in spec for spec in specs):
            return Domain.TRUE
        return Domain.OR(
            Domain.AND(
                Domain(name, "=", value.id if isinstance(value, models.BaseModel) else value)
                for name, value in zip(specs, cell, strict=True)
            )
            for cell in cells
        )

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != SKETCH:
            return super()._read_group_select(aggregate_spec, query)
        person = self._field_to_sql(self._table, self._guard_person, query)
        return SQL("bit_or(1::bigint << (hashint4(%s::int) & 63))", person)

    def _read_group_empty_value(self, spec):
        return 0 if spec == SKETCH else super()._read_group_empty_value(spec)

    def _read_group_postprocess_aggregate(self, aggregate_spec, raw_values):
        if aggregate_spec != SKETCH:
            return super()._read_group_postprocess_aggregate(aggregate_spec, raw_values)
        # the 64th bit is the sign
        return ((value or 0) & ALL_BITS for value in raw_values)
