from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import unique

from ...lib.k_guard import ALL

MOST_DIMENSIONS = 5
# Passed along in the context by our own code only: no call from outside can send this very object.
OPEN = object()


class LibraryKGuard(models.AbstractModel):
    """For reports about people: no figure about fewer than five of them, whoever asks and however.

    A model that inherits this is read in groups only. Its rows are neither found nor read nor exported, by nobody, the
    superuser included; groups, pivots and graphs come with the cells empty that must not be shown (lib/k_guard.py says
    which). The answer to a filter is worked out on the table of everybody, so that leaving one value out shows nothing
    that the whole did not. A stretch of months is shown where both its ends may be told (lib/k_guard_period.py), so
    that two stretches, or a stretch and all the time, do not differ by few people.

    What the guard cannot know is what somebody read yesterday.
    """

    _name = "library.k.guard"
    _description = "Figures about at least five people"

    _guard_person = "persons"
    """An integer field that holds who a row is about, aggregated by count_distinct; empty where nobody is meant."""
    _guard_dimensions = ()
    """Names of fields that may be grouped and filtered by."""
    _guard_periods = ("month",)
    """Dimensions that are dates; a filter on them chooses the table."""
    _guard_measures = ()
    """Names of fields that add up."""
    _guard_parts = ("company_id",)
    """Names of fields whose values a reader can choose by other ways than a filter, such as the institutions at work: a
    figure is shown where it is about enough people in each of them."""
    _guard_means = {}
    """{name of a field that is averaged: (name of the measure with its sum, name of the one with its number)}"""

    def _is_open(self):
        return self.env.context.get("library_k_guard") is OPEN

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self._is_open():
            return self.browse()._as_query()
        return super()._search(domain, *args, **kwargs)

    def _fetch_query(self, query, fields):
        # nobody gets here with an id that a search gave
        return self.browse()

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        if self._is_open():
            return super()._read_group(domain, groupby, aggregates, having, offset, limit, order)
        if having:
            raise AccessError(self.env._("Figures about people cannot be chosen by their size."))
        [rows] = self._guarded(domain, [tuple(groupby)], tuple(aggregates), order)
        return rows[offset:offset + limit if limit else None]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if self._is_open():
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        return self._guarded(domain, [tuple(groupby) for groupby in grouping_sets], tuple(aggregates), order)

    def _guarded(self, domain, grouping_sets, aggregates, order):
        """The groups with empty figures where they must be: what `_read_grouping_sets` returns.

        What must stay empty is found once for all groupings: a table of fewer dimensions hides the same cells as the
        totals of one with more.
        """
        domain = Domain(domain).optimize(self)
        used = tuple(unique(spec for groupby in grouping_sets for spec in groupby))
        self._check_guarded(domain, used, aggregates)
        period, narrowed_by = self._split_guarded(domain)
        extra = tuple(name for name in narrowed_by if name not in {spec.split(":")[0] for spec in used})
        dimensions = (*used, *extra)
        if len(dimensions) > MOST_DIMENSIONS:
            raise UserError(self.env._(
                "Figures about people are shown by at most %(count)s things at once, filters included.",
                count=MOST_DIMENSIONS,
            ))
        opened = self.with_context(library_k_guard=OPEN)
        away = opened._hidden_cells(period, dimensions)
        order = self._order_within(order, used)
        if not narrowed_by:
            return opened._masked_groups(domain, grouping_sets, aggregates, order, dimensions, away)
        return opened._narrowed_groups(domain, grouping_sets, aggregates, order, dimensions, extra, away)

    def _check_guarded(self, domain, groupby, aggregates):
        """Refuse whatever could single somebody out."""
        allowed = {
            "__count", f"{self._guard_person}:count_distinct", *(f"{name}:sum" for name in self._guard_measures),
            *(f"{name}:avg" for name in self._guard_means),
        }
        used = {spec.split(":")[0] for spec in groupby} | {
            condition.field_expr.split(".")[0] for condition in domain.iter_conditions()
        }
        if used - set(self._guard_dimensions) or set(aggregates) - allowed:
            raise AccessError(self.env._("This report tells nothing about single people."))

    def _split_guarded(self, domain):
        """The part of a filter that chooses the period, and the dimensions that the rest narrows."""
        parts = domain.children if domain.__class__.__name__ == "DomainAnd" else [domain]
        period, names = Domain.TRUE, []
        for part in parts:
            fields = [condition.field_expr.split(".")[0] for condition in part.iter_conditions()]
            if all(name in self._guard_periods for name in fields):
                period &= part
            elif any(name in self._guard_periods for name in fields):
                raise UserError(self.env._("Choose the period apart from the other filters."))
            else:
                names += fields
        return period, tuple(dict.fromkeys(names))

    # what the groups show

    def _sums_of(self, aggregates):
        """What has to be added up to know these figures: a mean is a sum by a sum."""
        names = []
        for aggregate in aggregates:
            mean = self._guard_means.get(aggregate.split(":")[0])
            names += [f"{name}:sum" for name in mean] if mean else [aggregate]
        return tuple(unique(names))

    def _figures_of(self, aggregates, sums):
        """The figures from what was added up.

        :param dict sums: {aggregate: value}
        """
        for aggregate in aggregates:
            mean = self._guard_means.get(aggregate.split(":")[0])
            if mean:
                total, weight = (sums[f"{name}:sum"] for name in mean)
                yield total / weight if weight else None
            else:
                yield sums[aggregate]

    def _masked_groups(self, domain, grouping_sets, aggregates, order, dimensions, away):
        """Groups of the table of everybody, with empty figures in the cells that must not be shown."""
        wanted = self._sums_of(aggregates)
        tables = self._read_grouping_sets(domain, grouping_sets, wanted)
        nothing = tuple(0 if aggregate == "__count" else None for aggregate in aggregates)
        result = []
        for groupby, table in zip(grouping_sets, tables, strict=True):
            rows, size = [], len(groupby)
            for row in table:
                figures = self._figures_of(aggregates, dict(zip(wanted, row[size:], strict=True)))
                is_away = self._key(dimensions, groupby, row) in away
                rows.append((*row[:size], *(nothing if is_away else figures)))
            result.append(self._in_order(rows, groupby, order))
        return result

    def _narrowed_groups(self, domain, grouping_sets, aggregates, order, dimensions, extra, away):
        """Groups of a filtered table: sums over those cells of the table of everybody that may be seen."""
        wanted = self._sums_of(aggregates)
        person = f"{self._guard_person}:count_distinct"
        added = tuple(aggregate for aggregate in wanted if aggregate != person)
        finest = self._read_group(domain, dimensions, added)
        told = [person] if person in wanted else []
        tables = self._read_grouping_sets(domain, grouping_sets, told)
        result = []
        for groupby, table in zip(grouping_sets, tables, strict=True):
            cells = self._rolled_up(finest, dimensions, (*groupby, *extra), added)
            groups, partly = self._shown_sums(cells, dimensions, groupby, extra, added, away)
            rows, size = [], len(groupby)
            for row in table:
                # a total over nothing at all is a line as well
                sums = dict(zip(added, groups.get(row[:size], [None] * len(added)), strict=True))
                # people can stand in several cells: the figure is right for the whole group only
                sums[person] = row[size] if told and row[:size] not in partly else None
                rows.append((*row[:size], *self._figures_of(aggregates, sums)))
            result.append(self._in_order(rows, groupby, order))
        return result

    def _in_order(self, rows, groupby, order):
        """Groups as an order of `_order_within` wants them.

        PostgreSQL would group a million rows by the names that it sorts by, which takes three times as long.
        """
        for term in reversed((order or "").split(", ") if rows else ()):
            spec, _space, direction = term.strip().partition(" ")
            if spec not in groupby:
                continue
            place, field = groupby.index(spec), self._fields[spec.split(":")[0]]
            rank = self._ranks(row[place] for row in rows) if field.type == "many2one" else None

            def key(row, place=place, field=field, rank=rank):
                value = row[place]
                if field.type == "boolean":
                    return value
                # nothing comes last, as in PostgreSQL
                return not value, (rank.get(value.id, len(rank)) if rank is not None else value) if value else 0

            rows = sorted(rows, key=key, reverse=direction.lower().startswith("desc"))
        return rows

    def _ranks(self, records):
        """The place of each record in the order of its model: {id: number}."""
        records = [record for record in records if record]
        if not records:
            return {}
        # safe: only the order of records whose names the groups show
        every = records[0].sudo().with_context(active_test=False)
        found = every.search([("id", "in", list({record.id for record in records}))])
        return {one: number for number, one in enumerate(found.ids)}

    def _order_within(self, order, groupby):
        """The part of an order that goes by the groups themselves: going by figures would tell which is largest."""
        terms = [term.strip() for term in (order or "").split(",")]
        return ", ".join([term for term in terms if term.split(" ")[0] in groupby]) or ", ".join(groupby) or None

    def _key(self, dimensions, groupby, row):
        """The key of a group as lib/k_guard.py has it."""
        values = dict(zip(groupby, row, strict=False))
        return tuple(values.get(spec, ALL) for spec in dimensions)

    def _rolled_up(self, finest, dimensions, kept, aggregates):
        """Cells of fewer dimensions: {key: sums}."""
        places = [dimensions.index(spec) for spec in kept]
        size, cells = len(dimensions), {}
        for row in finest:
            sums = cells.setdefault(tuple(row[place] for place in places), [None] * len(aggregates))
            for number, value in enumerate(row[size:]):
                if value is not None:
                    sums[number] = (sums[number] or 0) + value
        return cells

    def _shown_sums(self, cells, dimensions, groupby, extra, aggregates, away):
        """Sums over the cells that may be seen: ({group: sums}, groups with a hidden cell)."""
        groups, partly, size = {}, set(), len(groupby)
        for values, sums in cells.items():
            group = groups.setdefault(
                values[:size], [0 if aggregate == "__count" else None for aggregate in aggregates]
            )
            if self._key(dimensions, (*groupby, *extra), values) in away:
                partly.add(values[:size])
                continue
            for number, value in enumerate(sums):
                if value is not None:
                    group[number] = (group[number] or 0) + value
        return groups, partly
