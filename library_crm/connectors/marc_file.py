"""Records of library systems: MARC 21 and CNMARC/UNIMARC, in ISO 2709 or as MARCXML, in any encoding they come in."""

import codecs
import io
import re
from dataclasses import dataclass, field

from ..lib.import_encoding import detect
from .harvest_answer import text_of, tree_of
from .harvest_messages import HarvestError
from .harvested import Harvested

END = b"\x1d"
MOST_RECORDS = 100_000
LONGEST_RECORD = 99_999
_SLIM = "http://www.loc.gov/MARC21/slim"
_XML_END = re.compile(rb"</(?:[\w.-]{1,30}:)?record\s{0,9}>")
_HEAD = re.compile(rb"\d{5}[\x20-\x7e]{4}[\x20-\x7e]{3}\d{5}[\x20-\x7e]{7}")
_ISBD = " /:;,.="


@dataclass
class Marc:
    """What a file held: rows, refused records as (place, code, bytes), and how it was read."""

    rows: list[Harvested] = field(default_factory=list)
    refused: list[tuple[int, str, bytes]] = field(default_factory=list)
    flavour: str = "marc21"
    encoding: str = "utf-8"


def looks_like(body):
    """Whether a file begins like a record of ISO 2709."""
    return bool(_HEAD.match(body.lstrip()[:24]))


def read(body, today, encoding=None):
    """The records of a file in ISO 2709.

    :param encoding: of the texts; None finds it out (utf-8, gb18030, big5hkscs or marc-8)
    """
    pieces = body.split(END)
    whole, rest = pieces[:-1], pieces[-1].strip()
    whole = [piece.lstrip(b"\r\n\x00\x1a ") for piece in whole[:MOST_RECORDS]]
    marc = Marc(encoding=encoding or _find_encoding(whole or [rest]))
    for place, piece in enumerate(whole, 1):
        _read_one(marc, place, piece + END, today)
    if rest and rest != b"\x1a":
        marc.refused.append((len(whole) + 1, "record_cut", rest[:LONGEST_RECORD]))
    return marc


def _find_encoding(pieces):
    """How the texts are written: by the bytes, as what the records say about it is often wrong."""
    sample = b"\n".join(pieces[:500])[:2_000_000]
    try:
        sample.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(sample) - 4:
            return "utf-8"
    if b"\x1b" in sample:
        return "marc-8"
    lines = [line for line in re.split(rb"[\x1e\x1f\n]", sample) if not line.isascii()]
    found = codecs.lookup(detect(sample, lines[:3000])[0]).name
    return found if found in ("gb18030", "big5hkscs", "utf-8") else "marc-8"


def _read_one(marc, place, data, today):
    try:
        record = _record(data, marc.encoding)
    except UnicodeDecodeError:
        marc.refused.append((place, "record_text", data))
        return
    except Exception:  # noqa: BLE001 - pymarc raises whatever a broken record leads to; the record is handed back
        marc.refused.append((place, "record_broken", data))
        return
    row = row_of(record, today)
    marc.flavour = flavour(record)
    if row.title:
        marc.rows.append(row)
    else:
        marc.refused.append((place, "record_title", data))


def _record(data, encoding):
    import pymarc  # noqa: PLC0415 - only whoever reads such a file needs it

    is_utf8 = encoding == "utf-8"
    # the record's own word for its encoding is set to what it is
    data = data[:9] + (b"a" if is_utf8 else b" ") + data[10:]
    named = "iso8859-1" if encoding == "marc-8" else encoding
    data = _measured_anew(data)
    return pymarc.Record(data=data, force_utf8=is_utf8, hide_utf8_warnings=True, file_encoding=named)


def _measured_anew(data):
    """A record whose directory says where its fields really stand: some systems count characters, not bytes."""
    base = int(data[12:17])
    entries = re.findall(rb"(...)(\d{4})(\d{5})", data[24 : base - 1])
    ends = (base + int(start) + int(size) - 1 for _tag, size, start in entries)
    if all(data[end : end + 1] == b"\x1e" for end in ends):
        return data
    tags = [tag for tag, _size, _start in entries]
    fields = data[base:].rstrip(END).split(b"\x1e")[: len(tags)]
    directory, place = b"", 0
    for tag, content in zip(tags, fields, strict=True):
        directory += b"%s%04d%05d" % (tag, len(content) + 1, place)
        place += len(content) + 1
    body = directory + b"\x1e" + b"".join(content + b"\x1e" for content in fields) + END
    return b"%05d" % (24 + len(body)) + data[5:12] + b"%05d" % (25 + len(directory)) + data[17:24] + body


def read_xml(body, today):
    """The records of a file of MARCXML."""
    import pymarc  # noqa: PLC0415 - see above

    marc = Marc()
    text = text_of(body)
    try:
        root = tree_of(text)
        ends = None
    except HarvestError:
        root = tree_of(text, recover=True)
        ends = list(_XML_END.finditer(body))
        marc.refused.append((len(ends) + 1, "record_cut", body[ends[-1].end() if ends else 0:][:LONGEST_RECORD]))
    found = list(root.iter(f"{{{_SLIM}}}record", "record"))
    for place, element in enumerate(found[: MOST_RECORDS if ends is None else len(ends)], 1):
        row = row_of_element(element, today, pymarc)
        if row and row.title:
            marc.rows.append(row)
        else:
            marc.refused.append((place, "record_title" if row else "record_broken", b""))
    return marc


def row_of_element(element, today, pymarc=None, identifier=""):
    """One record of MARCXML, or None when it is none."""
    if pymarc is None:
        import pymarc  # noqa: PLC0415, PLW0127 - see above
    from lxml import etree  # noqa: PLC0415

    for child in element.iter():
        if isinstance(child.tag, str) and not child.tag.startswith("{"):
            child.tag = f"{{{_SLIM}}}{child.tag}"
    try:
        records = pymarc.parse_xml_to_array(io.BytesIO(etree.tostring(element, encoding="utf-8")))
    except Exception:  # noqa: BLE001 - see `_read_one`
        return None
    return row_of(records[0], today, identifier) if records and records[0] else None


def flavour(record):
    """marc21 or unimarc, by where the title stands."""
    return "unimarc" if record.get("200") and not record.get("245") else "marc21"


def row_of(record, today, identifier=""):
    """One pymarc record."""
    reader = _unimarc if flavour(record) == "unimarc" else _marc21
    row = reader(record)
    number = _control(record, "001")
    row.identifier = identifier or (f"marc:{_control(record, '003')}:{number}" if number else "")
    if not _control(record, "003") and (row.isbn or row.doi) and not identifier:
        # a running number says nothing outside its own catalogue
        row.identifier = ""
    return row.tidy(today)


def _control(record, tag):
    found = record.get_fields(tag)
    return (found[0].data or "").strip() if found and found[0].data else ""


def _all(record, tags, codes):
    """The wanted subfields of each field, joined."""
    found = (" ".join(text.strip() for code in codes for text in each.get_subfields(code))
             for each in record.get_fields(*tags) if not each.is_control_field())
    return [text.strip(" ") for text in found if text.strip()]


def _first(record, tags, codes):
    return next(iter(_all(record, tags, codes)), "")


def _trim(text):
    return text.strip().rstrip(_ISBD).strip()


def _marc21(record):
    fixed = _control(record, "008")
    dois = [each for each in _all(record, ("024",), "a") if each.startswith("10.")]
    return Harvested(
        title=_trim(_first(record, ("245",), "abnp")),
        creators=[_trim(name) for name in _all(record, ("100", "110", "111", "700", "710"), "a")],
        publisher=_trim(_first(record, ("264", "260"), "b")),
        date=_first(record, ("264", "260"), "c") or fixed[7:11],
        summary=_first(record, ("520",), "ab"),
        isbn=" ".join(_all(record, ("020",), "a")),
        issn=" ".join(_all(record, ("022",), "a")),
        doi=dois[0] if dois else "",
        url=_first(record, ("856",), "u"),
        lang=fixed[35:38] or _first(record, ("041",), "a")[:3],
        type="text" if record.leader[6:7] in "at" else "map" if record.leader[6:7] in "ef" else "",
        subjects=[_trim(word) for word in _all(record, ("600", "610", "650", "651", "653"), "ax")],
        marks=[*(("ddc", mark) for mark in _all(record, ("082",), "a")), *_local_marks(record)],
    )


def _local_marks(record):
    """Field 084 names the scheme in $2; Chinese libraries keep CLC in 084 or 093."""
    for each in record.get_fields("084", "093"):
        scheme = (each.get("2") or ("clc" if each.tag == "093" else "")).lower()
        for mark in each.get_subfields("a"):
            if scheme in ("clc", "ddc", ""):
                yield scheme or None, mark.strip()


def _unimarc(record):
    return Harvested(
        title=_trim(_first(record, ("200",), "aehi")),
        creators=[_trim(name) for name in _all(record, ("701", "700", "702", "710", "711"), "ab")]
        or [_trim(name) for name in _all(record, ("200",), "f")],
        publisher=_trim(_first(record, ("210", "214"), "c")),
        date=_first(record, ("210", "214"), "d"),
        summary=_first(record, ("330",), "a"),
        isbn=" ".join(_all(record, ("010",), "a")),
        issn=" ".join(_all(record, ("011",), "a")),
        doi=next((each for each in _all(record, ("017",), "a") if each.startswith("10.")), ""),
        url=_first(record, ("856",), "u"),
        lang=_first(record, ("101",), "a")[:3],
        type="text" if record.leader[6:7] in "ab" else "map" if record.leader[6:7] in "ef" else "",
        subjects=[_trim(word) for word in _all(record, ("600", "601", "605", "606", "607", "610"), "ax")],
        marks=[*(("clc", mark) for mark in _all(record, ("690",), "a")),
               *(("ddc", mark) for mark in _all(record, ("676",), "a"))],
    )
