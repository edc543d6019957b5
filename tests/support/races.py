"""Two things at the same moment: tickets whose requesters are asked, and loops that work through all of it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from email.message import EmailMessage

from mailbot.desk.correspondence import Envelope
from mailbot.workflows import resolution, timers
from mailbot.workflows.intake import Intake
from tests.support.desk import ADDRESS, LISA, WITHOUT_LIMITS, ReadHere, WorkingDesk, read_letter

PATIENCE = 600
CLOSING_ON_SILENCE = (
    WITHOUT_LIMITS
    + """
[resolution]
closes_on_silence = true
silence_working_days = 1
reminders_working_days = []
"""
)
OBJECTION = "Nej, det är fortfarande trasigt."


def anna(n: int) -> str:
    return f"anna{n}@kommun{n}.example"


def register(desk: WorkingDesk, pairs: int) -> list[int]:
    """Tickets 1001 …, each of somebody else; their numbers."""
    raws = [desk.write("Hej", sender=anna(n), to=ADDRESS, subject=f"Fel {n}") for n in range(pairs)]
    desk.reception.receive_many([(raw, desk.envelope(anna(n))) for n, raw in enumerate(raws)])
    desk.work()
    return list(range(1001, 1001 + pairs))


def ask(desk: WorkingDesk, pairs: int) -> list[EmailMessage]:
    """Tickets 1001 … whose requesters have been asked; their letters."""
    for number in register(desk, pairs):
        with desk.office() as office:
            resolution.propose(office, office.work.tickets.get(number, lock=True), LISA, "Lagat.")
    while desk.delivery.run_once():
        pass
    with desk.office() as office:
        rows = [m for m in office.work.outbox.list_rows(limit=10 * pairs) if m.notice.value == "resolution"]
    letters = {m.recipient: read_letter(m.content) for m in rows}
    return [letters[anna(n)] for n in range(pairs)]


def reply(desk: WorkingDesk, n: int, letter: EmailMessage, words: str) -> tuple[bytes, Envelope]:
    """From a reverse-path that nobody knows: what tells is the address that is answered."""
    to = letter["Reply-To"].addresses[0].addr_spec
    raw = desk.write(words, sender=anna(n), to=to, subject=f"Re: {letter['Subject']}")
    return raw, desk.envelope(f"bounce-{n}@lists.example", to)


def intake_of(desk: WorkingDesk, worker: int = 0) -> Intake:
    return Intake(desk.desk.open_office, desk.desk.policy, ReadHere(), f"race#{worker}", lambda: None)


def together(works: Sequence[Callable[[], object]]) -> None:
    """All at once, each until it has nothing left to do."""
    threads = [threading.Thread(target=_persist, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def settle(desk: WorkingDesk) -> None:
    """Whatever was put off comes to its end."""
    for _ in range(5):
        desk.later(minutes=3)
        desk.work()
        timers.run(desk.desk.open_office)


def _persist(work: Callable[[], object]) -> None:
    """As the loops do: whatever goes wrong is tried again."""
    for _ in range(5):
        try:
            while work():
                pass
        except Exception:  # noqa: BLE001
            continue
