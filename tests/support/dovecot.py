"""A Dovecot of one's own: IMAP (plain, STARTTLS, TLS) and LMTP on free ports, ended by its own process group.

Any user name exists and has the password ``secret``. Runs as root (then the mail belongs to the user ``mail``) or as an
ordinary user, and speaks the configuration languages of Dovecot 2.3 (Debian 12) and 2.4 (Debian 13).
Debian packages: dovecot-imapd dovecot-lmtpd.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests.support.dovecot_settings import Accounts, write_settings
from tests.support.ports import free_port, wait_for_greeting
from tests.support.programs import require_program
from tests.support.tls import Certificate

PASSWORD = "secret"


class Dovecot:
    """``capability`` replaces what the server says it can do: how to test for one without IDLE, MOVE or UIDPLUS.

    ``quota`` ("10k") limits each mailbox, so that a COPY into it can fail.
    """

    def __init__(
        self,
        *,
        certificate: Certificate | None = None,
        introspection_url: str = "",
        capability: str = "",
        quota: str = "",
    ) -> None:
        self._program_path = require_program("dovecot", "dovecot-imapd dovecot-lmtpd")
        self.certificate, self.introspection_url = certificate, introspection_url
        self.capability, self.quota = capability, quota
        # not pytest's folder: that is closed to the users that Dovecot's helpers run as
        self.root = Path(tempfile.mkdtemp(prefix="mailbot-dovecot-"))
        self.root.chmod(0o755)
        self.imap_port, self.lmtp_port = free_port(), free_port()
        self.imaps_port = free_port() if certificate else 0
        self.accounts = _choose_accounts()

    def __enter__(self) -> Dovecot:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def settings_path(self) -> Path:
        return self.root / "dovecot.conf"

    def start(self) -> None:
        """Start, or start again on the same ports with the same mail."""
        (self.root / "mail").mkdir(exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.root / "mail", self.accounts.mail_user, self.accounts.mail_group)
        version = subprocess.run([self._program_path, "--version"], capture_output=True, text=True, check=True).stdout
        write_settings(self, newer=tuple(int(part) for part in version.split()[0].split(".")[:2]) >= (2, 4))
        with (self.root / "stderr.log").open("wb") as errors:
            self._program = subprocess.Popen(
                [self._program_path, "-F", "-c", str(self.settings_path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        try:
            wait_for_greeting(self.imap_port, b"* OK", self._program)
        except RuntimeError as trouble:
            self.stop()
            raise RuntimeError(f"{trouble}\n{(self.root / 'stderr.log').read_text()}\n{self.log()}") from trouble

    def stop(self) -> None:
        """End it with its children at once: SIGTERM would wait for seconds until the last client has gone."""
        if self._program.poll() is None:
            os.killpg(self._program.pid, signal.SIGKILL)
            self._program.wait()

    def log(self) -> str:
        path = self.root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # --- mail in and out by the back door

    def deliver(self, mailbox: str, *raws: bytes, sender: str = "anna@customer.example") -> None:
        """By LMTP, as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as connection:
            for raw in raws:
                connection.sendmail(sender, [mailbox], raw)

    def files(self, mailbox: str, folder: str = "") -> list[Path]:
        """The Maildir files of a folder ("" is INBOX): flags stand behind ``:2,`` in their names."""
        maildir = self.root / "mail" / mailbox / "Maildir" / (f".{folder}" if folder else "")
        return sorted([*maildir.glob("new/*"), *maildir.glob("cur/*")])

    def doveadm(self, *arguments: str) -> str:
        command = [require_program("doveadm", "dovecot-core"), "-c", str(self.settings_path), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"doveadm {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def reset_uidvalidity(self, mailbox: str, folder: str = "INBOX") -> int:
        """What a restored or moved mailbox does to its clients."""
        new = int(time.time()) + 1000
        self.doveadm("mailbox", "update", "-u", mailbox, "--uid-validity", str(new), folder)
        return new


def _choose_accounts() -> Accounts:
    if os.getuid() == 0:
        return Accounts("dovecot", "dovecot", "dovenull", "mail", "mail")
    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    return Accounts(user, group, user, user, group)
