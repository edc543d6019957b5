"""The list of calls of a telephone system (CSV) as contacts, or row by row what is wrong with it. Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.desk.contacts import Contact, Outcome, TelephoneSystem
from mailbot.parsers.table_rows import BadRow, WrongCell, read_rows

NEEDED = ("key", "caller", "offered", "outcome")
LONGEST_FIELD = 2_000
LONGEST_CALL = timedelta(days=2)
_LONG = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?\Z", re.ASCII)
_SECONDS = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class CallRecords:
    contacts: tuple[Contact, ...]
    bad: tuple[BadRow, ...]


def read_call_records(raw: bytes, system: TelephoneSystem) -> CallRecords:
    """The calls of a file (RFC 4180, with the system's own delimiter), in its order; a byte order mark is no letter."""
    try:
        text = raw.decode(system.encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        return CallRecords((), (BadRow(1, "(file)", str(error)[:80], f"text in {system.encoding}"),))
    rows = read_rows(text, system.delimiter)
    head = [name.strip() for name in next(rows, (0, []))[1]]
    missing = [system.columns[f] for f in NEEDED if f in system.columns and system.columns[f] not in head]
    if missing:
        wanted = f"the columns {', '.join(missing)}"
        return CallRecords((), (BadRow(1, "(head)", system.delimiter.join(head), wanted),))
    return _contacts(rows, head, system)


def _contacts(rows: Iterator[tuple[int, list[str]]], head: list[str], system: TelephoneSystem) -> CallRecords:
    contacts, bad = [], []
    for line, row in rows:
        if len(row) != len(head):
            bad.append(BadRow(line, "(row)", f"{len(row)} columns", f"{len(head)} columns, as in the head"))
            continue
        cells = {name: cell.strip()[:LONGEST_FIELD] for name, cell in zip(head, row, strict=True)}
        try:
            contacts.append(_contact({f: cells.get(column, "") for f, column in system.columns.items()}, system))
        except WrongCell as wrong:
            bad.append(BadRow(line, system.columns.get(wrong.column, wrong.column), wrong.found, wrong.wanted))
    return CallRecords(tuple(contacts), tuple(bad))


def _contact(cells: Mapping[str, str], system: TelephoneSystem) -> Contact:
    key = cells.get("key", "")
    if not key:
        raise WrongCell("key", "", "what tells this call from the others")
    outcome = _outcome(cells.get("outcome", ""), system)
    offered = _moment("offered", cells.get("offered", ""), system)
    answered = _answered(cells, offered, outcome, system)
    return Contact(
        key=key,
        caller=cells.get("caller", ""),
        offered_at=offered,
        outcome=outcome,
        answered_at=answered,
        ended_at=_ended(cells, offered, answered, system),
        caller_name=cells.get("caller_name", ""),
        agent=system.agents.get(cells.get("agent", ""), cells.get("agent", "")),
        skill=cells.get("skill", ""),
        customer=cells.get("customer", ""),
        note=cells.get("note", ""),
        system=system.name,
    )


def _outcome(word: str, system: TelephoneSystem) -> Outcome:
    if word.lower() in system.answered_words:
        return Outcome.ANSWERED
    if word.lower() in system.abandoned_words:
        return Outcome.ABANDONED
    raise WrongCell("outcome", word, f"one of {', '.join((*system.answered_words, *system.abandoned_words))}")


def _answered(
    cells: Mapping[str, str], offered: datetime, outcome: Outcome, system: TelephoneSystem
) -> datetime | None:
    """When somebody answered: told as a moment, or by how long the caller had waited."""
    if outcome is Outcome.ABANDONED:
        return None
    if cells.get("answered"):
        return _in_order("answered", cells["answered"], offered, system)
    if cells.get("waited"):
        return offered + _length("waited", cells["waited"])
    raise WrongCell("answered", "", "when the call was answered, or how long the caller waited")


def _ended(
    cells: Mapping[str, str], offered: datetime, answered: datetime | None, system: TelephoneSystem
) -> datetime | None:
    if cells.get("ended"):
        return _in_order("ended", cells["ended"], answered or offered, system)
    if answered:
        return answered + _length("talked", cells["talked"]) if cells.get("talked") else None
    return offered + _length("waited", cells["waited"]) if cells.get("waited") else None


def _in_order(column: str, text: str, after: datetime, system: TelephoneSystem) -> datetime:
    moment = _moment(column, text, system)
    if not timedelta() <= moment - after <= LONGEST_CALL:
        raise WrongCell(column, text, "a moment after the one before it, and within two days")
    return moment


def _moment(column: str, text: str, system: TelephoneSystem) -> datetime:
    try:
        found = datetime.strptime(text, system.moment) if system.moment else datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(system.zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        form = system.moment or "ISO 8601, such as 2026-11-23 08:15:30"
        raise WrongCell(column, text, f"a moment ({form})") from None


def _length(column: str, text: str) -> timedelta:
    """Seconds, ``MM:SS`` or ``H:MM:SS``."""
    if _SECONDS.match(text):
        return timedelta(seconds=float(text.replace(",", ".")))
    found = _LONG.match(text)
    if found is None:
        raise WrongCell(column, text, "seconds, MM:SS or H:MM:SS")
    first, second, third = (int(part or 0) for part in found.groups())
    return (
        timedelta(hours=first, minutes=second, seconds=third) if found[3] else timedelta(minutes=first, seconds=second)
    )
