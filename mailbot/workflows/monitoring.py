"""A monitoring system tells of an event: incidents open, are updated, fold into one, flap, and heal by themselves.

Every alert is obeyed as far as opening goes, for a missed fault is worse than a false one. Only sources that settings
name may close: anybody can write "RECOVERY". And only what no person has joined is closed by a machine's word.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

from mailbot.desk import journal
from mailbot.desk.correspondence import Alert
from mailbot.desk.lifecycle import ENDED
from mailbot.desk.monitoring import KnownAlert, Source, Turn, find_source, follow, read_turn
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.trust import Evidence
from mailbot.desk.vocabulary import Disposition, Role
from mailbot.workflows import incidents
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_mail
from mailbot.workflows.verdict import Verdict

MOST_ENTRIES = 50
"""Keys of one incident whose alerts become entries. The rest of a storm is counted; every mail is kept anyway."""
SILENT = frozenset({Turn.REPEATED, Turn.LATE})


def take_alerts(office: Office, cause: Cause) -> Verdict | None:
    """Every alert of a mail finds its incident; None where the mail is none of a monitoring system."""
    if not cause.reading.alerts:
        return None
    source = trusted_source(office, cause)
    name = source.name if source else f"? {cause.author.address.lower() if cause.author else ''}"[:100]
    office.work.alerts.hear(name, office.now)
    if source:
        incidents.hear_again(office, source.name, cause.standing.evidence.name)
    reasons = [f"from the source {source.name}" if source else "not from a source in [[monitoring.sources]]"]
    numbers = [_take(office, cause, alert, name, source, reasons) for alert in cause.reading.alerts]
    return Verdict(Disposition.ALERT, tuple(reasons[:20]), next((n for n in numbers if n is not None), None))


def trusted_source(office: Office, cause: Cause) -> Source | None:
    """The source that settings name and that this mail is truly from, as far as can be known."""
    source = find_source(office.policy.sources, cause.author.address) if cause.author else None
    if source is None or cause.standing.evidence is Evidence.E0:
        return None
    if source.networks and not _is_within(cause.row.envelope.peer, source.networks):
        return None
    return source


def _is_within(peer: str, networks: tuple[str, ...]) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(network, strict=False) for network in networks)


def _take(
    office: Office, cause: Cause, alert: Alert, name: str, source: Source | None, reasons: list[str]
) -> int | None:
    key = f"{alert.tool}|{alert.key}"[:500]
    known = office.work.alerts.find(key)
    ticket = office.work.tickets.find(known.ticket, lock=True) if known else None
    if known and known.active and (ticket is None or ticket.state in ENDED):
        known = replace(known, active=False)  # people ended its incident while the problem lasted
    turn = read_turn(known, alert)
    told = f"{alert.tool}: {alert.state.value} of {alert.key}"
    gone = known is None or (turn is Turn.UNKNOWN and (ticket is None or ticket.state in ENDED))
    if gone and turn is not Turn.BEGAN:
        reasons.append(f"{told}, for which no incident is open")
        return None
    if turn is Turn.BEGAN:
        known = replace(known, source=name) if known else _first_known(office, key, name, alert)
        ticket, how = _begin(office, cause, alert, known, ticket)
        reasons.append(f"{told} {how} {ticket.number}")
        return ticket.number
    assert known is not None and ticket is not None, "what is not new is known, and has its incident"
    reasons.append(f"{told} ({turn.value}) joined {ticket.number}")
    known = follow(known, alert, turn, office.policy.monitoring, office.now)
    _continue(office, cause, alert, known, turn, ticket, source)
    return ticket.number


def _first_known(office: Office, key: str, source: str, alert: Alert) -> KnownAlert:
    return KnownAlert(
        key=key,
        source=source,
        ticket=0,
        active=True,
        began_at=office.now,
        last_at=office.now,
        tool=alert.tool,
        host=alert.host,
        group=alert.group,
    )


def _begin(office: Office, cause: Cause, alert: Alert, known: KnownAlert, before: Ticket | None) -> tuple[Ticket, str]:
    """A problem begins, or again: in the incident that it had a moment ago, in one of its kind, or in its own."""
    rules, now = office.policy.monitoring, office.now
    known = follow(known, alert, Turn.BEGAN, rules, now)
    if before and (before.state not in ENDED or incidents.closed_by_recovery(office, before, now - rules.flap)):
        entry = _entry(office, cause, alert, before, Turn.BEGAN)
        office.work.alerts.keep(known)
        incidents.break_out(office, before, known, entry)
        return before, "came back to"
    kindred = office.work.alerts.find_kindred(known, now - rules.flap)
    if kindred is None:
        kindred = office.work.alerts.find_storm(known.source, now - rules.storm, rules.storm_alerts)
    if kindred is not None:
        ticket = office.work.tickets.get(kindred, lock=True)
        office.work.alerts.keep(replace(known, ticket=kindred, began_at=now))
        _tell(office, cause, alert, ticket, Turn.BEGAN, _entry(office, cause, alert, ticket, Turn.BEGAN))
        return ticket, "joined its kind in"
    ticket = register_mail(office, cause, alert_key=known.key)
    office.work.alerts.keep(replace(known, ticket=ticket.number, began_at=now))
    folded = incidents.fold_storm(office, known.source, ticket)
    return (folded, "joined the storm in") if folded.number != ticket.number else (ticket, "opened")


def _continue(
    office: Office, cause: Cause, alert: Alert, known: KnownAlert, turn: Turn, ticket: Ticket, source: Source | None
) -> None:
    office.work.alerts.keep(known)
    entry = None if turn in SILENT else _entry(office, cause, alert, ticket, turn)
    _tell(office, cause, alert, ticket, turn, entry)
    if turn is Turn.RECOVERED:
        incidents.recover(office, ticket, known, entry, cause.standing.evidence.name, listed=source is not None)
    elif turn is Turn.ACKNOWLEDGED:
        incidents.acknowledge(office, ticket)


def _entry(office: Office, cause: Cause, alert: Alert, ticket: Ticket, turn: Turn) -> Entry | None:
    if turn in (Turn.BEGAN, Turn.RECOVERED) and office.work.alerts.count(ticket.number)[0] > MOST_ENTRIES:
        return None
    words = alert.summary or cause.reading.mail.subject
    return file_mail(office, ticket, cause, EntryKind.ALERT, Role.STRANGER, words)


def _tell(office: Office, cause: Cause, alert: Alert, ticket: Ticket, turn: Turn, entry: Entry | None) -> None:
    fact = journal.AlertRecorded(
        ticket=ticket.number,
        at=office.now,
        actor=cause.author.address if cause.author else journal.DESK,
        entry=entry.id if entry else None,
        state=alert.state.value,
        key=alert.key[:300],
        turn=turn.value,
    )
    record(office, ticket, [fact], entry=entry, cause=cause)
