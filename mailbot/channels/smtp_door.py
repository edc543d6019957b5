"""The SMTP or LMTP door: a listening socket, an event loop in a thread of its own, and a committer thread.

``SmtpDoor(settings, reception).start()`` opens it and returns the port; ``stop()`` lets running mails finish, tells the
other sessions 421, and returns within ``stop_grace`` and two seconds.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import errno
import os
import ssl
import sys
import threading

from structlog import get_logger

from mailbot.channels import Reception
from mailbot.channels import smtp_replies as replies
from mailbot.channels.group_commit import GroupCommit
from mailbot.channels.lmtp_server import LmtpSession
from mailbot.channels.smtp_limits import ConnectionLimits, DoorState, SmtpDoorSettings
from mailbot.channels.smtp_server import SmtpSession
from mailbot.channels.trouble import describe_error

log = get_logger()
_LOOK_AGAIN = 0.05
_BACKLOG = 512
_HAND_OVER = 0.0005
"""Seconds after which a thread must let another run. Loop and committer hand each mail to and fro; with Python's usual
5 ms they wait for one another most of the time, and half as many mails are accepted."""


class SmtpDoor:
    """Opened once and stopped once. ``start`` raises OSError or ssl.SSLError where the door cannot be opened."""

    def __init__(self, settings: SmtpDoorSettings, reception: Reception) -> None:
        self.settings = settings
        self._state = DoorState(settings, reception, GroupCommit(reception), ConnectionLimits(settings))
        self._loop: asyncio.AbstractEventLoop
        self._stop = asyncio.Event()
        self._opened: concurrent.futures.Future[int] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._run, name=f"{settings.protocol}-door", daemon=True)

    def start(self) -> int:
        """Open the door; the port it listens on, 0 for a Unix socket."""
        self._state.tls = make_tls_context(self.settings)
        sys.setswitchinterval(min(sys.getswitchinterval(), _HAND_OVER))
        self._thread.start()
        return self._opened.result()

    def stop(self) -> None:
        """Close the door. Mails whose DATA has begun may finish within the grace, then they are refused."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(self.settings.stop_grace + 2.0)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            if self._opened.done():
                log.error("door broken", protocol=self.settings.protocol, error=describe_error(error))
                raise
            self._opened.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await self._listen()
        self._state.committer.start()
        port = 0 if self.settings.unix_socket else server.sockets[0].getsockname()[1]
        log.info("door open", protocol=self.settings.protocol, port=port, unix_socket=self.settings.unix_socket)
        self._opened.set_result(port)
        await self._stop.wait()
        server.close()
        await self._dismiss()
        kept_all = self._state.committer.stop(timeout=1.0)
        self._remove_socket()
        log.info("door closed", protocol=self.settings.protocol, committed=kept_all)

    async def _listen(self) -> asyncio.Server:
        session = LmtpSession if self.settings.protocol == "lmtp" else SmtpSession

        def make_session() -> SmtpSession:
            return session(self._state)

        if self.settings.unix_socket:
            self._remove_socket()
            return await self._loop.create_unix_server(make_session, self.settings.unix_socket, backlog=_BACKLOG)
        return await self._loop.create_server(
            make_session,
            self.settings.host,
            self.settings.port,
            backlog=_BACKLOG,
            reuse_address=True,
            reuse_port=self.settings.shares_port or None,
        )

    async def _dismiss(self) -> None:
        """421 to the idle at once; wait for the busy, who take their leave themselves; at the end cut them off."""
        self._state.stopping = True
        for session in [session for session in self._state.sessions if not session.busy]:
            session.say_goodbye(replies.SHUTTING_DOWN)
        deadline = self._loop.time() + self.settings.stop_grace
        while self._state.sessions and self._loop.time() < deadline:
            if not any(session.busy for session in self._state.sessions):
                deadline = min(deadline, self._loop.time() + 1.0)
            await asyncio.sleep(_LOOK_AGAIN)
        for session in list(self._state.sessions):
            session.cut_off(replies.SHUTTING_DOWN)
        await asyncio.sleep(0)

    def _remove_socket(self) -> None:
        if self.settings.unix_socket:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.settings.unix_socket)


def make_tls_context(settings: SmtpDoorSettings) -> ssl.SSLContext | None:
    """For STARTTLS; None where no certificate is set. TLS 1.2 and later.

    Raises:
        OSError: certificate or key cannot be read or do not belong together; its ``strerror`` names them.
    """
    if not settings.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.certificate, settings.private_key or None)
    except OSError as error:
        files = " or its key ".join(filter(None, (settings.certificate, settings.private_key)))
        raise OSError(errno.EINVAL, f"the certificate {files} cannot be used: {error.strerror or error}") from None
    return context
