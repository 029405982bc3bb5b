"""OAI-PMH 2.0 as a server speaks it: requests read, dates, resumption tokens, answers as XML.

Nothing here knows what is in the repository.
"""

import base64
import binascii
import datetime
import hashlib
import hmac
import json
import re
from typing import NamedTuple

from lxml import etree

OAI = "http://www.openarchives.org/OAI/2.0/"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PREFIX = "oai_dc"

# verb: (arguments it needs, arguments it takes besides, whether a resumption token may stand alone)
VERBS = {
    "Identify": ((), (), False),
    "ListMetadataFormats": ((), ("identifier",), False),
    "ListSets": ((), (), True),
    "GetRecord": (("identifier", "metadataPrefix"), (), False),
    "ListIdentifiers": (("metadataPrefix",), ("from", "until", "set"), True),
    "ListRecords": (("metadataPrefix",), ("from", "until", "set"), True),
}
_WORD = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPOSITORY = re.compile(r"[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+")


class OaiError(Exception):
    """What a request is refused with.

    :ivar code: one of the protocol's error codes
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Record(NamedTuple):
    """An item: its header and, unless it was deleted, its Dublin Core as [(element, text, language or None)]."""

    identifier: str
    stamp: datetime.datetime
    sets: tuple
    is_deleted: bool
    elements: list


class Token(NamedTuple):
    """A resumption token as it stands in an answer; `value` is empty on the last page."""

    value: str
    expires: datetime.datetime | None
    size: int
    cursor: int


def read_request(pairs):
    """The checked arguments of a request.

    :param pairs: [(name, value)] as they came, repeated ones included
    :return: dict of str with the verb
    :raise OaiError: badVerb or badArgument
    """
    names = [name for name, _value in pairs]
    given = dict(pairs)
    verb = given.pop("verb", None)
    if verb not in VERBS or names.count("verb") != 1:
        raise OaiError("badVerb", "The verb is missing, unknown or given twice.")
    needed, others, resumes = VERBS[verb]
    if len(set(names)) != len(names):
        raise OaiError("badArgument", "An argument is given twice.")
    if resumes and "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "resumptionToken stands alone.")
        return {"verb": verb, **given}
    if unknown := set(given) - set(needed) - set(others):
        raise OaiError("badArgument", f"{verb} does not take {len(unknown)} of the arguments.")
    if missing := [name for name in needed if name not in given]:
        raise OaiError("badArgument", f"{verb} needs {', '.join(missing)}.")
    _check_values(given)
    return {"verb": verb, **given}


def _check_values(given):
    if "metadataPrefix" in given and not _WORD.fullmatch(given["metadataPrefix"]):
        raise OaiError("badArgument", "metadataPrefix has characters that no prefix has.")
    if "set" in given and not _SET.fullmatch(given["set"]):
        raise OaiError("badArgument", "set is not a setSpec.")
    if "identifier" in given and not _URI.fullmatch(given["identifier"]):
        raise OaiError("badArgument", "identifier is not a URI.")
    start, end = (read_date(given.get(name)) for name in ("from", "until"))
    if start and end:
        if len(given["from"]) != len(given["until"]):
            raise OaiError("badArgument", "from and until differ in granularity.")
        if start > end:
            raise OaiError("badArgument", "from is later than until.")


def read_date(text):
    """The first second of a day, or the second, that an argument names; None without one.

    :raise OaiError: badArgument
    """
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return datetime.datetime.strptime(text, "%Y-%m-%d")
        if _SECOND.fullmatch(text):
            return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        pass
    raise OaiError("badArgument", "Dates are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")


def read_end(text):
    """The last second that `until` covers; None without one."""
    moment = read_date(text)
    if moment and _DAY.fullmatch(text):
        return moment + datetime.timedelta(days=1, seconds=-1)
    return moment


def write_date(moment):
    """A moment (naive UTC) in the protocol's words."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_token(secret, state, expires):
    """A resumption token that carries what it resumes, and that nobody else can make.

    :param bytes secret: key of this database
    :param dict state: plain values
    :param datetime expires: naive UTC
    """
    body = json.dumps({**state, "x": write_date(expires)}, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_seal(secret, body))}"


def read_token(secret, token, now):
    """What a token of ours carries.

    :raise OaiError: badResumptionToken for what is forged, broken or expired
    """
    head, _dot, seal = (token or "").partition(".")
    try:
        body = base64.urlsafe_b64decode(head.encode("ascii") + b"=" * (-len(head) % 4))
        given = base64.urlsafe_b64decode(seal.encode("ascii") + b"=" * (-len(seal) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        body, given = b"", b""
    if not body or not hmac.compare_digest(given, _seal(secret, body)):
        raise OaiError("badResumptionToken", "The token is not one of ours.")
    state = json.loads(body)
    if read_date(state.pop("x")) < now:
        raise OaiError("badResumptionToken", "The token has expired: please start again.")
    return state


def _seal(secret, body):
    return hmac.new(secret, body, hashlib.sha256).digest()[:18]


def _text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def set_word(code):
    """A class mark as a part of a setSpec; other characters become ~ and their code."""
    return re.sub(r"[^A-Za-z0-9\-_.!*'()]", lambda found: "".join(f"~{byte:02X}" for byte in found[0].encode()), code)


def read_set_word(word):
    """The class mark of a part of a setSpec; None for what `set_word` does not make."""
    try:
        raw = re.sub(rb"~([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), word.encode())
        code = raw.decode()
    except UnicodeDecodeError:
        return None
    return code if set_word(code) == word and "\0" not in code else None


def is_repository_name(domain):
    """Whether a domain can stand in the scheme of oai identifiers."""
    return bool(_REPOSITORY.fullmatch(domain))


def takes_gzip(accepted):
    """Whether an Accept-Encoding header allows gzip."""
    parts = [part.replace(" ", "").lower() for part in (accepted or "").split(",")]
    return any(part.split(";")[0] == "gzip" and not part.endswith(("q=0", "q=0.0")) for part in parts)


def clean(text):
    """`text` without the characters that XML cannot carry."""
    return _NOT_XML.sub("", text or "")


# Answers


def answer(base_url, now, arguments, fill):
    """A whole answer.

    :param dict arguments: checked arguments, which the answer repeats; None when there are none to repeat
    :param fill: called with the root; adds what the verb asks for
    :return: bytes
    """
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI} {OAI}OAI-PMH.xsd")
    _add(root, "responseDate", write_date(now))
    request = _add(root, "request", base_url)
    for name, value in (arguments or {}).items():
        request.set(name, clean(value))
    fill(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def fill_error(error):
    """Adds the refusal of a request."""

    def fill(root):
        _add(root, "error", str(error)).set("code", error.code)

    return fill


def fill_identify(name, base_url, emails, earliest, domain, sample):
    """Adds the answer to Identify."""

    def fill(root):
        node = _add(root, "Identify")
        _add(node, "repositoryName", name)
        _add(node, "baseURL", base_url)
        _add(node, "protocolVersion", "2.0")
        for email in emails:
            _add(node, "adminEmail", email)
        _add(node, "earliestDatestamp", write_date(earliest))
        _add(node, "deletedRecord", "persistent")
        _add(node, "granularity", "YYYY-MM-DDThh:mm:ssZ")
        _add(node, "compression", "gzip")
        if is_repository_name(domain):
            scheme = etree.SubElement(
                _add(node, "description"), f"{{{IDENTIFIER}}}oai-identifier", nsmap={None: IDENTIFIER}
            )
            for part, text in (
                ("scheme", "oai"), ("repositoryIdentifier", domain), ("delimiter", ":"), ("sampleIdentifier", sample)
            ):  # fmt: skip
                etree.SubElement(scheme, f"{{{IDENTIFIER}}}{part}").text = text

    return fill


def fill_formats(root):
    """Adds the one format."""
    node = _add(_add(root, "ListMetadataFormats"), "metadataFormat")
    _add(node, "metadataPrefix", PREFIX)
    _add(node, "schema", f"{OAI}oai_dc.xsd")
    _add(node, "metadataNamespace", OAI_DC)


def fill_sets(sets):
    """Adds [(setSpec, name)]."""

    def fill(root):
        node = _add(root, "ListSets")
        for spec, name in sets:
            one = _add(node, "set")
            _add(one, "setSpec", spec)
            _add(one, "setName", name)

    return fill


def fill_record(record):
    """Adds the answer to GetRecord."""

    def fill(root):
        _add_record(_add(root, "GetRecord"), record)

    return fill


def fill_list(verb, records, token=None):
    """Adds a page of records, or of headers."""

    def fill(root):
        node = _add(root, verb)
        for record in records:
            (_add_record if verb == "ListRecords" else _add_header)(node, record)
        if token:
            mark = _add(node, "resumptionToken", token.value)
            mark.set("completeListSize", str(token.size))
            mark.set("cursor", str(token.cursor))
            if token.expires:
                mark.set("expirationDate", write_date(token.expires))

    return fill


def _add(node, name, text=None):
    child = etree.SubElement(node, f"{{{OAI}}}{name}")
    if text is not None:
        child.text = clean(text)
    return child


def _add_header(node, record):
    header = _add(node, "header")
    if record.is_deleted:
        header.set("status", "deleted")
    _add(header, "identifier", record.identifier)
    _add(header, "datestamp", write_date(record.stamp))
    for spec in record.sets:
        _add(header, "setSpec", spec)


def _add_record(node, record):
    one = _add(node, "record")
    _add_header(one, record)
    if record.is_deleted:
        return
    core = etree.SubElement(_add(one, "metadata"), f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC})
    core.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {OAI}oai_dc.xsd")
    for name, text, lang in record.elements:
        if text := clean(text).strip():
            child = etree.SubElement(core, f"{{{DC}}}{name}")
            child.text = text
            if lang:
                child.set(XML_LANG, lang)
