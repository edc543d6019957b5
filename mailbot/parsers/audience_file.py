"""A list of people to be told of events (CSV) as values, or row by row what is wrong with it. Never raises."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mailbot.desk.correspondence import Mailbox
from mailbot.parsers.addresses import check_typed_address
from mailbot.parsers.table_rows import BadRow, WrongCell, read_rows

COLUMNS = {
    "address": ("address", "adress", "e-mail", "email", "e-post"),
    "name": ("name", "namn"),
    "customer": ("customer", "kund"),
    "services": ("services", "service", "tjänster", "tjänst"),
    "language": ("language", "språk"),
}
"""What each column may be called; only the address is needed."""
MOST_ROWS = 100_000
LONGEST_NAME = 320


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names that a row may use."""

    customers: Collection[str]
    services: Collection[str]
    languages: Collection[str]


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """Somebody to be told. Nothing in a field means: as the desk finds it; no services: all."""

    mailbox: Mailbox
    customer: str = ""
    services: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class AudienceFile:
    rows: tuple[AudienceRow, ...]
    bad: tuple[BadRow, ...]


def read_audience_file(raw: bytes, known: KnownNames) -> AudienceFile:
    """The rows of a file (RFC 4180, UTF-8, parted by comma or semicolon) in its order; its first line names columns."""
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return AudienceFile((), (BadRow(1, "(file)", str(error)[:80], "text in UTF-8"),))
    head = text.partition("\n")[0]
    rows = read_rows(text, ";" if head.count(";") > head.count(",") else ",", strict=True)
    names = [_column(cell) for cell in next(rows, (1, []))[1]]
    if "address" not in names:
        return AudienceFile((), (BadRow(1, "(head)", head.strip(), "a first line that names a column address"),))
    return _people(rows, names, known)


def _column(cell: str) -> str:
    called = cell.strip().lower()
    return next((name for name, words in COLUMNS.items() if called in words), "")


def _people(rows: Iterator[tuple[int, list[str]]], names: list[str], known: KnownNames) -> AudienceFile:
    found: list[AudienceRow] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        try:
            person = _person(row, names, known)
            key = person.mailbox.address.lower()
            if key in seen:
                raise WrongCell(
                    "address", person.mailbox.address, f"each address once; this one stands in line {seen[key]}"
                )
            if len(found) == MOST_ROWS:
                return AudienceFile((), (BadRow(line, "(file)", f"more than {MOST_ROWS} rows", "a shorter list"),))
            seen[key] = line
            found.append(person)
        except WrongCell as wrong:
            bad.append(BadRow(line, wrong.column, wrong.found, wrong.wanted))
    return AudienceFile(tuple(found), tuple(bad))


def _person(row: list[str], names: list[str], known: KnownNames) -> AudienceRow:
    if row[0].startswith("\0"):
        raise WrongCell("(row)", row[0][1:], "cells that end")
    if len(row) != len(names):
        raise WrongCell("(row)", f"{len(row)} columns", f"{len(names)} columns, as in the first line")
    cells = {name: cell.strip() for name, cell in zip(names, row, strict=True) if name}
    try:
        address = check_typed_address(cells["address"])
    except ValueError as error:
        raise WrongCell("address", cells["address"], str(error)) from None
    name = cells.get("name", "")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongCell("name", name, "a name on one line")
    services = tuple(dict.fromkeys(cells.get("services", "").replace(",", " ").replace(";", " ").split()))
    for service in services:
        _need("services", service, known.services)
    return AudienceRow(
        Mailbox(address, name),
        _need("customer", cells.get("customer", ""), known.customers),
        services,
        _need("language", cells.get("language", "").lower(), known.languages),
    )


def _need(column: str, found: str, known: Collection[str]) -> str:
    if found and found not in known:
        raise WrongCell(column, found, f"one of {', '.join(sorted(known)) or 'none yet'}")
    return found
