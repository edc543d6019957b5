"""How tickets belong together. A link is never deleted: undoing it is a moment on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkKind(StrEnum):
    """What the first ticket is to the other one."""

    CHILD_OF = "child_of"
    """Of a problem or a major incident: its resolution is proposed here, too."""
    CAUSED_BY = "caused_by"
    """Of a change."""
    RELATED = "related"
    MERGED_INTO = "merged_into"
    SPLIT_FROM = "split_from"


BY_HAND = (LinkKind.CHILD_OF, LinkKind.CAUSED_BY, LinkKind.RELATED)
"""The kinds that only say something. The others are acts of their own (``workflows/merging``)."""


@dataclass(frozen=True, slots=True)
class Link:
    """``ticket`` is ``kind`` ``other``. ``joined``: its requester became one of the other's affected people by it."""

    ticket: int
    kind: LinkKind
    other: int
    at: datetime
    by: str
    joined: bool = False
    undone_at: datetime | None = None
    id: int = 0
