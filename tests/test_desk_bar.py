"""The desk bar: a contact noted in seconds, with the keyboard, from anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .rig.browser import PHONE, Window
from .rig.odoo_server import OdooServer

BAR = ".o_library_desk_bar"
KEYS_OF_SHORTCUT = 3  # Alt, Shift, D


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A library with one team, one librarian and one patron."""
    nora = odoo.add_user("nora", ["library_crm.group_library_librarian"], email="nora@library.test")
    odoo.create("library.team", name="Reference", alias_name="ask", member_ids=[(0, 0, {"user_id": nora})])
    odoo.create("library.patron", name="Ivo Marsh", email="ivo@patrons.test")
    odoo.mark_log()
    return odoo


@pytest.fixture
def bar(desk: OdooServer, browse: Callable[..., Window]) -> Window:
    """The list of cases with the bar open; what was noted before is forgotten."""
    desk.sql("DELETE FROM library_interaction")
    window = browse(desk, "nora")
    window.open("/odoo/library-cases")
    window.press("Alt+Shift+D")
    window.page.wait_for_selector(BAR)
    return window


def _noted(desk: OdooServer) -> list[dict]:
    fields = ["read_level", "kind", "channel", "outcome", "note", "patron_id", "minutes", "is_reference", "case_id"]
    return desk.search("library.interaction", [], fields)


def _wait_for_note(window: Window) -> None:
    window.page.wait_for_selector(".o_notification:has-text('Noted')")
    window.page.wait_for_selector(BAR, state="detached")


def test_one_look_up_takes_five_keys(desk: OdooServer, bar: Window) -> None:
    """READ 2 without identity: the shortcut, the digit, Enter.

    Feature: P1, 11.6
    """
    bar.press("2", "Enter")
    _wait_for_note(bar)
    assert bar.keystrokes - 1 + KEYS_OF_SHORTCUT <= 8
    (contact,) = _noted(desk)
    assert (contact["read_level"], contact["outcome"], contact["patron_id"]) == ("2", "done", False)


def test_directions_are_no_reference(desk: OdooServer, bar: Window) -> None:
    """Feature: 11.6"""
    bar.press("1", "d", "Enter")
    _wait_for_note(bar)
    (contact,) = _noted(desk)
    assert (contact["read_level"], contact["kind"], contact["is_reference"]) == ("1", "directional", False)


def test_whole_bar_works_without_a_mouse(desk: OdooServer, bar: Window) -> None:
    """Effort, words, the patron by type-ahead, and the case that it becomes.

    Feature: 11.6
    """
    bar.press("5", "Tab")
    bar.type("Deeds of the harbour company")
    bar.press("Tab")
    bar.type("ivo")
    bar.page.wait_for_selector(".o-autocomplete--dropdown-item:has-text('Ivo Marsh')")
    bar.press("Enter")
    bar.page.wait_for_selector(f"{BAR} .badge:has-text('Ivo Marsh')")
    outcome = bar.page.locator(f"{BAR} select[name=outcome]")
    outcome.focus()
    bar.type("Be")  # Becomes a case
    bar.press("Enter")
    _wait_for_note(bar)
    (contact,) = _noted(desk)
    assert (contact["read_level"], contact["outcome"], contact["patron_id"][1]) == ("5", "open", "Ivo Marsh")
    case = desk.read("library.case", contact["case_id"][0], "name", "patron_id", "user_id", "channel")
    assert (case["name"], case["channel"]) == ("Deeds of the harbour company", "desk")
    assert case["patron_id"][1] == "Ivo Marsh" and case["user_id"]


def test_escape_notes_nothing(desk: OdooServer, bar: Window) -> None:
    bar.press("3", "Escape")
    bar.page.wait_for_selector(BAR, state="detached")
    assert not _noted(desk)


def test_enter_twice_notes_once(desk: OdooServer, bar: Window) -> None:
    bar.page.keyboard.press("2")
    bar.page.keyboard.press("Enter")
    bar.page.keyboard.press("Enter")
    _wait_for_note(bar)
    assert len(_noted(desk)) == 1


def test_opens_while_somebody_types_and_leaves_the_text_alone(desk: OdooServer, bar: Window) -> None:
    """Feature: 11.6"""
    bar.press("Escape")
    bar.open("/odoo/library-cases/new")
    bar.page.locator(".o_field_widget[name=name] input, .o_field_widget[name=name] textarea").first.click()
    bar.type("Half a title")
    bar.press("Alt+Shift+D")
    bar.page.wait_for_selector(BAR)
    bar.press("1", "Enter")
    _wait_for_note(bar)
    assert bar.value("name") == "Half a title"
    assert len(_noted(desk)) == 1


def test_phone_shows_the_whole_bar(desk: OdooServer, browse: Callable[..., Window]) -> None:
    """Off the desk, with a thumb.

    Feature: 11.6
    """
    desk.sql("DELETE FROM library_interaction")
    window = browse(desk, "nora", viewport=PHONE)
    window.open("/odoo/library-cases")
    window.page.locator(".o_library_desk_systray button:visible").first.click()
    window.page.locator(f"{BAR} button[data-level='3']").click()
    assert window.width_overflow() == 0
    window.page.locator(".o_library_desk_save").click()
    _wait_for_note(window)
    assert [contact["read_level"] for contact in _noted(desk)] == ["3"]


def test_nobody_else_has_it(desk: OdooServer, browse: Callable[..., Window]) -> None:
    """An account that is no librarian's: no icon and no shortcut."""
    desk.add_user("clerk", ["base.group_user"])
    window = browse(desk, "clerk")
    window.press("Alt+Shift+D")
    assert not window.page.locator(BAR).count()
    assert not window.page.locator(".o_library_desk_systray").count()


def test_the_log_stays_clean(desk: OdooServer) -> None:
    desk.assert_clean_log()
