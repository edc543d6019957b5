"""Mails accepted a second, and the whole way from SMTP in to the receipt at the next server.

    python bench/throughput.py accept   [--mails 2000] [--sessions 1,10,50] [--url URL] [--postfix]
    python bench/throughput.py way      [--mails 1000] [--sessions 10] [--url URL]
    python bench/throughput.py latency  [--mails 30] [--url URL]

``accept`` opens only the SMTP door; every mail is committed (synchronous=FULL) before its 250. With ``--postfix`` the
same load then goes to a Postfix of this machine, and the ratio is printed: absolute figures move with the machine.
``way`` runs the whole desk with Postfix's smtp-sink as next server, and ends when every receipt is relayed. ``latency``
sends mails one by one to an idle desk. The default URL is a new SQLite file; a PostgreSQL URL must name an empty
database.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.load import mails
from mailbot.app import Desk
from mailbot.settings import load_settings
from tests.support.ports import free_port, stop_program, wait_for_greeting

SETTINGS = """
[desk]
name = "Servicedesk"
addresses = ["support@desk.example"]
secret_file = "{folder}/secret.key"
[store]
url = "{url}"
[smtp]
port = 0
connections = 1000
connections_per_address = 1000
new_connections_per_minute = 1000000
[console]
on = false
[delivery]
mode = "smtp"
host = "127.0.0.1"
port = {sink}
tls = "none"
connections = 2
[intake]
workers = {workers}
[limits]
automatic_per_address_hour = 0
automatic_per_ticket_day = 0
unverified_per_domain_hour = 0
unverified_per_hour = 0
[log]
level = "warning"
"""


@contextmanager
def running_desk(
    folder: Path, url: str, sink: int, only: str = "", workers: int = 1
) -> Iterator[tuple[int, Desk, int]]:
    """The desk in a process of its own; its SMTP port, a desk to look into its store, and its process number."""
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.format(folder=folder, url=url, sink=sink, workers=workers))
    command = [sys.executable, "-m", "mailbot", "--settings", str(settings), "serve"]
    process = subprocess.Popen([*command, *(["--only", only] if only else [])], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = process.stdout.readline()
    found = re.search(r"smtp=127\.0\.0\.1:(\d+)", ready)
    assert found, f"the desk did not start: {ready}"
    try:
        yield int(found[1]), Desk(load_settings(settings, {})), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink: takes everything, keeps nothing."""
    port = free_port()
    process = subprocess.Popen(
        ["/usr/sbin/smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "512"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_greeting(port, b"220", process)
        yield port
    finally:
        stop_program(process)


def send_all(port: int, raws: list[bytes], sessions: int) -> float:
    """Hand in all mails over kept connections; seconds."""

    wires = [_on_the_wire(raw) for raw in raws]

    def send(share: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            _say(client, b"", b"220")
            _say(client, b"EHLO load.example\r\n", b"250")
            for wire in share:
                _say(client, b"MAIL FROM:<load@customer.example>\r\n", b"250")
                _say(client, b"RCPT TO:<support@desk.example>\r\n", b"250")
                _say(client, b"DATA\r\n", b"354")
                _say(client, wire, b"250")
            _say(client, b"QUIT\r\n", b"221")

    threads = [threading.Thread(target=send, args=(wires[n::sessions],)) for n in range(sessions)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _on_the_wire(raw: bytes) -> bytes:
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines).rstrip(b"\r\n") + b"\r\n.\r\n"


def _say(client: socket.socket, words: bytes, expected: bytes) -> None:
    """A client that costs little: what it uses of the machine, the desk does not have."""
    if words:
        client.sendall(words)
    reply = b""
    while not (reply.endswith(b"\r\n") and reply.rsplit(b"\r\n", 2)[-2][3:4] == b" "):
        piece = client.recv(4096)
        assert piece, "the desk closed the connection"
        reply += piece
    assert reply.startswith(expected), reply


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children so far: a figure that other work on the machine hardly moves."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for thread in Path(f"/proc/{pid}/task").iterdir():
        if thread.name != str(pid):
            children += (thread / "children").read_text().split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(cpu_seconds(int(c)) for c in children)


def smtp_source(port: int, count: int, sessions: int) -> float:
    """Postfix's own load generator: a connection a mail, 5,000 octets each; seconds."""
    began = time.perf_counter()
    subprocess.run(
        [
            "/usr/sbin/smtp-source",
            "-m",
            str(count),
            "-s",
            str(sessions),
            "-l",
            "5000",
            "-f",
            "load@customer.example",
            "-t",
            "support@desk.example",
            f"127.0.0.1:{port}",
        ],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def accept(count: int, sessions: list[int], url: str, with_postfix: bool) -> None:
    for number in sessions:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with running_desk(folder, url or f"sqlite:///{folder}/mailbot.db", 1, "smtp") as (port, desk, pid):
                idle = cpu_seconds(pid)
                seconds = smtp_source(port, count, number)
                cpu = (cpu_seconds(pid) - idle) / count * 1000
                with desk.open_office(reads_only=True) as office:
                    kept = sum(office.work.inbox.count_by_disposition().values())
        print(
            f"accept   {number:3d} sessions  mailbot {count / seconds:7.0f} mails/s  kept {kept} of {count}"
            f"  CPU {cpu:.2f} ms a mail",
            flush=True,
        )
        if with_postfix:
            from tests.support.postfix import Postfix

            with Postfix(domains=("desk.example",)) as postfix:
                theirs = smtp_source(postfix.port, count, number)
            print(
                f"         {number:3d} sessions  Postfix {count / theirs:7.0f} mails/s  ratio {theirs / seconds:.2f}",
                flush=True,
            )


def way(count: int, sessions: int, url: str, workers: int) -> None:
    raws = list(mails(count))
    with tempfile.TemporaryDirectory() as name, sink() as next_server:
        folder = Path(name)
        with running_desk(folder, url or f"sqlite:///{folder}/mailbot.db", next_server, workers=workers) as (
            port,
            desk,
            pid,
        ):
            send_all(port, list(mails(100, seed=99)), 10)
            _until_relayed(desk, 100)
            idle, began = cpu_seconds(pid), time.perf_counter()
            accepted = send_all(port, raws, sessions)
            _until_relayed(desk, count + 100)
            seconds, cpu = time.perf_counter() - began, (cpu_seconds(pid) - idle) / count * 1000
            with desk.open_office(reads_only=True) as office:
                tickets = sum(office.work.tickets.count_by_state().values())
    rates = f"accepted {count / accepted:.0f}/s  whole way {count / seconds:.0f}/s  CPU {cpu:.2f} ms a mail"
    print(f"way      {count} mails  {rates}  tickets {tickets - 100}", flush=True)


def latency(count: int, url: str) -> None:
    with tempfile.TemporaryDirectory() as name, sink() as next_server:
        folder = Path(name)
        with running_desk(folder, url or f"sqlite:///{folder}/mailbot.db", next_server) as (port, desk, _):
            send_all(port, list(mails(5, seed=99)), 1)
            _until_relayed(desk, 5)
            for raw in mails(count):
                send_all(port, [raw], 1)
                time.sleep(0.3)
            _until_relayed(desk, count + 5)
            with desk.open_office(reads_only=True) as office:
                arrived = {r.ticket: r.received_at for r in office.work.inbox.list_rows(limit=count)}
                left = {m.ticket: m.settled_at for m in office.work.outbox.list_rows(limit=10 * count)}
    waits = sorted((left[t] - arrived[t]).total_seconds() for t in arrived if t and left.get(t))
    print(f"latency  median {statistics.median(waits):.3f} s  longest {waits[-1]:.3f} s  of {len(waits)}")


def _until_relayed(desk: Desk, count: int) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        with desk.open_office(reads_only=True) as office:
            if office.work.outbox.count_by_status() == {"relayed": count}:
                return
        time.sleep(0.1)
    raise TimeoutError(f"not all of {count} receipts left")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["accept", "way", "latency"])
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--sessions", default="10")
    parser.add_argument("--url", default="")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postfix", action="store_true")
    arguments = parser.parse_args()
    sessions = [int(s) for s in arguments.sessions.split(",")]
    if arguments.what == "accept":
        accept(arguments.mails, sessions, arguments.url, arguments.postfix)
    elif arguments.what == "way":
        way(arguments.mails, sessions[0], arguments.url, arguments.workers)
    else:
        latency(min(arguments.mails, 60), arguments.url)


if __name__ == "__main__":
    main()
