"""Which fact is told to whom: one table. The words are in ``templates/``, the occasion is here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailbot.desk import journal, journal_changes, journal_service, journal_status, journal_verification, journal_work
from mailbot.desk.vocabulary import NoticeKind

NOT_AGREED = "no receipts are agreed with this customer"
"""Why a receipt is withheld though nothing is wrong with its recipient, who may get other mail."""
NOT_WANTED = "not_wanted"
"""The same: whoever registered the ticket chose to send none."""


class Audience(StrEnum):
    REQUESTER = "requester"
    WORKERS = "workers"
    """The assignee; while there is none, the support group."""
    ASSIGNEE = "assignee"
    """Whoever was just given the ticket, unless they took it themselves."""
    PERSON = "person"
    """The person whom the fact names."""
    ASKED = "asked"
    """The requester, and others who have the same fault: whoever is asked whether it is solved."""
    SILENT = "silent"
    """Those of them who have not said yes to this resolution."""
    OWNER = "owner"
    """The group that owns the ticket: the desk."""
    MANAGEMENT = "management"
    """The address above the agents that the fact names."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """``automatic`` notices answer a mail by themselves and have a budget (RFC 3834, 2); others are an agent's act."""

    notice: NoticeKind
    audience: Audience
    automatic: bool


OCCASIONS: dict[type[journal.Fact], tuple[Occasion, ...]] = {
    journal.TicketRegistered: (
        Occasion(NoticeKind.RECEIPT, Audience.REQUESTER, automatic=True),
        Occasion(NoticeKind.AGENT_NEW_TICKET, Audience.WORKERS, automatic=False),
    ),
    journal.TicketAssigned: (Occasion(NoticeKind.AGENT_NEW_TICKET, Audience.ASSIGNEE, automatic=False),),
    journal.ReplyReceived: (Occasion(NoticeKind.AGENT_NEW_REPLY, Audience.WORKERS, automatic=False),),
    journal.ReplyHeld: (Occasion(NoticeKind.AGENT_NEW_REPLY, Audience.WORKERS, automatic=False),),
    journal.AgentReplied: (Occasion(NoticeKind.PUBLIC_REPLY, Audience.REQUESTER, automatic=False),),
    journal.ResolutionProposed: (Occasion(NoticeKind.RESOLUTION, Audience.ASKED, automatic=False),),
    journal.ResolutionAccepted: (Occasion(NoticeKind.CLOSED, Audience.ASKED, automatic=True),),
    journal.ResolutionVerified: (Occasion(NoticeKind.CLOSED, Audience.ASKED, automatic=False),),
    journal.TicketReopened: (
        Occasion(NoticeKind.REOPENED, Audience.ASKED, automatic=True),
        Occasion(NoticeKind.AGENT_NEW_REPLY, Audience.WORKERS, automatic=False),
    ),
    journal.PersonNeeded: (Occasion(NoticeKind.AGENT_NEW_REPLY, Audience.WORKERS, automatic=False),),
    journal.TicketCancelled: (Occasion(NoticeKind.CANCELLED, Audience.REQUESTER, automatic=False),),
    journal_work.EscalatedToGroup: (Occasion(NoticeKind.HANDOVER, Audience.WORKERS, automatic=False),),
    journal_work.EscalationReturned: (Occasion(NoticeKind.TICKET_BACK, Audience.OWNER, automatic=False),),
    journal_work.EscalationExpired: (Occasion(NoticeKind.TICKET_BACK, Audience.OWNER, automatic=False),),
    journal_work.TicketResumed: (Occasion(NoticeKind.TICKET_BACK, Audience.WORKERS, automatic=False),),
    # An agent who commands is a person at work: no budget, or the sixth mail of an hour would go unanswered.
    journal_work.CommandsAnswered: (Occasion(NoticeKind.COMMAND_TRANSCRIPT, Audience.PERSON, automatic=False),),
    journal_status.StatusAsked: (Occasion(NoticeKind.STATUS, Audience.PERSON, automatic=True),),
    journal_verification.VerificationReminded: (
        Occasion(NoticeKind.VERIFICATION_REMINDER, Audience.SILENT, automatic=False),
    ),
    journal_verification.AcceptanceUndone: (
        Occasion(NoticeKind.VERIFICATION_REMINDER, Audience.ASKED, automatic=False),
    ),
    journal_verification.ResolutionAcceptedInPart: (
        Occasion(NoticeKind.ACCEPTANCE_NOTED, Audience.PERSON, automatic=True),
    ),
    journal_verification.PersonAffected: (Occasion(NoticeKind.RESOLUTION, Audience.PERSON, automatic=False),),
    journal_verification.PersonalContactNeeded: (Occasion(NoticeKind.CONTACT_NEEDED, Audience.OWNER, automatic=False),),
    journal_verification.ResolutionExpired: (Occasion(NoticeKind.CLOSED, Audience.ASKED, automatic=False),),
    journal.CommandRefused: (Occasion(NoticeKind.REFUSED_COMMAND, Audience.PERSON, automatic=True),),
    journal_service.ResponseWarned: (Occasion(NoticeKind.SERVICE_LEVEL, Audience.WORKERS, automatic=False),),
    journal_service.ResponseBreached: (Occasion(NoticeKind.SERVICE_LEVEL, Audience.WORKERS, automatic=False),),
    journal_service.ResolutionWarned: (Occasion(NoticeKind.SERVICE_LEVEL, Audience.WORKERS, automatic=False),),
    journal_service.ResolutionBreached: (Occasion(NoticeKind.SERVICE_LEVEL, Audience.WORKERS, automatic=False),),
    journal_service.EscalatedToManagement: (Occasion(NoticeKind.SERVICE_LEVEL, Audience.MANAGEMENT, automatic=False),),
    journal_service.PromiseRenewed: (Occasion(NoticeKind.PROMISE_RENEWED, Audience.REQUESTER, automatic=True),),
    journal_service.StatusTold: (Occasion(NoticeKind.HEARTBEAT, Audience.REQUESTER, automatic=True),),
    journal_changes.ApprovalAsked: (Occasion(NoticeKind.APPROVAL_ASKED, Audience.PERSON, automatic=False),),
    journal_changes.ApprovalReminded: (Occasion(NoticeKind.APPROVAL_ASKED, Audience.PERSON, automatic=False),),
    journal_changes.ApprovalGiven: (Occasion(NoticeKind.APPROVAL_NOTED, Audience.PERSON, automatic=True),),
    journal_changes.ApprovalRefused: (Occasion(NoticeKind.APPROVAL_NOTED, Audience.PERSON, automatic=True),),
    **{
        fact: (Occasion(NoticeKind.CHANGE_NEWS, Audience.WORKERS, automatic=False),)
        for fact in (
            journal_changes.ChangeApproved,
            journal_changes.ChangeDeclined,
            journal_changes.ChangeLapsed,
            journal_changes.ChangeNear,
            journal_changes.ChangeOverdue,
        )
    },
}


def occasions_of(fact: journal.Fact) -> tuple[Occasion, ...]:
    return OCCASIONS.get(type(fact), ())
