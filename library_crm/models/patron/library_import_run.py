from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import IMPORT_DATE_FORMATS, IMPORT_ENCODINGS, IMPORT_SEPARATORS

STATES = [
    ("draft", "Source"),
    ("reading", "Reading"),
    ("previewed", "Preview"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("undoing", "Undoing"),
    ("undone", "Undone"),
    ("failed", "Failed"),
]
COUNTS = ("created", "changed", "unchanged", "conflict", "refused")


class LibraryImportRun(models.Model):
    """One import: a file or a fetch, its preview, its run in the background, its result, and its undoing.

    What a loader of a source provides (extend this model in a file of your own):

    ``_loaders()``                 call super and add ``{source of the profile: suffix}``
    ``_chunk_sizes()``             rows in a chunk by suffix where 10 000 is not right
    ``_columns_<suffix>(facts)``   names of the columns to read, or None for all; raise connectors' FileRefused
                                   where the file lacks what it must have. Optional.
    ``_begin_<suffix>()``          once in each process before its first chunk; what it returns (a dict of look-ups,
                                   say) is there as ``chunk.shared``. Optional.
    ``_resume_<suffix>(shared, chunks)``  after a kill or pause: meet the rows again that are done, to fill ``shared``
                                   with what they left in memory. Optional.
    ``_ahead_<suffix>(shared)``    a plain function that prepares a chunk in another thread, without the database, while
                                   the chunk before is written. Optional.
    ``_plan_<suffix>(chunk)``      count what this chunk would do. Writes nothing; examples go to ``_show``.
    ``_apply_<suffix>(chunk)``     do it. Runs in the transaction that also moves the run's cursor: never commit.
    ``_finish_<suffix>()``         after the last chunk. Optional.
    ``_undo_<suffix>(step)``       take this run back, a piece with each call (step 0, 1, …); each is a transaction.
                                   Returns how much was kept and whether that was the last piece. Optional: without
                                   it, a run of this source cannot be undone.
    ``_may_undo_<suffix>()``       raise UserError where this run cannot be undone (now). Optional.

    A chunk is ``connectors.table_file.Chunk``: ``first_line``, ``next_line``, ``frame`` (DataFrame of str, "" for an
    empty cell, its index is the line) and ``refused``, which the run itself has counted and noted. ``_plan_`` and
    ``_apply_`` return a dict with any of COUNTS. Rows that the loader refuses go to ``self._refuse(refused)``
    (connectors' Refused), which notes them and returns how many there are: add that to the count. ``self._show(kind,
    items)`` keeps examples for the preview, ``items`` an iterable of dicts with ``line``, ``label``, ``before``,
    ``after``, ``code``, ``params``, ``patron_id``.

    A staging table is called ``self._stage_name(suffix)`` and made by ``self._make_stage(suffix, columns)``:
    unlogged, of this run alone. Call ``self._drop_stages()`` at the end of each chunk where nothing needs it any
    more: a table that was made and dropped in one transaction leaves no trace even after a kill. What is left is
    dropped when the run ends in whatever way, and by the sweeper if the process died. The same chunk may come again
    after a kill (its transaction was rolled back): applying is idempotent by keys, not by luck.
    """

    _name = "library.import.run"
    _description = "Import"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    profile_id = fields.Many2one(
        "library.import.profile", string="Source", required=True, ondelete="restrict", index=True
    )
    source = fields.Selection(related="profile_id.source", string="Kind of source")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Started by", default=lambda self: self.env.user, readonly=True, ondelete="restrict"
    )
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, index=True, copy=False)

    file = fields.Binary(attachment=True, copy=False, help="Deleted when the run ends: it holds personal data.")
    file_name = fields.Char(copy=False)
    facts = fields.Json("Found in the file", readonly=True, copy=False)
    encoding = fields.Selection(IMPORT_ENCODINGS)
    separator = fields.Selection(IMPORT_SEPARATORS)
    date_format = fields.Selection(IMPORT_DATE_FORMATS, string="Dates are written")

    created_count = fields.Integer("New", readonly=True, copy=False)
    changed_count = fields.Integer("Changed", readonly=True, copy=False)
    unchanged_count = fields.Integer("Unchanged", readonly=True, copy=False)
    conflict_count = fields.Integer("Conflicts", readonly=True, copy=False)
    refused_count = fields.Integer("Refused", readonly=True, copy=False)
    done_rows = fields.Integer("Rows done", readonly=True, copy=False)
    total_rows = fields.Integer("Rows", readonly=True, copy=False)
    cursor = fields.Json(readonly=True, copy=False)
    row_ids = fields.One2many("library.import.row", "run_id", string="Lines", readonly=True)

    refused_file = fields.Binary(attachment=True, readonly=True, copy=False)
    refused_file_name = fields.Char(readonly=True, copy=False)
    message_code = fields.Char(readonly=True, copy=False)
    message_params = fields.Json(readonly=True, copy=False)
    message = fields.Char(compute="_compute_message")
    warnings = fields.Json(readonly=True, copy=False)
    date_start = fields.Datetime("Started", readonly=True, copy=False)
    date_end = fields.Datetime("Ended", readonly=True, copy=False)
    date_retry = fields.Datetime("Goes on at", readonly=True, copy=False)
    date_undone = fields.Datetime("Undone on", readonly=True, copy=False)

    @api.depends("profile_id.name", "create_date")
    def _compute_name(self):
        for run in self:
            moment = run.create_date or self.env.cr.now()
            run.name = f"{run.profile_id.name or ''} {fields.Date.to_string(moment)}".strip()

    @api.depends("message_code", "message_params")
    def _compute_message(self):
        for run in self:
            run.message = self._sentence(run.message_code, run.message_params)

    @api.model
    def _loaders(self):
        """Which loader takes which source: {source: suffix of the loader's methods}."""
        return {"koha_patrons": "patrons", "table": "patrons"}

    @api.model
    def _chunk_sizes(self):
        """Rows in one transaction, by loader, where it is not 10 000."""
        return {}

    def _loader_suffix(self):
        """The suffix of the methods that load this run's source.

        :raise UserError: if nobody loads it
        """
        self.ensure_one()
        suffix = self._loaders().get(self.source)
        if not suffix:
            raise UserError(self.env._("Nothing here reads this kind of source."))
        return suffix

    def _loader_method(self, step):
        """The bound method of this run's loader for a step, or None where it has none."""
        return getattr(self, f"_{step}_{self._loader_suffix()}", None)
