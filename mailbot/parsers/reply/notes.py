"""Header blocks as Lotus Notes draws them: in columns without colons, in a frame of bars, with no label for the sender.

Karen Holt
<karen@corp.example>                          To
04/03/2025 10:12            Alex Berg/HQ
                                              cc
                                         Subject
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.parsers.reply.dates import has_moment, is_dated
from mailbot.parsers.reply.lines import Line
from mailbot.parsers.reply.phrases import Phrases

MAX_GRID = 30
MAX_BLANKS = 3
INDENT = "     "


def find_grid_end(lines: Sequence[Line], start: int, phrases: Phrases) -> int | None:
    """Past the last row of a drawn block that begins on row ``start``, or None."""
    first = lines[start]
    framed = _is_framed(first)
    if not framed and not first.text.startswith((INDENT, "\t\t")):
        return None
    end, blanks, labels, dated = start, 0, set[str](), False
    for row in range(start, min(len(lines), start + MAX_GRID)):
        line = lines[row]
        if not line.bare:
            blanks += 1
            if blanks >= MAX_BLANKS:
                break
            continue
        if not (_is_framed(line) if framed else line.text.startswith((INDENT, "\t\t"))):
            break
        labels |= _labels_in(line.bare.strip("|>- "), phrases, framed)
        dated = dated or has_moment(line.bare)
        end, blanks = row + 1, 0
    return end if dated and len(labels) >= 2 else None


def _is_framed(line: Line) -> bool:
    """``|  Karen Holt   |`` or ``>--------|``."""
    drawn = line.text.strip()
    return drawn.startswith(("|", ">--")) and drawn.endswith(("|", ">")) and len(drawn) > 8


def _labels_in(text: str, phrases: Phrases, framed: bool) -> set[str]:
    """Kinds of the labels: the last word of a row, or in a frame the word before a colon."""
    if framed:
        words = [text.partition(":")[0].strip().lower()] if ":" in text[:40] else []
    else:
        words = [text.rsplit("  ", 1)[-1].strip(" :").lower()]
    return {kind for word in words for kind in phrases.labels.get(word, "").split(" ")[:1] if kind}


def notes_sender(lines: Sequence[Line], start: int) -> int:
    """``Name@ORG`` / ``09/13/2000 06:43 PM`` above ``To:`` (Lotus Notes writes no From label)."""
    top, dated, blanks = start, False, 0
    for row in range(start - 1, max(-1, start - 7), -1):
        line = lines[row]
        if line.kind is not None or len(line.bare) > 120:
            break
        if not line.bare:
            blanks += 1
            if dated or blanks > 2:
                break
        elif "@" in line.bare or is_dated(line.bare) or line.bare.lower().startswith("sent by:"):
            top, dated = row, True
        elif dated and len(line.bare.split()) <= 6 and not line.bare.endswith((".", "!", "?", ":", ",")):
            top = row
        else:
            break
    return top


def indented_above(lines: Sequence[Line], start: int) -> int:
    """Notes indents its block by tabs, with the organisation's name on a line of its own above."""
    if not lines[start].text.startswith(("\t", "    ")):
        return start
    top = start
    for row in range(start - 1, max(-1, start - 5), -1):
        line = lines[row]
        if line.kind is not None or (line.bare and not line.text.startswith(("\t", "    "))) or len(line.bare) > 60:
            break
        if line.bare:
            top = row
    return top
