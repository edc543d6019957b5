"""What settings say of changes becomes the desk's own rules: a part of ``app``."""

from __future__ import annotations

from datetime import timedelta

from mailbot.desk.approvals import BoardRule
from mailbot.desk.change_conflicts import Freeze, Hours, Touched, Window
from mailbot.desk.change_rules import ChangeRules
from mailbot.settings import Settings
from mailbot.settings.changes_checking import moment_of


def make_change_rules(settings: Settings) -> ChangeRules:
    s, zone = settings.changes, settings.desk.timezone
    return ChangeRules(
        boards=tuple(BoardRule(b.name, b.approvers, b.needed, b.services, b.customers) for b in settings.change_boards),
        freezes=tuple(
            Freeze(
                f.name,
                Window(moment_of(f.begins, zone), moment_of(f.ends, zone)),
                f.why,
                Touched(f.services, f.customers),
            )
            for f in settings.change_freezes
        ),
        hours=Hours(s.hours),
        reminder=timedelta(hours=s.reminder_hours),
        schedules=s.schedule_when_approved,
    )
