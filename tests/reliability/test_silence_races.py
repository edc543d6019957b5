"""A reply and the end of the silence at once: whoever answered is never closed over their head (test R39)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from mailbot.desk.correspondence import Envelope
from mailbot.desk.lifecycle import State
from mailbot.workflows import resolution, timers
from mailbot.workflows.intake import Intake
from tests.support.desk import LISA, ReadHere, WorkingDesk, read_letter

PAIRS = 12
SETTINGS = """
[limits]
automatic_per_address_hour = 0
automatic_per_ticket_day = 0
unverified_per_domain_hour = 0
[resolution]
closes_on_silence = true
silence_working_days = 1
reminders_working_days = []
"""


def anna(n: int) -> str:
    return f"anna{n}@kommun{n}.example"


def ask(desk: WorkingDesk) -> list[EmailMessage]:
    """Tickets 1001 … whose requesters have been asked, on the eve of the end of their silence; their letters."""
    for n in range(PAIRS):
        desk.receive("Hej", sender=anna(n), subject=f"Fel {n}")
        with desk.office() as office:
            resolution.propose(office, office.work.tickets.get(1001 + n, lock=True), LISA, "Lagat.")
    desk.deliver()
    desk.later(days=1, seconds=1)
    with desk.office() as office:
        newest = {m.recipient: m for m in reversed(office.work.outbox.list_rows(limit=1000))}
    return [read_letter(newest[anna(n)].content) for n in range(PAIRS)]


def answer(desk: WorkingDesk, letters: list[EmailMessage], words: str) -> None:
    """Each from a reverse-path that nobody knows: what tells is the address that is answered."""
    desk.reception.receive_many([reply(desk, n, letter, words) for n, letter in enumerate(letters)])


def answer_each(desk: WorkingDesk, letters: list[EmailMessage]) -> None:
    while letters:
        desk.reception.receive_many([reply(desk, len(letters) - 1, letters.pop(), "Det är fortfarande trasigt.")])


def reply(desk: WorkingDesk, n: int, letter: EmailMessage, words: str) -> tuple[bytes, Envelope]:
    to = letter["Reply-To"].addresses[0].addr_spec
    raw = desk.write(words, sender=anna(n), to=to, subject=f"Re: {letter['Subject']}")
    return raw, desk.envelope(f"bounce-{n}@lists.example", to)


def together(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=persist, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def persist(work: Callable[[], object]) -> None:
    """As the loops do: whatever goes wrong is tried again."""
    for _ in range(3):
        try:
            while work():
                pass
        except Exception:  # noqa: BLE001
            continue


def settle(desk: WorkingDesk) -> None:
    for _ in range(4):
        desk.later(minutes=3)
        desk.work()
        timers.run(desk.desk.open_office)


def intake_of(desk: WorkingDesk) -> Intake:
    return Intake(desk.desk.open_office, desk.desk.policy, ReadHere(), "race#i", lambda: None)


@pytest.mark.parametrize(
    ("words", "state", "closing"),
    [("Nej, det är fortfarande trasigt.", State.IN_PROGRESS, []), ("Acceptera", State.CLOSED, ["resolution_accepted"])],
)
def test_reply_that_came_before_the_end_decides(
    open_desk: Callable[..., WorkingDesk], words: str, state: State, closing: list[str]
) -> None:
    desk = open_desk(SETTINGS)
    answer(desk, ask(desk), words)
    together(lambda: timers.run(desk.desk.open_office), intake_of(desk).run_once)
    settle(desk)
    for number in range(1001, 1001 + PAIRS):
        assert desk.ticket(number).state is state
        closed = [f for f in desk.facts(number) if f in ("resolution_accepted", "resolution_expired")]
        assert closed == closing
        assert [kind for kind, _ in desk.notices(number)].count("closed") == len(closing)


def test_objection_that_comes_while_silence_ends_leaves_the_ticket_open(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(SETTINGS)
    letters = ask(desk)
    together(
        lambda: timers.run(desk.desk.open_office),
        lambda: answer_each(desk, letters),
        intake_of(desk).run_once,
    )
    settle(desk)
    for number in range(1001, 1001 + PAIRS):
        facts = desk.facts(number)
        assert (desk.ticket(number).state, facts.count("reply_received")) == (State.IN_PROGRESS, 1)
        assert facts.count("resolution_expired") <= 1
        assert [kind for kind, _ in desk.notices(number)].count("reopened") == 1
