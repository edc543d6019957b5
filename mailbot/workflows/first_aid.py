"""Answers that stand ready, for a ticket: which fit it, what they say to its requester, what ``@name`` stands for."""

from __future__ import annotations

from mailbot.desk.errors import NotAllowed
from mailbot.desk.first_aid import FirstAid, fill, find_first_aid, find_nearest, propose_first_aid, read_called
from mailbot.desk.reference import ticket_reference
from mailbot.desk.services import Matter
from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office


def propose(office: Office, ticket: Ticket) -> tuple[FirstAid, ...]:
    """The answers that fit what the requester wrote first, the best first."""
    answers = office.policy.first_aid
    if not answers:
        return ()
    first = office.work.tickets.first_entry(ticket.number)
    matter = Matter(ticket.subject, first.words if first else "")
    return propose_first_aid(matter, ticket.service, answers)


def text_for(office: Office, ticket: Ticket, answer: FirstAid) -> str:
    """What an answer says to the requester, in their language.

    No name stands in it where others may read it too: a solution goes to all tickets below this one.
    """
    text = answer.text_in(ticket.language, office.policy.default_language)
    shared = "{name}" in text and office.work.links.list_children(ticket.number)
    name = "" if shared or ticket.requester is None else ticket.requester.mailbox.name
    return fill(text, name=name, reference=ticket_reference(office.policy.prefix, ticket.number))


def say(office: Office, ticket: Ticket, action: str, name: str, words: str = "") -> tuple[str, str]:
    """The text of the answer of that name with words below it, and the answer's own name, for the journal.

    Raises:
        NotAllowed: there is none of that name.
    """
    answers = office.policy.first_aid
    found = find_first_aid(name, answers)
    if found is None:
        raise _unknown(action, name, answers)
    return f"{text_for(office, ticket, found)}\n\n{words.strip()}".strip(), found.name


def spell_out(office: Office, ticket: Ticket, action: str, words: str) -> tuple[str, str]:
    """``@lösenord Ring annars.`` as in ``say``; words that begin otherwise as they are, with no name.

    Where no answers stand ready, an ``@`` is a character like any other.
    """
    name, rest = read_called(words) if office.policy.first_aid else ("", words)
    return say(office, ticket, action, name, rest) if name else (words, "")


def _unknown(action: str, name: str, answers: tuple[FirstAid, ...]) -> NotAllowed:
    known, near = ", ".join(f"@{a.name}" for a in answers), find_nearest(name, answers)
    if near:
        said = f"no answer is called @{name}; did you mean @{near}? There are: {known}"
        return NotAllowed(action, said, "unknown_answer_near", name=f"@{name}", nearest=f"@{near}", known=known)
    if known:
        said = f"no answer is called @{name}; there are: {known}"
        return NotAllowed(action, said, "unknown_answer", name=f"@{name}", known=known)
    return NotAllowed(action, f"no answer is called @{name}; there is none: add [[first_aid]] to the settings file")
