"""The silence after the fix: reminders, an absence, a call, a mistaken closure, two colleagues, and «how is it going?».

Rows 10, 11, 12 and 18 of what the desk is for: a solution is verified with the user before the ticket closes, by mail
or in person; silence is a task for the desk, or a closure where the contract says so; and whoever asks is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from mailbot.cli import main
from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.workflows import resolution, timers
from tests.support.desk import LISA as LISA_LIND
from tests.support.desk import WorkingDesk
from tests.support.running import RunningMailbot, wait_until

ANNA, KARIN, LISA = "anna@kommun.example", "karin@kommun.example", "lisa@desk.example"
VERIFIED = Authentication(dmarc="pass", from_domain="kommun.example", checked_by="mailbot")
SETTINGS = """
[[customers]]
name = "bolaget"
domains = ["bolaget.example"]
closes_on_silence = true
silence_working_days = 3
reminders_working_days = [1]
"""


@pytest.fixture
def desk(open_desk: Callable[..., WorkingDesk]) -> WorkingDesk:
    """Monday the 23rd of November, nine o'clock in Stockholm."""
    return open_desk(SETTINGS, checked=VERIFIED)


def until(desk: WorkingDesk, text: str) -> None:
    """Time passes; whatever is due on the way happens when it is due, and mail leaves."""
    moment = datetime.fromisoformat(f"2026-{text}+01:00").astimezone(UTC)
    while desk.now < moment:
        with desk.office() as office:
            ahead = [t.due_at for t in office.work.timers.list_rows() if t.due_at > desk.now]
        desk.now = min([moment, *ahead])
        timers.run(desk.desk.open_office)
        desk.deliver()


def letters(desk: WorkingDesk, address: str, number: int = 1001) -> list[str]:
    return [notice for notice, to in desk.notices(number) if to == address]


def words(desk: WorkingDesk, address: str = ANNA) -> str:
    return str(desk.letter_to(address).get_body(("plain",)).get_content())


def cli(desk: WorkingDesk, *arguments: str) -> Any:
    done = CliRunner().invoke(main, ["--settings", str(desk.folder / "settings.toml"), *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_nobody_answers_and_lisa_calls(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.")
    desk.resolve("Tonerkassetten satt snett.")

    until(desk, "11-25T09:00")
    assert letters(desk, ANNA) == ["receipt", "resolution", "verification_reminder"]
    assert "Måndag 23 november frågade vi om ditt ärende SD-1001 är löst: Skrivaren" in words(desk)
    assert "Tonerkassetten satt snett." in words(desk)

    # Her mail program says that she is away: nobody disturbs her before she is back.
    desk.answer(desk.letter_to(ANNA), "Jag är åter den 7 december 2026.", Auto_Submitted="auto-replied")
    until(desk, "12-08T17:00")
    assert letters(desk, ANNA).count("verification_reminder") == 1
    until(desk, "12-15T17:00")
    assert letters(desk, ANNA).count("verification_reminder") == 3

    # She is back and silent: the desk is told to call, the ticket stays open, and Lisa does.
    assert letters(desk, LISA)[-1] == "contact_needed"
    assert "Ta personlig kontakt med Anna Berg" in words(desk, LISA)
    (waiting,) = cli(desk, "ticket", "list", "--needs-contact")
    assert (waiting["reference"], waiting["state"]) == ("SD-1001", "resolved")
    note = "Anna säger att det kommer text på papperen."
    cli(desk, "ticket", "verify", "SD-1001", "--by", "phone", "--note", note, "--as", "lisa")
    assert desk.ticket().state is State.CLOSED
    assert "Du har talat med Lisa Lind och sagt att det fungerar." in words(desk)
    (closed,) = [f for f in cli(desk, "ticket", "log", "SD-1001") if f["fact"] == "resolution_verified"]
    (evidence,) = [e for e in desk.entries() if e.id == closed["entry"]]
    assert (evidence.words, closed["by"], closed["way"]) == (note, LISA, "phone")


def test_contract_lets_silence_close_and_a_word_opens_again(desk: WorkingDesk) -> None:
    desk.receive("Svart skärm.", sender="eva@bolaget.example")
    with desk.office() as office:
        assert office.work.tickets.get(1001).customer == "bolaget"
    with desk.office() as office:
        resolution.propose(office, office.work.tickets.get(1001, lock=True), LISA_LIND, "Kabeln är bytt.")
    desk.deliver()
    until(desk, "11-26T17:00")
    assert letters(desk, "eva@bolaget.example") == ["receipt", "resolution", "verification_reminder", "closed"]
    assert desk.facts()[-1] == "resolution_expired"
    assert "Vi har inte hört något från dig" in words(desk, "eva@bolaget.example")
    desk.answer(desk.letter_to("eva@bolaget.example"), "Den är svart igen", sender="eva@bolaget.example")
    assert desk.ticket().state is State.IN_PROGRESS


def test_fixed_for_me_and_not_for_my_colleague(desk: WorkingDesk) -> None:
    desk.receive("Vi kommer inte åt G:", subject="Delad mapp")
    desk.resolve("Behörigheten är tillbaka.")
    desk.answer(desk.letter_to(ANNA), "Det fungerar för mig men inte för Karin.")
    assert (desk.ticket().state, desk.ticket().needs_person) == (State.RESOLVED, True)

    # Lisa reads it, and says who else is affected: from now on both are asked.
    cli(desk, "ticket", "affected", "SD-1001", "Karin Lund <karin@kommun.example>", "--as", "lisa")
    assert "Behörigheten är tillbaka." in words(desk, KARIN)
    desk.answer(desk.letter_to(KARIN), "Nej, jag kommer fortfarande inte åt den.", sender=f"Karin <{KARIN}>")
    assert desk.ticket().state is State.IN_PROGRESS

    desk.resolve("Karins konto låg i fel grupp.")
    desk.answer(desk.letter_to(ANNA), "Acceptera")
    assert (desk.ticket().state, letters(desk, ANNA)[-1]) == (State.RESOLVED, "acceptance_noted")
    desk.answer(desk.letter_to(KARIN), "Nu fungerar det, tack!", sender=f"Karin <{KARIN}>")
    assert desk.ticket().state is State.CLOSED
    assert (letters(desk, ANNA)[-1], letters(desk, KARIN)[-1]) == ("closed", "closed")


def test_wrong_acceptance_is_taken_back(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.")
    desk.answer(desk.resolve(), "Acceptera")
    cli(desk, "ticket", "undo-accept", "SD-1001", "--note", "Hon menade ett annat ärende.", "--as", "lisa")
    assert desk.ticket().state is State.RESOLVED
    assert "Vi stängde ditt ärende SD-1001 av misstag." in words(desk)
    desk.answer(desk.letter_to(ANNA), "Återöppna")
    assert desk.ticket().state is State.IN_PROGRESS


def test_how_is_it_going(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.", subject="Skrivaren på plan 3")
    desk.receive("Fel lösenord, säger den.", subject="VPN")
    cli(desk, "ticket", "take", "SD-1001", "--as", "lisa")

    desk.answer(desk.letter_to(ANNA), "Hur går det?")
    assert "SD-1002: VPN" in words(desk)
    assert "Ärendet väntar på en handläggare" in words(desk)

    desk.receive("Hej!\n\nHur går det med mina ärenden?\n\nMvh Anna", subject="Fråga")
    told = words(desk)
    assert "Lisa Lind arbetar med ärendet. Det är inte löst än." in told
    assert ("SD-1001: Skrivaren på plan 3" in told, "SD-1002: VPN" in told) == (True, True)
    with desk.office() as office:
        assert sum(office.work.tickets.count_by_state().values()) == 2

    desk.receive("Hur går det med VPN? Och nu är skärmen svart också, den blinkar bara.", subject="VPN och skärm")
    with desk.office() as office:
        assert sum(office.work.tickets.count_by_state().values()) == 3


def test_question_and_clock_of_the_running_program(mailbot: RunningMailbot) -> None:
    """The same by real SMTP, in a process of its own, whose timetable runs meanwhile."""
    mailbot.send("Skrivaren", "Den ger bara tomma sidor.")
    mailbot.answer(mailbot.letter_to(ANNA, 1), "Hej! Hur går det?")
    assert mailbot.letter_to(ANNA, 2)["Subject"] == "[SD-1001] Så går det med ditt ärende: Skrivaren"
    mailbot.run("ticket", "resolve", "SD-1001", "Tonern är bytt.", "--as", "lisa")
    assert mailbot.letter_to(ANNA, 3)["Subject"] == "[SD-1001] Är det löst? Skrivaren"

    (reminder,) = [t for t in mailbot.json("timetable", "--ticket", "SD-1001")["timers"] if t["kind"] == "verification"]
    assert (reminder["outcome"], reminder["details"]["resolution"]) == ("pending", 1)
    wait_until(lambda: _last_run(mailbot, "timers") is not None, mailbot.log)

    mailbot.answer(mailbot.letter_to(ANNA, 3), "Acceptera")
    mailbot.wait_for_state("closed")
    assert "verification" not in [t["kind"] for t in mailbot.json("timetable", "--ticket", "SD-1001")["timers"]]


def _last_run(running: RunningMailbot, name: str) -> str | None:
    (work,) = [w for w in running.json("timetable")["work"] if w["name"] == name]
    last: str | None = work["last_at"]
    return last
