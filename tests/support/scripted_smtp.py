"""An SMTP server that answers by script: any reply at any phase, silence, a dropped connection, TLS of any kind.

    with ScriptedSmtp({"RCPT": ["250 ok", "550 5.1.1 nobody"], "DOT": [DROP]}) as server:
        ...
    server.mails, server.commands, server.connections

A phase is GREETING, a command's first word, or DOT. The n-th time a phase is reached it gets the n-th answer; after the
last one, the usual answer. Content is kept as it came in (dots unstuffed), also where the answer to it is trouble.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DROP = "drop"
SILENCE = "silence"
USUAL = {"GREETING": "220 sink.example", "STARTTLS": "220 go ahead", "DATA": "354 go on", "QUIT": "221 bye"}


@dataclass(frozen=True)
class SunkMail:
    reverse_path: str
    recipients: tuple[str, ...]
    content: bytes
    parameters: str = ""


class ScriptedSmtp:
    """``features`` are the lines of the EHLO reply. ``context`` makes it speak TLS: at once, or after STARTTLS if that
    is among the features. Each connection has its thread; leaving the context ends them all."""

    def __init__(
        self,
        script: Mapping[str, Sequence[str]] | None = None,
        features: Sequence[str] = ("8BITMIME",),
        context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.features = tuple(features)
        self.context = context
        self.mails: list[SunkMail] = []
        self.commands: list[str] = []
        self.connections = 0
        self._answers = {phase: list(answers) for phase, answers in (script or {}).items()}
        self._reached: dict[str, int] = defaultdict(int)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._listener = socket.create_server((host, 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> ScriptedSmtp:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            self._start(self._converse, sock)

    def _converse(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            if self.context is not None and not self._offers("STARTTLS"):
                sock = self._wrap(sock)
            _Session(self, sock).run()
        with contextlib.suppress(OSError):
            sock.close()

    def _wrap(self, sock: socket.socket) -> socket.socket:
        assert self.context is not None
        wrapped = self.context.wrap_socket(sock, server_side=True)
        self._open.append(wrapped)
        return wrapped

    def _offers(self, feature: str) -> bool:
        return any(line.split()[0] == feature for line in self.features)

    def answer(self, phase: str) -> str:
        with self._lock:
            position = self._reached[phase]
            self._reached[phase] += 1
        answers = self._answers.get(phase, [])
        return answers[position] if position < len(answers) else self._usual(phase)

    def _usual(self, phase: str) -> str:
        if phase == "EHLO":
            lines = ("sink.example", *self.features)
            return "\r\n".join(f"250{'-' if n < len(lines) - 1 else ' '}{line}" for n, line in enumerate(lines))
        return USUAL.get(phase, "250 ok")


class _Session:
    def __init__(self, server: ScriptedSmtp, sock: socket.socket) -> None:
        self.server, self.sock, self.reader = server, sock, sock.makefile("rb")
        self.reverse_path, self.parameters = "", ""
        self.recipients: list[str] = []

    def run(self) -> None:
        self._say("GREETING")
        while line := self.reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.server.commands.append(text)
            word = text.partition(" ")[0].upper()
            answer = self._say(word)
            self._note(word, text, answer)
            if word == "QUIT":
                return

    def _note(self, word: str, text: str, answer: str) -> None:
        path = text.partition("<")[2].partition(">")[0]
        if word == "MAIL":
            self.reverse_path, self.parameters, self.recipients = path, text.partition("> ")[2], []
        elif word == "RCPT" and answer.startswith("250"):
            self.recipients.append(path)
        elif word == "STARTTLS" and answer.startswith("220"):
            self.sock = self.server._wrap(self.sock)
            self.reader = self.sock.makefile("rb")
        elif word == "DATA" and answer.startswith("354"):
            self._content()

    def _content(self) -> None:
        lines: list[bytes] = []
        while (line := self.reader.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines.append(line[1:] if line.startswith(b".") else line)
        mail = SunkMail(self.reverse_path, tuple(self.recipients), b"".join(lines), self.parameters)
        self.server.mails.append(mail)
        self._say("DOT")

    def _say(self, phase: str) -> str:
        answer = self.server.answer(phase)
        if answer == DROP:
            raise EOFError
        if answer == SILENCE:
            self.server._stop.wait(30)
            raise EOFError
        self.sock.sendall(answer.encode() + b"\r\n")
        return answer
