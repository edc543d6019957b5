"""Mails about events: whom they go to, in rounds, each once, with a way to leave."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Choice, Member, Outcome, Way
from mailbot.workflows import announcements, event_audience, event_mail
from mailbot.workflows.timers import fire_due
from tests.support.desk import LISA, WorkingDesk

BO, CAROLA, DAG = (Mailbox(f"{name}@kommun.example", name.title()) for name in ("bo", "carola", "dag"))


def announce(desk: WorkingDesk, **given: object) -> Announcement:
    fields = {"patterns": ("mejl*",), "starts_at": desk.now, "to_audience": True, **given}
    with desk.office() as office:
        said = Announcement(0, 0, False, "E-posten är långsam", "Mejl dröjer en timme.", **fields)  # type: ignore[arg-type]
        return announcements.announce(office, said, LISA)


def add(desk: WorkingDesk, *people: Mailbox, **given: object) -> None:
    with desk.office() as office:
        office.work.event_audience.keep_members([Member(p, office.now, "lisa@desk.example", **given) for p in people])  # type: ignore[arg-type]


def rounds(desk: WorkingDesk) -> None:
    """Let every round go off that is due, and the outbox be emptied between them."""
    while fire_due(desk.desk.open_office, {event_mail.KIND: event_mail.send_round}, "test#t"):
        desk.deliver()
        desk.later(seconds=10)


def events(desk: WorkingDesk) -> list[tuple[str, str]]:
    return [(kind, to) for kind, to in desk.notices(None) if kind.startswith("event_")]


@pytest.fixture
def told(desk: WorkingDesk) -> WorkingDesk:
    add(desk, BO, CAROLA)
    announce(desk)
    rounds(desk)
    return desk


def test_audience_is_told(told: WorkingDesk) -> None:
    assert events(told) == [("event_announced", BO.address), ("event_announced", CAROLA.address)]
