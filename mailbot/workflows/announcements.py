"""Events that may touch many are announced, followed and ended: by an agent, for all whose tickets are about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.journal import Fact
from mailbot.desk.journal_announcements import AnnouncementEnded, AnnouncementMade, AnnouncementUpdated
from mailbot.desk.lifecycle import Trigger, allowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows import resolution
from mailbot.workflows.event_mail import tell_audience
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_problem


def announce(office: Office, announcement: Announcement, actor: Mailbox) -> Announcement:
    """Announce an event. Without a ticket (0) behind it, one is opened, of the kind problem.

    With ``to_audience`` people who have not written are mailed too (whom: ``event_audience.find_audience``), in rounds
    that begin within seconds; those with a ticket about it are told in their ticket.

    Raises:
        NotAllowed: nothing tells which mail is about it, it ends before it begins, or its ticket is announced already.
    """
    if not announcement.patterns and not announcement.services:
        raise NotAllowed("announce", "name words or services that tell which mail is about it", "needs_pattern")
    if announcement.expected_end and announcement.expected_end <= announcement.starts_at:
        raise NotAllowed("announce", "it ends before it begins")
    if announcement.ticket and office.work.announcements.find_of_ticket(announcement.ticket):
        raise NotAllowed("announce", "this ticket is announced already: update that announcement", "announced")
    ticket = _behind(office, announcement, actor)
    kept = replace(announcement, ticket=ticket.number, by=actor.address, step=1)
    kept = office.work.announcements.add(kept, office.now)
    if kept.to_audience:
        for child in resolution.open_children(office, ticket):
            resolution.answer(office, child, actor, kept.words or kept.title)
        tell_audience(office, kept)
    fact = AnnouncementMade(
        ticket=ticket.number,
        at=office.now,
        actor=actor.address,
        announcement=kept.number,
        title=kept.title,
        planned=kept.planned,
        words=kept.words,
    )
    _tell(office, ticket, [fact])
    return kept


def _behind(office: Office, announcement: Announcement, actor: Mailbox) -> Ticket:
    if announcement.ticket:
        return office.work.tickets.get(announcement.ticket, lock=True)
    return register_problem(office, actor, announcement.title, announcement.words)


def update(
    office: Office, number: int, actor: Mailbox, words: str, expected_end: datetime | None = None
) -> tuple[Announcement, int]:
    """How it stands now; everybody whose open ticket is about it gets these words. How many were written to.

    Its audience, if it has one, is mailed too, and is not in that number.

    Raises:
        PermanentError: there is no such announcement, or it has ended.
    """
    announcement = get_open(office, number)
    ticket = office.work.tickets.get(announcement.ticket, lock=True)
    step, until = announcement.step + 1, expected_end or announcement.expected_end
    changed = replace(announcement, words=words, expected_end=until, step=step)
    office.work.announcements.save(changed, office.now)
    tell_audience(office, changed)
    resolution.note(office, ticket, actor, words)
    told = resolution.open_children(office, ticket)
    for child in told:
        resolution.answer(office, child, actor, words)
    fact = AnnouncementUpdated(
        ticket=ticket.number, at=office.now, actor=actor.address, announcement=number, told=len(told)
    )
    _tell(office, ticket, [fact])
    return changed, len(told)


def end(office: Office, number: int, actor: Mailbox, words: str) -> tuple[Announcement, int]:
    """It is over: the same resolution is proposed to all whose tickets are about it, and each is asked. How many are.

    Raises:
        PermanentError: there is no such announcement, or it has ended.
    """
    announcement = get_open(office, number)
    ticket = office.work.tickets.get(announcement.ticket, lock=True)
    asked = len(resolution.open_children(office, ticket))
    ended = replace(announcement, words=words, ended_at=office.now, step=announcement.step + 1)
    office.work.announcements.save(ended, office.now)
    tell_audience(office, ended)
    if Trigger.RESOLVE in allowed(ticket.state):
        resolution.propose(office, ticket, actor, words)
    fact = AnnouncementEnded(ticket=ticket.number, at=office.now, actor=actor.address, announcement=number)
    _tell(office, ticket, [fact])
    return ended, asked


def get_open(office: Office, number: int) -> Announcement:
    """Raises PermanentError where there is none of that number, or it has ended."""
    found = office.work.announcements.find(number)
    if found is None:
        raise PermanentError(f"there is no announcement {number}: see `mailbot announcement list`")
    if found.ended_at:
        raise PermanentError(f"announcement {number} has ended: make a new one")
    return found


def _tell(office: Office, ticket: Ticket, facts: list[Fact]) -> None:
    ticket.changed_at = office.now
    office.work.tickets.save(ticket)
    record(office, ticket, facts)
