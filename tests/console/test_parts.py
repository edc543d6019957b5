"""Every part that pages are made of, in real Chromium: nothing refused, nothing too wide, nothing that axe finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bench.console_gallery import HERE, find_faults, serve_gallery
from tests.support.browser import open_browser

PAGES = sorted(page.stem for page in HERE.glob("*.html"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with serve_gallery() as address:
        yield address


@pytest.fixture
def view(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", PAGES)
def test_part_fits_and_keeps_to_the_policy(view: Page, gallery: str, name: str, width: int) -> None:
    """320 px is what WCAG 2.2, 1.4.10 asks for: a desk's screen at 400 %."""
    told: list[str] = []
    view.on("console", lambda message: told.append(message.text))
    view.set_viewport_size({"width": width, "height": 800})
    view.goto(f"{gallery}/{name}")
    assert (told, view.evaluate("document.documentElement.scrollWidth")) == ([], width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_part_has_no_fault_that_axe_finds(view: Page, gallery: str, name: str, scheme: str) -> None:
    view.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    view.goto(f"{gallery}/{name}?lang=en")
    assert list(find_faults(view)) == []


def test_theme_changes_on_the_spot_and_the_menu_closes(view: Page, gallery: str) -> None:
    view.emulate_media(color_scheme="light")
    view.goto(f"{gallery}/list")
    before = view.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    view.locator("[data-theme-switch] summary").click()
    view.locator("button[value=dark]").click()
    after = view.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (before, after) == ("rgb(241, 242, 235)", "rgb(16, 23, 22)")
    assert view.locator("details.drop[open]").count() == 0


def test_menu_closes_by_escape_and_gives_the_focus_back(view: Page, gallery: str) -> None:
    view.goto(f"{gallery}/list")
    view.locator("[data-theme-switch] summary").focus()
    view.keyboard.press("Enter")
    view.keyboard.press("Tab")
    view.keyboard.press("Escape")
    assert view.locator("details.drop[open]").count() == 0
    assert view.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_keyboard_comes_past_the_frame_first(view: Page, gallery: str) -> None:
    view.goto(f"{gallery}/list")
    view.keyboard.press("Tab")
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", PAGES)
def test_targets_are_large_enough_for_a_thumb(view: Page, gallery: str, name: str) -> None:
    """WCAG 2.2, 2.5.8: 24 px, but for links in running text and what a card's own link lies over."""
    view.set_viewport_size({"width": 390, "height": 800})
    view.goto(f"{gallery}/{name}")
    small = view.evaluate(
        """[...document.querySelectorAll("button, summary, .button, nav a, select, input:not([type=hidden])")]
        .map(one => [one.closest("label, .tick") ?? one, one])
        .filter(([one]) => one.checkVisibility() && !one.closest(".rail"))
        .filter(([one]) => one.getBoundingClientRect().height < 24 || one.getBoundingClientRect().width < 24)
        .map(([, one]) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
