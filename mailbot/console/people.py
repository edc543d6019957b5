"""The page of people: who may come in and as what, for admins to change."""

from __future__ import annotations

import structlog
from starlette.responses import Response

from mailbot.console.browsers import browser_name
from mailbot.console.sign_in import home_of
from mailbot.console.visit import PageError, Visit
from mailbot.desk.access import AccessRole
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.workflows.members import (
    BadAddress,
    change_role,
    find_member,
    get_member,
    list_members,
    read_address,
    read_role,
    remove_member,
)
from mailbot.workflows.sign_in import invite

log = structlog.get_logger()

SHOWN = 50
"""People on one page."""


def show_people(visit: Visit) -> Response:
    return _show(visit)


def show_person(visit: Visit) -> Response:
    """One person: their role to change, where they are signed in, and the door to shut."""
    with visit.room.open_office(reads_only=True) as office:
        member = find_member(office, visit.argument("address"))
        if member is None or member.role is None:
            raise PageError(404, "not_found")
        found = office.work.access.list_sessions(office.now, visit.room.terms.idle, member.mailbox.address)
    least = member.by_settings.height if member.by_settings else 0
    return visit.page(
        "person.html",
        member=member,
        own=member.mailbox.address.lower() == visit.visitor.address.lower(),
        sessions=[(browser_name(session.browser), session) for session in found],
        roles=[role for role in AccessRole if role.height >= least],
    )


def invite_person(visit: Visit) -> Response:
    """Give a role and send the way in; what was wrong stands beside the form, with what was written."""
    address, name = visit.form.get("address", "").strip(), visit.form.get("name", "").strip()[:200]
    try:
        with visit.room.open_office() as office:
            who = Mailbox(read_address(office, address), name)
            invite(office, who, visit.form.get("role", ""), _by(visit), home_of(visit))
    except (BadAddress, ValueError):
        return _show(visit, wrong=visit.texts("people.bad_address"))
    except NotAllowed:
        return _show(visit, wrong=visit.texts("people.not_yourself"))
    visit.room.wake_delivery()
    log.info("role given", to=address, role=visit.form.get("role", ""), by=visit.visitor.address)
    return visit.redirect("/people", said=visit.texts("people.invited", address=address))


def give_role(visit: Visit) -> Response:
    with visit.room.open_office() as office:
        role = read_role(visit.form.get("role", ""))
        member = change_role(office, visit.form.get("address", ""), role, _by(visit))
    log.info("role given", to=member.mailbox.address, role=role.value, by=visit.visitor.address)
    said = visit.texts("people.role_given", address=member.mailbox.address, role=visit.texts(f"role.{role}"))
    return visit.redirect("/people", said=said)


def remove_person(visit: Visit) -> Response:
    with visit.room.open_office() as office:
        member = remove_member(office, visit.form.get("address", ""), _by(visit))
    log.info("shut out", who=member.mailbox.address, by=visit.visitor.address)
    return visit.redirect("/people", said=visit.texts("people.removed_said", address=member.mailbox.address))


def end_sessions_of(visit: Visit) -> Response:
    with visit.room.open_office() as office:
        member = get_member(office, visit.form.get("address", ""))
        ended = office.work.access.end_sessions(member.mailbox.address, office.now, but=visit.visitor.session)
    return visit.redirect("/people", said=visit.texts("people.sessions_ended", count=ended))


def _show(visit: Visit, wrong: str = "") -> Response:
    with visit.room.open_office(reads_only=True) as office:
        members = list_members(office)
        open_now = office.work.access.count_sessions(office.now, visit.room.terms.idle)
    inside = [member for member in members if member.role]
    first = sum(member.mailbox.address.lower() <= visit.query.get("after", "") for member in inside)
    shown = inside[first : first + SHOWN]
    return visit.page(
        "people.html",
        status=400 if wrong else 200,
        members=[(member, open_now.get(member.mailbox.address.lower(), 0)) for member in shown],
        before=inside[first - SHOWN - 1].mailbox.address.lower() if first > SHOWN else "",
        first=first,
        after=shown[-1].mailbox.address.lower() if len(inside) > first + SHOWN else "",
        removed=[member for member in members if not member.role][:SHOWN],
        roles=list(AccessRole),
        wrong=wrong,
        written={key: visit.form.get(key, "") for key in ("address", "name", "role")},
    )


def _by(visit: Visit) -> Mailbox:
    return Mailbox(visit.visitor.address, visit.visitor.name)
