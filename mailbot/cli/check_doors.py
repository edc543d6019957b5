"""What ``mailbot check`` finds out about the doors that mail is brought to."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailbot.app import Desk

# Only the greeting is read.
_PATIENCE = 5.0


def try_smtp_door(desk: Desk) -> str:
    """Raises ValueError or OSError where the door could not be opened, or its certificate cannot be used."""
    from mailbot.channels.smtp_door import make_tls_context
    from mailbot.doors import smtp_door_settings

    settings = smtp_door_settings(desk.settings)
    try:
        context = make_tls_context(settings)
    except OSError as error:
        raise ValueError(error.strerror) from None
    protection = "with STARTTLS" if context else "without STARTTLS: no certificate is set"
    return f"{_try_place(settings.host, settings.port)}, {protection}"


def try_lmtp_door(desk: Desk) -> str:
    """The same for LMTP, on its port or its socket."""
    lmtp = desk.settings.lmtp
    return _try_socket(lmtp.socket) if lmtp.socket else _try_place(lmtp.host, lmtp.port)


def _try_place(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if port and _greets(family, (host, port)):
                return f"{host}:{port} is open: a desk is running"
            raise ValueError(f"{host}:{port} cannot be opened: {error.strerror}") from None
    return f"{host}:{port} can be opened"


def _try_socket(path: str) -> str:
    if _greets(socket.AF_UNIX, path):
        return f"{path} is open: a desk is running"
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise ValueError(f"{path} cannot be opened: there is no folder {folder}")
    return f"{path} can be opened"


def _greets(family: socket.AddressFamily, where: str | tuple[str, int]) -> bool:
    with socket.socket(family) as guest:
        guest.settimeout(_PATIENCE)
        try:
            guest.connect(where)
            return guest.recv(4).startswith(b"220")
        except OSError:
            return False
