"""Row 15: customers are told of events before they write: an outage, from the dry run to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.support.console import open_console
from tests.support.doors import DeskBehindDoors, words_of
from tests.support.scripted_smtp import ScriptedSmtp

SETTINGS = """
[console]
base_url = "https://desk.example"
[[customers]]
name = "almby"
title = "Almby kommun"
domains = ["kommun.example"]
audience = ["alla@kommun.example"]
[[customers]]
name = "region"
domains = ["region.example"]
"""
PEOPLE = """adress;namn;kund;språk
bo@kommun.example;Bo Ek;almby;sv
carola@kommun.example;Carola Dahl;;en
eva@region.example;Eva Falk;;sv
"""
ALLA, BO, CAROLA, EVA = (f"{n}.example" for n in ("alla@kommun", "bo@kommun", "carola@kommun", "eva@region"))
NEW = ("announcement", "new", "E-posten är långsam", "Mejl dröjer en timme.", "--word", "mejl*", "--customer", "almby")


@pytest.fixture
def desk(open_desk: Callable[[str], DeskBehindDoors]) -> DeskBehindDoors:
    desk = open_desk(SETTINGS)
    people = desk.folder / "people.csv"
    people.write_text(PEOPLE)
    assert desk.cli("announcement", "audience", "import", str(people)) == "3 rows, 3 imported\n"
    return desk


def announce(desk: DeskBehindDoors) -> None:
    desk.cli(*NEW, "--audience", "--as", "lisa")
    desk.until("2026-11-23 09:01")


def subjects(desk: DeskBehindDoors, address: str) -> list[str]:
    return [letter["Subject"] for letter in desk.letters(address)]


def test_dry_run_shows_whom_and_why_and_sends_nothing(desk: DeskBehindDoors) -> None:
    shown = desk.json(*NEW, "--audience", "--dry-run")
    assert [(one["address"], one["why"], one["mail"]) for one in shown] == [
        (ALLA, "customer", True),
        (BO, "member", True),
        (CAROLA, "member", True),
    ]
    desk.until("2026-11-23 09:30")
    assert [desk.letters(a) for a in (ALLA, BO, CAROLA, EVA)] == [[], [], [], []]
    assert desk.json("announcement", "list") == []


def test_outage_from_its_beginning_to_its_end(desk: DeskBehindDoors) -> None:
    announce(desk)
    assert [subjects(desk, a) for a in (ALLA, BO, CAROLA, EVA)] == [
        ["Driftstörning: E-posten är långsam"],
        ["Driftstörning: E-posten är långsam"],
        ["Disruption: E-posten är långsam"],
        [],
    ]
    first = desk.letter_to(BO)
    assert (first["List-Id"], first["List-Unsubscribe-Post"]) == ("<events.desk.example>", "List-Unsubscribe=One-Click")

    one_click(desk, first["List-Unsubscribe"])
    left = next(one for one in desk.json("announcement", "audience", "list") if one["address"] == BO)
    assert (left["wants"], left["choice"]["way"], left["choice"]["announcement"]) == (False, "one_click", 1)

    row = desk.answer(desk.letter_to(CAROLA), "My calendar is gone, too.", sender=f"Carola Dahl <{CAROLA}>")
    assert row.ticket == 1002
    with desk.office() as office:
        assert office.work.links.list_children(1001) == [1002]

    desk.cli("announcement", "update", "1", "Hälften går fram.", "--as", "lisa")
    desk.until("2026-11-23 09:30")
    assert [len(desk.letters(a)) for a in (ALLA, BO, CAROLA)] == [2, 1, 3]
    assert subjects(desk, ALLA)[-1] == "Nytt läge: E-posten är långsam"
    assert "Re: [SD-1002]" in subjects(desk, CAROLA)[-1]

    desk.cli("announcement", "end", "1", "Allt går fram.", "--as", "lisa")
    desk.until("2026-11-23 10:00")
    assert subjects(desk, ALLA)[-1] == "Avslutat: E-posten är långsam"
    assert (len(desk.letters(BO)), "Is it solved?" in subjects(desk, CAROLA)[-1]) == (1, True)
    shown = desk.json("announcement", "audience", "show", "1")
    assert {one["address"]: one["outcome"] for one in shown} == {ALLA: "told", BO: "unsubscribed", CAROLA: "ticket"}


def one_click(desk: DeskBehindDoors, field: str) -> None:
    """What a mail provider does when its user presses «unsubscribe»: a POST over the open net, and nothing else."""
    found = re.search(r"<https://desk\.example(/unsubscribe/[^>]+)>", field)
    assert found
    with open_console(desk, base_url="https://desk.example") as console:
        answer = httpx.post(
            f"{console.url}{found[1]}",
            files={"List-Unsubscribe": (None, "One-Click")},
            headers={"Host": "desk.example"},
        )
    assert (answer.status_code, answer.text) == (200, "OK")


def test_mail_unsubscribes_where_programs_send_one(desk: DeskBehindDoors) -> None:
    announce(desk)
    found = re.search(r"<mailto:([^?]+)\?subject=unsubscribe>", desk.letter_to(BO)["List-Unsubscribe"])
    assert found
    for _ in range(2):
        desk.receive("", sender=BO, to=found[1], subject="unsubscribe")
    assert subjects(desk, BO)[1:] == ["Du får inga fler mejl om driftstörningar från Servicedesk"]
    desk.cli("announcement", "update", "1", "Hälften går fram.", "--as", "lisa")
    desk.until("2026-11-23 09:30")
    assert len(desk.letters(BO)) == 2
    assert "https://desk.example/unsubscribe/" in words_of(desk.letter_to(BO))


def test_broken_list_is_refused_whole_and_says_every_line(desk: DeskBehindDoors) -> None:
    people = desk.folder / "broken.csv"
    people.write_text("adress;kund\ndag@kommun.example;almby\nfel;almby\nfia@kommun.example;ingen\n")
    told = desk.cli("announcement", "audience", "import", str(people), fails=1)
    assert "nothing is imported: 2 bad rows" in told
    assert [f"line {line}, {column}" in told for line, column in ((3, "address"), (4, "customer"))] == [True, True]
    assert [one["address"] for one in desk.json("announcement", "audience", "list")] == [ALLA, BO, CAROLA, EVA]


def test_address_that_is_refused_is_noted_until_it_is_added_again(tmp_path: Path, store_url: str) -> None:
    script = {"RCPT": ["550 5.1.1 nobody here"]}
    with ScriptedSmtp(script) as sink, closing(DeskBehindDoors(tmp_path, store_url, sink=sink)) as desk:
        desk.cli("announcement", "audience", "add", BO, "--as", "lisa")
        desk.cli("announcement", "new", "E-posten", "--word", "mejl*", "--audience", "--as", "lisa")
        desk.until("2026-11-23 09:01")
        one = desk.json("announcement", "audience", "list")[0]
        assert (one["wants"], one["refused"]["announcement"], one["refused"]["reason"][:9]) == (
            True,
            1,
            "550 5.1.1",
        )
        desk.cli("announcement", "update", "1", "Bättre.", "--as", "lisa")
        desk.until("2026-11-23 09:10")
        assert len(sink.mails) == 0
        desk.cli("announcement", "audience", "add", BO, "--as", "lisa")
        desk.cli("announcement", "update", "1", "Bra.", "--as", "lisa")
        desk.until("2026-11-23 09:20")
        assert [mail.recipients for mail in sink.mails] == [(BO,)]


def test_agents_write_down_what_people_ask_for(desk: DeskBehindDoors) -> None:
    desk.cli("announcement", "audience", "remove", ALLA, "--never", "--as", "lisa")
    desk.cli("announcement", "audience", "add", ALLA, "--as", "lisa")
    shown = desk.json(*NEW, "--audience", "--dry-run")
    assert [(one["address"], one["not"]) for one in shown if not one["mail"]] == [(ALLA, "unsubscribed")]
    desk.cli("announcement", "audience", "add", ALLA, "--they-asked", "--as", "lisa")
    assert [one["mail"] for one in desk.json(*NEW, "--audience", "--dry-run")] == [True, True, True]
