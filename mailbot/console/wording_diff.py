"""Two sources beside each other: lines that differ, in both ways that pages show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher

AROUND = 3
"""Lines of what is the same that stand around a difference."""
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Side:
    """One line on one side; ``kind`` is same, added, removed, or none where the other side has a line of its own.

    ``cut`` is a changed line in three: what it begins with as its counterpart does, what differs, and how both end.
    """

    number: int | str
    kind: str
    text: str
    cut: tuple[str, str, str] | None = None


NOTHING = Side("", "none", "")
Line = tuple[str, int | str, int | str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """``lines`` for one column: (kind, old number, new number, text); ``pairs`` for two. A gap is a pair of gaps."""

    lines: list[Line]
    pairs: list[tuple[Side, Side]]
    added: int
    removed: int


def lines_of(source: str) -> list[str]:
    return source.split("\n")[:MOST_LINES]


def read_difference(old: list[str], new: list[str]) -> Difference:
    """What was removed from ``old`` and added in ``new``."""
    lines: list[Line] = []
    pairs: list[tuple[Side, Side]] = []
    added = removed = 0
    for group, ops in enumerate(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)):
        if group or ops[0][1] > 0:
            lines.append(("gap", "", "", ""))
            pairs.append((Side("", "gap", ""), Side("", "gap", "")))
        for tag, i1, i2, j1, j2 in ops:
            if tag == "equal":
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                    lines.append(("same", i + 1, j + 1, old[i]))
                    pairs.append((Side(i + 1, "same", old[i]), Side(j + 1, "same", new[j])))
                continue
            gone = [Side(i + 1, "removed", old[i]) for i in range(i1, i2)]
            come = [Side(j + 1, "added", new[j]) for j in range(j1, j2)]
            removed, added = removed + len(gone), added + len(come)
            lines += [("removed", s.number, "", s.text) for s in gone] + [("added", "", s.number, s.text) for s in come]
            pairs += _beside(gone, come)
    return Difference(lines, pairs, added, removed)


def _beside(gone: list[Side], come: list[Side]) -> list[tuple[Side, Side]]:
    height = max(len(gone), len(come))
    left, right = (side + [NOTHING] * (height - len(side)) for side in (gone, come))
    return [_cut(*pair) for pair in zip(left, right, strict=True)]


def _cut(left: Side, right: Side) -> tuple[Side, Side]:
    if NOTHING in (left, right):
        return left, right
    before = _shared_start(left.text, right.text)
    after = _shared_start(left.text[before:][::-1], right.text[before:][::-1])
    if before + after < min(len(left.text), len(right.text)) // 3:
        return left, right
    return _in_three(left, before, after), _in_three(right, before, after)


def _shared_start(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _in_three(side: Side, before: int, after: int) -> Side:
    end = len(side.text) - after
    return replace(side, cut=(side.text[:before], side.text[before:end], side.text[end:]))
