from itertools import combinations

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...lib.k_guard import ALL, hidden

MOST_DIMENSIONS = 5
# Passed along in the context by our own code only: no call from outside can send this very object.
OPEN = object()


class LibraryKGuard(models.AbstractModel):
    """For reports about people: no figure about fewer than five of them, whoever asks and however.

    A model that inherits this is read in groups only. Its rows are neither found nor read nor exported, by nobody, the
    superuser included; groups, pivots and graphs come with the cells empty that must not be shown (lib/k_guard.py says
    which). The answer to a filter is worked out on the table of everybody, so that leaving one value out shows nothing
    that the whole did not.

    What the guard cannot know is what somebody read yesterday: two periods that differ by a few days can be compared.
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
        rows = self._guarded(domain, tuple(groupby), tuple(aggregates), order)
        return rows[offset:offset + limit if limit else None]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if self._is_open():
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        result = []
        for groupby in grouping_sets:
            terms = [term.strip() for term in (order or "").split(",")]
            own = [term for term in terms if term.split(" ")[0] in (*groupby, *aggregates)]
            result.append(self._guarded(domain, tuple(groupby), tuple(aggregates), ", ".join(own) or None))
        return result

    def _guarded(self, domain, groupby, aggregates, order):
        """The groups with empty figures where they must be: what `_read_group` returns."""
        domain = Domain(domain).optimize(self)
        self._check_guarded(domain, groupby, aggregates)
        period, narrowed_by = self._split_guarded(domain)
        extra = tuple(name for name in narrowed_by if name not in {spec.split(":")[0] for spec in groupby})
        dimensions = (*groupby, *extra)
        if len(dimensions) > MOST_DIMENSIONS:
            raise UserError(self.env._(
                "Figures about people are shown by at most %(count)s things at once, filters included.",
                count=MOST_DIMENSIONS,
            ))
        opened = self.with_context(library_k_guard=OPEN)
        away = opened._hidden_cells(period, dimensions)
        rows = opened._read_group(domain, groupby, aggregates, order=order)
        if not narrowed_by:
            return [self._masked(row, len(groupby), aggregates, row[:len(groupby)] in away) for row in rows]
        shown = opened._shown_sums(domain, dimensions, len(groupby), aggregates, away)
        return [(*row[:len(groupby)], *shown[row[:len(groupby)]]) for row in rows]

    def _check_guarded(self, domain, groupby, aggregates):
        """Refuse whatever could single somebody out."""
        allowed = {
            "__count", f"{self._guard_person}:count_distinct", *(f"{name}:sum" for name in self._guard_measures)
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

    def _hidden_cells(self, period, dimensions):
        """The cells and totals that stay empty in the table of some dimensions."""
        places = range(len(dimensions))
        sets = [chosen for number in range(len(dimensions) + 1) for chosen in combinations(places, number)]
        tables = self._read_grouping_sets(
            period, [[dimensions[place] for place in chosen] for chosen in sets],
            [f"{self._guard_person}:count_distinct"],
        )
        persons = {}
        for chosen, rows in zip(sets, tables, strict=True):
            for *values, count in rows:
                key = [ALL] * len(dimensions)
                for place, value in zip(chosen, values, strict=True):
                    key[place] = value
                persons[tuple(key)] = count
        return hidden(persons)

    def _masked(self, row, size, aggregates, is_hidden):
        if not is_hidden:
            return row
        return (*row[:size], *(0 if aggregate == "__count" else None for aggregate in aggregates))

    def _shown_sums(self, domain, dimensions, size, aggregates, away):
        """Figures of the groups of a narrowed table: sums over the cells that may be seen."""
        sums, is_partly = {}, set()
        for row in self._read_group(domain, dimensions, aggregates):
            key, values = row[:len(dimensions)], row[len(dimensions):]
            group = sums.setdefault(key[:size], [None] * len(aggregates))
            if key in away:
                is_partly.add(key[:size])
                continue
            for number, value in enumerate(values):
                group[number] = (group[number] or 0) + (value or 0)
        whole = dict(
            (row[:size], row[size:]) for row in self._read_group(domain, dimensions[:size], aggregates)
        )
        persons = f"{self._guard_person}:count_distinct"
        for key, group in sums.items():
            for number, aggregate in enumerate(aggregates):
                if aggregate == persons:
                    # people can stand in several cells: the figure is right for the whole group only
                    group[number] = None if key in is_partly else whole[key][number]
                elif aggregate == "__count":
                    group[number] = group[number] or 0
        return sums
