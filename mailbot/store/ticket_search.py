"""Searching tickets by the beginnings of words, without reading every ticket.

Words that few tickets have are looked up, and what is found is sorted; words that very many have would give too much to
sort, so the newest tickets are read in order and asked whether they have them. Either way about as much is read as the
answer needs, on both databases.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, func, insert, literal, select

from mailbot.desk.ticket import Ticket
from mailbot.store.schema import tickets
from mailbot.store.schema_search import ticket_words
from mailbot.store.search_words import word_range, words_of
from mailbot.store.upsert import Upsert

MANY = 10_000
MOST_ASKED = 8


@dataclass(frozen=True, slots=True)
class Sought:
    """``condition`` holds for tickets that have every word; ``seldom`` where few have: sort them, walk no index."""

    condition: ColumnElement[bool]
    seldom: bool


def seek(db: Connection, text: str) -> Sought | None:
    """How to find the tickets that have all words of ``text``; None where it has no word."""
    words = words_of(text)[:MOST_ASKED]
    if not words:
        return None
    counted = sorted((_count(db, word), word) for word in words)
    fewest, rarest = counted[0]
    if fewest == 0:
        return Sought(false(), seldom=True)
    others = [_has(word) for _, word in counted[1:]]
    if fewest >= MANY:
        return Sought(and_(_has(rarest), *others), seldom=False)
    among = tickets.c.number.in_(select(ticket_words.c.ticket).where(_between(rarest)))
    return Sought(and_(among, *others), seldom=True)


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
    some = select(ticket_words.c.ticket).where(_between(word)).limit(MANY).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def _has(word: str) -> ColumnElement[bool]:
    return select(ticket_words.c.word).where(ticket_words.c.ticket == tickets.c.number, _between(word)).exists()


def _between(word: str) -> ColumnElement[bool]:
    first, end = word_range(word)
    return and_(ticket_words.c.word >= first, ticket_words.c.word < end)


_KEEP = Upsert(lambda insert: insert(ticket_words).on_conflict_do_nothing())
