"""The open office: one unit of work, with the desk's policy and the time. Everything a workflow may touch."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mailbot.desk.policy import Policy
from mailbot.store.unit_of_work import UnitOfWork
from mailbot.workflows.current_wording import CurrentWording


@dataclass(frozen=True, slots=True)
class Office:
    """``now`` is read once, when the office opens: everything in it happens at that moment."""

    work: UnitOfWork
    policy: Policy
    now: datetime
    wording: CurrentWording = field(default_factory=CurrentWording)


class OpenOffice(Protocol):
    """Opens an office; leaving the block commits, an exception rolls back."""

    def __call__(self, *, reads_only: bool = False) -> AbstractContextManager[Office]: ...
