"""A report taken apart: the words of the server, and what it returns of the mail that it speaks of.

Contract: ``read_notice(mail, words)`` never raises and looks at no more than fixed amounts of text, so its time is
linear. ``Notice.lines`` are what the server says, without the returned mail; ``Notice.below`` is what stood under it in
the same text. ``Returned`` is what is left of the original: from a message/rfc822 or text/rfc822-headers part
(RFC 3462), else from the header lines that stand in the text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from mailbot.desk.correspondence import InboundMail
from mailbot.parsers.bounces.words import Words

MAX_TEXT = 96_000
MAX_LINES = 1_500
MAX_LINE = 700
MAX_HEADERS = 400
MAX_ATTACHMENTS = 5
HEADING_DECORATION = " \t-=*|#~_>:.·•+<"

HEADER_LINE = re.compile(r"[ \t>|]{0,12}([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]?(.*)")
MAIL_HEADERS = frozenset(
    (
        *("received", "return-path", "from", "to", "subject", "date", "message-id", "mime-version", "dkim-signature"),
        *(
            "x-received",
            "reply-to",
            "cc",
            "sender",
            "x-mailer",
            "content-type",
            "content-transfer-encoding",
            "importance",
        ),
        *("in-reply-to", "references", "delivered-to", "x-original-to", "user-agent", "arc-seal", "x-priority"),
        *("x-google-smtp-source", "received-spf", "authentication-results"),
    )
)
TRACE_HEADERS = frozenset(("received", "return-path", "mime-version", "dkim-signature", "x-received"))
"""What stands in a returned mail, and hardly ever in the summary that a server gives of it."""
MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
ADDRESS = re.compile(r"(?<![^\s<>()\[\]:;,\"'|@\\])[^\s<>()\[\]:;,\"'|@\\]{1,128}@[^\s<>()\[\]:;,\"'|@\\]{1,255}")
BLOCK_TAG = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/?pre|hr|/?ul|/?blockquote)\b[^<>]{0,500}>", re.I)
ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Returned:
    """The original mail, as far as the report brings it back. ``headers`` are (lower-case name, value)."""

    headers: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def message_id(self) -> str:
        found = MESSAGE_ID.search(self.first("message-id"))
        return found.group(1) if found else self.first("message-id").strip()

    @property
    def references(self) -> tuple[str, ...]:
        """In-Reply-To, then References, as they stand, without repeats."""
        both = f"{self.first('in-reply-to')} {self.first('references')}"
        return tuple(dict.fromkeys(MESSAGE_ID.findall(both[:16_000])))

    def addresses(self, *names: str) -> tuple[str, ...]:
        """The addresses in these headers, lower case, in order."""
        values = " ".join(value for key, value in self.headers if key in names)
        return tuple(dict.fromkeys(each.lower() for each in ADDRESS.findall(values[:16_000])))


@dataclass(frozen=True, slots=True)
class Notice:
    lines: tuple[str, ...]
    below: tuple[str, ...]
    returned: Returned

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read_notice(mail: InboundMail, words: Words) -> Notice:
    """What the server says in a mail, and what it returns."""
    lines = tuple(line[:MAX_LINE] for line in read_words(mail).split("\n", MAX_LINES)[:MAX_LINES])
    cut = _find_returned(lines, words)
    returned = _returned_part(mail)
    if not returned.headers:
        returned = Returned(_read_headers(lines[cut:]) or _summary_headers(lines[:cut]))
    return Notice(lines[:cut], lines[cut:], returned)


def read_words(mail: InboundMail, most: int = MAX_TEXT) -> str:
    """The readable text of a mail, from its HTML where there is no other, up to a length."""
    if mail.text.strip():
        return mail.text[:most].replace("\u00a0", " ").replace("\r", "\n")
    return _flatten_html(mail.html[: 2 * most])[:most]


def read_returned(mail: InboundMail) -> Returned:
    """The original in a part of its own (RFC 3462, 2), empty where there is none."""
    return _returned_part(mail)


def read_header_block(text: str) -> tuple[tuple[str, str], ...]:
    """Header lines of a text, unfolded, as (lower-case name, value)."""
    return _read_headers(tuple(line[:MAX_LINE] for line in text[:MAX_TEXT].split("\n", MAX_LINES)[:MAX_LINES]))


def _flatten_html(source: str) -> str:
    """Enough of HTML to find addresses line by line; the reply reader has a better one for people's words."""
    for closing in ("style", "script", "head"):
        source = _without_element(source, closing)
    lines = BLOCK_TAG.sub("\n", source.replace("\r", "").replace("\n", " "))
    return html.unescape(ANY_TAG.sub(" ", lines)).replace("\u00a0", " ")


def _without_element(source: str, name: str) -> str:
    lowered = source.lower()
    kept, position = [], 0
    while (start := lowered.find(f"<{name}", position)) >= 0:
        end = lowered.find(f"</{name}", start)
        kept.append(source[position:start])
        if end < 0:
            return "".join(kept)
        position = end
    return "".join((*kept, source[position:]))


def _returned_part(mail: InboundMail) -> Returned:
    if mail.nested:
        inner = mail.nested[0]
        return Returned(tuple((name.lower(), value) for name, value in inner.headers[:MAX_HEADERS]))
    for kind, text in mail.report_parts:
        if kind.lower() in ("text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers"):
            headers = read_header_block(text)
            if headers:
                return Returned(headers)
    return _attached_headers(mail)


def _attached_headers(mail: InboundMail) -> Returned:
    """Some servers attach the headers of the original as a text file."""
    for attachment in mail.attachments[:MAX_ATTACHMENTS]:
        if attachment.content_type.startswith(("text/", "message/")):
            headers = read_header_block(attachment.content[:MAX_TEXT].decode("utf-8", "replace"))
            if {"message-id", "received"} & {name for name, _ in headers}:
                return Returned(headers)
    return Returned()


def _find_returned(lines: tuple[str, ...], words: Words) -> int:
    """Index of the line where the returned mail begins: its heading, or its first header lines."""
    names = tuple(_header_name(line) for line in lines)
    for index, line in enumerate(lines):
        if _is_heading(line, words) and index > 0:
            return index
        if names[index] in MAIL_HEADERS and _is_header_block(names[index : index + 14]):
            return index
    return len(lines)


def _is_heading(line: str, words: Words) -> bool:
    bare = line.strip(HEADING_DECORATION).lower()
    if not bare or len(bare) > 110:
        return False
    return bare.startswith(words.returned) and not bare.startswith(words.not_returned)


def _header_name(line: str) -> str:
    found = HEADER_LINE.match(line)
    return found.group(1).lower() if found else ""


def _is_header_block(names: tuple[str, ...]) -> bool:
    """Three names of mail headers, one of them a trace, before anything that is neither header nor continuation."""
    known = {name for name in names if name in MAIL_HEADERS}
    return len(known) >= 3 and bool(known & TRACE_HEADERS)


def _summary_headers(lines: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What a server tells of the original amid its own words, as ``Message-ID: …``."""
    found = (HEADER_LINE.match(line) for line in lines)
    pairs = ((each.group(1).lower(), each.group(2).strip()) for each in found if each)
    return tuple(pair for pair in pairs if pair[0] in ("message-id", "from", "to", "subject", "references"))[
        :MAX_HEADERS
    ]


def _read_headers(lines: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, list[str]]] = []
    for line in lines:
        found = HEADER_LINE.match(line)
        if found:
            headers.append((found.group(1).lower(), [found.group(2).strip()]))
        elif headers and line[:1] in (" ", "\t") and line.strip():
            headers[-1][1].append(line.strip())
        elif headers and not line.strip() and len(headers) > 2:
            break
        if len(headers) >= MAX_HEADERS:
            break
    return tuple((name, " ".join(values)) for name, values in headers)
