"""Events become counts; fingerprints know them again and tell nothing."""

import random
import struct
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from library_crm.lib.event_fingerprint import Known, of_events, of_items, sip64, token
from library_crm.lib.usage_counts import COPY_HEAD, COPY_TAIL, Nullable, Text, copy_binary, extremes, fold, months_of

KEY = bytes(range(16))


@pytest.mark.parametrize(
    ("words", "expected"),
    [((), 0x726FDB47DD0E0E31), ((0x0706050403020100,), 0x93F5F5799A932462),
     ((0x0706050403020100, 0x0F0E0D0C0B0A0908), 0x3F2ACC7F57C29BDB)],
)
def test_siphash_gives_the_published_values(words, expected):
    assert int(sip64(KEY, *words)[0]) == expected


def _events(**columns):
    size = len(next(iter(columns.values())))
    rows = {name: [None] * size for name in ("event_id", "patron_key", "kind", "branch_code", "item_key")} | columns
    frame = pd.DataFrame({name: pd.Categorical(values) for name, values in rows.items() if name != "moment"})
    return frame.assign(moment=pd.to_datetime(rows["moment"]).astype("datetime64[s]"))


def test_an_event_is_known_again_in_any_order_and_file():
    one = _events(kind=["loan", "loan", "renewal"], item_key=["7", "8", "7"], patron_key=["1", "1", "2"],
                  moment=["2026-01-02 10:00:00", "2026-01-02 10:00:00", "2026-01-02 10:00:00"])
    keys = of_events(one, KEY, 1)
    assert len(set(keys.tolist())) == 3
    other = one.iloc[::-1].assign(event_id=pd.Categorical(["a", "b", "c"]), branch_code=pd.Categorical(["X"] * 3))
    assert of_events(other, KEY, 1).tolist() == keys[::-1].tolist()
    assert not set(of_events(one, KEY, 2)) & set(keys)
    assert not set(of_events(one, bytes(16), 1)) & set(keys)


def test_without_item_or_time_of_day_the_patron_tells_events_apart():
    visits = _events(kind=["visit"] * 3, patron_key=["1", "2", "1"], moment=["2026-01-02 10:00"] * 3)
    assert len(set(of_events(visits, KEY, 1).tolist())) == 2
    days = _events(kind=["loan"] * 3, patron_key=["1", "2", "2"], item_key=["7"] * 3, moment=["2026-01-02"] * 3)
    assert len(set(of_events(days, KEY, 1).tolist())) == 2
    numbered = _events(kind=["visit"] * 2, event_id=["1", "2"], patron_key=["1"] * 2, moment=["2026-01-02 10:00"] * 2)
    assert len(set(of_events(numbered, KEY, 1).tolist())) == 2


def test_a_token_stands_for_its_item_and_does_not_show_it():
    mark = token("4711", KEY)
    assert "4711" not in mark
    items = pd.Series(["4711", mark, "4712", None], dtype="category")
    words = of_items(items, KEY)
    assert words[0] == words[1] != words[2]
    assert token(mark, KEY) == mark
    assert token("", KEY) == token(None, KEY) == ""


def test_known_fingerprints_are_found_and_each_new_one_once():
    dice = random.Random(1)
    known, seen = Known(), set()
    for _chunk in range(20):
        keys = np.array([dice.randrange(400) for _number in range(100)], np.uint64)
        fresh = known.first_seen(keys)
        assert sorted(keys[fresh].tolist()) == sorted(set(keys.tolist()) - seen)
        known.add(keys[fresh])
        seen |= set(keys.tolist())
    assert known.keys.tolist() == sorted(seen)


@pytest.mark.parametrize("seed", range(5))
def test_counts_are_those_of_a_counter(seed):
    rng = np.random.default_rng(seed)
    highs = (10**7, 500, 10, 10**6, 40, 2)
    columns = [rng.choice(rng.integers(0, high, 20), 3000) for high in highs]
    counts = fold(*columns)
    expected = Counter(zip(*(column.tolist() for column in columns), strict=True))
    rows = zip(*(column.tolist() for column in counts), strict=True)
    assert {row[:-1]: row[-1] for row in rows} == dict(expected)


def test_nothing_counts_as_nothing():
    empty = np.empty(0, np.int64)
    assert len(fold(*[empty] * 6).uses) == 0
    assert [len(part) for part in extremes(empty, empty)] == [0, 0, 0]


def test_first_and_last_day_of_each_patron():
    patron, day = np.array([3, 1, 3, 3, 1]), np.array([9, 5, 2, 4, 7])
    assert [part.tolist() for part in extremes(patron, day)] == [[1, 3], [5, 2], [7, 9]]


def test_months_before_1970_too():
    assert months_of(np.array(["1969-12-31", "1970-02-01"], "datetime64[s]")).tolist() == [-1, 1]


def test_rows_of_binary_copy():
    data = copy_binary(
        5, Nullable(np.array([0, 7])), Text(np.array([1, 0]), ["loan", "day"]), np.array([-1, 2])
    )
    assert data.startswith(COPY_HEAD)
    assert data.endswith(COPY_TAIL)
    first = struct.pack(">hiiiiiii", 4, 4, 5, 4, 7, 4, 0, 0)[:18] + struct.pack(">i4sii", 4, b"loan", 4, 2)
    second = struct.pack(">hiii", 4, 4, 5, -1) + struct.pack(">i3sii", 3, b"day", 4, -1)
    assert sorted([first, second]) == sorted(_split(data[len(COPY_HEAD):-2]))


def _split(data):
    rows = []
    while data:
        place = 2
        for _field in range(4):
            (length,) = struct.unpack(">i", data[place:place + 4])
            place += 4 + max(length, 0)
        rows.append(data[:place])
        data = data[place:]
    return rows
