"""How much the database is asked for each mail: a figure that may only go down without somebody noticing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from tests.support.desk import ADDRESS, WorkingDesk

BATCH = 40


@contextmanager
def counting(desk: WorkingDesk) -> Iterator[Counter[str]]:
    """Statements by their first word, and commits, while the block runs."""
    counted: Counter[str] = Counter()

    def on_statement(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        counted[statement.split(None, 1)[0].upper()] += 1

    def on_commit(connection: Any) -> None:
        counted["COMMIT"] += 1

    event.listen(desk.desk.engine, "before_cursor_execute", on_statement)
    event.listen(desk.desk.engine, "commit", on_commit)
    try:
        yield counted
    finally:
        event.remove(desk.desk.engine, "before_cursor_execute", on_statement)
        event.remove(desk.desk.engine, "commit", on_commit)


def arrive(desk: WorkingDesk, first: int) -> None:
    senders = [f"u{n}@k{n}.example" for n in range(first, first + BATCH)]
    raws = [desk.write("Hej", sender=sender, to=ADDRESS, subject=f"Fel hos {sender}") for sender in senders]
    desk.reception.receive_many([(raw, desk.envelope(s)) for raw, s in zip(raws, senders, strict=True)])


def work_counts(counted: Counter[str]) -> dict[str, int]:
    return {word: counted[word] for word in ("SELECT", "INSERT", "UPDATE", "COMMIT")}


def test_arrivals_share_one_commit(desk: WorkingDesk) -> None:
    with counting(desk) as counted:
        arrive(desk, 0)
    assert work_counts(counted) == {"SELECT": 1, "INSERT": 2, "UPDATE": 0, "COMMIT": 1}


def test_a_batch_of_new_mails_shares_its_commits(desk: WorkingDesk) -> None:
    arrive(desk, 0)
    patient = replace(desk.intake, shared_seconds=3600, shared_mails=BATCH)
    with counting(desk) as counted:
        assert patient.run_once() == BATCH
    assert counted["COMMIT"] == 3
    per_mail = {word: counted[word] / BATCH for word in ("SELECT", "INSERT", "UPDATE", "WITH")}
    a_batch = 4 if desk.desk.engine.dialect.name == "postgresql" else 3  # there, claims take turns by a lock
    assert per_mail == {"SELECT": 3 + a_batch / BATCH, "INSERT": 9 + 1 / BATCH, "UPDATE": 1, "WITH": 1 / BATCH}
