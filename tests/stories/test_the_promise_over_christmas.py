"""The promise over Christmas: a time in the receipt, a new one before it passes, a word in the silence, and the proof.

Rows 1, 3, 8 and 17 of what the desk is for: service hours with the moving holidays, continuous measurement, a receipt
with a computed promise, and a requester who is kept informed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from mailbot.cli import main
from mailbot.desk.lifecycle import State
from mailbot.workflows.timers import run
from tests.support.desk import WorkingDesk
from tests.support.doors import DeskBehindDoors

ANNA, LISA = "anna@kommun.example", "lisa@desk.example"
SETTINGS = """
[service_levels]
escalate_to = ["chief@desk.example"]
promises = ["response", "resolution"]
[[customers]]
name = "almby"
title = "Almby kommun"
domains = ["kommun.example"]
"""


class Clock:
    """Lets time pass as the running desk would see it: whatever is due on the way happens when it is due."""

    def __init__(self, desk: WorkingDesk) -> None:
        self.desk = desk

    def until(self, text: str) -> None:
        moment = datetime.fromisoformat(f"2026-{text}+01:00").astimezone(UTC)
        for _ in range(100):
            with self.desk.office() as office:
                ahead = office.work.timers.list_rows(limit=1)
            if not ahead or ahead[0].due_at > moment:
                break
            self.desk.now = max(self.desk.now, ahead[0].due_at)
            run(self.desk.desk.open_office)
        self.desk.now = moment


@pytest.fixture
def desk(open_desk: Callable[..., WorkingDesk]) -> WorkingDesk:
    """The day before Christmas Eve, half past four in Stockholm."""
    return open_desk(extra=SETTINGS, now=datetime(2026, 12, 23, 15, 30, tzinfo=UTC))


def last_to(desk: WorkingDesk, address: str) -> tuple[str, str]:
    letter = desk.letter_to(address)
    return str(letter["Subject"]), str(letter.get_body(("plain",)).get_content())


def test_the_promise_over_christmas(desk: WorkingDesk) -> None:
    clock = Clock(desk)
    desk.receive("Den skriver bara ut tomma sidor.", subject="Skrivaren på plan 3")
    _, receipt = last_to(desk, ANNA)
    assert "Du får svar senast måndag 28 december kl. 10:30." in receipt
    assert "Vi räknar med att det är löst senast tisdag 29 december kl. 16:30." in receipt
    desk.answer(desk.letter_to(ANNA), "God jul förresten!")

    clock.until("12-28 09:29")
    assert desk.notices()[-1] == ("agent_new_reply", LISA), "nobody is disturbed while the desk is closed"
    clock.until("12-28 09:31")
    assert last_to(desk, LISA)[0] == "[SD-1001] Svarstiden går snart ut: Skrivaren på plan 3"

    clock.until("12-28 10:29")
    subject, told = last_to(desk, ANNA)
    assert subject == "[SD-1001] Det tar längre tid än vi lovade: Skrivaren på plan 3"
    assert "Vi lovade dig svar om SD-1001 senast måndag 28 december kl. 10:30. Det hinner vi inte." in told
    assert "Du får svar senast måndag 28 december kl. 12:30." in told

    clock.until("12-28 10:31")
    assert last_to(desk, "chief@desk.example")[0] == (
        "[SD-1001] Eskalerat: Svarstiden har gått ut: Skrivaren på plan 3"
    )

    clock.until("12-28 11:00")
    desk.answer(desk.letter_to(LISA), "#take", sender=LISA)
    desk.answer(desk.letter_to(LISA), "#reply\nEn ny valskassett är beställd.", sender=LISA)
    assert desk.promises() == ["promise_made", "promise_made", "promise_renewed", "promise_kept"]
    assert last_to(desk, ANNA)[1].count("En ny valskassett är beställd.") == 1

    clock.until("12-29 15:00")
    _, told = last_to(desk, ANNA)
    assert "att ditt ärende SD-1001 skulle vara löst senast tisdag 29 december kl. 16:30. Det hinner vi inte." in told
    assert "Vi räknar nu med att det är löst senast onsdag 30 december kl. 16:30." in told
    assert "Lisa Lind arbetar med ärendet." in told

    clock.until("12-30 12:00")
    desk.answer(desk.letter_to(LISA), "#resolve\nKassetten är bytt.", sender=LISA)
    desk.answer(desk.letter_to(ANNA), "Acceptera, tack!")
    assert desk.ticket().state is State.CLOSED
    assert desk.promises()[-1] == "promise_kept"
    with desk.office() as office:
        assert [t.key for t in office.work.timers.list_rows() if t.kind == "service_level"] == []
    assert figures(desk) == [
        "CUSTOMER  PROMISE     KEPT  RENEWED  MISSED",
        "almby     resolution  0     1        0",
        "almby     response    0     1        0",
    ]


def test_who_has_heard_nothing_is_told_how_it_stands(open_desk: Callable[..., DeskBehindDoors]) -> None:
    """Twenty working hours without a word, none of them on a Sunday; a word of the desk begins them anew."""
    desk = open_desk("[service_levels]\nresponse_hours = {}\nresolution_hours = {}\nsilence_hours = 20\n")

    def told() -> list[str]:
        return [to for notice, to in desk.notices() if notice == "heartbeat"]

    desk.receive("Den skriver bara ut tomma sidor.", subject="Skrivaren på plan 3")
    desk.until("2026-11-25 08:59")
    assert told() == []
    desk.until("2026-11-25 09:01")
    assert told() == [ANNA]
    assert "Ingen har kunnat börja än." in desk.words_to(ANNA)

    desk.cli("ticket", "take", "SD-1001", "--as", "lisa")
    desk.until("2026-11-26 09:00")
    desk.cli("ticket", "reply", "SD-1001", "En ny trumma är beställd.", "--as", "lisa")
    desk.until("2026-11-29 12:00")
    assert told() == [ANNA], "the reply told her, and since then the desk was open for 19 hours"
    desk.until("2026-11-30 09:01")
    assert told() == [ANNA, ANNA]
    assert "Lisa Lind arbetar med ärendet." in desk.words_to(ANNA)
    desk.cli("ticket", "resolve", "SD-1001", "Trumman är bytt.", "--as", "lisa")
    desk.until("2026-12-04 12:00")
    assert told() == [ANNA, ANNA], "whoever is asked whether it is solved is not told that it is in work"


def figures(desk: WorkingDesk) -> list[str]:
    """What the manager reads."""
    asked = ["sla", "promises", "--from", "2026-12-01", "--to", "2026-12-31"]
    done = CliRunner(env={"COLUMNS": "80"}).invoke(main, ["--settings", str(desk.folder / "settings.toml"), *asked])
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()
