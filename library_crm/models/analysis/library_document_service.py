from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools.misc import format_date

from ...lib.dossier_figures import whole_months
from ...lib.k_guard import K
from ...lib.workbook import Chart, Column

SUMS = (
    "cases", "closed", "met", "partly", "unmet", "kept", "missed", "minutes", "rated", "satisfied", "told", "transfers",
)
MEANS = ("first_answer_hours", "hours_used")
CARDS = (
    "case_cases", "case_closed", "case_met", "case_partly", "case_unmet", "case_kept", "case_missed", "case_minutes",
    "case_first_answer_hours", "case_hours_used", "case_rated", "case_satisfied", "case_told", "case_transfers",
    "report_persons", "interaction_interactions", "interaction_minutes",
)
FEWEST_MONTHS = 13  # of the sheet by month: the same month of last year stands in it


class LibraryDocument(models.Model):
    """The service report of a month or of several: what was asked, answered, promised and thought of it.

    All of it comes from the guarded reports, so that nothing is told about fewer than five people; totals are asked
    for, never added up from the lines that are shown.
    """

    _inherit = "library.document"

    def _build_monthly_service(self, book, period_from, period_to, company, **options):
        """Whole months: two periods that differ by a day would tell what happened on that day."""
        since, until = whole_months(period_from, period_to)
        Report = self.env["library.case.report"]
        total = self._service_total(since, until, company)
        self._sheet_service_overview(book, since, until, company, total)
        self._sheet_service_months(book, since, until, company)
        for name in ("team_id", "service_id", "branch_id"):
            self._sheet_service_by(book, name, since, until, company, total)
        for name, kind in (("channel", "pie"), ("read_level", "column"), ("warner", "column")):
            words = dict(Report._fields[name]._description_selection(self.env))
            self._sheet_service_by(book, name, since, until, company, total, kind, words)
        self._sheet_service_desk(book, since, until, company)
        self._define(book, CARDS)

    def _service_domain(self, since, until, company):
        return [("month", ">=", since), ("month", "<=", until), ("company_id", "=", company.id)]

    def _service_rows(self, since, until, company, groupby=()):
        """[(values of the groups, figures)]; figures is None where they must not be told."""
        names = (*SUMS, *MEANS, "persons")
        wanted = [
            *(f"{name}:sum" for name in SUMS), *(f"{name}:avg" for name in MEANS), "persons:count_distinct",
        ]  # fmt: skip
        found = self.env["library.case.report"]._read_group(
            self._service_domain(since, until, company), list(groupby), wanted
        )
        size = len(groupby)
        return [
            (row[:size], dict(zip(names, row[size:], strict=True)) if row[size] is not None else None) for row in found
        ]

    def _service_total(self, since, until, company):
        """The figures of a period together; no case at all is 0, too few people are None."""
        [(_nothing, figures)] = self._service_rows(since, until, company)
        if figures is None and not self._service_rows(since, until, company, ["month:year"]):
            return dict.fromkeys((*SUMS, "persons"), 0) | dict.fromkeys(MEANS)
        return figures

    def _service_label(self, name):
        return self.env["library.case.report"]._fields[name]._description_string(self.env)

    def _share(self, part, *whole):
        """A share, or nothing where too little stands behind it."""
        number = sum(one or 0 for one in whole)
        return (part or 0) / number if number >= K else None

    def _sheet_service_overview(self, book, since, until, company, total):
        """The period beside the one before it and beside the same one a year before."""
        _ = self.env._
        months = (until.year - since.year) * 12 + until.month - since.month + 1
        starts = (since, since - relativedelta(months=months), since - relativedelta(years=1))
        periods = [(start, start + relativedelta(months=months, days=-1)) for start in starts]
        totals = [total, *(self._service_total(*period, company) for period in periods[1:])]
        plain = [(self._service_label(name), [one and one[name] for one in totals])
                 for name in ("cases", "closed", "met", "partly", "unmet", "kept", "missed", "persons", "minutes",
                              "told", "transfers", "rated")]
        means = [(self._service_label(name), [one and one[name] for one in totals]) for name in MEANS]
        shares = [
            (_("Met, of closed cases, %"), [one and self._share(one["met"], one["closed"]) for one in totals]),
            (_("Promises kept, %"), [one and self._share(one["kept"], one["kept"], one["missed"]) for one in totals]),
            (_("Satisfied, of ratings, %"), [one and self._share(one["satisfied"], one["rated"]) for one in totals]),
        ]
        away = self._not_shown()

        def line(label, values, factor=1):
            values = [value if value is None else round(value * factor, 1) for value in values]
            told = [away if one is None else value for one, value in zip(totals, values, strict=True)]
            now = values[0]
            steps = [None if None in (now, other) else round(now - other, 1) for other in values[1:]]
            return [label, told[0], told[1], steps[0], told[2], steps[1]]

        dates = [self._period_words(*period) for period in periods]
        book.sheet(
            _("Overview"),
            [Column(_("Figure"), width=36), Column(dates[0], "number", 16), Column(dates[1], "number", 16),
             Column(_("More or less than before"), "number", 14), Column(dates[2], "number", 16),
             Column(_("More or less than a year before"), "number", 14)],
            [*(line(*one) for one in plain), *(line(*one) for one in means), *(line(*one, 100) for one in shares)],
            note=self._service_note(since, until),
            chart=Chart("column", _("Cases: now, before, a year before"), 0, [1, 2, 4], most=7), autofilter=False,
        )  # fmt: skip

    def _period_words(self, since, until):
        return f"{format_date(self.env, since)} – {format_date(self.env, until)}"

    def _service_note(self, since, until):
        return self.env._(
            "Cases opened from %(start)s to %(end)s. Nothing is told about fewer than five people, nor what would "
            "tell it by subtraction.", start=format_date(self.env, since), end=format_date(self.env, until),
        )

    def _service_columns(self, first, **options):
        _ = self.env._
        label = self._service_label
        figures = [
            (label("cases"), "int"), (label("closed"), "int"), (label("met"), "int"), (label("partly"), "int"),
            (label("unmet"), "int"), (_("Share met"), "percent"), (label("kept"), "int"), (label("missed"), "int"),
            (_("Share kept"), "percent"), (label("first_answer_hours"), "float"), (label("hours_used"), "float"),
            (label("minutes"), "minutes"), (label("rated"), "int"), (_("Share satisfied"), "percent"),
            (label("transfers"), "int"),
        ]
        # narrow, so that table and charts can be read on one printed page
        return [Column(first, **options), *(Column(*one, width=10) for one in figures)]

    def _service_line(self, label, one):
        if one is None:
            return [label, *[self._not_shown()] * 15]
        return [
            label, one["cases"], one["closed"], one["met"], one["partly"], one["unmet"],
            self._share(one["met"], one["closed"]), one["kept"], one["missed"],
            self._share(one["kept"], one["kept"], one["missed"]), one["first_answer_hours"], one["hours_used"],
            one["minutes"], one["rated"], self._share(one["satisfied"], one["rated"]), one["transfers"],
        ]

    def _sheet_service_months(self, book, since, until, company):
        """The months of the period, and as many before it that a year can be seen."""
        months = (until.year - since.year) * 12 + until.month - since.month + 1
        since -= relativedelta(months=max(FEWEST_MONTHS - months, 0))
        months = max(FEWEST_MONTHS, months)
        found = {month: one for (month,), one in self._service_rows(since, until, company, ["month:month"])}
        none = dict.fromkeys((*SUMS, *MEANS), 0) | dict.fromkeys(MEANS)
        days = [since + relativedelta(months=number) for number in range(months)]
        book.sheet(
            self.env._("By month"), self._service_columns(self.env._("Month"), width=12),
            [self._service_line(f"{day:%Y-%m}", found.get(day, none)) for day in days],
            note=self._service_note(since, until),
            chart=[
                Chart("line", self.env._("Cases by month"), 0, [1, 2], most=months),
                Chart("stacked", self.env._("Promises kept and missed"), 0, [7, 8], most=months),
            ],
        )

    def _sheet_service_by(self, book, name, since, until, company, total, kind="bar", words=None):
        """The period by one thing: teams, services, channels …, the largest first and all together last.

        :param dict total: the figures of all together
        :param dict words: {code: word} of a choice, which then stands in its own order
        """
        nowhere = self.env._("Not said")
        rows = []
        for (value,), one in self._service_rows(since, until, company, [name]):
            # sudo: the name of a team, branch or service; a figure about it is no secret
            label = words.get(value) if words is not None else value.sudo().display_name
            rows.append((label or nowhere, one))
        if words is None:
            rows.sort(key=lambda row: (row[1] is None, -(row[1] or {}).get("cases", 0), row[0]))
        else:
            order = {word: number for number, word in enumerate(words.values())}
            rows.sort(key=lambda row: order.get(row[0], len(order)))
        title = self._service_label(name)
        lines = [self._service_line(*row) for row in rows]
        charts = [Chart(kind, self.env._("Cases: %(what)s", what=title), 0, [1], most=len(lines))]
        if kind == "bar":
            charts.append(Chart("stacked", self.env._("Promises: %(what)s", what=title), 0, [7, 8], most=len(lines)))
        if lines:
            lines.append(self._service_line(self.env._("Together"), total))
        book.sheet(
            title, self._service_columns(title, width=28), lines, note=self._service_note(since, until), chart=charts
        )

    def _sheet_service_desk(self, book, since, until, company):
        """Contacts at the desk and away from it, by their kind."""
        Report, away = self.env["library.interaction.report"], self._not_shown()
        kinds = dict(Report._fields["kind"]._description_selection(self.env))

        def label(name):
            return Report._fields[name]._description_string(self.env)

        figures = ["interactions:sum", "minutes:sum"]
        domain = self._service_domain(since, until, company)
        rows = [
            [kinds.get(kind, self.env._("Not said")), *(away if count is None else value for value in (count, minutes))]
            for kind, count, minutes in Report._read_group(domain, ["kind"], figures)
        ]
        most = len(rows)
        if rows:
            [(count, minutes)] = Report._read_group(domain, [], figures)
            rows.append([self.env._("Together"), *(away if count is None else value for value in (count, minutes))])
        book.sheet(
            self.env._("Contacts"),
            [Column(label("kind"), width=28), Column(label("interactions"), "int"), Column(label("minutes"), "int")],
            rows, note=self.env._("Contacts noted at the desk and away from it, those that went on as a case as well."),
            chart=Chart("bar", self.env._("Contacts by kind"), 0, [1], most=most),
        )  # fmt: skip
