"""A provider's SUSHI server, good and bad.

Feature: 5.2
"""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from counter_files import json_5, json_51

from library_crm.connectors.counter_messages import CounterRefused
from library_crm.connectors.sushi import SushiClient, SushiError

KEY = "very-secret-key"
MARCH = date(2025, 3, 1)


@pytest.fixture
def server():
    """A provider; `answers` maps the end of a path to (status, body, headers), `asked` keeps the addresses."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            path = self.path.partition("?")[0]
            status, body, headers = self.server.answers.get(path.rpartition("/")[2], (404, b"nothing", {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.asked, httpd.answers = [], {}
    httpd.host = f"127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd
    httpd.shutdown()
    httpd.server_close()


def client(server, **options):
    options = {"allowed": [server.host], **options}
    return SushiClient(f"http://{server.host}/r51/", "C1", "R1", KEY, **options)


def answer(server, data, status=200, path="tr", **headers):
    server.answers[path] = (status, data if isinstance(data, bytes) else json.dumps(data).encode(), headers)


@pytest.mark.parametrize("data", [json_5(), json_51()])
def test_a_report_is_fetched(server, data):
    answer(server, data)
    report = client(server).report("TR", date(2025, 1, 1), MARCH)
    assert report.counts[("jhonline", "river studies"), "No_License", MARCH] == 5
    query = server.asked[0].partition("?")[2]
    assert "begin_date=2025-01-01" in query
    assert "end_date=2025-03-31" in query
    assert "customer_id=C1" in query


@pytest.mark.parametrize(("data", "status", "code", "retries"), [
    ({"Code": 3030, "Severity": "Error", "Message": "No Usage"}, 200, "sushi_no_data", False),
    ([{"Code": 3031, "Message": "Not ready"}], 200, "sushi_not_ready", True),
    ({"Report_Header": {"Exceptions": [{"Code": 1011, "Message": "Queued"}]}}, 202, "sushi_queued", True),
    ({"Code": "1010", "Message": "Busy"}, 503, "sushi_busy", True),
    ({"Code": 1020, "Message": "Too many"}, 429, "sushi_too_many", True),
    ({"Code": 2000, "Message": "Requestor"}, 401, "sushi_requestor", False),
    ({"Code": 2010, "Message": "Customer"}, 403, "sushi_customer", False),
    ({"Code": 2020, "Message": "APIKey"}, 401, "sushi_key", False),
    ({"Code": 3000, "Message": "No report"}, 404, "sushi_report", False),
    ({"Exception": {"Code": 9999, "Message": f"we dislike {KEY}"}}, 400, "sushi_error", False),
    (b"<html>sign in</html>", 200, "sushi_not_json", False),
    (b"down", 503, "sushi_busy", True),
    (b"oops", 500, "sushi_status", True),
    (b"no", 401, "sushi_key", False),
    (b"[]", 200, "sushi_not_json", False),
])
def test_what_providers_answer_instead(server, data, status, code, retries):
    answer(server, data, status)
    with pytest.raises(SushiError) as error:
        client(server).report("TR", MARCH, MARCH)
    assert error.value.code == code
    assert bool(error.value.retry_seconds) == retries
    assert KEY not in str(error.value)


def test_retry_after_is_kept_and_bounded(server):
    answer(server, {"Code": 1011}, 202, **{"Retry-After": "7200"})
    with pytest.raises(SushiError) as error:
        client(server).report("TR", MARCH, MARCH)
    assert error.value.retry_seconds == 7200
    answer(server, {"Code": 1011}, 202, **{"Retry-After": "99999999"})
    with pytest.raises(SushiError) as error:
        client(server).report("TR", MARCH, MARCH)
    assert error.value.retry_seconds == 24 * 3600


def test_another_report_than_asked_for_is_refused(server):
    answer(server, json_51(Report_ID="DR"))
    with pytest.raises(CounterRefused) as error:
        client(server).report("TR", MARCH, MARCH)
    assert error.value.code == "unknown_report"


def test_status_and_reports(server):
    answer(server, [{"Service_Active": True, "Note": "Maintenance on Sunday"}], path="status")
    answer(server, [{"Report_ID": "tr"}, {"Report_ID": "PR"}, "x"], path="reports")
    assert client(server).status() == "Maintenance on Sunday"
    assert client(server).reports() == ["TR", "PR"]
    answer(server, {"Service_Active": False}, path="status")
    with pytest.raises(SushiError) as error:
        client(server).status()
    assert error.value.code == "sushi_down"


def test_the_own_network_is_closed(server):
    with pytest.raises(SushiError) as error:
        SushiClient(f"http://{server.host}", "C1")
    assert error.value.code == "sushi_https"
    for url in ("https://127.0.0.1:8443", "https://169.254.169.254", "https://[::1]"):
        with pytest.raises(SushiError) as error:
            SushiClient(url, "C1").status()
        assert error.value.code == "sushi_private"
    assert server.asked == []


@pytest.mark.parametrize("url", ["", "ftp://example.org", "nonsense", "https://example.org/?key=1", "https://a:b@example.org"])
def test_addresses_that_are_none(url):
    with pytest.raises(SushiError) as error:
        SushiClient(url, "C1")
    assert error.value.code == "sushi_url"


def test_a_redirect_to_the_inside_is_not_followed(server):
    answer(server, b"", 302, Location="http://127.0.0.2:8080/tr")
    with pytest.raises(SushiError) as error:
        client(server).report("TR", MARCH, MARCH)
    assert error.value.code == "sushi_private"


def test_an_answer_without_end_is_given_up(server, monkeypatch):
    monkeypatch.setattr("library_crm.connectors.sushi.MOST_BYTES", 1000)
    answer(server, b"[" + b" " * 5000)
    with pytest.raises(SushiError) as error:
        client(server).report("TR", MARCH, MARCH)
    assert error.value.code == "sushi_size"
