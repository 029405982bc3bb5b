"""What a subject dossier keeps of what was counted: figures about fewer than five people become None."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from .k_guard import K, line

STATES = ("met", "partly", "unmet", "open")
PLAIN = (
    "referrals", "referrals_answered", "turned_away", "suggestions", "titles", "copies", "resources", "partners",
)  # fmt: skip


def whole_months(since: date, until: date) -> tuple[date, date]:
    """The months in which a period lies: of two periods that differ by days, the difference would be about few.

    >>> [str(day) for day in whole_months(date(2026, 1, 20), date(2026, 2, 3))]
    ['2026-01-01', '2026-02-28']
    """
    return since.replace(day=1), until.replace(day=monthrange(until.year, until.month)[1])


def guarded(counted: Mapping[str, int], k: int = K) -> dict[str, int | float | None]:
    """Every figure that may be shown, None for those that may not.

    How needs ended is one line of a table with its total, so that no hidden part can be found by subtraction.

    :param counted: numbers as `library.subject._evidence` gives them for one class

    >>> few = guarded({"needs": 3, "need_people": 2, "unmet": 3, "unmet_people": 2, "titles": 40})
    >>> few["needs"], few["unmet"], few["titles"]
    (None, None, 40)
    """
    get = counted.get
    figures = {name: get(name, 0) for name in PLAIN}
    figures |= line(
        {state: get(state, 0) for state in STATES}, {state: get(f"{state}_people", 0) for state in STATES}, k,
        total=get("need_people", 0),
    )
    people = get("need_people", 0)
    figures["people"] = None if 0 < people < k else people
    figures["needs"] = None if 0 < people < k else get("needs", 0)
    lacking = get("lacking_people", 0)
    is_few = 0 < lacking < k or 0 < people - lacking < k or 0 < people < k
    figures["lacking"] = None if is_few else get("lacking", 0)
    for name, who in (("uses", "users"), ("ills", "ill_users")):
        figures[name] = None if 0 < get(who, 0) < k else get(name, 0)
    return figures | _ratios(figures)


def _ratios(figures):
    """Uses of a title, and the share of settled needs that were met; None where a part is hidden or nothing."""
    uses, titles = figures["uses"], figures["titles"]
    ended = [figures[state] for state in ("met", "partly", "unmet")]
    settled = None if None in ended else sum(ended)
    return {
        "uses_per_title": round(uses / titles, 2) if uses is not None and titles else None,
        "met_share": round(figures["met"] / settled, 4) if settled else None,
    }
