"""The answers that stand ready, beside the field of an agent's words: those that fit the ticket first.

With a script an answer goes into the field where the cursor is. Without one the page comes back with it below what
was typed; nothing is sent and nothing is changed by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.console.visit import Rank, Visit
from mailbot.desk.first_aid import find_first_aid
from mailbot.desk.ticket import Ticket
from mailbot.workflows import first_aid
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer as this ticket's requester would read it."""

    name: str
    title: str
    text: str
    fits: bool


def read_first_aid(visit: Visit, office: Office, ticket: Ticket) -> Sequence[Ready]:
    """What the form offers; nothing where nobody may write, or where settings have no answers."""
    if visit.visitor.rank < Rank.AGENT or not office.policy.first_aid:
        return ()
    fitting = first_aid.propose(office, ticket)
    ordered = (*fitting, *(a for a in office.policy.first_aid if a not in fitting))
    return [
        Ready(a.name, a.title_in(visit.language), first_aid.text_for(office, ticket, a), a in fitting) for a in ordered
    ]


def put_in(visit: Visit, office: Office, ticket: Ticket) -> dict[str, str]:
    """The form with the chosen answer below what was typed."""
    answer = find_first_aid(visit.form.get("ready", ""), office.policy.first_aid)
    if answer is None:
        return dict(visit.form)
    typed = visit.form.get("words", "").replace("\r\n", "\n").rstrip()
    words = f"{typed}\n\n{first_aid.text_for(office, ticket, answer)}".strip()
    return {**visit.form, "words": words, "first_aid": answer.name}


def used_in(visit: Visit, office: Office, ticket: Ticket, words: str) -> str:
    """The name of the answer that was put in, where its beginning still stands in the words; else ""."""
    asked = visit.form.get("first_aid", "")
    answer = find_first_aid(asked, office.policy.first_aid) if asked else None
    if answer is None:
        return ""
    begins = first_aid.text_for(office, ticket, answer).partition("\n")[0]
    return answer.name if begins in words else ""
