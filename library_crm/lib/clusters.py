"""Groups of patrons that nobody drew: by how they use the library, and by what they read, kept apart.

*Use*: KMeans on log recency (in months), log visit days and log amount, standardised. *Interest*: KMeans on the square
roots of the shares of subject classes, reduced to five dimensions (SVD). The number of groups is the one with the best
silhouette among those that come out again when patrons are drawn anew (adjusted Rand of .85 and more) and whose
smallest group holds at least three in a hundred.

Between fits patrons are assigned to the centroids stored (`Clusters.to_json`), so that a group keeps its number. With
more than `FIT_ROWS` patrons, centroids come from a sample of that size and everybody is assigned; silhouette and
stability are always judged on at most `JUDGE_ROWS`. Everything is seeded.
"""

import json
from dataclasses import asdict, dataclass, field

FIT_ROWS = 20000
JUDGE_ROWS = 4000
STARTS = 10
ROUNDS = 10
LEAST_STABLE = 0.85
SMALLEST_SHARE = 0.03
DIMENSIONS = 5
DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class Clusters:
    """A grouping found, as numbers that JSON can hold.

    :param kind: "use" or "interest"
    :param names: the features, or the subjects, in order
    :param centers: centroids, largest group first: group 0 is the largest of the fit
    :param means, scales: of the features ("use")
    :param directions: one list of weights per dimension over the subjects ("interest")
    :param sizes: patrons of each group in the fit; `trials`: what each number of groups reached
    """

    kind: str
    names: tuple
    centers: tuple
    silhouette: float | None
    stability: float | None
    sizes: tuple
    means: tuple = ()
    scales: tuple = ()
    directions: tuple = ()
    trials: tuple = field(default=(), compare=False)

    @property
    def k(self):
        """Number of groups."""
        return len(self.centers)

    def to_json(self):
        """The grouping as text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text):
        """The grouping that `to_json` wrote."""
        values = json.loads(text)
        return cls(**{key: _tuples(value) for key, value in values.items()})


def use_features(summary, amount=None):
    """Features of use: log recency in months, log visit days and, if wanted, log amount.

    :param summary: DataFrame with `days_since`, `visit_days` as `visits.summary` gives it, and `amount`
    :param amount: name of its column of amounts, numbers of 0 and more
    :return: DataFrame with its index
    """
    import numpy as np
    import pandas as pd

    found = pd.DataFrame({
        "recency": np.log1p(summary["days_since"].astype(float).clip(lower=0) / DAYS_A_MONTH),
        "frequency": np.log(summary["visit_days"].astype(float).clip(lower=1)),
    }, index=summary.index)
    if amount:
        found["amount"] = np.log1p(summary[amount].astype(float).clip(lower=0).fillna(0))
    return found


def subject_shares(counts, patron="patron", subject="subject", uses=None, fewest_uses=1):
    """Square root of each subject's share in a patron's uses.

    :param counts: DataFrame of uses, one row each, or with a column `uses` of numbers; rows without subject are
        left out
    :param fewest_uses: patrons with fewer uses are left out
    :return: DataFrame patron by subject; the squares of a row add up to 1
    """
    import numpy as np

    rows = counts[[patron, subject] + ([uses] if uses else [])].dropna()
    weight = rows[uses].astype(float) if uses else rows[patron].map(lambda _one: 1.0)
    table = weight.groupby([rows[patron], rows[subject]]).sum().unstack(fill_value=0.0)
    table = table[table.sum(axis=1) >= max(fewest_uses, 1e-9)] if len(table) else table
    table.index.name, table.columns.name = "patron", "subject"
    return np.sqrt(table.div(table.sum(axis=1), axis=0)) if len(table) else table


def fit_use(features, k=None, ks=range(3, 10), seed=0, rounds=ROUNDS):
    """Groups of use.

    :param features: DataFrame as `use_features` gives it
    :param k: number of groups; without it, chosen among `ks`
    :return: Clusters, or None if there are not at least two different patrons a group
    """
    import numpy as np

    means = features.mean().to_numpy(dtype=float)
    scales = features.std(ddof=0).to_numpy(dtype=float)
    scales = np.where(np.nan_to_num(scales) > 1e-9, scales, 1.0)
    points = (features.to_numpy(dtype=float) - means) / scales
    found = _fit(points, k, ks, seed, rounds)
    return found and Clusters(
        "use", tuple(features.columns), means=_tuples(means.tolist()), scales=_tuples(scales.tolist()), **found)


def fit_interest(shares, k=None, ks=range(3, 10), seed=0, rounds=ROUNDS, dimensions=DIMENSIONS):
    """Groups of interest.

    :param shares: DataFrame as `subject_shares` gives it
    :return: Clusters, or None if there are too few different patrons or subjects
    """
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    if min(shares.shape) < 2:
        return None
    matrix = shares.to_numpy(dtype=float)
    wanted = min(dimensions, matrix.shape[1] - 1, matrix.shape[0] - 1)
    drawn = _sample(matrix, FIT_ROWS, seed)
    with _one_thread():
        directions = TruncatedSVD(max(wanted, 1), random_state=seed).fit(drawn).components_
    # the sign of a direction is arbitrary; a fixed one makes stored numbers comparable
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
    directions = directions * signs[:, None]
    found = _fit(matrix @ directions.T, k, ks, seed, rounds)
    return found and Clusters(
        "interest", tuple(str(name) for name in shares.columns), directions=_tuples(directions.tolist()), **found)


def assign(clusters, features):
    """The group of each patron, by the nearest centroid stored.

    :param features: DataFrame as `use_features` or `subject_shares` gives it; subjects that the fit did not know are
        left out, missing ones count as 0
    :return: Series of int with the index of `features`; -1 for an interest of which nothing was known in the fit
    """
    import numpy as np
    import pandas as pd

    named = features.set_axis([str(name) for name in features.columns], axis=1)
    matrix = named.reindex(columns=list(clusters.names), fill_value=0.0).to_numpy(dtype=float)
    unknown = np.zeros(len(matrix), dtype=bool)
    if clusters.kind == "use":
        points = (matrix - np.array(clusters.means)) / np.array(clusters.scales)
    else:
        unknown = ~matrix.any(axis=1)
        points = matrix @ np.array(clusters.directions).T
    labels = _nearest(points, np.array(clusters.centers))
    return pd.Series(np.where(unknown, -1, labels), index=features.index, name="cluster", dtype=int)


def describe(clusters, labels, features, n=3, least_lift=1.2):
    """What distinguishes each group, as codes and figures from which a screen makes a sentence.

    :param labels: Series of int as `assign` gives it
    :param features: DataFrame as given to it
    :return: list of dict, one a group: `cluster`, `patrons`, `share` (of all), and `traits`: for interest the `n`
        subjects with the highest lift among those above the average share: {"code": "subject", "subject", "share" (of
        the group's uses), "lift" (against all)}; for use one a feature: {"code": "recency" | "frequency" | "amount",
        "level": "low" | "middle" | "high", "typical" (median, in months, days or the amount's unit)}
    """
    found = []
    for number in range(clusters.k):
        chosen = features[(labels == number).to_numpy()]
        traits = (
            _use_traits(chosen, features) if clusters.kind == "use" else
            _subject_traits(chosen, features, n, least_lift))
        found.append({
            "cluster": number, "patrons": len(chosen), "share": len(chosen) / max(len(features), 1),
            "traits": traits if len(chosen) else [],
        })
    return found


def _use_traits(chosen, everybody):
    import numpy as np

    traits = []
    for name in everybody.columns:
        low, high = everybody[name].quantile(1 / 3), everybody[name].quantile(2 / 3)
        middle = chosen[name].median() if len(chosen) else np.nan
        typical = np.exp(middle) if name == "frequency" else np.expm1(middle)
        traits.append({
            "code": name, "typical": float(typical),
            "level": "low" if middle < low else "high" if middle > high else "middle",
        })
    return traits


def _subject_traits(chosen, everybody, n, least_lift):
    here, all_of_them = (chosen ** 2).mean(), (everybody ** 2).mean()
    lift = (here / all_of_them.where(all_of_them > 0)).fillna(0)
    # a subject that hardly anybody borrows has a high lift by chance: the group's share decides among the lifted
    lifted = here[(lift >= least_lift) & (here > 0)].sort_values(ascending=False, kind="stable").index[:n]
    return [
        {"code": "subject", "subject": subject, "share": float(here[subject]), "lift": float(lift[subject])}
        for subject in lifted
    ]


def evaluate_use_clusters(events, cut, k=6, amount="amount", seed=0, rounds=20, patron="patron", date="date"):
    """Groups of use of all patrons known at `cut`: dict `patrons`, `k`, `silhouette`, `stability`, `sizes`.

    :param amount: name of the column of amounts, or None
    """
    from . import visits

    summary = visits.summary(events, cut, patron, date, amount)
    return _figures(fit_use(use_features(summary, "amount" if amount else None), k, seed=seed, rounds=rounds))


def evaluate_interest_clusters(events, k=5, seed=0, rounds=20, patron="patron", subject="subject"):
    """Groups of interest of all patrons of `events`: dict `patrons`, `k`, `silhouette`, `stability`, `sizes`."""
    return _figures(fit_interest(subject_shares(events, patron, subject), k, seed=seed, rounds=rounds))


def _figures(clusters):
    if clusters is None:
        return {"patrons": 0, "k": 0, "silhouette": None, "stability": None, "sizes": ()}
    return {"patrons": sum(clusters.sizes), "k": clusters.k, "silhouette": clusters.silhouette,
            "stability": clusters.stability, "sizes": clusters.sizes}


def _fit(points, k, ks, seed, rounds):
    """Fields of `Clusters` of the best grouping of `points`, or None."""
    import numpy as np

    drawn = _sample(points, FIT_ROWS, seed)
    different = len(np.unique(drawn, axis=0))
    trials, centers_of = [], {}
    for number in ([k] if k else ks):
        if number < 2 or different < 2 * number:
            continue
        centers_of[number] = _centers(drawn, number, seed)
        trials.append(_trial(drawn, centers_of[number], seed, rounds))
    if not trials:
        return None
    good = [one for one in trials if (one["stability"] or 0) >= LEAST_STABLE and one["smallest"] >= SMALLEST_SHARE]
    best = max(good or trials, key=lambda one: (one["silhouette"] or -1, -one["k"]))
    centers = centers_of[best["k"]]
    sizes = np.bincount(_nearest(points, centers), minlength=len(centers))
    order = np.lexsort((np.arange(len(sizes)), -sizes))
    return {
        "centers": _tuples(centers[order].tolist()), "sizes": tuple(int(size) for size in sizes[order]),
        "silhouette": best["silhouette"], "stability": best["stability"], "trials": tuple(trials),
    }


def _trial(points, centers, seed, rounds):
    """What one number of groups reaches: dict `k`, `silhouette`, `stability`, `smallest` (share)."""
    import numpy as np
    from sklearn.metrics import silhouette_score

    from . import stability

    judged = _sample(points, JUDGE_ROWS, seed + 1)
    labels = _nearest(judged, centers)
    with _one_thread():
        silhouette = float(silhouette_score(judged, labels)) if len(np.unique(labels)) > 1 else None

    def group(drawn, number):
        # each draw is searched from starts of its own, so that a lucky start is not taken for stability
        found = _centers(drawn, len(centers), seed + number) if number else centers
        return lambda rows: _nearest(rows, found)

    steady = stability.bootstrap(group, judged, rounds, seed)["mean"]
    smallest = np.bincount(_nearest(points, centers), minlength=len(centers)).min() / len(points)
    return {"k": len(centers), "silhouette": silhouette, "stability": steady, "smallest": float(smallest)}


def _centers(points, k, seed):
    from sklearn.cluster import KMeans

    with _one_thread():
        return KMeans(k, n_init=STARTS, random_state=seed % 2**32).fit(points).cluster_centers_


def _nearest(points, centers):
    """Number of the nearest of `centers` for each of `points`."""
    import numpy as np

    distances = (centers ** 2).sum(axis=1) - 2 * points @ centers.T
    return np.argmin(distances, axis=1)


def _sample(points, size, seed):
    """At most `size` rows, in their order."""
    import numpy as np

    if len(points) <= size:
        return points
    return points[np.sort(np.random.default_rng(seed).permutation(len(points))[:size])]


def _one_thread():
    """Within it, numeric libraries use one thread: figures are then the same on any machine."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _tuples(value):
    """Lists of lists as tuples of tuples; dictionaries stay."""
    return tuple(_tuples(one) for one in value) if isinstance(value, (list, tuple)) else value
