"""What is about to be told, and to whom: what every small function that puts a notice together takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailbot.desk import journal
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Entry, Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.words import answer_mailto
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office

Shared = dict[str, Any]
"""What the context of every notice has: desk, ticket and the name of its recipient."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One fact (with its number in the journal) about to be told; ``entry`` holds the words it is about."""

    fact: journal.Fact
    number: int
    kind: NoticeKind
    entry: Entry | None
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Scene:
    """A fact told to one person, who reads ``language`` and will answer to ``answer_to``, or on ``page_link``.

    ``verified``: we know that ``to`` is who wrote.
    """

    office: Office
    ticket: Ticket
    telling: Telling
    answer_to: str
    language: str
    verified: bool
    page_link: str
    to: Mailbox

    @property
    def words(self) -> str:
        return self.telling.entry.words if self.telling.entry else ""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(f.filename for f in self.telling.entry.attachments) if self.telling.entry else ()

    @property
    def too_large(self) -> bool:
        cause = self.telling.cause
        return bool(cause and cause.row.envelope.withheld_size)

    def mailto(self, answer: str) -> str:
        reference = ticket_reference(self.office.policy.prefix, self.ticket.number)
        return answer_mailto(self.language, answer, self.answer_to, reference)

    def agent_name(self, address: str) -> str:
        agent = self.office.policy.find_agent(address)
        return agent.mailbox.name if agent else ""
