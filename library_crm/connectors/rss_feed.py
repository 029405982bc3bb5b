"""RSS 0.9 to 2.0, RDF and Atom: the entries of a feed that was fetched."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from ..lib import bib_ids
from .harvest_answer import body_of, text_of
from .harvest_messages import HarvestError
from .harvested import Harvested, plain

MOST_BYTES = 8_000_000
MOST_ENTRIES = 2000
SECONDS = 40
_END = re.compile(r"</(?:[\w.-]{1,30}:)?(?:item|entry)\s{0,9}>")
_ROOT = re.compile(r"<((?:[\w.-]{1,30}:)?(?:rss|feed|RDF))(?=[\s>])")
_URI = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S+", re.IGNORECASE)
ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"


@dataclass
class Feed:
    """What a feed says: its name, its entries, and a code of what a person should know about the reading."""

    name: str
    rows: list[Harvested]
    code: str | None = None
    params: dict | None = None
    etag: str = ""
    last_modified: str = ""


def conditions(etag, last_modified):
    """Headers that let a server say that nothing is new."""
    headers = {"Accept": ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return headers


def read(fetched, now):
    """The feed that a server answered with.

    :param fetched: `lib.safe_fetch.Fetched`, may be cut off
    :param now: aware datetime
    :return: Feed; None when the server says that nothing is new
    :raise HarvestError: when there is nothing that can be read
    """
    if fetched.status == 304:
        return None
    body, is_cut = body_of(fetched, now)
    text = text_of(body, fetched.headers.get("content-type", ""))
    text, is_many, is_open = _shorten(text, is_cut)
    parsed = _parse(text)
    if not parsed.get("version") and not parsed.entries:
        raise HarvestError("not_a_feed")
    host = urlsplit(fetched.url).hostname or ""
    rows = [row for row in (_row(entry, host, now) for entry in parsed.entries) if row.title]
    code, params = None, None
    if is_many:
        code, params = "many", {"limit": MOST_ENTRIES}
    elif is_open:
        code = "cut"
    elif parsed.get("bozo") and not _is_only_encoding(parsed):
        code = "damaged"
    headers = fetched.headers
    return Feed(plain(parsed.feed.get("title"), 200), rows, code, params,
                headers.get("etag", "")[:200], headers.get("last-modified", "")[:100])


def _is_only_encoding(parsed):
    return type(parsed.get("bozo_exception")).__name__ in ("CharacterEncodingOverride", "NonXMLContentType")


def _shorten(text, is_cut):
    """At most MOST_ENTRIES entries, each of them whole.

    :return: (text, whether there were more, whether the end was missing)
    """
    root = _ROOT.search(text[:5000])
    if not root:
        raise HarvestError("not_a_feed")
    ends = [0, *(end.end() for _place, end in zip(range(MOST_ENTRIES + 1), _END.finditer(text), strict=False))]
    is_many = len(ends) > MOST_ENTRIES + 1
    if not is_many and not is_cut:
        return text, False, False
    prefix, _colon, name = root[1].rpartition(":")
    channel = f"</{prefix + ':' if prefix else ''}channel>" if name == "rss" else ""
    return text[: ends[min(len(ends) - 1, MOST_ENTRIES)]] + f"{channel}</{root[1]}>", is_many, not is_many


def _parse(text):
    import feedparser  # noqa: PLC0415 - only the job that harvests needs it

    # the headers tell the encoding for certain, so that nothing is guessed
    return feedparser.parse(
        text.encode("utf-8", "replace"), sanitize_html=False, resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )  # fmt: skip


def _row(entry, host, now):
    """One entry."""
    moment = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    published = _day(moment, now)
    authors = [author.get("name", "") for author in entry.get("authors", ())] or [entry.get("author", "")]
    body = entry.get("summary") or next((part.get("value", "") for part in entry.get("content", ())), "")
    link = entry.get("link", "")
    found = " ".join(str(entry.get(name) or "") for name in ("prism_doi", "dc_identifier", "id", "link"))
    row = Harvested(
        identifier=_identifier(entry.get("id") or "", link, host),
        title=entry.get("title") or plain(body, 80),
        creators=[name for name in authors if name],
        publisher=entry.get("publisher") or entry.get("prism_publicationname") or "",
        summary=body,
        url=link,
        doi=bib_ids.doi(found) or "",
        issn=entry.get("prism_issn", ""),
        date_published=published,
        year=str(published.year) if published else "",
        lang=entry.get("dc_language") or entry.get("language") or "",
        subjects=[tag.get("term") or "" for tag in entry.get("tags", ())],
    )
    return row.tidy(now.date())


def _identifier(guid, link, host):
    """The name of an entry for good: what the feed calls it, or its address."""
    if guid and not _URI.fullmatch(guid):
        # a running number is a name within its own site only
        return f"feed:{host}:{guid}"
    return guid or link


def _day(moment, now):
    """The day of an entry; None for what a program writes when it knows none (1970), and for what is still to come."""
    if not moment:
        return None
    try:
        seconds = calendar.timegm(moment)
        day = datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return day if date(1970, 1, 2) < day <= (now + timedelta(days=2)).date() else None
