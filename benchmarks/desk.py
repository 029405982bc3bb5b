"""The suite "desk": a librarian's and a patron's daily operations beside OCA helpdesk_mgmt."""

import contextlib
import time
from dataclasses import dataclass

from . import databases, meters
from .facts import PASSWORD, READER, READER_FEW, READERS, ROWS
from .portal import PortalServer
from .report import Figure
from .sides import both_sides

WARM_UP = 4


@dataclass(frozen=True)
class Operation:
    """An operation of ``bench_cases.Desk``, what it is called and the share of the peer's time it may take."""

    key: str
    name: str
    bar: float | None


OPERATIONS = (
    Operation("create", "create a record", 1.0),
    Operation("mail_known", "new mail, sender known", 1.0),
    Operation("mail_new", "new mail, sender unknown", 1.0),
    Operation("mail_reply", "reply, nobody's case", 1.0),
    Operation("mail_reply_claimed", "reply, owner is told", 1.0),
    Operation("list", f"list of {ROWS}, first 80", 0.5),
    Operation("list_deep", f"list of {ROWS}, 80 from row {ROWS // 2}", 0.5),
    Operation("kanban", f"kanban of {ROWS} by stage", 0.5),
    Operation("form", "form", 0.5),
    Operation("form_panels", "form with all that is loaded after it", None),
    Operation("board", f"team board over {ROWS} (peer: its list)", 1.0),
)

# our index on contacts' addresses decides most of the mail figures where there are many contacts; what the two
# designs cost beside it is shown by lending the index to the peer, for information
LENT = tuple(
    Operation(operation.key, f"{operation.name}, peer lent our index", None)
    for operation in OPERATIONS if operation.key.startswith("mail_")
)
# pages whose queries must not depend on the rows they show: short page, long page
PAGES = (("list_10", "list", "list"), ("kanban_10", "kanban", "kanban"), (READER_FEW, READER, "portal list"))
PORTAL_ROUNDS = 5


def run(settings, options, report):
    """Measure everything and add it to `report`."""
    ours, theirs = sides = both_sides(settings, options.addons)
    wanted = set(filter(None, options.only.split(",")))
    settings.cache.mkdir(parents=True, exist_ok=True)
    for side in sides:
        started = time.monotonic()
        if side.prepare(settings, _log(settings, side, "prepare"), options.afresh):
            print(f"{side.label}: {ROWS} records filled in {time.monotonic() - started:.0f} s", flush=True)
    databases.take_back_index(settings, theirs.database)
    report.note("ms: median CPU time of Python and PostgreSQL together, both sides in turn in one run")
    report.note("each side is asked what the web client asks for its own views, with their own columns and limits")
    report.note("wall and queries are shown to inform; only CPU time and queries by rows have bars")
    with _workers(settings, sides):
        for operation in OPERATIONS:
            if not wanted or operation.key in wanted:
                _measure(settings, operation, sides, options.rounds, report)
        with databases.lent_index(settings, theirs.database):
            for operation in LENT:
                if not wanted or operation.key in wanted:
                    _measure(settings, operation, sides, options.rounds, report)
        for short, long, name in PAGES:
            if not wanted or short in wanted:
                _compare_pages(settings, ours, short, long, name, report)
    if not wanted or "portal" in wanted:
        _measure_portal(settings, sides, report)


def _measure(settings, operation, sides, rounds, report):
    ours, theirs = sides
    logs = {side.name: _log(settings, side, "serve") for side in sides}
    medians = meters.in_turn(
        ("ours", "theirs"), rounds, WARM_UP,
        lambda name, number: _side(sides, name).cost_of(operation.key, number, logs[name]),
    )
    mine, other = medians["ours"], medians["theirs"]
    report.add(Figure(operation.name, mine.cpu, other.cpu, theirs.label, operation.bar, "ms"))
    if operation.bar is not None:
        report.add(Figure(f"{operation.name}: queries", mine.queries, other.queries, theirs.label, None, "queries"))
    report.note(_detail(operation.name, ours, mine))
    report.note(_detail(operation.name, theirs, other))


def _detail(name, side, sample):
    return (
        f"{name}, {side.label}: Python {sample.python:.1f} ms, PostgreSQL {sample.postgres:.1f} ms,"
        f" wall {sample.wall:.1f} ms" + (f", {sample.shown} records shown" if sample.shown else "")
    )


def _compare_pages(settings, side, short, long, name, report):
    """Queries of a long page beside those of a page of 10 rows."""
    log = _log(settings, side, "serve")
    queries = []
    for operation in (short, long):
        costs = [side.cost_of(operation, number, log) for number in range(WARM_UP)]
        queries.append(costs[-1].queries)
    report.add(Figure(f"{name}: queries by rows", queries[1], queries[0], "own page with 10 rows", 1.0, "queries"))


def _measure_portal(settings, sides, report):
    ours, theirs = sides
    name = f"portal list, {READERS[READER]} own records"
    with contextlib.ExitStack() as stack:
        servers = {}
        for side in sides:
            log = _log(settings, side, "portal")
            servers[side.name] = stack.enter_context(PortalServer(settings, side.database, side.addons, log))
        for server in servers.values():
            server.log_in(READER, PASSWORD)
        medians = meters.in_turn(
            ("ours", "theirs"), PORTAL_ROUNDS, 1,
            lambda key, number: servers[key].cost_of(
                _side(sides, key).portal_page, _side(sides, key).portal_record, READERS[READER]
            ),
        )
    mine, other = medians["ours"], medians["theirs"]
    report.add(Figure(name, mine.cpu, other.cpu, theirs.label, 0.5, "ms"))
    report.note(_detail(name, ours, mine))
    report.note(_detail(name, theirs, other))


def _side(sides, name):
    return next(side for side in sides if side.name == name)


def _log(settings, side, task):
    return settings.cache / f"{side.name}-{task}.log"


@contextlib.contextmanager
def _workers(settings, sides):
    """Both workers, started and ended together."""
    try:
        for side in sides:
            side.start(settings, _log(settings, side, "serve"))
        yield
    finally:
        for side in sides:
            side.stop()
