"""A Postfix of one's own under a temporary folder, and its load tools. Debian package: postfix. The server needs root.

It takes mail from this machine on a free port, hands the mail for its domains to a server by LMTP, all else to one by
SMTP, and writes real bounces of what they refuse. It looks no name up. ``SmtpSink`` and ``send_load`` need no root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tests.support.ports import free_port, stop_program, wait_for_greeting
from tests.support.programs import missing, require_program

_DAEMONS = "/usr/lib/postfix/sbin"
_MAIN = """\
compatibility_level = 3.6
config_directory = {root}/etc
queue_directory = {root}/spool
data_directory = {root}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
maillog_file_permissions = 0644
myhostname = mx.{domains[0]}
myorigin = {domains[0]}
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
recipient_delimiter = +
virtual_mailbox_domains = {domain_list}
virtual_transport = {own}
default_transport = {foreign}
relay_transport = {foreign}
lmtp_destination_recipient_limit = {recipients_per_mail}
smtp_host_lookup = native
smtp_dns_support_level = disabled
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtputf8_enable = yes
append_dot_mydomain = no
biff = no
message_size_limit = 52428800
mailbox_size_limit = 0
in_flow_delay = 0
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
maximal_queue_lifetime = {lifetime}
bounce_queue_lifetime = {lifetime}
"""
# name, and whether it is private, unprivileged, chrooted, woken, limited in number; the command is the last column
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """``lmtp_port`` takes the mail for ``domains``, ``relay_port`` (SMTP) the rest; 0 discards.

    What cannot be delivered bounces after ``lifetime``.
    """

    def __init__(
        self,
        *,
        domains: tuple[str, ...] = ("desk.example",),
        lmtp_port: int = 0,
        relay_port: int = 0,
        lifetime: str = "10s",
        recipients_per_mail: int = 50,
    ) -> None:
        require_program("postfix", "postfix")
        if os.getuid() != 0:
            missing("Postfix can be started by root only")
        self.root, self.port = Path(tempfile.mkdtemp(prefix="mailbot-postfix-")), free_port()
        self.root.chmod(0o755)
        for folder in ("etc", "spool", "data"):
            (self.root / folder).mkdir()
        shutil.chown(self.root / "data", "postfix", "postfix")
        settings = _MAIN.format(
            root=self.root,
            daemons=_DAEMONS,
            domains=domains,
            domain_list=" ".join(domains),
            own=f"lmtp:inet:127.0.0.1:{lmtp_port}" if lmtp_port else "discard:",
            foreign=f"smtp:[127.0.0.1]:{relay_port}" if relay_port else "discard:",
            lifetime=lifetime,
            recipients_per_mail=recipients_per_mail,
        )
        (self.root / "etc" / "main.cf").write_text(settings)
        (self.root / "etc" / "master.cf").write_text(_SERVICES.format(port=self.port))

    def __enter__(self) -> Postfix:
        folder = str(self.root / "etc")
        subprocess.run(["/usr/sbin/postfix", "-c", folder, "check"], check=True, capture_output=True)
        # `postfix start` would leave a daemon behind; the master with -d stays our child
        self._program = subprocess.Popen(
            [f"{_DAEMONS}/master", "-c", folder, "-d"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MAIL_CONFIG": folder},
        )
        try:
            wait_for_greeting(self.port, b"220", self._program)
        except RuntimeError as trouble:
            raise RuntimeError(f"{trouble}\n{self.log()}") from trouble
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop_program(self._program)
        shutil.rmtree(self.root, ignore_errors=True)

    def log(self) -> str:
        path = self.root / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def queue(self) -> str:
        """What waits in the queue, as postqueue prints it."""
        command = ["/usr/sbin/postqueue", "-c", str(self.root / "etc"), "-p"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


class SmtpSink:
    """Takes every mail, or refuses by ``arguments`` of smtp-sink(1): ("-r", "RCPT") 4yz, ("-f", "DATA") 5yz.

    With ``keeps`` each mail is a file; ``mails()`` gives their octets as smtp-sink wrote them (its own lines first).
    """

    def __init__(self, *arguments: str, keeps: bool = False) -> None:
        self.port, self.root = free_port(), Path(tempfile.mkdtemp(prefix="mailbot-sink-"))
        self.root.chmod(0o777)
        self._command = [require_program("smtp-sink", "postfix"), *arguments]
        if os.getuid() == 0:
            self._command += ["-u", "nobody"]
        if keeps:
            self._command += ["-d", "%Y%m%d%H%M%S."]

    def __enter__(self) -> SmtpSink:
        self._program = subprocess.Popen(
            [*self._command, f"127.0.0.1:{self.port}", "256"],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_greeting(self.port, b"220", self._program)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop_program(self._program)
        shutil.rmtree(self.root, ignore_errors=True)

    def mails(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.root.iterdir())]


def send_load(
    port: int,
    *,
    mails: int,
    sessions: int,
    octets: int = 5_000,
    to: str = "help@desk.example",
    more: Sequence[str] = (),
) -> float:
    """Send ``mails`` over ``sessions`` connections at a time by smtp-source(1), ``more`` its options; the seconds."""
    command = [require_program("smtp-source", "postfix"), "-m", str(mails), "-s", str(sessions), "-l", str(octets)]
    began = time.monotonic()
    subprocess.run(
        [*command, "-f", "load@customer.example", "-t", to, "-S", "load", *more, f"127.0.0.1:{port}"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    return time.monotonic() - began
