"""By what an event is known again: a keyed 64-bit fingerprint from which nobody can read the event.

SipHash-2-4 (Aumasson and Bernstein 2012) over columns at once. Without the secret a fingerprint can neither be made nor
tried out; it holds no patron and no title. Two of a hundred million events collide by chance with a probability of
3 in 10 000, and then one use is not counted.
"""

import base64
import hashlib
import re

WORD = 8
TOKEN = re.compile("item~[0-9a-f]{16}")
NOTHING = 0x9E3779B97F4A7C15  # stands for a missing value


def sip64(key: bytes, *words):
    """SipHash-2-4 of columns of 64-bit words, row by row.

    :param key: 16 secret bytes
    :param words: arrays of one length (any integer type), or single integers
    :return: array of uint64
    """
    import numpy as np  # noqa: PLC0415

    size = max((len(word) for word in words if hasattr(word, "__len__")), default=1)
    k0, k1 = np.frombuffer(key, "<u8", 2)
    state = [
        np.full(size, int(k) ^ constant, np.uint64)
        for k, constant in zip(
            (k0, k1, k0, k1),
            (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573),
            strict=True,
        )
    ]
    last = np.uint64((len(words) * WORD % 256) << 56)
    for word in (*words, last):
        block = np.asarray(word).astype(np.uint64)
        state[3] ^= block
        _rounds(state, 2)
        state[0] ^= block
    state[2] ^= np.uint64(0xFF)
    _rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _rounds(state, count):
    """SipHash's mixing, in place."""
    v0, v1, v2, v3 = state
    for _round in range(count):
        v0 += v1
        _turn(v1, 13)
        v1 ^= v0
        _turn(v0, 32)
        v2 += v3
        _turn(v3, 16)
        v3 ^= v2
        v0 += v3
        _turn(v3, 21)
        v3 ^= v0
        v2 += v1
        _turn(v1, 17)
        v1 ^= v2
        _turn(v2, 32)


def _turn(values, bits):
    """Rotate to the left, in place."""
    import numpy as np  # noqa: PLC0415

    high = values << np.uint64(bits)
    values >>= np.uint64(64 - bits)
    values |= high


def of_strings(values, key: bytes):
    """A keyed 64-bit word for each string; categories are hashed once.

    :param values: pandas Series of strings or of categories of strings, missing values allowed
    :param key: 16 secret bytes
    """
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    # pandas wants 16 characters; 96 bits of a key of its own, so that the words do not tell about `key`
    text_key = base64.b64encode(hashlib.blake2b(b"text", key=key, digest_size=12).digest()).decode()
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("category")
    categories = values.cat.categories.to_numpy(dtype=object)
    hashed = np.empty(len(categories) + 1, np.uint64)
    if len(categories):
        hashed[:-1] = pd.util.hash_array(categories, hash_key=text_key, categorize=False)
    hashed[-1] = NOTHING
    return hashed[values.cat.codes.to_numpy()]


def of_items(values, key: bytes):
    """`of_strings` for item numbers, where a number that we gave back as a token counts as the number itself."""
    import pandas as pd  # noqa: PLC0415

    words = of_strings(values, key)
    categories = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values.unique()
    for text in categories:
        if isinstance(text, str) and TOKEN.fullmatch(text):
            words[(values == text).to_numpy()] = int(text[-16:], 16)
    return words


def token(text: str | None, key: bytes) -> str:
    """What stands for an item number in a file that we give back: unreadable, and known again when it returns."""
    import pandas as pd  # noqa: PLC0415

    if not text or TOKEN.fullmatch(text):
        return text or ""
    return f"item~{int(of_strings(pd.Series([text]), key)[0]):016x}"


def of_events(rows, key: bytes, company_id: int):
    """The fingerprint of each event.

    An item leaves the library once at a moment: item, moment and kind say which event it is, whichever file or
    interface tells of it. Without an item or a time of day it is the number that its system gave it, or else who, when,
    what and where.

    :param rows: frame with event_id, patron_key, moment, kind, branch_code, item_key (see connectors.koha_circulation)
    :param key: 16 secret bytes of this database
    """
    import numpy as np  # noqa: PLC0415

    moment = rows["moment"].to_numpy().astype("datetime64[s]").astype(np.int64)
    words = {name: of_strings(rows[name], key) for name in ("kind", "event_id", "patron_key", "branch_code")}
    words |= {"item_key": of_items(rows["item_key"], key), "moment": moment}
    by_item = rows["item_key"].notna().to_numpy() & (moment % 86400 != 0)
    by_number = ~by_item & rows["event_id"].notna().to_numpy()
    result = np.empty(len(rows), np.uint64)
    for way, (chosen, names) in enumerate((
        (by_item, ("item_key", "moment")),
        (by_number, ("event_id",)),
        (~by_item & ~by_number, ("patron_key", "moment", "item_key", "branch_code")),
    )):
        if chosen.any():
            result[chosen] = sip64(key, company_id, way, *(words[name][chosen] for name in ("kind", *names)))
    return result


def of_days(patrons, days, key: bytes):
    """The fingerprint of each patron's day.

    :param patrons: ids
    :param days: days since 1970
    """
    return sip64(key, 3, patrons, days)


class Known:
    """Fingerprints that were counted already: one sorted array, however many come in."""

    def __init__(self):
        import numpy as np  # noqa: PLC0415

        self.keys = np.empty(0, np.uint64)

    def add(self, keys):
        """Remember more of them."""
        import numpy as np  # noqa: PLC0415

        if len(keys):
            self.keys = np.sort(np.concatenate([self.keys, keys]), kind="stable")

    def first_seen(self, keys):
        """Where each fingerprint that is not known stands for the first time: positions in `keys`, ordered by key."""
        import numpy as np  # noqa: PLC0415

        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        fresh = np.ones(len(keys), bool)
        fresh[1:] = ordered[1:] != ordered[:-1]
        if len(self.keys):
            place = np.searchsorted(self.keys, ordered)
            place[place == len(self.keys)] = 0
            fresh &= self.keys[place] != ordered
        return order[fresh]
