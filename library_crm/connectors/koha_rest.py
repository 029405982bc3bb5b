"""Koha's REST API, read page by page: patrons and checkouts since a moment, through any kind of weather."""

import base64
import contextlib
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ..lib import import_dates
from .koha_columns import COLUMNS, canonical
from .koha_weather import Answers
from .messages import ApiRefused

if TYPE_CHECKING:
    import pandas

API = "/api/v1"
# of a checkout nothing else leaves this file: notes and titles are not ours to know
CHECKOUT_FIELDS = ("checkout_id", "patron_id", "item_id", "library_id", "checkout_date", "last_renewed_date",
                   "renewals_count", "onsite_checkout", "timestamp", "call_number")
# of these a page without records has columns
_ALWAYS = ("patron_id", "surname", "library_id", "category_id", "checkout_id", "checkout_date")
_PAGES = 1_000_000
_ITEMS = 200  # call numbers asked for at once


@dataclass(frozen=True)
class BasicAuth:
    """A staff account of Koha."""

    user: str
    secret: str

    def __repr__(self):
        return "BasicAuth(…)"


@dataclass(frozen=True)
class ClientCredentials:
    """An API key of Koha: OAuth2 client credentials."""

    client_id: str
    secret: str

    def __repr__(self):
        return "ClientCredentials(…)"


@dataclass
class Page:
    """One page of records as a frame of strings with the API's own names, ready for `koha_patrons.normalise` or
    `koha_circulation.normalise`; its index counts the records of all pages from 1.

    `number` counts from 1; `next_number` is None after the last page; `total` may be None when the server keeps quiet;
    `newest` is the latest change (aware UTC datetime) met so far: the `updated_since` of the next fetch.
    """

    number: int
    next_number: int | None
    total: int | None
    frame: "pandas.DataFrame"
    newest: datetime | None


class KohaClient:
    """Reads one Koha server.

    :param base_url: http(s)://server[:port][/path], with or without /api/v1
    :param auth: BasicAuth or ClientCredentials
    :param session: requests.Session to use; a new one when None
    :param sleep: how to wait between tries; `tries` in all, never longer than `longest_wait` seconds: a server that
        asks for more gets an ApiRefused with `retry_at`, so that a job can come back instead of holding a worker
    :param now: tells the time as an aware datetime
    :raises ApiRefused: api_bad_url
    """

    def __init__(self, base_url, auth, session=None, sleep=time.sleep, *, timeout=(10, 60), tries=5, longest_wait=60,
                 largest_answer=50_000_000, now=None, jitter=random.random):
        self.base_url = _checked_url(base_url)
        self.auth = auth
        self.answers = Answers(session, sleep, timeout, tries, longest_wait, largest_answer,
                               now or (lambda: datetime.now(timezone.utc)), jitter)
        self._token, self._token_until = None, None

    def patrons(self, updated_since: datetime | None = None, per_page: int = 500, *, first_page: int = 1,
                overlap: timedelta = timedelta(days=1)) -> Iterator[Page]:
        """Patrons changed since a moment (all when None), in the order of their number.

        :param overlap: how much earlier to ask, for clocks and zones that differ; a row met twice changes nothing
        :raises ApiRefused: when the server cannot be asked now; what was yielded before is good
        """
        params = {"_order_by": "+patron_id", **_since("updated_on", updated_since, overlap)}
        fields = [name for name, target in COLUMNS.items() if target.kind != "ignored"]
        return self._pages("/patrons", params, per_page, first_page, lambda key: canonical(key) in fields,
                           "updated_on", {"x-koha-embed": "extended_attributes"})

    def checkouts(self, updated_since: datetime | None = None, per_page: int = 500, *, returned: bool = False,
                  first_page: int = 1, overlap: timedelta = timedelta(days=1),
                  call_numbers: bool = True) -> Iterator[Page]:
        """Loans changed since a moment: those that are out, or those that came back (`returned`).

        :param call_numbers: ask for the items' call numbers too, from which classes are told; a server that does not
            allow it gives loans without class
        """
        params = {"_order_by": "+checkout_id", **_since("timestamp", updated_since, overlap)}
        if returned:
            params["checked_in"] = "true"
        for page in self._pages("/checkouts", params, per_page, first_page, set(CHECKOUT_FIELDS).__contains__,
                                "timestamp", {}):
            if call_numbers and len(page.frame):
                call_numbers = self._add_call_numbers(page.frame)
            yield page

    def check(self) -> int:
        """How many patrons the server has for us: a cheap test of address, account and rights.

        :raises ApiRefused: with what is wrong
        """
        records, headers = self._records("/patrons", {"_page": 1, "_per_page": 1}, {})
        return _total(headers) or len(records)

    # pages -------------------------------------------------------------------------------------------------------

    def _pages(self, path, params, per_page, first_page, wanted, changed, headers):
        newest, before = None, None
        for number in range(first_page, first_page + _PAGES):
            query = {**params, "_page": number, "_per_page": per_page}
            try:
                records, found = self._records(path, query, headers)
            except ApiRefused as error:
                if error.code != "api_bad_query" or not headers:
                    raise
                # an older Koha does not know what can be embedded
                headers = {}
                records, found = self._records(path, query, headers)
            if records and records == before:
                raise ApiRefused("api_bad_records")
            before = records
            moments = [_moment(record.get(changed)) for record in records]
            newest = max(filter(None, [newest, *moments]), default=None)
            following = number + 1 if records and _has_next(found, number, per_page, len(records)) else None
            frame = _frame(records, wanted, (number - 1) * per_page + 1)
            yield Page(number, following, _total(found), frame, newest)
            if following is None:
                return

    def _records(self, path, params, headers):
        """A list of records and the headers of the answer."""
        records, found = self._answer(path, params, headers)
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise ApiRefused("api_bad_records")
        return records, found

    def _add_call_numbers(self, frame):
        """Put the call number of each item into a frame of checkouts; False when the server does not tell them."""
        marks = {}
        items = [item for item in dict.fromkeys(frame["item_id"]) if item] if "item_id" in frame else []
        for begin in range(0, len(items), _ITEMS):
            part = items[begin:begin + _ITEMS]
            query = {"q": json.dumps({"item_id": [int(item) for item in part if item.isdigit()]}), "_page": 1,
                     "_per_page": _ITEMS}
            try:
                records, _headers = self._records("/items", query, {})
            except ApiRefused as error:
                if error.code in ("api_forbidden", "api_not_found", "api_bad_query", "api_bad_records"):
                    return False
                raise
            marks.update((str(record.get("item_id")), _text(record.get("callnumber"))) for record in records)
        frame["call_number"] = [marks.get(item, "") for item in frame.get("item_id", [""] * len(frame))]
        return True

    # the account -------------------------------------------------------------------------------------------------

    def _answer(self, path, params, headers):
        for last in (False, True):
            try:
                return self.answers.get(self.base_url + API + path, params, {**headers, **self._authorisation()}, path)
            except ApiRefused as error:
                # a token may have been withdrawn before its time: one new one is tried
                if last or error.code != "api_unauthorised" or not self._token:
                    raise
                self._token = None
        raise AssertionError("the second try returns or raises")

    def _authorisation(self):
        if isinstance(self.auth, BasicAuth):
            pair = base64.b64encode(f"{self.auth.user}:{self.auth.secret}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        if self._token is None or self.answers.now() >= self._token_until:
            self._fetch_token()
        return {"Authorization": f"Bearer {self._token}"}

    def _fetch_token(self):
        form = {"grant_type": "client_credentials", "client_id": self.auth.client_id,
                "client_secret": self.auth.secret}
        try:
            answer, _headers = self.answers.post(f"{self.base_url}{API}/oauth/token", form, "/oauth/token")
        except ApiRefused as error:
            if error.code in ("api_forbidden", "api_bad_query"):
                raise ApiRefused("api_unauthorised") from None
            raise
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isprintable() or not token.isascii():
            raise ApiRefused("api_bad_records")
        seconds = answer.get("expires_in")
        seconds = seconds if isinstance(seconds, (int, float)) and 0 < seconds < 10**8 else 300
        self._token = token
        # a little early, so that it does not run out on the way
        self._token_until = self.answers.now() + timedelta(seconds=seconds * 0.9)


def _checked_url(url):
    try:
        parts = urlsplit((url or "").strip())
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in parts.netloc):
        raise ApiRefused("api_bad_url")
    return urljoin(f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/").removesuffix(API)).rstrip("/")


def _since(field, moment, overlap):
    """The question for what changed since a moment."""
    if moment is None:
        return {}
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)) - overlap
    return {"q": json.dumps({field: {">=": moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")}})}


def _has_next(headers, number, per_page, count):
    link = headers.get("Link")
    if link:
        return 'rel="next"' in link or "rel=next" in link
    total = _total(headers)
    if total is not None:
        return number * per_page < total
    return count >= per_page


def _total(headers):
    text = headers.get("X-Total-Count", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _moment(value):
    found = import_dates.parse_one(value, None, True) if isinstance(value, str) else None
    return found.replace(tzinfo=timezone.utc) if found else None


def _frame(records, wanted, first):
    import pandas as pd

    keys = (key for record in records for key in record) if records else _ALWAYS
    names = [key for key in dict.fromkeys(keys) if wanted(key)]
    table = {name: [_text(record.get(name)) for record in records] for name in names}
    return pd.DataFrame(table, index=pd.RangeIndex(first, first + len(records)), columns=names, dtype=object)


def _text(value):
    """A value of JSON as the text that a CSV file would have."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        with contextlib.suppress(ValueError, RecursionError):
            return _text(json.dumps(value, ensure_ascii=False))
    if isinstance(value, (str, int, float)):
        return str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return ""
