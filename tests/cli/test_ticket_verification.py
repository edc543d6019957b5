"""Verification by hand: in person, taken back, asked of several."""

from __future__ import annotations

from mailbot.workflows import timers
from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk


def test_silence_shows_in_the_list_until_somebody_has_called(desk: WorkingDesk, cli: CommandLine) -> None:
    desk.receive()
    desk.resolve()
    assert cli.json("ticket", "list", "--needs-contact") == []
    desk.later(days=9)
    timers.run(desk.desk.open_office)
    (shown,) = cli.json("ticket", "list", "--needs-contact")
    assert (shown["reference"], shown["state"], shown["needs_contact"]) == ("SD-1001", "resolved", True)
    assert "somebody must speak with the requester" in cli("ticket", "show", "1001").stdout
    assert cli.lines("ticket", "verify", "1001", "--by", "phone", "--note", "Det går.", "--as", "lisa") == [
        "SD-1001 verified; it is closed."
    ]
    assert cli.json("ticket", "list", "--needs-contact", "--all") == []
    closure = cli.json("ticket", "show", "1001")["closure"]
    assert (closure["way"], closure["by"], closure["words"], closure["mail"]) == (
        "phone",
        "lisa@desk.example",
        "Det går.",
        None,
    )
    assert "phone, lisa@desk.example: Det går." in cli("ticket", "show", "1001").stdout


def test_mistaken_closure_is_taken_back(desk: WorkingDesk, cli: CommandLine) -> None:
    desk.receive()
    row = desk.answer(desk.resolve(), "Acceptera")
    closure = cli.json("ticket", "show", "1001")["closure"]
    assert (closure["way"], closure["mail"], closure["words"]) == ("mail", row.id, "Acceptera")
    assert cli.lines("ticket", "undo-accept", "1001", "--as", "lisa") == [
        "SD-1001 not accepted after all; it is resolved."
    ]
    assert cli.error("ticket", "undo-accept", "1001").startswith("Error: a ticket that is resolved cannot take undo;")


def test_ticket_of_two_waits_for_both(desk: WorkingDesk, cli: CommandLine) -> None:
    desk.receive()
    assert cli.lines("ticket", "affected", "1001", "Karin <karin@kommun.example>", "--as", "lisa") == [
        "SD-1001 waits for karin@kommun.example too; it is new."
    ]
    desk.resolve()
    cli("ticket", "verify", "1001", "--for", "karin@kommun.example", "--note", "Hennes går.", "--as", "lisa")
    shown = cli.json("ticket", "show", "1001")
    assert (shown["state"], shown["affected"]) == ("resolved", ["anna@kommun.example", "karin@kommun.example"])
    cli("ticket", "affected", "1001", "karin@kommun.example", "--no-longer", "--as", "lisa")
    desk.answer(desk.letter_to("anna@kommun.example"), "Acceptera")
    assert cli.json("ticket", "show", "1001")["state"] == "closed"
