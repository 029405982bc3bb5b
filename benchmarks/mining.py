"""``python -m benchmarks.mining`` (or ``make bench-mining``): forecasts and groups of lib/ on public data, and the
classes of messages on a labelled set of our own.

For each figure: what a paper or a reference implementation reached on the same data, what ours reaches, the bar and
whether it is passed. The evaluation functions are those of ``library_crm/lib``; other cuts and other data can be given
to them as they are. Everything is seeded, and nothing after a cut is looked at.
"""

import os
import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path

# one thread, and said before NumPy is loaded: figures are then the same on any machine
os.environ.setdefault("OMP_NUM_THREADS", "1")

from . import demand_query, messages, mining_data  # noqa: E402
from .report import Report  # noqa: E402
from .settings import REPOSITORY, RESULTS, BenchmarkError  # noqa: E402

HEADER = "name | reference | ours | bar | pass"
HALF_YEAR = 182


@dataclass(frozen=True)
class Quality:
    """A figure of ours beside the one of a reference, and the bar.

    >>> print(Quality("AUC", 0.781, 0.7796, least=0.775))
    AUC | 0.781 | 0.780 | >= 0.775 | pass
    >>> print(Quality("r", 0.243, 0.246, near=0.002))
    r | 0.243 | 0.246 | within 0.002 | FAIL
    >>> print(Quality("MASE", 1.82, 1.9, most=1.85, digits=2))
    MASE | 1.82 | 1.90 | <= 1.85 | FAIL
    >>> print(Quality("Brier", None, 0.1394))
    Brier | - | 0.139 | info | pass
    """

    name: str
    reference: float | None
    ours: float | bool | None
    least: float | None = None
    most: float | None = None
    near: float | None = None
    digits: int = 3

    @property
    def passed(self):
        """Whether the bar is reached; what could not be computed reaches none."""
        bars = (self.least, self.most, self.near)
        if self.ours is None:
            return bars == (None, None, None)
        return (
            (self.least is None or self.ours >= self.least) and (self.most is None or self.ours <= self.most)
            and (self.near is None or abs(self.ours - self.reference) <= self.near))

    @property
    def bar(self):
        """The bar in words."""
        if self.near is not None:
            return f"within {self._number(self.near)}"
        if self.least is not None:
            return f">= {self._number(self.least)}"
        return "info" if self.most is None else f"<= {self._number(self.most)}"

    def _number(self, value):
        if value is None:
            return "-"
        return ("no", "yes")[value] if isinstance(value, bool) else f"{value:.{self.digits}f}"

    def __str__(self):
        columns = (self.name, self._number(self.reference), self._number(self.ours), self.bar,
                   "pass" if self.passed else "FAIL")
        return " | ".join(columns)


def run(report):
    """Measure everything and add it to `report`."""
    lib = _lib()
    cdnow, sibgmu = mining_data.cdnow(), mining_data.sibgmu()
    report.note("CDNOW: sample of 2357 customers, calibration to 1997-09-30, 39 weeks held out")
    report.note("Lib-SibGMU: 24 373 loans with a class mark; who comes back: known on 2019-07-31, 26 weeks held out")
    _comeback(lib, report, "CDNOW", cdnow, "1997-09-30", 273, (0.781, 0.775), (0.771, None, 0.773))
    _comeback(lib, report, "Lib-SibGMU", sibgmu, "2019-07-31", HALF_YEAR, (0.857, 0.85), (0.849, 0.841, 0.833))
    _bgnbd(lib, report, cdnow)
    _stages(lib, report, sibgmu)
    _next_subject(lib, report, sibgmu)
    _clusters(lib, report, cdnow, sibgmu)
    _demand(lib, report, sibgmu)
    _messages(lib, report)


def _comeback(lib, report, name, events, cut, horizon_days, model, beside):
    """Who comes back; `model`: (reference, bar) of the AUC, `beside`: references of recency, stage and BG/NBD."""
    reference, least = model
    recency, stage, bgnbd = beside
    found = lib.comeback.evaluate_comeback(events, cut, horizon_days)
    months = lib.comeback.evaluate_comeback(events, cut, horizon_days, resolution="month", with_bgnbd=False)
    report.add(Quality(f"{name}: AUC, who comes back", reference, found["auc"], least=least))
    report.add(Quality(f"{name}: AUC above recency alone", reference - recency, found["auc"] - found["auc_recency"],
                       least=0.0005, digits=4))
    report.add(Quality(f"{name}: predicted / actual", None, found["ratio"], least=0.8))
    report.add(Quality(f"{name}: predicted / actual, upper limit", None, found["ratio"], most=1.25))
    report.add(Quality(f"{name}: AUC, months only", None, months["auc"], least=least))
    report.add(Quality(f"{name}: Brier", 0.139 if name == "Lib-SibGMU" else None, found["brier"]))
    report.add(Quality(f"{name}: AUC, recency alone", recency, found["auc_recency"]))
    report.add(Quality(f"{name}: AUC, stage alone", stage, found["auc_stage"]))
    report.add(Quality(f"{name}: AUC, BG/NBD expected uses", bgnbd, found["auc_bgnbd"]))


def _bgnbd(lib, report, events):
    """The published fit of Fader, Hardie and Lee 2005, and their example of equation 10."""
    found = lib.bgnbd.evaluate_bgnbd(events, "1997-09-30", 273)
    fit = found["fit"]
    for name, reference in (("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)):
        report.add(Quality(f"BG/NBD, CDNOW: {name}", reference, getattr(fit, name), near=0.002))
    report.add(Quality("BG/NBD, CDNOW: log likelihood", -9582.4, fit.log_likelihood, near=0.05, digits=2))
    report.add(Quality("BG/NBD, CDNOW: expected / actual visit days in 39 weeks", None, found["ratio"]))


def _stages(lib, report, events):
    """What each stage did next."""
    found = lib.stages.evaluate_stages(events, "2019-07-31", HALF_YEAR)
    references = dict(zip(lib.stages.STAGES, (0.955, 0.821, 0.675, 0.635, 0.438, 0.378, 0.039), strict=True))
    for name, reference in references.items():
        rate = found["table"].loc[name, "rate"]
        report.add(Quality(f"Lib-SibGMU: share of stage {name} that came back", reference, float(rate)))
    report.add(Quality("Lib-SibGMU: the seven shares fall strictly", True, bool(found["falls_strictly"]), least=True))
    report.add(Quality("Lib-SibGMU: AUC, stage alone", 0.841, found["auc"]))
    steady = lib.stability.evaluate_stage_stability(events, "2019-07-31")
    report.add(Quality("Lib-SibGMU: stages, adjusted Rand under resampling", 1.0, steady["stages"]["mean"], least=1.0))
    report.add(Quality("Lib-SibGMU: RFM quintiles, adjusted Rand", None, steady["quintiles"]["mean"]))


def _next_subject(lib, report, events):
    """Ten subjects for each patron, strict in time."""
    found = lib.next_subject.evaluate_next_subject(events, "2019-08-01")
    days = lib.next_subject.evaluate_next_subject(events, "2019-08-01", session="day")
    report.note(f"next subject: {found['patrons']} patrons judged (reference 412); sessions are months, as the product"
                f" keeps them; weights picked on the term before: {found['weights']}")
    report.add(Quality("Lib-SibGMU: next subject, recall@10", 0.497, found["recall"], least=0.47))
    report.add(Quality("Lib-SibGMU: next subject, NDCG@10", 0.409, found["ndcg"]))
    report.add(Quality("Lib-SibGMU: recall@10, sessions are days", 0.497, days["recall"], least=0.47))
    report.add(Quality("Lib-SibGMU: NDCG@10, sessions are days", 0.409, days["ndcg"]))
    for name, title, recall, gain in (
            ("popular", "popularity", 0.320, 0.213), ("popular_year", "last 365 days", 0.420, 0.301),
            ("own", "own classes", 0.280, 0.218), ("together", "borrowed together", 0.333, 0.214),
            ("next", "next session alone", 0.497, 0.409)):
        report.add(Quality(f"Lib-SibGMU: {title}, recall@10", recall, found["beside"][name][0]))
        report.add(Quality(f"Lib-SibGMU: {title}, NDCG@10", gain, found["beside"][name][1]))


def _clusters(lib, report, cdnow, sibgmu):
    """Groups found, and whether they come out again."""
    use = lib.clusters.evaluate_use_clusters(cdnow, "1997-09-30", k=6)
    report.add(Quality("CDNOW: use, k = 6, silhouette", 0.427, use["silhouette"], least=0.42))
    report.add(Quality("CDNOW: use, k = 6, bootstrap adjusted Rand", 0.991, use["stability"], least=0.95))
    interest = lib.clusters.evaluate_interest_clusters(sibgmu, k=5)
    report.add(Quality("Lib-SibGMU: interest, k = 5, bootstrap adjusted Rand", 0.96, interest["stability"], least=0.9))
    report.add(Quality("Lib-SibGMU: interest, k = 5, silhouette", None, interest["silhouette"]))


def _demand(lib, report, events):
    """Uses of each class in the months to come."""
    found = lib.demand.evaluate_demand(events, "2018-09", "2019-09")
    report.note(f"demand: {found['series']} pairs of class and origin, classes with at least 50 loans and two years"
                " before the origin; a class begins with its first loan (which series the reference took is unknown)")
    report.add(Quality("Lib-SibGMU: demand, same-month mean, MASE", 1.82, found["mase"]["same_month"], most=1.85,
                       digits=2))
    report.add(Quality("Lib-SibGMU: demand, share under naive", 1 - 1.82 / 3.84, found["under_naive"], least=0.3,
                       digits=2))
    for name, title, reference in (
            ("naive", "naive", 3.84), ("mean", "mean of 12 months", 2.72), ("seasonal_naive", "seasonal naive", 1.81)):
        report.add(Quality(f"Lib-SibGMU: demand, {title}, MASE", reference, found["mase"][name], digits=2))
    report.add(Quality("Lib-SibGMU: demand, share of months in the 80 % interval", 0.8, found["covered"], digits=2))
    _demand_query(lib, report, events)


def _demand_query(lib, report, events):
    """The same by the query that the product runs, where a PostgreSQL is reachable."""
    try:
        import psycopg2
    except ImportError:
        return
    try:
        connection = psycopg2.connect(dbname="postgres")
    except psycopg2.OperationalError:
        report.note("demand: no PostgreSQL is reachable, so that the query was not held against the library; `make"
                    " test` does it")  # fmt: skip
        return
    with connection, connection.cursor() as cursor:
        compared, worst = demand_query.largest_difference(cursor, lib, events, ("2018-09", "2019-03", "2019-08"))
    connection.close()
    report.note(f"demand: {compared} expected figures and limits of the product's query beside those of the library")
    report.add(Quality("Lib-SibGMU: demand, largest difference of the SQL from the library", None, worst, most=1e-9,
                       digits=9))


def _messages(lib, report):
    """What patrons' messages are: words chosen on one part, measured on both."""
    found = messages.measure(lib.message_class.classify, lib.lift.wilson, lib.message_class.KINDS)
    messages.write(found, time.strftime("%Y-%m-%d"))
    report.note(f"messages: {found['messages']} written for this, {found['unclear']} told as unclear, which is wrong;"
                " intervals are Wilson's, 95 %")
    titles = {"tune": "words chosen here", "apart": "kept apart"}
    for part, figures in found["parts"].items():
        name = f"messages, {titles[part]}"
        for row in figures["whole"]:
            least = 0.85 if (part, row["name"]) == ("apart", "all") else None
            title = f"{name}, {row['name']}: right{_interval(row, 'accuracy')}"
            report.add(Quality(title, None, row["accuracy"], least=least))
        for row in figures["kinds"]:
            for figure in ("precision", "recall"):
                title = f"{name}, {row['name']}: {figure}{_interval(row, figure)}"
                report.add(Quality(title, None, row[figure], least=0.7 if part == "apart" else None))
            report.add(Quality(f"{name}, {row['name']}: F1", None, row["f1"]))


def _interval(row, figure):
    """n and interval of a rate, as part of a name."""
    return f" (n {row[f'{figure}_n']}, {row[f'{figure}_low']:.2f} to {row[f'{figure}_high']:.2f})"


def _lib():
    """The addon's lib package, without Odoo and without the addon's models."""
    if "library_crm" not in sys.modules:
        package = types.ModuleType("library_crm")
        package.__path__ = [str(Path(REPOSITORY) / "library_crm")]
        sys.modules["library_crm"] = package
    import library_crm.lib as lib
    from library_crm.lib import (  # noqa: F401 (reached as attributes)
        bgnbd,
        clusters,
        comeback,
        demand,
        demand_sql,
        facet_words,
        lift,
        message_class,
        next_subject,
        phrase_rules,
        stability,
        stages,
        text_tokens,
    )
    return lib


def main():
    """Measure, write the results; the exit code is 1 if a bar is missed."""
    started = time.monotonic()
    report = Report("mining", header=HEADER)
    try:
        run(report)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    failed = sum(not figure.passed for figure in report.figures)
    print(f"{len(report.figures)} figures, {failed} below their bar, {time.monotonic() - started:.0f} s")
    print(f"written to {report.write(RESULTS)}")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
