"""Uses of the library as Koha's statistics (CSV) or its checkouts (REST) tell them, as frames of events.

Titles, authors and bar codes do not get past this file, except `item_key`, which serves to tell events apart and is
dropped when the event is counted.
"""

from typing import TYPE_CHECKING, NamedTuple

from ..lib import import_dates
from .messages import FileRefused, Refused

if TYPE_CHECKING:
    import pandas

# Koha's types of statistics, and words that other systems use; None: no use of the library
KINDS = {
    "issue": "loan", "checkout": "loan", "loan": "loan", "借出": "loan", "借书": "loan", "借書": "loan",
    "renew": "renewal", "renewal": "renewal", "续借": "renewal", "續借": "renewal",
    "localuse": "onsite_use", "onsite_checkout": "onsite_use", "onsite_use": "onsite_use", "阅览": "onsite_use",
    "閱覽": "onsite_use", "hold": "hold", "reserve": "hold", "预约": "hold", "預約": "hold",
    "visit": "visit", "entry": "visit", "入馆": "visit", "入館": "visit", "download": "download", "下载": "download",
    "下載": "download", "database": "database", "login": "database", "ill": "ill", "event": "event",
    "return": None, "checkin": None, "归还": None, "歸還": None, "还书": None, "還書": None, "recall": None,
    "payment": None, "writeoff": None, "refund": None, "fine": None, "creditvoid": None, "void": None,
    "inventory": None, "transfer": None,
}
_REMOTE = frozenset({"download", "database"})
_CHANNELS = {"onsite": "onsite", "on site": "onsite", "remote": "remote", "online": "remote", "intranet": "onsite",
             "staff": "onsite", "sip": "onsite", "opac": "remote", "api": "remote"}

# our names, and how the columns of files are called
NAMES = {
    "datetime": ("datetime", "date", "timestamp", "issuedate", "checkout_date", "transaction_date", "时间", "日期",
                 "借出时间", "時間"),
    "type": ("type", "kind", "transaction_type", "operation", "类型", "操作类型", "類型"),
    "borrowernumber": ("borrowernumber", "patron_id", "borrower"),
    "cardnumber": ("cardnumber", "card", "证号", "借阅证号", "證號", "読者番号"),
    "branch": ("branch", "branchcode", "library_id", "homebranch", "馆藏地", "分馆", "分館"),
    "itemcallnumber": ("itemcallnumber", "callnumber", "call_number", "classification", "class_mark", "索书号",
                       "分类号", "索書號", "分類號"),
    "itemnumber": ("itemnumber", "item_id", "barcode", "external_id", "条码", "條碼"),
    "event_id": ("event_id", "id", "transaction_id"),
    "channel": ("channel", "interface"),
}
_OURS = {other: name for name, others in NAMES.items() for other in others}


class Events(NamedTuple):
    """Events that were taken, rows that were not, and how many rows were no use at all, by Koha's type.

    `rows` is a frame indexed by line with the columns event_id (str or None), patron_key_kind ("ils", "card" or None
    for a use without a person), patron_key, moment (datetime64[s], the library's local time), kind (const.USAGE_KINDS),
    branch_code, class_mark, item_key, channel ("onsite" or "remote"). All but moment are pandas categories (missing
    values are missing in the category), so that look-ups and hashes are done once a value.

    Events of one item at one moment and of one kind are the same event, in whichever file they stand; without item or
    time of day the patron belongs to what tells them apart, and `event_id` does when there is one.
    """

    rows: "pandas.DataFrame"
    refused: list[Refused]
    skipped: dict[str, int]


def roles(header, mapping=None) -> dict[str, str]:
    """{our name: column} of what an event needs; of several columns that could be it, the first way to call it wins."""
    if mapping is not None:
        return {name: column for column, name in mapping.items() if name in NAMES and column in set(header)}
    known = {column.strip().lower().replace(" ", "_"): column for column in reversed(header)}
    found = {}
    for name, others in NAMES.items():
        column = next((known[other] for other in others if other in known), None)
        if column is not None:
            found[name] = column
    return found


def columns_to_read(header, mapping=None) -> tuple[list[str], list[str]]:
    """Of a header, the columns that an event needs, and those among them to read as categories.

    :raises FileRefused: missing_column, when there is no date or no type
    """
    found = roles(header, mapping)
    for name in ("datetime", "type"):
        if name not in found:
            raise FileRefused("missing_column", {"column": name})
    if "borrowernumber" in found:
        found.pop("cardnumber", None)
    columns = list(dict.fromkeys(found.values()))
    return columns, columns


def normalise(frame, date_format=None, *, kinds=None, mapping=None) -> Events:
    """Make events of statistics rows, or of checkouts as the REST API gives them.

    :param frame: strings or categories, columns as in the file, indexed by line
    :param date_format: strptime pattern of the date part; ISO is understood beside it
    :param kinds: {type in the file: our kind or None for no use at all}, added to the types that Koha knows
    :param mapping: {column: our name (a key of NAMES)} for files of other systems
    :raises FileRefused: missing_column
    """
    found = roles(list(frame.columns), mapping)
    if "type" not in found and "checkout_id" in frame.columns:
        return _of_checkouts(frame)
    columns_to_read(list(frame.columns), mapping)
    return _events(frame, found, date_format, kinds or {})


def _events(frame, found, date_format, kinds):
    import numpy as np
    import pandas as pd

    known = {**KINDS, **{str(key).strip().lower(): value for key, value in kinds.items()}}
    types = _category(frame[found["type"]])
    kind_of = [known.get(text.strip().lower(), "?") for text in types.categories]
    kind = _translated(types, [None if value == "?" else value for value in kind_of])
    strange = _where(types, [value == "?" for value in kind_of])
    unused = _where(types, [value is None for value in kind_of])
    moment, bad = _moments(frame[found["datetime"]], date_format)
    refuse = (strange | bad | np.isnat(moment)) & ~unused
    refused = _refusals(frame, found, refuse, strange, bad)
    skipped = {text: int(count) for text, count in types[unused].value_counts().items() if count}
    patrons, patron_kind = _patrons(frame, found)
    rows = pd.DataFrame({
        "event_id": _optional(frame, found, "event_id"),
        "patron_key_kind": patron_kind,
        "patron_key": patrons,
        "moment": moment,
        "kind": kind,
        "branch_code": _optional(frame, found, "branch"),
        "class_mark": _optional(frame, found, "itemcallnumber"),
        "item_key": _optional(frame, found, "itemnumber"),
        "channel": _channel(frame, found, kind),
    }, index=frame.index, copy=False)
    drop = refuse | unused
    return Events(rows[~drop] if drop.any() else rows, refused, skipped)


def _category(series):
    """A Categorical of a column of strings or categories."""
    import pandas as pd

    if series.dtype == "category":
        return series.array
    if series.dtype == object:
        codes, texts = pd.factorize(series.to_numpy())
        return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype=object))
    return pd.Categorical(series.astype(str))


def _translated(column, values):
    """A Categorical with other texts, given one for each category; None for a missing value."""
    import numpy as np
    import pandas as pd

    codes, texts = pd.factorize(np.array([*values, None], dtype=object))
    return pd.Categorical.from_codes(codes[column.codes], categories=pd.Index(texts, dtype=object))


def _where(column, answers):
    """For each row the answer of its category; False where it is missing."""
    import numpy as np

    return np.array([*answers, False], dtype=bool)[column.codes]


def _optional(frame, found, name):
    """A column with blanks taken off and empty cells missing; all missing when the file has none."""
    import numpy as np
    import pandas as pd

    if name not in found:
        return pd.Categorical.from_codes(np.full(len(frame), -1, dtype=np.int8), categories=pd.Index([], dtype=object))
    column = _category(frame[found[name]])
    texts = column.categories.tolist()
    stripped = [text.strip()[:200] for text in texts]
    if stripped == texts and "" not in texts:
        return column
    return _translated(column, [text or None for text in stripped])


def _moments(series, date_format):
    import numpy as np

    if series.dtype.kind == "M":
        return series.to_numpy().astype("M8[s]"), np.zeros(len(series), dtype=bool)
    return import_dates.parse(series, date_format)


def _patrons(frame, found):
    """Keys of the patrons, and of what kind they are."""
    import numpy as np
    import pandas as pd

    name = "borrowernumber" if "borrowernumber" in found else "cardnumber"
    keys = _optional(frame, found, name)
    if "0" in keys.categories and name == "borrowernumber":
        # Koha writes 0 where nobody was
        keys = _translated(keys, [None if key == "0" else key for key in keys.categories])
    kind = "ils" if name == "borrowernumber" else "card"
    codes = np.where(keys.codes < 0, -1, 0).astype(np.int8)
    return keys, pd.Categorical.from_codes(codes, categories=pd.Index([kind], dtype=object))


def _channel(frame, found, kind):
    import numpy as np
    import pandas as pd

    remote = _where(kind, [text in _REMOTE for text in kind.categories])
    if "channel" in found:
        given = _category(frame[found["channel"]])
        known = [_CHANNELS.get(text.strip().lower()) for text in given.categories]
        remote = np.where(_where(given, [each is not None for each in known]),
                          _where(given, [each == "remote" for each in known]), remote)
    return pd.Categorical.from_codes(remote.astype(np.int8), categories=pd.Index(["onsite", "remote"], dtype=object))


def _refusals(frame, found, refuse, strange, bad):
    """Refused rows with their reason; what names an item stays out of the row."""
    refused = []
    shown = {column for name, column in found.items() if name not in ("itemnumber", "itemcallnumber")}
    for place in refuse.nonzero()[0].tolist():
        row = frame.iloc[place]
        if strange[place]:
            code, params = "unknown_kind", {"value": str(row[found["type"]])[:100]}
        elif bad[place]:
            code, params = "bad_date", {"column": found["datetime"], "value": str(row[found["datetime"]])[:100]}
        else:
            code, params = "missing_value", {"column": found["datetime"]}
        raw = {column: str(row[column]) if column in shown else "" for column in frame.columns}
        refused.append(Refused(int(frame.index[place]), code, params, raw))
    return refused


def _of_checkouts(frame):
    """Events of checkouts: the loan (or use on site), and the latest renewal."""
    import numpy as np
    import pandas as pd

    nowhere = np.zeros(len(frame), dtype=bool)
    onsite = (frame["onsite_checkout"] == "1").to_numpy() if "onsite_checkout" in frame else nowhere
    mark = frame["call_number"] if "call_number" in frame else ""
    loans = pd.DataFrame({
        "datetime": frame["checkout_date"], "type": np.where(onsite, "localuse", "issue"),
        "borrowernumber": frame.get("patron_id", ""), "branch": frame.get("library_id", ""),
        "itemnumber": frame.get("item_id", ""), "itemcallnumber": mark,
    }, index=frame.index, dtype=object)
    renewed = (frame["last_renewed_date"] != "").to_numpy() if "last_renewed_date" in frame else nowhere
    renewals = loans[renewed].assign(type="renew")
    if renewed.any():
        renewals["datetime"] = frame["last_renewed_date"][renewed]
    both = pd.concat([loans, renewals])
    names = {name: name for name in both.columns}
    return _events(both, names, None, {})
