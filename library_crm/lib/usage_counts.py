"""From events to counts by patron, month, kind, class, branch and channel; everything else about an event ends here."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy

COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TAIL = b"\xff\xff"


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


def copy_binary(*columns) -> bytes:
    """Integer columns as PostgreSQL's binary COPY, all of them int4."""
    import numpy as np  # noqa: PLC0415

    names = [f"c{number}" for number in range(len(columns))]
    rows = np.empty(
        len(columns[0]), [("n", ">i2"), *(field for name in names for field in ((f"l{name}", ">i4"), (name, ">i4")))]
    )
    rows["n"] = len(columns)
    for name, column in zip(names, columns, strict=True):
        rows[f"l{name}"] = 4
        rows[name] = column
    return COPY_HEAD + rows.tobytes() + COPY_TAIL
