"""What an agent does with an announced event: tell how it stands, end it, let tickets join it or leave it."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.responses import Response

from mailbot.console.announcements import get_announcement, show_one
from mailbot.console.moments import read_local
from mailbot.console.refusals import tell_refusal
from mailbot.console.visit import PageError, Visit
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import PermanentError
from mailbot.workflows import announcements, event_tickets
from mailbot.workflows.office import Office

Act = Callable[[Office, int, Mailbox, Visit], int]
"""Gives the number that is told to whoever did it."""


def act(visit: Visit) -> Response:
    """Do what the form's ``act`` names."""
    name, number = visit.form.get("act", ""), visit.argument("number", number=True)
    if name not in ACTS:
        raise PageError(400, "no_act", name[:40])
    if wrong := _find_faults(visit, name):
        return show_one(visit, wrong=wrong, status=409)
    try:
        with visit.room.open_office() as office:
            get_announcement(office, number)
            count = ACTS[name](office, number, Mailbox(visit.visitor.address, visit.visitor.name), visit)
    except PermanentError as error:
        return show_one(visit, wrong={"": tell_refusal(visit, error)}, status=409)
    visit.room.wake_delivery()
    return visit.redirect(f"/announcements/{number}", said=visit.texts(f"announcement.did_{name}", count=count))


def _find_faults(visit: Visit, name: str) -> dict[str, str]:
    wrong = {}
    if name in ("update", "end") and not _words(visit):
        wrong[f"{name}_words"] = visit.texts("announcement.needs_words")
    ends = visit.form.get("ends", "")
    if name == "update" and ends.strip() and read_local(ends, visit.room.policy.timezone) is None:
        wrong["ends"] = visit.texts("announcement.no_moment")
    return wrong


def _words(visit: Visit) -> str:
    return visit.form.get("words", "").replace("\r\n", "\n").strip()


def _update(office: Office, number: int, actor: Mailbox, visit: Visit) -> int:
    until = read_local(visit.form.get("ends", ""), office.policy.timezone)
    return announcements.update(office, number, actor, _words(visit), until)[1]


def _end(office: Office, number: int, actor: Mailbox, visit: Visit) -> int:
    return announcements.end(office, number, actor, _words(visit))[1]


def _join(office: Office, number: int, actor: Mailbox, visit: Visit) -> int:
    numbers = [int(n) for n in visit.forms.get("join", [])[:200] if re.fullmatch(r"[0-9]{1,15}", n)]
    found = (office.work.tickets.find(n, lock=True) for n in dict.fromkeys(numbers))
    chosen = [ticket for ticket in found if ticket]
    tell = visit.form.get("tell") == "yes"
    return event_tickets.join(office, announcements.get_open(office, number), chosen, actor, tell=tell)


def _detach(office: Office, number: int, actor: Mailbox, visit: Visit) -> int:
    """The ticket named, where it is about this event and no other."""
    typed = visit.form.get("ticket", "")
    ticket = office.work.tickets.find(int(typed), lock=True) if re.fullmatch(r"[0-9]{1,15}", typed) else None
    if ticket is None:
        raise PageError(404, "no_ticket", typed[:40])
    event_tickets.detach(office, ticket, actor)
    return 1


ACTS: dict[str, Act] = {"update": _update, "end": _end, "join": _join, "detach": _detach}
