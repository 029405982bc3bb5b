"""Short columns of a regular text table as categories and moments, straight from its bytes.

An object for each cell is what costs time in a table of millions of rows with a few thousand different values. Here the
cells of a column become one array of fixed width; eight bytes at a time are a number, and numbers are sorted out by
hashing. Only different values ever become text.
"""

from ..lib import import_dates

WIDEST = 64  # bytes of a cell


def columns(data, width, places, separator, quote):
    """The cells of some columns as arrays of bytes; None when the rows are not simple enough.

    :param bytes data: rows of exactly `width` columns in UTF-8, each with a line feed at its end
    :param places: which columns
    """
    import numpy as np

    text = np.frombuffer(data + bytes(WIDEST), dtype=np.uint8)
    body = text[:len(data)]
    marks, feeds = np.flatnonzero(body == ord(separator)), np.flatnonzero(body == 10)
    quoted = bool(quote) and quote.encode() in data
    if quoted:
        quotes = np.flatnonzero(body == ord(quote))
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
        feeds = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
    if len(marks) != len(feeds) * (width - 1):
        return None
    marks = marks.reshape(len(feeds), width - 1)
    found = {}
    for place in places:
        starts = marks[:, place - 1] + 1 if place else np.concatenate(([0], feeds[:-1] + 1))
        ends = marks[:, place] if place < width - 1 else feeds
        if quoted:
            inside = (text[starts] == ord(quote)) & (ends - starts >= 2)
            starts, ends = starts + inside, ends - inside
            between = np.searchsorted(quotes, ends) - np.searchsorted(quotes, starts)
            if between.any():
                return None  # a mark within a cell
        cells = _gathered(text, starts, ends)
        if cells is None:
            return None
        found[place] = cells
    return found


def _gathered(text, starts, ends):
    """Cells as one array of bytes of fixed width, a multiple of eight."""
    import numpy as np

    lengths = ends - starts
    longest, shortest = int(lengths.max(initial=1)), int(lengths.min(initial=WIDEST))
    if longest > WIDEST:
        return None
    width = max(8, -(-longest // 8) * 8)
    windows = np.ndarray((len(text) - width + 1,), dtype=f"V{width}", buffer=text, strides=(1,))
    cells = windows[starts].view(np.uint8).reshape(len(starts), width)
    if shortest < width:
        if shortest < longest:
            cells *= np.arange(width) < lengths[:, None]
        else:
            cells[:, longest:] = 0
    return cells


def category(cells):
    """A pandas Categorical of the texts in an array of bytes."""
    import pandas as pd

    codes, different = _factorised(cells)
    # a category per text: two spellings in bytes that read the same after decoding cannot be, UTF-8 has one for each
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts(different), dtype=object))


def _factorised(cells):
    """Codes of the rows and the different rows, in the order of their first appearance."""
    import numpy as np
    import pandas as pd

    words = np.ascontiguousarray(cells).view(np.uint64)
    codes, _different = pd.factorize(words[:, 0])
    for word in range(1, words.shape[1]):
        if words[:, word].any():
            more, different = pd.factorize(words[:, word])
            codes, _different = pd.factorize(codes.astype(np.int64) * len(different) + more)
    count = int(codes.max(initial=-1)) + 1
    first = np.empty(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, cells[first]


def texts(cells):
    """The texts in an array of bytes, as an array of str objects."""
    import numpy as np

    raw = np.ascontiguousarray(cells).view(f"S{cells.shape[1]}").ravel()
    if (cells < 128).all():
        return raw.astype("U").astype(object)
    return np.array([value.decode("utf-8", "replace") for value in raw.tolist()], dtype=object)


def moments(cells, date_format):
    """An array of datetime64[s]; None when not every cell is a moment of the format (or ISO) in fixed width."""
    return import_dates.parse_bytes(cells, date_format)
