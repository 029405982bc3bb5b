"""Fetching an address that somebody typed, without being sent into the library's own network.

The name is looked up once, every address that comes back must be public, and the connection goes to exactly the
address that was checked; a name server that says something else a moment later changes nothing. Each redirect starts
again from the beginning. One deadline holds for looking up, connecting, the TLS handshake, the headers and the body
together, so a server that sends a byte now and then ends like one that sends nothing.
"""

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

USER_AGENT = "library_crm link check"
REDIRECTS = (301, 302, 303, 307, 308)
PLAIN_PORTS = {"http": 80, "https": 443}
CHUNK = 16384
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Public by number, but set apart (not every Python says so), or where a cloud answers its own machines.
SET_APART = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?", re.ASCII)
_NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)


class FetchError(Exception):
    """Why nothing was fetched; `code` is one of the words below, for whoever has to say it to a person.

    scheme, host, port: the address is none that we fetch; private: it leads inside; name: nobody knows the name;
    connect, certificate, time, size, redirect, answer: what went wrong on the way.
    """

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True)
class Fetched:
    """What a server answered."""

    status: int
    url: str
    headers: dict
    body: bytes
    is_cut: bool


@dataclass(frozen=True)
class Target:
    """An address taken apart, in the one manner in which it is used later."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PLAIN_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self):
        return f"{self.scheme}://{self.netloc}{self.path}"


def is_public(address):
    """Whether an IP address (str) belongs to the internet and to nobody's inside.

    An IPv6 address that carries an IPv4 address is taken for what it carries; the tunnels that could carry one
    further (6to4, Teredo) are refused.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if ip.version == 6:
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip not in GLOBAL_IPV6 or ip.sixtofour or ip.teredo:
            return False
    is_set_apart = ip.is_multicast or ip.is_reserved or any(ip in network for network in SET_APART)
    return ip.is_global and not is_set_apart


def split_url(url):
    """`url` as a Target.

    :raise FetchError: scheme, host or port
    """
    url = (url or "").strip()
    if not url or len(url) > 2000 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise FetchError("host")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise FetchError("host") from None
    scheme = parts.scheme.lower()
    if scheme not in PLAIN_PORTS:
        raise FetchError("scheme", scheme)
    if parts.username is not None or parts.password is not None:
        raise FetchError("host", "a name and password in the address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(scheme, clean_host(host), PLAIN_PORTS[scheme] if port is None else port, path)


def clean_host(host):
    """A host name as a name server is asked for it, or an IP address in its usual form.

    Numbers in any other form (decimal, octal, hexadecimal, short) are refused: readers disagree on what
    they mean.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        raise FetchError("host") from None
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise FetchError("host")
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        pass
    if _NUMBER_LIKE.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise FetchError("host", "a number that is no usual address")
    return host


def fetch(url, *, method="GET", allowed=(), seconds=10, most_bytes=1_000_000, cut=False, redirects=5,
          headers=None, resolve=socket.getaddrinfo, clock=time.monotonic):  # fmt: skip
    """Fetch `url` and follow redirects.

    :param str method: GET or HEAD
    :param allowed: hosts ("name" or "name:port") of the own network that may be asked all the same
    :param float seconds: for everything together
    :param int most_bytes: of the body; more is an error, or cut off when `cut`
    :param headers: dict of what is sent besides; left out once a redirect leads to another host
    :param resolve: as `socket.getaddrinfo`
    :param clock: a clock that never goes back, in seconds
    :return: Fetched; any status is an answer
    :raise FetchError: with the reason in `code`
    """
    if method not in ("GET", "HEAD"):
        raise ValueError(f"not a method that only reads: {method}")
    deadline = clock() + seconds
    allowed = frozenset(allowed)
    target = split_url(url)
    headers = dict(headers or {})
    for _hop in range(redirects + 1):
        answer = _ask(target, method, allowed, deadline, most_bytes, cut, headers, resolve, clock)
        location = answer.headers.get("location")
        if answer.status not in REDIRECTS or not location:
            return answer
        try:
            following = split_url(urljoin(target.url, location))
        except ValueError:
            raise FetchError("redirect") from None
        if following.netloc != target.netloc:
            headers = {}
        target = following
    raise FetchError("redirect", "too many")


def _ask(target, method, allowed, deadline, most_bytes, cut, headers, resolve, clock):
    """One request and its answer, redirects not followed."""
    places = _find_places(target, allowed, deadline, resolve, clock)
    sock = _connect(places, deadline, clock)
    try:
        if target.scheme == "https":
            sock.settimeout(_left(deadline, clock))
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=target.host)
        lines = {
            "Host": target.netloc, "User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity",
            "Connection": "close", **headers,
        }  # fmt: skip
        request = "".join(f"{name}: {_clean_header(value)}\r\n" for name, value in lines.items())
        sock.settimeout(_left(deadline, clock))
        sock.sendall(f"{method} {target.path} HTTP/1.1\r\n{request}\r\n".encode("latin-1"))
        return _read_answer(sock, target, method, deadline, most_bytes, cut, clock)
    except ssl.SSLCertVerificationError as error:
        raise FetchError("certificate", error.verify_message) from None
    except TimeoutError:
        raise FetchError("time") from None
    except (http.client.HTTPException, ValueError, UnicodeError) as error:
        raise FetchError("answer", type(error).__name__) from None
    except OSError as error:
        raise FetchError("connect", type(error).__name__) from None
    finally:
        sock.close()


def _clean_header(value):
    return re.sub(r"[\x00-\x1f\x7f]", " ", str(value))


def _left(deadline, clock):
    """Seconds until the deadline."""
    left = deadline - clock()
    if left <= 0:
        raise TimeoutError
    return left


def _find_places(target, allowed, deadline, resolve, clock):
    """What the name means, as (family, socket address) of `resolve`; all of it checked."""
    is_allowed = target.host in allowed or f"{target.host}:{target.port}" in allowed
    if not is_allowed and target.port not in PLAIN_PORTS.values() and target.port < 1024:
        raise FetchError("port", str(target.port))
    found = _resolve_in_time(target, deadline, resolve, clock)
    places = list(dict.fromkeys((family, address) for family, _type, _proto, _name, address in found))
    if not places:
        raise FetchError("name")
    # one address inside is enough to refuse: which of them is taken would be left to chance
    if not is_allowed and not all(is_public(address[0]) for _family, address in places):
        raise FetchError("private")
    return places


def _resolve_in_time(target, deadline, resolve, clock):
    """`resolve`, given up at the deadline: the system's own look-up knows no limit."""
    result = []

    def look_up():
        try:
            result.append(resolve(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            result.append([])

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    try:
        thread.join(_left(deadline, clock))
    except TimeoutError:
        pass
    if not result:
        raise FetchError("time")
    return result[0]


def _connect(places, deadline, clock):
    """A socket to the first of the checked addresses that takes one."""
    error = None
    for family, address in places:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(_left(deadline, clock))
            sock.connect(address)
            return sock
        except TimeoutError:
            sock.close()
            raise FetchError("time") from None
        except OSError as failed:
            sock.close()
            error = failed
    raise FetchError("connect", type(error).__name__)


class _TimedReader(io.RawIOBase):
    """Reads from a socket until the deadline and not a moment longer, however small the pieces."""

    def __init__(self, sock, deadline, clock):
        self._sock, self._deadline, self._clock = sock, deadline, clock

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.settimeout(_left(self._deadline, self._clock))
        return self._sock.recv_into(buffer)


class _TimedSocket:
    """What `http.client.HTTPResponse` wants of a socket."""

    def __init__(self, *args):
        self._args = args

    def makefile(self, *_args, **_kwargs):
        return io.BufferedReader(_TimedReader(*self._args))


def _read_answer(sock, target, method, deadline, most_bytes, cut, clock):
    response = http.client.HTTPResponse(_TimedSocket(sock, deadline, clock), method=method)
    response.begin()
    headers = {name.lower(): value for name, value in response.getheaders()}
    if method == "HEAD" or response.status in REDIRECTS:
        return Fetched(response.status, target.url, headers, b"", False)
    if response.length is not None and response.length > most_bytes and not cut:
        raise FetchError("size")
    parts, size = [], 0
    while size <= most_bytes and (part := response.read1(min(CHUNK, most_bytes + 1 - size))):
        parts.append(part)
        size += len(part)
    if size > most_bytes and not cut:
        raise FetchError("size")
    return Fetched(response.status, target.url, headers, b"".join(parts)[:most_bytes], size > most_bytes)
