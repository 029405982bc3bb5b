"""Columns of tables that people made themselves, known by what they are called in several languages."""

import unicodedata

from .messages import FileRefused


def known_columns(header, names):
    """{column: what it holds, or None} for a header; of two columns that hold the same, the first counts.

    :param names: {what: words that a header may have, in lower case}
    """
    what_of = {word: what for what, words in names.items() for word in words}
    found, taken = {}, set()
    for column in header:
        text = unicodedata.normalize("NFKC", column).strip().lower().replace("_", " ").replace("-", " ")
        what = what_of.get(" ".join(text.split()))
        found[column] = None if what in taken else what
        taken.add(what)
    return found


def cells_by_name(frame, mapping, names, required):
    """{what: list of stripped cells} of a frame, and {what: column}.

    :param mapping: {column: what}; None to go by the header
    :param required: what must be there, as groups of alternatives
    :raises FileRefused: missing_column
    """
    header = list(frame.columns)
    mapping = known_columns(header, names) if mapping is None else mapping
    columns = {what: column for column, what in reversed(mapping.items()) if what in names and column in header}
    for group in required:
        if not any(what in columns for what in group):
            raise FileRefused("missing_column", {"column": group[0]})
    cells = {what: [text.strip() for text in frame[column].tolist()] for what, column in columns.items()}
    return cells, columns


def raw_row(frame, place):
    """A row as it came, for a refusal."""
    return {column: str(value) for column, value in zip(frame.columns, frame.iloc[place], strict=True)}
