from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang

from ...lib.k_guard import ALL
from ...lib.snapshot import differences

TEMPLATE = "library_crm.saved_report_table"


class LibrarySavedReportRun(models.Model):
    """Snapshots as tables for people: {head: [word], rows: [{label, depth, cells: [{value, text, is_away, note}]}]}."""

    _inherit = "library.saved.report.run"

    period = fields.Char("Months", compute="_compute_period")
    figures = fields.Html(compute="_compute_figures", sanitize=False)
    previous_id = fields.Many2one("library.saved.report.run", "Snapshot before", compute="_compute_figures")
    changes = fields.Html("What changed", compute="_compute_figures", sanitize=False)

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_period(self):
        for run in self:
            first, last = (
                day and format_date(self.env, day, date_format="MMMM y") for day in (run.date_from, run.date_to)
            )
            if first and last and first != last:
                run.period = self.env._("%(first)s to %(last)s", first=first, last=last)
            else:
                run.period = first or ""

    @api.depends("report_id")
    @api.depends_context("lang")
    def _compute_figures(self):
        for run in self:
            before = run._find_previous()
            run.previous_id = before
            run.figures = run._render_table(run._read_table())
            run.changes = run._render_table(run._read_changes(before)) if before else False

    def _find_previous(self):
        self.ensure_one()
        others = self.search([
            ("report_id", "=", self.report_id.id), ("date", "<=", self.date), ("id", "!=", self.id),
        ])
        return others.filtered(lambda run: (run.date, run.id) < (self.date, self.id))[:1]

    @api.model
    def _render_table(self, table):
        return self.env["ir.qweb"]._render(TEMPLATE, {"table": table})

    def _read_table(self):
        """The snapshot as a table.

        :raise AccessError: for who may not see the report
        """
        run_sudo = self._with_table()
        names = run_sudo.table["measures"]

        def cells(key, found):
            cell = found.get(key)
            return [self._shown(cell and cell.values.get(name), cell) for name in names]

        found = {key: cell for key, cell, _labels in run_sudo._unpack()}
        return {"head": self._measure_words(names), "rows": self._lines([run_sudo], lambda key: cells(key, found))}

    def _read_changes(self, other):
        """What changed from another snapshot of the same report to this one.

        :raise UserError: for a snapshot of something else
        """
        run_sudo, other_sudo = self._with_table(), other._with_table()
        both = (run_sudo, other_sudo)
        if len({(run.signature, str(run.table["groupby"])) for run in both}) > 1:
            raise UserError(self.env._("These two snapshots are of different figures and cannot be compared."))
        names = [name for name in run_sudo.table["measures"] if name in other_sudo.table["measures"]]
        now = {key: cell for key, cell, _labels in run_sudo._unpack()}
        then = {key: cell for key, cell, _labels in other_sudo._unpack()}
        changed = differences(then, now, names)
        head = []
        for word in self._measure_words(names):
            head += [
                self.env._("%(figure)s then", figure=word), self.env._("%(figure)s now", figure=word),
                self.env._("Difference"),
            ]

        def cells(key):
            result = []
            for name in names:
                old, new, difference = changed[key][name]
                # a figure that stands since then has changed all the same: by how much is what must not be told
                stands = key in now and bool(now[key].since)
                apart = self._away() if difference is None or stands else self._shown(difference, None, sign=True)
                result += [self._shown(old, then.get(key)), self._shown(new, now.get(key)), apart]
            return result

        return {"head": head, "rows": self._lines([run_sudo, other_sudo], cells)}

    def _with_table(self):
        """The snapshot with its figures, for who may read the report.

        :raise AccessError:
        """
        self.ensure_one()
        self.check_access("read")
        self.report_id._check_reader()
        # sudo: figures are closed to everybody; who comes here may see the report that they were taken of
        return self.sudo()

    def _measure_words(self, names):
        report = self.report_id._find_report()
        words = report.fields_get([name for name in names if name in report._fields], attributes=["string"])
        return [self.env._("Number") if name == "__count" else words[name]["string"] for name in names]

    @api.model
    def _shown(self, value, cell, sign=False):
        """A cell for people: its words, whether it is kept back, and since when it stands."""
        if cell and cell.is_hidden:
            return self._away()
        note = ""
        if cell and cell.since:
            note = self.env._(
                "As of %(date)s: since then it changed by fewer than five people, or beside such a change.",
                date=format_date(self.env, cell.since),
            )
        if value is None:
            return {"value": None, "text": "", "is_away": False, "note": note}
        text = formatLang(self.env, value, digits=0 if float(value).is_integer() else 2)
        text = f"+{text}" if sign and value > 0 else text
        return {"value": value, "text": f"≈ {text}" if note else text, "is_away": False, "note": note}

    @api.model
    def _away(self):
        return {"value": None, "text": self.env._("not shown"), "is_away": True, "note": ""}

    def _lines(self, runs, cells):
        """Lines in the order of the groups, each group above its parts and the total last.

        :param cells: function of a key that gives the cells of its line
        """
        specs, words = runs[0].table["groupby"], self._group_words(runs)
        below, keys = {}, {}
        for run in runs:
            for row in run.table["cells"]:
                path = tuple(row["key"])
                if row["places"] == list(range(len(path))) and path not in keys:
                    keys[path] = (*path, *[ALL] * (len(specs) - len(path)))
                    if path:
                        below.setdefault(path[:-1], []).append(path)
        rows = []

        def add(path):
            for child in below.get(path, ()):
                place = len(child) - 1
                label = words[place].get(child[-1]) or self.env._("None")
                rows.append({
                    "label": label, "depth": place, "cells": cells(keys[child]), "is_total": False,
                    "path": [words[number].get(part) or self.env._("None") for number, part in enumerate(child)],
                })
                add(child)

        add(())
        if () in keys:
            rows.append({
                "label": self.env._("Total"), "depth": 0, "cells": cells(keys[()]), "is_total": True, "path": [],
            })
        return rows

    def _group_words(self, runs):
        """The words of the groups in the reader's language; of records that are gone, the words of then.

        :return: [{value: word}] for each dimension
        """
        report = self.report_id._find_report()
        result = []
        for place, spec in enumerate(runs[0].table["groupby"]):
            words = {}
            for run in runs:
                for row in run.table["cells"]:
                    if place in row["places"]:
                        number = row["places"].index(place)
                        words.setdefault(row["key"][number], str((row["labels"] or row["key"])[number] or ""))
            result.append({**words, **self._live_words(report, spec, words)})
        return result

    @api.model
    def _live_words(self, report, spec, words):
        field = report._fields.get(spec.split(":")[0])
        if field is None:
            return {}
        if field.type == "many2one":
            # sudo: names of groups, as core gives them beside figures
            records_sudo = self.env[field.comodel_name].sudo().browse([value for value in words if value])
            return {record.id: record.display_name for record in records_sudo.exists()}
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        if field.type == "boolean":
            return {True: self.env._("Yes"), False: self.env._("No")}
        if field.type == "date":
            formatter = report._web_read_group_groupby_formatter(spec if ":" in spec else f"{spec}:month", [])
            return {value: formatter(fields.Date.to_date(value))[0][1] for value in words if value}
        return {}
