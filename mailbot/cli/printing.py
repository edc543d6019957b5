"""Tables, fields, words and JSON for a terminal: columns that fit the window, colour only where somebody looks.

Whatever was written by a stranger passes ``visible`` on its way out: control characters, escape sequences and marks
that turn the direction of the line never reach the terminal. Piped output is never cut: only a window has an edge.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import click

TIMEZONE = "mailbot.timezone"
"""Where the context of a command keeps the zone of its desk (an IANA name)."""

STATE_COLOURS = {
    "new": "bright_blue",
    "in_progress": "cyan",
    "pending": "yellow",
    "resolved": "magenta",
    "closed": "green",
    "cancelled": "bright_black",
    "received": "yellow",
    "quarantined": "red",
    "held": "yellow",
    "failed": "red",
    "uncertain": "red",
    "delayed": "yellow",
    "relayed": "green",
    "queued": "cyan",
    "sending": "cyan",
}
_Cell = tuple[str, str]
UNLIMITED = 1_000_000
NARROWEST = 12
# JSON may write any character of a string as an escape: these could steer a terminal, or cannot be written as UTF-8
_STEERING = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]")


def print_json(value: Any) -> None:
    written = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    click.echo(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", written))


def print_table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str, wrap: bool = False) -> None:
    """Columns as wide as what is in them. Where the window is too narrow, the widest give way, but never a time.

    A column without name and content is left out. With ``wrap`` the last column goes on below itself and is not cut.
    """
    values = [list(row) for row in rows]
    if not values:
        click.echo(empty)
        return
    cells = [[_cell(value) for value in row] for row in values]
    kept = [i for i, name in enumerate(head) if name or any(row[i][0] for row in cells)]
    wanted = [max(_width(text) for text in (head[i], *(row[i][0] for row in cells))) for i in kept]
    rigid = [any(isinstance(row[i], datetime) for row in values) for i in kept]
    widths = _fit_columns(wanted, rigid, _window() - 2 * (len(kept) - 1))
    click.secho("  ".join(_fit(head[i], width) for i, width in zip(kept, widths, strict=True)).rstrip(), bold=True)
    for row in cells:
        for line in _lines_of([row[i] for i in kept], widths, wrap):
            click.echo("  ".join(_painted(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Name and value, one below the other; what is empty is left out, what is long goes on below itself."""
    shown = [(name, *_cell(value)) for name, value in fields if value not in (None, "", (), [])]
    width = max((len(name) for name, _, _ in shown), default=0)
    for name, text, colour in shown:
        for number, line in enumerate(_wrap(text, _window() - width - 2)):
            label = click.style((name if number == 0 else "").ljust(width), dim=True)
            click.echo(f"{label}  {click.style(line, fg=colour) if colour else line}".rstrip())


def print_words(words: str, indent: str = "    ") -> None:
    """Words that somebody wrote, line by line as they wrote them; a line that is too long for the window is broken."""
    for line in words.splitlines() or [""]:
        for piece in _wrap(visible(line), _window() - len(indent)):
            click.echo(f"{indent}{piece}".rstrip())


def fit_line(line: str, taken: int) -> list[str]:
    """A line that somebody wrote as pieces that fit the window beside ``taken`` columns; at least one piece."""
    return list(_wrap(visible(line), _window() - taken)) or [""]


def print_bytes(content: bytes) -> None:
    """Bytes as they are, for a file or another program; for a terminal without what could steer it."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(content)
        return
    for line in content.decode("utf-8", "replace").splitlines():
        click.echo(visible(line))


def visible(text: str) -> str:
    """One line of text with a space for everything that is not to be seen: controls, line ends, turns of direction."""
    return "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def local_time(moment: datetime | None) -> str:
    """In the zone of the command's desk; without a desk, in that of the machine."""
    if moment is None:
        return ""
    context = click.get_current_context(silent=True)
    name = context.find_root().meta.get(TIMEZONE) if context else None
    if name is None:
        return moment.astimezone().strftime("%Y-%m-%d %H:%M")
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(name)).strftime("%Y-%m-%d %H:%M")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _cell(value: Any) -> _Cell:
    """Text and colour. Only a state of ours is coloured: somebody may write "failed" as a subject."""
    if isinstance(value, Enum):
        return str(value.value), STATE_COLOURS.get(str(value.value), "")
    if isinstance(value, datetime):
        return local_time(value), ""
    return visible("" if value is None else str(value)), ""


def _painted(cell: _Cell, width: int) -> str:
    text, colour = cell
    return click.style(_fit(text, width), fg=colour) if colour else _fit(text, width)


def _window() -> int:
    """Columns of the terminal ($COLUMNS rules); without a terminal there is no edge."""
    return max(40, shutil.get_terminal_size((UNLIMITED, 24)).columns)


def _lines_of(row: list[_Cell], widths: list[int], wrap: bool) -> Iterator[list[_Cell]]:
    """A row as the lines it takes: one, unless its last cell may go on below itself."""
    if not wrap:
        yield row
        return
    text, colour = row[-1]
    for number, piece in enumerate(_wrap(text, widths[-1])):
        before = row[:-1] if number == 0 else [("", "")] * (len(row) - 1)
        yield [*before, (piece, colour)]


def _fit_columns(wanted: list[int], rigid: list[bool], room: int) -> list[int]:
    """Widths that share ``room``: every column that is wider than a common measure is cut to it, if it may be cut."""

    def cut_to(measure: int) -> list[int]:
        return [width if stays else min(width, measure) for width, stays in zip(wanted, rigid, strict=True)]

    measure = max(wanted)
    while measure > NARROWEST and sum(cut_to(measure)) > room:
        measure -= 1
    widths = cut_to(measure)
    spare = room - sum(widths)
    for i in reversed(range(len(wanted))):  # the last columns, where subjects stand, get what is left over
        more = max(0, min(spare, wanted[i] - widths[i]))
        widths[i] += more
        spare -= more
    return widths


def _advance(character: str) -> int:
    """How many columns a character moves the cursor (Unicode Standard Annex 11)."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_advance, text))


def _fit(text: str, width: int) -> str:
    """``text`` in exactly ``width`` columns: filled with spaces, or cut with an ellipsis."""
    missing = width - _width(text)
    if missing >= 0:
        return text + " " * missing
    kept, used = [], 0
    for character in text:
        if used + _advance(character) > width - 1:
            break
        kept.append(character)
        used += _advance(character)
    return "".join(kept) + "…" + " " * (width - 1 - used)


def _wrap(text: str, width: int) -> Iterator[str]:
    """Lines of at most ``width`` columns, broken at spaces. A longer word stands alone, whole: it can be copied."""
    if _width(text) <= width:
        yield text
        return
    line, used = "", 0
    for word in text.split(" "):
        needed = _width(word)
        if line and used + 1 + needed > width:
            yield line
            line, used = word, needed
        else:
            line, used = (f"{line} {word}", used + 1 + needed) if line else (word, needed)
    yield line
