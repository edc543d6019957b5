"""What can go wrong at the desk: one tree. ``told`` is the one neutral sentence that an outsider may hear."""

from __future__ import annotations


class MailbotError(Exception):
    """Base of every error that mailbot raises on purpose."""

    told = "The desk could not do this."


class TransientError(MailbotError):
    """Trouble that passes: the same work may succeed later (SMTP 4yz)."""

    told = "Temporary trouble, try again later."


class PermanentError(MailbotError):
    """Trouble that stays: trying again changes nothing (SMTP 5yz)."""


class IllegalTransition(PermanentError):
    """The ticket's state does not allow what was asked."""

    def __init__(self, state: str, trigger: str) -> None:
        super().__init__(f"a ticket that is {state} cannot take {trigger}")
        self.state, self.trigger = state, trigger


class NotAllowed(PermanentError):
    """The person, or the evidence that it is that person, does not suffice for the action.

    ``code`` names the reason for those who tell it in another language (``[why_not]`` of the wording); ``values`` are
    what that sentence speaks of.
    """

    def __init__(self, action: str, reason: str, code: str = "", **values: str) -> None:
        super().__init__(f"{action}: {reason}")
        self.action, self.reason, self.code, self.values = action, reason, code, values


class UnknownTicket(PermanentError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"there is no ticket {reference}")
        self.reference = reference


class UnknownPerson(PermanentError):
    def __init__(self, who: str, known: tuple[str, ...] = ()) -> None:
        hint = f"; known: {', '.join(known)}" if known else ""
        super().__init__(f"no agent or group is called {who}{hint}")
        self.who, self.known = who, known


class AmbiguousPerson(UnknownPerson):
    """More than one person is called so."""

    def __init__(self, who: str, known: tuple[str, ...]) -> None:
        PermanentError.__init__(self, f"more than one is called {who}: write {' or '.join(known)}")
        self.who, self.known = who, known


class Conflict(TransientError):
    """Somebody else changed the ticket between our reading and our writing."""
