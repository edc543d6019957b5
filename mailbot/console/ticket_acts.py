"""Working in a ticket: every act of an agent is one POST, checked against the ticket as the agent saw it.

What was typed is never lost: where the ticket has changed meanwhile, or refuses, the page comes back with the words in
their place, says what has happened, and the same press goes through.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.responses import Response

from mailbot.console.refusals import tell_refusal
from mailbot.console.ticket_choosing import Unclear
from mailbot.console.ticket_first_aid import put_in, used_in
from mailbot.console.ticket_link_acts import LINK_ACTS, Onward
from mailbot.console.ticket_page import Typed, get_ticket, show_again
from mailbot.console.visit import PageError, Visit
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import IllegalTransition, MailbotError, UnknownTicket
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows import assignment, handover, prioritisation, resolution, waiting
from mailbot.workflows.office import Office

Act = Callable[[Office, Ticket, Mailbox, Visit], object]

HARMLESS = frozenset({"note"})
"""Acts that are right whatever has happened meanwhile."""


def act(visit: Visit) -> Response:
    """Do what the form's ``act`` names."""
    name = visit.form.get("act", "")
    if name not in ACTS:
        raise PageError(400, "no_act", name[:40])
    if "insert" in visit.form:
        return _insert(visit, name)
    typed = Typed(name, visit.form)
    try:
        with visit.room.open_office() as office:
            ticket = get_ticket(visit, office, lock=True)
            if name not in HARMLESS and _changed_since(visit, ticket):
                raise _Changed
            done = ACTS[name](office, ticket, Mailbox(visit.visitor.address, visit.visitor.name), visit)
    except _Changed:
        return show_again(visit, typed, changed=True)
    except Unclear as unclear:
        return show_again(visit, typed, unclear=unclear)
    except UnknownTicket:
        raise
    except MailbotError as error:
        return show_again(visit, typed, trouble=_tell(visit, error))
    visit.room.wake_delivery()
    reference = ticket_reference(visit.room.policy.prefix, ticket.number)
    if isinstance(done, Onward):
        onward = ticket_reference(visit.room.policy.prefix, done.ticket)
        said = visit.texts(f"acted.{name}", one=reference, other=onward, **done.values)
        return visit.redirect(f"/tickets/{reference if done.stays else onward}", said=said)
    return visit.redirect(f"/tickets/{reference}#latest", said=visit.texts(f"acted.{name}"))


def _insert(visit: Visit, name: str) -> Response:
    """The page again with a ready answer among the words: nothing is sent yet."""
    with visit.room.open_office(reads_only=True) as office:
        ticket = get_ticket(visit, office)
        typed = Typed(name, put_in(visit, office, ticket))
    return show_again(visit, typed, changed=_changed_since(visit, ticket))


class _Changed(Exception):
    """Somebody changed the ticket after the page was shown."""


def _changed_since(visit: Visit, ticket: Ticket) -> bool:
    return visit.form.get("version", "") != str(ticket.version)


def _tell(visit: Visit, error: MailbotError) -> str:
    if isinstance(error, IllegalTransition):
        return visit.texts("act.not_in_state", state=visit.texts(f"state.{error.state}"))
    return tell_refusal(visit, error)


def _words(visit: Visit) -> str:
    return visit.form.get("words", "").replace("\r\n", "\n").strip()


def _reply(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> None:
    words = _words(visit)
    resolution.answer(office, ticket, actor, words, first_aid=used_in(visit, office, ticket, words))


def _resolve(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> None:
    words = _words(visit)
    resolution.propose(office, ticket, actor, words, first_aid=used_in(visit, office, ticket, words))


def _why(visit: Visit) -> str:
    return visit.form.get("why", "").replace("\r\n", "\n").strip()


def _pause(office: Office, ticket: Ticket, actor: Mailbox, visit: Visit) -> None:
    waiting.pause(office, ticket, actor, _why(visit), _day(visit.form.get("until", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ACTS: dict[str, Act] = {
    "reply": _reply,
    "note": lambda office, ticket, actor, visit: resolution.note(office, ticket, actor, _words(visit)),
    "resolve": _resolve,
    "cancel": lambda office, ticket, actor, visit: resolution.cancel(office, ticket, actor, _words(visit)),
    "reopen": lambda office, ticket, actor, visit: resolution.reopen(office, ticket, actor, _words(visit)),
    "verify": lambda office, ticket, actor, visit: resolution.verify(office, ticket, actor, "phone", _words(visit)),
    "take": lambda office, ticket, actor, visit: assignment.take(office, ticket, actor),
    "assign": lambda office, ticket, actor, visit: assignment.assign(office, ticket, actor, visit.form.get("to", "")),
    "escalate": lambda office, ticket, actor, visit: handover.escalate(
        office, ticket, actor, visit.form.get("to", ""), _why(visit)
    ),
    "give_back": lambda office, ticket, actor, visit: handover.give_back(office, ticket, actor, _why(visit)),
    "priority": lambda office, ticket, actor, visit: prioritisation.change(
        office, ticket, actor, to=visit.form.get("to", "")
    ),
    "pause": _pause,
    "resume": lambda office, ticket, actor, visit: waiting.resume(office, ticket, actor),
    **LINK_ACTS,
}
