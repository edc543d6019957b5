"""The studio in real Chromium: errors at their line, live preview, the keyboard all the way, no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.console_gallery import find_faults
from mailbot.console.sessions import SESSION_COOKIE
from mailbot.wording_room import WordingRoom
from tests.support.browser import open_browser
from tests.support.console import Console
from tests.support.studio import ADA, CHANGED, PACKAGED, PLACE, open_studio

WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def trying() -> Iterator[WordingRoom]:
    with WordingRoom() as room:
        yield room


@pytest.fixture
def console(tmp_path: Path, sqlite_template: Path, trying: WordingRoom) -> Iterator[Console]:
    with open_studio(tmp_path, sqlite_template, trying) as console:
        yield console


class Watched:
    """A page of the studio, and all that a browser says against it. ``asked`` are the addresses that it asked for."""

    def __init__(self, browser: Browser, console: Console, **options: object) -> None:
        self.console, self.told, self.asked = console, [], []
        wishes = {"viewport": {"width": 1280, "height": 800}, "locale": "sv", **options}
        self.context = browser.new_context(**wishes)  # type: ignore[arg-type]
        self.context.add_cookies([{"name": SESSION_COOKIE, "value": console.sign_in(ADA), "url": console.url}])
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.add_init_script(WATCH)
        self.page.set_default_timeout(15_000)

    def open(self, path: str = PLACE) -> Page:
        self.page.goto(self.console.url + path)
        return self.page

    def complaints(self) -> list[str]:
        refused = self.page.evaluate("window.refused || []")
        return [*self.told, *refused, *(url for url in self.asked if not url.startswith(self.console.url))]


@pytest.fixture
def studio(browser: Browser, console: Console) -> Iterator[Watched]:
    watched = Watched(browser, console)
    yield watched
    watched.context.close()


def put_caret(page: Page, line: int) -> None:
    """The caret at the end of a line, by the keyboard."""
    page.locator("#editor .cm-content").focus()
    page.keyboard.press("Control+Home")
    # A long line is several on the screen, and the keys go by those.
    for _ in range(3 * line):
        if page.locator("#where").inner_text().startswith(f"rad {line},"):
            break
        page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("End")


def source_of(page: Page) -> str:
    return str(page.locator("#f-source").input_value())


def test_error_shows_at_its_line_and_goes_when_it_is_mended(studio: Watched) -> None:
    page = studio.open()
    expect(page.locator("#verdict")).to_have_text("Inga fel. Det går att spara.")
    put_caret(page, 10)
    page.keyboard.type(" {{ ticket.referens }}")
    expect(page.locator("#verdict")).to_have_text("1 fel att rätta")
    expect(page.locator("#problems li")).to_have_text(
        "Rad 10ticket har inget som heter referens Menade du ticket.reference?"
    )
    assert page.locator("#editor .cm-lintRange-error").first.inner_text() == "ticket.referens"
    expect(page.locator("#editor .cm-lint-marker-error")).to_have_count(1)
    for _ in range(len("ns }}")):
        page.keyboard.press("Backspace")
    page.keyboard.type("nce }} ")
    expect(page.locator("#verdict")).to_have_text("Inga fel. Det går att spara.")
    expect(page.locator("#editor .cm-lint-marker-error")).to_have_count(0)
    assert studio.complaints() == []


def test_key_goes_to_the_next_problem(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 10)
    page.keyboard.type(" {{ desk.fone }}")
    expect(page.locator("#editor .cm-lint-marker-error")).to_have_count(1)
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    expect(page.locator("#where")).to_contain_text("rad 10,")


def test_preview_follows_what_is_typed(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 4)
    page.keyboard.type(" – och hälsningar")
    expect(page.locator("#shown-subject")).to_have_text(
        "[SD-1042] Vi har tagit emot ditt ärende: Skrivaren på plan 3 skriver bara ut tomma sidor – och hälsningar"
    )
    page.get_by_role("button", name="Bara text").click()
    expect(page.locator("#shown-text")).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()
    assert studio.complaints() == []


def frame_style(page: Page, script: str) -> object:
    handle = page.locator("iframe.shown:not(.coming)").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame
    return frame.evaluate(script)


def test_mail_is_shown_at_both_widths_and_in_dark_mode(studio: Watched) -> None:
    page = studio.open()
    frame = page.locator("iframe.shown")
    expect(frame).to_have_attribute("width", "680")
    assert frame_style(page, "getComputedStyle(document.body).backgroundColor") == "rgb(238, 242, 240)"
    page.get_by_role("button", name="Telefon", exact=True).click()
    expect(frame).to_have_attribute("width", "360")
    page.locator("#dark").click()
    expect(page.locator("iframe.shown[src$='?dark=1']:not(.coming)")).to_have_count(1)
    expect(page.locator("iframe.shown")).to_have_count(1)
    assert frame_style(page, "getComputedStyle(document.body).backgroundColor") == "rgb(15, 22, 21)"
    assert studio.complaints() == []


def test_preview_is_of_the_case_that_is_chosen(studio: Watched) -> None:
    studio.console.desk.receive(subject="Kaffemaskinen läcker")
    page = studio.open()
    page.locator("#f-case").select_option("ticket:1001")
    expect(page.locator("#shown-subject")).to_have_text("[SD-1001] Vi har tagit emot ditt ärende: Kaffemaskinen läcker")


def test_name_is_put_in_by_a_click_and_by_the_keyboard(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 10)
    page.get_by_role("button", name="Namn", exact=True).click()
    page.keyboard.type("telefonnumret")
    page.keyboard.press("Enter")
    assert source_of(page).split("\n")[9].endswith("{{ ticket.reference }}.{{ desk.phone }}")
    page.locator("li[data-name='ticket.promised_by'] button", has_text="ticket.promised_by").evaluate("b => b.click()")
    assert source_of(page).split("\n")[9].endswith("{{ desk.phone }}{{ ticket.promised_by|date_time }}")
    page.keyboard.type(" {{ desk.organ")
    page.locator(".cm-tooltip-autocomplete").wait_for()
    page.wait_for_timeout(300)  # the editor takes no key for a list that has only just opened
    page.keyboard.press("Enter")
    assert source_of(page).split("\n")[9].endswith("{{ desk.organisation}}")
    assert studio.complaints() == []


def test_whole_work_is_done_by_the_keyboard(studio: Watched) -> None:
    page = studio.open()
    expect(page.locator("#editor")).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "editor":
            break
    page.keyboard.press("Control+Home")
    page.keyboard.press("Tab")
    assert source_of(page).startswith("  {% extends")
    page.keyboard.press("Control+z")
    put_caret(page, 8)
    page.keyboard.press("Home")
    page.keyboard.press("Home")
    page.keyboard.type("God dag! ")
    page.keyboard.press("Control+s")
    assert page.evaluate("document.activeElement.id") == "f-why"
    page.keyboard.type("Vänligare")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "f-why":
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text("Sparat som version 1")
    with studio.console.desk.office() as office:
        saved = office.work.wordings.list_history("receipt", "sv")
    assert [(r.source, r.why) for r in saved] == [(PACKAGED.replace("\nHej{", "\nGod dag! Hej{", 1), "Vänligare")]
    assert studio.complaints() == []


def test_escape_then_tab_leaves_the_editor(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 2)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "editor"
    assert source_of(page) == PACKAGED


def test_unsaved_text_survives_a_reload_and_is_offered_back(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 10)
    page.keyboard.type(" Osparat.")
    page.reload()
    expect(page.locator("#draft-found")).to_be_visible()
    assert source_of(page) == PACKAGED
    page.get_by_role("button", name="Ta fram dem").click()
    assert source_of(page).split("\n")[9].endswith(" Osparat.")
    page.reload()
    page.get_by_role("button", name="Släng dem").click()
    page.reload()
    expect(page.locator("#editor .cm-content")).to_be_visible()
    expect(page.locator("#draft-found")).to_be_hidden()
    assert studio.complaints() == []


def test_lost_session_is_told_and_loses_nothing(studio: Watched) -> None:
    page = studio.open()
    expect(page.locator("#verdict")).to_have_class("good")
    studio.console.desk.later(minutes=45)
    put_caret(page, 10)
    page.keyboard.type(" Osparat.")
    expect(page.locator("#cut-off")).to_contain_text("Du har loggats ut.")
    page.goto("about:blank")
    studio.console.desk.later(minutes=-45)
    studio.open()
    expect(page.locator("#draft-found")).to_be_visible()


def test_proof_is_sent_without_leaving_the_page(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 10)
    page.keyboard.type(" Osparat.")
    page.get_by_role("button", name="Skicka ett prov till mig").click()
    expect(page.locator("#proof-said")).to_have_text(f"Ett prov är på väg till {ADA}.")
    letter = studio.console.desk.letter_to(ADA)
    body = letter.get_body(("plain",))
    assert letter["Subject"].startswith("Prov: ") and body and " Osparat." in body.get_content()
    assert studio.complaints() == []


def test_refused_wording_comes_back_with_its_problems_in_the_editor(studio: Watched) -> None:
    page = studio.open()
    put_caret(page, 10)
    page.keyboard.type(" {{ desk.fone }}")
    page.locator("#f-why").fill("Telefon")
    with page.expect_navigation():
        page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".box.bad")).to_contain_text("Inte sparat")
    expect(page.locator("#editor .cm-lint-marker-error")).to_have_count(1)
    assert source_of(page).split("\n")[9].endswith("{{ desk.fone }}")
    assert page.locator("#f-why").input_value() == "Telefon"
    page.locator("#problems a").click()
    expect(page.locator("#where")).to_contain_text("rad 10")


def test_without_scripts_it_is_a_form_that_tries_previews_and_saves(browser: Browser, console: Console) -> None:
    plain = Watched(browser, console, java_script_enabled=False)
    page = plain.open()
    assert [page.locator(place).is_visible() for place in ("#f-source", "#editor", "iframe.shown")] == [
        True,
        False,
        True,
    ]
    page.locator("#f-source").fill(CHANGED.replace("{{ ticket.reference }}", "{{ ticket.referens }}", 1))
    page.get_by_role("button", name="Pröva").click()
    assert "ticket har inget som heter referens" in page.locator("#problems").inner_text()
    page.locator("#f-source").fill(CHANGED)
    page.get_by_role("button", name="Pröva").click()
    assert page.locator("#shown-subject").inner_text().startswith("[SD-1042] Tack, vi har ditt ärende")
    page.locator("#f-why").fill("Vi tackar")
    page.get_by_role("button", name="Spara", exact=True).click()
    assert "Sparat som version 1" in page.locator(".said").inner_text()
    page.goto(f"{console.url}{PLACE}/history")
    page.locator("details.more summary").last.click()
    page.get_by_role("button", name="Ta tillbaka").last.click()
    assert source_of(page) == PACKAGED
    plain.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_the_studio(browser: Browser, console: Console, scheme: str) -> None:
    console.post(PLACE, {"source": CHANGED, "why": "Vi tackar", "after": "0", "do": "save"})
    watched = Watched(browser, console, color_scheme=scheme, locale="en")
    found = {}
    for path in ("/wording", PLACE, f"{PLACE}/history", f"{PLACE}/diff"):
        page = watched.open(path)
        if path == PLACE:
            put_caret(page, 10)
            page.keyboard.type(" {{ desk.fone }}")
            expect(page.locator("#problems li")).to_have_count(1)
        found[path] = list(find_faults(page))
    watched.context.close()
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("width", "shown"), [(390, ".narrow-only"), (1280, ".wide-only")])
def test_differences_stand_side_by_side_where_there_is_room(
    browser: Browser, console: Console, width: int, shown: str
) -> None:
    console.post(PLACE, {"source": CHANGED, "why": "Vi tackar", "after": "0", "do": "save"})
    watched = Watched(browser, console, viewport={"width": width, "height": 800})
    page = watched.open(f"{PLACE}/diff")
    visible = [place for place in (".narrow-only", ".wide-only") if page.locator(place).is_visible()]
    signs = {text.strip()[:1] for text in page.locator(f"{shown} .sign").all_inner_texts() if text.strip()}
    watched.context.close()
    assert (visible, signs) == ([shown], {"+", "−", "⋯"})


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_of_the_studio_is_wider_than_its_window(browser: Browser, console: Console, width: int) -> None:
    console.post(PLACE, {"source": CHANGED, "why": "Vi tackar", "after": "0", "do": "save"})
    watched = Watched(browser, console, viewport={"width": width, "height": 800})
    wide = {}
    for path in ("/wording", PLACE, f"{PLACE}/history", f"{PLACE}/diff"):
        watched.open(path)
        wide[path] = watched.page.evaluate("document.documentElement.scrollWidth")
    watched.context.close()
    assert wide == dict.fromkeys(wide, width)
