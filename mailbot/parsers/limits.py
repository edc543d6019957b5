"""A linear look at the bytes before anything recursive reads them.

``check_limits(raw)`` says which caps a mail is over. It counts; it understands as little as it can, so that nothing
in a mail can make it slow: one pass of ``bytes`` searches, memory of a few kilobytes.
"""

from __future__ import annotations

import re

TOTAL_BYTES = 50 * 1024 * 1024
HEADER_BYTES = 256 * 1024
HEADER_LINES = 1_000
ENCODED_WORDS = 1_000
PARTS = 1_000
DEPTH = 30

_BLANK_LINE = re.compile(rb"\n\r*\n")
_DECLARED = re.compile(rb"boundary\s{0,4}=\s{0,4}(?:\"([^\"\r\n]{1,200})|([^\s\";]{1,200}))", re.IGNORECASE)
_EMBEDDED = re.compile(rb"\ncontent-type\s{0,4}:\s{0,4}message/(?:rfc822|global)\b", re.IGNORECASE)
_DELIMITER = re.compile(rb"\n--([^\r\n]{1,202})")


def check_limits(raw: bytes) -> tuple[str, ...]:
    """Reasons why a mail may not be read in full, in English; empty if it may."""
    reasons = []
    if len(raw) > TOTAL_BYTES:
        reasons.append(f"larger than {TOTAL_BYTES // 1024 // 1024} MB")
    reasons += _check_header(raw)
    reasons += _check_parts(raw[:TOTAL_BYTES])
    return tuple(reasons)


def _check_header(raw: bytes) -> list[str]:
    body = raw.lstrip(b"\r\n \t")[: HEADER_BYTES + 4]
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
    declared = {bytes(quoted or bare).rstrip() for quoted, bare in _DECLARED.findall(raw)}
    embedded = sum(1 for _ in zip(_EMBEDDED.finditer(raw), range(PARTS + 1), strict=False))
    parts, depth, deepest = embedded, 0, 0
    open_boundaries: dict[bytes, int] = {}
    for match in _DELIMITER.finditer(raw) if declared else ():
        line = match[1].rstrip()
        closing = line not in declared and line.endswith(b"--") and line[:-2] in declared
        if not closing and line not in declared:
            continue
        boundary = line[:-2] if closing else line
        level = open_boundaries.get(boundary)
        if level is None:
            depth += 1
            open_boundaries[boundary] = depth
        elif level < depth:
            open_boundaries = {each: at for each, at in open_boundaries.items() if at <= level}
            depth = level
        parts += not closing
        deepest = max(deepest, depth)
        if parts > PARTS or deepest > DEPTH:
            break
    reasons = [f"over {PARTS} parts"] if parts > PARTS else []
    return [*reasons, f"nested deeper than {DEPTH}"] if deepest > DEPTH else reasons
