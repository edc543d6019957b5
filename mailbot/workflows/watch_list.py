"""The desk's watch-list: mailed to the first group each working morning, where there is something on it.

A timer row says when; each morning sets the next one, and a look now and then sets it where there is none, or where
settings have moved it. So it comes once, whatever becomes of the processes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_tokens import bounce_address
from mailbot.desk.reference import ticket_reference
from mailbot.desk.schedule import Every
from mailbot.desk.staff import find_absence
from mailbot.desk.vocabulary import NoticeKind
from mailbot.desk.watch_list import Mark, Watched, watch
from mailbot.store.timers import Timer
from mailbot.templates.catalogue import TicketWords
from mailbot.templates.contexts_work import WatchListContext, WatchRow
from mailbot.templates.phrases import write_age
from mailbot.workflows import routing
from mailbot.workflows.budget import find_withheld_receipts
from mailbot.workflows.letters import Letter, desk_words, post, word_letter
from mailbot.workflows.office import Office, OpenOffice
from mailbot.workflows.work_contexts import step_of
from mailbot.workflows.working_day import length_of_day

SCHEDULE = Every(minutes=5)
KIND = KEY = "watch_list"
MOST_ROWS = 30
LONGEST_SEARCH = 400
"""Days in which a working morning is looked for: a desk that never opens gets no list."""


def run(open_office: OpenOffice) -> None:
    """See to it that the next morning's list is set, as settings have it now."""
    with open_office(reads_only=True) as office:
        pending, wanted = office.work.timers.find(KEY), _next_morning(office)
    # A list that is due and not sent yet (nothing was running) is sent, and not moved.
    if pending and pending.due_at <= office.now and wanted:
        return
    if (pending.due_at if pending else None) == wanted:
        return
    with open_office() as office:
        _set(office, _next_morning(office))


def send(office: Office, timer: Timer) -> None:
    """Mail the list of this morning, and set the next one."""
    _set(office, _next_morning(office))
    found = watched(office)
    withheld = len(find_withheld_receipts(office, _last_morning(office)))
    if not (found or withheld) or not office.policy.routing.watch_list:
        return
    for mailbox, language in _readers(office):
        _queue(office, found, withheld, mailbox, language)


def watched(office: Office) -> tuple[Watched, ...]:
    """What is on the list now, the oldest first."""
    after = timedelta(hours=office.policy.routing.watch_after_hours)
    return watch(office.work.roster.watchable(), office.now, office.policy.calendar_of, after)


def rows_of(office: Office, found: tuple[Watched, ...], language: str) -> tuple[WatchRow, ...]:
    """The list in words."""
    return tuple(_row(office, one, language) for one in found)


def _row(office: Office, one: Watched, language: str) -> WatchRow:
    ticket, policy = one.ticket, office.policy
    agent = policy.find_agent(ticket.assignee) if ticket.assignee else None
    reference = ticket_reference(policy.prefix, ticket.number)
    elsewhere = ticket.group if ticket.group != (ticket.owner or policy.first_group) else ""
    return WatchRow(
        reference=reference,
        subject=ticket.subject,
        age=write_age(language, one.age, length_of_day(office, ticket)),
        worker=(agent.mailbox.name if agent else "") or ticket.assignee or elsewhere,
        next_step=step_of(office, ticket, language),
        mark=one.mark.value,
        priority=ticket.priority.value,
        link=f"{policy.console_url}/tickets/{reference}" if policy.console_url else "",
    )


def _context(office: Office, found: tuple[Watched, ...], withheld: int, to: Mailbox, language: str) -> WatchListContext:
    return WatchListContext(
        desk=desk_words(office),
        ticket=TicketWords("", ""),
        recipient_name=to.name,
        written_at=office.now,
        rows=rows_of(office, found[:MOST_ROWS], language),
        total=len(found),
        unread=sum(one.mark is Mark.READ for one in found),
        contacts=sum(one.mark is Mark.CONTACT for one in found),
        unaccepted=sum(one.mark is Mark.UNACCEPTED for one in found),
        unassigned=sum(not one.ticket.assignee and one.mark is Mark.NONE for one in found),
        more=max(0, len(found) - MOST_ROWS),
        withheld=withheld,
    )


def _queue(office: Office, found: tuple[Watched, ...], withheld: int, to: Mailbox, language: str) -> None:
    policy, day = office.policy, office.policy.calendar.local_day(office.now)
    person = office.work.directory.register(to, office.now)
    context = _context(office, found, withheld, to, language)
    rendered = word_letter(office, NoticeKind.WATCH_LIST, language, context)
    key = f"watch-list/{day.isoformat()}/{person.id}"
    letter = Letter(
        kind=NoticeKind.WATCH_LIST,
        to=to,
        key=key,
        message_id=f"watch-list.{day.isoformat()}.{person.id}",
        reverse_path=bounce_address(policy.keyring, policy.main_address, key),
        person=person.id,
    )
    post(office, letter, rendered)


def _readers(office: Office) -> list[tuple[Mailbox, str]]:
    """The desk's own group: its address, else its agents who are not away today; all of them where everybody is."""
    policy = office.policy
    group = policy.find_group(policy.first_group)
    if group and group.address:
        return [(Mailbox(group.address, group.name), policy.default_language)]
    people = [c for c in routing.colleagues(office) if c.agent.is_in(policy.first_group)]
    here = [c for c in people if not find_absence(c.absences, c.agent.mailbox.address, c.agent.day_of(office.now))]
    return [(c.agent.mailbox, c.agent.language or policy.default_language) for c in here or people]


def _next_morning(office: Office) -> datetime | None:
    """The next moment of the list on a working day of the desk; None where there is to be none."""
    rules, calendar = office.policy.routing, office.policy.calendar
    if not rules.watch_list:
        return None
    local = office.now.astimezone(calendar.zone)
    hour, minute = divmod(rules.watch_list_minute, 60)
    for ahead in range(LONGEST_SEARCH):
        day = local.date() + timedelta(days=ahead)
        moment = datetime(day.year, day.month, day.day, hour % 24, minute, tzinfo=calendar.zone)
        if calendar.is_working_day(day) and moment > office.now:
            return moment.astimezone(ZoneInfo("UTC"))
    return None


def _last_morning(office: Office) -> datetime:
    """The same time of the working day before, when the last list was due."""
    calendar = office.policy.calendar
    days = (office.now - timedelta(days=back) for back in range(1, LONGEST_SEARCH))
    return next((d for d in days if calendar.is_working_day(calendar.local_day(d))), office.now - timedelta(days=1))


def _set(office: Office, moment: datetime | None) -> None:
    if moment is None:
        office.work.timers.cancel(KEY)
    else:
        office.work.timers.set(KIND, moment, key=KEY)


TIMERS = {KIND: send}
