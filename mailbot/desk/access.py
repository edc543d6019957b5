"""Roles in the console, and who has one: by settings, by invitation, or by both, of which the higher counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.desk.correspondence import Mailbox


class AccessRole(StrEnum):
    """Lowest first; each may do what those before it may."""

    READER = "reader"
    AGENT = "agent"
    ADMIN = "admin"

    @property
    def height(self) -> int:
        return list(AccessRole).index(self)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the console. ``given`` is the role of their invitation, ``by_settings`` that of ``[[agents]]``.

    ``removed_at``: an admin has closed the door on them, whatever settings say.
    """

    mailbox: Mailbox
    by_settings: AccessRole | None = None
    given: AccessRole | None = None
    language: str = ""
    invited_by: str = ""
    invited_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def role(self) -> AccessRole | None:
        """The role that counts now; None for who may not come in."""
        roles = [role for role in (self.by_settings, self.given) if role]
        return max(roles, key=lambda role: role.height) if roles and not self.removed_at else None
