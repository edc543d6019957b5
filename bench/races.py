"""Two things at the same moment, a thousand times: {accept, reopen}, {reply, end of silence}, {agent, agent} (R39).

    python -m bench.races [--pairs 1000] [--database postgresql|sqlite] [--workers 3]

Each pair arrives, falls due, or is pressed in the console together; intake workers, the clock and two browsers work at
once, in threads. What must hold is counted for each pair: nothing is closed over somebody's head, both mails are kept,
nobody is told twice, one of two agents is obeyed and the other is told.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import structlog

from mailbot.desk.lifecycle import State
from mailbot.store.engine import open_engine
from mailbot.store.migration import upgrade
from mailbot.workflows import timers
from tests.support.desk import WorkingDesk
from tests.support.postgres import Postgres
from tests.support.races import CLOSING_ON_SILENCE, OBJECTION, ask, intake_of, register, reply, settle, together
from tests.support.two_agents import count_wrong, resolve_at_once


def main() -> None:
    options = _options()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.database == "sqlite":
        _race_all(options, lambda folder: f"sqlite:///{folder}/mailbot.db")
        return
    with Postgres() as server:
        _race_all(options, lambda folder: server.new_database("template0"))


def _race_all(options: argparse.Namespace, url_in: Callable[[str], str]) -> None:
    races: tuple[tuple[Callable[..., Counter[str]], Callable[[WorkingDesk, int], list[Any]]], ...]
    races = ((accept_and_reopen, ask), (reply_and_end, ask), (two_agents, register))
    for race, begin in races:
        with tempfile.TemporaryDirectory() as folder:
            url = url_in(folder)
            engine = open_engine(url)
            upgrade(engine)
            engine.dispose()
            desk = WorkingDesk(Path(folder), url, CLOSING_ON_SILENCE)
            begun = begin(desk, options.pairs)
            began = time.monotonic()
            wrong = race(desk, begun, options.workers)
            print(
                f"{race.__name__}: {options.pairs} pairs, {time.monotonic() - began:.1f} s, wrong: {dict(wrong) or 0}",
                flush=True,
            )
            desk.desk.engine.dispose()


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


def two_agents(desk: WorkingDesk, numbers: list[int], _: int) -> Counter[str]:
    """Both have the page of a ticket open, and both propose a solution at the same moment."""
    return count_wrong(desk, numbers, resolve_at_once(desk, [f"SD-{number}" for number in numbers]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--workers", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
