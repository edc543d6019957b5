"""The block of header lines above quoted mail (``From: / Sent: / To: / Subject:``), and the lines that announce it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.parsers.reply.block_shape import Around, find_plain_end, find_shaped_end
from mailbot.parsers.reply.dates import is_dated
from mailbot.parsers.reply.lines import Line, is_rule
from mailbot.parsers.reply.notes import indented_above, notes_sender
from mailbot.parsers.reply.phrases import Phrases, plain

MAX_LABEL = 40
MAX_CONTINUATION = 3
MAX_ADDRESS_ROWS = 40
MAX_BLOCK_ROWS = 60

NOTHING_AROUND = Around()
_TELLING = frozenset(("from", "to", "subject"))
_LABEL = re.compile(r"[*_]{0,2}([^\W\d_][^:：*\n]{0,38}?)\s{0,3}[*_]{0,2}\s{0,3}[:：]\s{0,3}[*_]{0,2}(.*)$")
_INNER_LABEL = re.compile(r"\s([^\W\d_][^\W\d_]{1,20}) ?[:：]")
_SUMMARY = re.compile(r"---\d[\d./-]{5,10} [\d:. APMapm]{4,12}---")
"""Domino writes sender, moment and first words on one line above its block."""
_DASHED = re.compile(r"[-_=*#~—–‐>+ ]{2,}(?=[^\W\d_])")
_DASHES_AFTER = re.compile(r"[-_=*#~—–‐]{3,}")


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ``start`` to ``end`` (exclusive); ``certain`` when nobody but a mail program writes so."""

    start: int
    end: int
    certain: bool


def label_of(line: Line, phrases: Phrases) -> tuple[str, str]:
    """(kinds, value) of a header line in a known language, or ("", ""). Read once per line."""
    if line.label is None:
        line.label = _read_label(line.bare, phrases)
    return line.label


def _read_label(bare: str, phrases: Phrases) -> tuple[str, str]:
    match = _LABEL.match(bare) if ":" in bare[:50] or "：" in bare[:50] else None
    if match is None:
        return "", ""
    kinds = phrases.labels.get(match[1].strip().replace("İ", "i").lower(), "")
    return (kinds, match[2].strip(" *_")) if kinds else ("", "")


def find_header_block(
    lines: Sequence[Line], start: int, phrases: Phrases, *, announced: bool = False, around: Around = NOTHING_AROUND
) -> tuple[Block | None, int]:
    """The header block whose first label stands on row ``start``, and the row up to which there is no other.

    ``announced``: a separator stands above it."""
    block, end = _listed_block(lines, start, phrases, announced)
    if block is not None:
        return block, end
    shaped = find_shaped_end(
        lines, start, lambda line: _is_telling(label_of(line, phrases)[0]), announced=announced, around=around
    )
    if shaped is None and announced:
        shaped = find_plain_end(lines, start)
    return (None if shaped is None else Block(start, shaped, False)), (end if shaped is None else shaped)


def _is_telling(kinds: str) -> bool:
    """Sender, recipient or subject; a date stands in forms too."""
    return bool(_TELLING & set(kinds.split(" ")))


def _listed_block(lines: Sequence[Line], start: int, phrases: Phrases, announced: bool) -> tuple[Block | None, int]:
    kinds, value = label_of(lines[start], phrases)
    if not kinds:
        return None, start + 1
    if len(value) > 40 and _labels_within(kinds, value, phrases):
        return Block(start, start + 1, False), start + 1
    found, values = [kinds], [(kinds, value)]
    end = start + 1
    plain_rows = rows = 0
    for row in range(start + 1, min(len(lines), start + MAX_BLOCK_ROWS)):
        line = lines[row]
        if line.kind is not None or line.prefix != lines[start].prefix:
            break
        kinds, value = label_of(line, phrases)
        if kinds:
            found.append(kinds)
            values.append((kinds, value))
            end, plain_rows, rows = row + 1, 0, 0
            continue
        rows += 1
        plain_rows += not ("@" in line.bare or ";" in line.bare)
        if plain_rows > MAX_CONTINUATION or rows > MAX_ADDRESS_ROWS:
            break
    return _judge(start, end, found, values, announced), end


def _labels_within(kinds: str, value: str, phrases: Phrases) -> bool:
    """``From: … Sent: … To: … Subject: …`` that lost its line ends."""
    inner = {phrases.labels.get(match[1].lower(), "") for match in _INNER_LABEL.finditer(value[:600])}
    seen = _distinct([kinds, *filter(None, inner)])
    return {"from", "subject"} <= seen and ("to" in seen or "date" in seen) and ("@" in value or is_dated(value[:600]))


def _judge(start: int, end: int, found: list[str], values: list[tuple[str, str]], announced: bool) -> Block | None:
    seen = _distinct(found)
    if len(seen) < 2:
        return None
    address = any("@" in value for kinds, value in values if "from" in kinds or "to" in kinds)
    if "from" in seen and ("subject" in seen or "date" in seen or "to" in seen):
        if len(seen) == 2 and not (address or announced):
            return None
        if "subject" in seen or announced:
            return Block(start, end, address or announced or len(seen) >= 4)
        return Block(start, end, len(seen) >= 3) if address else None
    if "subject" in seen and ("to" in seen or "date" in seen):
        return Block(start, end, announced) if address or announced or len(seen) >= 3 else None
    return Block(start, end, False) if announced else None


def _distinct(found: list[str]) -> set[str]:
    """Each label counts for one kind; where it may be several, for one that is still missing."""
    seen: set[str] = set()
    for kinds in sorted(found, key=len):
        options = kinds.split(" ")
        seen.add(next((kind for kind in options if kind not in seen), options[0]))
    return seen - {"other"}


def read_separator(line: Line, phrases: Phrases) -> str:
    """What sort of separator the line is: original, forwarded or "". Words between dashes, or the words alone."""
    bare = line.bare
    if len(bare) < 6:
        return ""
    if bare.startswith("Original Message processed by"):
        return "original"
    dashed = _DASHED.match(bare)
    if dashed is None or len(dashed[0].replace(" ", "")) < 2:
        if len(bare) > phrases.longest_separator + 12:
            return ""
    else:
        return _dashed_kind(plain(bare[:200]), phrases)
    words = plain(bare)
    if words in phrases.forwarded:
        return "forwarded"
    return "original" if words in phrases.original else ""


def _dashed_kind(words: str, phrases: Phrases) -> str:
    for kind, known in (("forwarded", phrases.forwarded), ("original", phrases.original)):
        if words in known or _head_known(words, known):
            return kind
    return ""


def _head_known(words: str, known: frozenset[str]) -> bool:
    """``--- Forwarded by X on date ---`` and a separator that lost its line end: the first words decide."""
    parts = words.split(" ")
    return any(" ".join(parts[:count]) in known for count in range(2, min(7, len(parts)) + 1))


def is_dashed_title(line: Line) -> bool:
    """``-------- words --------`` in any language."""
    bare = line.bare
    if len(bare) > 120 or not bare.startswith(("---", "===", "***", "___", "###", "‐‐‐")):
        return False
    match = _DASHED.match(bare)
    return match is not None and _DASHES_AFTER.search(bare, match.end()) is not None


def is_dashed_title_with_headers(line: Line) -> bool:
    """The same where the line ends after it were lost: ``----- words ----- From: a@b To: c@d``."""
    bare = line.bare
    match = _DASHED.match(bare) if bare.startswith("---") else None
    after = _DASHES_AFTER.search(bare, match.end(), match.end() + 80) if match is not None else None
    return after is not None and "@" in bare[after.end() :] and ":" in bare[after.end() :]


def extend_upwards(lines: Sequence[Line], block: Block, seen_from: bool) -> int:
    """First row of the separator, rule, or nameless sender lines (Notes) above a block."""
    start = block.start
    row, blanks = start - 1, 0
    while row >= 0 and lines[row].kind is None and blanks <= 2:
        if not lines[row].bare:
            blanks += 1
        elif is_rule(lines[row]) or _SUMMARY.search(lines[row].bare) is not None:
            start = row
            break
        else:
            break
        row -= 1
    start = indented_above(lines, start)
    return start if seen_from else notes_sender(lines, start)
