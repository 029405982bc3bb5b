from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date, formatLang

from ...lib.k_guard import ALL, K, hidden
from ...lib.lift import wilson
from ...lib.print_style import print_style

GUARDED = {"figures", "state", "date_figures"}


class LibraryPrintedReport(models.AbstractModel):
    """A report for people outside the database: figures of a period, worked out once and kept, and a librarian's words.

    The figures never tell of fewer than five people, and follow from working them out: nobody types them. They hold
    the names of classes and services in every installed language, so that the report can be read when those are gone.
    """

    _name = "library.printed.report"
    _description = "Report to Print"

    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    figures = fields.Json("Figures as data", readonly=True, copy=False)
    date_figures = fields.Datetime("Figures from", readonly=True, copy=False)

    # What may be written when

    @api.model
    def _words(self):
        """Names of the fields that a librarian writes while it is a draft."""
        return ()

    @api.model
    def _guarded_fields(self):
        return GUARDED

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        if not self.env.su:
            # defaults in the context are values from outside just as well
            given = {f"default_{name}" for name in self._guarded_fields()}
            self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - given})
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_hand(vals)
        if not self.env.su and set(vals) & set(self._words()) and any(report.state != "draft" for report in self):
            raise UserError(self.env._("It is no draft any more: what people have read is not changed behind them."))
        return super().write(vals)

    @api.model
    def _check_by_hand(self, vals):
        if not self.env.su and any(vals[name] for name in self._guarded_fields() & set(vals)):
            raise AccessError(self.env._("Figures and dates of a report follow from working it out."))

    def action_compute(self):
        """Work the figures of a draft out anew."""
        self.check_access("write")
        if any(report.state != "draft" for report in self):
            raise UserError(self.env._("Only the figures of a draft are worked out anew."))
        self._work_out()

    def _work_out(self):
        # sudo: rows of everybody, from which only figures about enough people are kept
        for report_sudo in self.sudo():
            report_sudo.write({"figures": report_sudo._find_figures(), "date_figures": self.env.cr.now()})

    def _find_figures(self):
        """The figures of the period, as plain values that JSON can hold.

        Called in sudo mode; what is about fewer than five people must not be in it.
        """
        raise NotImplementedError

    # Counting

    @api.model
    def _count(self, rows, dimensions=()):
        """How many records there are by some facts, without what would tell of fewer than five people.

        :param SQL rows: a query with the columns `id`, `person` and one for each dimension; a record may be there
            several times, with several values
        :param tuple dimensions: names of columns
        :return: {key: (records, people), or None where it must not be told}; ALL stands for a total
        """
        names = [SQL.identifier(name) for name in dimensions]
        query = SQL(
            "SELECT %s count(DISTINCT id), count(DISTINCT coalesce(person, -1)) FROM (%s) counted %s",
            SQL("").join(SQL("%s, grouping(%s), ", name, name) for name in names), rows,
            SQL("GROUP BY CUBE (%s)", SQL(", ").join(names)) if names else SQL(),
        )
        found = {}
        for row in self.env.execute_query(query):
            pairs = zip(row[0:-2:2], row[1:-2:2], strict=True)
            found[tuple(ALL if is_total else value for value, is_total in pairs)] = row[-2:]
        away = hidden({key: people for key, (_records, people) in found.items()})
        return {key: None if key in away else counts for key, counts in found.items() if counts[0]}

    @api.model
    def _share(self, rows):
        """How often something is true, with the interval of it.

        :param SQL rows: a query with the columns `person` and `hit`
        :return: dict of `n`, `hits`, `rate`, `low`, `high`; None for what tells of fewer than five people
        """
        n, hits, people, of_hits, of_others = self.env.execute_query(SQL(
            """SELECT count(*), count(*) FILTER (WHERE hit), count(DISTINCT coalesce(person, -1)),
                      count(DISTINCT coalesce(person, -1)) FILTER (WHERE hit),
                      count(DISTINCT coalesce(person, -1)) FILTER (WHERE NOT hit) FROM (%s) counted""", rows,
        ))[0]  # fmt: skip
        if n and people < K:
            n = None
        if not n or 0 < of_hits < K or 0 < of_others < K:
            return {"n": n, "hits": None, "rate": None, "low": None, "high": None}
        low, high = wilson(hits, n)
        return {"n": n, "hits": hits, "rate": hits / n, "low": low, "high": high}

    @api.model
    def _names(self, model, ids):
        """{id: {language: name}} in all installed languages; ids of what is gone are not in it."""
        records = self.env[model].with_context(active_test=False).browse(ids).exists()
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        return {
            record.id: {lang: record.with_context(lang=lang).name or "" for lang in langs} for record in records
        }

    # Words around figures

    def _say_name(self, names, subject_id=None):
        """The name in the reader's language among those that were kept.

        :param subject_id: a class, whose name of today stands in where the language came later than the report
        """
        names, lang = names or {}, self.env.lang or "en_US"
        if lang not in names and subject_id:
            # sudo: the name of a class, which stands on forms of the portal too
            subject = self.env["library.subject"].sudo().browse(subject_id).exists()
            return subject.name or names.get("en_US") or ""
        return names.get(lang) or names.get("en_US") or next(iter(names.values()), "")

    @api.model
    def _say_number(self, number):
        """A number in the reader's manner; what must not be told says so."""
        return self.env._("not told") if number is None else formatLang(self.env, number, digits=0)

    @api.model
    def _say_share(self, share):
        if share is None:
            return self.env._("not told")
        return self.env._("%(share)s %%", share=formatLang(self.env, 100 * share, digits=0))

    @api.model
    def _say_month(self, month):
        is_chinese = (self.env.lang or "").startswith("zh")
        return format_date(self.env, month, date_format="y年M月" if is_chinese else "LLL y")

    def _print_style(self):
        return {**print_style(self.env.lang), "house": self.company_id.name, "day": self._print_day()}

    def _print_day(self):
        """Of when the figures are."""
        return self.env["library.portal.mixin"]._portal_day(self.date_figures)

    @api.model
    def _bars(self, rows):
        """Rows for a picture of bars.

        :param rows: dicts with a `name` and the number `n`, which is None where it must not be told
        :return: dict of `shown` (the rows that are told, with the `width` of their bar in percent) and `untold`
            (names of the others)
        """
        shown = [row for row in rows if row["n"] is not None]
        most = max([row["n"] for row in shown], default=0)
        return {
            "shown": [{**row, "width": round(100 * row["n"] / most) if most else 0} for row in shown],
            "untold": " · ".join(row["name"] for row in rows if row["n"] is None),
        }
