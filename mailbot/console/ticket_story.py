"""The story of a ticket in order: words, facts between them in plain words, and the mails that went out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from mailbot.console.texts import Texts
from mailbot.desk.policy import Policy
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.store.journal import Record
from mailbot.store.outbox_lists import OutgoingLine
from mailbot.store.ticket_story import Chapter

LINES_SHOWN, CHARACTERS_SHOWN = 60, 6_000
QUOTED_SHOWN = 2
"""So many quoted lines in a row are shown as they are; more are folded."""

FORM_OF = {
    EntryKind.REQUEST: "in",
    EntryKind.REPLY: "in",
    EntryKind.HELD: "in",
    EntryKind.PUBLIC_REPLY: "out",
    EntryKind.RESOLUTION: "out",
    EntryKind.NOTE: "note",
    EntryKind.CONTACT: "note",
}
# What the entry beside it says already.
TOLD_BY_ENTRIES = frozenset({"reply_received", "note_added", "agent_replied", "automatic_mail_recorded"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines of an entry; ``fold`` is "" (shown), ``quoted`` or ``rest``."""

    text: str
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. ``form``: in, out, note, machine (an entry), fact, or mail."""

    at: datetime
    form: str
    entry: Entry | None = None
    pieces: Sequence[Piece] = ()
    text: str = ""
    drawing: str = ""
    mail: OutgoingLine | None = None


def tell_story(chapter: Chapter, ticket: Ticket, policy: Policy, texts: Texts) -> list[Step]:
    """All of a chapter, oldest first; of what happened at one moment the words, then the facts, then the mails."""
    told: list[tuple[datetime, int, int, Step]] = []
    for entry in chapter.entries:
        form = FORM_OF.get(entry.kind, "machine")
        told.append((entry.at, 0, entry.id, Step(entry.at, form, entry, list(read_pieces(entry.words)))))
    for fact in chapter.facts:
        if fact.name not in TOLD_BY_ENTRIES:
            text = tell_fact(fact, ticket, policy, texts)
            told.append((fact.at, 1, fact.id, Step(fact.at, "fact", text=text, drawing=DRAWINGS.get(fact.name, ""))))
    for mail in chapter.mails:
        text = texts("story.mail", notice=name_notice(mail.notice, texts), recipient=mail.recipient)
        told.append((mail.queued_at, 2, mail.id, Step(mail.queued_at, "mail", text=text, mail=mail)))
    return [step for *_, step in sorted(told, key=lambda one: one[:3])]


def read_pieces(words: str) -> Iterator[Piece]:
    """Words cut where quotation begins and ends (``>``), and where they grow too long to be read in a story."""
    shown = lines = 0
    for quoted, run in _runs(words.strip("\n").split("\n")):
        text = "\n".join(run)
        if quoted and len(run) > QUOTED_SHOWN:
            yield Piece(text, "quoted")
            continue
        room = max(LINES_SHOWN - lines, 0)
        if len(run) <= room and shown + len(text) <= CHARACTERS_SHOWN:
            yield Piece(text)
        else:
            yield from _cut(run, room, max(CHARACTERS_SHOWN - shown, 0))
        lines, shown = lines + len(run), shown + len(text)


def _runs(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    run: list[str] = []
    for line in lines:
        if run and line.startswith(">") is not run[-1].startswith(">"):
            yield run[0].startswith(">"), run
            run = []
        run.append(line)
    if run:
        yield run[0].startswith(">"), run


def _cut(run: Sequence[str], lines: int, characters: int) -> Iterator[Piece]:
    first = "\n".join(run[:lines])[:characters]
    rest = "\n".join(run)[len(first) :]
    if first.strip():
        yield Piece(first)
    if rest.strip():
        yield Piece(rest.strip("\n"), "rest")


def tell_fact(fact: Record, ticket: Ticket, policy: Policy, texts: Texts) -> str:
    """A fact in plain words. One that has no words yet is named with what it says: nothing is left out."""
    values = {name: _say(name, value, policy, texts) for name, value in fact.details.items()}
    values |= {"who": name_person(fact.actor, ticket, policy, texts)}
    key = f"fact.{fact.name}"
    variant = next((k for k in (f"{key}_{v}" for v in _variants(fact)) if texts.has(k)), key)
    if texts.has(variant):
        try:
            return texts(variant, **values)
        except (KeyError, IndexError):
            pass
    said = ", ".join(f"{name} {value}" for name, value in values.items() if value and name != "who")
    return texts("fact.other", fact=fact.name.replace("_", " "), said=said, who=values["who"])


def name_person(address: str, ticket: Ticket, policy: Policy, texts: Texts) -> str:
    """The name by which the people of the desk know somebody."""
    if address in ("", "desk"):
        return texts("story.desk")
    agent, person = policy.find_agent(address), ticket.find_participant(address)
    return (agent.mailbox.name if agent else "") or (person.mailbox.name if person else "") or address


def name_notice(notice: str, texts: Texts) -> str:
    return texts(f"notice.{notice}") if texts.has(f"notice.{notice}") else notice.replace("_", " ")


def _variants(fact: Record) -> Iterator[str]:
    """Which wording of a fact fits best: by one of its details, or by which of them is empty."""
    if fact.details.get("assignee") == fact.actor:
        yield "self"
    for name in ("assignee", "follows", "until", "agent", "accept_by", "affected", "starts_at", "approvers"):
        if name in fact.details and not fact.details[name]:
            yield f"no_{name}"
    if fact.details.get("reverse"):
        yield f"{fact.details.get('kind', '')}_reverse"
    for name in ("answer", "reason", "outcome", "way", "why", "state", "origin", "clock", "kind"):
        value = fact.details.get(name)
        if isinstance(value, str) and re.fullmatch(r"[a-z_]{1,30}", value):
            yield value


def _say(name: str, value: Any, policy: Policy, texts: Texts) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(_say(name, one, policy, texts) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items() if v)
    if name in TICKETS and isinstance(value, int):
        return ticket_reference(policy.prefix, value)
    if name in ("assignee", "agent") and (agent := policy.find_agent(str(value))):
        return agent.mailbox.name or agent.mailbox.address
    if isinstance(value, str) and (moment := _read_moment(value)):
        zone = ZoneInfo(policy.timezone)
        return str(format_datetime(moment.astimezone(zone), "E d MMM HH:mm", locale=texts.language))
    for table in {"notice": ("notice",), "status": ("delivery",)}.get(name, (f"said.{name}", "state", "priority")):
        if texts.has(f"{table}.{value}"):
            return texts(f"{table}.{value}")
    return str(value)


TICKETS = frozenset({"follows", "other", "into", "merged", "children", "folded"})
"""The details of facts that are numbers of tickets."""


def _read_moment(text: str) -> datetime | None:
    """A moment as facts keep it (ISO 8601, with its zone)."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]{2,9}(?:[+-]\d\d:\d\d|Z)", text, re.ASCII):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


DRAWINGS = {
    "ticket_registered": "ticket",
    "ticket_assigned": "person",
    "ticket_routed": "arrow",
    "escalated_to_group": "up",
    "escalation_accepted": "check",
    "escalation_returned": "undo",
    "escalation_expired": "clock",
    "ticket_paused": "pause",
    "ticket_resumed": "arrow",
    "person_needed": "eye",
    "reply_held": "lock",
    "resolution_proposed": "state-resolved",
    "resolution_accepted": "check",
    "resolution_verified": "phone",
    "ticket_reopened": "undo",
    "ticket_cancelled": "cross",
    "command_refused": "stop",
    "delivery_delayed": "clock",
    "delivery_failed": "alert",
    "notice_withheld": "lock",
    "wording_failed": "alert",
    "timer_failed": "alert",
    "alert_recorded": "machine",
    "verification_reminded": "clock",
    "personal_contact_needed": "phone",
    "contact_joined": "phone",
    "resolution_expired": "clock",
    "acceptance_undone": "undo",
    "response_warned": "clock",
    "response_breached": "alert",
    "resolution_warned": "clock",
    "resolution_breached": "alert",
    "escalated_to_management": "up",
    "promise_made": "clock",
    "promise_renewed": "clock",
    "promise_kept": "check",
    "promise_missed": "alert",
}
