"""A client of OAI-PMH 2.0 that expects servers to forget, to repeat themselves and to be tired."""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit

from .dublin_core import row_of
from .harvest_answer import body_of, local, text_of, tree_of
from .harvest_messages import HarvestError
from .harvested import Harvested
from .marc_file import row_of_element

MOST_BYTES = 16_000_000
SECONDS = 60
MOST_SETS = 200
MOST_SET_PAGES = 5
FORMATS = ("oai_dc", "marcxml", "marc21")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


@dataclass
class Identity:
    """What a repository says about itself."""

    name: str
    granularity: str
    earliest: str
    deleted: str


@dataclass
class Page:
    """One page of a list.

    `token` is empty on the last page; `mark` is the same for the same records; `code` says what a person should know.
    """

    rows: list[Harvested] = field(default_factory=list)
    token: str = ""
    mark: str = ""
    moment: str = ""
    code: str | None = None
    refused: int = 0


class BadToken(HarvestError):
    """The repository does not know the token any more."""

    def __init__(self):
        super().__init__("restarted")


def address(base, **arguments):
    """The address of a request; a question mark in the base address is kept."""
    parts = urlsplit(base)
    query = "&".join(filter(None, [parts.query, urlencode({key: value for key, value in arguments.items() if value})]))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def list_records(ask, base, now, *, token=None, prefix="oai_dc", set_spec=None, since=None):
    """One page of records.

    :param ask: function of an address that gives `lib.safe_fetch.Fetched`
    :param now: aware datetime
    :param token: where the list goes on
    :param since: from when, in the granularity of the repository
    :return: Page
    :raise BadToken: when the list has to be begun again
    :raise HarvestError: for all else that is no answer
    """
    if token:
        arguments = {"verb": "ListRecords", "resumptionToken": token}
    else:
        arguments = {"verb": "ListRecords", "metadataPrefix": prefix, "set": set_spec, "from": since}
    root, code = _ask(ask, base, now, arguments)
    moment = _moment(root)
    error = _error(root)
    if error == "noRecordsMatch":
        return Page(moment=moment)
    if error == "badResumptionToken":
        raise BadToken
    _refuse(root, error)
    listed = next((element for element in root if local(element) == "ListRecords"), None)
    if listed is None:
        if code:
            return Page(moment=moment, code=code)
        raise HarvestError("not_oai")
    return _page(listed, moment, code, now.date())


def _page(listed, moment, code, today):
    page = Page(moment=moment, code=code)
    digest = hashlib.sha1(usedforsecurity=False)
    for element in listed:
        if local(element) == "resumptionToken":
            page.token = (element.text or "").strip()
        elif local(element) == "record":
            row = _row(element, today)
            if row:
                digest.update(f"{row.identifier}\n{row.title}\n".encode("utf-8", "replace"))
                page.rows.append(row)
            else:
                page.refused += 1
    page.mark = digest.hexdigest()[:16] if page.rows else ""
    return page


def _row(record, today):
    """One record of a list, or None when it says nothing."""
    header = _child(record, "header")
    identifier = (_text(header, "identifier") if header is not None else "")[:300]
    if not identifier:
        return None
    if header.get("status") == "deleted":
        return Harvested(identifier=identifier, is_deleted=True)
    metadata = _child(record, "metadata")
    content = next((child for child in metadata if local(child)), None) if metadata is not None else None
    if content is None:
        return None
    marc = local(content) == "record" or local(content) == "collection"
    row = row_of_element(content, today, identifier=identifier) if marc else row_of(content, today, identifier)
    return row if row and row.title else None


def identify(ask, base, now):
    """What the repository says about itself."""
    root, _code = _ask(ask, base, now, {"verb": "Identify"})
    _refuse(root, _error(root))
    found = _child(root, "Identify")
    if found is None:
        raise HarvestError("not_oai")
    return Identity(
        _text(found, "repositoryName")[:200], _text(found, "granularity") or "YYYY-MM-DD",
        _text(found, "earliestDatestamp"), _text(found, "deletedRecord") or "no")


def list_formats(ask, base, now):
    """The prefixes of the formats that the repository offers."""
    root, _code = _ask(ask, base, now, {"verb": "ListMetadataFormats"})
    _refuse(root, _error(root))
    return [_text(each, "metadataPrefix") for each in root.iter() if local(each) == "metadataFormat"]


def list_sets(ask, base, now):
    """[(spec, name)] of the first sets; an empty list when there are none."""
    sets, token = [], None
    for _number in range(MOST_SET_PAGES):
        arguments = {"verb": "ListSets"} | ({"resumptionToken": token} if token else {})
        root, _code = _ask(ask, base, now, arguments)
        if _error(root):
            break
        sets += [(_text(each, "setSpec"), _text(each, "setName")) for each in root.iter() if local(each) == "set"]
        tokens = [(each.text or "").strip() for each in root.iter() if local(each) == "resumptionToken"]
        if not tokens or not tokens[0] or tokens[0] == token or len(sets) >= MOST_SETS:
            break
        token = tokens[0]
    return sets[:MOST_SETS]


def since(cursor, granularity):
    """A moment in the granularity of a repository."""
    return (cursor or "")[:10] if "T" not in (granularity or "") else cursor


def _ask(ask, base, now, arguments):
    """The root of an answer and what a person should know of how it could be read."""
    fetched = ask(address(base, **arguments))
    body, is_cut = body_of(fetched, now)
    text = text_of(body, fetched.headers.get("content-type", ""))
    code = "cut" if is_cut else None
    try:
        root = tree_of(text)
    except HarvestError:
        root = tree_of(text, recover=True)
        code = code or "damaged"
    if local(root) != "OAI-PMH":
        raise HarvestError("not_oai")
    return root, code


def _error(root):
    return next((element.get("code") or "unknown" for element in root if local(element) == "error"), None)


def _refuse(root, error):
    if not error:
        return
    code = {"cannotDisseminateFormat": "bad_format", "noSetHierarchy": "no_sets"}.get(error, "oai_error")
    raise HarvestError(code, {"error": re.sub(r"[^\w ]", "", error)[:60]} if code == "oai_error" else None)


def _moment(root):
    said = _text(root, "responseDate")
    return said if _MOMENT.fullmatch(said) else ""


def _child(element, name):
    return next((child for child in element if local(child) == name), None)


def _text(element, name):
    found = _child(element, name)
    return " ".join((found.text or "").split()) if found is not None else ""
