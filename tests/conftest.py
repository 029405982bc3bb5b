"""Fixtures: the running parts, and what is kept when a test fails."""

from __future__ import annotations

import os
import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from .journey import Story, begin
from .rig.browser import Browser, Window
from .rig.environment import environment
from .rig.imap_proxy import ImapProxy
from .rig.kitchen import Kitchen
from .rig.language import ENGLISH, LANGUAGES
from .rig.mailserver import MailServer
from .rig.odoo_server import OdooServer

TEST_SECONDS = 600


def pytest_configure(config: pytest.Config) -> None:
    environment()  # says at once what is missing


@pytest.fixture(scope="session")
def kitchen() -> Iterator[Kitchen]:
    """Prepared databases."""
    kitchen = Kitchen()
    yield kitchen
    kitchen.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one Chromium of the session."""
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def running_mail_server() -> Iterator[MailServer]:
    """The one mail server of the session."""
    with MailServer() as server:
        yield server


@pytest.fixture
def mail_server(running_mail_server: MailServer) -> Iterator[MailServer]:
    """Real SMTP and IMAP; every box is empty when a test begins."""
    running_mail_server.empty()
    yield running_mail_server
    running_mail_server.ensure_smtp()


@pytest.fixture(scope="module")
def imap_proxy(running_mail_server: MailServer) -> Iterator[ImapProxy]:
    """The plug that can be pulled between Odoo and its mailbox."""
    with ImapProxy(running_mail_server.imap_port) as proxy:
        yield proxy


def _serve(kind: str, kitchen: Kitchen, mail: MailServer, proxy: ImapProxy, purpose: str) -> Iterator[OdooServer]:
    with OdooServer(kitchen.serve(kind, purpose)) as server:
        server.freeze_address()
        server.connect_mail(mail, proxy)
        yield server


def _purpose(request: pytest.FixtureRequest) -> str:
    return re.sub(r"\W", "_", request.module.__name__.rpartition(".")[2])[:24]


@pytest.fixture(scope="module")
def odoo_core(request, kitchen, running_mail_server, imap_proxy) -> Iterator[OdooServer]:
    """An Odoo with the modules we depend on, without ours."""
    yield from _serve("core", kitchen, running_mail_server, imap_proxy, _purpose(request))


@pytest.fixture(scope="module")
def odoo(request, kitchen, running_mail_server, imap_proxy) -> Iterator[OdooServer]:
    """An Odoo with library_crm, without demo data, connected to the mail server; new for each module of tests."""
    yield from _serve("addon", kitchen, running_mail_server, imap_proxy, _purpose(request))


@pytest.fixture(scope="module")
def odoo_demo(request, kitchen, running_mail_server, imap_proxy) -> Iterator[OdooServer]:
    """An Odoo with library_crm and its demo library, connected to the mail server; new for each module of tests."""
    yield from _serve("demo", kitchen, running_mail_server, imap_proxy, _purpose(request))


@pytest.fixture(scope="session", params=os.environ.get("LIBRARY_CRM_JOURNEYS", "").split() or LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    """The language that the people of a journey work in; the whole journey is made in each.

    LIBRARY_CRM_JOURNEYS="zh_CN zh_TW" leaves the others out, so that the languages can run side by side.
    """
    return request.param


@pytest.fixture(scope="session")
def story(lang: str, kitchen: Kitchen, running_mail_server: MailServer) -> Iterator[Story]:
    """The library of the journey, which goes on from one module of tests to the next."""
    with OdooServer(kitchen.serve("addon", "journey")) as server:
        server.freeze_address()
        server.connect_mail(running_mail_server)
        yield begin(server, running_mail_server, lang)


@pytest.fixture(scope="module")
def begun(request, lang: str, kitchen: Kitchen, running_mail_server: MailServer) -> Iterator[Story]:
    """The same library, new for each module of tests."""
    with OdooServer(kitchen.serve("addon", _purpose(request))) as server:
        server.freeze_address()
        server.connect_mail(running_mail_server)
        yield begin(server, running_mail_server, lang)


@pytest.fixture
def windows(chromium: Browser) -> Iterator[list[Window]]:
    """Windows a test has opened: closed after it, and it fails if one of them has logged an error."""
    opened: list[Window] = []
    yield opened
    for window in opened:
        window.close()
    for window in opened:
        window.assert_no_errors()


@pytest.fixture
def browse(request, chromium: Browser, windows: list[Window]) -> Callable[..., Window]:
    """Open a window: ``browse(odoo, "ana")`` logs in, ``browse(odoo)`` is the public."""
    spoken = request.getfixturevalue("lang") if "lang" in request.fixturenames else ENGLISH

    def open_window(server: OdooServer, login: str | None = None, password: str | None = None, **options) -> Window:
        options.setdefault("lang", spoken)
        if login:
            window = chromium.login(server.url, login, password, **options)
        else:
            window = chromium.window(server.url, **options)
        windows.append(window)
        return window

    return open_window


@cache
def failure_folder() -> Path:
    """Where pictures and logs of failed tests go."""
    return Path(tempfile.mkdtemp(prefix="library-crm-failures-"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.failed and call.when in ("call", "setup"):
        for path in _keep_evidence(item):
            report.sections.append(("Kept", str(path)))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    """End a test that hangs, so that what it started is stopped."""

    def give_up(_number, _frame):
        raise TimeoutError(f"{item.nodeid} took more than {TEST_SECONDS} s.")

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(TEST_SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def _keep_evidence(item: pytest.Item) -> Iterator[Path]:
    """Save a picture of each window and the end of each log."""
    stem = failure_folder() / re.sub(r"\W+", "_", item.nodeid)[-100:]
    used = getattr(item, "funcargs", {})
    for number, window in enumerate(used.get("windows", ())):
        try:
            yield window.screenshot(f"{stem}_{number}.png")
        except Exception as error:  # the picture is a help; its failure must not hide the test's
            yield Path(f"no picture of window {number}: {error}")
    for name, part in {id(part): (name, part) for name, part in used.items()}.values():
        if isinstance(part, OdooServer):
            path = Path(f"{stem}_{name}.log")
            path.write_text(part.log.tail(300))
            yield path
        elif isinstance(part, MailServer):
            path = Path(f"{stem}_mail.log")
            path.write_text(part.log()[-50_000:])
            yield path
