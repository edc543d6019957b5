"""Stylesheet into style attributes, once for each wording and never for each mail.

Mail programs that read no ``<style>`` (Outlook for Windows, Gmail with other accounts) need every style on its element.
The wording is still a Jinja source when this is done, so its tags are put behind shields that an HTML parser leaves
where they are. Only wordings may come here: css-inline ends the whole program on HTML nested tens of thousands deep,
which is why depth is counted first.
"""

from __future__ import annotations

import re

import css_inline

MAX_OPEN_TAGS = 2_000
_JINJA = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_PIECES = re.compile(
    rf"(?P<raw><!--.*?-->|<style\b.*?</style>)|(?P<tag></?[a-zA-Z](?:{_JINJA}|[^<>{{]|\{{)*>)|(?P<jinja>{_JINJA})", re.S
)
_SHIELD = re.compile(r"<!--jinja(\d+)-->|zjinja(\d+)z")
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def inline_styles(source: str, css: str) -> str:
    """The HTML fragment ``source``, with Jinja tags in it, with the rules of ``css`` in style attributes.

    Raises ValueError where there are more tags than a wording has.
    """
    if source.count("<") > MAX_OPEN_TAGS:
        raise ValueError(f"more than {MAX_OPEN_TAGS} tags in one wording")
    kept: list[str] = []
    shielded = _PIECES.sub(lambda match: _shield(match, kept), source)
    inlined = _INLINER.inline_fragment(shielded, css)
    return _SHIELD.sub(lambda match: kept[int(match[1] or match[2])], inlined)


def _shield(match: re.Match[str], kept: list[str]) -> str:
    if match["tag"]:
        return re.sub(_JINJA, lambda inner: f"zjinja{_keep(inner[0], kept)}z", match["tag"], flags=re.S)
    return f"<!--jinja{_keep(match[0], kept)}-->"


def _keep(text: str, kept: list[str]) -> int:
    kept.append(text)
    return len(kept) - 1
