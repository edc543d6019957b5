"""Pages of lists by key: where a page continues stands in its address, so no page is slower than the first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from mailbot.store.ticket_lists import Place

T = TypeVar("T")

PAGE = 50
MOST = 1000
"""Counts say «999+» beyond this: counting on would be work for nobody."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One page of a list: its rows, and the addresses of the pages beside it ("" where there is none)."""

    rows: Sequence[T]
    newer: str = ""
    older: str = ""


def cut_leaf(found: Sequence[T], address: Mapping[str, str], key: Any, *, came: str, size: int = PAGE) -> Leaf[T]:
    """The leaf of ``size`` rows, from a query for one more. ``came``: "" for the first, ``beyond`` or ``back``.

    ``address`` is the query that both neighbours keep; ``key`` gives the place of a row as text.
    """
    more = len(found) > size
    rows = (found[-size:] if came == "back" else found[:size]) if more else found
    newer = bool(rows) and (came == "beyond" or (came == "back" and more))
    older = bool(rows) and (came == "back" or more)
    return Leaf(
        rows,
        address_of({**address, "back": key(rows[0])}) if newer else "",
        address_of({**address, "beyond": key(rows[-1])}) if older else "",
    )


def address_of(query: Mapping[str, str]) -> str:
    """``?state=open&beyond=…`` without what is empty; ``?`` where nothing is left: the list from its beginning."""
    return "?" + urlencode({name: value for name, value in query.items() if value})


def write_place(moment: datetime, number: int) -> str:
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}.{number}"


def read_place(text: str) -> Place | None:
    """None for what is no place: then the list begins at its beginning."""
    found = re.fullmatch(r"([0-9]{1,17})\.([0-9]{1,15})", text)
    return Place(EPOCH + timedelta(microseconds=int(found[1])), int(found[2])) if found else None


def read_number(text: str) -> int:
    """A row's number from an address; 0 for what is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0


def shown_count(count: int) -> str:
    return f"{MOST - 1}+" if count >= MOST else str(count)
