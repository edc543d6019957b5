"""The tree of parts of a mail, as offsets into its bytes (RFC 2046, 5.1). Nothing is copied or decoded here.

An outer boundary always ends an inner part, so a lost closing line costs at most the part it stood in. The walk is
bounded by a ``Budget`` that all levels share, nested messages too: what is over it stays unread and is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbot.parsers.headers import Fields, read_fields
from mailbot.parsers.limits import DEPTH, PARTS
from mailbot.parsers.parameters import read_parameters

_GUESS = re.compile(rb"(?:\A|\n)--(\S[^\r\n]{0,200})\r?\n[Cc]ontent-[A-Za-z-]{1,40}[ \t]*:")
_GUESS_WITHIN = 64 * 1024
_LOOKS = 20_000


@dataclass(slots=True)
class Budget:
    """What may still be read of one mail, and what was found wrong with it so far."""

    parts: int = PARTS
    looks: int = _LOOKS
    """Lines that begin like a delimiter and are none."""
    guesses: int = 10
    """Boundaries that may be guessed where a header names none or a wrong one."""
    charset: str = ""
    """The charset that the header's encoded-words are in: the best guess for a text that does not say."""
    copied: int = 0
    """Bytes that attachments of nested mails may still repeat."""
    defects: dict[str, None] = field(default_factory=dict)
    exceeded: bool = False

    def note(self, defect: str) -> None:
        if defect and len(self.defects) < 50:
            self.defects[defect] = None

    def exceed(self, reason: str) -> None:
        self.exceeded = True
        self.note(reason)


@dataclass(slots=True)
class Part:
    """One entity: its fields, where its body lies in ``source``, and its children if it is a multipart."""

    source: bytes
    fields: Fields
    start: int
    end: int
    content_type: str
    parameters: dict[str, str]
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)
    depth: int = 0

    @property
    def body(self) -> bytes:
        return self.source[self.start : self.end]

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)


def read_part(source: bytes, start: int, end: int, budget: Budget, depth: int = 0, default: str = "text/plain") -> Part:
    """The entity in ``source[start:end]`` with everything below it. ``default`` is its type where it names none."""
    fields = read_fields(source, start, end)
    for defect in fields.defects:
        budget.note(defect)
    if not fields.complete:
        budget.exceed("header over the limit")
    body_start = min(fields.body_start, end)
    content_type, parameters = _read_content_type(fields.get("content-type"), default)
    part = Part(source, fields, body_start, end, content_type, parameters, depth=depth)
    if disposition := fields.get("content-disposition"):
        part.disposition, part.disposition_parameters = read_parameters(disposition)
    if content_type.startswith("multipart/"):
        _read_children(part, budget)
    return part


def _read_content_type(value: str, default: str) -> tuple[str, dict[str, str]]:
    if not value:
        return default, {}
    content_type, parameters = read_parameters(value)
    main, slash, sub = content_type.partition("/")
    if main and slash and sub:
        return content_type, parameters
    if main == "text":  # RFC 1049, still sent
        return "text/plain", parameters
    if "boundary" in parameters:
        return "multipart/mixed", parameters
    return ("text/html" if main == "html" else "text/plain"), parameters


def _read_children(part: Part, budget: Budget) -> None:
    if part.depth >= DEPTH:
        budget.exceed(f"nested deeper than {DEPTH}")
        return
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    spans = list(_spans(part, boundary, budget)) if boundary else []
    if not spans and (guessed := _guess_boundary(part, budget)) and guessed != boundary:
        budget.note("boundary is missing or wrong; guessed")
        spans = list(_spans(part, guessed, budget))
    elif not spans:
        budget.note("multipart without parts")
    if spans and (first := _find_part_in_preamble(part, spans[0][0])):
        budget.note("the delimiter before the first part is missing")
        part.children.append(first)
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in spans:
        part.children.append(read_part(part.source, start, end, budget, part.depth + 1, default))


def _find_part_in_preamble(part: Part, first_start: int) -> Part | None:
    """Where the first delimiter was lost, the fields of the first part stand below those of the multipart itself: a
    second Content-Type, and words before the first delimiter that is there."""
    entries = part.fields.entries
    declared = [number for number, (name, _) in enumerate(entries) if name.lower() == "content-type"]
    if len(declared) < 2:
        return None
    content_type, parameters = _read_content_type(entries[declared[1]][1], "")
    end = part.source.rfind(b"\n--", part.start, first_start)
    if not content_type.startswith("text/") or not part.source[part.start : max(end, part.start)].strip():
        return None
    by_name: dict[str, list[str]] = {}
    for name, value in entries[declared[1] :]:
        by_name.setdefault(name.lower(), []).append(value)
    fields = Fields(entries[declared[1] :], by_name)
    return Part(part.source, fields, part.start, end + 1, content_type, parameters, depth=part.depth + 1)


def _guess_boundary(part: Part, budget: Budget) -> bytes:
    """The first line that looks like a delimiter before a part's header, or nothing."""
    budget.guesses -= 1
    if budget.guesses < 0:
        return b""
    match = _GUESS.search(part.source[part.start : min(part.end, part.start + _GUESS_WITHIN)])
    return match[1].rstrip() if match else b""


def _spans(part: Part, boundary: bytes, budget: Budget) -> Iterator[tuple[int, int]]:
    """Offsets of each body part: from after its delimiter line to before the line break of the next one."""
    opened: int | None = None
    for line_start, content_start, closing in _delimiters(part, boundary, budget):
        if opened is not None and (line_start > opened or not closing):
            yield opened, max(line_start, opened)
        opened = None if closing else content_start
        budget.parts -= not closing
        if budget.parts < 0:
            budget.exceed(f"over {PARTS} parts")
            return
    if opened is not None:
        budget.note("multipart is not closed")
        yield opened, part.end


def _delimiters(part: Part, boundary: bytes, budget: Budget) -> Iterator[tuple[int, int, bool]]:
    """(end of the content before, start of the content after, is it the closing one) of each delimiter line."""
    source, marker, end = part.source, b"--" + boundary, part.end
    position = part.start
    while True:
        if position == part.start and source.startswith(marker, position):
            found = position
        else:
            found = source.find(b"\n" + marker, position, end) + 1
            if found == 0:
                return
        after = found + len(marker)
        closing = source[after : after + 2] == b"--"
        line_end = source.find(b"\n", after, end)
        stop = end if line_end < 0 else line_end
        if source[after + 2 * closing : min(stop, after + 200)].strip():
            budget.looks -= 1
            if budget.looks < 0:
                budget.exceed("too many lines that look like delimiters")
                return
            position = max(after, part.start + 1)
            continue
        yield _before_break(source, found, part.start), min(stop + 1, end), closing
        position = max(stop, part.start + 1)
        if line_end < 0:
            return


def _before_break(source: bytes, line_start: int, floor: int) -> int:
    """The line break before a delimiter belongs to it (RFC 2046, 5.1.1)."""
    if line_start > floor and source[line_start - 1 : line_start] == b"\n":
        line_start -= 1
        if line_start > floor and source[line_start - 1 : line_start] == b"\r":
            line_start -= 1
    return line_start
