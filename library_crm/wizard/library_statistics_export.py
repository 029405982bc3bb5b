import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..const import CHANNELS, READ_LEVELS
from ..lib.statistics_table import csv_bytes

DISTANT = ("mail", "portal", "chat")


class LibraryStatisticsExport(models.TransientModel):
    """The figures that national statistics of libraries ask for, as a table for any form."""

    _name = "library.statistics.export"
    _description = "Export of Reference Statistics"

    def _default_date_from(self):
        return fields.Date.context_today(self).replace(month=1, day=1)

    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date("First day", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("Last day", required=True, default=fields.Date.context_today)
    period = fields.Selection(
        [("month", "Each month"), ("quarter", "Each quarter"), ("year", "Each year")], required=True, default="month"
    )
    by_branch = fields.Boolean("A line for each branch", default=True)
    file = fields.Binary("Table", readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for export in self:
            if export.date_from > export.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    def action_export(self):
        """Make the table, and offer it for download."""
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This institution is not among yours."))
        head, rows = self._prepare_table()
        self.write({
            "file": base64.b64encode(csv_bytes(head, rows)),
            "file_name": f"reference-statistics-{self.date_from}-{self.date_to}.csv",
        })
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "download",
        }

    def _prepare_table(self):
        """The figures.

        :return: (names of columns, rows: a list for each period and branch)
        """
        cells = self._figures()
        series = self.env["library.reference.count"]._fields["series"]._description_selection(self.env)
        channels = self.env["library.interaction"]._fields["channel"]._description_selection(self.env)
        _ = self.env._
        head = [_("Period"), *([_("Branch")] if self.by_branch else []), *[name for _code, name in series]]
        head += [_("Reference transactions at a distance")]
        head += [_("Reference transactions: %(channel)s", channel=name) for _code, name in channels]
        head += [_("Reference transactions, READ %(level)s", level=level) for level, _name in READ_LEVELS]
        head += [_("Minutes of reference work")]
        rows = []
        for period, branch in sorted(cells, key=lambda key: (key[0], key[1].name or "")):
            figures = cells[period, branch]
            row = [period, *([branch.name or ""] if self.by_branch else [])]
            row += [figures.get(("series", code), 0) for code, _name in series]
            row += [sum(figures.get(("channel", code), 0) for code in DISTANT)]
            row += [figures.get(("channel", code), 0) for code, _name in CHANNELS]
            row += [figures.get(("read", level), 0) for level, _name in READ_LEVELS]
            rows.append([*row, figures.get("minutes", 0)])
        return head, rows

    def _figures(self):
        """{(period, branch): {what: figure}}, from one grouped query."""
        Count = self.env["library.reference.count"]
        domain = [
            ("company_id", "=", self.company_id.id), ("date", ">=", self.date_from),
            ("date", "<", self.date_to + timedelta(days=1)),
        ]
        groups = Count._read_group(
            domain, [f"date:{self.period}", "branch_id", "series", "channel", "read_level"],
            ["contact_count:sum", "minutes:sum"])
        cells = {}
        for moment, branch, series, channel, read_level, count, minutes in groups:
            place = branch if self.by_branch else branch.browse()
            figures = cells.setdefault((self._period_name(moment), place), {})
            kinds = [("series", series)]
            if series == "reference":
                kinds += [("channel", channel), ("read", read_level)]
                figures["minutes"] = figures.get("minutes", 0) + (minutes or 0)
            for kind in kinds:
                figures[kind] = figures.get(kind, 0) + count
        return cells

    def _period_name(self, moment):
        """A period as any form understands it: 2026-03, 2026-Q1, 2026."""
        if self.period == "year":
            return f"{moment.year}"
        return f"{moment.year}-Q{(moment.month + 2) // 3}" if self.period == "quarter" else f"{moment:%Y-%m}"
