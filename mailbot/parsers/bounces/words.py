"""The phrases about machines' mail, taken from the lexicon and made ready once.

Contract: ``get_words(lexicon)`` gives the same ``Words`` for the same lexicon; missing tables are empty, so that a desk
without language data still reads the mail that follows the RFCs. Phrases are in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mailbot.desk.language import Lexicon


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """``reasons`` and ``weak_reasons`` are (word, phrases) in the order in which they count."""

    daemons: frozenset[str]
    daemon_names: tuple[str, ...]
    roles: frozenset[str]
    role_names: tuple[str, ...]
    unattended: frozenset[str]
    subjects: tuple[str, ...]
    phrases: tuple[str, ...]
    returned: tuple[str, ...]
    not_returned: tuple[str, ...]
    delays: tuple[str, ...]
    bystanders: tuple[str, ...]
    aliases: tuple[str, ...]
    labels: tuple[str, ...]
    forwards: tuple[str, ...]
    answers: tuple[str, ...]
    reply_prefixes: tuple[str, ...]
    greetings: tuple[str, ...]
    first_person: tuple[str, ...]
    complaint_subjects: tuple[str, ...]
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    weak_reasons: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=8)
def get_words(lexicon: Lexicon) -> Words:
    """The words of one lexicon; kept, because compiling them costs more than reading a mail."""
    senders = get_table(lexicon, "senders")
    bounces = get_table(lexicon, "bounces")
    return Words(
        daemons=frozenset(lowered(senders, "daemons")),
        daemon_names=lowered(senders, "daemon_names"),
        roles=frozenset(lowered(senders, "roles")),
        role_names=lowered(senders, "role_names"),
        unattended=frozenset(lowered(senders, "unattended")),
        subjects=lowered(bounces, "subjects"),
        phrases=lowered(bounces, "phrases"),
        returned=lowered(bounces, "returned"),
        not_returned=lowered(bounces, "not_returned"),
        delays=lowered(bounces, "delays"),
        bystanders=lowered(bounces, "bystanders"),
        aliases=lowered(bounces, "aliases"),
        labels=lowered(bounces, "labels"),
        forwards=lowered(get_table(lexicon, "subjects"), "forwards"),
        answers=lowered(get_table(lexicon, "subjects"), "answers"),
        reply_prefixes=lowered(get_table(lexicon, "automatic_replies"), "prefixes"),
        greetings=lowered(get_table(lexicon, "subjects"), "greetings"),
        first_person=lowered(get_table(lexicon, "subjects"), "first_person"),
        complaint_subjects=lowered(get_table(lexicon, "complaints"), "subjects"),
        reasons=_reasons(lexicon, weak=False),
        weak_reasons=_reasons(lexicon, weak=True),
    )


def get_table(lexicon: Lexicon, name: str) -> Mapping[str, Any]:
    """A table of ``automatic.toml``, empty where it is missing."""
    table = lexicon.automatic.get(name)
    return table if isinstance(table, Mapping) else {}


def lowered(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The strings under a name, in lower case, in their order, without repeats."""
    found = table.get(name)
    if not isinstance(found, (list, tuple)):
        return ()
    return tuple(dict.fromkeys(str(each).lower() for each in found))


def _reasons(lexicon: Lexicon, *, weak: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    entries = lexicon.automatic.get("reasons")
    if not isinstance(entries, (list, tuple)):
        return ()
    wanted = (each for each in entries if isinstance(each, Mapping) and bool(each.get("weak")) is weak)
    return tuple((str(each.get("word", "")), lowered(each, "phrases")) for each in wanted)
