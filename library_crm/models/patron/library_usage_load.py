import io

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import USAGE_CHANNELS, USAGE_KINDS
from ...lib.class_marks import parse_many
from ...lib.event_fingerprint import Known, of_days, of_events
from ...lib.usage_counts import (
    NOBODY,
    POSTGRES_EPOCH,
    SILENT,
    UNKNOWN,
    Counts,
    Nullable,
    Text,
    copy_binary,
    days_of,
    extremes,
    first_days,
    fold,
    months_of,
)

KIND_NUMBER = {kind: number for number, (kind, _label) in enumerate(USAGE_KINDS)}
DAY_KIND = KIND_NUMBER["visit_day"]


class Directory:
    """Who and what the keys in a run's events stand for, read once a run and process."""

    def __init__(self, patrons, branches, subjects, secret):
        """:param patrons: {kind of key: {key: patron id or SILENT}}, branches and subjects by code"""
        import pandas as pd  # noqa: PLC0415

        self.patrons = {kind: pd.Series(ids, dtype="int64") for kind, ids in patrons.items()}
        self.branches, self.subjects, self.secret = branches, subjects, secret
        self.forget()

    def forget(self):
        """Start anew with the receipts: a transaction was rolled back."""
        self.receipts, self.known, self.is_certain = set(), {"event": Known(), "day": Known()}, True


def _by_category(values, lookup):
    """Integers for a column of categories: `lookup` is asked once a category; 0 for missing values."""
    import numpy as np  # noqa: PLC0415

    found = np.zeros(len(values.cat.categories) + 1, np.int64)
    found[:-1] = lookup(values.cat.categories)
    return found[values.cat.codes.to_numpy()]


class LibraryUsage(models.Model):
    """Counting events: what is known of a single one never reaches a table."""

    _inherit = "library.usage"

    @api.model
    def _directory(self, company, codes=None):
        """Everything by which the events of one institution are understood.

        :param dict codes: {code of a branch in the file: branch id}, beside the branches' own codes
        """
        Identity = self.env["library.patron.identity"]
        Identity.flush_model(["kind", "value_normalized", "state", "company_id", "patron_id"])
        self.env["library.patron"].flush_model(["allows_counts"])
        self.env["library.branch"].flush_model(["code"])
        patrons = {"ils": {}, "card": {}}
        for kind, value, patron_id, allows in self.env.execute_query(SQL(
            """
            SELECT i.kind, i.value_normalized, i.patron_id, p.allows_counts
              FROM library_patron_identity i
              JOIN library_patron p ON p.id = i.patron_id
             WHERE i.company_id = %s AND i.kind IN ('ils', 'card') AND i.state <> 'wrong'
               AND i.value_normalized IS NOT NULL
            """,
            company.id,
        )):
            patrons[kind][value] = patron_id if allows else SILENT
        branches = dict(self.env.execute_query(SQL(
            "SELECT code, id FROM library_branch WHERE company_id = %s AND code IS NOT NULL", company.id
        )))
        self.env["library.subject"].flush_model(["scheme", "code"])
        rows = self.env.execute_query(SQL("SELECT scheme, code, id FROM library_subject"))
        subjects = {(scheme, code): subject_id for scheme, code, subject_id in rows}
        return Directory(
            patrons, {**branches, **(codes or {})}, subjects, self.env["library.usage.receipt"]._secret()
        )

    @api.model
    def _resolve(self, rows, directory):
        """The patron of each event: an id, NOBODY, UNKNOWN or SILENT."""
        import numpy as np  # noqa: PLC0415

        normalize = self.env["library.patron.identity"]._normalize
        kinds = rows["patron_key_kind"].astype(object).to_numpy()
        patrons = np.zeros(len(rows), np.int64)
        for kind, ids in directory.patrons.items():
            ours = kinds == kind
            if ours.any():
                found = _by_category(
                    rows["patron_key"],
                    lambda keys, ids=ids, kind=kind: ids.reindex(
                        [normalize(kind, key) for key in keys]).fillna(UNKNOWN).to_numpy(),
                )
                patrons[ours] = found[ours]
        return patrons

    @api.model
    def _count_events(self, rows, patrons, company, directory, run_id=0, is_plan=False):
        """Count events that were not counted before, and keep their receipts.

        Everything happens in the current transaction: either the events are counted and known, or neither.

        :param rows: frame of events (see connectors.koha_circulation.Events)
        :param patrons: what `_resolve` gave; only NOBODY and ids are counted
        :param directory: see `_directory`; the same object for all chunks of a run
        :param is_plan: only look
        :return: (events counted, events known before)
        """
        import numpy as np  # noqa: PLC0415

        wanted = np.flatnonzero(patrons >= NOBODY)
        rows, patrons = rows.iloc[wanted], patrons[wanted]
        moments = rows["moment"].to_numpy().astype("datetime64[s]")
        self._recall(company, directory, months_of(moments), is_plan)
        events = of_events(rows, directory.secret, company.id)
        fresh = directory.known["event"].first_seen(events)
        if not len(fresh):
            return 0, len(rows)
        rows, patrons, moments, events = rows.iloc[fresh], patrons[fresh], moments[fresh], events[fresh]
        directory.is_certain = is_plan  # until the receipts are stored, what is known could be rolled back unnoticed
        directory.known["event"].add(events)
        if not is_plan:
            self._store(rows, patrons, moments, events, company, directory, run_id)
        return len(fresh), len(wanted) - len(fresh)

    def _store(self, rows, patrons, moments, events, company, directory, run_id):
        """Write the counts, the receipts and the days of first and last use of new events."""
        import numpy as np  # noqa: PLC0415

        months, days = months_of(moments), days_of(moments)
        uses = fold(
            patrons, months,
            _by_category(rows["kind"], lambda kinds: [KIND_NUMBER[kind] for kind in kinds]),
            _by_category(rows["class_mark"], lambda marks: self._subject_ids(marks, directory)),
            _by_category(rows["branch_code"], lambda codes: [directory.branches.get(code, 0) for code in codes]),
            _by_category(rows["channel"], lambda channels: [int(channel == "remote") for channel in channels]),
        )
        persons = np.flatnonzero(patrons > NOBODY)
        keys = of_days(patrons[persons], days[persons], directory.secret)
        first = directory.known["day"].first_seen(keys)
        directory.known["day"].add(keys[first])
        at = persons[first]
        nothing = np.zeros(len(at), np.int64)
        visit_days = fold(patrons[at], months[at], nothing + DAY_KIND, nothing, nothing, nothing)
        self._add_counts(uses, visit_days, company, run_id)
        self._add_spans(*extremes(patrons[persons], days[persons]), run_id)
        for kind, numbers, of_month in (("event", events, months), ("day", keys[first], months[at])):
            kept = self.env["library.usage.receipt"]._keep(company, kind, run_id, _grouped(numbers, of_month))
            directory.receipts.update(kept)
        directory.is_certain = True

    @api.model
    def _subject_ids(self, marks, directory):
        """The class of each call number, 0 where it tells none."""
        import pandas as pd  # noqa: PLC0415

        parsed = parse_many(pd.Series(marks, dtype=object))
        return [
            directory.subjects.get((scheme, code), 0)
            for scheme, code in zip(parsed["scheme"], parsed["code"], strict=True)
        ]

    @api.model
    def _recall(self, company, directory, months, is_plan):
        """Read the receipts of these months, unless they were read already."""
        import numpy as np  # noqa: PLC0415

        Receipt = self.env["library.usage.receipt"]
        if not is_plan:
            Receipt._take_turn(company)
        spans = [_date_of(month) for month in np.unique(months)]
        stored = Receipt._identify(company, spans)
        if not directory.is_certain or not directory.receipts <= Receipt._existing(directory.receipts):
            directory.forget()
        missing = stored.keys() - directory.receipts
        for kind, keys in Receipt._fingerprints(missing):
            directory.known[kind].add(keys)
        directory.receipts |= missing

    @api.model
    def _add_counts(self, uses, visit_days, company, run_id):
        """Add counts to the table. Who stopped the counting a moment ago is left out here once more."""
        import numpy as np  # noqa: PLC0415

        months = [_date_of(month) for month in (uses.month.min(), uses.month.max())]
        self._ensure_partitions(*months)
        rows = self.env.execute_query(SQL(
            "SELECT id FROM library_patron WHERE company_id = %s AND allows_counts", company.id
        ))
        allowed = np.array([NOBODY, *(patron_id for (patron_id,) in rows)], np.int64)
        for counts in (uses, visit_days):
            stays = np.isin(counts.patron, allowed)
            if not stays.any():
                continue
            counts = Counts(*(column[stays] for column in counts))
            self.env.cr.copy_expert(
                "COPY library_usage (company_id, patron_id, month, kind, subject_id, branch_id, channel, uses, run_id)"
                " FROM STDIN (FORMAT binary)",
                io.BytesIO(self._as_copy(counts, company, run_id)),
            )

    @api.model
    def _as_copy(self, counts, company, run_id):
        """Counts as rows of the table, in PostgreSQL's binary form."""
        return copy_binary(
            company.id, Nullable(counts.patron), first_days(counts.month) - POSTGRES_EPOCH,
            Text(counts.kind, [kind for kind, _label in USAGE_KINDS]),
            Nullable(counts.subject), Nullable(counts.branch),
            Text(counts.channel, [channel for channel, _label in USAGE_CHANNELS]), counts.uses, run_id,
        )

    @api.model
    def _add_spans(self, patrons, first, last, run_id):
        """Note the first and last day of each patron's use; the run's end brings them to the patron."""
        if len(patrons):
            self.env.cr.copy_expert(
                "COPY library_usage_span (run_id, patron_id, date_first, date_last) FROM STDIN (FORMAT binary)",
                io.BytesIO(copy_binary(run_id, patrons, first - POSTGRES_EPOCH, last - POSTGRES_EPOCH)),
            )


def _date_of(month):
    """The first day of a month since 1970."""
    return fields.Date.to_date(f"{1970 + int(month) // 12}-{int(month) % 12 + 1:02}-01")


def _grouped(keys, months):
    """{first day of the month: sorted keys of it}"""
    import numpy as np  # noqa: PLC0415

    if not len(keys):
        return {}  # uses without a person have no days
    order = np.lexsort((keys, months))
    keys, months = keys[order], months[order]
    values, starts = np.unique(months, return_index=True)
    return {
        _date_of(month): part for month, part in zip(values, np.split(keys, starts[1:]), strict=True)
    }
