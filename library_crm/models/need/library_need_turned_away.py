from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

MONTHS = 12
LEAST = 5
MOST_TITLES = 50


class LibraryNeedSignal(models.Model):
    """Readers whom a licence turned away, as the provider counted them: of none it is known who."""

    _inherit = "library.need.signal"

    kind = fields.Selection(
        selection_add=[("limit_exceeded", "Turned away: too many at once")],
        ondelete={"limit_exceeded": "cascade"},
    )

    def _sentence(self):
        if self.kind != "limit_exceeded":
            return super()._sentence()
        day = (self.params or {}).get("since")
        return self.env._(
            "%(words)s: %(count)s readers were turned away because too many read at once, since %(since)s.",
            words=self.words or "", count=self.count, since=fields.Date.to_date(day).strftime("%Y-%m") if day else "–",
        )


class LibraryNeed(models.Model):
    """Turned-away readers speak for a need of their class, one for all titles of it."""

    _inherit = "library.need"

    @api.model
    def _draft_latent(self, company):
        result = super()._draft_latent(company)
        self._signal_turned_away(company)
        return result

    @api.model
    def _signal_turned_away(self, company):
        """Note whom licences turned away in the last twelve months, title by title, most first."""
        since = fields.Date.context_today(self).replace(day=1) - relativedelta(months=MONTHS)
        open_needs = {}
        for source_id, metric, resource_id, count in self._turned_away(company, since):
            # sudo: names of titles and of the register; the need is drafted for the institution of the report
            source = self.env["library.counter.source"].sudo().browse(source_id)
            subject = self.env["library.resource"].sudo().browse(resource_id or []).coverage_ids[:1]
            group = subject or source.platform
            name = (
                self.env._("Access to more on %(subject)s", subject=subject.name)
                if subject else self.env._("More access to %(platform)s", platform=source.platform)
            )  # fmt: skip
            need = self._signal(
                "no_license" if metric == "No_License" else "limit_exceeded", f"counter:{source_id}", name=name,
                company=company, words=source.display_name, count=count, subject=subject or None, since=since,
                need=open_needs.get(group),
            )
            if need.filtered_domain(self._domain_open()):
                open_needs[group] = need

    @api.model
    def _turned_away(self, company, since):
        """(source, metric, resource, count) of what turned most readers away; the report that counts most."""
        self.env["library.resource.usage"].flush_model()
        return self.env.execute_query(SQL(
            """SELECT source_id, metric, resource_id, least(max(total), 2000000000)::int AS total
                 FROM (SELECT source_id, metric, resource_id, report, sum(count) AS total
                         FROM library_resource_usage
                        WHERE company_id = %(company)s AND month >= %(since)s
                          AND metric IN ('No_License', 'Limit_Exceeded')
                        GROUP BY 1, 2, 3, 4) by_report
                GROUP BY 1, 2, 3 HAVING max(total) >= %(least)s
                ORDER BY total DESC, source_id LIMIT %(most)s""",
            company=company.id, since=since, least=LEAST, most=MOST_TITLES,
        ))  # fmt: skip


class LibraryCounterRun(models.Model):
    """A report of use that says that readers were turned away is heard at once."""

    _inherit = "library.counter.run"

    def _after_import(self):
        result = super()._after_import()
        for run in self.filtered("turned_away"):
            company = run.company_id
            # sudo: the drafts are the library's own, made as by the nightly job
            self.env["library.need"].sudo().with_company(company).with_context(
                lang=company.partner_id.lang
            )._signal_turned_away(company)
        return result
