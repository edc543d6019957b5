"""A desk at work: its doors, its loops and its clock in one process, or some of them in each of several.

Start order is inside out (loops before doors), stop order outside in: no mail is half done at SIGTERM.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from mailbot.agreements import learn_holidays
from mailbot.app import Desk, is_dead, worker_name
from mailbot.doors import make_console_door, make_imap_poller, make_lmtp_door, make_smtp_door
from mailbot.languages import load_lexicon
from mailbot.reading_room import ReadingRoom
from mailbot.settings.embedded import is_demo_open
from mailbot.timetable import Timetable
from mailbot.workflows.delivery import Delivery
from mailbot.workflows.housekeeping import release_dead
from mailbot.workflows.intake import Intake
from mailbot.workflows.pace import Pace
from mailbot.workflows.reading import read_mail
from mailbot.workflows.reception import Reception

log = structlog.get_logger()

PARTS = ("smtp", "lmtp", "imap", "console", "intake", "delivery", "timetable")


@dataclass
class RunningDesk:
    """``start`` returns when mail is accepted; ``stop`` when the last begun work is done."""

    desk: Desk
    parts: frozenset[str] = frozenset(PARTS)
    ports: dict[str, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _new_mail: threading.Event = field(default_factory=threading.Event)
    _new_outgoing: threading.Event = field(default_factory=threading.Event)
    _loops: list[threading.Thread] = field(default_factory=list)
    _doors: list[Any] = field(default_factory=list)
    _closing: list[Callable[[], None]] = field(default_factory=list)

    def start(self) -> None:
        learn_holidays(self.desk.policy.calendars, self.desk.clock())
        release_dead(self.desk.open_office, is_dead)
        if "delivery" in self.parts:
            self._start_delivery()
        if "intake" in self.parts:
            self._start_intake()
        if "timetable" in self.parts:
            self._start_timetable()
        self._open_doors()

    def stop(self) -> None:
        """Close the doors, then let the loops end what they have begun."""
        for door in reversed(self._doors):
            door.stop()
        self._stop.set()
        self._new_mail.set()
        self._new_outgoing.set()
        for loop in self._loops:
            loop.join(timeout=30)
        for close in reversed(self._closing):
            close()
        self.desk.engine.dispose()

    def _start_delivery(self) -> None:
        delivery = self.desk.settings.delivery
        courier = self.desk.make_courier()
        self._closing.append(courier.close)
        hands = 1 if delivery.mode == "folder" else delivery.connections
        pace = Pace(delivery.per_minute)
        for hand in range(hands):
            worker = f"{worker_name()}#d{hand}"
            loop = Delivery(self.desk.open_office, self.desk.policy, courier, worker, delivery.batch, pace)
            self._spawn(f"delivery-{hand}", loop.run, self._new_outgoing)

    def _start_intake(self) -> None:
        intake = self.desk.settings.intake
        room = ReadingRoom(
            read_mail,
            workers=intake.workers,
            seconds=intake.reading_seconds,
            megabytes=intake.reading_memory_mb,
            prepare=load_lexicon,
        )
        self._closing.append(room.close)
        check = None
        if self.desk.policy.verify_at_edge:
            from mailbot.sender_check import check_sender

            check = check_sender
        loop = Intake(
            self.desk.open_office, self.desk.policy, room, f"{worker_name()}#i", self._new_outgoing.set, check
        )
        self._spawn("intake", loop.run, self._new_mail)

    def _start_timetable(self) -> None:
        timetable = Timetable(self.desk.open_office)
        timetable.start()
        self._closing.append(timetable.stop)

    def _open_doors(self) -> None:
        reception = Reception(self.desk.open_office, self.desk.policy, self._new_mail.set)
        settings = self.desk.settings
        if "smtp" in self.parts and settings.smtp.on:
            self._open("smtp", make_smtp_door(settings, reception), settings.smtp.host)
        if "lmtp" in self.parts and settings.lmtp.on:
            self._open("lmtp", make_lmtp_door(settings, reception), settings.lmtp.socket or settings.lmtp.host)
        if "console" in self.parts and settings.console.on:
            self._open_console()
        if "imap" in self.parts and settings.imap:
            poller = make_imap_poller(self.desk, reception)
            poller.start()
            self._doors.append(poller)
            self.ports["imap"] = ",".join(a.name for a in settings.imap)

    def _open_console(self) -> None:
        console = self.desk.settings.console
        door, rooms = make_console_door(self.desk, self._new_mail.set, self._new_outgoing.set, self._smtp_port())
        self._closing += [room.close for room in rooms]
        self._open("console", door, f"http://{console.host}")

    @property
    def demo_is_open(self) -> bool:
        """Whether the console of this process shows the demo inbox."""
        return is_demo_open(self.desk.settings) and {"smtp", "console"} <= self.ports.keys()

    def _smtp_port(self) -> int:
        return int(self.ports["smtp"].rpartition(":")[2]) if "smtp" in self.ports else 0

    def _open(self, name: str, door: Any, where: str) -> None:
        try:
            port = door.start()
        except OSError as error:
            raise OSError(error.errno, f"the {name} door ({where}): {error.strerror or error}") from None
        self._doors.append(door)
        self.ports[name] = f"{where}:{port}" if port else where

    def _spawn(self, name: str, run: Callable[[threading.Event, threading.Event], None], wake: threading.Event) -> None:
        thread = threading.Thread(target=run, args=(self._stop, wake), name=name, daemon=True)
        thread.start()
        self._loops.append(thread)
