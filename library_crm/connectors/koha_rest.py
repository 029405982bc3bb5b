"""Koha's REST API, read page by page: patrons and checkouts since a moment, through any kind of weather."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas


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
    `koha_circulation.normalise`.

    `number` counts from 1; `next_number` is None after the last page; `total` may be None when the server keeps quiet;
    `newest` is the latest `updated_on` (aware UTC datetime) met so far: the `updated_since` of the next fetch.
    """

    number: int
    next_number: int | None
    total: int | None
    frame: "pandas.DataFrame"
    newest: datetime | None


class KohaClient:
    """Reads one Koha server.

    :param base_url: http(s)://server[:port][/path], without /api/v1
    :param auth: BasicAuth or ClientCredentials
    :param session: requests.Session to use; a new one when None
    :param sleep: how to wait between tries; `tries` in all, never longer than `longest_wait` seconds: a server that
        asks for more gets an ApiRefused with `retry_at`, so that a job can come back instead of holding a worker
    """

    def __init__(self, base_url, auth, session=None, sleep=time.sleep, *, timeout=(10, 60), tries=5, longest_wait=60,
                 largest_answer=50_000_000, now=None, jitter=None):
        self.base_url = base_url

    def patrons(self, updated_since: datetime | None = None, per_page: int = 500, *, first_page: int = 1,
                overlap: timedelta = timedelta(days=1)) -> Iterator[Page]:
        """Patrons changed since a moment (all when None), in the order of their number.

        :param overlap: how much earlier to ask, for clocks and zones that differ; a row met twice changes nothing
        :raises ApiRefused: when the server cannot be asked now; what was yielded before is good
        """

    def checkouts(self, updated_since: datetime | None = None, per_page: int = 500, *, returned: bool = False,
                  first_page: int = 1, overlap: timedelta = timedelta(days=1)) -> Iterator[Page]:
        """Loans changed since a moment: those that are out, or those that came back (`returned`)."""

    def check(self) -> int:
        """How many patrons the server has for us: a cheap test of address, account and rights.

        :raises ApiRefused: with what is wrong
        """
