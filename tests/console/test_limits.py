"""Guessing and bombing end quickly, and the owner comes in all the same (S46)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mailbot.workflows.sign_in import MOST_ASKED, MOST_LINKS
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk
from tests.support.sign_in import mailed_links

LISA = "lisa@desk.example"


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db")


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    """Behind a web server on this machine, which says where each visitor comes from."""
    with open_console(desk, proxies=("127.0.0.1",)) as console:
        yield console


class Sender:
    """Sends one form again and again, from wherever it likes."""

    def __init__(self, console: Console) -> None:
        self.console = console
        console.get("/sign-in")
        shown = console.get("/sign-in").text
        self.token = shown.partition('name="csrf" value="')[2][:64]

    def send(self, path: str, peer: str = "192.0.2.1", **fields: str) -> httpx.Response:
        headers = {"Origin": self.console.url, "X-Forwarded-For": peer}
        return self.console.client.post(path, data={"csrf": self.token, **fields}, headers=headers)


@pytest.fixture
def sender(console: Console) -> Sender:
    return Sender(console)


def test_guesses_from_one_place_end_after_five_and_the_owner_comes_in(console: Console, sender: Sender) -> None:
    sender.send("/sign-in", address=LISA)
    (link,) = mailed_links(console.desk, LISA)
    answers = [sender.send(f"/sign-in/{number:043d}") for number in range(12)]
    assert [answer.status_code for answer in answers] == [404] * 5 + [429] * 7
    assert {answer.headers["retry-after"] for answer in answers[5:]} == {"900"}
    assert sender.send(link).status_code == 303


def test_wait_is_over_after_a_while(console: Console, sender: Sender) -> None:
    for number in range(5):
        sender.send(f"/sign-in/{number:043d}")
        console.desk.later(minutes=1)
    waiting = sender.send(f"/sign-in/{9:043d}")
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "600")
    assert console.get(f"/sign-in/{9:043d}", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 429
    console.desk.later(minutes=10)
    assert sender.send(f"/sign-in/{9:043d}").status_code == 404


def test_other_places_do_not_wait(sender: Sender) -> None:
    for number in range(7):
        sender.send(f"/sign-in/{number:043d}")
    assert sender.send(f"/sign-in/{9:043d}", "198.51.100.7").status_code == 404


def test_spray_over_many_addresses_is_slowed_down(sender: Sender) -> None:
    answers = [sender.send("/sign-in", address=f"p{number}@desk.example") for number in range(MOST_ASKED + 5)]
    assert [answer.status_code for answer in answers] == [200] * MOST_ASKED + [429] * 5
    assert "Vänta en stund" in answers[-1].text


def test_a_few_links_may_be_asked_for_at_once(console: Console, sender: Sender) -> None:
    for _ in range(6):
        sender.send("/sign-in", address=LISA)
    assert len(mailed_links(console.desk, LISA)) == MOST_LINKS


def test_place_is_believed_from_a_known_web_server_only(desk: WorkingDesk) -> None:
    with open_console(desk) as console:
        sender = Sender(console)
        answers = [sender.send(f"/sign-in/{n:043d}", f"192.0.2.{n}").status_code for n in range(7)]
    assert answers == [404] * 5 + [429] * 2
