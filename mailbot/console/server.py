"""The console's door: uvicorn in a thread of its own, on a port that is open before ``start`` returns."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import uvicorn

from mailbot.console.app import make_console
from mailbot.console.room import ConsoleRoom

PATIENCE = 15.0


class ConsoleDoor:
    """``proxies`` are the addresses whose X-Forwarded-For and -Proto are believed."""

    def __init__(self, room: ConsoleRoom, host: str, port: int, proxies: tuple[str, ...] = ()) -> None:
        self._host, self._port = host, port
        self._server = uvicorn.Server(
            uvicorn.Config(
                make_console(room),
                log_config=None,
                access_log=False,
                log_level="warning",
                server_header=False,
                lifespan="off",
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                limit_concurrency=200,
                timeout_graceful_shutdown=5,
            )
        )
        self._thread: threading.Thread | None = None

    def start(self) -> int:
        """Open the door; the port it has. Raises OSError where it cannot be opened."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # The protocol is named because asyncio looks at it: only then does it turn Nagle's algorithm off, which costs
        # 40 ms a page, as header and body are written one after the other.
        opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((self._host, self._port))
        except OSError:
            opened.close()
            raise
        self._thread = threading.Thread(target=self._server.run, args=([opened],), name="console", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise OSError("the console did not start")
            time.sleep(0.01)
        return int(opened.getsockname()[1])

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread:
            with contextlib.suppress(RuntimeError):
                self._thread.join(timeout=10)
