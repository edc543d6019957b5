"""A working desk behind real doors: mail comes in by SMTP and leaves by SMTP, commands are typed, and the clock stands.

with DeskBehindDoors(folder, url, settings, sink=sink) as desk:
    desk.receive("Den är trasig.")                   # over a socket, answered 250
    desk.letter_to("anna@kommun.example")            # as the next mail server has it
    desk.cli("ticket", "take", "SD-1001", "--as", "lisa")
    desk.until("2026-12-23 09:00")                   # Stockholm; what is due on the way happens when it is due
"""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from click.testing import CliRunner

from mailbot.channels.smtp_door import SmtpDoor
from mailbot.channels.smtp_limits import SmtpDoorSettings
from mailbot.cli import main
from mailbot.courier import Smarthost, SmtpCourier
from mailbot.store.inbox_questions import InboxRow
from mailbot.timetable import ClockWatch, Timetable, find_timed
from mailbot.workflows.delivery import Delivery
from tests.support.desk import ADDRESS, WorkingDesk, read_letter
from tests.support.scripted_smtp import ScriptedSmtp

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass
class DeskBehindDoors(WorkingDesk):
    """``sink`` is the next mail server; it takes what leaves."""

    sink: ScriptedSmtp | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        assert self.sink is not None
        self._taken = 0
        self._smtp = SmtpCourier(Smarthost("127.0.0.1", self.sink.port, tls="none"))
        self.delivery = Delivery(self.desk.open_office, self.desk.policy, self._smtp, "test#d")
        self._door = SmtpDoor(SmtpDoorSettings(port=0, hostname="mx.desk.example", stop_grace=1.0), self.reception)
        self.port = self._door.start()
        self._timetable = Timetable(self.desk.open_office, clock=ClockWatch(lambda: self.now.timestamp()))

    def close(self) -> None:
        self._door.stop()
        self._smtp.close()
        self.desk.engine.dispose()

    def receive_raw(self, raw: bytes, sender: str, to: str = ADDRESS) -> InboxRow:
        """A mail comes in at the SMTP door and is worked through; its row afterwards."""
        self.hand_in([raw], sender, to)
        self.work()
        with self.office() as office:
            newest = office.work.inbox.list_rows(limit=1)[0]
        return newest

    def hand_in(self, raws: Iterable[bytes], sender: str, to: str = ADDRESS) -> None:
        """Mails over one connection, each answered 250, at the desk's own time."""
        reverse_path = self.envelope(sender).reverse_path
        with self._at_this_moment(), smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            for raw in raws:
                client.sendmail(reverse_path, [to], raw, mail_options=["BODY=8BITMIME"])

    def deliver(self) -> list[EmailMessage]:
        """Send what is due; the letters that have reached the next mail server since the last time."""
        while self.delivery.run_once():
            pass
        assert self.sink is not None
        new = list(self.sink.mails)[self._taken :]
        self._taken += len(new)
        return [read_letter(mail.content) for mail in new]

    def letters(self, address: str) -> list[EmailMessage]:
        """All that has reached the next mail server for an address, oldest first."""
        while self.delivery.run_once():
            pass
        assert self.sink is not None
        return [read_letter(m.content) for m in list(self.sink.mails) if m.recipients == (address,)]

    def letter_to(self, address: str) -> EmailMessage:
        return self.letters(address)[-1]

    def words_to(self, address: str) -> str:
        """What the newest letter to an address says."""
        return words_of(self.letter_to(address))

    def cli(self, *arguments: str, fails: int = 0) -> str:
        """``mailbot ARGUMENTS`` at the desk's own time; what it printed."""
        command = ["--settings", str(self.folder / "settings.toml"), *arguments]
        with self._at_this_moment():
            done = CliRunner(env={"COLUMNS": "100"}).invoke(main, command)
        assert done.exit_code == fails, f"{done.output}\n{done.exception!r}"
        return done.output if fails else done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.cli(*arguments, "--json"))

    def until(self, moment: str) -> None:
        """Time passes as the running desk would see it, by ``YYYY-MM-DD HH:MM`` in Stockholm, and mail leaves."""
        end = datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM)
        assert end > self.now, f"{moment} is over: it is {self.now.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
        while self.now < end:
            with self.office() as office:
                timers = [t.due_at for t in office.work.timers.list_rows() if t.due_at > self.now]
            hour = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            self.now = min([end.astimezone(self.now.tzinfo), hour, *timers])
            for name in find_timed():
                self._timetable.wake(name)
            while self.delivery.run_once():
                pass

    def _at_this_moment(self) -> time_machine.travel:
        return time_machine.travel(self.now, tick=False)


def words_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
