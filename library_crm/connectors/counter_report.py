"""COUNTER reports of release 5 and 5.1, as they come: TSV, CSV, XLSX or JSON.

A report is read into counts by platform, title, metric and month. Rows that differ only in what a library does not
ask for here (year of publication, kind of access) are added up, so they are kept or refused together: a corrected file
of refused rows brings the whole number of its titles. Nothing in these reports speaks of a person.
"""

from dataclasses import dataclass, field
from datetime import date

from . import counter_json, counter_table
from .counter_labels import METRICS, REPORTS
from .counter_messages import CounterRefused
from .counter_months import read_day

MOST_BYTES = 40_000_000
MACHINES = "tdm"
MOST_USES = 2_000_000_000


@dataclass(frozen=True)
class Source:
    """What was used: a platform, or a title, database or item on one."""

    platform: str
    title: str = ""
    issn: str = ""
    isbn: str = ""
    url: str = ""

    @property
    def key(self):
        return (fold(self.platform), fold(self.title))


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: where it stood, why, and its cells."""

    line: int
    code: str
    params: dict
    cells: list


@dataclass
class Report:
    """What a file holds.

    `counts` is {(key of the source, metric, first day of the month): number}; `is_whole` says that it replaces what was
    known of its months: a file of corrected rows, or one cut to some kinds of titles, only brings numbers.
    """

    report: str
    release: str
    institution: str = ""
    provider: str = ""
    date_from: date | None = None
    date_to: date | None = None
    is_whole: bool = True
    sources: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)
    refused: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    columns: list = field(default_factory=list)
    head: list = field(default_factory=list)
    row_count: int = 0


def fold(text):
    """A name as it is compared: without case and double blanks."""
    return " ".join((text or "").casefold().split())


def read(data):
    """Read a report.

    :param bytes data: the file
    :return: Report
    :raise CounterRefused: when nothing can be read from it
    """
    if not data.strip():
        raise CounterRefused("empty_file")
    if len(data) > MOST_BYTES:
        raise CounterRefused("too_large", {"limit": MOST_BYTES // 1_000_000})
    begin = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    parts = counter_json.read(data) if begin[:1] in (b"{", b"[") else counter_table.read(data)
    return build(*parts)


def build(head, columns, rows):
    """A Report from its header and its rows.

    :param dict head: the header by name
    :param list columns: names of the columns, for rows that go back
    :param rows: of counter_table.Row
    :raise CounterRefused: when the header is that of no report we read
    """
    report = _begin(head)
    report.columns, report.head = columns, head.get("_lines", [])
    report.is_whole = report.is_whole and not head.get("_is_correction")
    seen, bad, good, mining = {}, set(), [], 0
    for row in rows:
        report.row_count += 1
        refusal = _refusal(row, report, seen)
        if refusal:
            report.refused.append(refusal)
            bad.add(_row_key(row))
        elif row.get("access_method").casefold() == MACHINES:
            mining += 1
        else:
            good.append(row)
    for row in good:
        if _row_key(row) in bad:
            report.refused.append(Refusal(row.line, "beside", {}, row.cells))
        else:
            _add(report, row)
    report.refused.sort(key=lambda refusal: refusal.line)
    if mining:
        report.notes.append(("mining", {"rows": mining}))
    if head.get("exceptions"):
        report.notes.append(("exceptions", {"words": str(head["exceptions"])[:500]}))
    if not report.row_count:
        report.notes.append(("no_items", {}))
    return report


def _begin(head):
    """The Report that the header promises."""
    code, release = (head.get("report_id") or "").strip().upper(), (head.get("release") or "").strip()
    if not release:
        raise CounterRefused("no_release")
    if release.split(".")[0] != "5":
        raise CounterRefused("old_release", {"release": release[:20]})
    if code not in REPORTS:
        raise CounterRefused("unknown_report", {"report": code[:40]})
    first, last = read_day(head.get("begin_date")), read_day(head.get("end_date"))
    return Report(
        report=code, release=release[:20], institution=(head.get("institution_name") or "")[:200],
        provider=(head.get("created_by") or "")[:200], date_from=first and first.replace(day=1),
        date_to=last and last.replace(day=1), is_whole=not (_is_cut(head) and code in ("PR", "DR", "TR", "IR")),
    )  # fmt: skip


def _is_cut(head):
    """Whether the report was asked for with filters besides its dates."""
    filters = head.get("report_filters") or {}
    usual = {"begin_date", "end_date", "platform", "metric_type", "access_method"}
    return any(name.casefold() not in usual and value for name, value in filters.items())


def _row_key(row):
    return (fold(row.get("platform")), fold(row.title), row.get("metric").casefold())


def _refusal(row, report, seen):
    """Why a row is not taken, or None."""
    code, params = row.problem or (None, {})
    metric = row.get("metric")
    if not code and not row.get("platform"):
        code = "no_platform"
    elif not code and not row.title and not report.report.startswith("PR"):
        code = "no_title"
    elif not code and not metric:
        code = "no_metric"
    elif not code and metric not in METRICS:
        code, params = "unknown_metric", {"metric": metric[:60]}
    elif not code and row.total is not None and row.total != sum(row.months.values()):
        code, params = "bad_total", {"found": sum(row.months.values()), "total": row.total}
    if not code and (earlier := seen.setdefault(row.identity, row.line)) != row.line:
        code, params = "duplicate_row", {"line": earlier}
    return Refusal(row.line, code, params, row.cells) if code else None


def _add(report, row):
    """Count a good row."""
    source = Source(
        row.get("platform")[:250], row.title[:500], row.get("online_issn") or row.get("print_issn"),
        row.get("isbn"), row.get("uri")[:500],
    )  # fmt: skip
    known = report.sources.get(source.key)
    if not known or (source.issn and not known.issn):
        report.sources[source.key] = source
    metric = row.get("metric")
    for month, count in row.months.items():
        if count:
            place = (source.key, metric, month)
            report.counts[place] = min(report.counts.get(place, 0) + count, MOST_USES)
    months = row.months.keys()
    if months:
        report.date_from = min(filter(None, [report.date_from, *months]))
        report.date_to = max(filter(None, [report.date_to, *months]))
