"""Announcing something: what the form says, what is wrong with it, a try on open tickets, and the announcement."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from starlette.responses import Response

from mailbot.console.announcement_audience import Preview, preview_audience, read_days
from mailbot.console.announcement_trial import Trial, try_announcement
from mailbot.console.moments import read_local
from mailbot.console.refusals import tell_refusal
from mailbot.console.visit import Visit
from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows import announcements, event_tickets
from mailbot.workflows.office import Office

LONGEST_TITLE, MOST_PATTERNS, MOST_JOINED = 200, 50, 200


def show_new(visit: Visit) -> Response:
    """The empty form, or for the ticket that the address names."""
    with visit.room.open_office(reads_only=True) as office:
        ticket = _ticket_behind(office, visit.query.get("ticket", ""))
        standing = office.work.announcements.find_of_ticket(ticket.number) if ticket else None
    if standing:
        return visit.redirect(f"/announcements/{standing.number}")
    reference = ticket_reference(visit.room.policy.prefix, ticket.number) if ticket else ""
    return _show(visit, {"ticket": reference, "title": ticket.subject if ticket else ""}, {})


def announce(visit: Visit) -> Response:
    """Try the form, or announce what it says; ``act`` names which."""
    wrong = _find_faults(visit)
    if visit.form.get("act") == "try" or wrong:
        return _show_tried(visit, wrong)
    actor = Mailbox(visit.visitor.address, visit.visitor.name)
    try:
        with visit.room.open_office() as office:
            made = announcements.announce(office, read_form(visit, office.now), actor)
            joined = event_tickets.join(
                office, made, _chosen(office, visit), actor, tell=visit.form.get("tell") == "yes"
            )
    except NotAllowed as error:
        return _show_tried(visit, {"": tell_refusal(visit, error)})
    visit.room.wake_delivery()
    said = visit.texts("announcement.made", title=made.title, count=joined)
    return visit.redirect(f"/announcements/{made.number}", said=said)


def read_form(visit: Visit, now: datetime) -> Announcement:
    """The announcement that the form describes. What cannot be read counts as not said: ``_find_faults`` tells it."""
    form, policy = visit.form, visit.room.policy
    number = read_ticket_reference(policy.prefix, form.get("ticket", ""))
    return Announcement(
        number=0,
        ticket=number or 0,
        planned=form.get("planned") == "yes",
        title=form.get("title", "").strip()[:LONGEST_TITLE],
        words=form.get("words", "").replace("\r\n", "\n").strip(),
        starts_at=read_local(form.get("starts", ""), policy.timezone) or now,
        expected_end=read_local(form.get("ends", ""), policy.timezone),
        patterns=read_patterns(form.get("patterns", "")),
        services=_known(visit, "services", [s.name for s in policy.services]),
        customers=_known(visit, "customers", [c.name for c in policy.customers]),
        to_audience=form.get("audience") == "yes",
        recent_days=read_days(form.get("recent_days", "")),
    )


def read_patterns(text: str) -> tuple[str, ...]:
    """One a line, or with commas between."""
    found = (re.sub(r"\s+", " ", part).strip()[:100] for part in re.split(r"[\n,;]", text[:5000]))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_PATTERNS]


def _known(visit: Visit, field: str, names: list[str]) -> tuple[str, ...]:
    chosen = set(visit.forms.get(field, []))
    return tuple(name for name in names if name in chosen)


def _find_faults(visit: Visit) -> dict[str, str]:
    """What is not right, by field."""
    form, zone, texts = visit.form, visit.room.policy.timezone, visit.texts
    made = read_form(visit, visit.now)
    wrong = {}
    if not made.title:
        wrong["title"] = texts("announcement.needs_title")
    if not made.words:
        wrong["words"] = texts("announcement.needs_words")
    wrong |= {
        name: texts("announcement.no_moment") for name in ("starts", "ends") if _is_unread(form.get(name, ""), zone)
    }
    if made.expected_end and made.expected_end <= made.starts_at and not wrong:
        wrong["ends"] = texts("announcement.ends_first")
    if not made.patterns and not made.services:
        wrong["patterns"] = texts("announcement.needs_patterns")
    if form.get("ticket", "").strip() and not made.ticket:
        wrong["ticket"] = texts("announcement.no_ticket")
    return wrong


def _is_unread(text: str, zone: str) -> bool:
    return bool(text.strip()) and read_local(text, zone) is None


def _ticket_behind(office: Office, reference: str) -> Ticket | None:
    number = read_ticket_reference(office.policy.prefix, reference)
    return office.work.tickets.find(number) if number is not None and number < 2**53 else None


def _chosen(office: Office, visit: Visit) -> list[Ticket]:
    """The tickets that were ticked to join."""
    numbers = [int(n) for n in visit.forms.get("join", [])[:MOST_JOINED] if re.fullmatch(r"[0-9]{1,15}", n)]
    found = (office.work.tickets.find(n, lock=True) for n in dict.fromkeys(numbers))
    return [ticket for ticket in found if ticket]


def _show_tried(visit: Visit, wrong: dict[str, str]) -> Response:
    candidate = read_form(visit, visit.now)
    tried = reached = None
    with visit.room.open_office(reads_only=True) as office:
        if candidate.patterns or candidate.services:
            tried = try_announcement(office, candidate)
        reached = preview_audience(office, candidate)
    asked = visit.form.get("act") == "try"
    # What somebody has only tried is not scolded for what is missing yet.
    shown = {"patterns": wrong["patterns"]} if asked and "patterns" in wrong else {} if asked else wrong
    return _show(visit, visit.form, shown, tried, reached, status=200 if asked else 409)


def _show(
    visit: Visit,
    typed: Any,
    wrong: dict[str, str],
    tried: Trial | None = None,
    reached: Preview | None = None,
    *,
    status: int = 200,
) -> Response:
    policy = visit.room.policy
    return visit.page(
        "announcement_new.html",
        status=status,
        typed=defaultdict(str, typed),
        wrong=defaultdict(str, wrong),
        tried=tried,
        reached=reached,
        joining=set(visit.forms.get("join", [])),
        shown=set(visit.forms.get("shown", [])),
        services=[(s.name, s.title_in(visit.language)) for s in policy.services],
        customers=[(c.name, c.name) for c in policy.customers],
        chosen_services=set(visit.forms.get("services", [])),
        chosen_customers=set(visit.forms.get("customers", [])),
        zone=policy.timezone,
    )
