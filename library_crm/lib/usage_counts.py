"""From events to counts by patron, month, kind, class, branch and channel; everything else about an event ends here."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy

COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TAIL = b"\xff\xff"
UNKNOWN, SILENT, NOBODY = -1, -2, 0  # instead of a patron's id: not found, keeps nothing, use without a person
POSTGRES_EPOCH = 10957  # PostgreSQL counts days from 2000


class Counts(NamedTuple):
    """Arrays of one length: patron id (0 = without a person), month (months since 1970), number of the kind,
    subject and branch id (0 = none), channel (0 on site, 1 remote), uses."""

    patron: "numpy.ndarray"
    month: "numpy.ndarray"
    kind: "numpy.ndarray"
    subject: "numpy.ndarray"
    branch: "numpy.ndarray"
    channel: "numpy.ndarray"
    uses: "numpy.ndarray"


def months_of(moments):
    """Months since 1970 of an array of moments."""
    import numpy as np  # noqa: PLC0415

    return moments.astype("datetime64[M]").astype(np.int64)


def first_days(months):
    """Days since 1970 of the first days of months since 1970."""
    import numpy as np  # noqa: PLC0415

    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def days_of(moments):
    """Days since 1970 of an array of moments."""
    import numpy as np  # noqa: PLC0415

    return moments.astype("datetime64[D]").astype(np.int64)


def fold(patron, month, kind, subject, branch, channel) -> Counts:
    """Count equal rows.

    The columns are packed into one number each row, which is sorted once: several times faster than grouping a frame.

    :param patron: ids; the other columns as in `Counts`
    """
    import numpy as np  # noqa: PLC0415

    columns = [np.asarray(column, np.int64) for column in (patron, month, kind, subject, branch, channel)]
    if not len(columns[0]):
        return Counts(*columns, columns[0])
    packed = np.zeros(len(columns[0]), np.int64)
    values, sizes = [], []
    room = 1
    for column in columns:
        low, high = int(column.min()), int(column.max())
        if high - low < 4096:
            values.append(None)
            codes, size = column - low, high - low + 1
            values[-1] = np.arange(low, high + 1)
        else:
            distinct, codes = np.unique(column, return_inverse=True)
            values.append(distinct)
            size = len(distinct)
        sizes.append(size)
        room *= size
        packed *= size
        packed += codes
    if room > 2**62:
        raise OverflowError("too many different values in one chunk")
    packed.sort()
    starts = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]]))
    uses = np.diff(np.append(starts, len(packed)))
    packed = packed[starts]
    unpacked = []
    for distinct, size in zip(reversed(values), reversed(sizes), strict=True):
        packed, codes = np.divmod(packed, size)
        unpacked.append(distinct[codes])
    return Counts(*reversed(unpacked), uses)


def extremes(patron, day):
    """The first and the last day of each patron.

    :return: (ids, first days, last days)
    """
    import numpy as np  # noqa: PLC0415

    order = np.lexsort((day, patron))
    patron, day = patron[order], day[order]
    first = np.flatnonzero(np.concatenate([[True], patron[1:] != patron[:-1]])) if len(patron) else order
    last = np.append(first[1:], len(patron)) - 1 if len(first) else first
    return patron[first], day[first], day[last]


class Text(NamedTuple):
    """A column of few different texts."""

    codes: "numpy.ndarray"
    texts: list[str]


class Nullable(NamedTuple):
    """A column of integers in which 0 stands for NULL."""

    values: "numpy.ndarray"


def copy_binary(*columns) -> bytes:
    """Rows for PostgreSQL's binary COPY.

    Rows of one shape (which texts, which NULLs) are laid out at once.

    :param columns: arrays of integers (int4), :class:`Text`, :class:`Nullable`, or one integer for all rows
    """
    import numpy as np  # noqa: PLC0415

    size = len(next(array for array in map(_array_of, columns) if array is not None))
    shape, base = np.zeros(size, np.int64), 1
    for column in columns:
        if isinstance(column, Text):
            shape += base * column.codes
            base *= len(column.texts)
        elif isinstance(column, Nullable):
            shape += base * (column.values == 0)
            base *= 2
    parts = [COPY_HEAD]
    for value in np.unique(shape):
        parts.append(_rows_of_one_shape(columns, np.flatnonzero(shape == value)))
    return b"".join([*parts, COPY_TAIL])


def _array_of(column):
    if isinstance(column, int):
        return None
    return column[0] if isinstance(column, Text | Nullable) else column


def _rows_of_one_shape(columns, at):
    """The bytes of the rows at some places, which have the same texts and the same NULLs."""
    import numpy as np  # noqa: PLC0415

    fields, fixed, values = [("n", ">i2")], {"n": len(columns)}, {}
    for number, column in enumerate(columns):
        length, name = f"l{number}", f"c{number}"
        fields.append((length, ">i4"))
        if isinstance(column, Text):
            text = column.texts[int(column.codes[at[0]])].encode()
            fields.append((name, f"S{len(text)}"))
            fixed |= {length: len(text), name: text}
        elif isinstance(column, Nullable) and not column.values[at[0]]:
            fixed[length] = -1
        else:
            fields.append((name, ">i4"))
            fixed[length] = 4
            array = _array_of(column)
            values[name] = column if array is None else array[at]
    rows = np.empty(len(at), fields)
    for name, value in (*fixed.items(), *values.items()):
        rows[name] = value
    return rows.tobytes()
