"""On which line of a TOML file a key stands. The parser of the standard library does not tell."""

from __future__ import annotations

import re

Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\s-]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=")


def find_line(text: str, key: Key) -> int | None:
    """The line (from 1) of ``key``, or of the nearest table that would hold it; None where there is none."""
    best: tuple[int, int] | None = None
    table: Key = ()
    counts: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _enter(header[2], header[1] == "[[", counts)
            here = table
        elif name := _KEY.match(line):
            here = (*table, *name[1].split("."))
        else:
            continue
        shared = min(len(here), len(key))
        if key[:shared] == here[:shared] and (best is None or shared > best[0]):
            best = (shared, number)
    return best[1] if best else None


def _enter(name: str, array: bool, counts: dict[Key, int]) -> Key:
    parts = [part.strip() for part in name.split(".")]
    path: Key = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if array and position == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
