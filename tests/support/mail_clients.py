"""Terminal mail programs that answer the newest mail of a mailbox as their users do: neomutt, mutt and s-nail.

Each reads the mailbox by IMAP and sends by SMTP, both without TLS on 127.0.0.1. neomutt and mutt believe they have a
terminal: they get a pseudo-terminal of 24 lines. Debian packages: neomutt, mutt, s-nail.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.dovecot import PASSWORD
from tests.support.programs import require_program


@dataclass(frozen=True)
class Person:
    """Somebody with a mailbox and a way to send: ``imap_port`` and ``smtp_port`` are on 127.0.0.1."""

    address: str
    imap_port: int
    smtp_port: int
    name: str = "Anna Åberg"


_MUTTRC = """\
set imap_user="{person.address}" imap_pass="{password}" folder="imap://127.0.0.1:{person.imap_port}/" spoolfile="+INBOX"
set smtp_url="smtp://127.0.0.1:{person.smtp_port}/" ssl_starttls=no ssl_force_tls=no
set from="{person.address}" realname="{person.name}" use_from=yes use_envelope_from=yes hostname="{host}"
set editor="{editor}" fast_reply=yes include=yes attribution="{attribution}" charset=utf-8 send_charset="{charsets}"
set reply_to=yes abort_unmodified=no abort_nosubject=no recall=no copy=no delete=no move=no quit=yes wait_key=no beep=no
set imap_check_subscribed=no sort=date-received header_cache="" certificate_file="{home}/certificates"
"""
_EDITOR = """\
#!/bin/sh
{{ {pieces}; }} > "$1.new" && mv "$1.new" "$1"
"""


def reply_with_mutt(
    person: Person,
    words: str,
    *,
    program: str = "neomutt",
    to_all: bool = False,
    below: bool = False,
    attribution: str = "On %d, %n wrote:",
    charsets: str = "us-ascii:iso-8859-1:utf-8",
    timeout: float = 40.0,
) -> None:
    """Answer with ``words`` above the quotation (or ``below`` it). RuntimeError with the screen if it fails."""
    path = require_program(program, program)
    with tempfile.TemporaryDirectory(prefix="mailbot-mutt-") as folder:
        home = Path(folder)
        (home / "words").write_text(words, encoding="utf-8")
        own, quotation = f'cat "{home}/words"', 'cat "$1"'
        pieces = f"{quotation}; echo; {own}" if below else f"{own}; echo; {quotation}"
        (home / "editor").write_text(_EDITOR.format(pieces=pieces))
        (home / "editor").chmod(0o755)
        settings = _MUTTRC.format(
            person=person,
            password=PASSWORD,
            host=person.address.partition("@")[2],
            home=home,
            editor=home / "editor",
            attribution=attribution,
            charsets=charsets,
        )
        (home / "muttrc").write_text(settings, encoding="utf-8")
        keys = f"<last-entry>{'<group-reply>' if to_all else '<reply>'}<send-message><quit>"
        command = [path, "-n", "-F", str(home / "muttrc"), "-e", f'push "{keys}"']
        environment = {**os.environ, "HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
        _run_on_terminal(command, environment, timeout)


def reply_with_snail(person: Person, words: str, *, above: bool = False, timeout: float = 40.0) -> None:
    """Answer with ``words`` below the quotation, as s-nail does, to From; or ``above`` it, to Reply-To.

    It takes its commands from standard input, and asks nothing then.
    """
    path = require_program("s-nail", "s-nail")
    settings = (
        f"set v15-compat ttycharset=utf-8 sendcharsets=utf-8 sendwait hostname={person.address.partition('@')[2]}\n"
        f'set from="{person.name} <{person.address}>" indentprefix="> " fullnames\n'
        f"set mta=smtp://127.0.0.1:{person.smtp_port} smtp-auth=none {'reply-to-honour' if above else 'quote'}\n"
    )
    body = f"{words}\n\n~Q\n" if above else f"{words}\n"
    box = f"imap://{person.address.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{person.imap_port}/INBOX"
    with tempfile.TemporaryDirectory(prefix="mailbot-snail-") as home:
        (Path(home) / "mailrc").write_text(settings, encoding="utf-8")
        done = subprocess.run(
            [path, "-:/", "-R", "-#", "-S", "quiet", "-X", f"source {home}/mailrc"],
            input=f"file {box}\nreply $\n{body}~.\nxit\n",
            text=True,
            capture_output=True,
            timeout=timeout,
            env={**os.environ, "HOME": home, "LC_ALL": "C.UTF-8", "MAILRC": f"{home}/mailrc"},
            check=False,
        )
    if done.returncode or "message not sent" in done.stderr:  # it may end well although it failed
        raise RuntimeError(done.stdout + done.stderr)


def _run_on_terminal(command: list[str], environment: dict[str, str], timeout: float) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.execve(command[0], command, environment)
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    screen, ended = _watch(terminal, time.monotonic() + timeout)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        raise RuntimeError(f"{command[0]} ended with {status}: {screen[-2000:]!r}")


def _watch(terminal: int, deadline: float) -> tuple[bytes, bool]:
    """What the program drew until it ended; False if it was still at it when time ran out."""
    screen = b""
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            drawn = os.read(terminal, 65_536)
        except OSError:  # Linux says EIO when the other side is closed
            return screen, True
        if not drawn:
            return screen, True
        screen += drawn
    return screen, False
