"""What becomes of incidents that machines reported: they recover, break out again, fold together, and miss a voice.

A recovery closes only what no person has joined: nobody with the fault, no agent, no words. Otherwise a person reads.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mailbot.desk import journal
from mailbot.desk.journal_monitoring import AlertsFolded, SourceFellSilent
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.monitoring import KnownAlert, Source
from mailbot.desk.reference import ticket_reference
from mailbot.desk.schedule import Every
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.store.timers import Timer
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office, OpenOffice
from mailbot.workflows.registration import register_event

SCHEDULE = Every(minutes=1)
OF_MACHINES = frozenset({EntryKind.ALERT, EntryKind.AUTOMATIC, EntryKind.REPORT})
SILENCE = {
    "sv": ("Ingenting hörs från {name}", "Övervakningen {name} hördes senast {at}. Den ska höras var {every}:e minut."),
    "en": (
        "Nothing is heard from {name}",
        "{name} was last heard at {at}. It should be heard every {every} min.",
    ),
}


def recover(
    office: Office, ticket: Ticket, known: KnownAlert, entry: Entry | None, evidence: str, *, listed: bool
) -> None:
    """One alert of an incident has recovered.

    Closes the incident where that was the last one, its source is ``listed`` in settings, and nobody has joined; where
    an alert flaps, when it has been quiet for a while.
    """
    if ticket.state in ENDED or office.work.alerts.count(ticket.number)[1]:
        return
    alerts = office.work.alerts.of_ticket(ticket.number)
    reason = _left_to_people(office, ticket, listed)
    if reason:
        facts = ticket.need_person(office.now, journal.DESK, entry.id if entry else None, reason)
        _settle(office, ticket, facts, entry)
    elif any(alert.flaps(office.policy.monitoring, office.now) for alert in alerts):
        due = office.now + office.policy.monitoring.settle
        details = {"key": known.key, "evidence": evidence, "entry": entry.id if entry else None}
        office.work.timers.set("alert_settles", due, key=_settling(ticket), ticket=ticket.number, details=details)
    else:
        _close(office, ticket, known.key, len(alerts), evidence, entry.id if entry else None)


def _left_to_people(office: Office, ticket: Ticket, listed: bool) -> str:
    if not listed:
        return "its recovery came from a source that is not in [[monitoring.sources]]"
    return "it has recovered, and people have joined it" if _is_joined(office, ticket) else ""


def _is_joined(office: Office, ticket: Ticket) -> bool:
    if ticket.requester or any(e.kind not in OF_MACHINES for e in office.work.tickets.entries_of(ticket.number)):
        return True
    return any(office.policy.find_agent(fact.actor) for fact in office.work.journal.of_ticket(ticket.number))


def _close(office: Office, ticket: Ticket, key: str, alerts: int, evidence: str, entry: int | None) -> None:
    _settle(office, ticket, ticket.recover(office.now, entry, key[:300], alerts, evidence), None)


def _settling(ticket: Ticket) -> str:
    return f"alert_settles/{ticket.number}"


def _fire_settled(office: Office, timer: Timer) -> None:
    assert timer.ticket is not None, "it was set for a ticket"
    ticket = office.work.tickets.get(timer.ticket, lock=True)
    total, active = office.work.alerts.count(ticket.number)
    if ticket.state in ENDED or active:
        return
    if _is_joined(office, ticket):
        _settle(office, ticket, ticket.need_person(office.now, journal.DESK, None, "it is quiet again"), None)
        return
    told = timer.details
    _close(office, ticket, str(told["key"]), total, str(told["evidence"]), told["entry"])


TIMERS = {"alert_settles": _fire_settled}


def closed_by_recovery(office: Office, ticket: Ticket, since: datetime) -> bool:
    """Whether a machine's word closed it since then: then the same alert belongs to it again."""
    if ticket.state is not State.CLOSED or ticket.closed_at is None or ticket.closed_at < since:
        return False
    facts = office.work.journal.of_ticket(ticket.number)
    return any(fact.name == "incident_recovered" and fact.at == ticket.closed_at for fact in facts)


def break_out(office: Office, ticket: Ticket, known: KnownAlert, entry: Entry | None) -> None:
    """The same alert is back: in its incident, which opens again where it had closed."""
    office.work.timers.cancel(_settling(ticket))
    facts = ticket.break_out(office.now, entry.id if entry else None, known.key[:300], known.changes)
    _settle(office, ticket, facts, entry)


def acknowledge(office: Office, ticket: Ticket) -> None:
    """Somebody has said in the tool that they look at it."""
    ticket.acknowledge(office.now)
    office.work.tickets.save(ticket)


def fold_storm(office: Office, source: str, newest: Ticket) -> Ticket:
    """Make one incident of many that a source opened at once; the one that is left, or ``newest`` without a storm."""
    rules = office.policy.monitoring
    numbers = office.work.alerts.list_incidents(source, office.now - rules.storm)
    if len(numbers) < rules.storm_alerts:
        return newest
    root = office.work.tickets.get(numbers[0], lock=True)
    folded = [n for n in numbers[1:] if _fold(office, n, root)]
    if folded:
        fact = AlertsFolded(ticket=root.number, at=office.now, into=root.number, folded=tuple(folded))
        root.changed_at = office.now
        _settle(office, root, [fact], None)
    return root if newest.number in folded else newest


def _fold(office: Office, number: int, root: Ticket) -> bool:
    ticket = office.work.tickets.get(number, lock=True)
    if _is_joined(office, ticket):
        return False
    office.work.alerts.move(number, root.number)
    reference = ticket_reference(office.policy.prefix, root.number)
    facts = ticket.cancel(office.now, journal.DESK, None, f"one storm with {reference}")
    fact = AlertsFolded(ticket=number, at=office.now, into=root.number, folded=())
    _settle(office, ticket, [*facts, fact], None)
    return True


def run(open_office: OpenOffice) -> None:
    """Look for sources that should have spoken."""
    with open_office() as office:
        heard = office.work.alerts.heard()
        for source in office.policy.sources:
            if source.expected_every is not None and source.name not in heard:
                office.work.alerts.hear(source.name, office.now)  # it begins to be expected now
            elif source.expected_every is not None and office.now - heard[source.name] > source.expected_every:
                _miss(office, source, source.expected_every, heard[source.name])


def _miss(office: Office, source: Source, every: timedelta, last: datetime) -> None:
    key = f"silence|{source.name}"
    if office.work.tickets.find_by_alert(key):
        return
    title, words = SILENCE.get(office.policy.default_language, SILENCE["en"])
    given = {"name": source.name, "at": f"{last:%Y-%m-%d %H:%M} UTC", "every": round(every.total_seconds() / 60)}
    ticket = register_event(office, title.format(**given), words.format(**given), key)
    fact = SourceFellSilent(ticket=ticket.number, at=office.now, source=source.name, last_at=last.isoformat())
    _settle(office, ticket, [fact], None)


def hear_again(office: Office, source: str, evidence: str) -> None:
    """A source speaks: where its silence had become an incident, that is over."""
    ticket = office.work.tickets.find_by_alert(f"silence|{source}")
    if ticket is None:
        return
    ticket = office.work.tickets.get(ticket.number, lock=True)
    if _is_joined(office, ticket):
        _settle(office, ticket, ticket.need_person(office.now, journal.DESK, None, "it is heard again"), None)
    else:
        _close(office, ticket, f"silence|{source}", 1, evidence, None)


def _settle(office: Office, ticket: Ticket, facts: list[journal.Fact], entry: Entry | None) -> None:
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry)
