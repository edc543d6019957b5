"""HTML of a mail to lines of text that keep what the markup said about them.

``html_to_text(html)`` gives readable text; ``read_html_lines(html, classify)`` the same text line by line, each line
with the marks that ``classify`` gave to the elements around it. Nothing is fetched, run or raised.

The parser (lexbor) needs quadratic time on markup made to hurt it: tens of thousands of attributes in one tag, open
elements without end, formatting elements that are never closed. ``is_safe_to_parse`` finds those in one linear pass;
such mails, and very large ones, are read by ``_strip_tags`` instead: same text, fewer marks.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

MAX_CHARACTERS = 2_000_000
MAX_TAGS = 40_000
MAX_DEPTH = 200
MAX_ATTRIBUTES = 64
HARMLESS_CHARACTERS = 6_000
"""Below this size not even the worst markup costs more than some milliseconds, so the guard is not run."""


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


@dataclass(frozen=True, slots=True)
class HtmlLine:
    text: str
    marks: int = 0
    depth: int = 0
    """How many quote containers surround the line."""


Classify = Callable[[str, dict[str, str | None]], int]


def _elements(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCKS = _elements(
    "address article aside blockquote body center dd details dir div dl dt fieldset figure figcaption "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table "
    "tbody tfoot thead tr ul"
)
SPACED = _elements("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre dl")
CELLS = frozenset(("td", "th"))
SKIPPED = _elements(
    "head style script title meta link template noscript iframe object embed svg math textarea select noframes xmp"
)
RAW_TEXT = _elements("style script title textarea xmp iframe noembed noframes")
VOID = _elements("area base br col embed hr img input link meta param source track wbr basefont frame keygen")
FORMATTING = _elements("a b big code em font i nobr s small strike strong tt u")
CLOSES_ITSELF = _elements("p li tr td th dt dd option thead tbody tfoot colgroup")
SCOPES = _elements("table td th caption html template")

_SPACE = re.compile(r"[ \t\r\n\f]+")
_MARKUP = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>]{0,63})|!--|[!?/])")
_RAW_TEXT_END = {name: re.compile(rf"(?i)</{name}") for name in RAW_TEXT}
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(\"|'|[^\s>]*))?")
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
        html = _without_ballast(html)[:MAX_CHARACTERS]
    writer = _LineWriter(markdown_links)
    if is_safe_to_parse(html):
        _walk(html, classify, writer)
    else:
        _strip_tags(html, writer)
    return writer.finish()


def is_safe_to_parse(html: str) -> bool:
    """Whether the tree parser takes linear time on ``html``. Linear itself."""
    if len(html) < HARMLESS_CHARACTERS:
        return True
    if html.count("<") > 2 * MAX_TAGS:
        return False
    open_elements: list[str] = []
    unclosed: dict[str, int] = {}
    for tags, (closing, name, attributes, _start, _end) in enumerate(_scan_tags(html)):
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


def _scan_tags(html: str) -> Iterator[tuple[bool, str, int, int, int]]:
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


def _without_ballast(html: str) -> str:
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

    def put(self, text: str, marks: int, depth: int) -> None:
        if not self._started and text.strip():
            self._marks, self._depth, self._started = marks, depth, True
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


def _own_marks(tag: str, attributes: dict[str, str | None], classify: Classify | None) -> int:
    own = Mark.PRE if tag == "pre" else 0
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
            writer.gap()
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
    for closing, name, _attributes, start, end in _scan_tags(html):
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
