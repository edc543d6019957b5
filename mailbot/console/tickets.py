"""The queue: tickets by state, by whose they are, and by what is sought; and the way to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from mailbot.console.paging import MOST, PAGE, address_of, cut_leaf, read_place, shown_count, write_place
from mailbot.console.visit import Rank, Visit
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.policy import Policy
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office

OPEN = tuple(s for s in State if s not in ENDED)
TABS: dict[str, tuple[State, ...]] = {"open": OPEN, **{s.value: (s,) for s in State}, "all": ()}
WHOSE = ("all", "mine", "groups", "unowned", "person", "contact", "due")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the queue asks for; what it does not understand counts as not asked."""

    tab: str
    whose: str
    group: str
    requester: str
    search: str

    def address(self, **changed: str) -> dict[str, str]:
        found = {"state": self.tab, "whose": self.whose, "group": self.group, "by": self.requester, "q": self.search}
        found |= changed
        return found | {
            "state": "" if found["state"] == "open" else found["state"],
            "whose": "" if found["whose"] == "all" else found["whose"],
        }


def show_tickets(visit: Visit) -> Response:
    asked = _read_asked(visit)
    with visit.room.open_office(reads_only=True) as office:
        if found := _find_named(office, asked.search):
            return visit.redirect(f"/tickets/{ticket_reference(office.policy.prefix, found)}")
        filters = _filters(asked, office.policy, visit.visitor.address)
        filters["search"] = office.work.tickets.seek(asked.search)
        counts = office.work.tickets.count_some(MOST, **filters)
        came = next((way for way in ("beyond", "back") if visit.query.get(way)), "")
        rows = _list(office, asked, filters, came, visit.query.get(came, ""))
    due = asked.whose == "due"
    leaf = cut_leaf(rows, asked.address(), lambda t: _place(t, due), came=came)
    return visit.page(
        "tickets.html",
        asked=asked,
        leaf=leaf,
        tabs=_tabs(asked, counts),
        groups=[g.name for g in visit.room.policy.groups],
        whose=WHOSE,
        may_act=visit.visitor.rank >= Rank.AGENT,
        name_of=lambda address: name_agent(visit.room.policy, address),
        filtered=bool(asked.search or asked.group or asked.requester or asked.whose != "all"),
    )


def name_agent(policy: Policy, address: str) -> str:
    """The name of an agent, or the address where none is known."""
    agent = policy.find_agent(address)
    return (agent.mailbox.name if agent else "") or address


def _read_asked(visit: Visit) -> Asked:
    query, policy = visit.query, visit.room.policy
    tab, whose = query.get("state", ""), query.get("whose", "")
    group = policy.find_group(query.get("group", ""))
    return Asked(
        tab if tab in TABS else "open",
        whose if whose in WHOSE else "all",
        group.name if group else "",
        query.get("by", "").strip()[:320],
        query.get("q", "").strip()[:200],
    )


def _find_named(office: Office, search: str) -> int | None:
    """The ticket that was asked for by its number, where there is one."""
    number = read_ticket_reference(office.policy.prefix, search) if search else None
    return number if number is not None and office.work.tickets.find(number) else None


def _filters(asked: Asked, policy: Policy, me: str) -> dict[str, Any]:
    found: dict[str, Any] = {"requester": asked.requester or None}
    if asked.whose in ("mine", "unowned"):
        agent = policy.find_agent(me)
        found["assignee"] = "" if asked.whose == "unowned" else agent.mailbox.address if agent else me
    if asked.whose == "person":
        found["needs_person"] = True
    if asked.whose == "contact":
        found["needs_contact"] = True
    if asked.group:
        found["groups"] = (asked.group,)
    elif asked.whose == "groups":
        agent = policy.find_agent(me)
        # Nobody's group: an agent of no group has no tickets here.
        found["groups"] = agent.groups if agent and agent.groups else (" ",)
    return found


def _list(office: Office, asked: Asked, filters: Mapping[str, Any], came: str, place: str) -> list[Ticket]:
    return office.work.tickets.list_tickets(
        states=TABS[asked.tab],
        limit=PAGE + 1,
        order="due" if asked.whose == "due" else "newest",
        beyond=read_place(place),
        backwards=came == "back",
        **filters,
    )


def _place(ticket: Ticket, due: bool) -> str:
    return write_place((ticket.due_at if due else None) or ticket.changed_at, ticket.number)


def _tabs(asked: Asked, counts: Mapping[State, int] | None) -> list[tuple[str, str, str, bool]]:
    """(name, address, count or "", whether it is the present one)."""
    return [
        (
            name,
            "/tickets" + address_of(asked.address(state=name)).rstrip("?"),
            shown_count(sum(counts[s] for s in states)) if states and counts else "",
            name == asked.tab,
        )
        for name, states in TABS.items()
    ]
