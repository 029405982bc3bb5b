"""Whether a grouping would come out again: adjusted Rand index under resampling.

The adjusted Rand index (Hubert and Arabie 1985) is 1 if two groupings of the same patrons are the same but for their
names, about 0 if they agree as chance would have it.
"""

ROUNDS = 20


def adjusted_rand(one, two):
    """Agreement of two groupings of the same things.

    :param one, two: arrays of labels, equal length
    :return: float up to 1; 1.0 for fewer than two things and where both put everything into one group

    >>> adjusted_rand([0, 0, 1, 1], ["b", "b", "a", "a"])
    1.0
    >>> round(adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]), 2)
    -0.5
    """
    import numpy as np
    import pandas as pd

    left, right = (pd.factorize(np.asarray(labels))[0] for labels in (one, two))
    if len(left) != len(right):
        raise ValueError("both groupings must be of the same things")
    if len(left) < 2:
        return 1.0
    table = np.zeros((left.max() + 1, right.max() + 1))
    np.add.at(table, (left, right), 1)

    def pairs(counts):
        return float((counts * (counts - 1)).sum() / 2)

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / (len(left) * (len(left) - 1) / 2)
    best = (rows + columns) / 2
    return 1.0 if best == chance else (both - chance) / (best - chance)


def bootstrap(group, features, rounds=ROUNDS, seed=0):
    """How much a grouping depends on who happened to be there.

    Groups are found among all, then again among as many drawn with repetition; each time all are put into both
    groupings and these compared.

    :param group: function (features drawn, number of the round, 0 for all) -> function (features of all) -> labels
    :param features: 2-dimensional array, or DataFrame
    :return: dict: `mean`, `lowest` (adjusted Rand), `rounds`; None instead of figures for fewer than two rows
    """
    import numpy as np

    count = len(features)
    if count < 2 or rounds < 1:
        return {"mean": None, "lowest": None, "rounds": 0}
    take = features.iloc.__getitem__ if hasattr(features, "iloc") else features.__getitem__
    base = group(features, 0)(features)
    random = np.random.default_rng(seed)
    found = []
    for number in range(1, rounds + 1):
        drawn = take(random.integers(0, count, count))
        found.append(adjusted_rand(base, group(drawn, number)(features)))
    return {"mean": float(np.mean(found)), "lowest": float(np.min(found)), "rounds": rounds}


def quintile_groups(features, _number=0):
    """RFM cells as often used, to compare with: each column cut into fifths by rank, ties in the order they come.

    :param features: DataFrame of numbers
    :return: function (features) -> labels that puts each row into the cell of the fifths found; fits `bootstrap`
    """
    import numpy as np

    limits = {
        name: np.quantile(features[name].to_numpy(dtype=float), (0.2, 0.4, 0.6, 0.8)) for name in features.columns}

    def cells(rows):
        labels = np.zeros(len(rows), dtype=int)
        for name, edges in limits.items():
            labels = labels * 5 + np.searchsorted(edges, rows[name].to_numpy(dtype=float), side="right")
        return labels

    return cells


def evaluate_stage_stability(events, cut, thresholds=None, vacations=(), rounds=ROUNDS, seed=0, patron="patron",
                             date="date"):
    """Adjusted Rand under resampling of the stages, and of RFM quintiles beside them.

    :return: dict `stages` and `quintiles`, each as `bootstrap` gives it
    """
    from . import stages

    found = stages.label(events, cut, thresholds, vacations, patron, date)
    features = found[["days_since", "visit_days", "tenure_days"]]

    def by_rule(_drawn, _number):
        return lambda rows: stages.stage(rows["days_since"], rows["visit_days"], rows["tenure_days"], thresholds)

    return {
        "stages": bootstrap(by_rule, features, rounds, seed),
        "quintiles": bootstrap(quintile_groups, features, rounds, seed),
    }
