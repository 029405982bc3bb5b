import io

from odoo import models
from odoo.tools.misc import format_date

from ...lib.print_style import print_style
from ...lib.workbook import Column, Workbook


class LibrarySavedReportRun(models.Model):
    """A snapshot as a workbook and on paper: the figures, what changed, and what they mean."""

    _inherit = "library.saved.report.run"

    def action_download(self):
        """The figures, what changed since the snapshot before, and what they mean as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/library/snapshots/{self.id}.xlsx", "target": "download"}

    def _make_file(self):
        """The workbook.

        :return: bytes
        :raise AccessError: for who may not see the report
        """
        figures, taken = self._read_table(), self._taken()
        stream = io.BytesIO()
        with Workbook(stream, self.report_id.name, self.env.lang or "en_US", taken, self._file_words()) as book:
            note = ". ".join(filter(None, [self.report_id.words, self.period, taken]))
            self._write_sheet(book, self.env._("Figures"), figures, note)
            before = self._find_previous()
            if before:
                note = self._compared(before)
                self._write_sheet(book, self.env._("What changed"), self._read_changes(before), note)
            book.definitions(self._definitions())
        return stream.getvalue()

    def _print_values(self):
        """What stands on paper: plain values, in the reader's language.

        :raise AccessError: for who may not see the report
        """
        self.ensure_one()
        before = self._find_previous()
        return {
            **print_style(self.env.lang), "house": self.company_id.name, "name": self.report_id.name,
            "words": ". ".join(filter(None, [self.report_id.words, self.period])), "taken": self._taken(),
            "figures": self._read_table(), "cards": self._definitions(),
            "changes": before and self._read_changes(before), "compared": before and self._compared(before),
        }

    def _taken(self):
        return self.env._(
            "Taken on %(date)s with the rights of %(name)s", date=format_date(self.env, self.date),
            name=self.user_id.sudo().name,  # sudo: the name of a colleague, who may have left
        )

    def _compared(self, before):
        return self.env._("Compared with %(snapshot)s", snapshot=before.display_name)

    def _definitions(self):
        return list(self.env["library.figure.card"]._cards(self.card_ids.mapped("code")).values())

    def _write_sheet(self, book, name, table, note):
        """One table: a column for each group, so that it can be filtered; the total last."""
        groups = self._group_heads()
        columns = [Column(word) for word in groups or [""]]
        columns += [Column(word, kind="float" if self._has_parts(table, place) else "int", width=18)
                    for place, word in enumerate(table["head"])]
        rows = []
        for row in table["rows"]:
            if row["is_total"] or len(row["path"]) == len(groups):
                path = [row["label"]] if row["is_total"] else row["path"]
                labels = [*path, *[None] * (max(1, len(groups)) - len(path))]
                rows.append([*labels, *(cell["text"] if cell["is_away"] else cell["value"] for cell in row["cells"])])
        if any(cell["note"] for row in table["rows"] for cell in row["cells"]):
            note = f"{note}. {self.env._('Some figures are those of an earlier snapshot.')}"
        book.sheet(name, columns, rows, note=note)

    def _has_parts(self, table, place):
        values = [row["cells"][place]["value"] for row in table["rows"]]
        return any(value is not None and not float(value).is_integer() for value in values)

    def _group_heads(self):
        report, specs = self.report_id._find_report(), self._with_table().table["groupby"]
        words = report.fields_get([spec.split(":")[0] for spec in specs], attributes=["string"])
        return [words[spec.split(":")[0]]["string"] for spec in specs]

    def _file_words(self):
        card = self.env["library.figure.card"].fields_get(attributes=["string"])
        names = ("name", "numerator", "denominator", "period", "exclusions", "scale", "interval", "edition")
        return {
            **{name: card[name]["string"] for name in names}, "total": self.env._("Total"),
            "definitions": self.env._("What these figures mean"), "page": self.env._("Page"),
        }
