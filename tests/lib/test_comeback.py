"""Chance of coming back: public figures, honesty in time, storage, and libraries too small to learn from."""

import sqlite3

import numpy as np
import pandas as pd
import pytest

from benchmarks import mining_data
from library_crm.lib import comeback, visits


@pytest.fixture(scope="module")
def loans():
    return mining_data.sibgmu()


@pytest.fixture(scope="module")
def model(loans):
    return comeback.train(loans, "2019-07-31", 182)


def test_published_auc_on_library_data(loans):
    """Feature: P6"""
    found = comeback.evaluate_comeback(loans, "2019-07-31", 182)
    assert found["method"] == "logistic"
    assert found["auc"] == pytest.approx(0.857, abs=0.001)
    assert found["brier"] == pytest.approx(0.139, abs=0.001)
    assert found["auc"] > found["auc_recency"] == pytest.approx(0.849, abs=0.001)
    assert found["alarm"] is False
    months = comeback.evaluate_comeback(loans, "2019-07-31", 182, resolution="month", with_bgnbd=False)
    assert months["auc"] >= 0.85


def test_published_auc_on_a_shorter_history():
    found = comeback.evaluate_comeback(mining_data.cdnow(), "1997-09-30", 273)
    assert found["auc"] >= 0.775 and found["auc"] > found["auc_recency"]
    assert found["model"].trained_days < 273 and found["model"].stretch > 1
    assert found["alarm"] is False


def test_alarm_when_the_world_changes(loans):
    """A year in which the library was closed teaches a chance that the next does not keep."""
    found = comeback.evaluate_comeback(loans, "2021-07-31", 182, with_bgnbd=False)
    assert found["alarm"] is True and found["ratio"] < 0.8


def test_nothing_after_the_cut_is_learned_from(loans, model):
    before = loans[loans["date"] <= "2019-07-31"]
    assert comeback.train(before, "2019-07-31", 182) == model
    moment, days = comeback.training_cut(loans, "2019-07-31", 182)
    assert (moment, days) == (pd.Timestamp("2018-07-31"), 182)
    for cut, horizon in (("2019-07-31", 182), ("2018-07-31", 182), ("2019-01-31", 400)):
        moment, days = comeback.training_cut(loans, cut, horizon, minimum=1)
        assert moment + pd.Timedelta(days=days) <= pd.Timestamp(cut)


def test_order_of_events_does_not_matter(loans, model):
    assert comeback.train(loans.sample(frac=1, random_state=1), "2019-07-31", 182) == model


def test_model_survives_storage(model, loans):
    again = comeback.Model.from_json(model.to_json())
    assert again == model
    features = visits.summary(loans, "2019-07-31")
    assert comeback.score(again, features).tolist() == comeback.score(model, features).tolist()


def test_shares_add_up_to_the_chance(model, loans):
    features = visits.summary(loans, "2019-07-31")
    shares = comeback.shares(model, features)
    assert list(shares) == [*comeback.FEATURES, "average"]
    chance = 1 / (1 + np.exp(-shares.sum(axis=1)))
    assert np.allclose(chance, comeback.score(model, features))
    latest, longest_away = features["days_since"].idxmin(), features["days_since"].idxmax()
    assert shares.loc[latest, "days_since"] > 0 > shares.loc[longest_away, "days_since"]


@pytest.mark.parametrize("stretch", [1, 2])
def test_sql_scores_as_python_does(model, loans, stretch):
    model = comeback.Model.from_json(model.to_json().replace('"horizon_days": 182', f'"horizon_days": {182 * stretch}'))
    features = visits.summary(loans, "2019-07-31")[list(comeback.FEATURES)]
    text, params = comeback.score_sql(model, {"visit_days": "(visit_days + 0)"})
    connection = sqlite3.connect(":memory:")
    connection.create_function("LN", 1, np.log)
    connection.create_function("EXP", 1, np.exp)
    connection.create_function("POWER", 2, lambda base, power: float(base) ** power)
    features.to_sql("patron", connection, index=False)
    for name, value in params.items():
        text = text.replace(f"%({name})s", repr(value))
    found = [row[0] for row in connection.execute(f"SELECT {text} FROM patron ORDER BY rowid")]
    assert np.allclose(found, comeback.score(model, features))


def test_small_library_uses_the_rate_of_the_stage(loans):
    few = loans[loans["patron"].isin(sorted(loans["patron"].unique())[:200])]
    found = comeback.evaluate_comeback(few, "2019-07-31", 182)
    assert found["method"] == "stage" and found["model"] is None
    assert found["auc"] == found["auc_stage"] > 0.7


@pytest.mark.parametrize("rows", [[], [("ana", "2025-01-01")], [("ana", "2025-01-01")] * 5])
def test_hardly_any_data(rows):
    events = pd.DataFrame(rows, columns=["patron", "date"])
    events["date"] = pd.to_datetime(events["date"])
    found = comeback.evaluate_comeback(events, "2025-06-01", 182)
    assert found["method"] == "stage" and found["auc"] is None and found["patrons"] == len({row[0] for row in rows})


def test_all_the_same_teaches_nothing():
    features = pd.DataFrame({"days_since": [3] * 400, "visit_days": [1] * 400, "tenure_days": [3] * 400})
    assert comeback.fit(features, [True] * 400) is None
    assert comeback.fit(features.iloc[:299], [True, False] * 149 + [True]) is None
    mixed = comeback.fit(features, [True, False] * 200)
    assert comeback.score(mixed, features).round(6).unique().tolist() == [0.5]


def test_unknown_figures_count_as_none(model):
    features = pd.DataFrame({"days_since": [np.nan, -4], "visit_days": [0, 0], "tenure_days": [0, 0]})
    chance = comeback.score(model, features)
    assert chance.between(0, 1).all() and chance[0] == chance[1]
