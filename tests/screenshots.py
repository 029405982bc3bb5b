"""Takes the pictures of the documentation: ``python -m tests.screenshots [name ...]``.

A demo library is started, each picture of the table is taken and laid into docs/images/. A page that logs an error, or
that is wider than its window, fails the run. To add a picture, add a row to SHOTS.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .rig.browser import DESKTOP, PHONE, Browser, Window
from .rig.environment import REPOSITORY
from .rig.kitchen import Kitchen
from .rig.odoo_server import OdooServer

IMAGES = REPOSITORY / "docs" / "images"

LIBRARIAN = "mei"
LEAD = "tomas"
STEWARD = "odile"
MANAGER = "ruth"
PATRON_ZH = "lin.wei@example.org"
PATRON_EN = "amara@example.org"
NOBODY = None


@dataclass(frozen=True)
class Shot:
    """One picture.

    :param name: file name without ending
    :param login: who looks; None is the public
    :param path: what is opened; ``{library_crm.some_xml_id}`` becomes the record's id
    :param viewport: width and height of the window
    :param lang: language of the user, or of the browser where nobody is logged in
    :param act: what is done with the window before the picture is taken
    :param full_page: the whole page instead of what the window shows
    """

    name: str
    login: str | None
    path: str
    viewport: tuple[int, int] = DESKTOP
    lang: str = "en_US"
    act: Callable[[Window], object] | None = None
    full_page: bool = False


SHOTS = (
    Shot("login", NOBODY, "/web/login"),
    Shot("portal-home-phone", PATRON_EN, "/my", PHONE),
    Shot("portal-home-phone-zh", PATRON_ZH, "/my", PHONE, "zh_CN"),
)


class Photographer:
    """Takes pictures of a demo library."""

    def __init__(self, server: OdooServer, browser: Browser, folder: Path):
        self.server = server
        self.browser = browser
        self.folder = folder

    def take(self, shot: Shot) -> list[str]:
        """Take one picture and say what is wrong with the page."""
        if shot.login:
            self._set_language(shot.login, shot.lang)
            window = self.browser.login(self.server.url, shot.login, None, shot.viewport, shot.lang)
        else:
            window = self.browser.window(self.server.url, shot.viewport, shot.lang)
        try:
            window.open(self._path(shot.path))
            if shot.act:
                shot.act(window)
                window.wait_idle()
            window.screenshot(self.folder / f"{shot.name}.png", shot.full_page)
            return self._complaints(window)
        finally:
            window.close()

    def _path(self, path: str) -> str:
        return re.sub(r"\{([\w.]+)\}", lambda found: str(self.server.ref(found[1])), path)

    def _set_language(self, login: str, lang: str) -> None:
        self.server.activate_language(lang)
        user = self.server.search("res.users", [("login", "=", login)], ["lang"])
        if not user:
            raise LookupError(f"The demo library has no user {login}.")
        if user[0]["lang"] != lang:
            self.server.write("res.users", user[0]["id"], lang=lang)

    @staticmethod
    def _complaints(window: Window) -> list[str]:
        complaints = []
        try:
            window.assert_no_errors()
        except AssertionError as error:
            complaints.append(str(error))
        if overflow := window.width_overflow():
            complaints.append(f"{overflow} pixels wider than the window")
        return complaints


def main(arguments: list[str] | None = None) -> int:
    """Take all pictures, or those named.

    :return: 0 if every page was in order
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="pictures to take; all if none is named")
    parser.add_argument("--folder", type=Path, default=IMAGES, help="where to lay them (default: docs/images)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - {shot.name for shot in SHOTS}
    if unknown:
        parser.error(f"there is no picture called {', '.join(sorted(unknown))}")
    shots = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    failed = 0
    kitchen = Kitchen()
    try:
        with OdooServer(kitchen.serve("demo", "screenshots")) as server, Browser() as browser:
            server.freeze_address()
            photographer = Photographer(server, browser, options.folder)
            for shot in shots:
                failed += _report(shot, photographer)
    finally:
        kitchen.close()
    print(f"{len(shots) - failed} pictures in {options.folder}, {failed} failed")
    return 1 if failed else 0


def _report(shot: Shot, photographer: Photographer) -> int:
    """Take a picture, print how it went, and return 1 if something is wrong."""
    try:
        complaints = photographer.take(shot)
    except Exception as error:  # the other pictures are still wanted
        complaints = [f"{type(error).__name__}: {error}"]
    print(f"{shot.name}: {'; '.join(complaints) or 'taken'}", flush=True)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
