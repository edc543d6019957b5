"""Tables and JSON for a terminal: columns that fit the window, colour only where somebody looks."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import click

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


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Columns as wide as what is in them; the last one takes what the window leaves."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        click.echo(empty)
        return
    widths = [max(_width(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    room = max(20, shutil.get_terminal_size((110, 40)).columns - sum(widths[:-1]) - 2 * (len(widths) - 1))
    widths[-1] = min(widths[-1], room)
    click.secho("  ".join(_fit(name, width) for name, width in zip(head, widths, strict=True)).rstrip(), bold=True)
    for row in cells:
        click.echo("  ".join(_paint(_fit(c, w), c) for c, w in zip(row, widths, strict=True)).rstrip())


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    shown = [(name, _cell(value)) for name, value in fields if value not in (None, "", (), [])]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {_paint(value, value)}")


def print_words(words: str, indent: str = "    ") -> None:
    """Words that somebody wrote, without what could steer the terminal."""
    for line in words.splitlines() or [""]:
        click.echo(f"{indent}{_visible(line)}".rstrip())


def local_time(moment: datetime | None, zone: str = "Europe/Stockholm") -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if moment else ""


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


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return local_time(value)
    return _visible(str(value.value if isinstance(value, Enum) else value if value is not None else ""))


def _visible(text: str) -> str:
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def _fit(text: str, width: int) -> str:
    if _width(text) <= width:
        return text + " " * (width - _width(text))
    kept = ""
    for character in text:
        if _width(kept + character) >= width:
            break
        kept += character
    return kept + "…" + " " * (width - 1 - _width(kept))


def _paint(shown: str, value: str) -> str:
    colour = STATE_COLOURS.get(value.strip())
    return click.style(shown, fg=colour) if colour else shown
