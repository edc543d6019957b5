"""A linear look at the bytes before anything recursive reads them.

``check_limits(raw)`` says which caps a mail is over. It counts; it understands as little as it can, so that nothing
in a mail can make it slow: one pass of ``bytes`` searches, memory of a few kilobytes.
"""

from __future__ import annotations

import re
from itertools import islice

TOTAL_BYTES = 50 * 1024 * 1024
HEADER_BYTES = 256 * 1024
HEADER_LINES = 1_000
ENCODED_WORDS = 1_000
PARTS = 1_000
DEPTH = 30
_DECLARATIONS = 50_000
LOOKS = 200_000
"""Lines that begin with two hyphens. A large patch has some ten thousand."""

_HEADER_START = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|>?From ")
_BLANK_LINE = re.compile(rb"\n\r*\n")
_DECLARED = re.compile(rb"boundary\s{0,4}=\s{0,4}(?:\"([^\"\r\n]{1,200})|([^\s\";]{1,200}))")
_EMBEDDED = re.compile(rb"\ncontent-type\s{0,4}:\s{0,4}message/(?:rfc822|global)\b")
_DELIMITER = re.compile(rb"\n--([^\r\n]{1,202})")


def check_limits(raw: bytes) -> tuple[str, ...]:
    """Reasons why a mail may not be read in full, in English; empty if it may."""
    if len(raw) > TOTAL_BYTES:
        return (f"larger than {TOTAL_BYTES // 1024 // 1024} MB", *_check_header(raw))
    return (*_check_header(raw), *_check_parts(raw))


def _check_header(raw: bytes) -> list[str]:
    body = raw[: HEADER_BYTES * 2].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")[: HEADER_BYTES + 4]
    if not _HEADER_START.match(body):
        return []
    blank = _BLANK_LINE.search(body)
    header = body[: blank.start()] if blank else body
    reasons = []
    if not blank and len(body) > HEADER_BYTES:
        reasons.append(f"header over {HEADER_BYTES // 1024} kB")
    if header.count(b"\n") >= HEADER_LINES or header.count(b"\r") >= 2 * HEADER_LINES:
        reasons.append(f"header over {HEADER_LINES} lines")
    if header.count(b"=?") > ENCODED_WORDS:
        reasons.append(f"over {ENCODED_WORDS} encoded-words")
    return reasons


def _check_parts(raw: bytes) -> list[str]:
    """Parts and depth by a stack of the boundaries that are declared; a line that is none of them costs one look."""
    lowered = raw.lower()  # searched without IGNORECASE, which is ten times slower; offsets are those of raw
    named = islice(_DECLARED.finditer(lowered), _DECLARATIONS)
    declared = {raw[slice(*match.span(match.lastindex or 0))].rstrip() for match in named}
    parts = sum(1 for _ in islice(_EMBEDDED.finditer(lowered), PARTS + 1))
    del lowered
    found, deepest, looked = _walk_delimiters(raw, declared) if declared else (0, 0, 0)
    reasons = []
    if parts + found > PARTS:
        reasons.append(f"over {PARTS} parts")
    if deepest > DEPTH:
        reasons.append(f"nested deeper than {DEPTH}")
    if looked > LOOKS:
        reasons.append(f"over {LOOKS} lines that look like delimiters")
    return reasons


def _walk_delimiters(raw: bytes, declared: set[bytes]) -> tuple[int, int, int]:
    """(parts begun, greatest depth, lines looked at), each counted to just over its cap."""
    parts = depth = deepest = looked = 0
    levels: dict[bytes, int] = {}
    for match in _DELIMITER.finditer(raw):
        looked += 1
        line = match[1].rstrip()
        closing = line not in declared and line.endswith(b"--") and line[:-2] in declared
        if closing or line in declared:
            boundary = line[:-2] if closing else line
            level = levels.get(boundary)
            if level is None:
                depth += 1
                levels[boundary] = depth
            elif level < depth:
                levels = {each: at for each, at in levels.items() if at <= level}
                depth = level
            parts += not closing
            deepest = max(deepest, depth)
        if parts > PARTS or deepest > DEPTH or looked > LOOKS:
            break
    return parts, deepest, looked
