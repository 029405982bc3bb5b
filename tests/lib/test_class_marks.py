"""From the mark on a book's back to the class of our subjects."""

import re
from pathlib import Path

import pandas as pd
import pytest

from library_crm.lib import class_marks

DATA = Path(__file__).resolve().parents[2] / "library_crm" / "data"


@pytest.mark.parametrize(("mark", "found"), [
    ("TP311.1/45", ("clc", "TP")), ("K928", ("clc", "K")), ("I247.5/33", ("clc", "I")), ("R-33", ("clc", "R")),
    ("T-61", ("clc", "T")), ("ＴＰ３９１", ("clc", "TP")), (" tp18 ", ("clc", "TP")), ("H319.4:I", ("clc", "H")),
    ("F270/12-2", ("clc", "F")), ("参考/TP3", ("clc", "TP")), ("D922", ("clc", "D")), ("K", ("clc", "K")),
    ("616.0/Т370-074570", ("ddc", "600")), ("616-089/О771", ("ddc", "600")), ("823.914 ORW", ("ddc", "800")),
    ("005.133/P", ("ddc", "000")), ("REF 616", ("ddc", "600")), ("615.03/В290-307730", ("ddc", "600")),
    ("", None), (None, None), ("W123", None), ("L12", None), ("TR123", None), ("Т370", None),
    ("10205/10206-360487", None), ("-737601", None), ("94", None), ("QA76.73 .P98", None), ("(Посещение)", None),
    ("Harry Potter", None), ("A", ("clc", "A")), ("x" * 400, None), ("0", None), ("1234", None)])
def test_marks(mark, found):
    """Feature: 11.1"""
    assert class_marks.parse(mark) == found


def test_bare_letters_only_where_the_library_uses_letters():
    assert class_marks.parse("K", "ddc") is None
    assert class_marks.parse("K928", "ddc") == ("clc", "K")


def test_codes_are_those_we_ship():
    codes = {scheme: set(re.findall(r'name="code">([^<]+)<', (DATA / f"library_subject_{scheme}.xml").read_text()))
             for scheme in ("clc", "ddc")}
    assert class_marks.CLC | class_marks.CLC_TECHNICAL == codes["clc"]
    assert {class_marks.parse(f"{number:03d}")[1] for number in range(1000)} == codes["ddc"]


@pytest.mark.parametrize("kind", [object, "category"])
def test_many(kind):
    marks = pd.Series(["TP311", "?", "K9", "TP311", "616.1"], index=[5, 6, 7, 8, 9]).astype(kind)
    found = class_marks.parse_many(marks)
    assert found["code"].tolist() == ["TP", None, "K", "TP", "600"]
    assert found["scheme"].tolist() == ["clc", None, "clc", "clc", "ddc"]
    assert found.index.tolist() == [5, 6, 7, 8, 9]


def test_missing_marks():
    assert class_marks.parse_many(pd.Series(["K9", None]).astype("category"))["code"].tolist() == ["K", None]
    assert class_marks.parse_many(pd.Series([None, "K9"], dtype=object))["code"].tolist() == [None, "K"]
    assert len(class_marks.parse_many(pd.Series([], dtype=object))) == 0
