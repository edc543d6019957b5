"""How the SMTP door is set, how much of it one client may take up, and what its sessions share.

Used on the door's own thread, so there are no locks.

``ConnectionLimits`` counts open and new connections per client: an IPv4 address, or an IPv6 /64, which is what one
customer is given (RFC 6177). A Unix socket has no address and no limit.
"""

from __future__ import annotations

import shutil
import ssl
import time
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from mailbot.channels import Reception
from mailbot.channels.group_commit import GroupCommit

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class SmtpDoorSettings:
    """The door as configured. Sizes in octets, times in seconds.

    ``protocol`` is "smtp" or "lmtp" (RFC 2033). With ``unix_socket`` (a path) host and port are not used. ``hostname``
    is what the banner and EHLO say. STARTTLS is offered when ``certificate`` and ``private_key`` (paths, PEM) are set.
    ``unlimited_networks`` ("192.0.2.0/24", one's own mail exchanger) may open any number of connections, and so may
    every client of LMTP, which is not for strangers (RFC 2033, 5).
    """

    host: str = "127.0.0.1"
    port: int = 8025
    unix_socket: str = ""
    shares_port: bool = False
    """Several processes may open this door; the kernel deals the connections out (SO_REUSEPORT)."""
    protocol: str = "smtp"
    hostname: str = "localhost"
    size_limit: int = 50 * 1024 * 1024
    certificate: str = ""
    private_key: str = ""
    require_tls: bool = False
    connections_per_address: int = 30
    new_connections_per_minute: int = 300
    """Programs on this machine are not counted here: a mail server before us may open a connection for each mail."""
    connections: int = 500
    unlimited_networks: tuple[str, ...] = ()
    recipients: int = 100
    errors: int = 20
    error_delay: float = 1.0
    """Wait before each error reply after the tenth: an address harvester pays with its time."""
    idle_commands: int = 100
    """NOOP, RSET, EHLO and the like in one session without a mail between them."""
    command_timeout: float = 300.0
    data_timeout: float = 600.0
    """For the whole of DATA, from 354 to the final dot."""
    commit_timeout: float = 9.0
    """For the store; after that the sender is asked to try again."""
    stop_grace: float = 8.0
    octets_in_flight: int = 256 * 1024 * 1024
    """Of all mails that are being received at one time; beyond it, 452 4.3.1."""
    watched_folder: str = ""
    """Where the store writes; with less than ``free_space`` left there, MAIL is answered 452 4.3.1."""
    free_space: int = 200 * 1024 * 1024


@dataclass(slots=True)
class _Client:
    open: int = 0
    window_began: float = 0.0
    opened_in_window: int = 0


@dataclass(slots=True)
class ConnectionLimits:
    """Ask ``admit`` at each new connection; after a True, ``release`` when it has ended."""

    settings: SmtpDoorSettings
    _clients: dict[str, _Client] = field(default_factory=dict)
    _open: int = 0
    _unlimited: list[IPv4Network | IPv6Network] = field(init=False)

    def __post_init__(self) -> None:
        self._unlimited = [ip_network(network, strict=False) for network in self.settings.unlimited_networks]

    def admit(self, address: str, now: float) -> bool:
        """May this client have one more connection? ``now`` in seconds of a clock that only goes forward."""
        if self._open >= self.settings.connections:
            return False
        if self._is_limited(address) and not self._admit_client(address, now):
            return False
        self._open += 1
        return True

    def release(self, address: str) -> None:
        self._open -= 1
        client = self._clients.get(client_of(address))
        if client is not None and client.open > 0:
            client.open -= 1

    def _is_limited(self, address: str) -> bool:
        if self.settings.protocol == "lmtp":
            return False
        parsed = _parse(address)
        return parsed is not None and not any(parsed in network for network in self._unlimited)

    def _admit_client(self, address: str, now: float) -> bool:
        if len(self._clients) > 10_000:
            self._forget_quiet(now)
        client = self._clients.setdefault(client_of(address), _Client(window_began=now))
        if now - client.window_began >= _MINUTE:
            client.window_began, client.opened_in_window = now, 0
        if client.open >= self.settings.connections_per_address:
            return False
        if client.opened_in_window >= self.settings.new_connections_per_minute and not _is_local(address):
            return False
        client.open += 1
        client.opened_in_window += 1
        return True

    def _forget_quiet(self, now: float) -> None:
        quiet = [
            key for key, client in self._clients.items() if not client.open and now - client.window_began > _MINUTE
        ]
        for key in quiet:
            del self._clients[key]


@dataclass(slots=True)
class DoorState:
    """What the sessions of one door share."""

    settings: SmtpDoorSettings
    reception: Reception
    committer: GroupCommit
    limits: ConnectionLimits
    tls: ssl.SSLContext | None = None
    sessions: set[Any] = field(default_factory=set)
    octets_in_flight: int = 0
    stopping: bool = False
    _space_checked: float = float("-inf")
    _has_space: bool = True

    def has_space(self) -> bool:
        """Is there room on the disk of the store? Looked up once a second at most."""
        if self.settings.watched_folder and time.monotonic() - self._space_checked > 1.0:
            self._space_checked = time.monotonic()
            self._has_space = shutil.disk_usage(self.settings.watched_folder).free >= self.settings.free_space
        return self._has_space


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """``"2001:db8::7"`` → ``"2001:db8::/64"``; an IPv4 address (mapped into IPv6 or not) as it is."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed) >> 64 << 64, 64)))
    return str(parsed) if parsed else ""


def _is_local(address: str) -> bool:
    parsed = _parse(address)
    return parsed is not None and parsed.is_loopback


@lru_cache(maxsize=4096)
def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed
