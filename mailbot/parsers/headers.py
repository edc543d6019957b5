"""Header fields: the block split and unfolded; dates and ids read from it.

RFC 5322, 2.2 and 3.6. Nothing here raises: a broken field yields what can be read of it. All work
is linear in the block, and the block is cut at ``limits.HEADER_BYTES`` and ``limits.HEADER_LINES``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mailbot.parsers.charsets import decode_text, find_codec
from mailbot.parsers.limits import HEADER_BYTES, HEADER_LINES

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|date|subject|sender|reply-to|message-id|in-reply-to|references|received|return-path|"
    rb"mime-version|content-[a-z-]+|x-[a-z0-9_-]+|list-[a-z-]+|resent-[a-z-]+|arc-[a-z-]+|dkim-signature|precedence|"
    rb"auto-submitted|user-agent|delivered-to|thread-[a-z]+|importance|priority|organization|errors-to|"
    rb"authentication-results|received-spf|status|lines|comments|keywords|feedback-id)[ \t]*:",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\n\r*(?:\n|\Z)")
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_SECOND_FRACTION = re.compile(r"(:\d\d)\.\d{1,9}")
_ZONE_COLON = re.compile(r"(:\d\d [+-]\d\d):(\d\d)\b")
"""A zone as ISO 8601 has it: the standard library would pass over it, and be hours wrong."""
_CHARSET_PARAMETER = re.compile(rb"charset\s{0,4}\*?=\s{0,4}\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one header block: (name as written, unfolded value with its encoded-words as they came)."""

    entries: tuple[tuple[str, str], ...] = ()
    by_name: dict[str, list[str]] = field(default_factory=dict)
    body_start: int = 0
    defects: tuple[str, ...] = ()
    complete: bool = True

    def get(self, name: str) -> str:
        """Value of the first field of that (lower-case) name, or the empty string."""
        values = self.by_name.get(name)
        return values[0] if values else ""

    def get_all(self, name: str) -> list[str]:
        return self.by_name.get(name, [])


def read_fields(source: bytes, start: int, end: int) -> Fields:
    """Header block that begins at ``start``; ``body_start`` is the offset of what follows its blank line.

    Junk between fields continues the field before it; junk that no known field follows is the start of the body
    (a sender that forgot the blank line).
    """
    if source[start : start + 1] == b"\n" or source[start : start + 2] == b"\r\n":
        return Fields(body_start=source.index(b"\n", start) + 1)
    block_end, body_start = _find_end(source, start, end)
    complete = block_end - start <= HEADER_BYTES
    lines = source[start : min(block_end, start + HEADER_BYTES)].split(b"\n")
    if len(lines) > HEADER_LINES + 1:
        lines, complete = lines[:HEADER_LINES], False
    fields, stop, defects = _gather(lines)
    if stop is not None:  # so what was cut was no header
        body_start, complete = start + stop, True
    if not complete:
        defects.append("header is over the limit and was cut")
    entries = _decode_block(fields)
    by_name: dict[str, list[str]] = {}
    for name, value in entries:
        by_name.setdefault(name.lower(), []).append(value)
    return Fields(entries, by_name, body_start, tuple(defects), complete)


def _find_end(source: bytes, start: int, end: int) -> tuple[int, int]:
    """(end of the block, start of the body). Beyond the cap only plain searches: nested mails repeat them."""
    near = min(end, start + HEADER_BYTES + 2)
    blank = _BLANK_LINE.search(source, start, near)
    if blank and (blank.end() < near or near == end):
        return blank.start() + 1, blank.end()
    ends = [
        (found + 1, found + len(mark))
        for mark in (b"\n\n", b"\n\r\n")
        if (found := source.find(mark, max(start, near - 3), end)) >= 0
    ]
    return min(ends, default=(end, end))


def is_field(line: bytes) -> bool:
    """Does the line begin like a header field, ``Name:``?"""
    return _FIELD.match(line) is not None


def _gather(lines: list[bytes]) -> tuple[list[list[bytes]], int | None, list[str]]:
    """Physical lines to fields; and the offset where the body begins if that is before the blank line."""
    fields: list[list[bytes]] = []
    defects: list[str] = []
    offset = 0
    last_known: int | None = None
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            fields.append([match[1], line[match.end() :]])
        elif line[:1] in (b" ", b"\t"):
            if not line.strip() and number + 1 < len(lines) and not _continues(lines[number + 1]):
                return fields, offset + len(line) + 1, [*defects, "blank line of the header holds spaces"]
            if fields:
                fields[-1].append(line)
        elif line.strip():
            if line.startswith(b"--") and fields:  # a delimiter; no field and no folding begins so
                return fields, offset, [*defects, "no blank line after the header"]
            if last_known is None:
                last_known = _last_known(lines)
            if number > last_known:
                return fields, offset, [*defects, "no blank line after the header"]
            if not line.startswith((b"From ", b">From ")):
                defects = defects or ["junk inside the header"]
                if fields:
                    fields[-1].append(line)
        offset += len(line) + 1
    return fields, None, defects


def _continues(line: bytes) -> bool:
    return line[:1] in (b" ", b"\t") or bool(_FIELD.match(line)) or not line.strip()


def _last_known(lines: list[bytes]) -> int:
    return next((number for number in range(len(lines) - 1, -1, -1) if _KNOWN.match(lines[number])), -1)


def _decode_block(fields: list[list[bytes]]) -> tuple[tuple[str, str], ...]:
    entries = []
    label: str | None = None
    for name, *pieces in fields:
        value = b" ".join(filter(None, (piece.strip() for piece in pieces))) if len(pieces) > 1 else pieces[0].strip()
        if b"\x00" in value:  # it must leave a mark: what stands around it may be two halves of an address
            value = value.replace(b"\x00", b"\xef\xbf\xbd")
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            if label is None:
                label = _charset_of(fields)
            text = decode_text(value, label)[0]
        entries.append((name.decode("ascii"), text))
    return tuple(entries)


def _charset_of(fields: list[list[bytes]]) -> str:
    """The charset that the body declares: raw 8-bit fields, against RFC 5322, are most often in it."""
    for name, *pieces in fields:
        if name.lower() == b"content-type":
            match = _CHARSET_PARAMETER.search(b"".join(pieces)[:2000])
            label = match[1].decode("ascii") if match else ""
            return "" if find_codec(label) == "utf-8" else label
    return ""


def clean_line(text: str) -> str:
    """One line of text: controls and line breaks, which a decoded value may smuggle in, become a space."""
    return _CONTROL.sub(" ", text).strip() if not text.isprintable() else text.strip()


def read_date(value: str) -> datetime | None:
    """Aware UTC time of a Date field (RFC 5322, 3.3), or None where it holds none. No zone means UTC."""
    value = _ZONE_COLON.sub(r"\1\2", _SECOND_FRACTION.sub(r"\1", value[:200].strip()))
    if not value:
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
    return None


def read_message_ids(value: str) -> tuple[str, ...]:
    """msg-ids of a field in order, without angle brackets and repeats; a bare ``left@right`` counts if alone."""
    found = ["".join(each.split()) for each in _MESSAGE_ID.findall(value)]
    if not found:
        found = [word.strip("<>,;") for word in value[:2000].split() if "@" in word]
    return tuple(dict.fromkeys(each for each in found if each))
