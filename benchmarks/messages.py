"""How well messages of patrons are told apart, on the labelled set in ``data/messages``: part of ``make bench-mining``.

A third of the messages was kept apart by a hash and was not looked at while the words were chosen; its figures stand
beside those of the rest. What was classed as ``unclear`` counts against recall, and for no other kind.
"""

import json
from collections import Counter
from pathlib import Path

from .settings import REPOSITORY

SOURCE = Path(REPOSITORY) / "benchmarks" / "data" / "messages" / "messages.jsonl"
SHOWN = Path(REPOSITORY) / "library_crm" / "data" / "message_class_figures.json"
PARTS = ("tune", "apart")
LANGUAGES = (("en", "English"), ("zh_CN", "simplified Chinese"), ("zh_TW", "traditional Chinese"))


def labelled():
    """The labelled messages: dicts of id, kind, lang, part, text, and `like` where another one says the same."""
    with SOURCE.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(classify, wilson, kinds):
    """Class every message and count.

    :param classify: function of a text that gives something with `kind`
    :param wilson: function of hits and count that gives an interval
    :param kinds: codes of the classes
    :return: dict: `messages` and for each part `rows`, a list of {"name", "n", "right", "precision", "recall", "f1", …}
    """
    rows = labelled()
    told = [(row, classify(row["text"]).kind) for row in rows]
    figures = {"messages": len(rows), "unclear": sum(kind == "unclear" for _row, kind in told), "parts": {}}
    for part in PARTS:
        here = [(row, kind) for row, kind in told if row["part"] == part]
        found = [_all(here, "all", wilson)]
        found += [_all([pair for pair in here if pair[0]["lang"] == lang], lang, wilson) for lang, _title in LANGUAGES]
        figures["parts"][part] = {"whole": found, "kinds": [_one(here, kind, wilson) for kind in kinds]}
    return figures


def _all(pairs, name, wilson):
    right = sum(row["kind"] == kind for row, kind in pairs)
    return {"name": name, "n": len(pairs), "right": right, **_rate("accuracy", right, len(pairs), wilson)}


def _one(pairs, name, wilson):
    """Precision, recall and F1 of one class."""
    counts = Counter((row["kind"] == name, kind == name) for row, kind in pairs)
    right, missed, wrong = counts[True, True], counts[True, False], counts[False, True]
    return {
        "name": name, "n": right + missed, "right": right, "f1": round(2 * right / (2 * right + missed + wrong), 4),
        **_rate("precision", right, right + wrong, wilson), **_rate("recall", right, right + missed, wilson),
    }


def _rate(name, hits, count, wilson):
    low, high = (round(limit, 4) for limit in wilson(hits, count))
    rate = round(hits / count, 4) if count else None
    return {name: rate, f"{name}_n": count, f"{name}_low": low, f"{name}_high": high}


def write(figures, day):
    """Write the figures where the settings of the addon read them; nothing changes if only the day would."""
    known = json.loads(SHOWN.read_text(encoding="utf-8")) if SHOWN.exists() else {}
    if {**known, "day": None} != {**figures, "day": None}:
        SHOWN.write_text(json.dumps({**figures, "day": day}, indent=1) + "\n", encoding="utf-8")
