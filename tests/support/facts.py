"""One fact of each kind, with a value of its own in every field, and the classes of all facts."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

from mailbot.desk import (
    journal,
    journal_announcements,
    journal_changes,
    journal_contacts,
    journal_links,
    journal_monitoring,
    journal_service,
    journal_status,
    journal_verification,
    journal_work,
)

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
# What several kinds of facts have in common; no fact by itself.
BASES = {journal.Fact, journal_service.TargetFact, journal_service.PromiseFact}
MODULES = (
    journal,
    journal_work,
    journal_service,
    journal_verification,
    journal_contacts,
    journal_links,
    journal_monitoring,
    journal_status,
    journal_announcements,
    journal_changes,
)
KINDS: tuple[type[journal.Fact], ...] = tuple(
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, journal.Fact) and kind not in BASES
)


def make_fact(kind: type[journal.Fact]) -> journal.Fact:
    own = [f for f in fields(kind) if f.name not in ("ticket", "at", "actor", "entry")]
    said: dict[str, Any] = {
        f.name: number if f.type == "int" else f"{f.name} {number}"
        for number, f in enumerate(own, start=1)
        if f.default is MISSING
    }
    return kind(ticket=1042, at=AT, actor="lisa@desk.example", entry=5, **said)


FACTS = tuple(make_fact(kind) for kind in KINDS)
