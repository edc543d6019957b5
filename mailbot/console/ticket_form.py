"""Registering a ticket for somebody: what the form says, what is wrong with it, and the ticket that comes of it."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from starlette.responses import Response

from mailbot.console.phone import find_people
from mailbot.console.refusals import tell_refusal
from mailbot.console.ticket_trial import try_form
from mailbot.console.visit import Visit
from mailbot.desk.contacts import Contact, Outcome
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import MailbotError
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import Impact, Origin, TicketKind, Urgency
from mailbot.parsers.addresses import check_typed_address
from mailbot.workflows import contacts
from mailbot.workflows.office import Office
from mailbot.workflows.registration import Filing, register_call, register_own

ORIGINS = (Origin.PHONE, Origin.USER, Origin.STAFF)
KINDS = (TicketKind.INCIDENT, TicketKind.SERVICE_REQUEST)
FROM_ADDRESS = {"email": 320, "name": 200, "caller": 100, "origin": 10, "subject": 500}
"""What a link may fill in, and how much of it."""
CHECKED = ("email", "caller", "waited", "talked", "subject")
"""The fields that may be wrong, in the order of the page."""
LONGEST_WAIT, LONGEST_TALK = 86_400, 1_440
_NUMBER = re.compile(r"[0-9]{1,6}")


def show_new(visit: Visit) -> Response:
    """The form, with what the link that led here knows."""
    known = {name: visit.query.get(name, "").strip()[:most] for name, most in FROM_ADDRESS.items()}
    return _show(visit, {**known, "receipt": "yes"}, {})


def register(visit: Visit) -> Response:
    """Try the form, or register what it says; ``act`` names which."""
    wrong = find_faults(visit)
    trying = visit.form.get("act") == "try"
    if wrong or trying:
        # What somebody has only tried is not scolded for what is missing yet.
        return _show(visit, visit.form, {} if trying else wrong, tried=True, status=200 if trying else 409)
    actor = Mailbox(visit.visitor.address, visit.visitor.name)
    try:
        with visit.room.open_office() as office:
            ticket = _register(office, visit, actor)
    except MailbotError as error:
        return _show(visit, visit.form, {"": tell_refusal(visit, error)}, tried=True, status=409)
    visit.room.wake_delivery()
    reference = ticket_reference(visit.room.policy.prefix, ticket.number)
    return visit.redirect(f"/tickets/{reference}", said=visit.texts("registering.done", one=reference))


def say_people(visit: Visit) -> Response:
    """The people who may be meant by what has been typed so far, for the script of the field."""
    with visit.room.open_office(reads_only=True) as office:
        found = find_people(office, visit.query.get("q", "").strip()[:200])
    return visit.json([{"email": one.address, "name": one.name} for one in found])


def find_faults(visit: Visit) -> dict[str, str]:
    """What is not right, by field."""
    form, texts = visit.form, visit.texts
    email, origin = form.get("email", "").strip(), _origin(form)
    wrong = {}
    if email and _address(email) is None:
        wrong["email"] = texts("registering.no_address", typed=email[:100])
    elif email and visit.room.policy.is_ours(email):
        wrong["email"] = texts("registering.our_address")
    elif not email and (origin is Origin.USER or (origin is Origin.STAFF and form.get("name", "").strip())):
        wrong["email"] = texts("registering.needs_address")
    if origin is Origin.PHONE and not any(form.get(name, "").strip() for name in ("email", "name", "caller")):
        wrong["caller"] = texts("registering.needs_caller")
    if not form.get("subject", "").strip():
        wrong["subject"] = texts("registering.needs_subject")
    for name, most in (("waited", LONGEST_WAIT), ("talked", LONGEST_TALK)):
        typed = form.get(name, "").strip()
        if typed and _read_number(typed, most) is None:
            wrong[name] = texts("registering.no_number", most=most)
    return wrong


def _register(office: Office, visit: Visit, actor: Mailbox) -> Ticket:
    form, origin = visit.form, _origin(visit.form)
    subject = form.get("subject", "").strip()[:500]
    words = form.get("words", "").replace("\r\n", "\n").strip() or subject
    requester, language = _requester(office, form), _one_of(form, "language", visit.room.policy.languages)
    filing = _filing(visit)
    if origin is Origin.PHONE:
        kept = contacts.register_contact(office, _read_call(form, actor, office.now), actor)
        return contacts.open_ticket(office, kept, actor, requester, subject, words, language, filing)
    if requester is None:
        return register_own(office, actor, subject, words, filing)
    return register_call(office, actor, requester, subject, words, language, origin, filing)


def _requester(office: Office, form: Mapping[str, str]) -> Mailbox | None:
    """For whom it is; somebody known keeps the name they are known by, where none was typed."""
    address = _address(form.get("email", ""))
    if address is None:
        return None
    known = office.work.directory.find_by_address(address)
    typed = Mailbox(address, form.get("name", "").strip()[:200])
    return replace(typed, name=known.mailbox.name) if known and not typed.name else typed


def _filing(visit: Visit) -> Filing:
    form = visit.form
    return Filing(
        TicketKind(_one_of(form, "kind", KINDS) or TicketKind.INCIDENT),
        _one_of(form, "service", tuple(s.name for s in visit.room.policy.services)),
        _one_of(form, "impact", tuple(Impact)),
        _one_of(form, "urgency", tuple(Urgency)),
        form.get("receipt") == "yes",
    )


def _read_call(form: Mapping[str, str], agent: Mailbox, now: datetime) -> Contact:
    """The call has just ended; where no duration was said, when it ended is not told."""
    talked = _read_number(form.get("talked", ""), LONGEST_TALK)
    answered = now - timedelta(minutes=talked or 0)
    waited = timedelta(seconds=_read_number(form.get("waited", ""), LONGEST_WAIT) or 0)
    names = [form.get(name, "").strip()[:200] for name in ("caller", "email", "name")]
    return Contact(
        key=secrets.token_hex(8),
        caller=next(filter(None, names), ""),
        offered_at=answered - waited,
        outcome=Outcome.ANSWERED,
        answered_at=answered,
        ended_at=now if talked is not None else None,
        caller_name=names[2],
        agent=agent.address,
    )


def _origin(form: Mapping[str, str]) -> Origin:
    return Origin(_one_of(form, "origin", ORIGINS) or Origin.PHONE)


def _one_of(form: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    said = form.get(name, "")
    return said if said in known else ""


def _address(text: str) -> str | None:
    try:
        return check_typed_address(text[:320]) if text.strip() else None
    except ValueError:
        return None


def _read_number(text: str, most: int) -> int | None:
    text = text.strip()
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= most else None


def _show(
    visit: Visit, typed: Mapping[str, str], wrong: Mapping[str, str], *, tried: bool = False, status: int = 200
) -> Response:
    policy = visit.room.policy
    address = _address(typed.get("email", "")) or ""
    with visit.room.open_office(reads_only=True) as office:
        trial = try_form(office, typed, address, _filing(visit)) if tried or address else None
    return visit.page(
        "ticket_new.html",
        status=status,
        typed=defaultdict(str, typed),
        wrong=defaultdict(str, wrong),
        trial=trial,
        origin=_origin(typed),
        focus=next((name for name in CHECKED if wrong.get(name)), "subject" if address else "email"),
        origins=ORIGINS,
        kinds=KINDS,
        levels=tuple(Impact),
        services=[(s.name, s.title_in(visit.language)) for s in policy.services],
        titles={s.name: s.title_in(visit.language) for s in policy.services},
        languages=policy.languages,
    )
