"""The sections about changes: who approves them, and when nothing is changed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from mailbot.settings.kinds import Address, NotNegative, OneLine, Section, ShortName

Approvers = Annotated[tuple[Address, ...], Meta(min_length=1, description="at least one e-mail address")]


class ChangeSettings(Section, frozen=True, kw_only=True):
    hours: Literal["outside", "inside", "any"] = "outside"
    reminder_hours: Annotated[int, Meta(ge=0, le=1000)] = 24
    schedule_when_approved: bool = True


class ChangeBoardSettings(Section, frozen=True, kw_only=True):
    name: ShortName
    approvers: Approvers
    needed: NotNegative = 0
    services: tuple[ShortName, ...] = ()
    customers: tuple[ShortName, ...] = ()


class ChangeFreezeSettings(Section, frozen=True, kw_only=True):
    name: OneLine
    begins: datetime
    ends: datetime
    why: OneLine = ""
    services: tuple[ShortName, ...] = ()
    customers: tuple[ShortName, ...] = ()
