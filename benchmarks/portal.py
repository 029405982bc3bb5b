"""Readers who open a page of the portal: of a real server, and of this very process where queries are counted."""

import http.client
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import psycopg2

from . import meters
from .facts import PASSWORD
from .settings import BenchmarkError

BLOCK = 12
_LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}


class PortalServer:
    """Serves one side's database over HTTP while the context lasts."""

    def __init__(self, settings, database, addons, log):
        self.port = _free_port()
        options = settings.odoo_options(database, [addons])
        command = [
            settings.python, "-m", "odoo", "server", *options, f"--http-port={self.port}",
            "--http-interface=127.0.0.1", "--workers=0", "--max-cron-threads=0", "--log-level=warn",
            f"--db-filter=^{database}$",
        ]
        self._log = log.open("w")
        self.process = subprocess.Popen(
            command, env=settings.environment(), stdout=self._log, stderr=subprocess.STDOUT, cwd=settings.cache
        )
        self._watch = psycopg2.connect(**settings.connection(database))
        self._watch.autocommit = True
        self._cookies = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._watch.close()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def log_in(self, login, password, patience=90):
        """Wait until the server answers and open the reader's session."""
        page = self._first_page(patience)
        status, _page = self._request("POST", "/web/login", urllib.parse.urlencode(_login_form(page, login, password)))
        if status != 303:
            raise BenchmarkError(f"login of {login} answered {status}")

    def wait(self, patience=90):
        """Wait until the server answers."""
        self._first_page(patience)

    def get(self, path):
        """(status, page) of a request by whoever is logged in, or by a visitor."""
        return self._request("GET", path)

    def _first_page(self, patience):
        deadline = time.monotonic() + patience
        while True:
            try:
                status, page = self._request("GET", "/web/login")
                if status == 200:
                    return page
            except OSError:
                pass
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise BenchmarkError(f"the server does not answer; see {self._log.name}")
            time.sleep(0.3)

    def _request(self, method, path, body=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def cost_of(self, path, needle, count):
        """The cost of one request for `path`, measured over a block of them.

        :param str needle: regular expression whose matches are the records on the page
        :param int count: how many records the page must show
        """
        before = self._cpu()
        started = time.perf_counter()
        for _number in range(BLOCK):
            status, page = self._request("GET", path)
        wall = time.perf_counter() - started
        after = self._cpu()
        found = len(set(re.findall(needle, page)))
        if status != 200 or found != count:
            raise BenchmarkError(f"{path} answered {status} with {found} records instead of {count}")
        python, postgres = (
            (later - earlier) * 1000 / BLOCK for earlier, later in zip(before, after, strict=True)
        )
        return meters.Sample(python, postgres, wall * 1000 / BLOCK, shown=found)

    def _cpu(self):
        """CPU seconds of the server and of the backends that serve it."""
        with self._watch.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            backends = [meters.backend_cpu(pid) or 0 for (pid,) in cursor.fetchall()]
        return meters.process_cpu(self.process.pid), sum(backends)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _login_form(page, login, password):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    return {"login": login, "password": password, "csrf_token": token, "redirect": "/my"}


class InnerPortal:
    """The portal page as this process serves it, so that its queries can be counted."""

    def __init__(self, page):
        self.page = page
        self._clients = {}

    def cost_of(self, login):
        """The queries of the page for this reader; its time is what a real server needs, measured elsewhere."""
        client = self._clients.get(login) or self._log_in(login)
        answer = client.get(self.page, environ_base=_LOOPBACK)
        if answer.status_code != 200:
            raise BenchmarkError(f"{self.page} answered {answer.status_code} to {login}")
        return meters.Sample(0, 0, 0, threading.current_thread().query_count)

    def _log_in(self, login):
        # these are of Odoo's Python, which the measuring process may not have
        from werkzeug.test import Client

        from odoo.http import root

        client = self._clients[login] = Client(root)
        form = _login_form(client.get("/web/login", environ_base=_LOOPBACK).get_data(as_text=True), login, PASSWORD)
        answer = client.post("/web/login", data=form, environ_base=_LOOPBACK)
        if answer.status_code != 303:
            raise BenchmarkError(f"login of {login} answered {answer.status_code}")
        return client
