"""Figures of the knowledge board: what is asked for beside what there is.

>>> counts = {("needs", 1): 3, ("misses", 1): 2, ("verified", 1): 4, ("articles", 1): 5, ("stale", 1): 1,
...           ("unverified", 1): 1, ("orphan", 1): 0}
>>> classes = {"needs": {11, 12}, "verified": {11}}
>>> row = Figures(counts, classes, {1: 1, 11: 1, 12: 1}, {1: None, 11: 1, 12: 1}).row(1)
>>> row["debt"], row["coverage"], row["stale_rate"], row["unverified_rate"]
(5, 50, 20, 20)
"""

DEMAND = ("needs", "cases", "misses")
SUPPLY = ("verified", "solutions", "resources")
DEBT = ("needs", "misses")


def percent(part, whole):
    """Share of `part` in `whole` in whole percent; None of nothing."""
    return round(100 * part / whole) if whole else None


class Figures:
    """The figures of a main class and of all of them.

    :param dict counts: {(key, main class): number}, -1 for all classes, 0 for none
    :param dict classes: {key: set of classes in which there is anything}
    :param dict roots: {class: main class}
    :param dict parents: {class: broader class or None}
    """

    def __init__(self, counts, classes, roots, parents):
        self._counts = counts
        self._roots = roots
        asked = set().union(*(classes.get(key, ()) for key in DEMAND))
        self._asked = {subject for subject in asked if subject in roots}
        self._met = self._covered(classes, parents)

    def _covered(self, classes, parents):
        """The classes that are asked for and in which, or below which, there is something."""
        exact = set().union(*(classes.get(key, ()) for key in SUPPLY))
        with_above = set()
        for subject in exact:
            while subject and subject not in with_above:
                with_above.add(subject)
                subject = parents.get(subject)
        resources = classes.get("resources", set())
        return {
            subject for subject in self._asked
            if subject in with_above or not resources.isdisjoint(self._above(subject, parents))
        }  # fmt: skip

    @staticmethod
    def _above(subject, parents):
        """The class and all broader ones: a resource covers what is below its class."""
        above = []
        while subject and subject not in above:
            above.append(subject)
            subject = parents.get(subject)
        return above

    def row(self, root):
        """{figure: number or None} of one main class, or -1 for all."""
        numbers = {key: self._counts.get((key, root), 0) for key in (
            *DEMAND, *SUPPLY, "articles", "stale", "unverified", "orphan")}  # fmt: skip
        asked = {subject for subject in self._asked if root in (-1, self._roots[subject])}
        return numbers | {
            "debt": sum(numbers[key] for key in DEBT),
            "coverage": percent(len(asked & self._met), len(asked)),
            "stale_rate": percent(numbers["stale"], numbers["articles"]),
            "unverified_rate": percent(numbers["unverified"], numbers["articles"]),
            "orphan_rate": percent(numbers["orphan"], numbers["articles"]),
        }

    def total(self):
        """The row of all classes; a record in two classes counts once."""
        return self.row(-1)
