"""SQLite as it must be opened; and many writers at once on both databases."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from mailbot.desk.correspondence import Envelope
from mailbot.desk.vocabulary import Disposition
from mailbot.store.engine import DATABASE_TROUBLE, WON_BY_ANOTHER, open_engine, reading, shown_url
from mailbot.store.inbox import Arrival
from mailbot.store.unit_of_work import open_unit_of_work

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def arrival(raw: bytes, reverse_path: str = "anna@kommun.example") -> Arrival:
    envelope = Envelope(reverse_path, ("support@desk.example",), NOW)
    return Arrival(raw, envelope, "support@desk.example", hashlib.sha256(raw).hexdigest())


def test_sqlite_is_durable_and_journaled(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a/b/mailbot.db")
    with engine.connect() as connection:
        found = [
            connection.execute(text(f"PRAGMA {p}")).scalar() for p in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]
    engine.dispose()


def test_a_url_is_shown_without_its_password() -> None:
    assert shown_url("postgresql://desk:hemligt@db/mailbot") == "postgresql://desk:***@db/mailbot"


def test_writers_that_read_first_wait_for_each_other(store_url: str) -> None:
    engine = open_engine(store_url)
    with open_unit_of_work(engine) as work:
        first = work.inbox.add_many([arrival(b"counter")])[0].id
    troubles: list[Exception] = []

    def write(worker: int) -> None:
        for n in range(20):
            try:
                with open_unit_of_work(engine) as work:
                    assert work.inbox.find(first) is not None
                    work.inbox.add_many([arrival(f"{worker}.{n}".encode())])
            except DATABASE_TROUBLE as error:
                troubles.append(error)

    threads = [threading.Thread(target=write, args=(w,)) for w in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_unit_of_work(engine, reads_only=True) as work:
        counts = work.inbox.count_by_disposition()
    assert (troubles, counts) == ([], {"received": 121})
    engine.dispose()


def test_workers_never_share_a_claim(store_url: str) -> None:
    engine = open_engine(store_url)
    with open_unit_of_work(engine) as work:
        work.inbox.add_many([arrival(str(n).encode(), reverse_path=f"u{n}@k.example") for n in range(200)])
    taken: list[int] = []

    def claim(worker: str) -> None:
        while True:
            with open_unit_of_work(engine) as work:
                rows = work.inbox.claim(worker, NOW, timedelta(minutes=2), 7)
            if not rows:
                return
            taken.extend(r.id for r in rows)

    threads = [threading.Thread(target=claim, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(min(taken), min(taken) + 200))
    engine.dispose()


def test_the_same_bytes_from_two_doors_at_once_are_one_mail(store_url: str) -> None:
    engine = open_engine(store_url)
    barrier = threading.Barrier(4)
    results: list[int | None] = []

    def keep() -> None:
        barrier.wait()
        for _ in range(5):
            try:
                with open_unit_of_work(engine) as work:
                    results.append(work.inbox.add_many([arrival(b"the same")])[0].duplicate_of)
                return
            except WON_BY_ANOTHER:
                continue

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_unit_of_work(engine, reads_only=True) as work:
        counts = work.inbox.count_by_disposition()
    assert (results.count(None), len(results)) == (1, 4)
    assert counts == {Disposition.RECEIVED.value: 1, Disposition.DUPLICATE.value: 3}
    engine.dispose()


def test_a_reader_is_not_stopped_by_a_writer(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as writer:
        writer.execute(text("UPDATE alembic_version SET version_num = version_num"))
        with reading(engine).begin() as reader:
            assert reader.execute(text("SELECT count(*) FROM inbox")).scalar() == 0
    engine.dispose()
