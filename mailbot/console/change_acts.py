"""What an agent does with a change. Each act is one POST; what was typed comes back where it cannot be done."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from mailbot.console.announcement_form import read_patterns
from mailbot.console.change_form import find_faults, read_approvers, read_needed, read_plan, read_why
from mailbot.console.change_page import get_both, show_one
from mailbot.console.refusals import tell_refusal
from mailbot.console.visit import PageError, Visit
from mailbot.desk.approvals import Answer
from mailbot.desk.change import Change
from mailbot.desk.changes import ChangeNotAllowed
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import MailbotError
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows import approvals, changes
from mailbot.workflows.office import Office

Act = Callable[[Office, Ticket, Change, Mailbox, Visit], int]
"""Gives the number that is told to whoever did it."""
NEED_WORDS = frozenset({"done", "fail", "review", "withdraw", "approve", "announce"})
WAYS = ("phone", "visit", "chat")


def act(visit: Visit) -> Response:
    """Do what the form's ``act`` names."""
    name = visit.form.get("act", "")
    if name not in ACTS:
        raise PageError(400, "no_act", name[:40])
    if wrong := _find_faults(visit, name):
        return show_one(visit, wrong=wrong, status=409)
    try:
        with visit.room.open_office() as office:
            ticket, change = get_both(visit, office, lock=True)
            if visit.form.get("version", "") != str(ticket.version):
                raise _Changed
            count = ACTS[name](office, ticket, change, Mailbox(visit.visitor.address, visit.visitor.name), visit)
    except _Changed:
        return show_one(visit, wrong={"": visit.texts("change.changed")}, status=409)
    except ChangeNotAllowed as error:
        told = visit.texts("change.not_in_state", state=visit.texts(f"change.state_{error.state}"))
        return show_one(visit, wrong={"": told}, status=409)
    except MailbotError as error:
        return show_one(visit, wrong={"": tell_refusal(visit, error)}, status=409)
    visit.room.wake_delivery()
    reference = ticket_reference(visit.room.policy.prefix, ticket.number)
    return visit.redirect(f"/changes/{reference}", said=visit.texts(f"change.did_{name}", count=count))


class _Changed(Exception):
    """Somebody changed it after the page was shown."""


def _find_faults(visit: Visit, name: str) -> dict[str, str]:
    if name == "plan":
        return find_faults(visit)
    if name in NEED_WORDS and not _words(visit):
        return {f"{name}_words": visit.texts("change.needs_words")}
    return {}


def _words(visit: Visit) -> str:
    return visit.form.get("words", "").replace("\r\n", "\n").strip()


def _plan(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    return changes.revise(office, ticket, change, actor, read_plan(visit), read_why(visit))


def _ask(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    return len(approvals.ask(office, ticket, change, actor, read_why(visit)))


def _name(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    named = read_approvers(visit.form.get("approvers", ""))
    changes.name_approvers(office, ticket, change, actor, named, read_needed(visit))
    return len(named)


def _approve(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    form = visit.form
    answer = Answer.DECLINE if form.get("answer") == "decline" else Answer.APPROVE
    way = form.get("way", "") if form.get("way") in WAYS else "phone"
    approvals.approve_for(office, ticket, change, actor, form.get("of", ""), answer, way, _words(visit))
    return 1


def _schedule(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    changes.schedule(office, ticket, change, actor, read_why(visit))
    return 1


def _start(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    changes.start(office, ticket, change, actor, read_why(visit))
    return 1


def _finish(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    ends = visit.form.get("end_announcement") == "yes"
    return changes.finish(office, ticket, change, actor, _words(visit), end_announcement=ends)


def _fail(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    ends, back = (visit.form.get(name) == "yes" for name in ("end_announcement", "backed_out"))
    changes.fail(office, ticket, change, actor, _words(visit), backed_out=back, end_announcement=ends)
    return 1


def _review(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    changes.review(office, ticket, change, actor, _words(visit))
    return 1


def _withdraw(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    changes.withdraw(office, ticket, change, actor, _words(visit))
    return 1


def _announce(office: Office, ticket: Ticket, change: Change, actor: Mailbox, visit: Visit) -> int:
    patterns = read_patterns(visit.form.get("patterns", ""))
    return changes.announce(office, ticket, change, actor, _words(visit), patterns).number


ACTS: dict[str, Act] = {
    "plan": _plan,
    "approvers": _name,
    "ask": _ask,
    "approve": _approve,
    "schedule": _schedule,
    "start": _start,
    "done": _finish,
    "fail": _fail,
    "review": _review,
    "withdraw": _withdraw,
    "announce": _announce,
}
