"""Fetching what somebody typed never leads inside, and ends in time.

Feature: 5.1
"""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from library_crm.lib import safe_fetch
from library_crm.lib.safe_fetch import FetchError, fetch, is_public, split_url

INSIDE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.8", "192.88.99.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:53aa:64c:0:fbff:8000:1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "nonsense", "",
)  # fmt: skip
OUTSIDE = ("93.184.215.14", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "::ffff:8.8.8.8")


class Library(BaseHTTPRequestHandler):
    """A server that does what the path says."""

    protocol_version = "HTTP/1.1"
    asked = []

    def log_message(self, *_args):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.asked.append((self.command, self.path, dict(self.headers)))
        kind, _, rest = self.path.lstrip("/").partition("/")
        getattr(self, f"do_{kind}")(rest)

    def say(self, status=200, body=b"Hello", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_ok(self, _rest):
        self.say()

    def do_status(self, code):
        self.say(int(code))

    def do_to(self, place):
        self.say(302, b"", Location=unquote(place))

    def do_round(self, number):
        self.say(301, b"", Location=f"/round/{int(number) + 1}")

    def do_large(self, _rest):
        self.say(body=b"x" * 50_000)

    def do_endless(self, _rest):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 10_000)
        except OSError:
            self.close_connection = True

    def do_silent(self, _rest):
        time.sleep(3)

    def do_drip(self, _rest):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.drip(b"x" * 1000)

    def do_dripheaders(self, _rest):
        self.drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 90)

    def do_continue(self, _rest):
        self.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 500, pause=0)
        self.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)

    def do_garbage(self, _rest):
        self.wfile.write(b"\x00\xff" * 200 + b"\r\n\r\n")
        self.close_connection = True

    def drip(self, data, pause=0.05):
        try:
            for byte in data:
                self.wfile.write(bytes([byte]))
                time.sleep(pause)
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32

    def handle_error(self, *_args):
        pass


@pytest.fixture(scope="module")
def port():
    server = Server(("127.0.0.1", 0), Library)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def asked():
    Library.asked.clear()
    return Library.asked


def names(**hosts):
    """A name server: name with _ for dots -> address, or a list of addresses, one for each time it is asked."""
    calls = []

    def resolve(host, port, **_kwargs):
        calls.append(host)
        found = hosts[host.replace(".", "_")]
        if isinstance(found, list):
            found = found[min(len(calls), len(found)) - 1]
        found = (found,) if isinstance(found, str) else found
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found
        ]

    resolve.calls = calls
    return resolve


@contextmanager
def refused(code):
    with pytest.raises(FetchError) as caught:
        yield
    assert caught.value.code == code


@pytest.mark.parametrize("address", INSIDE)
def test_address_inside(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_address_outside(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.8", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]",
     "0.0.0.0", "[::]", "localhost", "１２７.0.0.1"],
)  # fmt: skip
def test_never_inside(host, port, asked):
    with refused("private"):
        fetch(f"http://{host}:{port}/ok", seconds=5)
    assert not asked


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.01", "127.0.0.1.", "0",
             "127.0.0.1.5"],
)  # fmt: skip
def test_numbers_in_another_form(host, port, asked):
    with refused("host"):
        fetch(f"http://{host}:{port}/ok", seconds=5)
    assert not asked


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "scheme"),
        ("ftp://example.org/", "scheme"),
        ("gopher://example.org/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//example.org/", "scheme"),
        ("http://user:word@example.org/", "host"),
        ("http://example.org@127.0.0.1/", "host"),
        ("http:///nobody", "host"),
        ("http://exam ple.org/", "host"),
        ("http://example.org\r\nX: y/", "host"),
        ("http://example.org\\@127.0.0.1/", "host"),
        ("http://example.org:99999/", "host"),
        ("http://[::1/", "host"),
        ("http://ex%61mple.org/", "host"),
        ("http://" + "a" * 64 + ".org/", "host"),
        ("http://example.org/" + "a" * 3000, "host"),
        ("", "host"),
        (None, "host"),
    ],
)
def test_address_that_is_none(url, code):
    with refused(code):
        fetch(url, resolve=names())


@pytest.mark.parametrize("number", [22, 25, 110, 1])
def test_ports_of_other_services(number):
    with refused("port"):
        fetch(f"http://example.org:{number}/", resolve=names(example_org="93.184.215.14"))


def test_one_of_several_addresses_is_inside(asked):
    with refused("private"):
        fetch("http://example.org/", resolve=names(example_org=("93.184.215.14", "127.0.0.1")))


def test_name_that_nobody_knows():
    def resolve(*_args, **_kwargs):
        raise socket.gaierror

    with refused("name"):
        fetch("http://example.org/", resolve=resolve)


def test_name_servers_that_never_answer():
    started = time.monotonic()
    with refused("time"):
        fetch("http://example.org/", seconds=0.3, resolve=lambda *_args, **_kwargs: time.sleep(5))
    assert time.monotonic() - started < 2


def test_what_is_allowed(port, asked):
    answer = fetch(f"http://localhost:{port}/ok/?a=b c".replace(" ", "%20"), allowed={f"localhost:{port}"})
    assert (answer.status, answer.body, answer.is_cut) == (200, b"Hello", False)
    assert answer.url == f"http://localhost:{port}/ok/?a=b%20c"
    assert asked[0][2]["Host"] == f"localhost:{port}"
    with refused("private"):
        fetch(f"http://127.0.0.1:{port}/ok", allowed={f"localhost:{port}"})
    with refused("private"):
        fetch(f"http://localhost:{port}/ok", allowed={f"localhost:{port + 1}"})


def test_chinese_in_the_address(port, asked):
    fetch(f"http://localhost:{port}/ok/地图?q=地图", allowed={"localhost"})
    assert asked[0][1] == "/ok/%E5%9C%B0%E5%9B%BE?q=%E5%9C%B0%E5%9B%BE"
    assert split_url("http://图书馆.example/").host == "xn--1jq52s681d.example"


def test_name_that_means_something_else_a_moment_later(port, monkeypatch):
    """The name server says a public address first and the own machine afterwards: only the first is ever used."""
    used = []

    def connect(places, *_args):
        used.extend(address for _family, address in places)
        raise FetchError("connect")

    monkeypatch.setattr(safe_fetch, "_connect", connect)
    resolve = names(example_org=["93.184.215.14", "127.0.0.1"])
    with refused("connect"):
        fetch(f"http://example.org:{port}/ok", resolve=resolve)
    assert (resolve.calls, used) == (["example.org"], [("93.184.215.14", port)])


def test_the_connection_goes_to_the_address_that_was_checked(port, asked):
    """Nobody but the one look-up knows the name, and the server gets it in the Host line."""
    resolve = names(maps_example=["127.0.0.1", "203.0.113.9"])
    answer = fetch(f"http://maps.example:{port}/ok", allowed={"maps.example"}, resolve=resolve)
    assert (answer.status, resolve.calls, asked[0][2]["Host"]) == (200, ["maps.example"], f"maps.example:{port}")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("http://127.0.0.1:{port}/ok", "private"),
        ("http://[::1]:{port}/ok", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://2130706433:{port}/ok", "host"),
        ("//10.0.0.1/", "private"),
        ("file:///etc/passwd", "scheme"),
        ("http://[::1/", "redirect"),
        ("https://inside.example/", "private"),
    ],
)
def test_redirect_to_somewhere_inside(place, code, port, asked):
    resolve = names(maps_example="127.0.0.1", inside_example="192.168.7.7")

    def lookup(host, *args, **kwargs):
        if host.replace(".", "_") in ("maps_example", "inside_example"):
            return resolve(host, *args, **kwargs)
        return socket.getaddrinfo(host, *args, **kwargs)

    with refused(code):
        fetch(f"http://maps.example:{port}/to/{place.format(port=port)}", allowed={"maps.example"}, resolve=lookup)
    assert len(asked) == 1


def test_redirects_are_followed_and_counted(port, asked):
    allowed = {f"localhost:{port}"}
    answer = fetch(f"http://localhost:{port}/to//ok", allowed=allowed, headers={"X-Key": "one"})
    assert (answer.status, answer.url) == (200, f"http://localhost:{port}/ok")
    assert [lines.get("X-Key") for _method, _path, lines in asked] == ["one", "one"]
    with refused("redirect"):
        fetch(f"http://localhost:{port}/round/0", allowed=allowed)


def test_what_was_sent_along_stays_with_the_host(port, asked):
    resolve = names(one_example="127.0.0.1", two_example="127.0.0.1")
    url = f"http://one.example:{port}/to/http://two.example:{port}/ok"
    fetch(url, allowed={"one.example", "two.example"}, resolve=resolve, headers={"X-Key": "secret\r\nX-More: y"})
    assert [lines.get("X-Key") for _method, _path, lines in asked] == ["secret  X-More: y", None]
    assert not any("X-More" in lines for _method, _path, lines in asked)


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_every_status_is_an_answer(status, port):
    assert fetch(f"http://localhost:{port}/status/{status}", allowed={"localhost"}, method="HEAD").status == status


@pytest.mark.parametrize("path", ["large", "endless"])
def test_more_than_wanted(path, port):
    url = f"http://localhost:{port}/{path}"
    with refused("size"):
        fetch(url, allowed={"localhost"}, most_bytes=20_000)
    answer = fetch(url, allowed={"localhost"}, most_bytes=20_000, cut=True)
    assert (len(answer.body), answer.is_cut) == (20_000, True)


def test_exactly_as_much_as_wanted(port):
    answer = fetch(f"http://localhost:{port}/large", allowed={"localhost"}, most_bytes=50_000)
    assert (len(answer.body), answer.is_cut) == (50_000, False)


@pytest.mark.parametrize("path", ["silent", "drip", "dripheaders", "continue"])
def test_the_end_comes_in_time(path, port):
    started = time.monotonic()
    with refused("time"):
        fetch(f"http://localhost:{port}/{path}", allowed={"localhost"}, seconds=0.5)
    assert time.monotonic() - started < 1.5


def test_something_that_is_no_answer(port):
    with refused("answer"):
        fetch(f"http://localhost:{port}/garbage", allowed={"localhost"})


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    with refused("connect"):
        fetch(f"http://localhost:{number}/", allowed={"localhost"}, seconds=5)


def test_tls_that_is_none(port):
    with pytest.raises(FetchError) as caught:
        fetch(f"https://localhost:{port}/ok", allowed={"localhost"}, seconds=5)
    assert caught.value.code in ("connect", "answer")


def test_certificates_are_checked(port, monkeypatch):
    class Context:
        def wrap_socket(self, _sock, server_hostname):
            error = ssl.SSLCertVerificationError(1, "no")
            error.verify_message = f"not of {server_hostname}"
            raise error

    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
    monkeypatch.setattr(safe_fetch.ssl, "create_default_context", Context)
    with refused("certificate"):
        fetch(f"https://localhost:{port}/ok", allowed={"localhost"})


def test_only_reading():
    with pytest.raises(ValueError):
        fetch("http://example.org/", method="POST")
