"""Stylesheet into style attributes, once for each wording and never for each mail.

Mail programs that read no ``<style>`` (Outlook for Windows, Gmail with other accounts) need every style on its element.
The wording is still a Jinja source when this is done, so its tags are put behind shields that an HTML parser leaves
where they are. Only wordings may come here: css-inline ends the whole program on HTML nested tens of thousands deep,
which is why tags are counted first.
"""

from __future__ import annotations

import re

import css_inline

MAX_TAGS = 2_000
_JINJA = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_RAW = r"<!--.*?-->|<style\b.*?</style>"
_PIECES = re.compile(rf"(?P<raw>{_RAW})|(?P<tag></?[a-zA-Z](?:{_JINJA}|[^<>{{]|\{{)*>)|(?P<jinja>{_JINJA})", re.S)
_INSIDE = re.compile(_JINJA, re.S)
_SHIELD = re.compile(r"<!--jinja(\d+)-->|zjinja(\d+)z")
_STYLE = re.compile(r"<style data-inline>(.*?)</style>\s*", re.S)
_BLOCK = re.compile(r"\{%-?\+?\s*(?:block\s+(\w+)\b|endblock\b)[^%]*%\}")
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def inline_layout(source: str) -> tuple[str, str]:
    """(layout with its own styles inlined between ``<!--body-->`` and ``<!--/body-->``, its stylesheet for others)."""
    css = "\n".join(_STYLE.findall(source))
    head, _, rest = _STYLE.sub("", source).partition("<!--body-->")
    body, _, foot = rest.partition("<!--/body-->")
    return head + inline_styles(body, css) + foot, css


def inline_block(source: str, block: str, css: str) -> str:
    """The source with styles inlined in one of its blocks; what stands outside it need not be HTML."""
    depth, start = 0, 0
    for match in _BLOCK.finditer(source):
        if not start:
            start = match.end() if match[1] == block else 0
            continue
        depth += 1 if match[1] else -1
        if depth < 0:
            return source[:start] + inline_styles(source[start : match.start()], css) + source[match.start() :]
    return source


def inline_styles(source: str, css: str) -> str:
    """The HTML fragment ``source``, with Jinja tags in it, with the rules of ``css`` in style attributes.

    Raises ValueError where there are more tags than a wording has.
    """
    if source.count("<") > MAX_TAGS:
        raise ValueError(f"more than {MAX_TAGS} tags in one wording")
    kept: list[str] = []
    shielded = _PIECES.sub(lambda match: _shield(match, kept), source)
    inlined = _INLINER.inline_fragment(shielded, css)
    return _SHIELD.sub(lambda match: kept[int(match[1] or match[2])], inlined)


def _shield(match: re.Match[str], kept: list[str]) -> str:
    if match["tag"]:
        return _INSIDE.sub(lambda inner: f"zjinja{_keep(inner[0], kept)}z", match["tag"])
    return f"<!--jinja{_keep(match[0], kept)}-->"


def _keep(text: str, kept: list[str]) -> int:
    kept.append(text)
    return len(kept) - 1
