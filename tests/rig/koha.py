"""A Koha that answers as its OpenAPI promises, on a loopback port, with every failure on demand.

::

    with FakeKoha() as koha:
        koha.add_patrons(3)
        koha.weather.append(busy(retry_after=2))          # the next request is refused
        client = KohaClient(koha.url, ClientCredentials("key", "s3cret"))

Two endpoints (`/patrons`, `/checkouts`), the items beside them, and `/oauth/token`; paging with `Link` and
`X-Total-Count`, `q` filters, `_order_by`, embeds, rights, and patrons of other libraries with their values gone.
"""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from .koha_schema import CHECKOUT, ITEM, PATRON

API = "/api/v1"
_COMMON = {"_page", "_per_page", "_match", "_order_by", "q"}
_OPERATORS = {
    "=": lambda value, wanted: value == wanted, "!=": lambda value, wanted: value != wanted,
    ">": lambda value, wanted: value > wanted, ">=": lambda value, wanted: value >= wanted,
    "<": lambda value, wanted: value < wanted, "<=": lambda value, wanted: value <= wanted,
    "-in": lambda value, wanted: value in wanted,
}


class Refusal(Exception):
    """An answer other than a list."""

    def __init__(self, status: int, error: str, code: str | None = None):
        super().__init__(error)
        self.status, self.body = status, {"error": error, **({"error_code": code} if code else {})}


# Weather: a function (handler, the answer it would give as bytes) that answers in its place ---------------------------

def status(code: int, headers: dict | None = None, body: object = None) -> Callable:
    """A plain refusal."""
    def effect(handler, _body):
        handler.send(code, json.dumps(body or {"error": "Something went wrong"}).encode(), headers or {})
    return effect


def busy(retry_after: str | int | None = None, code: int = 429) -> Callable:
    """Too many requests, or under maintenance."""
    return status(code, {} if retry_after is None else {"Retry-After": str(retry_after)})


def html_page(code: int = 200) -> Callable:
    """A page for people, as a proxy or a maintenance script sends it."""
    def effect(handler, _body):
        page = b"<!DOCTYPE html><html><head><title>Koha</title></head><body>Log in to your account</body></html>"
        handler.send(code, page, {}, "text/html; charset=utf-8")
    return effect


def cut_json(promised: bool = False) -> Callable:
    """Half of the records; `promised` announces the whole and hangs up."""
    def effect(handler, body):
        half = body[:len(body) // 2]
        # without the announcement the client would use a connection again that is about to end
        handler.send(200, half, {"Content-Length": str(len(body))} if promised else {"Connection": "close"})
        handler.close_connection = True
    return effect


def slow(seconds: float) -> Callable:
    """The right answer, late."""
    def effect(handler, body):
        time.sleep(seconds)
        with contextlib.suppress(OSError):
            handler.send(200, body, handler.answer_headers)
    return effect


def hang_up() -> Callable:
    """No answer at all."""
    def effect(handler, _body):
        handler.close_connection = True
        handler.connection.close()
    return effect


def redirect(location: str) -> Callable:
    """Another place."""
    return status(302, {"Location": location})


def says(body: bytes, headers: dict | None = None) -> Callable:
    """Any bytes as the answer."""
    def effect(handler, _body):
        handler.send(200, body, headers or {})
    return effect


def fine() -> Callable:
    """The right answer: to place bad weather later."""
    def effect(handler, body):
        handler.send(handler.answer_status, body, handler.answer_headers)
    return effect


class FakeKoha:
    """The server, its records and accounts; a context manager.

    `requests` lists (method, path, {parameter: value}); `weather` is a list of effects, one taken for each request to
    an endpoint (tokens too when `weather_on_tokens`).
    """

    def __init__(self, default_page: int = 20, offset_hours: int = 0):
        self.patrons: list[dict] = []
        self.checkouts: list[dict] = []
        self.returned: list[dict] = []
        self.items: list[dict] = []
        self.accounts = {"api_user": ("pa:ss wörd", {"borrowers", "circulate", "catalogue"})}
        self.clients = {"key": ("s3cret", {"borrowers", "circulate", "catalogue"})}
        self.tokens: dict[str, tuple[float, set]] = {}
        self.token_seconds = 3600
        self.hidden_libraries: set[str] = set()
        self.embeds = {"/patrons": {"extended_attributes"}, "/checkouts": {"issuer", "renewals"}, "/items": set()}
        self.default_page = default_page
        self.zone = timezone(timedelta(hours=offset_hours))
        self.weather: list[Callable] = []
        self.weather_on_tokens = False
        self.requests: list[tuple] = []
        self._server = None

    # life --------------------------------------------------------------------------------------------------------

    def __enter__(self) -> FakeKoha:
        koha = self

        class Handler(_Handler):
            server_koha = koha

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # records -----------------------------------------------------------------------------------------------------

    def moment(self, text: str) -> str:
        """A moment of UTC ("2025-05-01 12:00:00") as this server writes it."""
        found = datetime.fromisoformat(text).replace(tzinfo=timezone.utc).astimezone(self.zone)
        return found.isoformat(timespec="seconds").replace("+00:00", "Z")

    def add_patron(self, patron_id: int, attributes: dict | None = None, **values: object) -> dict:
        """A patron with all fields of the definition; those not given are as Koha leaves them."""
        record = {name: None if kind.partition(":")[0].endswith("?") else {
            "boolean": False, "integer": 1, "string": ""}[kind.partition(":")[0]] for name, kind in PATRON.items()}
        record.update({
            "patron_id": patron_id, "cardnumber": f"C{patron_id:08d}", "surname": f"Surname{patron_id}",
            "firstname": "Jo", "library_id": "MAIN", "category_id": "STU", "lang": "default",
            "check_previous_checkout": "inherit", "updated_on": self.moment("2025-01-01 08:00:00"),
            "incorrect_address": False, "patron_card_lost": False,
        })
        record.update(values)
        record["extended_attributes"] = [
            {"extended_attribute_id": place, "type": code, "value": value}
            for place, (code, value) in enumerate((attributes or {}).items(), patron_id * 10)]
        self.patrons = [each for each in self.patrons if each["patron_id"] != patron_id] + [record]
        return record

    def add_patrons(self, count: int, first: int = 1, **values: object) -> None:
        """Many patrons."""
        for number in range(first, first + count):
            self.add_patron(number, **values)

    def add_checkout(self, checkout_id: int, patron_id: int, item_id: int, moment: str, *, returned: str | None = None,
                     renewed: str | None = None, callnumber: str | None = None, **values: object) -> dict:
        """A loan, and its item if that is new."""
        record = {
            "checkout_id": checkout_id, "patron_id": patron_id, "item_id": item_id, "booking_id": None,
            "external_id": f"B{item_id:010d}", "due_date": self.moment(moment), "library_id": "MAIN", "issuer_id": 1,
            "checkin_date": self.moment(returned) if returned else None, "checkin_library_id": None,
            "last_renewed_date": self.moment(renewed) if renewed else None, "renewals_count": 1 if renewed else 0,
            "unseen_renewals": 0, "auto_renew": False, "auto_renew_error": None,
            "timestamp": self.moment(returned or renewed or moment), "checkout_date": self.moment(moment),
            "onsite_checkout": False, "note": None, "note_date": None, "note_seen": None, **values,
        }
        (self.returned if returned else self.checkouts).append(record)
        if not any(item["item_id"] == item_id for item in self.items):
            self.items.append({"item_id": item_id, "biblio_id": item_id, "external_id": record["external_id"],
                               "callnumber": callnumber, "home_library_id": "MAIN", "item_type_id": "BK",
                               "collection_code": None})
        return record

    # answers -----------------------------------------------------------------------------------------------------

    def answer(self, path: str, params: dict, embeds: list[str], rights: set) -> tuple[list, int]:
        """One page of records and how many there are."""
        if path not in self.embeds:
            raise Refusal(404, "Not found")
        right, schema, records = {
            "/patrons": ("borrowers", PATRON, self.patrons),
            "/checkouts": ("circulate", CHECKOUT, self.checkouts),
            "/items": ("catalogue", ITEM, self.items),
        }[path]
        if right not in rights:
            raise Refusal(403, "Authorization failure. Missing required permission(s).")
        if set(params) - _COMMON - set(schema) - {"checked_in"}:
            raise Refusal(400, "Malformed query string")
        if set(embeds) - self.embeds[path]:
            raise Refusal(400, "Embeddable object not allowed")
        if path == "/checkouts" and params.get("checked_in") in ("1", "true"):
            records = self.returned
        records = [each for each in records if _matches(each, _query(params.get("q")), schema)]
        records = _ordered(records, params.get("_order_by"), schema)
        number, size = int(params.get("_page", 1)), int(params.get("_per_page", self.default_page))
        page = records if size == -1 else records[(number - 1) * size:number * size]
        return [self._shown(each, schema, embeds) for each in page], len(records)

    def _shown(self, record: dict, schema: dict, embeds: list[str]) -> dict:
        shown = {name: value for name, value in record.items() if name in schema or name in embeds}
        if "surname" in schema and record["library_id"] in self.hidden_libraries:
            shown = {name: value if name == "library_id" else None for name, value in shown.items()}
        return shown

    def rights_of(self, header: str) -> set:
        """What whoever sends this header may do."""
        kind, _blank, value = (header or "").partition(" ")
        if kind == "Basic":
            user, _colon, password = base64.b64decode(value).decode("utf-8").partition(":")
            account = self.accounts.get(user)
            if account and account[0] == password:
                return account[1]
        elif kind == "Bearer" and value in self.tokens:
            until, rights = self.tokens[value]
            if time.time() < until:
                return rights
        raise Refusal(401, "Authentication failure.")

    def token(self, form: dict) -> dict:
        """An access token for client credentials."""
        if form.get("grant_type") != "client_credentials":
            raise Refusal(400, "Unimplemented grant type")
        secret, rights = self.clients.get(form.get("client_id"), (None, None))
        if secret is None or form.get("client_secret") != secret:
            raise Refusal(403, "unauthorized_client")
        token = secrets.token_hex(16)
        self.tokens[token] = (time.time() + self.token_seconds, rights)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_koha: FakeKoha

    def do_GET(self) -> None:  # noqa: N802 the name that http.server calls
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        koha, path = self.server_koha, parts.path.removeprefix(API)
        koha.requests.append(("GET", path, params))
        embeds = [each.strip() for each in self.headers.get("x-koha-embed", "").split(",") if each.strip()]
        try:
            rights = koha.rights_of(self.headers.get("Authorization", ""))
            records, total = koha.answer(path, params, embeds, rights)
            self._answer(200, records, self._paging(parts.path, params, total))
        except Refusal as refusal:
            self._answer(refusal.status, refusal.body, {})

    def do_POST(self) -> None:  # noqa: N802
        koha = self.server_koha
        form = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        koha.requests.append(("POST", self.path.removeprefix(API), {}))
        try:
            if self.path != f"{API}/oauth/token":
                raise Refusal(404, "Not found")
            self._answer(200, koha.token(form), {}, is_token=True)
        except Refusal as refusal:
            self._answer(refusal.status, refusal.body, {}, is_token=True)

    def _paging(self, path: str, params: dict, total: int) -> dict:
        size = int(params.get("_per_page", self.server_koha.default_page))
        number, pages = int(params.get("_page", 1)), 1
        if size != -1:
            pages = -(-total // size)
        relations = [(number - 1, "prev")] * (1 < number <= pages) + [(number + 1, "next")] * (number < pages)
        base = f"{self.server_koha.url}{path}?"
        links = [f'<{base}{urlencode({**params, "_page": page, "_per_page": size})}>; rel="{rel}"'
                 for page, rel in [*relations, (1, "first"), (pages, "last")]]
        return {"Link": ",".join(links), "X-Total-Count": str(total), "X-Base-Total-Count": str(total)}

    def _answer(self, code: int, body: object, headers: dict, is_token: bool = False) -> None:
        koha = self.server_koha
        self.answer_status, self.answer_headers = code, headers
        data = json.dumps(body, ensure_ascii=False).encode()
        if koha.weather and (not is_token or koha.weather_on_tokens):
            koha.weather.pop(0)(self, data)
        else:
            self.send(code, data, headers)

    def send(self, code: int, body: bytes, headers: dict, kind: str = "application/json;charset=UTF-8") -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Says nothing on the screen."""


def _query(text: str | None) -> object:
    try:
        return json.loads(text) if text else {}
    except ValueError as error:
        raise Refusal(400, "Malformed query", "invalid_query") from error


def _matches(record: dict, query: object, schema: dict) -> bool:
    if isinstance(query, list):
        return any(_matches(record, each, schema) for each in query)
    for name, wanted in query.items():
        if name not in schema:
            raise Refusal(400, f"Unknown column {name}", "invalid_query")
        tests = wanted if isinstance(wanted, dict) else {"-in" if isinstance(wanted, list) else "=": wanted}
        for operator, value in tests.items():
            if operator not in _OPERATORS:
                raise Refusal(400, "Invalid operator", "invalid_query")
            if not _holds(record[name], operator, value):
                return False
    return True


def _holds(value: object, operator: str, wanted: object) -> bool:
    if value is None:
        return False
    moments = _moment(value), _moment(wanted)
    if all(moments):
        value, wanted = moments
    return _OPERATORS[operator](value, wanted)


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except (ValueError, AttributeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _ordered(records: list, order: str | None, schema: dict) -> list:
    for part in reversed((order or "").split(",") if order else []):
        sign, name = (part[0], part[1:]) if part[:1] in "+- " else ("+", part)
        name = name.removeprefix("me.")
        if name not in schema:
            raise Refusal(400, "Invalid sorting column", "invalid_query")
        records = sorted(records, key=lambda each: (each[name] is None, each[name]), reverse=sign == "-")
    return records
