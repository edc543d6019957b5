"""Database away, disk full, stopped under load: senders are told to wait, nothing is lost, and nobody restarts it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import smtplib
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.engine import open_engine
from mailbot.store.migration import upgrade
from tests.support.desk import ADDRESS
from tests.support.postgres import Postgres
from tests.support.running import RunningMailbot, wait_until
from tests.support.scripted_smtp import ScriptedSmtp

CONSTANT = {(451, b"4.3.0 Temporary trouble, try again later"), (452, b"4.3.1 Not enough room, try again later")}


def _hand_in(mailbot: RunningMailbot, n: int, words: str = "Hej") -> tuple[int, bytes]:
    """The reply to a mail from a person of its own."""
    raw = f"From: anna{n}@kommun{n}.example\r\nSubject: Fel {n}\r\n\r\n{words}".encode()
    with smtplib.SMTP("127.0.0.1", mailbot.port, timeout=20) as client:
        for code, text in (client.ehlo(), client.mail(f"anna{n}@kommun{n}.example"), client.rcpt(ADDRESS)):
            if code != 250:
                return code, text
        return client.data(raw)


def _accounted(mailbot: RunningMailbot, mails: int) -> None:
    """All is settled, each mail once, each notice delivered once."""
    wait_until(lambda: mailbot.json("audit")["inbox"].get("ticket") == mails, mailbot.log)
    wait_until(lambda: mailbot.json("audit")["outbox"] == {"relayed": 2 * mails}, mailbot.log)
    assert mailbot.json("audit")["tickets"] == {"new": mails}
    assert len({m.content for m in mailbot.sink.mails}) == len(mailbot.sink.mails) == 2 * mails


def test_a_locked_database_is_451_and_forgotten_afterwards(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mailbot.db"
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, url, sink) as mailbot:
        assert _hand_in(mailbot, 0)[0] == 250
        with contextlib.closing(sqlite3.connect(tmp_path / "mailbot.db", timeout=10)) as other:
            other.execute("BEGIN EXCLUSIVE")
            began = time.monotonic()
            assert (_hand_in(mailbot, 1) in CONSTANT, time.monotonic() - began < 25) == (True, True)
            other.rollback()
        assert _hand_in(mailbot, 1)[0] == 250
        _accounted(mailbot, 2)


class Restartable(Postgres):
    """Can be cut off as by a power cut and come again, on the same port with the same data."""

    def cut_off(self) -> None:
        self._server.send_signal(signal.SIGQUIT)  # "immediate": no goodbye to anybody
        self._server.wait(20)

    def come_again(self) -> None:
        self._server = subprocess.Popen(
            self._server.args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )
        self._wait()


@pytest.fixture
def server() -> Iterator[Restartable]:
    with Restartable() as running:
        yield running


def _new_store(server: Restartable) -> str:
    url = server.new_database()
    # The tests' server forgets what it has just committed when it is cut off; a real one does not.
    server.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = on")
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


def test_postgresql_that_goes_and_comes_again(tmp_path: Path, server: Restartable) -> None:
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, _new_store(server), sink) as mailbot:
        assert _hand_in(mailbot, 0)[0] == 250
        wait_until(lambda: len(sink.mails) == 2, mailbot.log)
        server.cut_off()
        began = time.monotonic()
        replies = {_hand_in(mailbot, n) for n in range(1, 4)}
        assert (replies <= CONSTANT, time.monotonic() - began < 25) == (True, True)
        server.come_again()
        assert [_hand_in(mailbot, n)[0] for n in range(1, 4)] == [250] * 3
        _accounted(mailbot, 4)


def test_postgresql_cut_off_again_and_again_under_load(tmp_path: Path, server: Restartable) -> None:
    """Whatever was under way is done again, and none of it is thought to be poison."""
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, _new_store(server), sink) as mailbot:
        sender = _Sender(mailbot, 24)
        for _ in range(4):
            time.sleep(0.8)
            server.cut_off()
            server.come_again()
        sender.finish()
        wait_until(lambda: mailbot.json("audit")["inbox"].get("ticket") == 24, mailbot.log)
        assert mailbot.json("audit")["tickets"] == {"new": 24}
        wait_until(lambda: mailbot.json("audit")["outbox"] == {"relayed": 48}, mailbot.log)
    assert len({m.content for m in sink.mails}) == 48


class _Sender:
    """Hands mails in, one after the other, each until it is answered 250; ``codes`` counts the answers."""

    def __init__(self, mailbot: RunningMailbot, mails: int) -> None:
        self.mailbot, self.mails, self.codes = mailbot, mails, Counter[int]()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for n in range(self.mails):
            while not self._hand_in(n):
                time.sleep(0.05)

    def _hand_in(self, n: int) -> bool:
        try:
            code = _hand_in(self.mailbot, n)[0]
        except (OSError, smtplib.SMTPException):
            code = 0
        self.codes[code] += 1
        return code == 250

    def finish(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()
        assert [code for code in self.codes if code >= 500] == []


@contextlib.contextmanager
def _no_file_grows(mailbot: RunningMailbot, beyond: int) -> Iterator[None]:
    before = resource.prlimit(mailbot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(mailbot.process.pid, resource.RLIMIT_FSIZE, (beyond, before[1]))
    yield
    resource.prlimit(mailbot.process.pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_temporary_and_the_desk_recovers_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mailbot.db"
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, url, sink) as mailbot:
        assert _hand_in(mailbot, 0)[0] == 250
        _accounted(mailbot, 1)
        with _no_file_grows(mailbot, os.path.getsize(tmp_path / "mailbot.db-wal")):
            replies = {_hand_in(mailbot, n, "x" * 200_000) for n in range(1, 4)}
        assert replies <= CONSTANT
        assert [_hand_in(mailbot, n)[0] for n in range(1, 4)] == [250] * 3
        _accounted(mailbot, 4)


def test_a_full_log_disk_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log.jsonl").symlink_to("/dev/full")
    monkeypatch.setattr(RunningMailbot, "log", lambda self: "")
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", sink) as mailbot:
        assert [_hand_in(mailbot, n)[0] for n in range(3)] == [250] * 3
        _accounted(mailbot, 3)


def test_stopped_five_times_under_load(tmp_path: Path, store_url: str) -> None:
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, store_url, sink) as mailbot:
        sender = _Sender(mailbot, 20)
        for _ in range(5):
            time.sleep(0.3)
            began = time.monotonic()
            assert (mailbot.terminate(), time.monotonic() - began < 25) == (0, True)
            mailbot.start()
        sender.finish()
        _accounted(mailbot, 20)


def test_several_processes_on_one_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mailbot.db"
    with ScriptedSmtp() as sink, contextlib.ExitStack() as stack:
        desks = [_share(stack, tmp_path, url, sink, part) for part in ("smtp", "smtp", "intake", "intake", "delivery")]
        senders = [_Sender(desk, 15) for desk in desks[:2]]
        senders[1].finish()
        senders[0].finish()
        wait_until(lambda: desks[0].json("audit")["inbox"].get("ticket") == 15, desks[0].log)
        wait_until(lambda: desks[0].json("audit")["outbox"] == {"relayed": 30}, desks[0].log)
        assert desks[0].json("audit")["inbox"] == {"ticket": 15, "duplicate": 15}
        assert [desk.log() for desk in desks if "locked" in desk.log() or "exception" in desk.log()] == []
    assert len({m.content for m in sink.mails}) == len(sink.mails) == 30


def _share(stack: contextlib.ExitStack, folder: Path, url: str, sink: ScriptedSmtp, part: str) -> RunningMailbot:
    own = folder / f"{part}-{time.monotonic_ns()}"
    own.mkdir()
    desk = RunningMailbot(own, url, sink, only=part)
    settings = desk.settings.read_text().replace(f"{own}/secret.key", f"{folder}/secret.key")
    desk.settings.write_text(settings)
    return stack.enter_context(desk)
