"""Whom an announcement is mailed to without having written: before it is made, and what became of each afterwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailbot.desk.announcements import Announcement
from mailbot.desk.event_audience import Addressee, Outcome, Recipient
from mailbot.workflows import event_audience
from mailbot.workflows.office import Office

MOST_SHOWN, MOST_DAYS = 100, 365


@dataclass(frozen=True, slots=True)
class Preview:
    """``mailed`` of them would be written to, of whom ``first`` are named; ``spared`` counts why others would not."""

    mailed: int
    first: Sequence[Addressee]
    spared: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class Reached:
    """``counts`` are of the newest step; ``people`` are named with what became of them, where somebody asks."""

    counts: Mapping[Outcome, int] = field(default_factory=dict)
    people: Sequence[tuple[Recipient, Outcome]] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def mailed(self) -> int:
        """How many the next mail goes to, as far as it is known now."""
        return sum(self.counts.get(outcome, 0) for outcome in (Outcome.WAITING, Outcome.TOLD))


def preview_audience(office: Office, announcement: Announcement) -> Preview | None:
    """None where its audience is not to be mailed."""
    if not announcement.to_audience:
        return None
    found = event_audience.find_audience(office, announcement)
    told = [one.addressee for one in found if one.outcome is Outcome.TOLD]
    spared: Counter[Outcome] = Counter(one.outcome for one in found if one.outcome is not Outcome.TOLD)
    return Preview(len(told), told[:MOST_SHOWN], spared)


def read_reached(office: Office, announcement: Announcement, *, named: bool) -> Reached:
    if not announcement.to_audience:
        return Reached()
    counts = event_audience.count_recipients(office, announcement)
    everybody = event_audience.list_recipients(office, announcement) if named else []
    people = [(one, _became(announcement, one, next_time)) for one, next_time in everybody[:MOST_SHOWN]]
    return Reached({o: counts[o] for o in Outcome if counts.get(o)}, people)


def _became(announcement: Announcement, recipient: Recipient, next_time: Outcome) -> Outcome:
    """Of who has still to be told: why they will not be, where that is known already."""
    if recipient.step == announcement.step and recipient.outcome:
        return recipient.outcome
    return Outcome.WAITING if next_time is Outcome.TOLD else next_time


def read_days(text: str) -> int:
    """Days from a form, at most a year; 0 for what is none."""
    return min(int(text), MOST_DAYS) if re.fullmatch(r"[0-9]{1,4}", text.strip()) else 0
