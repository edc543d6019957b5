"""The page of one change: its plan, who has approved it, what stands in its way, and what may happen to it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from mailbot.console.change_form import choices, typed_of
from mailbot.console.ticket_together import asked_of
from mailbot.console.tickets import name_agent
from mailbot.console.visit import PageError, Rank, Visit
from mailbot.desk.approvals import Approval, BoardRule, deciding
from mailbot.desk.change import Change
from mailbot.desk.changes import ChangeTrigger, possible
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows.change_conflicts import conflicts_of, freezes_in, is_in_wrong_hours
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class Said:
    """An approval with the words that decided; ``counts``: it is of the plan as it stands."""

    approval: Approval
    words: str
    counts: bool


def show_change(visit: Visit) -> Response:
    """The change under its one address: other ways to write its number lead there."""
    with visit.room.open_office(reads_only=True) as office:
        ticket, _ = get_both(visit, office)
    reference = ticket_reference(visit.room.policy.prefix, ticket.number)
    if visit.argument("reference") != reference:
        return visit.redirect(f"/changes/{reference}")
    return show_one(visit)


def get_both(visit: Visit, office: Office, *, lock: bool = False) -> tuple[Ticket, Change]:
    """The ticket in the path, and the change that it is. Raises PageError (404) where there is none."""
    typed = visit.argument("reference")
    number = read_ticket_reference(office.policy.prefix, typed)
    ticket = office.work.tickets.find(number, lock=lock) if number is not None and number < 2**53 else None
    change = office.work.changes.find(ticket.number) if ticket else None
    if ticket is None or change is None:
        raise PageError(404, "no_change", typed[:100])
    return ticket, change


def show_one(visit: Visit, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """``wrong``: what was not right in the form that was sent, by field, beside what was typed."""
    with visit.room.open_office(reads_only=True) as office:
        ticket, change = get_both(visit, office)
        conflicts = conflicts_of(office, ticket.number, change.plan)
        values = {
            "answers": _read_said(office, change),
            "announced": office.work.announcements.find_of_ticket(ticket.number),
            "asked": asked_of(office.work.links.count_children(ticket.number)),
            "wrong_hours": is_in_wrong_hours(office, change.plan),
        }
    may_act = visit.visitor.rank >= Rank.AGENT
    sent = visit.form.get("act", "")
    return visit.page(
        "change.html",
        status=status,
        ticket=ticket,
        change=change,
        plan=change.plan,
        conflicts=conflicts,
        frozen=bool(freezes_in(conflicts)) and not change.despite_freeze,
        may_act=may_act,
        may=_acts(change) if may_act else frozenset(),
        boards=_boards(visit, change),
        wrong=defaultdict(str, wrong or {}),
        sent=sent,
        typed=defaultdict(str, visit.form) if sent == "plan" else typed_of(change, visit.room.policy.timezone),
        form=defaultdict(str, visit.form),
        chosen=set(visit.forms.get("services", []) if sent == "plan" else change.plan.services),
        chosen_customers=set(visit.forms.get("customers", []) if sent == "plan" else change.plan.customers),
        name_of=lambda address: name_agent(visit.room.policy, address),
        **choices(visit),
        **values,
    )


def _acts(change: Change) -> frozenset[str]:
    """What may happen now, as the acts of the page name it."""
    found = {trigger.value for trigger in possible(change.state, change.plan.type)}
    if change.missing():
        found.discard(ChangeTrigger.ASK.value)
    if not (change.plan.starts_at and change.plan.ends_at):
        found.discard(ChangeTrigger.SCHEDULE.value)
    if change.needs_approval_afterwards:
        found.discard(ChangeTrigger.REVIEW.value)
    return frozenset(found)


def _boards(visit: Visit, change: Change) -> Sequence[BoardRule]:
    """Who would be asked by the rules of the settings; nobody where an agent named approvers."""
    if change.approvers:
        return ()
    return deciding(visit.room.policy.changes.boards, change.plan.services, change.plan.customers)


def _read_said(office: Office, change: Change) -> list[Said]:
    """Of the newest plan first; what was said about earlier ones stands below."""
    found = office.work.changes.approvals_of(change.ticket)
    given = office.work.journal.named(change.ticket, ("approval_given",))
    words = {(r.details["person"], r.details["revision"]): r.details.get("words", "") for r in given}
    newest = sorted(found, key=lambda one: (-one.revision, one.name.lower(), one.address))
    return [Said(one, words.get((one.person, one.revision), ""), one.revision == change.revision) for one in newest]
