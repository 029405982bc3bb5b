"""What a server answered, made safe to read: unpacked within limits, in one encoding, without own definitions."""

import codecs
import email.utils
import re
import zlib

from lxml import etree

from .harvest_messages import HarvestError

MOST_UNPACKED = 20_000_000
_ENTITY = re.compile(r"<!ENTITY|<!DOCTYPE[^>\[]{0,2000}\[", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,2000}>", re.IGNORECASE)
_HTML = re.compile(r"^\s*(<!doctype html|<html)", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252", "latin-1": "cp1252"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STATUS = {401: "login", 403: "login", 404: "not_found", 410: "not_found", 429: "busy", 503: "busy"}


def body_of(fetched, now):
    """The bytes of an answer, unpacked.

    :param fetched: `lib.safe_fetch.Fetched`
    :param now: aware datetime, for a Retry-After that names a moment
    :return: (bytes, whether it is cut off)
    :raise HarvestError: when it is no answer that can be read
    """
    if fetched.status != 200:
        raise HarvestError(
            _STATUS.get(fetched.status, "status"), {"status": fetched.status},
            retry_after(fetched.headers.get("retry-after"), now) if fetched.status in (429, 503) else None)
    packed = "gzip" in fetched.headers.get("content-encoding", "").lower() or fetched.body[:2] == b"\x1f\x8b"
    if not packed:
        return fetched.body, fetched.is_cut
    if fetched.body[:2] != b"\x1f\x8b":
        # says that it is packed, and is not: what it holds is what counts
        if fetched.body.lstrip()[:1] == b"<":
            return fetched.body, fetched.is_cut
        raise HarvestError("garbled")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(fetched.body, MOST_UNPACKED)
    except zlib.error:
        raise HarvestError("garbled") from None
    return body, bool(unpacker.unconsumed_tail) or not unpacker.eof


def retry_after(value, now):
    """Seconds that a server asks us to wait, or None."""
    value = (value or "").strip()
    if re.fullmatch(r"\d{1,9}", value):
        return int(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max(0, int((moment - now).total_seconds())) if moment.tzinfo else None
    except (TypeError, ValueError, IndexError):
        return None


def text_of(body, content_type=""):
    """An XML answer as text in UTF-8, without document type.

    :raise HarvestError: entities, html_page or not_xml
    """
    encoding = next((name for mark, name in _BOMS if body.startswith(mark)), None)
    if not encoding:
        declared = _DECLARED.search(body[:400])
        charset = re.search(r"charset=[\"']?([\w.-]{1,40})", content_type or "")
        name = (declared[1].decode("ascii") if declared else charset[1] if charset else "utf-8").lower()
        encoding = _WIDER.get(name, name)
        if b"\0" in body[:4]:
            encoding = "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        text = body.decode("utf-8", "replace")
    text = text.lstrip("\ufeff").replace("\0", "")
    if _ENTITY.search(text):
        raise HarvestError("entities")
    if _HTML.match(text[:500]):
        raise HarvestError("html_page")
    return _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)


def tree_of(text, recover=False):
    """The root element of an XML text; nothing is looked up, expanded or fetched.

    :raise HarvestError: not_xml
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False,
        remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise HarvestError("not_xml") from None
    if root is None:
        raise HarvestError("not_xml")
    return root


def local(element):
    """The name of an element without its namespace; an empty text for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
