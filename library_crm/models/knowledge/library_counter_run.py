import base64

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ...connectors.counter_labels import REPORTS
from ...connectors.counter_messages import COUNTER_CODES
from ...connectors.counter_table import write_refused


class LibraryCounterRun(models.Model):
    """One report of use that was taken in: from whom, for which months, and what was refused."""

    _name = "library.counter.run"
    _description = "Import of a Report of Use"
    _order = "date desc, id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self.env.user)
    origin = fields.Selection([("file", "File"), ("sushi", "Provider's server (SUSHI)")], required=True, readonly=True)
    account_id = fields.Many2one(
        "library.sushi.account", index="btree_not_null", ondelete="set null", readonly=True
    )

    report = fields.Selection([(code, code) for code in REPORTS], readonly=True)
    release = fields.Char(readonly=True)
    institution = fields.Char("Institution in the report", readonly=True)
    provider = fields.Char(readonly=True)
    date_from = fields.Date("From month", readonly=True)
    date_to = fields.Date("Up to month", readonly=True)

    state = fields.Selection([("done", "Done"), ("failed", "Failed")], required=True, readonly=True, default="done")
    code = fields.Selection(COUNTER_CODES, readonly=True)
    params = fields.Json(readonly=True)
    notes = fields.Json(readonly=True)
    message = fields.Text(compute="_compute_message")
    row_count = fields.Integer("Rows", readonly=True)
    title_count = fields.Integer("Titles", readonly=True)
    use_count = fields.Integer("Numbers kept", readonly=True)
    turned_away = fields.Integer("Turned away", readonly=True)
    refused_count = fields.Integer("Rows refused", readonly=True)
    refused_file = fields.Binary(attachment=True, readonly=True, copy=False)
    refused_file_name = fields.Char(readonly=True, copy=False)

    @api.depends("code", "params", "notes")
    @api.depends_context("lang")
    def _compute_message(self):
        for run in self:
            said = [(run.code, run.params)] if run.code else []
            run.message = "\n".join(self._sentence(*each) for each in [*said, *(run.notes or [])])

    @api.model
    def _sentence(self, code, params=None):
        """What a code means, in the reader's language."""
        text = dict(self._fields["code"]._description_selection(self.env)).get(code, code)
        return text % params if params else text

    @api.model
    def _take_in(self, report, company, name, origin="file", account=None):
        """Keep what a report says.

        What was known of its months before is replaced; a file of corrected rows, or of some kinds of titles, brings
        its own numbers and leaves the others.

        :param report: counter_report.Report
        :return: the run
        """
        run = self.create({
            "name": name, "company_id": company.id, "origin": origin, "account_id": account.id if account else False,
            "report": report.report, "release": report.release, "institution": report.institution,
            "provider": report.provider, "date_from": report.date_from, "date_to": report.date_to,
            "notes": [list(note) for note in report.notes], "row_count": report.row_count,
            "title_count": len(report.sources), "use_count": len(report.counts),
            "refused_count": len(report.refused),
            "turned_away": sum(
                count for (_source, metric, _month), count in report.counts.items()
                if metric in ("No_License", "Limit_Exceeded")
            ),
        })  # fmt: skip
        run._store(report)
        run._keep_refused(report)
        run._after_import()
        return run

    @api.model
    def _note_failure(self, error, company, name, origin="sushi", account=None):
        """A run that brought nothing, with the reason.

        :param error: SushiError or CounterRefused
        """
        return self.create({
            "name": name, "company_id": company.id, "origin": origin, "account_id": account.id if account else False,
            "state": "failed", "code": error.code, "params": error.params,
        })

    def _store(self, report):
        """Write the numbers of the report."""
        Source, Usage = self.env["library.counter.source"], self.env["library.resource.usage"]
        known = Source._store(self.company_id, report.sources.values())
        touched = self._clear(report, known) if report.is_whole else set()
        rows = [
            {"s": known[key], "m": metric, "d": month.isoformat(), "n": count}
            for (key, metric, month), count in report.counts.items()
        ]
        found = self.env.execute_query(SQL(
            """INSERT INTO library_resource_usage
                      (source_id, platform, resource_id, company_id, report, metric, month, count,
                       create_uid, write_uid, create_date, write_date)
               SELECT s.id, s.platform, coalesce(s.resource_id, p.resource_id), s.company_id, %(report)s, t.m, t.d, t.n,
                      %(user)s, %(user)s, %(now)s, %(now)s
                 FROM jsonb_to_recordset(%(rows)s) AS t(s int, m text, d date, n int)
                 JOIN library_counter_source s ON s.id = t.s
                 LEFT JOIN library_counter_source p ON p.company_id = s.company_id
                       AND p.platform_key = s.platform_key AND p.title_key IS NULL
                   ON CONFLICT (source_id, report, metric, month) DO UPDATE
                  SET count = EXCLUDED.count, write_date = EXCLUDED.write_date, write_uid = EXCLUDED.write_uid
            RETURNING resource_id""",
            report=report.report, user=self.env.uid, now=self.env.cr.now(), rows=Json(rows),
        ))  # fmt: skip
        Usage.invalidate_model()
        touched |= {number for number, in found if number}
        # sudo: figures of the register, written by whoever brings the reports
        self.env["library.resource"].sudo().browse(touched)._update_figures()

    def _clear(self, report, known):
        """Forget what was known of the months and platforms of the report; the resources that lose something."""
        self.env["library.resource.usage"].flush_model()
        self.env["library.counter.source"].flush_model()
        if not (report.date_from and report.date_to):
            return set()
        rows = self.env.execute_query(SQL(
            """DELETE FROM library_resource_usage u USING library_counter_source s
                WHERE s.id = u.source_id AND s.company_id = %(company)s AND s.platform_key = ANY(%(platforms)s)
                  AND u.report = %(report)s AND u.month BETWEEN %(first)s AND %(last)s
            RETURNING u.resource_id""",
            company=self.company_id.id, platforms=sorted({platform for platform, _title in known}),
            report=report.report, first=report.date_from, last=report.date_to,
        ))  # fmt: skip
        return {number for number, in rows if number}

    def _keep_refused(self, report):
        """The rows that were refused, as a file that can be corrected and taken in."""
        if report.refused:
            sentences = [self._sentence(refusal.code, refusal.params) for refusal in report.refused]
            self.write({
                "refused_file": base64.b64encode(write_refused(report, sentences)),
                "refused_file_name": f"{report.report}-refused.tsv",
            })

    def _after_import(self):
        """What follows from new numbers; rooms that know more extend it."""

    def action_open_usage(self):
        """The numbers of the months of this report."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_resource_usage_action") | {
            "domain": [("report", "=", self.report), ("month", ">=", self.date_from), ("month", "<=", self.date_to)],
            "context": {},
        }

    def action_download_refused(self):
        """The refused rows as a file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url", "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/refused_file/{self.refused_file_name}?download=true",
        }  # fmt: skip
