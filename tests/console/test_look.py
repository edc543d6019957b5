"""The console's colours can be read, its styles name tokens only, and no page brings what the strict policy refuses."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "mailbot" / "console"
STATIC = CONSOLE / "static"
TOKENS = (STATIC / "tokens.css").read_text("utf-8")
SHEETS = {path.name: path.read_text("utf-8") for path in sorted(STATIC.glob("*.css"))}

_BLOCK = r"\s*\{([^{}]*)\}"
LIGHT = re.search(r":root" + _BLOCK, TOKENS[TOKENS.index("color-scheme: light;") - 20 :])
DARK_WISHED = re.search(r':root:not\(\[data-theme="light"\]\)' + _BLOCK, TOKENS)
DARK_CHOSEN = re.search(r':root\[data-theme="dark"\]' + _BLOCK, TOKENS)
assert LIGHT and DARK_WISHED and DARK_CHOSEN

STATES = ("new", "going", "waiting", "good", "still", "bad")
GROUNDS = ("ground", "sheet", "sunk", "hover", "note")
WORDS = [(ink, ground) for ink in ("ink", "ink-2", "ink-3", "pine", "pine-deep", "wax", "bad") for ground in GROUNDS]
WORDS += [(state, ground) for state in STATES for ground in (f"{state}-wash", "sheet", "ground")]
WORDS += [(ink, f"{state}-wash") for state in STATES for ink in ("ink", "pine")]
WORDS += [("pine", "pine-wash"), ("no", "sheet"), ("no", "bad-wash"), ("sheet", "pine")]
WORDS += [(f"on-{ground}", ground) for ground in ("pine", "wax", "yes")]
WORDS += [("on-pine", "pine-deep"), ("on-yes", "yes-deep")]
DRAWINGS = [(edge, ground) for edge in ("edge", "focus", "no", "yes", "pine") for ground in GROUNDS]


def declared(block: re.Match[str] | None) -> dict[str, str]:
    assert block
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block[1]))


THEMES = {"light": declared(LIGHT), "dark": declared(DARK_CHOSEN)}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio of two #rrggbb."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
def test_words_stand_out_from_their_ground(theme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    faint = {pair: round(contrast(*(THEMES[theme][name] for name in pair)), 2) for pair in WORDS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_focus_stand_out_from_their_ground(theme: str) -> None:
    """WCAG 2.2, 1.4.11 and 2.4.13: 3 to 1."""
    faint = {pair: round(contrast(*(THEMES[theme][name] for name in pair)), 2) for pair in DRAWINGS}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


def test_dark_is_the_same_by_choice_and_by_wish_of_the_system() -> None:
    assert declared(DARK_WISHED) == declared(DARK_CHOSEN)


def test_every_colour_has_a_light_and_a_dark_value() -> None:
    assert set(THEMES["light"]) == set(THEMES["dark"])


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_names_only_tokens_that_are_there(sheet: str) -> None:
    known = set(re.findall(r"(--[\w-]+)\s*:", TOKENS + SHEETS[sheet]))
    assert set(re.findall(r"var\((--[\w-]+)", SHEETS[sheet])) - known == set()


@pytest.mark.parametrize("sheet", sorted(set(SHEETS) - {"tokens.css", "print.css"}))
def test_style_has_no_colour_of_its_own(sheet: str) -> None:
    """But the black and nothing of masks, and what mails lie on: white paper, and the grounds of our own mails."""
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(", SHEETS[sheet])
    assert set(found) - {"#0000", "#000", "#ffffff", "#eef2f0", "#0f1615"} == set()


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_brings_nothing_from_elsewhere(sheet: str) -> None:
    places = re.findall(r"url\(\s*[\"']?([^\"')]+)", SHEETS[sheet])
    assert [place for place in places if not place.startswith("/static/vendor/")] == []
    assert "@import" not in SHEETS[sheet]


def test_address_of_a_font_carries_its_hash() -> None:
    """Without it browsers would ask again for 100 kB with every page."""
    fonts = re.findall(r'url\("/static/(vendor/[\w-]+\.woff2)\?v=([0-9a-f]{12})"\)', TOKENS)
    assert len(fonts) == TOKENS.count("url(")
    assert [name for name, version in fonts if _sha256(STATIC / name)[:12] != version] == []


def test_fonts_are_those_of_the_manifest() -> None:
    manifest = (STATIC / "vendor" / "fonts.md").read_text("utf-8")
    written = dict(re.findall(r"^\| `([\w-]+\.woff2)` \|.*\| `([0-9a-f]{64})` \|$", manifest, re.MULTILINE))
    assert written == {path.name: _sha256(path) for path in (STATIC / "vendor").glob("*.woff2")}


def test_axe_is_the_one_of_the_manifest() -> None:
    folder = CONSOLE.parents[1] / "tests" / "support" / "vendor"
    assert _sha256(folder / "axe.min.js") in (folder / "README.md").read_text("utf-8")


def test_pages_carry_no_styles_or_scripts_of_their_own() -> None:
    """The policy would drop them in silence."""
    wrong = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\bsrc=)")
    pages = {page.name: wrong.findall(page.read_text("utf-8")) for page in (CONSOLE / "pages").rglob("*.html")}
    assert {name: found for name, found in pages.items() if found} == {}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
