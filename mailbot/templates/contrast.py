"""Whether words can be read: contrast of colours (WCAG 2.2, 1.4.3) as they stand in the HTML of a mail, light and dark.

Style attributes and the frame's rules for dark mode are followed; that is all that mail programs agree on. Colours are
``#rgb``, ``#rrggbb``, ``rgb(…)`` and a few names; what else CSS has cannot be judged, and is told as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
NAMED = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255)}
NAMED |= {"gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192), "navy": (0, 0, 128)}
NAMED |= {"maroon": (128, 0, 0), "teal": (0, 128, 128), "yellow": (255, 255, 0), "orange": (255, 165, 0)}
PASSED_ON = frozenset(("inherit", "transparent", "currentcolor", "none", "initial", "unset"))
ENOUGH, ENOUGH_FOR_LARGE = 4.5, 3.0

_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_PIXELS = re.compile(r"(\d{1,3}(?:\.\d+)?)px")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Faint:
    """Words that stand out too little. ``colour`` is as written, ``ground`` as #rrggbb; ``ratio`` 0 is unknown."""

    words: str
    colour: str
    ground: str
    ratio: float
    dark: bool


@dataclass(frozen=True, slots=True)
class _Look:
    tag: str = ""
    colour: str = "#000000"
    ground: str = "#ffffff"
    pixels: float = 16.0
    bold: bool = False
    hidden: bool = False


def find_faint(html: str) -> Iterator[Faint]:
    """Words below the contrast that their size asks for, in light and in dark mode; each pair of colours once."""
    rules = _dark_rules(html)
    for dark in (False, True) if rules else (False,):
        walk = _Walk(rules if dark else {})
        walk.feed(html)
        walk.close()
        for (colour, ground), words in walk.seen.items():
            faint = _judge(colour, ground, words, dark)
            if faint:
                yield faint


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white), WCAG 2.2's contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def read_colour(written: str) -> Colour | None:
    """The first colour in a CSS value, or None."""
    if found := _HEX.search(written):
        digits = found[0][1:] if len(found[0]) == 7 else "".join(c + c for c in found[0][1:])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.search(written):
        return int(found[1]), int(found[2]), int(found[3])
    return next((NAMED[word] for word in written.split() if word in NAMED), None)


def _judge(colour: str, ground: str, seen: tuple[str, bool], dark: bool) -> Faint | None:
    words, large = seen
    ink, paper = read_colour(colour), read_colour(ground)
    if ink is None or paper is None:
        return Faint(words, colour, ground, 0.0, dark)
    ratio, ground = contrast(ink, paper), "#{:02x}{:02x}{:02x}".format(*paper)
    return Faint(words, colour, ground, ratio, dark) if ratio < (ENOUGH_FOR_LARGE if large else ENOUGH) else None


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _dark_rules(html: str) -> dict[str, str]:
    """Selector → declarations, of the rules that hold in dark mode; all of them are !important."""
    rules: dict[str, str] = {}
    for block in _DARK.findall(html):
        for rule in _RULE.finditer(block):
            for selector in map(str.strip, rule[1].split(",")):
                rules[selector] = f"{rules.get(selector, '')};{rule[2]}"
    return rules


class _Walk(HTMLParser):
    """Keeps, for each pair of colours, some of the words that stand in it, and whether all of them are large."""

    def __init__(self, rules: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: dict[tuple[str, str], tuple[str, bool]] = {}
        self._rules = rules
        self._stack = [_Look()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = {name: (value or "").lower() for name, value in attrs}
        look = replace(self._stack[-1], tag=tag, bold=self._stack[-1].bold or tag in ("b", "strong", "h1", "h2", "h3"))
        look = replace(look, hidden=look.hidden or tag in ("style", "title", "head", "script"))
        for name, value in (("color", given.get("color")), ("background-color", given.get("bgcolor"))):
            look = _styled(look, f"{name}:{value}") if value else look
        look = _styled(look, given.get("style", ""))
        for selector in (tag, *(f".{name}" for name in given.get("class", "").split())):
            look = _styled(look, self._rules.get(selector, ""))
        self._stack.append(look)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._stack) - 1, 0, -1):
            if self._stack[depth].tag == tag:
                del self._stack[depth:]
                return

    def handle_data(self, data: str) -> None:
        look, words = self._stack[-1], " ".join(data.split())
        if look.hidden or not words:
            return
        large = look.pixels >= 24 or (look.bold and look.pixels >= 18.66)
        before = self.seen.get((look.colour, look.ground))
        if before is None or (before[1] and not large):
            self.seen[look.colour, look.ground] = (words[:40], large)


def _styled(look: _Look, style: str) -> _Look:
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.replace("!important", "").strip()
        if name == "display" and value == "none":
            look = replace(look, hidden=True)
        elif name == "font-size" and (pixels := _PIXELS.match(value)):
            look = replace(look, pixels=float(pixels[1]))
        elif name == "font-weight":
            look = replace(look, bold=value == "bold" or (value.isdecimal() and int(value) >= 700))
        elif value in PASSED_ON or not value:
            continue
        elif name == "color":
            look = replace(look, colour=value)
        elif name in ("background-color", "background"):
            look = replace(look, ground=value)
    return look
