"""A linear look at HTML before a tree is built of it.

``is_safe_to_parse`` finds the markup that the tree parser (lexbor) needs quadratic time for: tens of thousands of
attributes in one tag, elements that are never closed, formatting that is opened again in every paragraph. ``scan_tags``
reads tags by the tokenizer rules of the HTML standard, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TAGS = 40_000
MAX_DEPTH = 200
MAX_ATTRIBUTES = 64
HARMLESS_CHARACTERS = 6_000
"""Below this size not even the worst markup costs more than some milliseconds, so it is not looked at."""


def elements(names: str) -> frozenset[str]:
    """Element names, written with spaces between."""
    return frozenset(names.split())


RAW_TEXT = elements("style script title textarea xmp iframe noembed noframes")
VOID = elements("area base br col embed hr img input link meta param source track wbr basefont frame keygen")
FORMATTING = elements("a b big code em font i nobr s small strike strong tt u")
CLOSES_ITSELF = elements("p li tr td th dt dd option thead tbody tfoot colgroup")
SCOPES = elements("table td th caption html template")

_MARKUP = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>]{0,63})|!--|[!?/])")
_RAW_TEXT_END = {name: re.compile(rf"(?i)</{name}") for name in RAW_TEXT}
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(\"|'|[^\s>]*))?")


def is_safe_to_parse(html: str) -> bool:
    """Whether the tree parser takes linear time on ``html``. Linear itself."""
    if len(html) < HARMLESS_CHARACTERS:
        return True
    if html.count("<") > 2 * MAX_TAGS:
        return False
    open_elements: list[str] = []
    unclosed: dict[str, int] = {}
    for tags, (closing, name, attributes, _start, _end) in enumerate(scan_tags(html)):
        if attributes > MAX_ATTRIBUTES or tags > MAX_TAGS:
            return False
        if closing:
            _close(name, open_elements, unclosed)
        elif name not in VOID:
            _open(name, open_elements)
        if len(open_elements) + sum(unclosed.values()) > MAX_DEPTH:
            return False
    return True


def _open(name: str, open_elements: list[str]) -> None:
    if name in CLOSES_ITSELF and open_elements and open_elements[-1] == name:
        return
    open_elements.append(name)


def _close(name: str, open_elements: list[str], unclosed: dict[str, int]) -> None:
    """Close as a tree builder would, never further than the nearest scope: what is overestimated is only the depth.

    Formatting elements that another end tag closed are opened again by the parser in each block that follows.
    """
    for steps, open_name in enumerate(reversed(open_elements[-12:]), 1):
        if open_name == name:
            for lost in open_elements[len(open_elements) - steps + 1 :]:
                if lost in FORMATTING:
                    unclosed[lost] = unclosed.get(lost, 0) + 1
            del open_elements[-steps:]
            return
        if open_name in SCOPES and name not in SCOPES and name not in CLOSES_ITSELF:
            break
    if unclosed.get(name):
        unclosed[name] -= 1


def scan_tags(html: str) -> Iterator[tuple[bool, str, int, int, int]]:
    """(closing, name, number of attributes, start, end) of each tag, by the tokenizer rules of the HTML standard."""
    position = 0
    while match := _MARKUP.search(html, position):
        name = (match[2] or "").lower()
        if not name:
            position = _skip_comment(html, match)
            continue
        count, end = _skip_attributes(html, match.end())
        yield bool(match[1]), name, count, match.start(), end
        position = end
        if name in RAW_TEXT and not match[1]:
            found = _RAW_TEXT_END[name].search(html, end)
            if found is None:
                return
            position = found.start()


def _skip_comment(html: str, match: re.Match[str]) -> int:
    if match[0] == "<!--":
        end = html.find("-->", match.start() + 2)
        return len(html) if end < 0 else end + 3
    end = html.find(">", match.end())
    return len(html) if end < 0 else end + 1


def _skip_attributes(html: str, position: int) -> tuple[int, int]:
    """How many attributes stand from ``position`` on, and where the tag ends; counts no further than the bound."""
    count = 0
    while match := _ATTRIBUTE.match(html, position):
        count += 1
        position = match.end()
        if match[2] in ('"', "'"):
            end = html.find(match[2], position)
            if end < 0:
                return count, len(html)
            position = end + 1
        if count > MAX_ATTRIBUTES:
            break
    end = html.find(">", position)
    return count, len(html) if end < 0 else end + 1


def without_ballast(html: str) -> str:
    """Comments, styles and scripts taken out, so that the size cap falls on text."""
    kept, position = [], 0
    for opening in re.finditer(r"(?i)<(?:!--|(style|script)\b)", html):
        if opening.start() < position:
            continue
        kept.append(html[position : opening.start()])
        name = (opening[1] or "").lower()
        if name:
            closing = _RAW_TEXT_END[name].search(html, opening.end())
            end = html.find(">", closing.start()) if closing is not None else -1
        else:
            end = html.find("-->", opening.end())
            end = end + 2 if end >= 0 else -1
        if end < 0:
            return "".join(kept)
        position = end + 1
    kept.append(html[position:])
    return "".join(kept)
