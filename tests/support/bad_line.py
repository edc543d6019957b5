"""A line to a server that can fail: a TCP relay that freezes without a word, cuts, or cuts after so many octets."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType


class BadLine:
    """Connect to ``port`` and you talk to ``target`` on 127.0.0.1, until something is set.

    ``frozen``: nothing passes any more, and nobody is told (a firewall that forgot). ``cut_after``: each new connection
    ends when so many octets came from the server.
    """

    def __init__(self, target: int) -> None:
        self.target, self.frozen, self.cut_after = target, False, 0
        self.connections = 0
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> BadLine:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _close(self._listener)
        self.cut()

    def cut(self) -> None:
        """End every connection there is; new ones are let through again."""
        ends, self._ends = self._ends, []
        for end in ends:
            _close(end)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self.target))
            self._ends += [near, far]
            threading.Thread(target=self._pass, args=(near, far, 0), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, self.cut_after), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, limit: int) -> None:
        frozen_before, passed = self.frozen, 0
        try:
            while piece := source.recv(65_536):
                if self.frozen and not frozen_before:
                    continue
                if limit and passed + len(piece) >= limit:
                    sink.sendall(piece[: limit - passed])
                    break
                sink.sendall(piece)
                passed += len(piece)
        except OSError:
            pass
        _close(sink)
        _close(source)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
