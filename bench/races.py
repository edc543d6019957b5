"""Two things at the same moment, a thousand times: {accept, reopen} and {reply, end of silence} (test R39).

    python -m bench.races [--pairs 1000] [--database postgresql|sqlite] [--workers 3]

Each pair arrives, or falls due, together; intake workers and the clock work through them at once, in threads. What must
hold is counted for each pair: nothing is closed over somebody's head, both mails are kept, nobody is told twice.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import structlog

from mailbot.desk.correspondence import Envelope
from mailbot.desk.lifecycle import State
from mailbot.store.engine import open_engine
from mailbot.store.migration import upgrade
from mailbot.workflows import resolution, timers
from mailbot.workflows.intake import Intake
from tests.support.desk import LISA, ReadHere, WorkingDesk, read_letter
from tests.support.postgres import Postgres

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
OBJECTION = "Nej, det är fortfarande trasigt."


def main() -> None:
    options = _options()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.database == "sqlite":
        _race_all(options, lambda folder: f"sqlite:///{folder}/mailbot.db")
        return
    with Postgres() as server:
        _race_all(options, lambda folder: server.new_database("template0"))


def _race_all(options: argparse.Namespace, url_in: Callable[[str], str]) -> None:
    for race in (accept_and_reopen, reply_and_end):
        with tempfile.TemporaryDirectory() as folder:
            url = url_in(folder)
            engine = open_engine(url)
            upgrade(engine)
            engine.dispose()
            desk = WorkingDesk(Path(folder), url, SETTINGS)
            letters = ask(desk, options.pairs)
            began = time.monotonic()
            wrong = race(desk, letters, options.workers)
            print(
                f"{race.__name__}: {options.pairs} pairs, {time.monotonic() - began:.1f} s, wrong: {dict(wrong) or 0}"
            )
            desk.desk.engine.dispose()


def ask(desk: WorkingDesk, pairs: int) -> list[EmailMessage]:
    """Tickets 1001 … whose requesters have been asked; their letters."""
    raws = [desk.write("Hej", sender=anna(n), to="support@desk.example", subject=f"Fel {n}") for n in range(pairs)]
    desk.reception.receive_many([(raw, desk.envelope(anna(n))) for n, raw in enumerate(raws)])
    desk.work()
    for number in range(1001, 1001 + pairs):
        with desk.office() as office:
            resolution.propose(office, office.work.tickets.get(number, lock=True), LISA, "Lagat.")
    while desk.delivery.run_once():
        pass
    with desk.office() as office:
        rows = [m for m in office.work.outbox.list_rows(limit=10 * pairs) if m.notice.value == "resolution"]
    letters = {m.recipient: read_letter(m.content) for m in rows}
    return [letters[anna(n)] for n in range(pairs)]


def accept_and_reopen(desk: WorkingDesk, letters: list[EmailMessage], workers: int) -> Counter[str]:
    """The ticket is open in the end, in whichever order they were read; both words are in it."""
    desk.reception.receive_many(
        [reply(desk, n, letter, words) for n, letter in enumerate(letters) for words in ("Acceptera", "Återöppna")]
    )
    together([intake_of(desk, w).run_once for w in range(workers)])
    settle(desk)
    wrong: Counter[str] = Counter()
    for number in range(1001, 1001 + len(letters)):
        facts = Counter(desk.facts(number))
        wrong["not open"] += desk.ticket(number).state is not State.IN_PROGRESS
        wrong["a mail is missing"] += facts["reply_received"] != 2
        wrong["reopened twice or never"] += facts["ticket_reopened"] != 1
        wrong["told twice"] += Counter(k for k, _ in desk.notices(number))["reopened"] != 1
    return +wrong


def reply_and_end(desk: WorkingDesk, letters: list[EmailMessage], workers: int) -> Counter[str]:
    """Half of the objections are there before their silence ends, half come while it ends: all tickets end open."""
    desk.later(days=1, seconds=1)
    early, late = letters[::2], letters[1::2]
    desk.reception.receive_many([reply(desk, 2 * n, letter, OBJECTION) for n, letter in enumerate(early)])

    def come() -> int:
        if not late:
            return 0
        n = len(late) - 1
        desk.reception.receive_many([reply(desk, 2 * n + 1, late.pop(), OBJECTION)])
        return 1

    together([lambda: timers.run(desk.desk.open_office), come, *(intake_of(desk, w).run_once for w in range(workers))])
    settle(desk)
    wrong: Counter[str] = Counter()
    for number in range(1001, 1001 + len(letters)):
        facts = Counter(desk.facts(number))
        before = number % 2 == 1
        wrong["closed over a head"] += before and facts["resolution_expired"] > 0
        wrong["not open"] += desk.ticket(number).state is not State.IN_PROGRESS
        wrong["a mail is missing"] += facts["reply_received"] != 1
        wrong["told twice"] += Counter(k for k, _ in desk.notices(number))["reopened"] != 1
    return +wrong


def anna(n: int) -> str:
    return f"anna{n}@kommun{n}.example"


def reply(desk: WorkingDesk, n: int, letter: EmailMessage, words: str) -> tuple[bytes, Envelope]:
    to = letter["Reply-To"].addresses[0].addr_spec
    raw = desk.write(words, sender=anna(n), to=to, subject=f"Re: {letter['Subject']}")
    return raw, desk.envelope(f"bounce-{n}@lists.example", to)


def intake_of(desk: WorkingDesk, worker: int) -> Intake:
    return Intake(desk.desk.open_office, desk.desk.policy, ReadHere(), f"race#{worker}", lambda: None)


def together(works: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=persist, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)


def persist(work: Callable[[], object]) -> None:
    """As the loops do: whatever goes wrong is tried again."""
    for _ in range(5):
        try:
            while work():
                pass
        except Exception:  # noqa: BLE001
            continue


def settle(desk: WorkingDesk) -> None:
    for _ in range(5):
        desk.later(minutes=3)
        desk.work()
        timers.run(desk.desk.open_office)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--workers", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
