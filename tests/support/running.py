"""mailbot as its users meet it: the real program in a process of its own, real SMTP in, a real SMTP server out.

with RunningMailbot(folder, store_url, sink.port) as mailbot:
    mailbot.send(anna, "support@desk.example", "Skrivaren", "Den är trasig.")
    letter = mailbot.letter_to("anna@kommun.example", "receipt")
"""

from __future__ import annotations

import contextlib
import email.policy
import io
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any

from mailbot.cli import main as command_line
from tests.support.desk import ADDRESS, ANNA, read_letter
from tests.support.ports import stop_program
from tests.support.scripted_smtp import ScriptedSmtp

PATIENCE = 60.0
SETTINGS = """
[desk]
name = "Servicedesk"
addresses = ["support@desk.example"]
secret_file = "{folder}/secret.key"
[store]
url = "{url}"
[smtp]
port = {port}
[console]
port = 0
[delivery]
mode = "smtp"
host = "127.0.0.1"
port = {sink}
tls = "none"
[log]
format = "json"
[[agents]]
address = "lisa@desk.example"
name = "Lisa Lind"
"""


class RunningMailbot:
    """``sink`` takes the outgoing mail. ``extra`` is more TOML. Ended by its own process number."""

    def __init__(self, folder: Path, url: str, sink: ScriptedSmtp, extra: str = "", *, only: str = "") -> None:
        self.folder, self.sink, self.only = folder, sink, only
        self.settings = folder / "settings.toml"
        self.settings.write_text(SETTINGS.format(folder=folder, url=url, sink=sink.port, port=0) + extra)
        self._mails = 0

    def __enter__(self) -> RunningMailbot:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop_program(self.process)

    def start(self) -> None:
        """Start the program and wait for its line «ready …»."""
        command = [sys.executable, "-m", "mailbot", "--settings", str(self.settings), "serve"]
        with (self.folder / "log.jsonl").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *(["--only", self.only] if self.only else [])],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=self.folder,
            )
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline()
        assert self.ready.startswith("ready "), self.log()[-3000:]
        found = re.search(r"smtp=127\.0\.0\.1:(\d+)", self.ready)
        self.port = int(found[1]) if found else 0

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def run(self, *arguments: str) -> str:
        """``mailbot ARGUMENTS`` with this desk's settings, in this process: stories ask often. What it printed."""
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            command_line(["--settings", str(self.settings), *arguments], standalone_mode=False)
        return shown.getvalue()

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))

    def send(self, subject: str, body: str, *, sender: str = ANNA, to: str = ADDRESS, **headers: str) -> EmailMessage:
        """Hand a mail in at the SMTP door."""
        self._mails += 1
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Message-ID"] = f"<{self._mails}.{time.time_ns()}@test.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(body)
        self.hand_in(mail.as_bytes(), mail["From"].addresses[0].addr_spec, to)
        return mail

    def hand_in(self, raw: bytes, sender: str, to: str = ADDRESS) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE) as client:
            client.sendmail(sender, [to], raw, mail_options=["BODY=8BITMIME"])

    def answer(self, letter: EmailMessage, body: str, *, sender: str = ANNA, **headers: str) -> None:
        """Answer a letter of the desk as a mail program does."""
        to = letter["Reply-To"].addresses[0].addr_spec
        threaded = {"In_Reply_To": letter["Message-ID"], "References": letter["Message-ID"]} | headers
        self.send(f"Re: {letter['Subject']}", body, sender=sender, to=to, **threaded)

    def letters(self, address: str) -> list[EmailMessage]:
        """What has left for an address, as the next mail server has it."""
        return [read_letter(m.content) for m in list(self.sink.mails) if m.recipients == (address,)]

    def letter_to(self, address: str, number: int) -> EmailMessage:
        """The ``number``-th letter to an address, waited for."""
        wait_until(
            lambda: len(self.letters(address)) >= number, lambda: f"{address} has not {number} letters\n{self.log()}"
        )
        return self.letters(address)[number - 1]

    def wait_for_state(self, state: str, ticket: str = "SD-1001") -> dict[str, Any]:
        wait_until(lambda: self.json("ticket", "show", ticket)["state"] == state, self.log)
        shown: dict[str, Any] = self.json("ticket", "show", ticket)
        return shown

    def wait_for_mail(self, number: int, state: str) -> dict[str, Any]:
        """Until mail ``number`` has been settled as ``state``."""
        wait_until(lambda: self.mail(number).get("state") == state, lambda: f"{self.mail(number)}\n{self.log()}")
        return self.mail(number)

    def mail(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = next((m for m in self.json("mail", "list") if m["id"] == number), {})
        return found

    def log(self) -> str:
        return (self.folder / "log.jsonl").read_text()


def wait_until(holds: Callable[[], bool], what: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what()[-4000:]
        time.sleep(0.05)
