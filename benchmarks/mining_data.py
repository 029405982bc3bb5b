"""The public data that forecasts and groups are held against; see data/README.md for where they come from."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from .settings import BenchmarkError

DATA = Path(__file__).resolve().parent / "data"


def cdnow():
    """CDNOW sample: DataFrame `patron`, `date`, `amount`, one row a purchase.

    :raise BenchmarkError: if the package that brings it is not installed
    """
    # the package is only looked for: its code would want libraries that nobody else needs
    found = find_spec("lifetimes")
    folder = Path(found.origin).parent if found and found.origin else None
    path = folder / "datasets" / "CDNOW_sample.txt" if folder else None
    if not path or not path.is_file():
        raise BenchmarkError("The CDNOW sample is not there: install requirements-test.txt, which names `lifetimes`.")
    rows = pd.read_csv(path, sep=r"\s+", header=None, dtype=str)
    return pd.DataFrame({"patron": rows[1], "date": pd.to_datetime(rows[2]), "amount": rows[4].astype(float)})


def sibgmu(path=DATA / "lib-sibgmu" / "rslib_test.csv"):
    """Lib-SibGMU: DataFrame `patron`, `date`, `subject`, one row a loan.

    The subject is the class mark: `id_book` up to the first stroke, after which author sign and number follow, or, in
    two loans without author sign, up to the number. The one loan without a class mark is left out.
    """
    rows = pd.read_csv(path, dtype=str)
    found = pd.DataFrame({
        "patron": rows["id"], "date": pd.to_datetime(rows["date"]),
        "subject": rows["id_book"].str.extract(r"^([^/]*?)(?:/|-\d+$)", expand=False)})
    return found[found["subject"].fillna("") != ""].reset_index(drop=True)
