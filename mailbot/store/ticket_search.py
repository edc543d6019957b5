"""Searching tickets by the beginnings of words, without reading every ticket.

Words that few tickets have are looked up first: then those tickets are known by number. Words that very many have
would give too much to sort, so the newest tickets are read in order and asked whether they have them. Either way about
as much is read as the answer needs, on both databases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, literal, select
from sqlalchemy.sql.selectable import FromClause

from mailbot.desk.ticket import Ticket
from mailbot.store.schema import tickets
from mailbot.store.schema_search import ticket_words
from mailbot.store.search_words import word_range, words_of
from mailbot.store.upsert import Upsert

FEW, MANY = 2_000, 20_000
"""Up to so many tickets are sorted; among so many it is worth looking for those that have the other words too."""
MOST_ASKED = 8


@dataclass(frozen=True, slots=True)
class Sought:
    """The tickets that have every word: ``numbers`` where they are few, else None: ``condition`` is to be walked by."""

    numbers: tuple[int, ...] | None
    condition: ColumnElement[bool]


def seek(db: Connection, text: str) -> Sought | None:
    """How to find the tickets that have all words of ``text``; None where it has no word."""
    words = words_of(text)[:MOST_ASKED]
    if not words:
        return None
    counted = sorted((_count(db, word), word) for word in words)
    (fewest, rarest), others = counted[0], [word for _, word in counted[1:]]
    numbers = None
    if fewest < FEW or (others and fewest < MANY):
        found = select(ticket_words.c.ticket).where(_between(ticket_words, rarest))
        found = found.where(*(_also(ticket_words.c.ticket, word).exists() for word in others)).limit(FEW)
        numbers = tuple(db.execute(found).scalars())
    if numbers is not None and len(numbers) < FEW:
        return Sought(numbers, tickets.c.number.in_(numbers))
    return Sought(None, and_(*(_has(tickets.c.number, word) for word in words)))


def keep_words(db: Connection, ticket: Ticket) -> None:
    """Make a new ticket findable by its subject and requester."""
    mailbox = ticket.requester.mailbox if ticket.requester else None
    words = words_of(ticket.subject, mailbox.address if mailbox else "", mailbox.name if mailbox else "")
    if words:
        db.execute(_KEEP.on(db), [{"ticket": ticket.number, "word": word} for word in words])


def learn_name(db: Connection, person: int, name: str) -> None:
    """Make the tickets of a requester findable by the name that was not known when they were registered."""
    for word in words_of(name):
        theirs = select(tickets.c.number, literal(word, ticket_words.c.word.type)).where(tickets.c.requester == person)
        known = select(ticket_words.c.ticket).where(ticket_words.c.word == word)
        missing = theirs.where(tickets.c.number.not_in(known))
        db.execute(insert(ticket_words).from_select(["ticket", "word"], missing))


def _count(db: Connection, word: str) -> int:
    """How many tickets have such a word; those beyond ``MANY`` are not counted."""
    some = select(ticket_words.c.ticket).where(_between(ticket_words, word)).limit(MANY).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def _has(number: ColumnElement[int], word: str) -> ColumnElement[bool]:
    # OFFSET 0: or PostgreSQL joins all tickets that have the word before it looks at the first.
    return _also(number, word).limit(1).offset(0).exists()


def _also(number: ColumnElement[int], word: str) -> Select[Any]:
    other = ticket_words.alias()
    return select(other.c.word).where(other.c.ticket == number, _between(other, word))


def _between(table: FromClause, word: str) -> ColumnElement[bool]:
    first, end = word_range(word)
    return and_(table.c.word >= first, table.c.word < end)


_KEEP = Upsert(lambda insert: insert(ticket_words).on_conflict_do_nothing())
