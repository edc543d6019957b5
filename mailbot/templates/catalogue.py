"""What a notice may speak of: one plain frozen context for each ``NoticeKind``, and what a rendered notice is.

A context is all that a wording can reach. It holds strings, numbers, moments and tuples, nothing with methods of the
desk, so that a wording, however it was edited, can only print. Moments are timezone-aware; the wording says them in
the desk's ``timezone`` and in its own language, and so it does with the codes of state, kind and priority.

A field of type ``Passage`` may have several lines. Every other string is one line: line breaks and control
characters in it are dropped before it is shown (``render.clean``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mailbot.desk.vocabulary import NoticeKind, Role
from mailbot.templates.contexts import CommandWord, DeskWords, NoticeContext, Passage, TicketWords
from mailbot.templates.contexts_answers import (
    AcceptanceNotedContext,
    ContactNeededContext,
    VerificationReminderContext,
)
from mailbot.templates.contexts_changes import ApprovalAskedContext, ApprovalNotedContext, ChangeNewsContext
from mailbot.templates.contexts_events import EventContext, UnsubscribedContext
from mailbot.templates.contexts_service import HeartbeatContext, PromiseRenewedContext, ServiceLevelContext
from mailbot.templates.contexts_status import StatusContext
from mailbot.templates.contexts_work import (
    CommandTranscriptContext,
    HandoverContext,
    TicketBackContext,
    WatchListContext,
)

__all__ = ["CATALOGUE", "CommandWord", "DeskWords", "NoticeContext", "NoticeForm", "Passage", "TicketWords"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptContext(NoticeContext):
    """A ticket is registered. ``sender_verified`` False: nothing the sender wrote is repeated (``neutral``).

    ``answer_by`` and ``solved_by`` are what the desk promises, where it promises that. ``opens_at`` is when the desk
    opens next, where it is closed now. ``event_title`` and ``event_words`` are an announced event that the ticket seems
    to be about, and how it stands; ``event_ends`` is when it is hoped to be over. ``too_large``: of the mail only its
    header could be fetched.
    """

    sender_verified: bool
    excerpt: Passage = ""
    answer_by: datetime | None = None
    solved_by: datetime | None = None
    opens_at: datetime | None = None
    event_title: str = ""
    event_words: Passage = ""
    event_ends: datetime | None = None
    too_large: bool = False


AGENT_COMMANDS = tuple(CommandWord(word) for word in ("#reply", "#resolve", "#take", "#note"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNewTicketContext(NoticeContext):
    """For agents: somebody wrote. ``author_verified`` False: nothing shows that the mail is from that address.

    ``given`` True: the ticket is not new, the recipient has just been given it.
    """

    author_name: str = ""
    author_address: str = ""
    author_verified: bool = True
    excerpt: Passage = ""
    attachments: tuple[str, ...] = ()
    commands: tuple[CommandWord, ...] = AGENT_COMMANDS
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNewReplyContext(AgentNewTicketContext):
    """``needs_reading``: it answers a resolution, unclearly; a person decides. ``held``: not shown to the requester."""

    needs_reading: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReplyContext(NoticeContext):
    """An agent writes to the requester. ``awaits_answer``: the ticket stands still until the requester answers.

    ``quoted_words`` are the requester's own latest words, shown below the agent's.
    """

    agent_name: str = ""
    words: Passage = ""
    awaits_answer: bool = False
    attachments: tuple[str, ...] = ()
    quoted_words: Passage = ""
    quoted_name: str = ""
    quoted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionContext(NoticeContext):
    """The desk asks whether the fault is gone.

    ``accept_mailto`` and ``reopen_mailto`` are mailto links (RFC 6068) to the signed reply address; ``page_link`` is
    the page where the same can be answered. After ``waits_days`` working days of silence the desk gets in touch, or,
    with ``closes_on_silence``, closes.
    """

    accept_mailto: str
    reopen_mailto: str
    solution: Passage = ""
    agent_name: str = ""
    page_link: str = ""
    waits_days: int = 5
    closes_on_silence: bool = False
    resolution_number: int = 1
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenedContext(NoticeContext):
    """The ticket is open again. ``words`` is what was said about it."""

    by_name: str = ""
    by_requester: bool = True
    words: Passage = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedContext(NoticeContext):
    """The ticket is closed, with a way back: a reply within ``reopen_days`` working days.

    ``evidence`` is reply, page, contact (an agent has spoken with the requester) or silence. ``page_link`` is the page
    where the ticket can be opened again.
    """

    evidence: str = "reply"
    verified_by_name: str = ""
    agent_name: str = ""
    solution: Passage = ""
    reopen_days: int = 10
    reopen_until: datetime | None = None
    reopen_mailto: str = ""
    page_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledContext(NoticeContext):
    """The ticket is cancelled; ``words`` is why."""

    agent_name: str = ""
    words: Passage = ""
    reopen_days: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCommandContext(NoticeContext):
    """A command was not obeyed. ``command`` is the line as written; ``works`` are the words that work now.

    ``reason`` is unknown, state (not in this state), right (not for this person), argument (missing or unknown),
    evidence (nothing shows that this person wrote it), or superseded (a newer resolution counts). ``detail`` is one
    more sentence, ready to be shown.
    """

    command: str
    reason: str
    works: tuple[CommandWord, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLinkContext(NoticeContext):
    """A link into the console, about no ticket. ``invited``: somebody gives the recipient ``role``, ``by_name`` does.

    ``role`` is reader, agent or admin. ``asked_from`` is the network address of who asked, where the desk knows it.
    """

    link: str
    ends_at: datetime | None = None
    invited: bool = False
    by_name: str = ""
    role: str = ""
    asked_from: str = ""


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """``audience`` is who reads it; ``automatic``: no person wrote it, so its mail says so (RFC 3834)."""

    context: type[NoticeContext]
    audience: Role
    automatic: bool = True
    about_ticket: bool = True


CATALOGUE: dict[NoticeKind, NoticeForm] = {
    NoticeKind.RECEIPT: NoticeForm(ReceiptContext, Role.REQUESTER),
    NoticeKind.AGENT_NEW_TICKET: NoticeForm(AgentNewTicketContext, Role.AGENT),
    NoticeKind.AGENT_NEW_REPLY: NoticeForm(AgentNewReplyContext, Role.AGENT),
    NoticeKind.PUBLIC_REPLY: NoticeForm(PublicReplyContext, Role.REQUESTER, automatic=False),
    NoticeKind.RESOLUTION: NoticeForm(ResolutionContext, Role.REQUESTER),
    NoticeKind.STATUS: NoticeForm(StatusContext, Role.REQUESTER, about_ticket=False),
    NoticeKind.VERIFICATION_REMINDER: NoticeForm(VerificationReminderContext, Role.REQUESTER),
    NoticeKind.ACCEPTANCE_NOTED: NoticeForm(AcceptanceNotedContext, Role.REQUESTER),
    NoticeKind.CONTACT_NEEDED: NoticeForm(ContactNeededContext, Role.AGENT),
    NoticeKind.REOPENED: NoticeForm(ReopenedContext, Role.REQUESTER),
    NoticeKind.CLOSED: NoticeForm(ClosedContext, Role.REQUESTER),
    NoticeKind.CANCELLED: NoticeForm(CancelledContext, Role.REQUESTER),
    NoticeKind.PROMISE_RENEWED: NoticeForm(PromiseRenewedContext, Role.REQUESTER),
    NoticeKind.HEARTBEAT: NoticeForm(HeartbeatContext, Role.REQUESTER),
    NoticeKind.SERVICE_LEVEL: NoticeForm(ServiceLevelContext, Role.AGENT),
    NoticeKind.HANDOVER: NoticeForm(HandoverContext, Role.AGENT),
    NoticeKind.TICKET_BACK: NoticeForm(TicketBackContext, Role.AGENT),
    NoticeKind.COMMAND_TRANSCRIPT: NoticeForm(CommandTranscriptContext, Role.AGENT),
    NoticeKind.APPROVAL_ASKED: NoticeForm(ApprovalAskedContext, Role.PARTICIPANT),
    NoticeKind.APPROVAL_NOTED: NoticeForm(ApprovalNotedContext, Role.PARTICIPANT),
    NoticeKind.CHANGE_NEWS: NoticeForm(ChangeNewsContext, Role.AGENT),
    NoticeKind.WATCH_LIST: NoticeForm(WatchListContext, Role.AGENT, about_ticket=False),
    NoticeKind.REFUSED_COMMAND: NoticeForm(RefusedCommandContext, Role.AGENT),
    NoticeKind.SIGN_IN_LINK: NoticeForm(SignInLinkContext, Role.AGENT, about_ticket=False),
    NoticeKind.EVENT_ANNOUNCED: NoticeForm(EventContext, Role.REQUESTER, about_ticket=False),
    NoticeKind.EVENT_UPDATED: NoticeForm(EventContext, Role.REQUESTER, about_ticket=False),
    NoticeKind.EVENT_ENDED: NoticeForm(EventContext, Role.REQUESTER, about_ticket=False),
    NoticeKind.UNSUBSCRIBED: NoticeForm(UnsubscribedContext, Role.REQUESTER, about_ticket=False),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in words. ``subject`` is one line; ``text`` has LF line ends; ``html`` is a document, or empty.

    ``language`` is that of the wording used, ``revision`` which wording it was ("packaged", "built-in", or the start
    of the SHA-256 of a given source). ``failure`` says why another wording than the given one was used, or is empty.
    """

    subject: str
    text: str
    html: str
    language: str
    revision: str
    failure: str = ""
    neutral: bool = False
    """For somebody who may never have written: its mail must not repeat their name either."""


EVENT_WORDS_MOST = 300
"""Characters of an announcement in a receipt that must stay small. They are the desk's own words."""


def neutral(context: NoticeContext) -> NoticeContext:
    """The context without anything an unverified sender wrote: a receipt that repeats it is a relay for abuse."""
    if not isinstance(context, ReceiptContext) or not is_neutral(context):
        return context
    ticket = replace(context.ticket, subject="", requester_name="", requester_address="")
    return replace(
        context, ticket=ticket, recipient_name="", excerpt="", event_words=context.event_words[:EVENT_WORDS_MOST]
    )


def is_neutral(context: NoticeContext) -> bool:
    """True for the notice that may go to somebody who never wrote: short, and nothing of the sender's in it."""
    return isinstance(context, ReceiptContext) and not context.sender_verified
