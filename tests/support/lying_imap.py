"""An IMAP server that does what a test tells it to, in this process: honest until it has a ``lie`` for a command.

``lies["UID FETCH"] = function`` is called with (connection, tag, arguments) in place of the honest answer; it may call
``connection.honestly(tag, command, arguments)``. ``commands`` are the lines that clients sent, without their tags.
Knows just what mailbot needs; one folder INBOX, and folders that MOVE, COPY and CREATE make.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from types import TracebackType

Lie = Callable[["Connection", str, str], None]
CAPABILITIES = "IMAP4rev1 IDLE MOVE UIDPLUS"


class LyingImap:
    """``mails`` is UID → octets. ``add`` announces to those that idle."""

    def __init__(self, capabilities: str = CAPABILITIES) -> None:
        self.capabilities, self.uidvalidity = capabilities, 1700000000
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.folders: dict[str, list[bytes]] = {"Processed": []}
        self.lies: dict[str, Lie] = {}
        self.commands: list[str] = []
        self.fetched_octets = self.logins = 0
        self.connections: set[Connection] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> LyingImap:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self.connections):
            connection.cut()

    def add(self, raw: bytes, uid: int | None = None) -> int:
        uid = max(self.mails, default=0) + 1 if uid is None else uid
        self.mails[uid] = raw
        for connection in list(self.connections):
            connection.announce()
        return uid

    def uids(self) -> list[int]:
        return sorted(self.mails)

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=Connection(self, accepted).serve, daemon=True).start()


class Connection:
    def __init__(self, server: LyingImap, accepted: socket.socket) -> None:
        self.server, self.socket, self.idling, self.told = server, accepted, "", 0
        self._lines = accepted.makefile("rb")
        self._lock = threading.Lock()

    def serve(self) -> None:
        self.server.connections.add(self)
        try:
            self.send("* OK ready")
            while self._answer(self._lines.readline()):
                pass
        except OSError:
            pass
        finally:
            self.server.connections.discard(self)
            self.cut()

    def send(self, text: str, literal: bytes | None = None, after: str = "") -> None:
        octets = text.encode("latin-1")
        if literal is not None:
            octets += b" {%d}\r\n" % len(literal) + literal + after.encode("latin-1")
        with self._lock:
            self.socket.sendall(octets + b"\r\n")

    def send_raw(self, octets: bytes) -> None:
        with self._lock:
            self.socket.sendall(octets)

    def read_line(self) -> bytes:
        return self._lines.readline()

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def announce(self) -> None:
        if self.idling:
            with contextlib.suppress(OSError):
                self._tell()

    def _answer(self, line: bytes) -> bool:
        if not line:
            return False
        text = line.decode("latin-1").rstrip("\r\n")
        if self.idling:  # DONE
            tag, self.idling = self.idling, ""
            self.send(f"{tag} OK idle done")
            return True
        tag, _, command = text.partition(" ")
        self.server.commands.append(command)
        word = " ".join(command.upper().split(" ")[: 2 if command.upper().startswith("UID ") else 1])
        arguments = command[len(word) :].strip()
        lie = self.server.lies.get(word)
        if lie is not None:
            lie(self, tag, arguments)
            return True
        return self.honestly(tag, word, arguments)

    def honestly(self, tag: str, word: str, arguments: str) -> bool:
        """The true answer; False where the connection is over."""
        answer = getattr(self, "_on_" + word.lower().replace(" ", "_"), None)
        if answer is None:
            self.send(f"{tag} BAD unknown")
            return True
        answer(tag, arguments)
        return word != "LOGOUT"

    def _on_capability(self, tag: str, _: str) -> None:
        self.send(f"* CAPABILITY {self.server.capabilities}")
        self.send(f"{tag} OK done")

    def _on_login(self, tag: str, _: str) -> None:
        self.server.logins += 1
        self.send(f"{tag} OK [CAPABILITY {self.server.capabilities}] in")

    def _on_logout(self, tag: str, _: str) -> None:
        self.send("* BYE")
        self.send(f"{tag} OK out")

    def _tell(self) -> None:
        self.told = len(self.server.mails)
        self.send(f"* {self.told} EXISTS")

    def _on_noop(self, tag: str, _: str) -> None:
        self._tell()
        self.send(f"{tag} OK done")

    def _on_select(self, tag: str, _: str) -> None:
        self._tell()
        self.send("* 0 RECENT")
        self.send("* FLAGS (\\Seen \\Deleted)")
        self.send("* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] kept")
        self.send(f"* OK [UIDVALIDITY {self.server.uidvalidity}] valid")
        self.send(f"* OK [UIDNEXT {max(self.server.mails, default=0) + 1}] next")
        self.send(f"{tag} OK [READ-WRITE] selected")

    _on_examine = _on_select

    def _on_uid_search(self, tag: str, arguments: str) -> None:
        wanted = self._select_uids(arguments.partition("UID ")[2]) if "UID " in arguments else self.server.uids()
        self.send("* SEARCH" + "".join(f" {uid}" for uid in wanted))
        self.send(f"{tag} OK done")

    def _select_uids(self, ranges: str) -> list[int]:
        """Of a message set; ``*`` is the highest UID, and a range may be written backwards (RFC 9051, 9)."""
        wanted: set[int] = set()
        for part in ranges.split(","):
            ends = [max(self.server.mails, default=0) if end == "*" else int(end) for end in part.split(":")]
            wanted.update(uid for uid in self.server.mails if min(ends) <= uid <= max(ends))
        return sorted(wanted)

    def _on_uid_fetch(self, tag: str, arguments: str) -> None:
        ranges, _, items = arguments.partition(" ")
        for uid in self._select_uids(ranges):
            self.fetch_one(uid, items)
        self.send(f"{tag} OK done")

    def fetch_one(self, uid: int, items: str) -> None:
        raw, number = self.server.mails[uid], self.server.uids().index(uid) + 1
        if "RFC822.SIZE" in items:
            self.send(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        elif "INTERNALDATE" in items:
            self.send(f'* {number} FETCH (UID {uid} INTERNALDATE "22-Nov-2026 07:00:00 +0100")')
        else:
            header = "HEADER" in items
            name = re.sub(r"\.PEEK|<0\.\d+>", "", items.strip("()")) + ("<0>" if header else "")
            octets = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if header else raw
            self.server.fetched_octets += len(octets)
            self.send(f"* {number} FETCH (UID {uid} {name}", octets, ")")

    def _on_uid_store(self, tag: str, arguments: str) -> None:
        ranges, _, rest = arguments.partition(" ")
        for uid in self._select_uids(ranges):
            self.server.flags.setdefault(uid, set()).update(rest[rest.index("(") + 1 : -1].split())
        self.send(f"{tag} OK done")

    def _on_uid_copy(self, tag: str, arguments: str) -> None:
        ranges, _, folder = arguments.partition(" ")
        if folder.strip('"') not in self.server.folders:
            return self.send(f"{tag} NO [TRYCREATE] no such folder")
        self.server.folders[folder.strip('"')] += [self.server.mails[uid] for uid in self._select_uids(ranges)]
        self.send(f"{tag} OK copied")

    def _on_uid_move(self, tag: str, arguments: str) -> None:
        ranges, _, folder = arguments.partition(" ")
        if folder.strip('"') not in self.server.folders:
            return self.send(f"{tag} NO [TRYCREATE] no such folder")
        for uid in self._select_uids(ranges):
            self.server.folders[folder.strip('"')].append(self.server.mails.pop(uid))
        self.send(f"{tag} OK moved")

    def _on_uid_expunge(self, tag: str, arguments: str) -> None:
        for uid in self._select_uids(arguments):
            if "\\Deleted" in self.server.flags.get(uid, ()):
                del self.server.mails[uid]
        self.send(f"{tag} OK gone")

    def _on_create(self, tag: str, arguments: str) -> None:
        self.server.folders[arguments.strip('"')] = []
        self.send(f"{tag} OK created")

    def _on_idle(self, tag: str, _: str) -> None:
        self.send("+ idling")
        self.idling = tag
        if self.told != len(self.server.mails):
            self._tell()
