"""The console on a real port of this machine, and a client that behaves as a browser does.

with open_console(desk) as console:
    console.sign_in("lisa@desk.example")
    page = console.get("/tickets")
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from mailbot.console.mail_shown import show_mail
from mailbot.console.room import ConsoleRoom, ConsoleTerms, IdentityProvider
from mailbot.console.server import ConsoleDoor
from mailbot.console.sessions import SESSION_COOKIE, hash_token
from mailbot.reading_room import ReadingRoom
from mailbot.store.access import Session
from mailbot.wording_room import WordingRoom
from tests.support.desk import WorkingDesk


@dataclass
class Console:
    """One visitor's browser, without scripts. ``desk`` is where the console's work is done."""

    desk: WorkingDesk
    url: str
    client: httpx.Client = field(repr=False)

    def sign_in(self, address: str) -> str:
        """Begin a session without the mail; the cookie's value."""
        now = self.desk.now
        token = f"session-of-{address}-{now:%Y%m%d%H%M%S}"
        with self.desk.office() as office:
            if office.work.access.find_session(hash_token(token)) is None:
                office.work.access.begin_session(
                    Session(hash_token(token), address, "link", "test", now, now, now + timedelta(hours=12))
                )
        self.client.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1")
        return token

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, fields: Mapping[str, str], *, page: str = "", **options: Any) -> httpx.Response:
        """Send a form as a page of the console does: with the token that stands on ``page`` (else ``path``)."""
        shown = self.client.get(page or path).text
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', shown)
        assert token, f"{page or path} has no form:\n{shown[:2000]}"
        headers = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data={"csrf": token[1], **fields}, headers=headers, **options)


@contextmanager
def open_console(
    desk: WorkingDesk,
    *,
    identity: IdentityProvider | None = None,
    proxies: tuple[str, ...] = (),
    trying: WordingRoom | None = None,
    **terms: Any,
) -> Iterator[Console]:
    """Serve the console of a desk on 127.0.0.1; ``terms`` are those of ``ConsoleTerms``.

    ``trying`` is a room that tests share, because its child takes a second to start.
    """
    reading: ReadingRoom[Any] = ReadingRoom(show_mail)
    with nullcontext(trying) if trying else WordingRoom() as wording:
        room = ConsoleRoom(
            open_office=desk.desk.open_office,
            policy=desk.desk.policy,
            clock=lambda: desk.now,
            reading=reading,
            wording=wording,
            terms=ConsoleTerms(**terms),
            identity=identity,
        )
        door = ConsoleDoor(room, "127.0.0.1", 0, proxies)
        url = f"http://127.0.0.1:{door.start()}"
        try:
            with httpx.Client(base_url=url, timeout=20) as client:
                yield Console(desk, url, client)
        finally:
            door.stop()
            reading.close()
