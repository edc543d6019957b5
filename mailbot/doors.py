"""Settings become doors: the values that ``settings`` knows, in the shape that ``channels`` asks for."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mailbot.app import Desk, make_oauth_token
from mailbot.channels import Reception
from mailbot.channels.credentials import Password
from mailbot.channels.imap_account import KEPT, ImapAccount
from mailbot.channels.imap_poller import ImapPoller
from mailbot.channels.smtp_door import SmtpDoor
from mailbot.channels.smtp_limits import SmtpDoorSettings
from mailbot.desk.errors import PermanentError
from mailbot.languages import load_lexicon
from mailbot.reading_room import ReadingRoom
from mailbot.settings import Settings
from mailbot.settings.embedded import is_demo_open
from mailbot.store.mailbox_ledger import StoredLedger
from mailbot.wording_room import WordingRoom

if TYPE_CHECKING:
    from mailbot.console.room import ConsoleTerms, IdentityProvider
    from mailbot.console.server import ConsoleDoor

MEGABYTE = 1024 * 1024


def make_console_door(
    desk: Desk, wake_intake: Callable[[], None], wake_delivery: Callable[[], None], smtp_port: int = 0
) -> tuple[ConsoleDoor, tuple[ReadingRoom[Any], WordingRoom]]:
    """The console's door, and the rooms behind it that must be closed when it has been.

    ``smtp_port`` is where this process takes mail, 0 where it does not: the demo hands its mails in there.
    """
    # Starlette and uvicorn: a quarter of a second for those who start without a console
    from mailbot.console.mail_shown import show_mail
    from mailbot.console.room import ConsoleRoom
    from mailbot.console.server import ConsoleDoor

    intake, console = desk.settings.intake, desk.settings.console
    reading: ReadingRoom[Any] = ReadingRoom(
        show_mail, seconds=intake.reading_seconds, megabytes=intake.reading_memory_mb, prepare=load_lexicon
    )
    wording = WordingRoom()
    room = ConsoleRoom(
        open_office=desk.open_office,
        policy=desk.policy,
        clock=desk.clock,
        reading=reading,
        wording=wording,
        terms=_console_terms(desk.settings, smtp_port),
        identity=make_identity(desk.settings),
        wake_intake=wake_intake,
        wake_delivery=wake_delivery,
    )
    return ConsoleDoor(room, console.host, console.port, console.proxies), (reading, wording)


def make_identity(settings: Settings) -> IdentityProvider | None:
    """The identity provider of settings. Raises PermanentError where what it takes is not installed."""
    oidc = settings.console.oidc
    if not oidc.issuer:
        return None
    try:
        from mailbot.console.oidc import OpenIdProvider
    except ImportError as error:
        raise PermanentError(f"[console.oidc] takes pip install 'mailbot[oidc]': {error}") from None
    name = oidc.name or urlsplit(oidc.issuer).netloc
    return OpenIdProvider(oidc.issuer, oidc.client_id, oidc.client_secret, name, oidc.domains)


def _console_terms(settings: Settings, smtp_port: int) -> ConsoleTerms:
    from mailbot.console.room import ConsoleTerms

    console = settings.console
    return ConsoleTerms(
        base_url=console.base_url.rstrip("/"),
        idle=timedelta(minutes=console.idle_minutes),
        longest=timedelta(hours=console.session_hours),
        link_lives=timedelta(minutes=console.link_minutes),
        demo=is_demo_open(settings) and bool(smtp_port),
        mail_door=(settings.smtp.host, smtp_port),
    )


def make_smtp_door(settings: Settings, reception: Reception) -> SmtpDoor:
    return SmtpDoor(smtp_door_settings(settings), reception)


def smtp_door_settings(settings: Settings) -> SmtpDoorSettings:
    """The SMTP door as configured."""
    smtp = settings.smtp
    return SmtpDoorSettings(
        host=smtp.host,
        port=smtp.port,
        hostname=_server_name(settings),
        size_limit=smtp.size_limit_mb * MEGABYTE,
        certificate=smtp.tls_certificate_file,
        private_key=smtp.tls_key_file,
        require_tls=smtp.require_tls,
        connections=smtp.connections,
        connections_per_address=smtp.connections_per_address,
        new_connections_per_minute=smtp.new_connections_per_minute,
        unlimited_networks=smtp.unlimited_networks,
        watched_folder=_watched_folder(settings),
        shares_port=smtp.shares_port,
        recipients=smtp.recipients_per_mail,
        errors=smtp.errors_per_connection,
        command_timeout=smtp.command_seconds,
        data_timeout=smtp.mail_seconds,
    )


def _watched_folder(settings: Settings) -> str:
    """Where a full disk would stop the desk: the folder of a SQLite file. Another machine's disk cannot be watched."""
    prefix = "sqlite:///"
    return str(Path(settings.store.url.removeprefix(prefix)).parent) if settings.store.url.startswith(prefix) else ""


def make_lmtp_door(settings: Settings, reception: Reception) -> SmtpDoor:
    return SmtpDoor(lmtp_door_settings(settings), reception)


def lmtp_door_settings(settings: Settings) -> SmtpDoorSettings:
    """The LMTP door: its own place, no TLS, and the limits of the SMTP door."""
    lmtp = settings.lmtp
    return replace(
        smtp_door_settings(settings),
        host=lmtp.host,
        port=lmtp.port,
        unix_socket=lmtp.socket,
        protocol="lmtp",
        certificate="",
        private_key="",
        require_tls=False,
        shares_port=False,
    )


def _server_name(settings: Settings) -> str:
    return settings.smtp.server_name or socket.gethostname()


def make_imap_accounts(settings: Settings) -> list[ImapAccount]:
    """The accounts of ``[[imap]]`` with their credentials, as the poller wants them."""
    return [
        ImapAccount(
            name=account.name,
            host=account.host,
            username=account.username,
            credentials=make_oauth_token(account.oauth) or Password(account.password),
            address=account.address or settings.desk.addresses[0],
            port=account.port,
            tls=account.tls,
            ca_file=account.ca_file,
            folder=account.folder,
            start=account.start,
            after=account.after,
            mark="\\Seen" if account.mark == "read" else KEPT,
            move_to=account.move_to,
            idle=account.idle,
            poll_seconds=account.poll_seconds,
            timeout_seconds=account.timeout_seconds,
            size_limit=settings.smtp.size_limit_mb * MEGABYTE,
        )
        for account in settings.imap
    ]


def make_imap_poller(desk: Desk, reception: Reception) -> ImapPoller:
    return ImapPoller(make_imap_accounts(desk.settings), reception, StoredLedger(desk.engine))
