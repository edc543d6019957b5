"""HTML of a mail to lines of text that keep what the markup said about them.

``html_to_text(html)`` gives readable text; ``read_html_lines(html, classify)`` the same text line by line, each line
with the marks that ``classify`` gave to the elements around it. Nothing is fetched, run or raised.

What ``html_guard`` finds unsafe for the tree parser, and very large mail, is read by ``_strip_tags`` instead: the same
text with fewer marks.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from mailbot.parsers.html_guard import RAW_TEXT, elements, is_safe_to_parse, scan_tags, without_ballast

MAX_CHARACTERS = 2_000_000


class Mark:
    """What the markup says of a line, as bits of an int (an IntFlag costs a third of the time of reading a mail).

    An element's marks hold for everything inside it.
    """

    NONE = 0
    QUOTE = 1
    """Inside a container that mail programs put around quoted mail."""
    CUT = 2
    """From this element to the end of the mail everything is quoted."""
    ATTRIBUTION = 4
    SIGNATURE = 8
    HIDDEN = 16
    FORWARD = 32
    PRE = 64
    HEADERS = 128
    WRAP = 256
    """Around an attribution and the quotations below it; what a person writes between those is new."""
    BAR = 512
    """Inside an element with a bar on its left: a quotation, if something announces it."""
    RULED = 1024
    """The first line below a horizontal rule."""
    COLOUR = 2048
    """In a colour of its own, other than black and grey."""
    BOLD = 4096


@dataclass(frozen=True, slots=True)
class HtmlLine:
    text: str
    marks: int = 0
    depth: int = 0
    """How many quote containers surround the line."""


Classify = Callable[[str, dict[str, str | None]], int]


BLOCKS = elements(
    "address article aside blockquote body center dd details dir div dl dt fieldset figure figcaption "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table "
    "tbody tfoot thead tr ul"
)
SPACED = elements("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre dl")
CELLS = frozenset(("td", "th"))
SKIPPED = elements(
    "head style script title meta link template noscript iframe object embed svg math textarea select noframes xmp"
)

_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|$)"
    r"|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)"
)
_NO_MARGIN = re.compile(r"margin(?:-top|-bottom)?\s*:\s*0")


def html_to_text(html: str, *, with_hidden: bool = False) -> str:
    """Readable plain text of ``html``: visible lines, links as ``text <url>`` where the text is not the link itself.

    ``with_hidden``: also what is not shown, such as preheaders, which mail programs quote as text.
    """
    lines = read_html_lines(html)
    return "\n".join(line.text for line in lines if with_hidden or not line.marks & Mark.HIDDEN).strip("\n")


def read_html_lines(
    html: str, classify: Classify | None = None, *, markdown_links: bool = False
) -> tuple[HtmlLine, ...]:
    """The lines of ``html``, hidden ones included and marked. No two blank lines follow each other.

    ``markdown_links``: links as ``[text](url)`` instead.
    """
    html = html.replace("\x00", "")
    if len(html) > MAX_CHARACTERS:
        html = without_ballast(html)[:MAX_CHARACTERS]
    writer = _LineWriter(markdown_links)
    if is_safe_to_parse(html):
        _walk(html, classify, writer)
    else:
        _strip_tags(html, writer)
    return writer.finish()


class _LineWriter:
    """Gathers text into lines. A line has the marks of its first word."""

    def __init__(self, markdown_links: bool) -> None:
        self.lines: list[HtmlLine] = []
        self.markdown_links = markdown_links
        self._words: list[str] = []
        self._link_start = 0
        self._marks = 0
        self._depth = 0
        self._started = False
        self._gap = False
        self._ruled = 0

    def put(self, text: str, marks: int, depth: int) -> None:
        if not self._started and text.strip():
            self._marks, self._depth, self._started = marks | self._ruled, depth, True
            self._ruled = 0
        self._words.append(text)

    def end_line(self, marks: int, depth: int, *, force: bool = False) -> None:
        """Close the current line; ``force`` keeps an empty one (a ``<br>`` of its own)."""
        text = "".join(self._words)
        self._words.clear()
        if not self._started:
            self._gap = self._gap or force
            return
        if self._gap and self.lines:
            self.lines.append(HtmlLine("", self._marks & ~Mark.PRE if marks else 0, min(depth, self._depth)))
        self._gap = False
        pre = self._marks & Mark.PRE
        text = text.replace("\xa0", " ")
        self.lines.append(HtmlLine(text.rstrip() if pre else text.strip(), self._marks, self._depth))
        self._started = False

    def open_link(self) -> None:
        self._link_start = len(self._words)

    def close_link(self, target: str) -> None:
        """Add the target to the words since ``open_link``, or since the last line end, unless they say the same."""
        start = min(self._link_start, len(self._words))
        words = "".join(self._words[start:])
        written = words.strip()
        if not written or _says_the_same(written, target):
            return
        if self.markdown_links:
            lead = words[: len(words) - len(words.lstrip())]
            self._words[start:] = [f"{lead}[{written}]({target})"]
        else:
            self._words.append(f" <{target}>")

    def gap(self) -> None:
        self._gap = True

    def rule(self) -> None:
        """Let the next line know that it stands below a rule."""
        self._gap = True
        self._ruled = Mark.RULED

    def finish(self) -> tuple[HtmlLine, ...]:
        self.end_line(0, 0)
        return tuple(self.lines)


def _walk(html: str, classify: Classify | None, writer: _LineWriter) -> None:
    """Depth-first over the tree without recursion; the stack holds what to restore when an element ends."""
    node = LexborHTMLParser(html).root
    sticky, marks, depth = 0, 0, 0
    stack: list[tuple[str, int, int, str]] = []
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            _put_text(writer, node.text_content or "", marks | sticky, depth)
        elif tag == "br":
            writer.end_line(marks | sticky, depth, force=True)
        elif tag == "img":
            pass
        elif tag not in SKIPPED and tag[:1] not in "-_!":
            attributes = node.attributes
            own = _own_marks(tag, attributes, classify)
            if own & Mark.CUT:
                writer.end_line(marks | sticky, depth)
                sticky |= Mark.QUOTE | Mark.CUT
            _enter(tag, attributes, writer, marks | sticky, depth)
            child = node.child
            if child is not None:
                stack.append((tag, marks, depth, _target(tag, attributes)))
                marks |= own & ~Mark.CUT
                depth += 1 if own & Mark.QUOTE else 0
                node = child
                continue
            _leave(tag, "", writer, marks | sticky, depth)
        while node.next is None and stack:
            node = node.parent
            left, marks_before, depth_before, target = stack.pop()
            _leave(left, target, writer, marks | sticky, depth)
            marks, depth = marks_before, depth_before
            if node is None:
                return
        node = node.next if stack else None


_TAG_MARKS = {"pre": Mark.PRE, "b": Mark.BOLD, "strong": Mark.BOLD}


def _own_marks(tag: str, attributes: dict[str, str | None], classify: Classify | None) -> int:
    own = _TAG_MARKS.get(tag, 0)
    if not attributes:
        return own | (classify(tag, attributes) if classify and tag == "blockquote" else 0)
    style = attributes.get("style")
    if "hidden" in attributes or (style and _HIDING.search(style[:2000].lower())):
        own |= Mark.HIDDEN
    return own | (classify(tag, attributes) if classify else 0)


def _enter(tag: str, attributes: dict[str, str | None], writer: _LineWriter, marks: int, depth: int) -> None:
    if tag in BLOCKS:
        writer.end_line(marks, depth)
        if tag in SPACED and not (tag == "p" and _is_tight(attributes)):
            writer.gap()
        if tag == "li":
            writer.put("- ", marks, depth)
        elif tag == "hr":
            writer.rule()
    elif tag in CELLS:
        writer.put(" ", marks, depth)
    elif tag == "a":
        writer.open_link()


def _leave(tag: str, target: str, writer: _LineWriter, marks: int, depth: int) -> None:
    if tag in BLOCKS:
        writer.end_line(marks, depth)
        if tag in SPACED and tag != "p":
            writer.gap()
    elif tag == "a" and target:
        writer.close_link(target)


def _is_tight(attributes: dict[str, str | None]) -> bool:
    """Whether a paragraph stands without space around it, as each line written in Outlook does."""
    return (attributes.get("class") or "").startswith(("Mso", "x_Mso")) or bool(
        _NO_MARGIN.search((attributes.get("style") or "")[:300])
    )


def _target(tag: str, attributes: dict[str, str | None]) -> str:
    href = (attributes.get("href") or "").strip() if tag == "a" else ""
    return href[:2000] if href[:8].lower().startswith(("http://", "https://")) else ""


def _says_the_same(written: str, target: str) -> bool:
    bare = target.split("://", 1)[-1].rstrip("/").lower()
    return bare in written.lower() or written.lower().rstrip("/").endswith(bare)


def _put_text(writer: _LineWriter, text: str, marks: int, depth: int) -> None:
    if not marks & Mark.PRE:
        writer.put(_SPACE.sub(" ", text), marks, depth)
        return
    first, *rest = text.replace("\r\n", "\n").split("\n")
    writer.put(first, marks, depth)
    for line in rest:
        writer.end_line(marks, depth, force=True)
        writer.put(line, marks, depth)


def _strip_tags(html: str, writer: _LineWriter) -> None:
    """The linear way: text between tags, line ends at blocks, quote marks from the count of open blockquotes."""
    position = depth = skipping = 0
    for closing, name, _attributes, start, end in scan_tags(html):
        marks = Mark.QUOTE if depth > 0 else 0
        if start > position and not skipping:
            writer.put(_SPACE.sub(" ", entities.unescape(html[position:start])), marks, max(depth, 0))
        position = end
        if name in RAW_TEXT:
            skipping = 0 if closing else 1
        if name == "br" or name in BLOCKS:
            writer.end_line(marks, max(depth, 0), force=name == "br")
        if name == "blockquote":
            depth = max(0, depth - 1) if closing else depth + 1
    if not skipping and position < len(html):
        writer.put(_SPACE.sub(" ", entities.unescape(html[position:])), 0, 0)
