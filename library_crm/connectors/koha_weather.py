"""Asking a server that may be slow, busy, broken or somebody else; what comes back is JSON or an ApiRefused.

No text of an error names the question, the account or the secret: only codes and numbers leave this file.
"""

import json
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from .messages import ApiRefused

_REDIRECTS = 3
_REFUSALS = {400: "api_bad_query", 401: "api_unauthorised", 403: "api_forbidden", 404: "api_not_found"}
_SECONDS_PER_ANSWER = 600  # a server that drips is given up


class _Again(Exception):
    """This try failed in a way that may pass; `wait` is what the server asked for."""

    def __init__(self, refusal, wait=None):
        super().__init__(refusal.code)
        self.refusal, self.wait = refusal, wait


class Answers:
    """Asks, waits and asks again; see KohaClient for the arguments."""

    def __init__(self, session, sleep, timeout, tries, longest_wait, largest_answer, now, jitter):
        if session is None:
            import requests

            session = requests.Session()
            # what the machine keeps for other servers (.netrc) must not reach this one
            session.trust_env = False
        self.session, self.sleep, self.timeout, self.tries = session, sleep, timeout, tries
        self.longest_wait, self.largest_answer, self.now, self.jitter = longest_wait, largest_answer, now, jitter

    def get(self, url, params, headers, name):
        """The JSON of an answer and its headers.

        :param name: how to call the service in a message
        :raises ApiRefused: when it cannot be had
        """
        return self._patiently("GET", url, name, params=params, headers={"Accept": "application/json", **headers})

    def post(self, url, form, name):
        """The JSON that a form brings, and the headers."""
        return self._patiently("POST", url, name, data=form, headers={"Accept": "application/json"})

    def _patiently(self, method, url, name, **options):
        for attempt in range(self.tries):
            try:
                return self._once(method, url, name, options)
            except _Again as again:
                refusal = again.refusal
                wait = again.wait if again.wait is not None else min(2 ** attempt, self.longest_wait)
                if wait > self.longest_wait or attempt == self.tries - 1:
                    retry_at = self.now() + timedelta(seconds=min(max(wait, 1), 86_400))
                    raise ApiRefused(refusal.code, refusal.params, retry_at) from None
                self.sleep(wait + self.jitter() * min(wait, 5) / 2)
        raise AssertionError("the last try returns or raises")

    def _once(self, method, url, name, options):
        for _hop in range(_REDIRECTS + 1):
            response = self._send(method, url, options)
            with response:
                if 300 <= response.status_code < 400 and response.headers.get("Location"):
                    url = self._same_server(url, response.headers["Location"])
                    options = {**options, "params": None}
                    continue
                self._judge(response, name)
                return self._json(self._body(response)), response.headers
        raise ApiRefused("api_redirect")

    def _send(self, method, url, options):
        import requests

        try:
            return self.session.request(method, url, timeout=self.timeout, allow_redirects=False, stream=True,
                                        **options)
        except requests.Timeout:
            raise _Again(ApiRefused("api_timeout")) from None
        except requests.ConnectionError:
            raise _Again(ApiRefused("api_unreachable")) from None
        except (requests.RequestException, ValueError, UnicodeError):
            raise ApiRefused("api_unreachable") from None

    @staticmethod
    def _same_server(url, location):
        """Where a redirect leads, if that is the same server by a way that is no less safe."""
        try:
            target = urljoin(url, location)
            old, new = urlsplit(url), urlsplit(target)
            same = old.hostname == new.hostname and (
                (old.scheme, old.port) == (new.scheme, new.port)
                or old.scheme == "http" and new.scheme == "https" and new.port in (None, 443))
        except ValueError:
            same = False
        if not same:
            raise ApiRefused("api_redirect")
        return target

    def _judge(self, response, name):
        status = response.status_code
        if status in _REFUSALS:
            raise ApiRefused(_REFUSALS[status], {"path": name} if status == 404 else {})
        if status in (429, 503):
            raise _Again(ApiRefused("api_busy"), _retry_after(response.headers.get("Retry-After"), self.now()))
        if status >= 500:
            raise _Again(ApiRefused("api_failed", {"status": status}))
        if status != 200:
            raise ApiRefused("api_failed", {"status": status})

    def _body(self, response):
        import requests

        limit, pieces, size, begun = self.largest_answer, [], 0, self.now()
        try:
            for piece in response.iter_content(1 << 16):
                size += len(piece)
                if size > limit:
                    raise ApiRefused("api_too_large", {"limit": max(limit // 1_000_000, 1)})
                if (self.now() - begun).total_seconds() > _SECONDS_PER_ANSWER:
                    raise _Again(ApiRefused("api_timeout"))
                pieces.append(piece)
        except requests.exceptions.ConnectionError as error:
            # a time-out in the middle of an answer comes as a connection error
            code = "api_timeout" if "timed out" in str(error).lower() else "api_not_json"
            raise _Again(ApiRefused(code)) from None
        except requests.RequestException:
            raise _Again(ApiRefused("api_not_json")) from None
        return b"".join(pieces)

    @staticmethod
    def _json(body):
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise _Again(ApiRefused("api_not_json")) from None


def _retry_after(text, now):
    """Seconds to wait: from a number or a date; None when the server does not say."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not isinstance(moment, datetime):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max((moment - now).total_seconds(), 0)
