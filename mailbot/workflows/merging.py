"""Tickets turn out to be one, or to be two: linked, merged, split, and every such act taken back.

Nothing is moved. A merged ticket keeps its words and its number, ends, and goes on in the other: mail to it goes there
(``threading``), and its requester is one of those who are asked there whether it is solved.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import Fact
from mailbot.desk.journal_links import (
    SplitUndone,
    TicketLinked,
    TicketSplit,
    TicketTookOver,
    TicketUnlinked,
    TicketUnmerged,
)
from mailbot.desk.lifecycle import ENDED, Trigger, advance
from mailbot.desk.links import BY_HAND, Link, LinkKind
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import EntryKind, Participant, Ticket
from mailbot.desk.vocabulary import Role, TicketKind
from mailbot.workflows import resolution
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_call

WORDS = frozenset({EntryKind.REQUEST, EntryKind.REPLY, EntryKind.HELD})
MOST_STEPS = 50
GOES_ON = {
    "sv": "Ditt ärende {one} handlar om samma sak som ett annat och fortsätter som {other}. Du får besked därifrån. "
    "Svara på det här mejlet om det inte stämmer.",
    "en": "Your ticket {one} is about the same thing as another and goes on as {other}. You will hear from us there. "
    "Reply to this message if that is not so.",
}
"""What the requester of a merged ticket is told. Nothing of the other ticket's words: they are another person's."""


def link(office: Office, ticket: Ticket, kind: LinkKind, other: Ticket, actor: Mailbox) -> None:
    """Say what one ticket is to another.

    Raises:
        NotAllowed: to itself, in a circle, or a child of what is no problem, change or incident.
    """
    if ticket.number == other.number:
        raise NotAllowed("link", "a ticket is not linked to itself", "itself")
    if kind is LinkKind.CHILD_OF and _is_above(office, ticket.number, other.number):
        names = {"other": _name(office, other), "one": _name(office, ticket)}
        raise NotAllowed("link", "{other} is below {one} already".format(**names), "circle", **names)
    if kind is LinkKind.CAUSED_BY and other.kind is not TicketKind.CHANGE:
        other_name = _name(office, other)
        raise NotAllowed("link", f"{other_name} is no change", "no_change", other=other_name)
    _add(office, ticket, kind, other, actor)


def _is_above(office: Office, ticket: int, other: int) -> bool:
    """Whether ``ticket`` is a parent of ``other``, however far up."""
    step: int | None = other
    for _ in range(MOST_STEPS):
        if step is None or step == ticket:
            break
        parent = office.work.links.find(step, LinkKind.CHILD_OF)
        step = parent.other if parent else None
    return step == ticket


def _add(
    office: Office, ticket: Ticket, kind: LinkKind, other: Ticket, actor: Mailbox, *, joined: bool = False
) -> None:
    office.work.links.add(Link(ticket.number, kind, other.number, office.now, actor.address, joined))
    if kind in BY_HAND:
        _tell_link(office, ticket, TicketLinked, kind, other, actor)
        _tell_link(office, other, TicketLinked, kind, ticket, actor, reverse=True)


def _tell_link(
    office: Office,
    ticket: Ticket,
    what: type[TicketLinked] | type[TicketUnlinked],
    kind: LinkKind,
    other: Ticket,
    actor: Mailbox,
    *,
    reverse: bool = False,
) -> None:
    fact = what(
        ticket=ticket.number,
        at=office.now,
        actor=actor.address,
        kind=kind.value,
        other=other.number,
        reverse=reverse,
    )
    _tell(office, ticket, [fact])


def unlink(office: Office, ticket: Ticket, other: Ticket, actor: Mailbox) -> LinkKind:
    """Take back what was said of two tickets, whichever way round; which kind it was.

    Raises:
        NotAllowed: nothing of the kind was said.
    """
    both = {ticket.number, other.number}
    standing = office.work.links.of_ticket(ticket.number)
    found = [link for link in standing if {link.ticket, link.other} == both and link.kind in BY_HAND]
    if not found:
        names = {"one": _name(office, ticket), "other": _name(office, other)}
        raise NotAllowed("unlink", "{one} and {other} are not linked".format(**names), "not_linked", **names)
    last = found[-1]
    office.work.links.undo(last, office.now)
    for one, two in ((ticket, other), (other, ticket)):
        _tell_link(office, one, TicketUnlinked, last.kind, two, actor, reverse=one.number == last.other)
    return last.kind


def merge(office: Office, ticket: Ticket, into: Ticket, actor: Mailbox) -> None:
    """``ticket`` goes on in ``into``.

    Raises:
        IllegalTransition: it has ended, or waits for its requester.
        NotAllowed: the other has ended, or is itself.
    """
    if ticket.number == into.number:
        raise NotAllowed("merge", "a ticket is not merged into itself", "itself")
    if into.state in ENDED:
        other = _name(office, into)
        reason = f"{other} has ended: reopen it first, or merge the other way round"
        raise NotAllowed("merge", reason, "other_ended", other=other)
    advance(ticket.state, Trigger.CANCEL)  # before anybody is told
    if ticket.requester:
        told = GOES_ON.get(ticket.language, GOES_ON["en"])
        resolution.answer(office, ticket, actor, told.format(one=_name(office, ticket), other=_name(office, into)))
    facts = ticket.merge(office.now, actor.address, into.number)
    joined = _join(office, ticket, into)
    _add(office, ticket, LinkKind.MERGED_INTO, into, actor, joined=joined)
    _tell(office, ticket, facts)
    into.changed_at = office.now
    _tell(
        office,
        into,
        [TicketTookOver(ticket=into.number, at=office.now, actor=actor.address, merged=ticket.number)],
    )


def _join(office: Office, ticket: Ticket, into: Ticket) -> bool:
    """Have the requester of one ticket be asked in the other; False where they are already."""
    person = ticket.requester
    if person is None or any(p.person == person.person for p in into.affected):
        return False
    if into.find_participant(person.mailbox.address) is None:
        office.work.tickets.add_participant(into, Participant(person.person, person.mailbox, Role.PARTICIPANT))
    office.work.tickets.set_affected(into, person.person, True)
    return True


def unmerge(office: Office, ticket: Ticket, actor: Mailbox) -> int:
    """Both go on by themselves again; the number of the other.

    Raises:
        NotAllowed: it was not merged.
    """
    found = office.work.links.find(ticket.number, LinkKind.MERGED_INTO)
    if found is None:
        one = _name(office, ticket)
        raise NotAllowed("unmerge", f"{one} is not merged into another", "not_merged", one=one)
    into = office.work.tickets.get(found.other, lock=True)
    office.work.links.undo(found, office.now)
    if found.joined and ticket.requester:
        office.work.tickets.set_affected(into, ticket.requester.person, False)
    facts = ticket.unmerge(office.now, actor.address, into.number)
    _tell(office, ticket, facts)
    other = TicketUnmerged(ticket=into.number, at=office.now, actor=actor.address, other=ticket.number)
    _tell(office, into, [other])
    return into.number


def split(office: Office, ticket: Ticket, entries: Sequence[int], subject: str, actor: Mailbox) -> Ticket:
    """Words that are about something else become a ticket of their own, whose requester is who wrote them.

    Raises:
        NotAllowed: the entries are not words of people in this ticket, or of more than one person.
    """
    chosen = [e for e in office.work.tickets.entries_of(ticket.number) if e.id in entries and e.kind in WORDS]
    if len(chosen) != len(set(entries)) or not chosen:
        raise NotAllowed("split", "name entries of this ticket that a person wrote", "no_entries")
    if len({e.author.address.lower() for e in chosen}) > 1:
        raise NotAllowed("split", "these entries are of different people: split off those of one", "several_people")
    words = "\n\n".join(e.words for e in chosen)
    new = register_call(
        office, actor, chosen[0].author, subject or ticket.subject, words, ticket.language, ticket.origin
    )
    _add(office, new, LinkKind.SPLIT_FROM, ticket, actor)
    fact = TicketSplit(
        ticket=ticket.number,
        at=office.now,
        actor=actor.address,
        into=new.number,
        entries=tuple(e.id for e in chosen),
    )
    _tell(office, ticket, [fact])
    return new


def unsplit(office: Office, ticket: Ticket, actor: Mailbox) -> int:
    """A part goes back into what it was split from, with what has been said since; the number of that.

    Raises:
        NotAllowed: it was not split off, or that ticket has ended.
    """
    found = office.work.links.find(ticket.number, LinkKind.SPLIT_FROM)
    if found is None:
        one = _name(office, ticket)
        raise NotAllowed("unsplit", f"{one} was not split from another", "not_split", one=one)
    whole = office.work.tickets.get(found.other, lock=True)
    merge(office, ticket, whole, actor)
    office.work.links.undo(found, office.now)
    _tell(office, whole, [SplitUndone(ticket=whole.number, at=office.now, actor=actor.address, other=ticket.number)])
    return whole.number


def _tell(office: Office, ticket: Ticket, facts: list[Fact]) -> None:
    office.work.tickets.save(ticket)
    record(office, ticket, facts)


def _name(office: Office, ticket: Ticket) -> str:
    return ticket_reference(office.policy.prefix, ticket.number)
