"""Planning a change: the form of a new one and of another plan, and what is wrong with what it says."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from starlette.responses import Response

from mailbot.console.moments import read_local, write_local
from mailbot.console.refusals import tell_refusal
from mailbot.console.visit import Visit
from mailbot.desk.change import Change, Plan
from mailbot.desk.changes import ChangeType
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import MailbotError
from mailbot.desk.reference import ticket_reference
from mailbot.workflows import changes

LONGEST_SUBJECT, MOST_APPROVERS = 500, 50


def show_new(visit: Visit) -> Response:
    return _show(visit, {})


def plan_change(visit: Visit) -> Response:
    """Register what the form plans."""
    wrong = find_faults(visit)
    subject = visit.form.get("subject", "").strip()[:LONGEST_SUBJECT]
    if not subject:
        wrong["subject"] = visit.texts("change.needs_subject")
    if wrong:
        return _show(visit, wrong, status=409)
    actor = Mailbox(visit.visitor.address, visit.visitor.name)
    try:
        with visit.room.open_office() as office:
            ticket, change = changes.propose(office, actor, subject, read_plan(visit), read_why(visit))
            if approvers := read_approvers(visit.form.get("approvers", "")):
                changes.name_approvers(office, ticket, change, actor, approvers, read_needed(visit))
    except MailbotError as error:
        return _show(visit, {"": tell_refusal(visit, error)}, status=409)
    visit.room.wake_delivery()
    reference = ticket_reference(visit.room.policy.prefix, ticket.number)
    return visit.redirect(f"/changes/{reference}", said=visit.texts("change.did_new", one=reference))


def read_plan(visit: Visit) -> Plan:
    """What the form says. What cannot be read counts as not said: ``find_faults`` tells it."""
    form, policy = visit.form, visit.room.policy
    said = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in ("plan", "risk", "back_out")}
    kind = form.get("type", "")
    return Plan(
        type=ChangeType(kind) if kind in set(ChangeType) else ChangeType.NORMAL,
        starts_at=read_local(form.get("starts", ""), policy.timezone),
        ends_at=read_local(form.get("ends", ""), policy.timezone),
        services=_known(visit, "services", [s.name for s in policy.services]),
        customers=_known(visit, "customers", [c.name for c in policy.customers]),
        **said,
    )


def read_approvers(text: str) -> tuple[str, ...]:
    """Addresses, with commas, spaces or lines between."""
    found = (one.strip("<>") for one in re.split(r"[\s,;]+", text[:5000]))
    return tuple(dict.fromkeys(one[:320] for one in found if "@" in one))[:MOST_APPROVERS]


def read_needed(visit: Visit) -> int:
    """How many must approve; 0: all."""
    text = visit.form.get("needed", "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0


def read_why(visit: Visit) -> str:
    """Why it is made although nothing is to be changed then."""
    return visit.form.get("despite_freeze", "").strip()[:1000]


def find_faults(visit: Visit) -> dict[str, str]:
    """What is not right with the plan that the form describes, by field."""
    plan, texts = read_plan(visit), visit.texts
    wrong = {}
    for name, moment in (("starts", plan.starts_at), ("ends", plan.ends_at)):
        if visit.form.get(name, "").strip() and moment is None:
            wrong[name] = texts("announcement.no_moment")
    if not wrong and plan.ends_at and not plan.starts_at:
        wrong["starts"] = texts("change.needs_start")
    if plan.starts_at and plan.ends_at and plan.ends_at <= plan.starts_at:
        wrong["ends"] = texts("announcement.ends_first")
    return wrong


def typed_of(change: Change, zone: str) -> defaultdict[str, str]:
    """The plan as it stands, for the fields of the form."""
    plan = change.plan
    return defaultdict(
        str,
        type=plan.type.value,
        plan=plan.plan,
        risk=plan.risk,
        back_out=plan.back_out,
        starts=write_local(plan.starts_at, zone),
        ends=write_local(plan.ends_at, zone),
    )


def choices(visit: Visit) -> dict[str, Any]:
    """What may be chosen in the form."""
    policy = visit.room.policy
    return {
        "types": [(kind.value, visit.texts(f"change.type_{kind.value}_long")) for kind in ChangeType],
        "services": [(s.name, s.title_in(visit.language)) for s in policy.services],
        "customers": [(c.name, c.name) for c in policy.customers],
    }


def _known(visit: Visit, field: str, names: list[str]) -> tuple[str, ...]:
    chosen = set(visit.forms.get(field, []))
    return tuple(name for name in names if name in chosen)


def _show(visit: Visit, wrong: dict[str, str], *, status: int = 200) -> Response:
    return visit.page(
        "change_new.html",
        status=status,
        wrong=defaultdict(str, wrong),
        typed=defaultdict(str, visit.form),
        chosen=set(visit.forms.get("services", [])),
        chosen_customers=set(visit.forms.get("customers", [])),
        boards=[rule.name for rule in visit.room.policy.changes.boards],
        **choices(visit),
    )
