"""Rows as PostgreSQL's COPY takes them in the format CSV."""

import csv


def copy_lines(frame):
    """The columns of a frame that hold anything at all, and a line of text, without its end, for each row.

    An empty field and a missing one are the same here: nothing.

    :param frame: values or None in every cell

    >>> import pandas
    >>> copy_lines(pandas.DataFrame({"name": ["Bell, Ana", None], "note": [None, None], "number": [1, 2]}))
    (['name', 'number'], ['"Bell, Ana",1', ',2'])
    """
    cells = {name: frame.iloc[:, place].tolist() for place, name in enumerate(frame.columns)}
    cells = {name: values for name, values in cells.items() if any(value is not None for value in values)}
    sink = _Lines()
    # a cell is quoted for each character that ends a line, so that a lone carriage return in somebody's note is not
    # taken for the end of the row
    csv.writer(sink, lineterminator="\r\n").writerows(zip(*cells.values(), strict=True))
    return list(cells), [line[:-2] for line in sink.lines]


class _Lines:
    """A file that keeps its lines apart."""

    def __init__(self):
        self.lines = []
        self.write = self.lines.append
