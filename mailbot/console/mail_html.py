"""HTML of a stranger's mail, made safe to look at: nothing in it runs, fetches, sends or leads anywhere.

nh3 keeps elements, attributes and style properties that are known to be harmless; pictures inside the mail become part
of the page; pictures elsewhere become a placeholder; links lose where they lead, which is told beside the mail instead.
The frame that shows the result lets nothing out either (``headers.FRAME_POLICY``): each of the two would be enough.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import nh3

from mailbot.parsers.html_guard import elements, is_safe_to_parse

MOST_CHARACTERS = 1_000_000
MOST_PICTURES = 3_000_000
"""Octets of pictures that are shown in place, all together."""
MOST_LINKS = 100
MOST_STYLE = 4_000

TAGS = elements(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main "
    "mark nav ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead "
    "time tr tt u ul var wbr"
)
EVERYWHERE = elements("align bgcolor border color dir height lang style title valign width")
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(EVERYWHERE),
    "a": {"href"},
    "img": {"src", "alt"},
    "font": {"face", "size"},
    "table": {"cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "ol": {"start", "type"},
    "li": {"value"},
}
STYLES = elements(
    "background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius "
    "border-right border-right-color border-right-style border-right-width border-spacing border-style border-top "
    "border-top-color border-top-style border-top-width border-width clear color direction display float font "
    "font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style-type "
    "margin margin-bottom margin-left margin-right margin-top max-width min-width padding padding-bottom padding- "
    "left padding-right padding-top table-layout text-align text-decoration text-indent text-transform vertical- "
    "align white-space width word-break word-spacing word-wrap"
)
# What could make a style fetch something, or hide from this look at it that it does.
FETCHING = ("url", "image", "src(", "expression", "import", "var(", "env(", "attr(", "\\", "@", "/*", "<")
SCHEMES = {"http", "https", "mailto", "cid", "data", "ftp", "tel"}
KINDS = ((b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"))
PLACEHOLDER = "data:image/svg+xml;base64," + base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="32"><rect x="1" y="1" width="46" height="30" rx="3" '
    b'fill="#f1f2eb" stroke="#7d8983" stroke-dasharray="3 3"/><path d="M17 22l5-7 4 5 3-3 4 5z" fill="#7d8983"/></svg>'
).decode("ascii")


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """``links`` are where the mail wanted to lead. ``refused`` says why it is not shown at all: large, or tangled."""

    html: str = ""
    kept_out: int = 0
    """Pictures that would have been fetched from elsewhere."""
    links: tuple[str, ...] = ()
    refused: str = ""


def clean_html(html: str, pictures: Mapping[str, bytes]) -> CleanHtml:
    """Safe HTML for a body, from a mail's HTML and its pictures by Content-ID. Linear in their size."""
    if len(html) > MOST_CHARACTERS:
        return CleanHtml(refused="large")
    if not is_safe_to_parse(html):
        return CleanHtml(refused="tangled")
    look = _Look(pictures)
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags={"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math"},
        attributes=ATTRIBUTES,
        attribute_filter=look.keep,
        url_schemes=SCHEMES,
        filter_style_properties=set(STYLES),
        link_rel=None,
        strip_comments=True,
    )
    return CleanHtml(cleaned, look.kept_out, tuple(look.links))


@dataclass
class _Look:
    """Goes through the attributes of one mail."""

    pictures: Mapping[str, bytes]
    kept_out: int = 0
    links: dict[str, None] = field(default_factory=dict)
    _room: int = MOST_PICTURES

    def keep(self, tag: str, name: str, value: str) -> str | None:
        """What an attribute may say; None to leave it out."""
        if name == "href":
            if value.strip() and len(self.links) < MOST_LINKS:
                self.links.setdefault(value.strip()[:500])
            return None
        if name == "src":
            return self._picture(value.strip()) if tag == "img" else None
        return _keep_style(value) if name == "style" else value[:500]

    def _picture(self, source: str) -> str:
        content = None
        if source[:4].lower() == "cid:":
            content = self.pictures.get(source[4:].strip("<> "))
        elif source[:11].lower() == "data:image/":
            content = _inline(source)
        shown = _as_data(content) if content and len(content) <= self._room else ""
        if not shown:
            self.kept_out += 1
            return PLACEHOLDER
        self._room -= len(content or b"")
        return shown


def _keep_style(style: str) -> str | None:
    if len(style) > MOST_STYLE:
        return None
    kept = [one.strip() for one in style.split(";") if not any(sign in one.lower() for sign in FETCHING)]
    return "; ".join(filter(None, kept)) or None


def _inline(source: str) -> bytes | None:
    head, comma, body = source.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        return None
    try:
        return base64.b64decode(body, validate=False)
    except ValueError:
        return None


def _as_data(content: bytes) -> str:
    """A picture as part of the page, by what it is and not by what it is called; "" for what is none of those known."""
    kind = next((name for start, name in KINDS if content.startswith(start)), "")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "webp"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}" if kind else ""
