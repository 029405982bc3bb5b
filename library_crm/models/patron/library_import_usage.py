import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...connectors import koha_circulation, table_file
from ...connectors.messages import Refused
from ...lib.ahead import ahead
from ...lib.event_fingerprint import token
from ...lib.usage_counts import SILENT, UNKNOWN

EVENTS = 250_000  # events in one transaction
CHECKOUT = ("checkout_id", "patron_id", "library_id", "checkout_date")


class LibraryImportRun(models.Model):
    """Loads events: they are counted, and what they were is forgotten.

    No title reaches the database: columns that an event does not need are not read. Item numbers stay in memory; in
    rows that are given back, an unreadable token stands in their place.
    """

    _inherit = "library.import.run"

    @api.model
    def _loaders(self):
        return {**super()._loaders(), "koha_circulation": "usage"}

    @api.model
    def _chunk_sizes(self):
        return {**super()._chunk_sizes(), "usage": self._usage_events()}

    @api.model
    def _usage_events(self):
        """How many events are counted in one transaction."""
        return EVENTS

    def _chunks(self, first_line):
        if self._loader_suffix() != "usage" or self.source == "koha_rest":
            return super()._chunks(first_line)
        facts, mapping = self._facts(), self._event_mapping()
        columns, categories = koha_circulation.columns_to_read(facts.header, mapping)
        pieces = table_file.chunks(
            self._file(), facts, size=self._chunk_rows(), columns=columns, first_line=first_line,
            categories=categories,
        )
        date_format = facts.date_format

        def prepare(chunk):
            chunk.events = koha_circulation.normalise(chunk.frame, date_format, mapping=mapping)
            return chunk

        return ahead(pieces, prepare)

    def _event_mapping(self):
        """What the profile says of the columns, or None where it leaves that to their names."""
        lines = self.profile_id.mapping_ids.filtered("target")
        return {line.column: line.target for line in lines} or None

    def _columns_usage(self, facts):
        """The columns that an event needs; refuses a file in which something is missing."""
        return koha_circulation.columns_to_read(facts.header, self._event_mapping())[0]

    def _begin_usage(self):
        codes = {
            code.code: code.branch_id.id
            for code in self.profile_id.code_ids if code.kind == "branch" and code.branch_id
        }
        # sudo: nobody may read uses; the loader only counts for the institution of a run that its user may start
        return self.env["library.usage"].sudo()._directory(self.company_id, codes)

    def _plan_usage(self, chunk):
        return self._take_usage(chunk, is_plan=True)

    def _apply_usage(self, chunk):
        return self._take_usage(chunk)

    def _take_usage(self, chunk, is_plan=False):
        """Count a chunk; what was counted before is unchanged, what nobody can be found for comes back."""
        events = getattr(chunk, "events", None) or koha_circulation.normalise(chunk.frame, self._date_format())
        Usage, directory = self.env["library.usage"].sudo(), chunk.shared  # sudo: see `_begin_usage`
        patrons = Usage._resolve(events.rows, directory)
        unknown = patrons == UNKNOWN
        refused = list(events.refused)
        if unknown.any():
            frame = chunk.frame.loc[events.rows.index[unknown]]
            refused += [
                Refused(line, "unknown_patron", {}, dict(zip(frame.columns, cells, strict=True)))
                for line, cells in zip(frame.index.tolist(), frame.to_numpy(dtype=object).tolist(), strict=True)
            ]
        first_open = Usage._first_open_month(self.company_id)
        too_old = (events.rows["moment"] < fields.Datetime.to_datetime(first_open)).to_numpy() & ~unknown
        patrons[too_old] = SILENT
        counted, known = Usage._count_events(
            events.rows, patrons, self.company_id, directory, run_id=self.id, is_plan=is_plan
        )
        # whoever keeps nothing is not even told apart from what was known
        silent = int((patrons == SILENT).sum()) + sum(events.skipped.values())
        return {"created": counted, "unchanged": known + silent, "refused": self._refuse(refused)}

    def _finish_usage(self):
        self.env["library.usage"].sudo()._apply_spans(self.id)  # sudo: see `_begin_usage`

    def _may_undo_usage(self):
        """Refuse to undo what cannot be told apart any more.

        :raise UserError: when a later run has counted too: what it found known would then be missing
        """
        if later := self._later_usage_run():
            raise UserError(self.env._(
                "“%(name)s” has counted uses since. Undo that import first, then this one.", name=later.name
            ))
        if self.created_count and not self._has_receipts(self.id):
            raise UserError(self.env._("The time for undoing this import is over; its counts have joined the others."))

    def _undo_usage(self, _step):
        """Take back what this run counted, at once."""
        self._may_undo_usage()
        self.env["library.usage"].sudo()._take_back(self.id)  # sudo: see `_begin_usage`
        return 0, True

    def _later_usage_run(self):
        """A run of the institution that has counted after this one began to, if there is one."""
        self.env["library.usage.receipt"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT run_id FROM library_usage_receipt
             WHERE company_id = %(company)s AND run_id NOT IN (0, %(run)s)
               AND id > (SELECT min(id) FROM library_usage_receipt WHERE company_id = %(company)s AND run_id = %(run)s)
             ORDER BY id DESC LIMIT 1
            """,
            company=self.company_id.id, run=self.id,
        ))
        return self.browse(rows and rows[0])

    def _has_receipts(self, run_id):
        # sudo: only whether there are any
        return bool(self.env["library.usage.receipt"].sudo().search_count([("run_id", "=", run_id)], limit=1))

    # rows that are given back

    def _refuse(self, refused):
        if self._loader_suffix() != "usage":
            return super()._refuse(refused)
        cleaned = self._without_items(refused) if self.source == "koha_rest" else self._without_titles(refused)
        if self.state != "running":
            return super()._refuse(cleaned)
        self._store_refused(cleaned)
        return len(cleaned)

    def _without_items(self, refused):
        """Checkouts of the library system's interface with nothing but who, when and where."""
        return [
            Refused(one.line, one.code, one.params, {name: one.raw.get(name) or "" for name in CHECKOUT})
            for one in refused
        ]

    def _without_titles(self, refused):
        """The same rows with nothing in them but what an event needs, item numbers as tokens."""
        if not refused:
            return []
        facts, mapping = self._facts(), self._event_mapping()
        needed = set(koha_circulation.columns_to_read(facts.header, mapping)[0])
        item = koha_circulation.roles(facts.header, mapping).get("itemnumber")
        secret = self.env["library.usage.receipt"].sudo()._secret()  # sudo: a token tells nothing
        result = []
        for one in refused:
            cells = one.raw if isinstance(one.raw, dict) else dict(zip(facts.header, one.raw, strict=False))
            if not isinstance(one.raw, dict) and len(one.raw) != len(facts.header):
                cells = {}  # which cell is the title, nobody can say
            row = [
                "" if column not in needed
                else token(cells.get(column), secret) if column == item else str(cells.get(column) or "")
                for column in facts.header
            ]
            result.append(Refused(one.line, one.code, one.params, row))
        return result

    def _store_refused(self, refused):
        """Note many refused rows at once: a file of another library can be refused as a whole."""
        import pandas as pd  # noqa: PLC0415

        if refused:
            self._copy_frame("library_import_row", pd.DataFrame({
                "run_id": self.id, "company_id": self.company_id.id, "kind": "refused", "is_preview": "f",
                "line": [one.line for one in refused],
                "label": [self._label(one) for one in refused],
                "raw": [json.dumps(one.raw) for one in refused],
                "code": [one.code for one in refused],
                "params": [json.dumps(one.params) for one in refused],
            }))
            self.env["library.import.row"].invalidate_model()
