from collections import Counter
from datetime import datetime, time, timedelta

from odoo import models
from odoo.fields import Domain

from ...lib.workbook import Chart, Column

DISTANT = ("mail", "portal", "chat")
CARDS = ("reference_contact_count", "reference_minutes")


class LibraryDocument(models.Model):
    """The national statistics of reference transactions: each counted once, directions apart, nobody's name."""

    _inherit = "library.document"

    def _build_reference_statistics(self, book, period_from, period_to, company, **options):
        """Contacts and cases counted in the period."""
        cells = self._reference_cells(period_from, period_to, company)
        Count = self.env["library.reference.count"]

        def label(name):
            return Count._fields[name]._description_string(self.env)

        months = sorted({f"{month:%Y-%m}" for month, *_rest in cells})
        self._sheet_reference_series(
            book, self.env._("By month"), self.env._("Month"), months, cells, lambda key: f"{key[0]:%Y-%m}", "column"
        )
        # sudo: names of branches; figures about them are no secret
        branches = {key[1]: key[1].sudo().name or self.env._("Not said") for key in cells}
        self._sheet_reference_series(
            book, self.env._("By branch"), label("branch_id"), sorted(set(branches.values())), cells,
            lambda key: branches[key[1]], "bar",
        )
        for place, name, kind in ((3, "channel", "pie"), (4, "read_level", "column"), (5, "warner", "column")):
            words = dict(Count._fields[name]._description_selection(self.env))
            self._sheet_reference_kinds(book, label(name), words, place, cells, kind)
        self._sheet_reference_per_capita(book, cells, company)
        self._define(book, CARDS)

    def _local_period(self, field, date_from, date_to):
        """The days of a period as the reader's clock has them."""
        zone = self.env.tz

        def moment(day):
            return zone.localize(datetime.combine(day, time())).utctimetuple()

        begin, end = (datetime(*moment(day)[:6]) for day in (date_from, date_to + timedelta(days=1)))
        return Domain(field, ">=", begin) & Domain(field, "<", end)

    def _reference_cells(self, date_from, date_to, company):
        """{(month, branch, series, channel, READ, Warner): (count, minutes)}, from one grouped query."""
        Count = self.env["library.reference.count"]
        groups = Count._read_group(
            self._local_period("date", date_from, date_to) & Domain("company_id", "=", company.id),
            ["date:month", "branch_id", "series", "channel", "read_level", "warner"],
            ["contact_count:sum", "minutes:sum"],
        )
        return {tuple(key): (count, minutes or 0) for *key, count, minutes in groups}

    def _reference_note(self):
        return self.env._(
            "A reference transaction is advice with sources on a need for information (RUSA 2008). Directions, hours, "
            "machines and accounts stand apart. A contact that went on as a case is counted once."
        )

    def _sheet_reference_series(self, book, name, head, labels, cells, label_of, kind):
        """Contacts of each kind, by month or by branch."""
        _ = self.env._
        series = self.env["library.reference.count"]._fields["series"]._description_selection(self.env)
        counts, distant, minutes = Counter(), Counter(), Counter()
        for key, (count, spent) in cells.items():
            label = label_of(key)
            counts[label, key[2]] += count
            if key[2] == "reference":
                distant[label] += count if key[3] in DISTANT else 0
                minutes[label] += spent
        book.sheet(
            name,
            [Column(head, width=24), *(Column(word, "int", 16, "sum") for _code, word in series),
             Column(_("Reference transactions at a distance"), "int", 18, "sum"),
             Column(_("Minutes of reference work"), "minutes", 16, "sum")],
            ([label, *(counts[label, code] for code, _word in series), distant[label], minutes[label]]
             for label in labels),
            note=self._reference_note(),
            chart=Chart(kind, _("Reference transactions, and directions apart"), 0, [1, 2], most=len(labels)),
        )  # fmt: skip

    def _sheet_reference_kinds(self, book, head, words, place, cells, kind):
        """Reference transactions by channel, effort or kind; every level stands there, 0 as well."""
        _ = self.env._
        counts, minutes, others = Counter(), Counter(), Counter()
        for key, (count, spent) in cells.items():
            if key[2] == "reference":
                counts[key[place]] += count
                minutes[key[place]] += spent
            else:
                others[key[place]] += count
        rows = [(code, word) for code, word in words.items()]
        if any(counts[code] or others[code] for code in (None, False)):
            rows.append((None, _("Not said")))
            for found in (counts, minutes, others):
                found[None] += found.pop(False, 0)
        book.sheet(
            head,
            [Column(head, width=30), Column(_("Reference transactions"), "int", 16, "sum"),
             Column(_("Minutes of reference work"), "minutes", 16, "sum"),
             Column(_("Other contacts together"), "int", 16, "sum")],
            ([word, counts[code], minutes[code], others[code]] for code, word in rows),
            note=self._reference_note(),
            chart=Chart(kind, _("Reference transactions: %(what)s", what=head), 0, [1], most=len(rows)),
        )  # fmt: skip

    def _sheet_reference_per_capita(self, book, cells, company):
        """Beside the people that the library is there for, year by year."""
        _ = self.env._
        years = Counter()
        for (month, _branch, series, *_rest), (count, _minutes) in cells.items():
            years[month.year] += count if series == "reference" else 0
        rows = []
        for year in sorted(years):
            people = self.env["library.population"]._served(company, year)
            rows.append([str(year), years[year], people or None, years[year] / people * 1000 if people else None])
        book.sheet(
            _("Per capita"),
            [Column(_("Year"), width=12), Column(_("Reference transactions in the period"), "int", 20),
             Column(_("People served"), "int", 16), Column(_("For 1 000 people"), "float", 16)],
            rows,
            note=_("People as entered for each year under Population served; nothing is guessed where nothing was."),
        )
