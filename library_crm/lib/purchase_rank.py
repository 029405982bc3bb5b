"""Which purchase comes first: what several people need for little money, then what other signs speak for."""

from collections.abc import Iterable, Mapping

PER_COST = 100
"""Needs are counted for so much money: 2 people who need a book of 80.00 are 2.5 needs per 100."""


def needs_per_cost(people: int, price: float) -> float | None:
    """People who need it for each 100 of money; None without a price.

    >>> needs_per_cost(2, 80)
    2.5
    """
    return PER_COST * people / price if price and price > 0 else None


def ranked(rows: Iterable[Mapping]) -> dict[int, int]:
    """Places from 1 on; what speaks for two purchases alike gives them the same place.

    A purchase with a price stands before those without, as money decides here; within both groups more needs per cost
    (without a price: more people) come first, then more requests to partner libraries and interlibrary loans, then
    more readers turned away, then more uses of the class.

    :param rows: id, people, price, borrowed, turned_away, uses of each
    :return: {id: place}

    >>> cheap = {"id": 1, "people": 1, "price": 20, "borrowed": 0, "turned_away": 0, "uses": 0}
    >>> dear = {**cheap, "id": 2, "people": 3, "price": 90}
    >>> open_price = {**cheap, "id": 3, "people": 9, "price": 0}
    >>> ranked([open_price, dear, cheap])
    {1: 1, 2: 2, 3: 3}
    """
    keys = {row["id"]: _key(row) for row in rows}
    ordered = sorted(keys, key=lambda one: (keys[one], one))
    places, last = {}, None
    for number, one in enumerate(ordered, start=1):
        places[one] = places[last] if last is not None and keys[one] == keys[last] else number
        last = one
    return places


def _key(row):
    worth = needs_per_cost(row["people"], row["price"])
    return (
        worth is None, -round(worth if worth is not None else row["people"], 9), -row["borrowed"],
        -row["turned_away"], -row["uses"],
    )
