from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

SEARCH_DAYS = 30
LEAST_SEARCHES = 3


class LibraryNeed(models.Model):
    """Needs that nobody has stated: drafted from signs, each with its evidence, for a librarian to look at."""

    _inherit = "library.need"

    signal_ids = fields.One2many("library.need.signal", "need_id", string="Signs", groups="base.group_user")
    signal_count = fields.Integer(compute="_compute_signal_count", groups="base.group_user")
    evidence = fields.Text("What speaks for it", compute="_compute_evidence", groups="base.group_user")

    @api.depends("signal_ids")
    def _compute_signal_count(self):
        for need in self:
            need.signal_count = len(need.signal_ids)

    @api.depends("signal_ids.count", "signal_ids.words", "signal_ids.kind")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for need in self:
            need.evidence = "\n".join(filter(None, need.signal_ids.mapped("evidence")))

    @api.model
    def _signal(self, kind, key, *, name, company, words=False, count=1, subject=None, since=None, need=None,
                values=None):  # fmt: skip
        """Note a sign of a need; draft the need that it speaks for when nobody has drafted it yet.

        The same sign, noted again, only counts on. A draft that was settled stays settled: what somebody judged is
        not drafted anew.

        :param str kind: code of `library.need.signal`
        :param str key: names what was observed, the same each time
        :param str name: of the need, if it has to be drafted
        :param words: what was observed, in the words in which it was
        :param int count: how often up to now, not since the last time
        :param subject: library.subject
        :param since: date from which it was counted
        :param need: library.need that the sign speaks for, when it is there already
        :param values: dict of more values of a drafted need
        :return: the need
        """
        Signal = self.env["library.need.signal"]
        today = fields.Date.context_today(self)
        params = {"since": fields.Date.to_string(since)} if since else False
        noted = Signal.search([("company_id", "=", company.id), ("kind", "=", kind), ("key", "=", key)])
        if noted:
            if noted.count != count:
                noted.write({"count": count, "date": today, "words": words, "params": params})
            return noted.need_id
        need = need or self.create({
            "name": name,
            "origin": "latent",
            "company_id": company.id,
            "subject_ids": [Command.set(subject.ids)] if subject else [],
            **(values or {}),
        })
        Signal.create({
            "need_id": need.id, "kind": kind, "key": key, "words": words, "count": count, "params": params,
            "date": today, "subject_id": subject.id if subject else False,
        })
        return need

    @api.model
    def _draft_latent(self, company):
        """Look for signs in what the library knows up to here; each room adds the signs that it sees."""
        since = fields.Date.context_today(self) - timedelta(days=SEARCH_DAYS)
        missed = self.env["library.search.miss"]._frequent(company, since, LEAST_SEARCHES)
        for key, words, subject_id, count in missed:
            subject = self.env["library.subject"].browse(subject_id) if subject_id else None
            self._signal(
                "search_no_hit", f"words:{key}", name=words, company=company, words=words, count=count,
                subject=subject, since=since,
            )

    def _settle(self, state, unmet_reason=False, lacks=False):
        """An answer to what was asked settles no need that was only guessed beside it."""
        if self.env.context.get("library_settle_guess") or state == "withdrawn":
            return super()._settle(state, unmet_reason, lacks)
        asked = self.filtered(lambda need: need.origin != "latent" or need.offer == "yes")
        return super(LibraryNeed, asked)._settle(state, unmet_reason, lacks)

    @api.model
    def _cron_needs(self):
        """Draft unspoken needs and open collection tasks, institution by institution; run again, it adds nothing."""
        commit = self.env["ir.cron"]._commit_progress
        companies = self.env["res.company"].search(Domain.TRUE)
        for done, company in enumerate(companies, start=1):
            here = self.with_company(company).with_context(lang=company.partner_id.lang)
            here._draft_latent(company)
            here.env["library.collection.task"]._open_from_needs(company)
            if not commit(1, remaining=len(companies) - done):
                break

    @api.model
    def _domain_unspoken(self):
        """Open needs that somebody noticed before the patron said so."""
        return self._domain_open() & Domain("origin", "in", ("latent", "predicted"))
