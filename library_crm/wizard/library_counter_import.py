import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..connectors import counter_report
from ..connectors.counter_messages import CounterRefused
from ..connectors.counter_report import fold

MOST_NAMES = 20


class LibraryCounterImport(models.TransientModel):
    """Take in a report of use: first what it holds, then, on a second click, its numbers."""

    _name = "library.counter.import"
    _description = "Import a Report of Use"

    file = fields.Binary("Report", attachment=False, required=True, help="COUNTER 5 or 5.1: TSV, CSV, XLSX or JSON.")
    file_name = fields.Char()
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection([("choose", "Choose"), ("look", "Look")], default="choose", readonly=True)
    report = fields.Char("Which report", readonly=True)
    institution = fields.Char("Institution in the report", readonly=True)
    date_from = fields.Date("From month", readonly=True)
    date_to = fields.Date("Up to month", readonly=True)
    row_count = fields.Integer("Rows", readonly=True)
    title_count = fields.Integer("Titles", readonly=True)
    refused_count = fields.Integer("Rows refused", readonly=True)
    notes = fields.Text(readonly=True)
    platforms_without = fields.Char("Platforms without a resource", readonly=True)
    replaced_count = fields.Integer("Numbers replaced", readonly=True)

    @api.onchange("file")
    def _onchange_file(self):
        self.state = "choose"

    def _read(self):
        """The report in the file.

        :raise UserError: when nothing can be read from it
        """
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This institution is not among yours."))
        try:
            return counter_report.read(base64.b64decode(self.file or b""))
        except CounterRefused as error:
            raise UserError(self.env["library.counter.run"]._sentence(error.code, error.params)) from error

    def action_look(self):
        """Say what the file holds, and change nothing."""
        report = self._read()
        Run = self.env["library.counter.run"]
        Source = self.env["library.counter.source"].sudo()  # sudo: which platforms are known, of the chosen institution
        platforms = {key[0]: source.platform for key, source in report.sources.items()}
        known = Source.search([
            ("company_id", "=", self.company_id.id), ("platform_key", "in", list(platforms)), ("title_key", "=", False),
            ("resource_id", "!=", False),
        ]).mapped("platform_key")  # fmt: skip
        keys = Source._resource_keys(self.company_id)
        without = [name for key, name in platforms.items() if key not in known and not keys.get(("name", key))]
        self.write({
            "state": "look", "report": f"{report.report} ({report.release})", "institution": report.institution,
            "date_from": report.date_from, "date_to": report.date_to, "row_count": report.row_count,
            "title_count": len(report.sources), "refused_count": len(report.refused),
            "notes": "\n".join(Run._sentence(*note) for note in report.notes) or False,
            "platforms_without": ", ".join(sorted(without)[:MOST_NAMES]) or False,
            "replaced_count": self._count_replaced(report, list(platforms)),
        })  # fmt: skip
        return self._again()

    def _count_replaced(self, report, platforms):
        """How many numbers of these months are known already."""
        if not (report.is_whole and report.date_from):
            return 0
        return self.env["library.resource.usage"].search_count([
            ("company_id", "=", self.company_id.id), ("report", "=", report.report),
            ("month", ">=", report.date_from), ("month", "<=", report.date_to),
            ("source_id.platform_key", "in", [fold(platform) for platform in platforms]),
        ])  # fmt: skip

    def _again(self):
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form",
            "target": "new", "name": self.env._("Import a report of use"),
        }

    def action_import(self):
        """Take the numbers in."""
        report = self._read()
        self.check_access("write")
        # sudo: the numbers are the provider's and nobody writes them by hand; the institution was checked
        run = self.env["library.counter.run"].sudo()._take_in(
            report, self.company_id, (self.file_name or report.report)[:200]
        )
        return {"type": "ir.actions.act_window", "res_model": run._name, "res_id": run.id, "view_mode": "form"}
