import base64
import io
import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...connectors import table_file
from ...connectors.messages import ApiRefused, SourceRefused
from ...connectors.table_file import FileFacts
from ...const import IMPORT_AT_ONCE, IMPORT_SEPARATOR_SIGNS
from ...lib.read_ahead import read_ahead

_logger = logging.getLogger(__name__)

COUNTS = ("created", "changed", "unchanged", "conflict", "refused")
CHUNK = 10_000
LOCK_TRIES, LOCK_PAUSE = 40, 0.25
LOCK = 19031  # first half of the advisory lock's key; the institution is the second


class LibraryImportRun(models.Model):
    """The way of a run: look at the file, preview, run chunk by chunk in the background, end."""

    _inherit = "library.import.run"

    # what a person asks for

    def action_preview(self):
        """Look at the source and work out what the run would do; large files in the background."""
        self.ensure_one()
        self._look()
        self._reset_counts()
        self.state = "reading"
        if self.total_rows > IMPORT_AT_ONCE:
            self._trigger()
        else:
            self._process()

    def action_run(self):
        """Run in the background; also goes on after a pause or a failure."""
        self.ensure_one()
        if self.state == "draft":
            self._look()
        if self.state not in ("paused", "failed") or not self.done_rows:
            self._reset_counts()
            self.date_start = self.env.cr.now()
        # its size is enough: the content may be hundreds of megabytes
        if self.source != "koha_rest" and not self.with_context(bin_size=True).file:
            raise UserError(self.env._("The file of this import is gone: choose it again."))
        self.write({"state": "running", "date_retry": False, "message_code": False, "user_id": self.env.uid})
        self._trigger()

    def action_pause(self):
        """Stop after the chunk that is being worked on; everything up to there stays."""
        self._wish("pause")

    def action_cancel(self):
        """End here; what is in can be undone."""
        self._wish("cancel")

    def action_back(self):
        """Back to the choice of the source."""
        self._reset_counts()
        self.write({"state": "draft", "facts": False, "total_rows": 0})

    def _trigger(self):
        self.env.ref("library_crm.ir_cron_library_import_run")._trigger()

    def _wish(self, wish):
        """Obeyed at once if nobody is at work, else after the chunk that is being worked on.

        The wish is a row of its own, so that it never collides with the process that counts on the run's row.
        """
        self.ensure_one()
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, self.company_id.id])
        if self.env.cr.fetchone()[0]:
            self._obey(wish)
        else:
            self.env["library.import.row"].create({"run_id": self.id, "kind": wish})

    def _obey(self, wish):
        if wish == "pause":
            self.state = "paused" if self.state == "running" else "draft"
        else:
            self._end("failed", "cancelled", {"rows": self.done_rows})

    def _wished(self):
        """Whether somebody has asked this run to stop; if so, it has stopped now."""
        wishes = self.env["library.import.row"].search([("run_id", "=", self.id), ("kind", "in", ("pause", "cancel"))])
        if wishes:
            kind = "cancel" if "cancel" in wishes.mapped("kind") else "pause"
            wishes.unlink()
            self._obey(kind)
        return bool(wishes)

    # looking at the file

    def _file(self):
        """The uploaded file: a path, or bytes where attachments are kept in the database."""
        # sudo: the attachment of this very record's field
        attachment_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_field", "=", "file"), ("res_id", "=", self.id)], limit=1)
        )
        if not attachment_sudo:
            raise UserError(self.env._("Choose a file first."))
        if attachment_sudo.store_fname:
            return attachment_sudo._full_path(attachment_sudo.store_fname)
        return attachment_sudo.raw

    def _look(self):
        """Find out what the file is; what a person has said about it wins.

        :raise UserError: if it cannot be read
        """
        if self.source == "koha_rest":
            return
        try:
            found = table_file.inspect(self._file(), self.file_name or "")
            self.facts = found.to_json()
            self.total_rows = found.row_estimate
            columns = self._loader_method("columns")
            if columns:
                columns(self._facts())
        except SourceRefused as refusal:
            raise UserError(self._sentence(refusal.code, refusal.params)) from refusal
        except Exception as error:
            if isinstance(error, UserError):
                raise
            _logger.exception("A file for import could not be looked at")
            raise UserError(self.env._("This file cannot be read. Save it again as CSV or XLSX.")) from error

    def _facts(self):
        """What is known of the file, with what the run's or the profile's settings say instead."""
        facts = FileFacts.from_json(dict(self.facts))
        separator = self.separator or self.profile_id.separator
        if facts.kind == "csv":
            facts.encoding = self.encoding or self.profile_id.encoding or facts.encoding
            facts.separator = IMPORT_SEPARATOR_SIGNS.get(separator, facts.separator)
        facts.date_format = self._date_format()
        return facts

    def _date_format(self):
        return self.date_format or self.profile_id.date_format or (self.facts or {}).get("date_format")

    def _chunks(self, first_line):
        """The pieces of this run's source from a line on."""
        facts = self._facts()
        columns = self._loader_method("columns")
        size = self._chunk_rows()
        return table_file.chunks(
            self._file(),
            facts,
            size=size,
            columns=columns(facts) if columns else None,
            first_line=first_line,
        )

    def _chunk_rows(self):
        """Rows in one transaction: what the administrator has set, else what suits the loader."""
        # sudo: one number of the system's parameters
        rows = self.env["ir.config_parameter"].sudo().get_param("library_crm.import_chunk_rows")
        if rows and rows.isdigit() and int(rows):
            return int(rows)
        return self._chunk_sizes().get(self._loader_suffix(), CHUNK)

    # working

    @api.model
    def _cron_run(self):
        """Work on previews and runs, oldest first; called again until nothing is left."""
        commit = self.env["ir.cron"]._commit_progress
        self._sweep_stages()
        self._wake_paused()
        runs = self.search([("state", "in", ("reading", "running", "undoing"))], order="id")
        commit(remaining=sum(max(run.total_rows - run.done_rows, 1) for run in runs))
        for run in runs:
            if not run._process(commit):
                return

    @api.model
    def _wake_paused(self):
        """Runs that wait for a library system go on when their time has come."""
        self.search([("state", "=", "paused"), ("date_retry", "<=", self.env.cr.now())]).write(
            {"state": "running", "date_retry": False}
        )

    def _process(self, commit=None):
        """Work from the cursor on until the end, a wish, or the end of the time.

        :param commit: ir.cron's _commit_progress; without it everything stays in the caller's transaction
        :return: False if there is something left to do for which time was short
        """
        self.ensure_one()
        cr = self.env.cr
        if not self._take_lock():
            self.env.ref("library_crm.ir_cron_library_import_run")._trigger(
                at=fields.Datetime.add(cr.now(), minutes=1))
            return True
        try:
            return self._process_undo(commit) if self.state == "undoing" else self._process_chunks(commit)
        except ApiRefused as refusal:
            self._wait_or_fail(refusal)
        except SourceRefused as refusal:
            self._end("failed", refusal.code, refusal.params)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if not commit:
                raise
            cr.rollback()  # somebody changed the same patron meanwhile: the chunk comes again
            self.env.invalidate_all()
            return False
        except Exception:
            _logger.exception("Import %s failed", self.id)
            self._end("failed", "unexpected", {"rows": self.done_rows})
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, self.company_id.id])
        if commit:
            commit(1)
        return True

    def _take_lock(self):
        """Whether no other import of this institution is at work.

        A process that was killed holds its lock until PostgreSQL has noticed, which takes a moment.
        """
        for _try in range(LOCK_TRIES):
            self.env.cr.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, self.company_id.id])
            if self.env.cr.fetchone()[0]:
                return True
            time.sleep(LOCK_PAUSE)
        return False

    def _process_chunks(self, commit):
        first_line = (self.cursor or {}).get("next", self._first_place())
        begin, resume = self._loader_method("begin"), self._loader_method("resume")
        shared = begin() if begin else None
        if resume and self.done_rows and self.source != "koha_rest":
            resume(shared, self._chunks_before(first_line))
        for chunk in self._chunks_ahead(first_line, shared):
            chunk.shared = shared
            with self.env.cr.savepoint():
                rows = self._process_chunk(chunk)
            if commit:
                seconds_left = commit(rows)
                self.invalidate_recordset(["state"])
                if self._wished():
                    commit(max(self.total_rows - self.done_rows, 1))
                    return True
                if seconds_left <= 0:
                    return False
        with self.env.cr.savepoint():
            self._finish()
        if commit:
            commit(max(self.total_rows - self.done_rows, 1), remaining=0)
        return True

    def _chunks_ahead(self, first_line, shared):
        """The pieces from a line on; where the loader says how, prepared while their predecessors are written."""
        ahead = self._loader_method("ahead")
        if not ahead or self.source == "koha_rest":
            return self._chunks(first_line)
        return read_ahead(self._chunks(first_line), ahead(shared))

    def _chunks_before(self, line):
        for chunk in self._chunks(self._first_place()):
            if chunk.first_line >= line:
                return
            yield chunk

    def _first_place(self):
        """Where a source begins: the line after the header, or the first page."""
        return 1 if self.source == "koha_rest" else 2

    def _process_chunk(self, chunk):
        """Plan or apply a chunk and move the cursor with it; how many rows it had."""
        # Plans of these statements are wide and short: compiling them costs more than it saves. A commit that a crash
        # of PostgreSQL takes back takes the cursor back as well, so nobody needs to wait for the disk.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("SET LOCAL synchronous_commit = off")
        refused = self._refuse(chunk.refused)
        counts = self._loader_method("apply" if self.state == "running" else "plan")(chunk)
        rows = len(chunk.frame) + len(chunk.refused)
        values = {f"{name}_count": self[f"{name}_count"] + counts.get(name, 0) for name in COUNTS}
        values["refused_count"] += refused
        self.write({**values, "done_rows": self.done_rows + rows, "cursor": {"next": chunk.next_line}})
        self.flush_recordset()
        return rows

    def _finish(self):
        """The last chunk is in, or was looked at."""
        if self.state == "reading":
            self._drop_stages()
            self.write({"state": "previewed", "total_rows": self.done_rows, "cursor": False})
            return
        finish = self._loader_method("finish")
        if finish:
            finish()
        self.total_rows = self.done_rows
        self._end("done")

    def _wait_or_fail(self, refusal):
        """A library system that says when to come back is waited for."""
        if refusal.retry_at and self.state == "running":
            retry = refusal.retry_at.astimezone(tz=None).replace(tzinfo=None)
            self.write(
                {
                    "state": "paused",
                    "date_retry": retry,
                    "message_code": refusal.code,
                    "message_params": refusal.params,
                }
            )
            self.env.ref("library_crm.ir_cron_library_import_run")._trigger(at=retry)
        else:
            self._end("failed", refusal.code, refusal.params)

    def _end(self, state, code=False, params=None):
        """End in whatever way: staging goes, and so does the file unless the run can go on."""
        self._drop_stages()
        was_preview = self.state == "reading"
        self.write(
            {
                "state": state,
                "message_code": code,
                "message_params": params or {},
                "date_end": self.env.cr.now(),
            }
        )
        if not was_preview:
            self._write_refused_file()
            if state == "done" or code == "cancelled":
                self.file = False

    def _write_refused_file(self):
        """The refused rows in the format of their source, with a reason in the language of who started the run."""
        rows = self.env["library.import.row"].search(
            [("run_id", "=", self.id), ("kind", "=", "refused"), ("is_preview", "=", False)]
        )
        if not rows or not self.facts:
            return
        translated = self.with_context(lang=self.user_id.lang)
        buffer = io.BytesIO()
        facts = self._facts()
        table_file.write_refused(buffer, facts, [(row.raw, translated._sentence(row.code, row.params)) for row in rows])
        name = (self.file_name or "table").rpartition(".")[0] or "table"
        self.write(
            {
                "refused_file": base64.b64encode(buffer.getvalue()),
                "refused_file_name": f"{name}-refused.{facts.kind}",
            }
        )

    def _reset_counts(self):
        """Forget a former preview."""
        self.env.cr.execute(SQL("DELETE FROM library_import_row WHERE run_id = %s AND is_preview", self.id))
        self.env["library.import.row"].invalidate_model()
        self.write(
            {
                **{f"{name}_count": 0 for name in COUNTS},
                "done_rows": 0,
                "cursor": False,
                "message_code": False,
                "message_params": False,
                "date_end": False,
                "date_start": False,
            }
        )

    # retention

    @api.autovacuum
    def _gc_runs(self):
        """After 30 days a run can no longer be undone, and what it kept of persons is deleted."""
        limit = fields.Datetime.subtract(self.env.cr.now(), days=30)
        old = self.search([("create_date", "<", limit), ("state", "not in", ("running", "reading"))])
        old.filtered("refused_file").refused_file = False
        old.with_context(bin_size=True).filtered("file").file = False
        self.env.cr.execute("DELETE FROM library_import_row WHERE run_id = ANY (%s) AND kind <> 'kept'", [old.ids])
        self.env["library.import.row"].invalidate_model()
