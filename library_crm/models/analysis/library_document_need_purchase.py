from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...const import SETTLED
from ...lib import k_guard
from ...lib.dossier_figures import whole_months
from ...lib.workbook import Chart, Column

STATES = ("met", "partly", "unmet", "open")
CARDS = (
    "need_needs", "need_met", "need_partly", "need_unmet",
    "purchase_people", "purchase_needs_per_cost", "purchase_place", "purchase_borrowed", "purchase_turned_away",
    "purchase_cost_per_met_need",
)


class LibraryDocument(models.Model):
    """What was needed, what was lacking, what is asked to be bought and what was decided, as a workbook."""

    _inherit = "library.document"

    def _build_need_purchase(self, book, period_from, period_to, company, **options):
        """No person stands in it, and no figure about fewer than five.

        Whole months: two periods that differ by a day would tell what happened on that day.
        """
        self.env.flush_all()
        period_from, period_to = whole_months(period_from, period_to)
        self._sheet_needs_by_class(book, period_from, period_to, company)
        self._sheet_needs_why(book, period_from, period_to, company)
        self._sheet_purchases(book, period_from, period_to, company)
        self._sheet_decisions(book, period_from, period_to, company)
        self._define(book, CARDS)

    def _sql_needs_of_period(self, period_from, period_to, company):
        """patron_id, value, main class, what became of it, why not: one row a need; withdrawn ones are left out."""
        return SQL(
            """SELECT n.patron_id, 1 AS value, coalesce(n.main_class_id, 0) AS subject_id,
                      CASE WHEN n.state = ANY(%(settled)s) THEN n.state ELSE 'open' END AS ending,
                      n.unmet_reason
                 FROM library_need n
                WHERE n.company_id = %(company)s AND n.active IS TRUE AND n.state <> 'withdrawn'
                  AND n.create_date >= %(start)s AND n.create_date < %(end)s::date + 1""",
            settled=list(SETTLED), company=company.id, start=period_from, end=period_to,
        )

    def _sheet_needs_by_class(self, book, period_from, period_to, company):
        """Needs by main class and by what became of them; the totals are those of SQL, hidden cells say so."""
        _ = self.env._
        every, away = k_guard.ALL, self._not_shown()
        persons, values = self.env["library.segment"]._cube(
            self._sql_needs_of_period(period_from, period_to, company), ["subject_id", "ending"]
        )
        shown = k_guard.masked(values, persons)
        classes = {key[0] for key in values if key[0] is not every}
        subjects = self.env["library.subject"].browse(classes - {0})
        names = {subject.id: subject.name for subject in subjects}
        codes = {subject.id: subject.code for subject in subjects} | {every: ""}

        def row(subject_id, label):
            cells = [shown.get((subject_id, ending), 0) for ending in STATES]
            whole = shown.get((subject_id, every), 0)
            settled = None if None in cells[:3] else sum(cells[:3])
            share = cells[0] / settled if settled else None
            told = (away if cell is None else cell for cell in (whole, *cells))
            return [codes.get(subject_id, "–"), label, *told, share]

        # the largest classes first, so that the chart shows them; hidden totals behind them
        ordered = sorted(classes, key=lambda one: (-(shown.get((one, every)) or 0), one == 0, names.get(one, "")))
        rows = [row(one, names.get(one) or _("Without a class")) for one in ordered]
        book.sheet(
            _("Needs by class"),
            [Column(_("Class"), width=9), Column(_("Name"), width=40), Column(_("Needs"), "int"),
             Column(_("Met"), "int"),
             Column(_("Partly met"), "int"), Column(_("Not met"), "int"), Column(_("Open"), "int"),
             Column(_("Share met"), "percent")],
            rows + ([row(every, _("All classes"))] if rows else []),
            note=self._need_note(period_from, period_to),
            chart=Chart("stacked", _("Needs by class and what became of them"), 0, [3, 4, 5, 6], most=len(rows)),
        )  # fmt: skip

    def _not_shown(self):
        return self.env._("not shown")

    def _need_note(self, period_from, period_to):
        return self.env._(
            "Needs of %(start)s to %(end)s, each in its main class; withdrawn ones are left out. A figure about fewer "
            "than five people, or one that would tell such a figure, is not shown.",
            start=format_date(self.env, period_from), end=format_date(self.env, period_to),
        )

    def _sheet_needs_why(self, book, period_from, period_to, company):
        """Why needs were not met, or only partly."""
        labels = self.env["library.need"]._fields["unmet_reason"]._description_selection(self.env)
        rows = SQL(
            "SELECT patron_id, value, unmet_reason FROM (%s) needs WHERE unmet_reason IS NOT NULL"
            " AND ending IN ('partly', 'unmet')",
            self._sql_needs_of_period(period_from, period_to, company),
        )
        persons, values = self.env["library.segment"]._cube(rows, ["unmet_reason"])
        shown = k_guard.masked(values, persons)
        away = self._not_shown()
        book.sheet(
            self.env._("Why not met"),
            [Column(self.env._("Reason"), width=34), Column(self.env._("Needs"), "int")],
            [
                [label, away if shown[(code,)] is None else shown[(code,)]]
                for code, label in labels if (code,) in shown
            ],
            note=self._need_note(period_from, period_to),
            chart=Chart("bar", self.env._("Why needs were not met"), 0, [1]),
        )  # fmt: skip

    def _sheet_purchases(self, book, period_from, period_to, company):
        """Suggestions that wait for a decision in the order of their evidence, then those decided in the period."""
        _ = self.env._
        rows = self.env["library.purchase.evidence"].search(
            Domain("company_id", "=", company.id) & Domain("suggestion_id.create_date", "<", self._day_after(period_to))
            & (
                Domain("state", "=", "new")
                | Domain("suggestion_id.date_decided", ">=", fields.Datetime.to_datetime(period_from))
                & Domain("suggestion_id.date_decided", "<", self._day_after(period_to))
            )
        )
        states = dict(rows._fields["state"]._description_selection(self.env))
        counted = max(rows.mapped("date_counted"), default=False)
        book.sheet(
            _("Purchase list"),
            [Column(_("Rank"), "int", 7), Column(_("Title"), width=36), Column(_("Author"), width=18),
             Column("ISBN / ISSN", width=15), Column(_("Edition, publisher, year"), width=20),
             Column(_("Class"), width=20), Column(_("Asked for by"), "int", 10),
             Column(_("Price"), "float", 11, total="sum"), Column(_("Needs per 100 of cost"), "float", 10),
             Column(_("Needs without a source"), "int", 11), Column(_("Asked of partners"), "int", 10),
             Column(_("Interlibrary loans"), "int", 12), Column(_("Readers turned away"), "int", 10),
             Column(_("Uses of the class"), "int", 10), Column(_("State"), width=14),
             Column(_("Decided on"), "date", 11)],
            (
                [row.rank or None, row.suggestion_id.name, row.suggestion_id.author, row.suggestion_id.isbn,
                 row.suggestion_id.details, row.subject_id.display_name, self._or_few(row, "people"),
                 row.price or None, row.needs_per_cost or None, self._or_few(row, "lacking"), row.referrals,
                 self._or_few(row, "ills"), row.turned_away, self._or_few(row, "uses"), states[row.state],
                 row.suggestion_id.date_decided]
                for row in rows
            ),
            note=_("Prices in %(currency)s; evidence counted on %(day)s, of twelve months.",
                   currency=company.currency_id.name, day=format_date(self.env, counted) or "–"),
        )  # fmt: skip

    def _or_few(self, row, name):
        """A figure of the evidence, in words where it is not told."""
        return row[f"{name}_words"] if row[f"is_{name}_few"] else row[name]

    def _day_after(self, day):
        return fields.Datetime.to_datetime(fields.Date.add(day, days=1))

    def _sheet_decisions(self, book, period_from, period_to, company):
        """What was decided about classes: dossiers and collection tasks."""
        _ = self.env._
        decided = (
            Domain("company_id", "=", company.id) & Domain("state", "=", "decided")
            & Domain("date_decided", ">=", fields.Datetime.to_datetime(period_from))
            & Domain("date_decided", "<", self._day_after(period_to))
        )
        found = []
        labels = {"library.subject.dossier": _("Subject dossier"), "library.collection.task": _("Collection task")}
        for model, label in labels.items():
            records = self.env[model].search(decided)
            names = dict(records._fields["decision"]._description_selection(self.env))
            found += [
                [one.date_decided, one.subject_id.display_name, label, names.get(one.decision), one.reason,
                 one.resource_id.name, one.user_id.name, self._told_words(one)]
                for one in records
            ]  # fmt: skip
        book.sheet(
            _("Decisions"),
            [Column(_("Decided on"), "date"), Column(_("Class"), width=34), Column(_("Kind of record")),
             Column(_("Decision")), Column(_("Why"), width=60), Column(_("Resource"), width=30),
             Column(_("Decided by")), Column(_("Patrons told"), "int")],
            sorted(found, key=lambda row: (row[0], row[1])),
            note=_("Decided from %(start)s to %(end)s.", start=format_date(self.env, period_from),
                   end=format_date(self.env, period_to)),
        )  # fmt: skip

    def _told_words(self, record):
        """How many were told; of few, that they are few."""
        count = record.told_count if "told_count" in record._fields else None
        return self.env._("under %(count)s", count=k_guard.K) if count and count < k_guard.K else count
