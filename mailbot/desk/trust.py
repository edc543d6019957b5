"""Who may do what on which evidence: matrix E of the design, as one table.

Identity is an evidence level, never the From line alone. A token counts only for the person it was given to, writing
from that person's address.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from mailbot.desk.correspondence import Authentication


class Evidence(IntEnum):
    """E0 contradicted, E1 the address matches and nothing more, E2 token, E3 authenticated, E4 both, E5 signed in."""

    E0 = 0
    E1 = 1
    E2 = 2
    E3 = 3
    E4 = 4
    E5 = 5


class Action(StrEnum):
    OPEN_TICKET = "open_ticket"
    APPEND = "append"
    REOPEN = "reopen"
    ACCEPT = "accept"
    APPROVE = "approve"
    """Approve or decline a change: as weighty as accepting."""
    AGENT_COMMAND = "agent_command"
    AGENT_CLOSE = "agent_close"


LEAST: dict[Action, Evidence] = {
    Action.OPEN_TICKET: Evidence.E0,
    Action.APPEND: Evidence.E2,
    Action.REOPEN: Evidence.E2,
    Action.ACCEPT: Evidence.E4,
    Action.APPROVE: Evidence.E4,
    Action.AGENT_COMMAND: Evidence.E4,
    Action.AGENT_CLOSE: Evidence.E5,
}

# Where nothing that can be trusted has looked at the sender, or the domain gives nothing to check, E4 is out of reach
# for honest people too: the token from the person's own mailbox then stands for itself.
TOKEN_SUFFICES_UNCHECKED = frozenset({Action.ACCEPT, Action.APPROVE, Action.AGENT_COMMAND})


@dataclass(frozen=True, slots=True)
class Standing:
    """How well we know the sender of one mail. ``token_valid`` means: valid, and of this very sender."""

    evidence: Evidence
    token_valid: bool
    authentication: Authentication

    @property
    def unchecked(self) -> bool:
        return not self.authentication.checked_by or self.authentication.dmarc_policy == "absent"


def weigh(authentication: Authentication, *, token_valid: bool, author_clear: bool) -> Standing:
    """The standing of a sender. ``author_clear``: exactly one From address, unambiguous (RFC 5322, 3.6.2)."""
    if authentication.dmarc == "fail" or not author_clear:
        level = Evidence.E0
    elif authentication.aligned:
        level = Evidence.E4 if token_valid else Evidence.E3
    else:
        level = Evidence.E2 if token_valid else Evidence.E1
    return Standing(level, token_valid, authentication)


def may(action: Action, standing: Standing, *, agents_need_dmarc: bool = False, fresh_notice: bool = False) -> bool:
    """Whether the evidence suffices for the action. Rights of the role are another question.

    ``fresh_notice``: the mail answers a notice of ours to this very person that no mail has used up. That stands for
    the signature of a session where an agent ends a ticket by mail.
    """
    if action is Action.AGENT_CLOSE and fresh_notice:
        action = Action.AGENT_COMMAND
    if standing.evidence >= LEAST[action]:
        return True
    if action not in TOKEN_SUFFICES_UNCHECKED or standing.evidence != Evidence.E2 or not standing.unchecked:
        return False
    return not (action is Action.AGENT_COMMAND and agents_need_dmarc)
