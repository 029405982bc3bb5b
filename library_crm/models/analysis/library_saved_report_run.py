import hashlib
import json
from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain

from ...lib.k_guard import ALL
from ...lib.snapshot import Cell, Earlier, settle

MOST_ROWS = 5000
MOST_EARLIER = 24
MOST_MOVES = 4


class LibrarySavedReportRun(models.Model):
    """A snapshot of a saved report: the figures of a day as somebody was allowed to see them.

    Figures that the guard hides stay hidden, and one that changed by fewer than five people since the last snapshot
    of an overlapping period keeps its old value, so that nobody is found by subtracting (lib/snapshot.py).
    """

    _name = "library.saved.report.run"
    _description = "Snapshot of a Saved Report"
    _order = "date desc, id desc"
    _rec_name = "date"

    report_id = fields.Many2one("library.saved.report", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    date = fields.Datetime("Taken on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Taken with the rights of", required=True, readonly=True)
    date_from = fields.Date("First month", readonly=True)
    date_to = fields.Date("Last month", readonly=True)
    row_count = fields.Integer("Lines", readonly=True)
    card_ids = fields.Many2many(related="report_id.card_ids")
    # what they hold is read through `_read_table` only, which asks for the right to read the report
    signature = fields.Char(required=True, readonly=True, index=True, groups=NO_ACCESS)
    table = fields.Json(readonly=True, groups=NO_ACCESS)

    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(report)s, %(date)s", report=run.report_id.name,
                date=fields.Datetime.context_timestamp(run, run.date).strftime("%Y-%m-%d %H:%M"),
            )

    @api.model
    def _take(self, saved):
        """Take a snapshot of a saved report with the reader's own rights.

        :raise AccessError: for who may not see the report
        """
        saved._check_reader()
        today = fields.Date.context_today(self)
        period = saved._period_domain(today)
        cells, labels = self._read_cells(saved, saved._rest_domain() & period)
        months = self._months(saved, period)
        signature = self._sign(saved)
        earlier, old_labels = self._find_earlier(saved, signature, months)
        labels = {**old_labels, **labels}
        settled = settle(cells, earlier, *self._amounts(saved))
        # sudo: snapshots are written by this method only; every value is ours
        return self.sudo().create({
            "report_id": saved.id, "user_id": self.env.uid, "date": self.env.cr.now(), "signature": signature,
            "date_from": months[0] if months else False, "date_to": months[-1] if months else False,
            "row_count": len(settled),
            "table": {
                "months": months, "groupby": saved._group_specs(), "measures": saved._measure_names(),
                "cells": [self._pack(key, cell, labels.get(key)) for key, cell in settled.items()],
            },
        }).sudo(False)

    @api.model
    def _read_cells(self, saved, domain):
        """Figures of all groups and their totals, as the report gives them.

        :return: ({key: Cell}, {key: [label]}); keys as `lib.k_guard` wants them
        """
        report, specs = saved._find_report(), saved._group_specs()
        person = getattr(report, "_guard_person", None)
        aggregates = {name: self._aggregate(report, name) for name in saved._measure_names()}
        people = [f"{person}:count_distinct"] if person else []
        asked = list(dict.fromkeys(["__count", *aggregates.values(), *people]))
        places = range(len(specs))
        sets = [chosen for number in range(len(specs) + 1) for chosen in combinations(places, number)]
        tables = report.formatted_read_grouping_sets(domain, [[specs[place] for place in one] for one in sets], asked)
        cells, labels = {}, {}
        for chosen, rows in zip(sets, tables, strict=True):
            for row in rows:
                if not chosen and not row["__count"] and not (people and row[people[0]] is None):
                    continue  # nothing at all
                values = [row[specs[place]] for place in chosen]
                key = [ALL] * len(specs)
                for place, value in zip(chosen, values, strict=True):
                    key[place] = value[0] if isinstance(value, (list, tuple)) else value
                labels[tuple(key)] = [value[1] if isinstance(value, (list, tuple)) else value for value in values]
                cells[tuple(key)] = self._cell(row, aggregates, person)
        if len(cells) > MOST_ROWS:
            raise UserError(self.env._("This report has more than %(count)s lines: filter or group it less finely.",
                                       count=MOST_ROWS))
        return cells, labels

    @api.model
    def _aggregate(self, report, name):
        """How a measure is summed up; only what a report offers as a figure."""
        aggregator = name == "__count" or report._fields[name].aggregator
        if not aggregator:
            raise UserError(self.env._("“%(name)s” is no figure of this report.", name=report._fields[name].string))
        return name if name == "__count" else f"{name}:{aggregator}"

    @api.model
    def _cell(self, row, aggregates, person):
        persons = row[f"{person}:count_distinct"] if person else None
        is_hidden = bool(person) and persons is None
        values = {
            name: None if is_hidden or row[spec] is None else round(row[spec] or 0, 4)
            for name, spec in aggregates.items()
        }
        return Cell(values, persons, is_hidden)

    @api.model
    def _amounts(self, saved):
        """Measures of which one person can add any number, and those that do not add up."""
        report, amounts, means = saved._find_report(), set(), set()
        for name in set(saved._measure_names()) - {"__count"}:
            field = report._fields[name]
            if field.aggregator != "sum":
                means.add(name)
            if field.aggregator != "sum" or field.type != "integer" or "minutes" in name:
                amounts.add(name)
        return amounts, means

    @api.model
    def _months(self, saved, period):
        """First days of the months that have figures in a period, or None for a report without months."""
        name = saved._period_field()
        if not name:
            return None
        rows = saved._find_report()._read_group(period, [f"{name}:month"], ["__count"])
        return sorted(str(month) for month, _count in rows if month)

    @api.model
    def _sign(self, saved):
        """What two snapshots must have in common to be about the same figures."""
        parts = [saved.report_model, list(saved._rest_domain()), saved.company_id.id]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    @api.model
    def _find_earlier(self, saved, signature, months):
        """Snapshots of the same figures whose period overlaps, newest first, whoever took them."""
        # sudo: what others keep to themselves can be subtracted as well; nothing of it is shown but what it hides
        runs_sudo = self.sudo().search([("signature", "=", signature)], limit=MOST_EARLIER)
        result, labels, moved, specs = [], {}, {}, saved._group_specs()
        for run in runs_sudo:
            then = run.table["months"]
            if months is not None and not set(months) & set(then or ()):
                continue
            apart = tuple(sorted(set(months or ()) ^ set(then or ())))
            if apart and apart not in moved:
                moved[apart] = self._moved(saved, apart) if len(moved) < MOST_MOVES else {}
            cells = {}
            for key, cell, words in run._unpack(specs):
                cells[key] = cell
                labels.setdefault(key, words)
            result.append(Earlier(cells, fields.Date.to_string(run.date), moved.get(apart, {})))
        return result, labels

    @api.model
    def _moved(self, saved, months):
        """How many people stand behind the months that only one of two snapshots covers, where that may be told."""
        period = Domain(saved._period_field(), "in", list(months))
        cells, _labels = self._read_cells(saved, saved._rest_domain() & period)
        return {key: cell.persons for key, cell in cells.items() if cell.persons}

    # how a snapshot is stored
    @api.model
    def _pack(self, key, cell, labels):
        places = [place for place, value in enumerate(key) if value is not ALL]
        return {
            "places": places, "key": [key[place] for place in places], "labels": labels, "values": dict(cell.values),
            "persons": cell.persons, "hidden": cell.is_hidden, "since": cell.since, "kept": cell.is_kept,
        }

    def _unpack(self, specs=None):
        """The cells of this snapshot, or those of them that a table of other groups has as well.

        :param list specs: the groups of the other table
        :return: iterator of (key, Cell, labels)
        """
        self.ensure_one()
        own = self.table["groupby"]
        specs = own if specs is None else specs
        for row in self.table["cells"]:
            values = {own[place]: (value, label) for place, value, label in zip(
                row["places"], row["key"], row["labels"] or row["key"], strict=True
            )}
            if set(values) <= set(specs):
                key = tuple(values[spec][0] if spec in values else ALL for spec in specs)
                labels = [values[spec][1] for spec in specs if spec in values]
                cell = Cell(row["values"], row["persons"], row["hidden"], row["since"], row["kept"])
                yield key, cell, labels

    def action_open(self):
        """The figures of this snapshot."""
        self.check_access("read")
        return self._open()

    def action_again(self):
        """Take a snapshot of the same report now."""
        self.ensure_one()
        self.check_access("read")
        return self.report_id.action_run()

    def _open(self):
        return {
            "type": "ir.actions.act_window", "name": self.report_id.name, "res_model": self._name,
            "res_id": self.id, "views": [(False, "form")],
        }
