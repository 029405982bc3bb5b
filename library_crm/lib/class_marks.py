"""The subject class of a call number or class mark, at the depth of the subjects we ship.

CLC gives a letter, or two within T (TP311.1/45 → TP); DDC and UDC-like numbers give a hundred (616-089/О771 → 600).
What could be either, or is neither (fiction shelved by author, a running number), tells no class.
"""

import functools
import re
import unicodedata

CLC = frozenset("A B C D E F G H I J K N O P Q R S T U V X Z".split())
CLC_TECHNICAL = frozenset("TB TD TE TF TG TH TJ TK TL TM TN TP TQ TS TU TV".split())

# a collection's sign before the mark ("Q/TP311", "REF 616") is taken off when a mark follows it
_SIGN = re.compile(r"(?:REF|R/|Q/|F/|参考|工具|特藏|外文|\[[^\]]{1,12}\]|\([^)]{1,12}\))[\s/:·-]*", re.IGNORECASE)
_CLC = re.compile(r"(T[B-V]|[A-KN-VXZ])(?=\d|[-.:=(+/]|\s|$)")
_DDC = re.compile(r"(\d{3})(?![\d])(?:\.\d+)?(?=$|[\s/.:;,()\"'+=_-]|[A-Za-zА-Яа-я])")


@functools.lru_cache(maxsize=65536)
def parse(mark: str | None, prefer: str = "clc") -> tuple[str, str] | None:
    """The scheme ("clc" or "ddc") and the code of a mark's class, or None when it tells no class.

    :param mark: a call number or class mark as it stands on a book
    :param prefer: the scheme that the library uses: a mark of bare letters ("K") is believed only of "clc"
    """
    if not mark or len(mark) > 300:
        return None
    text = unicodedata.normalize("NFKC", mark).strip().upper()
    text = _SIGN.sub("", text, count=1) if _SIGN.match(text) else text
    return _clc(text, prefer) or _ddc(text)


def _clc(text, prefer):
    found = _CLC.match(text)
    if not found:
        return None
    code = found[1]
    rest = text[found.end():]
    if len(code) == 2 and code not in CLC_TECHNICAL or len(code) == 1 and code not in CLC:
        return None
    if not rest[:1].isdigit() and prefer != "clc":
        return None
    return "clc", code


def _ddc(text):
    found = _DDC.match(text)
    return ("ddc", f"{found[1][0]}00") if found else None


def parse_many(marks, prefer: str = "clc"):
    """`parse` for a pandas Series (categories or strings): a frame with the columns scheme and code, same index.

    Both are None where a mark tells no class; each different mark is looked at once.
    """
    import numpy as np
    import pandas as pd

    if marks.dtype == "category":
        codes, texts = marks.cat.codes.to_numpy(), marks.cat.categories.tolist()
    else:
        codes, texts = pd.factorize(marks.to_numpy(dtype=object))
    found = [parse(text, prefer) or (None, None) for text in texts] + [(None, None)]
    table = np.array(found, dtype=object).reshape(-1, 2)
    return pd.DataFrame({"scheme": table[codes, 0], "code": table[codes, 1]}, index=marks.index)
