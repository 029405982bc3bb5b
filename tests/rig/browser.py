"""Chromium, driven as a person would drive it."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from .environment import RigError, environment
from .language import ENGLISH, Words

DESKTOP = (1440, 900)
PHONE = (390, 844)
TIMEOUT = 20_000  # milliseconds

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    # No name is looked up: what is not on this machine does not exist.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

# Connections that stay open or repeat by themselves, and say nothing about whether a page is ready.
BACKGROUND = re.compile(r"/(websocket|bus/|longpolling|mail/data.*presence|web/service-worker|web/bundle/)")
NOISE = (
    r"net::ERR_NAME_NOT_RESOLVED",  # pictures of the outside world
    r"service.?worker",
)
STILL = """*, *::before, *::after {
    animation: none !important; transition: none !important; caret-color: transparent !important;
}"""


class Browser:
    """One Chromium for all tests; every user gets a window with cookies of its own."""

    def __init__(self) -> None:
        self._playwright = None
        self._chromium: Chromium | None = None

    def start(self) -> Browser:
        """Start Chromium.

        :raises RigError: if it is not installed
        """
        path = environment().chromium
        if not os.access(path, os.X_OK):
            raise RigError(f"Chromium is not at {path}: apt-get install chromium, or set CHROMIUM.")
        self._playwright = sync_playwright().start()
        arguments = ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else [])
        self._chromium = self._playwright.chromium.launch(executable_path=str(path), args=arguments)
        return self

    def stop(self) -> None:
        """Close every window and end Chromium."""
        if self._chromium:
            self._chromium.close()
            self._chromium = None
        if self._playwright:
            self._playwright.stop()
            self._playwright = None

    def __enter__(self) -> Browser:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def window(
        self, url: str, viewport: tuple[int, int] = DESKTOP, lang: str = "en_US", scripts: bool = True
    ) -> Window:
        """A new window of nobody in particular.

        :param url: address of the Odoo server
        :param lang: language the browser asks for (Odoo's code)
        :param scripts: whether JavaScript runs
        """
        context = self._chromium.new_context(
            base_url=url,
            viewport={"width": viewport[0], "height": viewport[1]},
            locale=lang.replace("_", "-"),
            timezone_id="UTC",
            is_mobile=viewport[0] < 600,
            has_touch=viewport[0] < 600,
            reduced_motion="reduce",
            accept_downloads=True,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(TIMEOUT)
        return Window(context.new_page(), scripts, lang)

    def login(
        self,
        url: str,
        login: str,
        password: str | None = None,
        viewport: tuple[int, int] = DESKTOP,
        lang: str = "en_US",
    ) -> Window:
        """A new window in which a user (whose password is the login if none is given) has logged in.

        The form is sent without being drawn, and the user's first page is drawn when somebody looks at it: most tests
        open another one at once.

        :raises RigError: if the library does not let the user in
        """
        window = self.window(url, viewport, lang)
        asking = window.page.context.request
        headers = {"Accept-Language": lang.replace("_", "-")}
        form = asking.get("/web/login", headers=headers).text()
        answer = asking.post("/web/login", headers=headers, max_redirects=0, form={
            "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', form)[1],
            "login": login, "password": password or login,
        })  # fmt: skip
        if "location" not in answer.headers:
            raise RigError(f"{login} cannot log in.")
        window.begin_at(answer.headers["location"])
        return window


class Window:
    """A page with what a test does in it.

    Errors of the page are collected; :meth:`assert_no_errors` fails on them, and the fixture calls it after each test.
    `keystrokes` counts what was pressed and typed. What has no method here is done on `page`, as playwright knows it.
    Labels are given in English and looked for in the window's language; `words` says them.
    """

    def __init__(self, page: Page, scripts: bool = True, lang: str = ENGLISH):
        self._page = page
        self._first: str | None = None
        self.words = Words(lang)
        self.scripts = scripts
        self.errors: list[str] = []
        self.keystrokes = 0
        self._pending: set[Request] = set()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", self._on_console)
        page.on("request", self._on_request)
        page.on("requestfinished", lambda request: self._pending.discard(request))
        page.on("requestfailed", lambda request: self._pending.discard(request))
        page.on("download", lambda download: self._forget(download.url))

    @property
    def page(self) -> Page:
        """The page, as playwright knows it; the first one is opened when nothing else was."""
        if self._first:
            self.open(self._first)
        return self._page

    def begin_at(self, path: str) -> None:
        """Show a path as soon as somebody looks, unless another one is opened before."""
        self._first = path

    def open(self, path: str) -> None:
        """Go to a path and wait until it is ready."""
        self._first = None
        self._page.goto(path, wait_until="load")
        self.wait_idle()

    def wait_idle(self, timeout: float = TIMEOUT / 1000) -> None:
        """Wait until no request is under way and the web client shows something.

        :raises AssertionError: if it does not come to rest in time
        """
        deadline = time.monotonic() + timeout
        quiet_since = None
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(40)
            if self._pending:
                quiet_since = None
            elif quiet_since is None:
                quiet_since = time.monotonic()
            # the page itself is asked last: an answer costs more than all the waiting
            elif time.monotonic() - quiet_since > 0.15 and self._is_drawn() and not self._pending:
                return
        waiting = [request.url for request in self._pending]
        raise AssertionError(f"{self.page.url} does not come to rest; under way: {waiting}; errors: {self.errors}")

    def close(self) -> None:
        """Close the window and forget the session."""
        self._page.context.close()

    @property
    def path(self) -> str:
        """Path of the page shown."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    @property
    def text(self) -> str:
        """All visible text."""
        return self.page.inner_text("body")

    def field(self, name: str) -> Locator:
        """An Odoo field by its technical name, in the dialog on top or in the view."""
        return self._scope().locator(f".o_field_widget[name='{name}']").first

    def fill(self, name: str, value: str) -> None:
        """Type into a field; in a link to records or a list of choices, pick the entry that shows the value."""
        field = self.field(name)
        field.wait_for()
        classes = field.get_attribute("class") or ""
        if re.search(r"o_field_(many2one|many2many_tags|selection)\b|o_field_many2one_", classes):
            self._pick(field, value)
        elif "o_field_html" in classes:
            field.locator("[contenteditable=true]").first.fill(value)
        elif field.locator("select").count():
            field.locator("select").select_option(label=value)
        else:
            box = field.locator("input, textarea").first
            box.fill(value)
            box.press("Tab")
        self.wait_idle()

    def choose(self, name: str, label: str) -> None:
        """Choose an option of a selection shown as radio buttons, badges or a status bar."""
        field = self.field(name)
        field.get_by_text(self.words(label), exact=True).first.click()
        self.wait_idle()

    def tick(self, name: str, checked: bool = True) -> None:
        """Tick a box or take the tick away."""
        self.field(name).locator("input[type=checkbox]").set_checked(checked, force=True)
        self.wait_idle()

    def value(self, name: str) -> str:
        """What a field shows."""
        field = self.field(name)
        field.wait_for()
        box = field.locator("input, textarea, select")
        if not box.count():
            return field.inner_text().strip()
        if box.first.evaluate("node => node.tagName") == "SELECT":
            return box.first.evaluate("node => node.selectedOptions[0]?.textContent.trim() ?? ''")
        return box.first.input_value()

    def click(self, what: str) -> None:
        """Press a button, link or tab: by its technical name, else by the text on it."""
        named = self._scope().locator(f"button[name='{what}']:visible, a[name='{what}']:visible")
        button = named.first if named.count() else self._by_text(self.words(what))
        button.click()
        self.wait_idle()

    def save(self) -> None:
        """Save the form."""
        self.page.locator(".o_form_button_save").first.click()
        self.wait_idle()

    def press(self, *keys: str) -> None:
        """Press keys one after the other (``Control+k``, ``Tab``, ``a``)."""
        for key in keys:
            self.page.keyboard.press(key)
        self.keystrokes += len(keys)
        self.wait_idle()

    def type(self, text: str) -> None:
        """Type text wherever the cursor is; each character counts as a keystroke."""
        self.page.keyboard.type(text)
        self.keystrokes += len(text)
        self.wait_idle()

    def rows(self) -> list[list[str]]:
        """Cells of the list shown."""
        cells = "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText.trim()))"
        return self._scope().locator(".o_list_table tr.o_data_row").evaluate_all(cells)

    def cards(self) -> list[str]:
        """Texts of the kanban cards shown."""
        return self._scope().locator(".o_kanban_record:not(.o_kanban_ghost)").all_inner_texts()

    def open_row(self, text: str) -> None:
        """Open the list's row or the kanban's card that contains the text."""
        rows = self.page.locator("tr.o_data_row, .o_kanban_record:not(.o_kanban_ghost)").filter(has_text=text)
        row = rows.first
        # the cell with the text: others hold buttons, a star for example
        cell = row.locator("td.o_data_cell").filter(has_text=text).first
        (cell if cell.count() else row).click()
        self.wait_idle()

    def search(self, text: str) -> None:
        """Type into the search box of the view and press Enter."""
        box = self.page.locator(".o_searchview_input").first
        box.fill(text)
        box.press("Enter")
        self.wait_idle()

    def dialog(self) -> Locator:
        """The dialog on top."""
        return self.page.locator(".modal.o_technical_modal, .modal:visible").last

    def screenshot(self, path: Path | str, full_page: bool = False) -> Path:
        """Take a picture when fonts are there and nothing moves."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("document.fonts.ready.then(() => true)")
        # The list of conversations opens late and a tooltip stays where the mouse was last.
        self.page.mouse.move(0, 0)
        self.page.screenshot(path=str(path), full_page=full_page, animations="disabled", style=STILL)
        return path

    def width_overflow(self) -> int:
        """Pixels by which the page is wider than the window (0 = nobody must scroll sideways)."""
        return self.page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")

    def assert_no_errors(self, allow: Iterable[str] = ()) -> None:
        """Fail if the page has thrown or logged an error."""
        allowed = [re.compile(pattern, re.IGNORECASE) for pattern in (*NOISE, *allow)]
        found = [error for error in self.errors if not any(pattern.search(error) for pattern in allowed)]
        assert not found, "The page has errors:\n" + "\n".join(found)

    @contextlib.contextmanager
    def expect_errors(self) -> Iterator[list[str]]:
        """Errors inside the block are wanted; they are handed out and forgotten."""
        kept, self.errors = self.errors, []
        try:
            yield self.errors
        finally:
            self.errors = kept

    def _scope(self) -> Locator:
        dialogs = self.page.locator(".modal.o_technical_modal:visible, .modal.show:visible")
        return dialogs.last if dialogs.count() else self.page.locator("body")

    def _by_text(self, text: str) -> Locator:
        scope = self._scope()
        button = scope.get_by_role("button", name=text, exact=True)
        link = scope.get_by_role("link", name=text, exact=True)
        tab = scope.get_by_role("tab", name=text, exact=True)
        return button.or_(link).or_(tab).locator("visible=true").first

    def _pick(self, field: Locator, value: str) -> None:
        box = field.locator("input").first
        box.click()
        box.fill(value)
        choice = self.page.locator(".o-autocomplete--dropdown-item, .dropdown-item").filter(has_text=value).first
        expect(choice).to_be_visible(timeout=TIMEOUT)
        choice.click()
        self.wait_idle()
        if self.page.locator(".o-autocomplete--dropdown-menu:visible").count():
            box.press("Escape")  # a list of tags offers the next one at once, and covers what is below

    def _is_drawn(self) -> bool:
        if not self.scripts:
            return True  # a page without scripts is drawn when it is loaded
        return self.page.evaluate(
            """() => {
                if (document.readyState !== 'complete') return false;
                if (document.querySelector('.o_loading_indicator, .o_blockUI')) return false;
                if (document.querySelector('script[src*="assets_frontend"], script[data-src*="assets_frontend"]'))
                    return document.body.getAttribute('is-ready') === 'true';
                if (!document.querySelector('.o_web_client')) return true;
                const main = document.querySelector('.o_action_manager');
                return Boolean(main && main.children.length);
            }"""
        )

    def _on_request(self, request: Request) -> None:
        if request.resource_type in ("xhr", "fetch", "document") and not BACKGROUND.search(request.url):
            self._pending.add(request)

    def _forget(self, url: str) -> None:
        """A page that became a download never reports its end."""
        self._pending -= {request for request in self._pending if request.url == url}

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self.errors.append(f"{self.page.url}: {message.text} ({place})")
