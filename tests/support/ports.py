"""Free ports, waiting until a server answers, and ending a program by the process that we hold."""

from __future__ import annotations

import socket
import subprocess
import time


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses now. For programs that cannot be told to pick one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_greeting(port: int, greeting: bytes, program: subprocess.Popen[bytes], timeout: float = 20.0) -> None:
    """Return when the server on 127.0.0.1 has said ``greeting``; RuntimeError if its program ended or time ran out."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if program.poll() is not None:
            raise RuntimeError(f"the server ended with status {program.returncode} before it answered on {port}")
        if _greets(port, greeting):
            return
        time.sleep(0.01)
    raise RuntimeError(f"no {greeting!r} on port {port} within {timeout} s")


def _greets(port: int, greeting: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as connection:
            connection.settimeout(5.0)
            return connection.recv(512).startswith(greeting)
    except OSError:
        return False


def stop_program(program: subprocess.Popen[bytes], timeout: float = 10.0) -> None:
    """SIGTERM, and SIGKILL to one that does not obey in time."""
    if program.poll() is not None:
        return
    program.terminate()
    try:
        program.wait(timeout)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
