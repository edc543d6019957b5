"""The acts that join tickets and part them again: link, merge, split, a problem behind them, an announced event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mailbot.console.ticket_choosing import Unclear, find_others, get_other
from mailbot.console.visit import Visit
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.links import LinkKind
from mailbot.desk.reference import read_ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows import event_tickets, merging, problems
from mailbot.workflows.office import Office

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Onward:
    """What was done concerns another ticket, too; ``stays``: the page goes on with the one that it showed."""

    ticket: int
    stays: bool = True
    values: Mapping[str, object] = field(default_factory=dict)


def _link(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
    kind = visit.form.get("kind", "related")
    below = kind.removeprefix("of_")
    if below not in (LinkKind.RELATED, LinkKind.CHILD_OF, LinkKind.CAUSED_BY):
        raise NotAllowed("link", f"no link is called {kind[:40]!r}")
    other = get_other(visit, office, ticket)
    one, two = (other, ticket) if kind.startswith("of_") else (ticket, other)
    merging.link(office, one, LinkKind(below), two, actor)
    return Onward(other.number)


def _unlink(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
    other = get_other(visit, office, ticket)
    merging.unlink(office, ticket, other, actor)
    return Onward(other.number)


def _merge(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
    other = get_other(visit, office, ticket)
    merging.merge(office, ticket, other, actor)
    return Onward(other.number)


def _take_back(undo: Callable[[Office, Ticket, Mailbox], int]) -> Callable[[Office, Ticket, Mailbox, Visit], Onward]:
    """Undo it from the page of either ticket: the form names the other one where that is the part."""

    def act(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
        part = get_other(visit, office, ticket) if visit.form.get("to") else ticket
        whole = undo(office, part, actor)
        return Onward(whole if part is ticket else part.number)

    return act


def _split(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
    chosen = [int(n) for n in visit.forms.get("entry", []) if re.fullmatch(r"[0-9]{1,15}", n)]
    new = merging.split(office, ticket, chosen, visit.form.get("subject", "").strip()[:500], actor)
    return Onward(new.number, stays=False)


def _open_problem(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
    subject = visit.form.get("subject", "").strip()[:500] or ticket.subject
    words = visit.form.get("about", "").replace("\r\n", "\n").strip()
    children = [ticket, *_named(office, ticket, visit)]
    problem = problems.open_problem(office, actor, subject, words, children)
    return Onward(problem.number, stays=False, values={"count": len(children)})


def _named(office: Office, ticket: Ticket, visit: Visit) -> list[Ticket]:
    """The tickets of a field that takes several: SD-1042, SD-1043. Raises Unclear at the first that there is not."""
    found: dict[int, Ticket] = {}
    for typed in re.split(r"[\s,;]+", visit.form.get("also", "").strip()[:2000])[:MOST_AT_ONCE]:
        number = read_ticket_reference(office.policy.prefix, typed) if typed else ticket.number
        other = office.work.tickets.find(number, lock=True) if number is not None and number < 2**53 else None
        if other is None:
            raise Unclear(typed[:40], find_others(office, ticket, typed, "problem"))
        found[other.number] = other
    return [one for number, one in found.items() if number != ticket.number]


def _record_known_error(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> Onward:
    cause, workaround = (visit.form.get(name, "").replace("\r\n", "\n").strip() for name in ("cause", "workaround"))
    tell = visit.form.get("tell") == "yes"
    told = problems.record_known_error(office, ticket, actor, cause, workaround, tell=tell)
    return Onward(ticket.number, values={"count": told})


def _detach(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> None:
    event_tickets.detach(office, ticket, actor)


LINK_ACTS: dict[str, Callable[[Office, Ticket, Mailbox, Visit], object]] = {
    "link": _link,
    "unlink": _unlink,
    "merge": _merge,
    "unmerge": _take_back(merging.unmerge),
    "split": _split,
    "unsplit": _take_back(merging.unsplit),
    "problem": _open_problem,
    "known_error": _record_known_error,
    "detach": _detach,
}
