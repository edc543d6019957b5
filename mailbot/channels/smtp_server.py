"""One SMTP session (RFC 5321): what may be said at the door and what is answered.

The only room that knows aiosmtpd, of which it takes the command loop, STARTTLS and the grammar of parameters. Its own
are the texts, the limits, and DATA: the mail is taken in pieces of any line length and kept byte for byte, only
``<CRLF>.<CRLF>`` ends it, and 250 follows the commit. Whatever goes wrong here is 4yz: the sender keeps the mail.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from typing import Any, NoReturn

from aiosmtpd.smtp import SMTP
from structlog import get_logger

from mailbot.channels import smtp_replies as replies
from mailbot.channels.smtp_content import ContentReader
from mailbot.channels.smtp_hooks import HOOKS, OneLimit, commands_named
from mailbot.channels.smtp_limits import DoorState
from mailbot.channels.trouble import describe_error, is_out_of_room
from mailbot.desk.correspondence import Envelope

log = get_logger()
# the library logs every line of a session, addresses and all
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

_COMMAND_LINE = 2048
_PATIENCE_WITH_ERRORS = 10
_ABORT_AFTER = 5.0
_LIBRARY_GIVES_UP = "502 5.5.1 Too many"  # at the fifth unknown command it closes, with a code that says: never again
_EVERYTHING = 1 << 30  # a read that leaves octets in the stream would let them be overtaken by those we give back


class SmtpSession(SMTP):
    """One connection. ``busy`` is True while a mail is being received or committed."""

    commands = commands_named("HELO EHLO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP STARTTLS")
    way_in, banner = "smtp", "ESMTP ready"
    line_length_limit = 65_536  # of the stream's buffer; DATA has no limit of lines
    command_size_limit = _COMMAND_LINE
    command_size_limits = OneLimit(_COMMAND_LINE)
    session: Any
    envelope: Any

    def __init__(self, door: DoorState) -> None:
        self.door, self.busy = door, False
        self._admitted, self._address = False, ""
        self._errors = self._idle_commands = self._octets = 0
        settings = door.settings
        super().__init__(
            HOOKS,
            data_size_limit=settings.size_limit,
            enable_SMTPUTF8=True,
            hostname=settings.hostname,
            ident=self.banner,
            tls_context=door.tls,
            require_starttls=settings.require_tls and self.way_in == "smtp",
            timeout=settings.command_timeout,
            loop=asyncio.get_running_loop(),
        )

    def __dir__(self) -> list[str]:
        """Where the library looks for the commands, at each connection. AUTH is not among them."""
        return self.commands

    # --- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is not None or self._admit(transport):  # with TLS we are called a second time
            super().connection_made(transport)

    def _admit(self, transport: Any) -> bool:
        peer = transport.get_extra_info("peername")
        self._address = peer[0] if isinstance(peer, tuple) else ""
        refusal = replies.SHUTTING_DOWN if self.door.stopping else replies.TOO_MANY_CONNECTIONS
        self._admitted = not self.door.stopping and self.door.limits.admit(self._address, time.monotonic())
        if self._admitted:
            self.door.sessions.add(self)
        else:
            log.warning("smtp connection refused", peer=self._address, reply=refusal)
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
        return self._admitted

    def connection_lost(self, error: Exception | None) -> None:
        if self._admitted:
            self._admitted = False
            self.door.sessions.discard(self)
            self.door.limits.release(self._address)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._admitted else None

    def _timeout_cb(self) -> None:
        """The library closes without a word, and then waits for ever for a client that does not read."""
        self.say_goodbye(replies.TIMED_OUT)

    def say_goodbye(self, reply: str) -> None:
        """Send a 421 and close; a client that does not take it is cut off."""
        transport: Any = self.transport
        if transport is not None and not transport.is_closing():
            transport.write(reply.encode() + b"\r\n")
            transport.close()
            self.loop.call_later(_ABORT_AFTER, transport.abort)

    def cut_off(self, reply: str) -> None:
        """As ``say_goodbye``, without waiting for the client: a 421 if it fits into the socket."""
        transport: Any = self.transport
        self.say_goodbye(reply)
        if transport is not None:
            transport.abort()

    def _end(self, reply: str) -> NoReturn:
        """Leave the command loop at once, whatever the client has sent ahead."""
        self.say_goodbye(reply)
        raise asyncio.CancelledError

    # --- replies

    async def push(self, status: str) -> None:  # type: ignore[override]
        """Every reply passes here: the library's own texts become the house's, and errors are counted."""
        reply = status if status == f"220 {self.hostname} {self.banner}" else replies.constant_reply(status)
        if reply.startswith("5"):
            await self._count_error()
        if status.startswith(_LIBRARY_GIVES_UP):
            self._end(replies.TOO_MANY_ERRORS)
        await super().push(reply)

    async def _count_error(self) -> None:
        self._errors += 1
        if self._errors > self.door.settings.errors:
            self._end(replies.TOO_MANY_ERRORS)
        if self._errors > _PATIENCE_WITH_ERRORS:
            await asyncio.sleep(self.door.settings.error_delay)

    async def handle_exception(self, error: Exception) -> str:
        log.error("smtp session failed", peer=self._address, error=describe_error(error))
        return replies.TROUBLE

    # --- commands

    async def smtp_EHLO(self, name: str | None) -> None:
        await self._greet(name, extended=True)

    async def smtp_HELO(self, name: str | None) -> None:
        await self._greet(name, extended=False)

    async def _greet(self, name: str | None, *, extended: bool) -> None:
        self._count_idle()
        if not name:
            return await self.push(replies.BAD_ARGUMENTS)
        self._set_rset_state()
        self.session.extended_smtp = extended
        self.session.host_name = name
        *lines, last = [self.hostname, *self._extensions()] if extended else [self.hostname]
        await super().push("".join(f"250-{line}\r\n" for line in lines) + f"250 {last}")

    def _extensions(self) -> list[str]:
        offers_tls = self.tls_context is not None and self._tls_protocol is None
        names = ["PIPELINING", f"SIZE {self.door.settings.size_limit}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        return [*names, "STARTTLS"] if offers_tls else names

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        if self._tls_protocol is not None:
            return await self.push(replies.BAD_SEQUENCE)
        await super().smtp_STARTTLS(arg)

    async def smtp_NOOP(self, arg: str | None) -> None:
        self._count_idle()
        await self.push(replies.OK)

    async def smtp_RSET(self, arg: str | None) -> None:
        self._count_idle()
        self._set_rset_state()
        await self.push(replies.OK)

    async def smtp_VRFY(self, arg: str | None) -> None:
        self._count_idle()
        await self.push(replies.NOT_VERIFIED)

    async def smtp_HELP(self, arg: str | None) -> None:
        self._count_idle()
        await self.push("214")

    def _count_idle(self) -> None:
        self._idle_commands += 1
        if self._idle_commands > self.door.settings.idle_commands:
            self._end(replies.TOO_MANY_ERRORS)

    def _getaddr(self, arg: str) -> tuple[str, str] | tuple[None, None]:
        """The library's parser is made for headers, and raises or recurses on what strangers send."""
        return replies.read_path(arg) or (None, None)

    def take_sender(self, transaction: Any, address: str) -> str:
        if self.door.stopping:
            self._end(replies.SHUTTING_DOWN)
        if not self.door.has_space():
            return replies.NO_ROOM
        transaction.mail_from = address
        return replies.SENDER_OK

    def take_recipient(self, transaction: Any, address: str) -> str:
        if len(transaction.rcpt_tos) >= self.door.settings.recipients:
            self._count_idle()
            return replies.TOO_MANY_RECIPIENTS
        if not self.door.reception.is_ours(address):
            return replies.NOT_OURS
        transaction.rcpt_tos.append(address)
        return replies.RECIPIENT_OK

    # --- the mail

    async def smtp_DATA(self, arg: str | None) -> None:
        if self.door.stopping:
            self._end(replies.SHUTTING_DOWN)
        if arg or not self.envelope.rcpt_tos:
            return await self.push(replies.BAD_ARGUMENTS if arg else replies.BAD_SEQUENCE)
        self.busy = True
        try:
            await self.push(replies.GO_AHEAD)
            self._reset_timeout(self.door.settings.data_timeout)
            reply = await self._receive()
            answers = self._answers()
        finally:
            self._forget_octets()
            self.busy = False
            self._set_post_data_state()
        self._reset_timeout()
        for _ in range(answers):
            await self.push(reply)
        if self.door.stopping:
            self._end(replies.SHUTTING_DOWN)

    def _answers(self) -> int:
        return 1

    async def _receive(self) -> str:
        """Take the mail and have it kept; the reply says how it went."""
        try:
            raw = await self._read_mail()
            if isinstance(raw, str):
                return raw
            kept = self.door.committer.submit(raw, self._compose_envelope())
            self._forget_octets()
            async with asyncio.timeout(self.door.settings.commit_timeout):
                mail = await kept
        except Exception as error:  # noqa: BLE001 - the door must answer, whatever happened behind it
            log.error("mail not kept", peer=self._address, error=describe_error(error))
            return replies.NO_ROOM if is_out_of_room(error) else replies.TROUBLE
        self._idle_commands = 0
        log.info("mail kept", id=mail.id, duplicate_of=mail.duplicate_of, peer=self._address, octets=len(raw))
        return replies.KEPT

    async def _read_mail(self) -> bytes | str:
        """The content, or the reply to a mail that cannot be taken: that too is heard to its end (RFC 5321, 4.2.5)."""
        content, refusal = ContentReader(self.door.settings.size_limit), ""
        ended = False
        while not ended:
            piece = await self._reader.read(_EVERYTHING)
            if not piece:
                raise asyncio.CancelledError
            ended = content.feed(piece)
            if refusal or content.too_big:
                self._forget_octets()
            elif not self._has_memory_for(len(piece)):
                refusal = replies.NO_ROOM
                content.discard()
        if content.rest and not self._reader.at_eof():
            self._reader.feed_data(content.rest)  # commands sent ahead; the stream is empty, so they come next
        raw = content.take()
        return refusal or (replies.TOO_BIG if raw is None else raw)

    def _has_memory_for(self, more: int) -> bool:
        self._octets += more
        self.door.octets_in_flight += more
        return self.door.octets_in_flight + self.door.committer.octets <= self.door.settings.octets_in_flight

    def _forget_octets(self) -> None:
        self.door.octets_in_flight -= self._octets
        self._octets = 0

    def _compose_envelope(self) -> Envelope:
        transaction: Any = self.envelope
        helo = str(self.session.host_name)
        return Envelope(
            reverse_path="" if transaction.mail_from == "<>" else transaction.mail_from,
            forward_paths=tuple(dict.fromkeys(transaction.rcpt_tos)),
            received_at=datetime.now(UTC),
            way_in=self.way_in,
            peer=self._address,
            helo=helo if helo.isprintable() and len(helo) <= 255 else "",
        )
