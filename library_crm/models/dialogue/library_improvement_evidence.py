import io

from odoo import models
from odoo.tools import SQL

from ...lib import k_guard

SHEET_TITLE = 31


class LibraryImprovement(models.Model):
    """The evidence for a change, as a workbook to hand to whoever decides: counts, and never a name or a quotation."""

    _inherit = "library.improvement"

    def action_evidence(self):
        """Download the workbook."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/library/improvement/{self.id}/evidence.xlsx", "target": "self"}

    def _evidence_file(self):
        """The workbook.

        :return: bytes
        """
        self.ensure_one()
        self.check_access("read")
        import xlsxwriter  # noqa: PLC0415

        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
            bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
            for title, head, rows in self._evidence_tables():
                sheet = book.add_worksheet(title[:SHEET_TITLE])
                sheet.set_column(0, 0, 34)
                sheet.set_column(1, len(head), 26, wrap)
                sheet.write_row(0, 0, head, bold)
                for number, row in enumerate(rows, 1):
                    sheet.write_row(number, 0, row)
        return out.getvalue()

    def _evidence_tables(self):
        """[(title, head, rows)] of the workbook."""
        _ = self.env._
        persons = self._evidence_persons()
        total = self._evidence_total()
        tables = [
            (_("Improvement"), [_("What"), _("Value")], self._evidence_facts(total)),
            (_("Before and after"), [_("Period"), _("Figure"), _("Cases")], self._evidence_figures()),
        ]
        titles = {
            "kind": _("Voices by kind"), "facet": _("Voices by facet"), "source": _("Voices by source"),
            "month": _("Voices by month"),
        }
        for name, title in titles.items():
            tables.append((title, [title, _("People")], self._evidence_rows(name, persons[name], total)))
        return tables

    def _evidence_facts(self, total):
        _ = self.env._
        states = dict(self._fields["state"]._description_selection(self.env))
        verdicts = dict(self._fields["verdict"]._description_selection(self.env))
        return [
            [_("In short"), self.name],
            [_("What we change"), self.change or ""],
            [_("Service"), self.service_id.name or _("All")],
            [_("Stage"), states[self.state]],
            [_("Begun"), str(self.date_started or "")],
            [_("Finished"), str(self.date_done or "")],
            [_("People who said it"), total if total >= k_guard.K else self._hidden_word()],
            [_("Verdict"), verdicts.get(self.verdict, "")],
            [_("In words"), self.verdict_words or ""],
            [_("About this file"), _("Counts only. Figures about fewer than five people are left out, and so are names "
                                     "and quotations.")],
        ]  # fmt: skip

    def _evidence_figures(self):
        _ = self.env._
        rows = []
        for label, value, count, start, end in (
            (_("Before"), self.value_before, self.n_before, self.date_before_from, self.date_before_to),
            (_("After"), self.value_after, self.n_after, self.date_after_from, self.date_after_to),
        ):
            period = self._period_words(start, end)
            enough = count >= k_guard.K
            rows.append([f"{label} {period}".strip(), self._figure_words(value) if enough else self._hidden_word(),
                         count if enough else self._hidden_word()])  # fmt: skip
        return rows

    def _hidden_word(self):
        return self.env._("fewer than five")

    # Who said it, counted

    def _evidence_source(self):
        """The feedback that led to it, each with a key that tells people apart and never leaves the database."""
        self.env["library.feedback"].flush_model()
        return SQL(
            "SELECT coalesce('p' || f.patron_id, f.email_normalized, 'f' || f.id) AS who, f.kind, f.facet, f.source,"
            " to_char(f.date, 'YYYY-MM') AS month FROM library_feedback f WHERE f.improvement_id = %s", self.id,
        )  # fmt: skip

    def _evidence_total(self):
        ((total,),) = self.env.execute_query(SQL("SELECT count(DISTINCT who) FROM (%s) s", self._evidence_source()))
        return total

    def _evidence_persons(self):
        """{dimension: {value: people}}"""
        found = {}
        for name in ("kind", "facet", "source", "month"):
            rows = self.env.execute_query(SQL(
                "SELECT %s, count(DISTINCT who) FROM (%s) s GROUP BY 1 ORDER BY 1",
                SQL.identifier(name), self._evidence_source(),
            ))
            found[name] = dict(rows)
        return found

    def _evidence_rows(self, name, persons, total):
        shown = k_guard.line(persons, persons, total=total)
        labels = {}
        if name != "month":
            labels = dict(self.env["library.feedback"]._fields[name]._description_selection(self.env))
        return [
            [labels.get(value, value or self.env._("Not said")), self._hidden_word() if count is None else count]
            for value, count in shown.items()
        ]
