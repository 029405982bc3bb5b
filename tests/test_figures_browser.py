"""Figures on screen: what they mean one click away, what must not be shown, and figures that are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .rig.browser import Window
from .rig.odoo_server import OdooServer

MEANING, SAVE = ".o_library_figure_meaning", ".o_library_figure_save"


@pytest.fixture(scope="module")
def shelf(odoo: OdooServer) -> OdooServer:
    """Loans of twelve patrons, visits of nine, one event of two."""
    odoo.add_user("nora", ["library_crm.group_library_librarian"], email="nora@library.test")
    patrons = [odoo.create("library.patron", name=f"Reader {n}", email=f"reader{n}@patrons.test") for n in range(12)]
    # use comes by import only; what an import would have left is written past it
    for kind, count in (("loan", 12), ("visit", 9), ("event", 2)):
        for patron in patrons[:count]:
            odoo.sql(
                "INSERT INTO library_usage (company_id, patron_id, month, kind, uses, channel)"
                " VALUES (1, %s, date_trunc('month', now() - interval '2 months')::date, %s, 3, 'onsite')",
                patron, kind,
            )
    odoo.mark_log()
    return odoo


@pytest.fixture
def pivot(shelf: OdooServer, browse: Callable[..., Window]) -> Window:
    window = browse(shelf, "nora")
    window.open("/odoo/library-usage")
    window.page.wait_for_selector(MEANING)
    return window


def test_a_pivot_says_what_it_does_not_show(pivot: Window) -> None:
    """Feature: P7, X12"""
    away = pivot.page.locator("td .o_library_not_shown")
    away.first.wait_for()
    assert set(away.all_inner_texts()) == {"not shown"}
    assert "fewer than five" in (away.first.get_attribute("data-tooltip") or "")


def test_what_a_figure_means_is_one_click_away(pivot: Window) -> None:
    """Feature: P7, X12"""
    pivot.page.click(MEANING)
    dialog = pivot.page.locator(".modal")
    dialog.locator("h2").first.wait_for()
    words = dialog.inner_text()
    assert "Loans, visits, downloads" in words
    assert "No figure is about fewer than five people" in words


def test_a_graph_has_the_same_buttons_and_names_what_is_not_shown(pivot: Window) -> None:
    """Feature: P7, X12"""
    pivot.page.click(".o_switch_view.o_graph")
    pivot.page.wait_for_selector(".o_graph_renderer")
    pivot.page.wait_for_selector("p.o_library_not_shown")
    assert "Not shown" in pivot.page.inner_text("p.o_library_not_shown")
    pivot.page.click(MEANING)
    pivot.page.wait_for_selector(".modal h2")


def test_a_figure_is_kept_and_taken_again(shelf: OdooServer, pivot: Window) -> None:
    """Feature: X12"""
    pivot.page.click(SAVE)
    name = pivot.page.locator(".modal [name=name] input")
    name.wait_for()
    assert name.input_value() == "Use of the library"
    name.fill("Use by class")
    pivot.page.click(".modal button[name=action_run]")
    pivot.page.wait_for_selector("button[name=action_again]")
    pivot.page.wait_for_selector("[name=figures] table")
    pivot.page.click("button[name=action_again]")
    pivot.page.wait_for_selector("a[name=changes]")
    pivot.page.click("a[name=changes]")
    pivot.page.wait_for_selector("[name=changes] th:has-text('Difference')")
    taken = "SELECT count(*) FROM library_saved_report_run r JOIN library_saved_report s ON s.id = r.report_id"
    assert shelf.sql(f"{taken} WHERE s.name = 'Use by class' AND s.report_model = 'library.usage.report'") == [(2,)]
    # what one keeps for oneself, nobody else finds: not even who administers the server
    assert shelf.search("library.saved.report", [["name", "=", "Use by class"]]) == []
