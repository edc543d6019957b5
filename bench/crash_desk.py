"""A desk to strike at: the program, maybe under strace, and a sender that repeats until it hears 250."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.conservation import Injected, is_quiet, open_quietly
from tests.support.desk import read_letter
from tests.support.ports import free_port
from tests.support.running import SETTINGS
from tests.support.scripted_smtp import ScriptedSmtp

LIMITS = """
[limits]
automatic_per_address_hour = 0
automatic_per_ticket_day = 0
unverified_per_domain_hour = 0
unverified_per_hour = 0
"""


@dataclass(frozen=True)
class Posting:
    """A mail and its envelope."""

    mail: Injected
    sender: str
    to: str


@dataclass(frozen=True)
class Stage:
    """A store to copy, what is still to be handed in, and what there must be in the end."""

    folder: Path
    postings: tuple[Posting, ...]
    all_mails: tuple[Injected, ...]
    due: dict[str, int]
    relayed: tuple[tuple[str, bytes], ...]


class CrashDesk:
    def __init__(self, folder: Path, stage: Stage, sink: ScriptedSmtp, extra: str = LIMITS) -> None:
        self.folder, self.stage, self.sink = folder, stage, sink
        for file in stage.folder.iterdir():
            shutil.copy(file, folder / file.name)
        self.port = free_port()
        self.url = f"sqlite:///{folder}/mailbot.db"
        self.settings = folder / "settings.toml"
        self.settings.write_text(
            SETTINGS.format(folder=folder, url=self.url, sink=sink.port, port=self.port) + extra, encoding="utf-8"
        )
        self.codes: Counter[int] = Counter()
        self.recovers_alone = False
        self._stopping = threading.Event()
        self._watch = open_quietly(self.url)

    # --- the program

    def start(self, only: str, prefix: Sequence[str]) -> None:
        """Start the desk, or one part of it, behind ``prefix``. Does not wait: it may die before it is ready."""
        command = [*prefix, sys.executable, "-m", "mailbot", "--settings", str(self.settings), "serve"]
        if only != "all":
            command += ["--only", only]
        with (self.folder / "log.jsonl").open("ab") as log:
            self.program = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder
            )
        self._traced = bool(prefix)

    def is_dead(self) -> bool:
        return self.program.poll() is not None

    def await_fault(self, only: str, after: float | None) -> bool:
        """Until the program has died of its fault, or has done what it is there for; whether it died."""
        if after is not None:
            self.await_ready()
            time.sleep(after)
            self.kill()
            return True
        deadline = time.monotonic() + 25
        while time.monotonic() < deadline and not self.is_dead():
            if self.is_done(only):
                self.recovers_alone = self._log_tells_trouble()
                self.kill()
                return False
            time.sleep(0.05)
        died = self.is_dead()
        self.recovers_alone = not died
        self.kill()
        return died

    def await_ready(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=5):
                    return
            except OSError:
                time.sleep(0.05)

    def is_done(self, only: str) -> bool:
        try:
            if only == "smtp":
                return not self.unsent
            with self._watch.connect() as db:
                received = db.exec_driver_sql("SELECT count(*) FROM inbox WHERE disposition = 'received'").scalar()
                waiting = db.exec_driver_sql("SELECT count(*) FROM outbox WHERE status <> 'relayed'").scalar()
        except Exception:  # noqa: BLE001 - a store under injected faults may say anything
            return False
        if only == "intake":
            return not received
        return not waiting and (only == "delivery" or (not received and not self.unsent))

    def _log_tells_trouble(self) -> bool:
        log = (self.folder / "log.jsonl").read_text()
        return any(word in log for word in ("disk I/O error", "disk is full", "OperationalError", "No space", "failed"))

    def kill(self) -> None:
        """SIGKILL to the program itself: killing strace alone would leave it running."""
        for child in self._children() if self._traced else []:
            _kill(child)
        if not self.is_dead():
            if not self._traced:
                self.program.kill()
            try:
                self.program.wait(5)
            except subprocess.TimeoutExpired:
                self.program.kill()
        self.program.wait()

    def _children(self) -> list[int]:
        path = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children")
        try:
            return [int(pid) for pid in path.read_text().split()]
        except OSError:
            return []

    def stop(self) -> None:
        self._stopping.set()
        self.program.terminate()
        try:
            self.program.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self._watch.dispose()

    # --- mail in and out

    def send_in_background(self) -> list[threading.Thread]:
        """Two clients that hand the stage's mails in, each again until it is answered 250."""
        self.unsent = {p.mail.token for p in self.stage.postings}
        shares = [self.stage.postings[start::2] for start in range(2)]
        clients = [threading.Thread(target=self._send, args=(share,), daemon=True) for share in shares if share]
        for client in clients:
            client.start()
        return clients

    def _send(self, postings: Sequence[Posting]) -> None:
        for posting in postings:
            while not self._stopping.is_set() and not self._hand_in(posting):
                time.sleep(0.1)

    def _hand_in(self, posting: Posting) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=15) as client:
                client.sendmail(posting.sender, [posting.to], posting.mail.raw)
        except smtplib.SMTPResponseException as error:
            self.codes[error.smtp_code] += 1
            return False
        except (OSError, smtplib.SMTPException):
            self.codes[0] += 1
            return False
        self.codes[250] += 1
        self.unsent.discard(posting.mail.token)
        return True

    def await_quiet(self, clients: Sequence[threading.Thread], patience: float) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not any(c.is_alive() for c in clients) and is_quiet(self._watch):
                return True
            time.sleep(0.1)
        return False

    def relayed(self) -> list[tuple[str, bytes]]:
        """(Message-ID, bytes) of what the next mail server took, before the stage and since."""
        return [*self.stage.relayed, *((_message_id(m.content), m.content) for m in list(self.sink.mails))]

    def keep_evidence(self, point: Any) -> None:
        kept = Path(os.environ.get("MAILBOT_EVIDENCE", "/tmp")) / f"crash-{time.time_ns()}"
        shutil.copytree(self.folder, kept)
        (kept / "point.txt").write_text(str(point))


def _message_id(content: bytes) -> str:
    return str(read_letter(content)["Message-ID"]).strip().strip("<>")


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
