"""Asks a provider's SUSHI server (COUNTER release 5 and 5.1) for reports.

The server is reached over the guarded fetch only. The customer's keys travel in the address, as the standard wants it,
so https is asked for, and no address stands in an error.
"""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from ..lib.safe_fetch import FetchError, fetch, split_url
from . import counter_report
from .counter_messages import CounterRefused, sentence

SECONDS = 120
MOST_BYTES = counter_report.MOST_BYTES
RETRY_MOST = 24 * 3600
QUEUED, BUSY, NOT_READY, FAILED = 1800, 900, 24 * 3600, 3600
NO_DATA = 3030
_CODES = {
    1000: ("sushi_down", FAILED), 1010: ("sushi_busy", BUSY), 1011: ("sushi_queued", QUEUED),
    1020: ("sushi_too_many", FAILED), 1030: ("sushi_incomplete", None), 2000: ("sushi_requestor", None),
    2010: ("sushi_customer", None), 2011: ("sushi_customer", None), 2020: ("sushi_key", None),
    2030: ("sushi_address", None), 3000: ("sushi_report", None), 3010: ("sushi_report", None),
    3020: ("sushi_dates", None), 3030: ("sushi_no_data", None), 3031: ("sushi_not_ready", NOT_READY),
    3032: ("sushi_gone", None),
}  # fmt: skip
"""What each code of the standard means, and after how many seconds one may ask again."""
_WARNINGS = range(3040, 4000)
"""Codes of reports that came, with something to know."""
_STATUS = {401: ("sushi_key", None), 403: ("sushi_customer", None), 404: ("sushi_not_found", None),
           429: ("sushi_too_many", FAILED), 503: ("sushi_busy", BUSY), 202: ("sushi_queued", QUEUED)}
_FETCH = {"private": "sushi_private", "certificate": "sushi_certificate", "time": "sushi_time"}
_ADDRESS = {"scheme", "host", "port"}


class SushiError(Exception):
    """Why no report came: a code, its parameters, and after how many seconds to ask again (None: not by itself)."""

    def __init__(self, code, params=None, retry_seconds=None):
        super().__init__(sentence(code, params))
        self.code = code
        self.params = params or {}
        self.retry_seconds = retry_seconds


class SushiClient:
    """A provider's server, for one customer.

    :param str url: of the service, up to and without /reports
    :param customer: customer_id; requestor and key as the provider gave them, perhaps empty
    :param allowed: hosts of the own network that may be asked all the same, also without https
    :param get: as `safe_fetch.fetch`
    """

    def __init__(self, url, customer, requestor="", key="", platform="", allowed=(), get=fetch):
        self.url = re.sub(r"/(reports|status|members)/?$", "", (url or "").strip().rstrip("/"))
        self.keys = {
            name: value for name, value in (
                ("customer_id", customer), ("requestor_id", requestor), ("api_key", key), ("platform", platform),
            ) if value
        }  # fmt: skip
        self.allowed, self.get = frozenset(allowed), get
        self._check_address()

    def _check_address(self):
        try:
            target = split_url(self.url)
        except FetchError:
            raise SushiError("sushi_url") from None
        is_inside = target.host in self.allowed or f"{target.host}:{target.port}" in self.allowed
        if target.scheme != "https" and not is_inside:
            raise SushiError("sushi_https")
        if urlsplit(self.url).query:
            raise SushiError("sushi_url")

    def status(self):
        """Whether the service says that it works.

        :return: the note of the provider, perhaps empty
        :raise SushiError: when it does not work
        """
        answer = self._ask("status", self.keys)
        first = answer[0] if isinstance(answer, list) and answer else answer
        if not isinstance(first, dict) or "Service_Active" not in first:
            raise SushiError("sushi_not_json")
        if first["Service_Active"] is not True:
            raise SushiError("sushi_down", retry_seconds=FAILED)
        return str(first.get("Note") or "")[:300]

    def reports(self):
        """Codes of the reports that the provider offers to this customer."""
        answer = self._ask("reports", self.keys)
        if not isinstance(answer, list):
            raise SushiError("sushi_not_json")
        return [str(each["Report_ID"]).upper() for each in answer if isinstance(each, dict) and each.get("Report_ID")]

    def report(self, code, date_from, date_to):
        """One report.

        :param str code: TR, DR …
        :param date_from: date in the first month; date_to in the last
        :return: counter_report.Report
        :raise SushiError: with no report; CounterRefused when it came and cannot be read
        """
        last = (date_to.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        dates = {"begin_date": f"{date_from:%Y-%m-01}", "end_date": last.isoformat()}
        answer = self._ask(f"reports/{code.lower()}", {**self.keys, **dates})
        if isinstance(answer, list) and len(answer) == 1:
            answer = answer[0]
        if not isinstance(answer, dict) or not isinstance(answer.get("Report_Header"), dict):
            raise SushiError("sushi_not_json")
        report = counter_report.build(*counter_report.counter_json.read(answer))
        if report.report != code.upper():
            raise CounterRefused("unknown_report", {"report": report.report})
        return report

    def _ask(self, path, query):
        """The JSON of an address of the service; an error in it is raised."""
        try:
            answer = self.get(
                f"{self.url}/{path}?{urlencode(query)}", allowed=self.allowed, seconds=SECONDS,
                most_bytes=MOST_BYTES, headers={"Accept": "application/json"}, redirects=3,
            )  # fmt: skip
        except FetchError as error:
            raise _unreached(error.code) from None
        retry = _retry_after(answer.headers.get("retry-after"))
        try:
            found = json.loads(answer.body.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            found = None
        self._raise_exceptions(found, retry)
        if answer.status != 200:
            code, seconds = _STATUS.get(answer.status, ("sushi_status", FAILED if answer.status >= 500 else None))
            raise SushiError(code, {"status": answer.status} if code == "sushi_status" else {}, retry or seconds)
        if found is None:
            raise SushiError("sushi_not_json")
        return found

    def _raise_exceptions(self, found, retry):
        """Raise the first exception in an answer that stands for a missing report."""
        for number, words in _exceptions(found):
            if number in _CODES:
                code, seconds = _CODES[number]
                raise SushiError(code, {}, max(retry or 0, seconds) if seconds else None)
            if number not in _WARNINGS and number >= 1000:
                raise SushiError("sushi_error", {"words": self._without_keys(words)[:300]})

    def _without_keys(self, words):
        """What the provider says, without the secrets that it may say back."""
        from ..lib.mask import mask

        return mask(words, [self.keys.get("api_key"), self.keys.get("requestor_id")])


def _unreached(code):
    if code in _ADDRESS:
        return SushiError("sushi_url")
    if code == "size":
        return SushiError("sushi_size", {"limit": MOST_BYTES // 1_000_000})
    lasting = code in ("private", "certificate")
    return SushiError(_FETCH.get(code, "sushi_unreachable"), {}, None if lasting else FAILED)


def _exceptions(found):
    """(code, message) of each exception that an answer holds, wherever providers put them."""
    if isinstance(found, dict):
        header = found.get("Report_Header")
        places = [found, found.get("Exception"), found.get("Exceptions")]
        if isinstance(header, dict):
            places += [header.get("Exceptions"), header.get("Exception")]
    else:
        places = [found]
    for place in places:
        for each in place if isinstance(place, list) else [place]:
            if isinstance(each, dict) and str(each.get("Code", "")).isdecimal():
                yield int(each["Code"]), str(each.get("Message") or "")


def _retry_after(text):
    """Seconds of a Retry-After header; None where there is none in seconds."""
    text = (text or "").strip()
    return min(int(text), RETRY_MOST) if text.isdecimal() and len(text) < 9 else None
