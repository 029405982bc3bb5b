import logging
import time
import traceback
from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

RUN_CRON = "library_crm.ir_cron_library_analysis_job_run"
ERROR_LENGTH = 2000
TRIES = 5
"""How often a batch begins anew when somebody at a screen changed the same records in that moment."""

SLICE = 10000
"""Patrons in one batch: a few seconds of work, lost at most once when a process is killed."""

Slice = namedtuple("Slice", "after upto cursor done total")


class LibraryAnalysisJob(models.Model):
    """One piece of the nightly analysis: where it stands, how it ended, and how to start it by hand.

    A job is a method of a model. `_analyse_<code>(as_of, cursor)` does one batch in one transaction and returns
    `(next cursor or None, done, total)`; called again with the same cursor it leaves the same state. The runner commits
    the batch together with the cursor, so a process that is killed goes on where it was.
    `_forget_<code>()` throws the results away. `_summary_<code>(as_of)` may return numbers of the finished run and
    `_sentence_<code>(numbers)` the words for them, in the reader's language.
    """

    _name = "library.analysis.job"
    _description = "Analysis Job"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True, help="The model whose method does the work.")
    sequence = fields.Integer(default=50, readonly=True)
    active = fields.Boolean(default=True, help="Off: the nightly run leaves this job out.")

    state = fields.Selection(
        [("idle", "Idle"), ("queued", "Waiting"), ("running", "Running"), ("failed", "Failed")],
        default="idle", required=True, readonly=True,
    )
    as_of = fields.Date("As of", readonly=True, help="The day for which the figures are computed.")
    is_rebuild = fields.Boolean(readonly=True, help="The earlier results are thrown away first.")
    cursor = fields.Json(readonly=True)
    done = fields.Integer(readonly=True)
    total = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    busy_seconds = fields.Float(readonly=True)

    date_last_start = fields.Datetime("Last start", readonly=True)
    date_last_end = fields.Datetime("Last end", readonly=True)
    last_seconds = fields.Float("Last duration (s)", readonly=True, digits=(12, 1))
    result = fields.Json(readonly=True)
    last_result = fields.Char("Last result", compute="_compute_last_result")
    error = fields.Text(readonly=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "There is a job with this code already.")

    @api.depends("done", "total", "state")
    def _compute_progress(self):
        for job in self:
            if job.total:
                job.progress = 100.0 * min(job.done, job.total) / job.total
            else:
                job.progress = 100.0 if job.state == "idle" and job.date_last_end else 0.0

    @api.depends("result", "date_last_end", "total")
    @api.depends_context("lang")
    def _compute_last_result(self):
        for job in self:
            job.last_result = job._result_sentence() if job.date_last_end else False

    def _result_sentence(self):
        self.ensure_one()
        sentence = getattr(self.env.get(self.model), f"_sentence_{self.code}", None)
        if sentence and self.result:
            return sentence(self.result)
        return self.env._("%(count)s looked at.", count=self.total)

    # Started by people and by the night

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("library_crm.group_library_manager"):
            raise AccessError(self.env._("Only a manager of the library starts an analysis."))

    def action_run(self):
        """Start these jobs as soon as a worker is free; closing the page stops nothing."""
        self._check_manager()
        # sudo: nobody writes jobs by hand; this one only gets in line
        self.sudo()._queue()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_rebuild(self):
        """Throw the results away and compute them anew."""
        self._check_manager()
        self.sudo()._queue(is_rebuild=True)  # sudo: as in action_run
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def action_run_all(self):
        """Start the whole nightly run now."""
        self._check_manager()
        self._cron_queue()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _queue(self, as_of=None, is_rebuild=False):
        """Put jobs in line; one that runs already is left alone.

        :param as_of: day for which to compute; today when None
        :param bool is_rebuild: drop the earlier results first
        """
        if is_rebuild and self.filtered(lambda job: job.state == "running"):
            raise UserError(self.env._("This analysis is running. Wait until it has ended."))
        self.filtered(lambda job: job.state != "running").write(
            {
                "state": "queued",
                "as_of": as_of or self.env.cr.now().date(),
                "is_rebuild": is_rebuild,
                "cursor": False,
                "done": 0,
                "total": 0,
                "busy_seconds": 0.0,
                "error": False,
            }
        )
        # sudo: a trigger of our own scheduled action
        self.env.ref(RUN_CRON).sudo()._trigger()

    @api.model
    def _cron_queue(self):
        """The nightly run: every job gets in line."""
        self.sudo().search(Domain.TRUE)._queue()  # sudo: the scheduled action or a manager, see _queue

    # Run

    @api.model
    def _domain_waiting(self):
        """Jobs that have something left to do; one that was killed still says that it runs."""
        return Domain("state", "in", ("queued", "running"))

    @api.model
    def _cron_run(self):
        """Run what waits, batch by batch, in the order of the jobs."""
        commit = self.env["ir.cron"]._commit_progress
        waiting = self._domain_waiting()
        commit(remaining=self.search_count(waiting))
        while job := self.search(waiting, limit=1):
            job._run_batch_in_peace()
            if not commit(1, remaining=self.search_count(waiting)):
                return

    def _run_batch_in_peace(self):
        """Do one batch; when a person wrote to the same records meanwhile, once more on the new state."""
        for tries_left in reversed(range(TRIES)):
            try:
                return self._run_batch()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if not tries_left:
                    self._fail(error)

    def _run_batch(self):
        """Do one batch and note where to go on, in the same transaction; a failure ends the job."""
        self.ensure_one()
        begin = time.monotonic()
        try:
            with self.env.cr.savepoint():
                # statements over many thousand rows: compiling them costs more than it saves
                self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
                cursor, done, total = self._call_batch()
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Analysis %s failed", self.code)
            self.env.invalidate_all(flush=False)
            self._fail(error)
            return
        values = {
            "state": "running",
            "cursor": cursor or False,
            "done": done,
            "total": total,
            "is_rebuild": False,
            "busy_seconds": self.busy_seconds + time.monotonic() - begin,
        }
        if self.state == "queued":
            values["date_last_start"] = self.env.cr.now()
        self.write(values)
        if not cursor:
            self._finish()
        self.flush_recordset()

    @api.model
    def _patron_slice(self, cursor, size=None):
        """The next patrons of a job that goes over all of them by id.

        :param cursor: the `cursor` of the slice before, None at the start
        :param int size: patrons in it; the parameter library_crm.analysis_slice, else `SLICE`, when None
        :return: Slice(after, upto, cursor, done, total): ids with after < id <= upto are to be done; `cursor` is None
            when they are the last
        """
        # sudo: one number, so that a small machine can ask for smaller steps
        wanted = self.env["ir.config_parameter"].sudo().get_param("library_crm.analysis_slice")
        size = size or int(wanted or SLICE)
        after, before = (cursor or {}).get("after", 0), (cursor or {}).get("done", 0)
        [(upto, count)] = self.env.execute_query(
            SQL(
                "SELECT max(id), count(*) FROM"
                " (SELECT id FROM library_patron WHERE id > %s ORDER BY id LIMIT %s) AS piece",
                after, size,
            )
        )
        [(left,)] = self.env.execute_query(SQL("SELECT count(*) FROM library_patron WHERE id > %s", upto or after))
        done = before + count
        following = {"after": upto, "done": done} if left else None
        return Slice(after, upto or after, following, done, done + left)

    @api.model
    def _expect_many(self):
        """Tell the planner, until this transaction ends, that its steps are large.

        What a slice yields after several joins cannot be estimated; a nested loop chosen for "one row" then runs for
        minutes where a hash join takes a second.
        """
        self.env.cr.execute("SET LOCAL enable_nestloop = off")

    def _call_batch(self):
        model = self.env[self.model]
        if self.is_rebuild and not self.cursor:
            getattr(model, f"_forget_{self.code}")()
        return getattr(model, f"_analyse_{self.code}")(self.as_of, self.cursor or None)

    def _finish(self):
        model = self.env[self.model]
        if model._auto and not model._abstract:
            # the next jobs and screens join a table that has just changed a lot
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(model._table)))
        summary = getattr(self.env[self.model], f"_summary_{self.code}", None)
        self.write(
            {
                "state": "idle",
                "cursor": False,
                "date_last_end": self.env.cr.now(),
                "last_seconds": self.busy_seconds,
                "result": summary(self.as_of) if summary else False,
                "error": False,
            }
        )

    def _fail(self, error):
        self.write(
            {
                "state": "failed",
                "cursor": False,
                "date_last_end": self.env.cr.now(),
                "last_seconds": self.busy_seconds,
                "error": "".join(traceback.format_exception_only(error)).strip()[:ERROR_LENGTH],
            }
        )
