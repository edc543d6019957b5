"""The look of a notice: readable colours in light and dark, and no page wider than a phone."""

import re
from dataclasses import replace

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import NoticeContext
from mailbot.templates.render import LAYOUT, LEAN, render_notice
from mailbot.templates.samples import sample_context, sample_contexts
from mailbot.templates.words import FOLDER
from tests.support.browser import open_browser

SOURCE = (FOLDER / LAYOUT).read_text("utf-8")
LIGHT, _, DARK = SOURCE.partition("@media (prefers-color-scheme: dark)")
CARD, GROUND = ("#ffffff", "#18211f"), ("#eef2f0", "#0f1615")


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("h1", CARD),
        ("h2", CARD),
        ("a", CARD),
        (".small", CARD),
        (".quote", CARD),
        (".value", CARD),
        (".label", ".panel"),
        (".word", ".panel"),
        (".big", ".panel"),
        (".value", ".panel"),
        (".warning", ".warning"),
        (".yes-link", ".yes"),
        (".no-link", ".no"),
    ],
)
def test_words_stand_out_from_what_they_stand_on(ink: str, paper: str | tuple[str, str]) -> None:
    """WCAG 2.1, 1.4.3 (AA): at least 4.5 to 1."""
    for place, styles in enumerate((LIGHT, DARK)):
        ground = paper[place] if isinstance(paper, tuple) else _colour(styles, paper, "background-color")
        assert _contrast(_colour(styles, ink, "color"), ground) >= 4.5


def test_small_print_stands_out_from_the_ground() -> None:
    (light,) = set(re.findall(r'class="[^"]*faint[^"]*"[^>]*[^-]color:(#\w{6})', SOURCE))
    assert _contrast(light, GROUND[0]) >= 4.5
    assert _contrast(_colour(DARK, ".faint", "color"), GROUND[1]) >= 4.5


def test_layouts_load_nothing_from_elsewhere() -> None:
    for name in (LAYOUT, LEAN):
        source = (FOLDER / name).read_text("utf-8").replace('xmlns:o="urn:schemas-microsoft-com:office:office"', "")
        assert re.findall(r"https?:|//|src=|<link|@import|url\(|<script", source) == []


@pytest.mark.system
def test_no_notice_is_wider_than_a_phone_or_asks_the_network() -> None:
    long = "x" * 180
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 320, "height": 600})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        widths = {}
        for kind in NoticeKind:
            for case, context in {**sample_contexts(kind), "long": _with_subject(kind, long)}.items():
                page.set_content(render_notice(kind, "sv", context).html)
                widths[f"{kind} {case}"] = page.evaluate("document.documentElement.scrollWidth")
        assert {name: width for name, width in widths.items() if width > 320} == {}
        assert asked == []


def _with_subject(kind: NoticeKind, subject: str) -> NoticeContext:
    context = sample_context(kind)
    ticket = replace(context.ticket, subject=subject, requester_address=f"{subject}@x.example")
    return replace(context, ticket=ticket)


def _colour(styles: str, selector: str, name: str) -> str:
    """The last value that a rule with ``selector`` in its list gives to a property."""
    found = ""
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", styles):
        if selector in [part.strip() for part in selectors.split(",")]:
            declared = dict(re.findall(r"(?:^|;)\s*([a-z-]+):\s*([^;!]+)", body))
            found = declared.get(name, found).strip()
    return found


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
