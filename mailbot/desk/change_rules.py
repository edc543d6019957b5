"""What settings say of changes: who approves what, when nothing is changed, and who is reminded when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mailbot.desk.approvals import BoardRule
from mailbot.desk.change_conflicts import Freeze, Hours


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """``boards``: who approves; ``reminder`` before the window; with ``schedules`` an approved change is scheduled."""

    boards: tuple[BoardRule, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    hours: Hours = Hours.OUTSIDE
    reminder: timedelta = timedelta(hours=24)
    schedules: bool = True
