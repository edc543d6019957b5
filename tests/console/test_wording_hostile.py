"""Sources that want out, or want all: the studio refuses them, and the console answers others meanwhile (S43)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from mailbot.wording_room import WordingRoom
from tests.support.console import Console
from tests.support.studio import PACKAGED, PLACE, open_studio

ESCAPES = (
    "{{ desk.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ ticket|attr('__class__') }}",
    "{{ ticket.opened_at.__reduce__() }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% set x = desk.__class__ %}{{ x }}",
    "{{ panel.__globals__ }}",
    "{{ request.application.__globals__ }}",
)
LEAKS = ("<class", "<function", "<built-in", "<module", "uid=", "root:", "__globals__&#39;", "object at 0x")
BOMBS = {
    "powers": "{{ 9 ** 9 ** 9 }}",
    "text times": "{{ 'a' * 1000000000 }}",
    "ranges": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "parentheses": "{{ " + "(" * 30_000 + "1" + ")" * 30_000 + " }}",
    "flood": "{% for a in [" + "1," * 1_900 + "] %}" + "x" * 50_000 + "{% endfor %}",
    "itself": "{{ self.text() }}",
    "long join": "{{ [" + "desk.name," * 1_500 + "]|join('" + "x" * 30_000 + "') }}",
    "one megabyte": "x" * 1_000_000,
}
PATIENCE = 8.0
"""Seconds: what a bounded trial may take by the clock on a loaded machine, several times over."""


@pytest.fixture(scope="module")
def console(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with WordingRoom() as room, open_studio(tmp_path_factory.mktemp("studio"), sqlite_template, room) as console:
        try_source(console, PACKAGED)
        yield console


def spoiled(words: str, block: str = "text") -> str:
    """The packaged wording with these words at the beginning of a block."""
    return PACKAGED.replace(f"{{% block {block} %}}", f"{{% block {block} %}}{words}", 1)


def try_source(console: Console, source: str) -> httpx.Response:
    for _ in range(300):
        answer = console.post(f"{PLACE}/try", {"source": source}, page="/wording/receipt/en")
        if answer.status_code != 429:
            return answer
        time.sleep(0.1)
    raise AssertionError("no turn came")


@pytest.mark.parametrize("block", ["text", "html", "subject"])
def test_no_way_out_through_the_preview(console: Console, block: str) -> None:
    leaks, passed = [], []
    for escape in ESCAPES:
        told = try_source(console, spoiled(escape, block)).json()
        shown = told["preview"]["subject"] + told["preview"]["text"]
        if told["preview"]["frame"]:
            shown += console.get(told["preview"]["frame"]).text
        leaks += [escape for sign in LEAKS if sign in shown]
        passed += [escape] if not told["problems"] else []
    assert (leaks, passed) == ([], [])


def test_no_way_out_through_saving_or_a_proof(console: Console) -> None:
    sources = [spoiled(escape) for escape in ESCAPES]
    fields = {"why": "x", "after": "0", "do": "save"}
    answers = [console.post(PLACE, {"source": source, **fields}).status_code for source in sources[:4]]
    proofs = [console.post(f"{PLACE}/proof", {"source": s}, page=PLACE).json()["kind"] for s in sources[:4]]
    assert (answers, proofs) == ([422] * 4, ["bad"] * 4)
    assert console.desk.deliver() == []


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_and_the_next_trial_goes_well(console: Console, name: str) -> None:
    told = try_source(console, spoiled(BOMBS[name])).json()
    assert told["problems"] != []
    assert try_source(console, PACKAGED).json()["problems"] == []


def test_console_answers_others_while_bombs_are_tried(console: Console) -> None:
    """Many at once: some are tried, the others are told to come again, and no page waits for any of them."""
    slow = spoiled("".join(f"<p>{{{{ desk.name|upper|lower|title }}}} {n}</p>" for n in range(400)))
    slow = spoiled("{% if desk %}" * 120 + "{% endif %}" * 120) + slow
    token = console.post(f"{PLACE}/try", {"source": PACKAGED}, page=PLACE).request.content.split(b"&")[0].decode()
    waited: list[float] = []
    ended = threading.Event()

    def bomb(_: int) -> int:
        with httpx.Client(base_url=console.url, cookies=console.client.cookies, timeout=60) as client:
            fields = {"csrf": token.partition("=")[2], "source": BOMBS["flood"] + slow}
            headers = {"Origin": console.url, "Sec-Fetch-Site": "same-origin"}
            return client.post(f"{PLACE}/try", data=fields, headers=headers).status_code

    def look() -> None:
        with httpx.Client(base_url=console.url, timeout=60) as client:
            while not ended.is_set():
                began = time.monotonic()
                client.get("/nowhere")
                waited.append(time.monotonic() - began)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        with ThreadPoolExecutor(12) as pool:
            statuses = set(pool.map(bomb, range(24)))
    finally:
        ended.set()
        looker.join()
    assert statuses <= {200, 429} and 200 in statuses
    assert max(waited) < PATIENCE
    assert try_source(console, PACKAGED).json()["problems"] == []
