"""Impact times urgency gives priority (ITIL). Words and the service propose both; people change them.

The words stand in ``languages/*.toml`` under ``[priority]``, as phrases: how many are hit (``impact_high`` …) and how
long it can wait (``urgency_high`` …). A longer phrase is looked for before the shorter one that it contains, so that
"not urgent" is never "urgent". The search is linear in the length of the text, which is capped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from mailbot.desk.journal import Fact
from mailbot.desk.journal_service import PriorityChanged
from mailbot.desk.language import Lexicon
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import Impact, Priority, Urgency

MOST_TEXT = 20_000

MATRIX: dict[tuple[Impact, Urgency], Priority] = {
    (Impact.HIGH, Urgency.HIGH): Priority.CRITICAL,
    (Impact.HIGH, Urgency.MEDIUM): Priority.HIGH,
    (Impact.HIGH, Urgency.LOW): Priority.MEDIUM,
    (Impact.MEDIUM, Urgency.HIGH): Priority.HIGH,
    (Impact.MEDIUM, Urgency.MEDIUM): Priority.MEDIUM,
    (Impact.MEDIUM, Urgency.LOW): Priority.LOW,
    (Impact.LOW, Urgency.HIGH): Priority.MEDIUM,
    (Impact.LOW, Urgency.MEDIUM): Priority.LOW,
    (Impact.LOW, Urgency.LOW): Priority.LOW,
}

_BLANKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Assessment:
    """``reasons`` say what decided, in the order impact, urgency: the words found, the service, or the desk's rule."""

    impact: Impact
    urgency: Urgency
    reasons: tuple[str, ...] = ()

    @property
    def priority(self) -> Priority:
        return MATRIX[self.impact, self.urgency]


def propose(text: str, signs: Signs, impact: str = "", urgency: str = "") -> Assessment:
    """What the words of a mail and its service (``impact``, ``urgency``; "" where it says nothing) speak for.

    Words go before the service, and the graver of two words before the milder. Where nothing speaks, both are medium.
    """
    found = signs.find(text)
    wide, why_wide = _decide("impact", [i for i in Impact if i in found.get("impact", {})], impact, found)
    soon, why_soon = _decide("urgency", [u for u in Urgency if u in found.get("urgency", {})], urgency, found)
    return Assessment(Impact(wide), Urgency(soon), (why_wide, why_soon))


def change(
    ticket: Ticket, now: datetime, actor: str, *, priority: str = "", impact: str = "", urgency: str = ""
) -> list[Fact]:
    """Somebody decides: a priority, or impact and urgency (one of them keeps the other), which give it.

    Raises:
        ValueError: a word is none of the enumeration's, or nothing was said.
    """
    was = ticket.priority
    if priority:
        ticket.priority = Priority(priority)
        ticket.impact = ticket.urgency = ""
    elif impact or urgency:
        wide, soon = Impact(impact or ticket.impact or "medium"), Urgency(urgency or ticket.urgency or "medium")
        ticket.impact, ticket.urgency, ticket.priority = wide.value, soon.value, MATRIX[wide, soon]
    else:
        raise ValueError("say a priority, an impact or an urgency")
    ticket.changed_at = now
    changed = PriorityChanged(
        ticket=ticket.number,
        at=now,
        actor=actor,
        priority=ticket.priority.value,
        was=was.value,
        impact=ticket.impact,
        urgency=ticket.urgency,
    )
    return [changed]


def _decide(what: str, said: Iterable[str], of_service: str, found: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    for level in said:
        return level, f"{what} {level}: somebody wrote «{found[what][level]}»"
    if of_service:
        return of_service, f"{what} {of_service}: the service has it"
    return "medium", f"{what} medium: nothing speaks for another"


@dataclass(frozen=True, slots=True)
class Signs:
    """Phrases, the longest first: without marks, as the data has them, and what each speaks for ("impact", "high")."""

    phrases: tuple[tuple[str, str, str, str], ...] = ()

    def find(self, text: str) -> dict[str, dict[str, str]]:
        """The first phrase found for each level: ``{"urgency": {"high": "akut"}}``."""
        words = f" {_plain(text[:MOST_TEXT])} "
        found: dict[str, dict[str, str]] = {}
        for phrase, shown, what, level in self.phrases:
            if f" {phrase} " in words:
                found.setdefault(what, {}).setdefault(level, shown)
                words = words.replace(f" {phrase} ", "  ")
        return found


@lru_cache(maxsize=8)
def make_signs(lexicon: Lexicon) -> Signs:
    """The phrases of every language: people mix theirs."""
    rows: dict[str, tuple[str, str, str]] = {}
    for language in lexicon.languages.values():
        table = language.data.get("priority", {})
        for what, levels in (("impact", Impact), ("urgency", Urgency)):
            for level in levels:
                for phrase in str(table.get(f"{what}_{level}", "")).split(","):
                    if plain := _plain(phrase):
                        rows.setdefault(plain, (phrase.strip(), what, level.value))
    ordered = sorted(rows.items(), key=lambda row: -len(row[0]))
    return Signs(tuple((plain, *row) for plain, row in ordered))


def _plain(text: str) -> str:
    """Lower case, letters without their marks, one blank between words: people write ``bradskande`` too."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return _BLANKS.sub(" ", bare).strip()
