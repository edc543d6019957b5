"""Thunderbird without a screen, answering a mail as most people would: in HTML, above the quotation.

Driven over Marionette, the remote protocol of the Mozilla programs: JSON arrays with their length in front, over TCP.
Debian packages: thunderbird, and thunderbird-l10n-sv-se for Swedish. Since version 138 the window of the program itself
may be scripted with --remote-allow-system-access only; and a login at start would open a dialog that blocks everything.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.dovecot import PASSWORD
from tests.support.mail_clients import Person
from tests.support.ports import free_port
from tests.support.programs import require_program

_SCRIPT = Path(__file__).with_name("thunderbird_reply.js")
_PATIENCE = 90.0
_STARTS = 3
_STUCK = "no window to write in"  # one start in five, on a busy machine


class Thunderbird:
    """One person's program with a fresh profile; a context manager. ``locale`` is "en-US" or "sv-SE"."""

    def __init__(
        self,
        person: Person,
        *,
        locale: str = "en-US",
        html: bool = True,
        above: bool = True,
        more: dict[str, Any] | None = None,
    ) -> None:
        self._path = require_program("thunderbird", "thunderbird")
        self._port = free_port()
        self.profile = Path(tempfile.mkdtemp(prefix="mailbot-thunderbird-"))
        preferences = {**_account(person), **_quiet(), "marionette.port": self._port, "intl.locale.requested": locale}
        preferences |= {"mail.identity.id1.compose_html": html, "mail.identity.id1.reply_on_top": int(above)}
        preferences |= {"mail.default_send_format": 3 if html else 1, **(more or {})}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
        (self.profile / "user.js").write_text("".join(lines), encoding="utf-8")

    def __enter__(self) -> Thunderbird:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def reply(self, html: str, subject: str = "") -> None:
        """Answer the newest mail (with ``subject`` in its subject) with ``html``; back when it is sent."""
        arguments = {
            "script": _SCRIPT.read_text(encoding="utf-8"),
            "args": [PASSWORD, html, subject],
            "newSandbox": True,
        }
        for _ in range(_STARTS):
            outcome = self._call("WebDriver:ExecuteAsyncScript", arguments)["value"]
            if outcome == "sent":
                return
            if outcome != _STUCK:
                break
            self._begin_anew()
        raise RuntimeError(f"thunderbird: {outcome}")

    def _begin_anew(self) -> None:
        """A fresh profile and a fresh start: what was stuck in the old one stays stuck."""
        self._connection.close()
        self._end_program()
        for path in self.profile.iterdir():
            if path.name != "user.js":
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        self._start()

    def close(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self._connection.close()
        if getattr(self, "_program", None) is not None:
            self._end_program()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _end_program(self) -> None:
        """The wrapper and its children are one process group of ours."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._program.pid, sign)
                self._program.wait(10)
                return
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

    def _start(self) -> None:
        environment = {**os.environ, "HOME": str(self.profile), "MOZ_HEADLESS": "1", "LC_ALL": "C.UTF-8"}
        options = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
        with (self.profile / "output.log").open("wb") as output:
            self._program = subprocess.Popen(
                [self._path, *options, "--profile", str(self.profile)],
                env={**environment, "MOZ_DISABLE_AUTO_SAFE_MODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._connection = self._connect()
        self._connection.settimeout(_PATIENCE)
        self._hear()
        self._calls = 0
        self._call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self._call("Marionette:SetContext", {"value": "chrome"})
        self._call("WebDriver:SetTimeouts", {"script": int(_PATIENCE * 900)})

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and self._program.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self._port), 2.0)
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.profile / "output.log").read_text(errors="replace")[-2000:])

    def _call(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._calls += 1
        message = json.dumps([0, self._calls, name, parameters]).encode()
        self._connection.sendall(b"%d:" % len(message) + message)
        _, _, error, result = self._hear()
        if error:
            raise RuntimeError(f"thunderbird: {name}: {error}")
        answer: dict[str, Any] = result
        return answer

    def _hear(self) -> Any:
        digits = b""
        while (digit := self._receive(1)) != b":":
            digits += digit
        return json.loads(self._receive(int(digits)))

    def _receive(self, count: int) -> bytes:
        octets = b""
        while len(octets) < count:
            piece = self._connection.recv(count - len(octets))
            if not piece:
                raise RuntimeError("thunderbird closed the connection")
            octets += piece
        return octets


def _account(person: Person) -> dict[str, Any]:
    server, sender = "mail.server.server1", "mail.smtpserver.smtp1"
    return {
        "mail.accountmanager.accounts": "account1",
        "mail.accountmanager.defaultaccount": "account1",
        "mail.account.account1.identities": "id1",
        "mail.account.account1.server": "server1",
        "mail.identity.id1.fullName": person.name,
        "mail.identity.id1.useremail": person.address,
        "mail.identity.id1.smtpServer": "smtp1",
        "mail.identity.id1.valid": True,
        "mail.identity.id1.fcc": False,
        f"{server}.type": "imap",
        f"{server}.hostname": "127.0.0.1",
        f"{server}.port": person.imap_port,
        f"{server}.userName": person.address,
        f"{server}.name": person.address,
        f"{server}.socketType": 0,
        f"{server}.authMethod": 3,
        f"{server}.login_at_startup": False,
        f"{server}.check_new_mail": False,
        "mail.smtpservers": "smtp1",
        "mail.smtp.defaultserver": "smtp1",
        f"{sender}.hostname": "127.0.0.1",
        f"{sender}.port": person.smtp_port,
        f"{sender}.authMethod": 1,
        f"{sender}.try_ssl": 0,
    }


def _quiet() -> dict[str, Any]:
    """No first-run pages, no questions, no calls home."""
    off = (
        "mail.provider.enabled",
        "mail.shell.checkDefaultClient",
        "mail.warn_on_send_accel_key",
        "mailnews.start_page.enabled",
        "app.update.enabled",
        "datareporting.policy.dataSubmissionEnabled",
        "extensions.update.enabled",
        "network.captive-portal-service.enabled",
        "network.connectivity-service.enabled",
        "remote.prefs.recommended",
    )
    on = (
        "mail.spotlight.firstRunDone",
        "mail.winsearch.firstRunDone",
        "datareporting.policy.dataSubmissionPolicyBypassNotification",
    )
    versions = {"mail.rights.version": 1, "app.donation.eoy.version.viewed": 999, "mailnews.default_sort_order": 2}
    return {**dict.fromkeys(off, False), **dict.fromkeys(on, True), **versions}
