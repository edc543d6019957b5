"""A change is planned, approved by mail, scheduled, found in conflict, announced, made and reviewed.

Row 7 of what the desk is for: changes with plan, window and approval by mail.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest

from tests.support.doors import DeskBehindDoors, words_of

CAB, EVA = "carl@kommun.example", "eva@kommun.example"
SETTINGS = """
[[services]]
name = "mail"
title = "E-post"
words = { sv = ["mejl*", "e-post*"] }
[[change_boards]]
name = "cab"
approvers = ["carl@kommun.example", "eva@kommun.example"]
[[change_freezes]]
name = "Lönekörning"
begins = 2026-11-24T00:00:00
ends = 2026-11-26T00:00:00
"""
NEW = (
    "change", "new", "Flytta e-posten", "Alla brevlådor flyttas till mx2.",
    "--service", "mail", "--risk", "Ingen kommer åt sin e-post.", "--back-out", "Peka tillbaka till mx1.",
    "--as", "lisa",
)  # fmt: skip
SUNDAY = ("--from", "2026-11-29 06:00", "--to", "2026-11-29 08:00")


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    return open_desk(SETTINGS)


def press(desk: DeskBehindDoors, letter: EmailMessage, number: int, sender: str) -> str:
    """Follow the first or second mailto link of a letter and send the mail that comes up; what became of it."""
    links = [line[1:-1] for line in words_of(letter).splitlines() if line.startswith("<mailto:")]
    to, _, ready = links[number].removeprefix("mailto:").partition("?")
    fields = {name: values[0] for name, values in parse_qs(ready.replace("+", "%2B")).items()}
    row = desk.receive(fields["body"], sender=sender, to=unquote(to), subject=fields["subject"])
    return row.disposition.value


def state_of(desk: DeskBehindDoors) -> tuple[str, str]:
    shown = desk.json("change", "show", "SD-1001")
    return shown["state"], shown["ticket_state"]


def test_change_from_plan_to_review(desk: DeskBehindDoors) -> None:
    desk.cli(*NEW, *SUNDAY)
    assert state_of(desk) == ("proposed", "in_progress")
    desk.cli("change", "ask", "SD-1001", "--as", "lisa")
    asked = desk.letter_to(CAB)
    assert "söndag 29 november kl. 06:00" in words_of(asked) and "Peka tillbaka till mx1." in words_of(asked)
    assert "Inget annat är planerat" in words_of(asked)

    assert press(desk, asked, 0, f"Carl Ek <{CAB}>") == "reply"
    assert state_of(desk)[0] == "asked"
    desk.answer(desk.letter_to(EVA), "Godkänns\n\nMvh Eva", sender=f"Eva Ny <{EVA}>")
    assert state_of(desk) == ("scheduled", "in_progress")
    assert "godkänd och inplanerad" in desk.words_to("lisa@desk.example")

    desk.cli("announcement", "new", "Nytt nät", "Avbrott i nätet.", "--planned", "--service", "mail",
             "--from", "2026-11-29 07:00", "--to", "2026-11-29 12:00", "--as", "lisa")  # fmt: skip
    shown = desk.json("change", "show", "SD-1001")
    [conflict] = shown["conflicts"]
    assert (conflict["kind"], conflict["title"], conflict["services"]) == ("announcement", "Nytt nät", ["mail"])
    assert "announcement 1 «Nytt nät»" in desk.cli("change", "show", "SD-1001")

    desk.cli("change", "announce", "SD-1001", "Ingen e-post 6–8.", "--word", "mejl*", "--as", "lisa")
    desk.until("2026-11-28 08:00")
    assert "Snart börjar fönstret" in desk.words_to("lisa@desk.example")
    desk.until("2026-11-29 06:10")
    desk.cli("change", "start", "SD-1001", "--as", "lisa")
    desk.receive("Mina mejl kommer inte fram.", subject="Mejl")
    child = desk.row(3).ticket
    assert child is not None
    assert "Ingen e-post 6–8." in desk.words_to("anna@kommun.example")
    desk.cli("change", "done", "SD-1001", "Alla brevlådor är på mx2.", "--end-announcement", "--as", "lisa")
    assert (state_of(desk), desk.ticket(child).state.value) == (("implemented", "resolved"), "resolved")
    assert "Alla brevlådor är på mx2." in desk.words_to("anna@kommun.example")
    desk.cli("change", "review", "SD-1001", "Gick som planerat.", "--as", "lisa")
    assert state_of(desk) == ("reviewed", "closed")
    wanted = ["change_proposed", "approval_asked", "approval_asked", "approval_given", "approval_given",
              "change_approved", "change_scheduled", "change_announced", "change_near", "change_started",
              "change_implemented", "change_reviewed"]  # fmt: skip
    assert [f for f in desk.facts(1001) if f.startswith(("change", "approval"))] == wanted


def test_plan_that_changes_is_asked_about_again_and_old_answers_count_for_nothing(desk: DeskBehindDoors) -> None:
    desk.cli(*NEW, *SUNDAY)
    desk.cli("change", "ask", "SD-1001", "--as", "lisa")
    first = desk.letter_to(CAB)
    press(desk, desk.letter_to(EVA), 0, EVA)
    desk.cli("change", "plan", "SD-1001", "--from", "2026-11-30 06:00", "--to", "2026-11-30 08:00", "--as", "lisa")
    assert "Tidigare svar gäller inte längre" in desk.words_to(EVA)
    press(desk, first, 0, CAB)
    assert "Planen har ändrats" in desk.words_to(CAB)
    shown = desk.json("change", "show", "SD-1001")
    assert (shown["state"], shown["revision"], [a["answer"] for a in shown["approvals"] if a["counts"]]) == (
        "asked", 2, ["", ""],
    )  # fmt: skip


def test_declined_change_is_not_made_and_one_without_answers_lapses(desk: DeskBehindDoors, tmp_path: Path) -> None:
    desk.cli(*NEW, *SUNDAY)
    desk.cli("change", "ask", "SD-1001", "--as", "lisa")
    press(desk, desk.letter_to(CAB), 1, CAB)
    assert (state_of(desk)[0], "avslagen" in desk.words_to("lisa@desk.example")) == ("declined", True)
    assert "allows: revise, withdraw" in desk.cli("change", "start", "SD-1001", "--as", "lisa", fails=1)
    desk.cli("change", "plan", "SD-1001", "Bara hälften flyttas.", "--as", "lisa")
    desk.cli("change", "ask", "SD-1001", "--as", "lisa")
    desk.until("2026-11-28 09:00")
    assert "Påminnelse" in str(desk.letter_to(CAB)["Subject"])
    desk.until("2026-11-29 06:30")
    assert (state_of(desk)[0], "ska inte göras" in desk.words_to("lisa@desk.example")) == ("lapsed", True)


def test_freeze_needs_a_reason_that_is_kept_and_told(desk: DeskBehindDoors) -> None:
    said = desk.cli(*NEW, "--from", "2026-11-25 06:00", "--to", "2026-11-25 07:00")
    assert "SD-1001 is planned" in said
    assert "Lönekörning" in desk.cli("change", "ask", "SD-1001", "--as", "lisa", fails=1)
    desk.cli("change", "ask", "SD-1001", "--despite-freeze", "Disken dör.", "--as", "lisa")
    assert "Ändringsstopp: Lönekörning" in desk.words_to(CAB) and "Disken dör." in desk.words_to(CAB)
    assert "freeze_overridden" in desk.facts(1001)


def test_emergency_is_begun_at_once_and_approved_afterwards(desk: DeskBehindDoors) -> None:
    desk.cli(*NEW, "--type", "emergency", "--from", "2026-11-23 09:00", "--to", "2026-11-23 10:00")
    desk.cli("change", "start", "SD-1001", "--as", "lisa")
    desk.cli("change", "done", "SD-1001", "Disken är bytt.", "--as", "lisa")
    refused = desk.cli("change", "review", "SD-1001", "Det gick.", "--as", "lisa", fails=1)
    assert "not approved yet" in refused
    desk.cli("change", "ask", "SD-1001", "--as", "lisa")
    assert "i efterhand" in desk.words_to(CAB)
    for approver in (CAB, EVA):
        press(desk, desk.letter_to(approver), 0, approver)
    assert "godkänd i efterhand" in desk.words_to("lisa@desk.example")
    desk.cli("change", "review", "SD-1001", "Det gick.", "--as", "lisa")
    assert state_of(desk) == ("reviewed", "closed")
