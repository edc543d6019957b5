"""``mailbot sla``: every interval and rule, what is due next, and how promises were kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailbot.workflows import prioritisation, resolution
from mailbot.workflows.timers import run
from tests.cli.conftest import CommandLine
from tests.support.desk import LISA, WorkingDesk

EXTRA = """
[[customers]]
name = "kommun"
title = "Storköpings kommun"
domains = ["kommun.example"]
response_hours = { high = 1 }
"""
OPENED = "2026-11-23T08:00:00+00:00"


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    """Anna's printer, answered after three hours, urgent after five; and Björn's, which nobody has looked at."""
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    desk = WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", EXTRA)
    desk.receive("Tomma sidor.")
    desk.receive("Den piper, hela avdelningen hör det", sender="Björn <bjorn@firma.example>", subject="Fläkten")
    desk.later(hours=3)
    with desk.office() as office:
        resolution.answer(office, office.work.tickets.get(1001, lock=True), LISA, "Vilken?")
    desk.later(hours=2)
    with desk.office() as office:
        prioritisation.change(office, office.work.tickets.get(1001, lock=True), LISA, impact="high")
    run(desk.desk.open_office)
    return desk


def test_explain_in_words(desk: WorkingDesk, cli: CommandLine) -> None:
    cli.columns = 130
    assert cli.lines("sla", "explain", "SD-1001", "--at", "2026-11-24 09:00") == [
        "SD-1001  Skrivaren",
        "at        2026-11-24 09:00",
        "state     new",
        "priority  high (impact high x urgency medium), decided by lisa@desk.example 2026-11-23 14:00, was medium",
        "customer  Storköpings kommun",
        "calendar  desk: open 08:00 to 18:00 in Europe/Stockholm",
        "",
        "First answer",
        "target   4 working hours for medium, the desk's own",
        "used     3 working hours",
        "verdict  kept: done 2026-11-23 12:00",
        "FROM              TO                CLOCK    HOURS  RULE",
        "2026-11-23 09:00  2026-11-23 12:00  running  3      "
        "ticket registered by anna@kommun.example: new, the clock runs",
        "2026-11-23 12:00  2026-11-24 09:00  stopped  0      "
        "agent replied by lisa@desk.example: the first answer, the clock stops for good",
        "",
        "Solution",
        "target   8 working hours for high, the desk's own",
        "used     10 working hours",
        "verdict  missed: was due 2026-11-23 17:00, not done yet",
        "FROM              TO                CLOCK    HOURS  RULE",
        "2026-11-23 09:00  2026-11-24 09:00  running  10     "
        "ticket registered by anna@kommun.example: new, the clock runs",
        "",
        "PROMISE   MADE              FIRST PROMISED    THEN PROMISED  OUTCOME",
        "response  2026-11-23 09:00  2026-11-23 13:00                 kept",
        "",
        "NEXT              UNLESS SOMETHING HAPPENS BEFORE",
        "2026-11-23 17:00  resolution breached",
        "2026-11-25 12:00  status told",
    ]


def test_explain_names_who_is_told_when(desk: WorkingDesk, cli: CommandLine) -> None:
    settings = cli.settings.read_text() + '[service_levels]\nescalate_to = ["chief@desk.example"]\n'
    cli.settings.write_text(settings)
    cli.columns = 120
    shown = cli.lines("sla", "explain", "1001", "--at", "2026-11-24 09:00")
    assert "2026-11-23 17:00  escalated to management: chief@desk.example at 100 % of the resolution target" in shown


def test_explain_as_it_stood_then(desk: WorkingDesk, cli: CommandLine) -> None:
    """At half past nine nobody had answered, and nobody had said that it is urgent."""
    told = cli.json("sla", "explain", "1001", "--at", "2026-11-23 09:30")
    assert {k: told[k] for k in ("state", "priority", "impact", "customer", "priority_history")} == {
        "state": "new",
        "priority": "medium",
        "impact": "",
        "customer": "kommun",
        "priority_history": [],
    }
    response, resolution_ = told["clocks"]
    assert response | {"intervals": []} == {
        "clock": "response",
        "target_hours": 4,
        "target_from": "the desk's own",
        "does": "running",
        "used_hours": 0.5,
        "remaining_hours": 3.5,
        "due_at": "2026-11-23T12:00:00+00:00",
        "met_at": None,
        "breached": False,
        "intervals": [],
    }
    assert resolution_["intervals"] == [
        {
            "begins": OPENED,
            "ends": "2026-11-23T09:30:00+01:00",
            "does": "running",
            "worked_hours": 0.5,
            "rule": "ticket registered by anna@kommun.example: new, the clock runs",
            "closed_days": [],
        }
    ]
    assert [(p["clock"], p["outcome"]) for p in told["promises"]] == [("response", "open")]
    assert [n["fact"] for n in told["next"]][:3] == ["response_warned", "promise_renewed", "response_breached"]


def test_explain_tells_the_days_off_and_the_words_that_spoke(desk: WorkingDesk, cli: CommandLine) -> None:
    told = cli.json("sla", "explain", "1002", "--at", "2026-12-28 09:00")
    assert told["clocks"][1]["intervals"][0]["closed_days"] == ["2026-12-24", "2026-12-25"]
    assert told["priority"] == "medium"
    before = cli.error("sla", "explain", "1002", "--at", "2026-11-22")
    assert before == "Error: SD-1002 was not there yet."


def test_list_has_what_is_due_the_soonest_first(desk: WorkingDesk, cli: CommandLine) -> None:
    cli.columns = 100
    shown = [line.split() for line in cli.lines("sla", "list")]
    assert [(row[0], row[1], row[-1]) for row in shown[1:]] == [
        ("2026-11-23", "13:00", "Fläkten"),
        ("2026-11-23", "17:00", "Skrivaren"),
    ]
    rows = cli.json("sla", "list", "--limit", "1")
    assert [(r["reference"], r["due_at"], r["promised_by"]) for r in rows] == [
        # The clock woke too late to promise anew: nothing is promised any longer.
        ("SD-1002", "2026-11-23T12:00:00+00:00", None)
    ]
    assert cli.json("sla", "list", "--group", "network") == []


def test_promises_are_counted_apart(desk: WorkingDesk, cli: CommandLine) -> None:
    desk.later(hours=8)
    run(desk.desk.open_office)
    told = cli.json("sla", "promises", "--from", "2026-11-23", "--to", "2026-11-24")
    assert (told["from"], told["to"]) == ("2026-11-23T00:00:00+01:00", "2026-11-25T00:00:00+01:00")
    assert told["counts"] == [
        {"customer": "", "clock": "response", "kept": 0, "renewed": 0, "missed": 1},
        {"customer": "kommun", "clock": "response", "kept": 1, "renewed": 0, "missed": 0},
    ]
    assert [(p["ticket"], p["outcome"], p["by"]) for p in told["promises"]] == [
        ("SD-1001", "kept", "2026-11-23T12:00:00+00:00"),
        ("SD-1002", "missed", "2026-11-23T12:00:00+00:00"),
    ]
    assert cli.lines("sla", "promises", "--from", "2026-11-23", "--to", "2026-11-24") == [
        "CUSTOMER  PROMISE   KEPT  RENEWED  MISSED",
        "-         response  0     0        1",
        "kommun    response  1     0        0",
    ]
    assert cli.lines("sla", "promises", "--from", "2026-10-01", "--to", "2026-10-31") == [
        "No promise ended in that time."
    ]


def test_priority_is_decided_by_hand(desk: WorkingDesk, cli: CommandLine) -> None:
    done = cli.json("ticket", "priority", "1002", "low", "--as", "lisa")
    assert (done["priority"], done["impact"]) == ("low", "")
    done = cli.json("ticket", "priority", "1002", "--impact", "low", "--urgency", "high", "--as", "lisa")
    assert (done["priority"], done["impact"], done["urgency"]) == ("medium", "low", "high")
    assert "say one of critical, high, medium, low" in cli.error("ticket", "priority", "1002", "--as", "lisa")
