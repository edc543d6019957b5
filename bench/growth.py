"""Does a desk stay quick when it has much to look back on?

    python bench/growth.py [--tickets 200000]

Fills a store inside the database (three mails, two notices and six facts a ticket), then asks what a mail and an agent
ask, and works through 300 new mails: once on a new store, once on the large one. SQLite only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import mails
from mailbot.desk.lifecycle import State
from mailbot.workflows.office import Office
from mailbot.workflows.reading import read_mail
from tests.support.desk import WorkingDesk

MANY = "\n[limits]\nautomatic_per_address_hour = 1000000\nautomatic_per_ticket_day = 1000000\n"
AT = "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', '+' || i || ' minutes')"
STATE = "CASE i % 20 WHEN 0 THEN 'new' WHEN 1 THEN 'in_progress' WHEN 2 THEN 'resolved' ELSE 'closed' END"
NO, YES = "(1 = 0)", "(1 = 1)"
DIGEST = "'aa' || substr('%s' || i, -62)" % ("0" * 62)


def fill(db: Connection, count: int) -> None:
    """``count`` tickets of a tenth as many people."""
    people = max(count // 10, 1)
    _insert(
        db,
        people,
        "people (id, key, address, name, language, created_at)",
        f"i, 'u' || i || '@k.example', 'u' || i || '@k.example', 'User ' || i, 'sv', {AT}",
    )
    _insert(
        db,
        3 * count,
        "inbox (id, received_at, way_in, source_key, reverse_path, forward_paths, peer, helo, withheld_size, queue, "
        "sha256, size, disposition, attempts, due_at, leased_by, reasons, ticket, message_id, author, subject)",
        f"i, {AT}, 'smtp', '', '', '[]', '', '', 0, 'support@desk.example', {DIGEST}, 3000, "
        f"'reply', 1, {AT}, '', '[]', 1000 + (i + 2) / 3, 'm' || i || '@k.example', "
        f"'u' || (i % {people} + 1) || '@k.example', 'Skrivaren ' || i",
    )
    _insert(
        db,
        count,
        "tickets (number, subject, kind, origin, priority, state, language, desk_address, requester, support_group, "
        "assignee, resolution, opened_at, changed_at, needs_person, alert_key, version)",
        f"1000 + i, 'Skrivaren på plan ' || i, 'incident', 'user', 'medium', {STATE}, 'sv', 'support@desk.example', "
        f"i % {people} + 1, 'desk', CASE WHEN i % 2 = 0 THEN 'lisa@desk.example' ELSE '' END, 0, {AT}, "
        f"{AT}, {NO}, '', 0",
    )
    _insert(
        db,
        3 * count,
        "entries (id, ticket, kind, at, author, author_name, role, words, inbox, intent, evidence)",
        f"i, 1000 + (i + 2) / 3, 'reply', {AT}, 'u@k.example', 'U', 'requester', 'Hej', i, '', 'E1'",
    )
    _insert(
        db,
        6 * count,
        "journal (id, ticket, at, name, actor, details)",
        f"i, 1000 + (i + 5) / 6, {AT}, 'ReplyReceived', 'u@k.example', '{{}}'",
    )
    _insert(
        db,
        2 * count,
        "outbox (id, key, ticket, notice, automatic, person, resolution, recipient, recipient_key, recipient_domain, "
        "verified, reverse_path, message_id, subject, revision, words, content, queued_at, status, attempts, due_at, "
        "leased_by, last_code, last_reply)",
        f"i, 'k' || i, 1000 + (i + 1) / 2, 'receipt', {YES}, i % {people} + 1, 0, "
        f"'u' || (i % {people} + 1) || '@k.example', "
        f"'u' || (i % {people} + 1) || '@k.example', 'k.example', {NO}, '', 'o' || i, 's', '', 'w', "
        f"x'00', {AT}, 'relayed', 1, {AT}, '', 250, ''",
    )


def _insert(db: Connection, count: int, into: str, values: str) -> None:
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    db.exec_driver_sql(f"{numbers} INSERT INTO {into} SELECT {values} FROM n")


def questions(count: int) -> dict[str, Callable[[Office], Any]]:
    middle = count // 2
    return {
        "ticket of a reply, by its number": lambda o: o.work.tickets.find(1000 + middle, lock=True),
        "ticket of a reply, by Message-ID": lambda o: o.work.inbox.find_tickets_by_message_id([f"m{middle}@k.example"]),
        "what was sent about a ticket": lambda o: o.work.outbox.contents_of_ticket(1000 + middle),
        "entries of a ticket": lambda o: o.work.tickets.entries_of(1000 + middle),
        "queue: all": lambda o: o.work.tickets.list_tickets(),
        "queue: new and in progress": lambda o: o.work.tickets.list_tickets(states=[State.NEW, State.IN_PROGRESS]),
        "queue: resolved, of one agent": lambda o: o.work.tickets.list_tickets(
            states=[State.RESOLVED], assignee="lisa@desk.example"
        ),
        "queue: of one requester": lambda o: o.work.tickets.list_tickets(requester="u7@k.example"),
        "queue: in need of a person": lambda o: o.work.tickets.list_tickets(needs_person=True),
        "mail waiting, by disposition": lambda o: o.work.inbox.count_waiting_since(datetime.now(UTC)),
        "budget of an address": lambda o: o.work.outbox.count_automatic("u7@k.example", 1000, datetime.now(UTC), 100),
    }


def ask(desk: WorkingDesk, count: int) -> None:
    for name, question in questions(count).items():
        times = []
        for _ in range(5):
            with desk.office() as office:
                began = time.perf_counter()
                question(office)
                times.append(time.perf_counter() - began)
        slow = "  SLOW" if statistics.median(times) > 0.05 else ""
        print(f"  {statistics.median(times) * 1000:8.2f} ms  {name}{slow}", flush=True)


def intake(desk: WorkingDesk, raws: Sequence[bytes]) -> float:
    """Processor milliseconds a mail from the kept bytes to the committed ticket, reading apart."""
    read = {raw: read_mail(raw, desk.envelope("a@b.example"), desk.desk.policy.reading) for raw in raws}

    class Read:
        def read_many(self, jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
            return [read[job[0]] for job in jobs]

    loop = replace(desk.intake, room=Read())
    desk.reception.receive_many([(raw, desk.envelope("a@b.example")) for raw in raws])
    began = time.process_time()
    while loop.run_once():
        pass
    return (time.process_time() - began) / len(raws) * 1000


def _desk(folder: Path) -> WorkingDesk:
    folder.mkdir()
    return WorkingDesk(folder, f"sqlite:///{folder}/mailbot.db", MANY, datetime.now(UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=200_000)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small_desk, big = _desk(folder / "small"), _desk(folder / "big")
        intake(small_desk, list(mails(50, seed=3)))
        small = min(intake(small_desk, list(mails(300, seed=seed))) for seed in (4, 5, 6))
        began = time.perf_counter()
        with big.desk.engine.begin() as db:
            fill(db, arguments.tickets)
        print(f"{arguments.tickets} tickets made in {time.perf_counter() - began:.0f} s", flush=True)
        ask(big, arguments.tickets)
        intake(big, list(mails(50, seed=3)))
        large = min(intake(big, list(mails(300, seed=seed))) for seed in (4, 5, 6))
        print(f"intake   {small:.2f} ms a mail on a new store, {large:.2f} on the large one ({large / small - 1:+.0%})")


if __name__ == "__main__":
    main()
