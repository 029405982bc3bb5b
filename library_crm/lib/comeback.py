"""Chance that a patron comes back: a logistic regression on three figures that everybody understands.

Days since the last visit, visit days so far and days since the first visit, each as log(1 + x), fitted at the same
date one year earlier and scored today. On public data it beat recency alone, BG/NBD, thirteen features and gradient
boosting; being linear, it can say for each patron how much each figure contributes. With fewer than `MINIMUM` patrons
to learn from, the rate observed for the patron's stage stands in (`stages.chances`).

A `Model` is a handful of numbers: it is stored as JSON and scored in SQL.
"""

import json
from dataclasses import asdict, dataclass

FEATURES = ("days_since", "visit_days", "tenure_days")
MINIMUM = 300  # patrons to learn from
PENALTY = 1.0  # scikit-learn's C, on standardised features


@dataclass(frozen=True)
class Model:
    """A fitted regression: chance = logistic(intercept + sum(coefficient * (log(1 + x) - mean) / scale)).

    :param horizon_days: the chance is of coming within so many days
    :param trained_days: so many days were observed in training; if fewer, the chance is extended, see `score`
    :param trained_on: patrons learned from; `trained_rate`: the share of them that came back
    """

    features: tuple
    coefficients: tuple
    intercept: float
    means: tuple
    scales: tuple
    trained_on: int
    trained_rate: float
    horizon_days: int | None = None
    trained_days: int | None = None
    cut: str | None = None

    def to_json(self):
        """The model as text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text):
        """The model that `to_json` wrote."""
        values = json.loads(text)
        return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})

    @property
    def stretch(self):
        """How many times the observed time goes into the horizon."""
        return self.horizon_days / self.trained_days if self.horizon_days and self.trained_days else 1.0


def fit(features, came_back, minimum=MINIMUM, horizon_days=None, trained_days=None, cut=None, columns=FEATURES):
    """Learn from patrons of whom it is known whether they came back.

    :param features: DataFrame with `columns`, numbers of 0 and more, as of the training date
    :param came_back: array of bool, same order
    :param horizon_days, trained_days, cut: kept in the model, see `Model`
    :return: Model, or None if there are fewer than `minimum` patrons, or all or none came back
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    came_back = np.asarray(came_back, dtype=bool)
    if len(came_back) < max(minimum, 2) or came_back.all() or not came_back.any():
        return None
    logs = _logs(features, columns)
    means, scales = logs.mean(axis=0), logs.std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    found = LogisticRegression(C=PENALTY, max_iter=1000).fit((logs - means) / scales, came_back)
    return Model(
        features=tuple(columns),
        coefficients=tuple(float(value) for value in found.coef_[0]),
        intercept=float(found.intercept_[0]),
        means=tuple(float(value) for value in means),
        scales=tuple(float(value) for value in scales),
        trained_on=len(came_back),
        trained_rate=float(came_back.mean()),
        horizon_days=horizon_days,
        trained_days=trained_days,
        cut=None if cut is None else str(cut)[:10],
    )


def score(model, features):
    """Chance of coming back within the model's horizon.

    Where less time was observed in training than the horizon asks for, the chance of staying away is taken to the
    power of horizon / observed: the order of patrons stays, the level fits the longer time.

    :param features: DataFrame with the model's columns
    :return: Series of float in 0..1 with the index of `features`
    """
    import numpy as np
    import pandas as pd

    logit = model.intercept + _terms(model, features).sum(axis=1)
    chance = 1 / (1 + np.exp(-logit))
    return pd.Series(1 - (1 - chance) ** model.stretch, index=features.index, name="chance", dtype=float)


def shares(model, features):
    """What each figure contributes to a patron's chance, in log odds against the average patron of the training.

    :return: DataFrame with the model's columns, and `average` (the intercept); a row's sum is its log odds before
        the extension of `score`. Above 0 speaks for coming back.
    """
    import pandas as pd

    found = pd.DataFrame(_terms(model, features), index=features.index, columns=list(model.features))
    return found.assign(average=model.intercept)


def score_sql(model, columns=None):
    """`score` as SQL: (text, parameters) with `%(name)s` placeholders.

    :param columns: {feature: SQL expression that we wrote}; without it, columns are called as the features

    >>> model = Model(("days_since",), (-1.5,), 0.5, (3.0,), (2.0,), 400, 0.5)
    >>> score_sql(model)[0]
    '1 - POWER(1 - 1 / (1 + EXP(-(%(intercept)s + %(w0)s * (LN(1 + days_since) - %(m0)s)))), %(stretch)s)'
    """
    columns = columns or {}
    params = {"intercept": model.intercept, "stretch": model.stretch}
    text = "%(intercept)s"
    for number, name in enumerate(model.features):
        params[f"w{number}"] = model.coefficients[number] / model.scales[number]
        params[f"m{number}"] = model.means[number]
        text += f" + %(w{number})s * (LN(1 + {columns.get(name, name)}) - %(m{number})s)"
    return f"1 - POWER(1 - 1 / (1 + EXP(-({text}))), %(stretch)s)", params


def training_cut(events, cut, horizon_days, minimum=MINIMUM, patron="patron", date="date"):
    """Where to learn what will be asked at `cut`, from what lies before it: (date, days observed after it).

    The same date one year earlier if at least `minimum` patrons were known then; else, where the history is shorter,
    one horizon before the cut; else one third into the history, observed to the cut. None if nothing serves.
    """
    import pandas as pd

    from . import visits

    cut = pd.Timestamp(cut).normalize()
    first = visits.moments(events[date]).groupby(events[patron].to_numpy()).min().dropna()
    first = first[first <= cut]
    if first.empty:
        return None
    third = first.min() + (cut - first.min()) // 3
    candidates = [
        (moment, min(horizon_days, (cut - moment).days))
        for moment in (visits.year_earlier(cut, horizon_days), cut - pd.Timedelta(days=horizon_days), third.normalize())
    ]
    for moment, days in candidates:
        if days > 0 and int((first <= moment).sum()) >= minimum:
            return moment, days
    return None


def train(events, cut, horizon_days, minimum=MINIMUM, patron="patron", date="date", resolution="day"):
    """The model for scoring at `cut`, learned from events up to `cut` only.

    :return: Model, or None if there is too little to learn from
    """
    from . import visits

    found = training_cut(events, cut, horizon_days, minimum, patron, date)
    if found is None:
        return None
    moment, days = found
    features = visits.summary(events, moment, patron, date, resolution=resolution)
    returned = visits.came_back(events, moment, days, features.index, patron, date)
    return fit(features, returned, minimum, horizon_days, days, f"{moment:%Y-%m-%d}")


def evaluate_comeback(events, cut, horizon_days, minimum=MINIMUM, patron="patron", date="date", resolution="day",
                      with_bgnbd=True):
    """How well the chance told who came in the `horizon_days` after `cut`; learned from events up to `cut` only.

    :param events: DataFrame with the columns named by `patron` and `date`
    :param resolution: "day", or "month" where only months of visits are known
    :return: dict: `patrons`, `came_back` (share), `method` ("logistic" or "stage"), `model`, `auc`, `brier`,
        `ratio` (predicted / actual), `alarm` (whether the ratio left .8 to 1.25), and beside it `auc_recency`,
        `auc_stage` (the rate observed for the stage), `brier_stage` and `auc_bgnbd`
        (expected uses; None if not wanted or not to be fitted)
    """
    from . import metrics, visits

    features = visits.summary(events, cut, patron, date, resolution=resolution)
    returned = visits.came_back(events, cut, horizon_days, features.index, patron, date)
    model = train(events, cut, horizon_days, minimum, patron, date, resolution)
    by_stage = stage_chances(events, cut, horizon_days, patron, date)
    chance = by_stage if model is None else score(model, features)
    found = {
        "patrons": len(features),
        "came_back": float(returned.mean()) if len(returned) else None,
        "method": "stage" if model is None else "logistic",
        "model": model,
        "auc": metrics.auc(returned, chance),
        "brier": metrics.brier(returned, chance),
        "ratio": metrics.ratio(returned, chance),
        "auc_recency": metrics.auc(returned, -features["days_since"]),
        "auc_stage": metrics.auc(returned, by_stage),
        "brier_stage": metrics.brier(returned, by_stage),
        "auc_bgnbd": _auc_of_bgnbd(events, cut, horizon_days, returned, patron, date) if with_bgnbd else None,
    }
    return {**found, "alarm": metrics.alarm(found["ratio"])}


def stage_chances(events, cut, horizon_days, patron="patron", date="date", thresholds=None, vacations=()):
    """The stage's observed rate as a chance: of the patrons known at `cut`, learned where `training_cut` says.

    :return: Series indexed by patron; where nothing could be observed, the usual rate stands
    """
    import pandas as pd

    from . import stages, visits

    now = stages.label(events, cut, thresholds, vacations, patron, date)
    moment, days = training_cut(events, cut, horizon_days, 1, patron, date) or (visits.year_earlier(cut), horizon_days)
    before = stages.label(events, moment, thresholds, vacations, patron, date)
    observed = stages.rates(before["stage"], visits.came_back(events, moment, days, before.index, patron, date))
    return pd.Series(stages.chances(now["stage"], observed), index=now.index, dtype=float)


def _auc_of_bgnbd(events, cut, horizon_days, returned, patron, date):
    """AUC of the uses that BG/NBD expects; None where it cannot be fitted."""
    from . import bgnbd, metrics

    history = bgnbd.summarise(events, cut, patron=patron, date=date)
    found = bgnbd.fit(history)
    if found is None:
        return None
    expected = bgnbd.expected_uses(found, history, horizon_days / 7)
    return metrics.auc(returned, expected.reindex(returned.index))


def _logs(features, columns):
    """log(1 + x) of the columns as a matrix; below 0 and unknown count as 0."""
    import numpy as np

    values = features[list(columns)].to_numpy(dtype=float)
    return np.log1p(np.clip(np.nan_to_num(values, nan=0.0), 0, None))


def _terms(model, features):
    """Each figure's part of the log odds as a matrix."""
    import numpy as np

    logs = _logs(features, model.features)
    return (logs - np.array(model.means)) / np.array(model.scales) * np.array(model.coefficients)
