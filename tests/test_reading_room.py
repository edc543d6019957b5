"""The room keeps its bounds with real child processes: what is stopped is named, what stands beside it is read."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.parsers.message import read_message
from mailbot.reading_room import ReadingRoom, RoomError, Unread

MAIL = b"From: ann@customer.example\nSubject: printer\n\nIt is on fire.\n"


def obey(order: bytes) -> object:
    """The job of these tests: does what the bytes say."""
    word, _, argument = order.decode().partition(" ")
    if word == "spin":
        while True:
            pass
    if word == "sleep":
        threading.Event().wait()
    if word == "grow":
        return len(bytearray(int(argument)))
    if word == "signal":
        os.kill(os.getpid(), int(argument))
    if word == "once":  # dies at the first call, works at the second: a kill from outside
        if not Path(argument).exists():
            Path(argument).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "second"
    if word == "meet":  # ends when two workers have come to the folder
        Path(argument, str(os.getpid())).touch()
        while len(list(Path(argument).iterdir())) < 2:
            time.sleep(0.01)
        return os.getpid()
    if word == "fail":
        raise LookupError(argument)
    if word == "print":
        print(argument, flush=True)
    if word == "exit":
        os._exit(3)
    return os.getpid() if word == "pid" else argument


def prepare() -> None:
    os.environ["PREPARED"] = str(sum(range(3_000_000)))


def ask_prepared() -> str | None:
    return os.environ.get("PREPARED")


@pytest.fixture
def room() -> Iterator[ReadingRoom[object]]:
    with ReadingRoom(obey, seconds=0.2, megabytes=64) as room:
        yield room


def test_room_returns_what_the_job_returns() -> None:
    with ReadingRoom(read_message) as room:
        assert room.read(MAIL) == read_message(MAIL)


def test_mail_that_needs_more_memory_than_there_is_still_gives_its_header() -> None:
    with ReadingRoom(read_message, megabytes=20) as room:
        mail = room.read(b"Subject: dear\nFrom: ann@customer.example\n\n" + b"word\n" * 6_000_000)
    assert not isinstance(mail, Unread)
    assert (mail.subject, mail.text, mail.fully_read) == ("dear", "", False)
    assert mail.defects == ("could not be read in full",)


def test_room_reads_many_in_order(room: ReadingRoom[object]) -> None:
    assert room.read_many([(f"say {number}".encode(),) for number in range(200)]) == [str(n) for n in range(200)]


def test_room_reads_nothing_without_a_worker(room: ReadingRoom[object]) -> None:
    assert room.read_many([]) == []


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (b"spin", "reading took over 0.2 s of processor time"),
        (b"sleep", "reading took over 2 s"),
        (b"grow 100000000", "reading took over 64 MB"),
        (b"fail nowhere", "reading failed: LookupError: nowhere"),
        (b"exit", "the reader ended with code 3"),
        (b"signal 11", "the reader ended with code -11"),
        (b"signal 9", "the reader ended with code -9"),
    ],
)
def test_room_blames_only_the_mail_that_was_stopped(room: ReadingRoom[object], order: bytes, reason: str) -> None:
    jobs = [(b"say a",), (b"say b",), (order,), (b"say c",), (b"say d",)]
    assert room.read_many(jobs) == ["a", "b", Unread(reason), "c", "d"]


def test_room_reads_again_after_a_kill_from_outside(room: ReadingRoom[object], tmp_path: Path) -> None:
    jobs = [(b"say a",), (f"once {tmp_path / 'flag'}".encode(),), (b"say b",)]
    assert room.read_many(jobs) == ["a", "second", "b"]


def test_room_lets_each_mail_grow_anew(room: ReadingRoom[object]) -> None:
    jobs = [(b"grow 40000000",)] * 5
    assert room.read_many(jobs) == [40_000_000] * 5


def test_room_carries_a_mail_larger_than_any_pipe(room: ReadingRoom[object]) -> None:
    text = "x" * 5_000_000
    assert room.read_many([(f"say {text}".encode(),)] * 3) == [text] * 3


def test_room_is_not_disturbed_by_what_a_job_prints(room: ReadingRoom[object]) -> None:
    assert room.read(b"print hello") == "hello"


def test_room_serves_threads_with_several_workers() -> None:
    with ReadingRoom(obey, workers=3) as room:
        answers: list[object] = [None] * 8

        def read(number: int) -> None:
            answers[number] = room.read_many([(f"say {number}.{each}".encode(),) for each in range(20)])

        threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [[f"{number}.{each}" for each in range(20)] for number in range(8)]


def test_several_workers_share_one_batch_and_keep_its_order(tmp_path: Path) -> None:
    with ReadingRoom(obey, workers=2) as room, ReadingRoom(ask_prepared, workers=2) as silent:
        assert room.read_many([(f"say {each}".encode(),) for each in range(23)]) == [str(each) for each in range(23)]
        assert len(set(room.read_many([(f"meet {tmp_path}".encode(),)] * 8))) == 2
        assert silent.read_many([()] * 9) == [None] * 9


def test_worker_ignores_the_signals_of_its_group(room: ReadingRoom[object]) -> None:
    pid = room.read(b"pid")
    assert isinstance(pid, int)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    assert room.read(b"pid") == pid


def test_closed_room_leaves_no_process_and_no_descriptor() -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    room = ReadingRoom(obey)
    pid = room.read(b"pid")
    room.close()
    room.close()
    assert not Path(f"/proc/{pid}").exists()
    assert sorted(os.listdir("/proc/self/fd")) == before
    with pytest.raises(RoomError):
        room.read(b"say anything")


def test_forgotten_room_ends_its_workers() -> None:
    room = ReadingRoom(obey)
    pid = room.read(b"pid")
    del room
    assert not Path(f"/proc/{pid}").exists()


def test_worker_is_prepared_before_its_first_job_and_outside_of_the_bounds() -> None:
    with ReadingRoom(ask_prepared, seconds=0.001, prepare=prepare) as room:
        assert room.read() == "4499998500000"
    assert "PREPARED" not in os.environ


def test_room_that_cannot_start_says_so_instead_of_blaming_the_mail() -> None:
    def local(_: bytes) -> None: ...

    with ReadingRoom(local) as room, pytest.raises(RoomError):
        room.read(MAIL)


def test_worker_dies_with_its_parent() -> None:
    script = (
        "import time; from mailbot.parsers.message import read_message; from mailbot.reading_room import ReadingRoom\n"
        "room = ReadingRoom(read_message); room.read(b'x'); print(room._all[0]._child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
    assert parent.stdout
    worker = os.pidfd_open(int(parent.stdout.readline()))
    try:
        parent.kill()
        parent.wait()
        assert select.select([worker], [], [], 30)[0] == [worker]
    finally:
        os.close(worker)
        parent.stdout.close()
