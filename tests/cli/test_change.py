"""``mailbot change``: what is typed becomes a change, and what is shown is what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk

SETTINGS = """
[[services]]
name = "mail"
words = { sv = ["mejl*"] }
[[change_boards]]
name = "cab"
approvers = ["carl@kommun.example"]
[[change_freezes]]
name = "Jul"
begins = 2026-12-21T00:00:00
ends = 2027-01-04T08:00:00
why = "Ingen är här."
"""
SUNDAY = ("--from", "2026-11-29 06:00", "--to", "2026-11-29 08:00")
PLAN = ("--service", "mail", "--back-out", "Tillbaka.", *SUNDAY)


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    (tmp_path / "mailbot.db").write_bytes(sqlite_template.read_bytes())
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", SETTINGS)


@pytest.fixture
def change(desk: WorkingDesk, cli: CommandLine) -> CommandLine:
    cli("change", "new", "Ny server", "Flytta", "till", "mx2.", *PLAN, "--as", "lisa")
    return cli


def test_new_change_is_shown_with_all_that_was_said(change: CommandLine) -> None:
    shown = change.json("change", "show", "SD-1001")
    wanted = {"change": "SD-1001", "subject": "Ny server", "plan": "Flytta till mx2.", "back_out": "Tillbaka.",
              "type": "normal", "state": "proposed", "ticket_state": "in_progress", "revision": 1,
              "services": ["mail"], "by": "lisa@desk.example", "starts_at": "2026-11-29T05:00:00+00:00"}  # fmt: skip
    assert {key: shown[key] for key in wanted} == wanted
    assert "Nobody has been asked." in change("change", "show", "SD-1001").stdout


def test_plan_keeps_what_is_not_named(change: CommandLine) -> None:
    change("change", "plan", "SD-1001", "--risk", "Stort.", "--type", "standard", "--as", "lisa")
    shown = change.json("change", "show", "SD-1001")
    assert [shown[k] for k in ("plan", "risk", "type", "revision", "services")] == [
        "Flytta till mx2.", "Stort.", "standard", 2, ["mail"],
    ]  # fmt: skip
    assert change.lines("change", "schedule", "SD-1001", "--as", "lisa") == ["SD-1001 has its place. It is scheduled."]


def test_approver_is_asked_and_answers_on_the_phone(change: CommandLine) -> None:
    assert change.lines("change", "ask", "SD-1001", "--as", "lisa") == [
        "SD-1001 asks carl@kommun.example. It is asked."
    ]
    said = change.lines("change", "approve", "SD-1001", "--of", "carl@kommun.example", "Rang.", "--as", "lisa")
    assert said == ["SD-1001 is approved by carl@kommun.example. It is scheduled."]
    [approval] = change.json("change", "show", "SD-1001")["approvals"]
    assert [approval[k] for k in ("address", "answer", "way", "counts")] == [
        "carl@kommun.example", "approve", "phone", True,
    ]  # fmt: skip


def test_named_approvers_go_before_those_of_the_settings(change: CommandLine) -> None:
    change("change", "approvers", "SD-1001", "eva@x.example", "dan@x.example", "--needed", "1", "--as", "lisa")
    shown = change.json("change", "ask", "SD-1001", "--as", "lisa")
    assert sorted(a["address"] for a in shown["approvals"]) == ["dan@x.example", "eva@x.example"]
    assert (shown["approvers"], shown["needed"]) == (["eva@x.example", "dan@x.example"], 1)


def test_conflict_is_a_warning_and_a_freeze_needs_a_reason(change: CommandLine) -> None:
    christmas = ("--from", "2026-12-24 06:00", "--to", "2026-12-24 08:00", "--as", "lisa")
    warned = change("change", "plan", "SD-1001", *christmas)
    assert "Conflict: freeze «Jul»" in warned.stderr and "Ingen är här." in warned.stderr
    assert "--despite-freeze" in change.error("change", "ask", "SD-1001", "--as", "lisa")
    change("change", "ask", "SD-1001", "--despite-freeze", "Disken dör.", "--as", "lisa")
    assert change.json("change", "show", "SD-1001")["despite_freeze"] == "Disken dör."


def test_window_in_service_hours_is_noted(change: CommandLine) -> None:
    monday = ("--from", "2026-11-30 10:00", "--to", "2026-11-30 11:00", "--as", "lisa")
    assert change("change", "plan", "SD-1001", *monday).stderr == "Note: its window is inside service hours.\n"


def test_list_and_calendar(change: CommandLine, desk: WorkingDesk) -> None:
    change("change", "new", "Senare", "x", "--from", "2027-03-01 06:00", "--to", "2027-03-01 07:00", "--as", "lisa")
    change("change", "withdraw", "SD-1002", "Nej.", "--as", "lisa")
    assert [c["change"] for c in change.json("change", "list")] == ["SD-1001"]
    assert [c["change"] for c in change.json("change", "list", "--all")] == ["SD-1002", "SD-1001"]
    assert [c["change"] for c in change.json("change", "list", "--state", "withdrawn")] == ["SD-1002"]
    shown = change.json("change", "calendar", "--days", "3650")
    assert [(c["change"], c["subject"]) for c in shown] == [("SD-1001", "Ny server"), ("freeze", "Jul: Ingen är här.")]
    assert change.lines("change", "calendar", "--days", "1") == ["Nothing is changed in these days."]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "SD-1"), "there is no ticket SD-1"),
        (("new", "x", "--from", "soon", "--as", "lisa"), "'soon' is not a moment"),
        (("new", "x", "--service", "fax", "--as", "lisa"), "no service is called 'fax'; there are mail"),
        (("done", "SD-1001", "--as", "lisa"), "say it in a few words"),
        (("done", "SD-1001", "Klart.", "--as", "lisa"), "a normal change that is proposed allows: revise, ask, lapse"),
        (("review", "SD-1001", "Bra.", "--as", "lisa"), "allows: revise, ask, lapse, withdraw"),
        (("approve", "SD-1001", "--of", "eva@x.example", "Ja.", "--as", "lisa"), "asked: nobody yet"),
        (("announce", "SD-1001", "--as", "lisa"), "a change is announced when it is approved"),
    ],
)
def test_what_cannot_be_done_says_what_can(change: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    assert said in change.error("change", *arguments)


def test_change_is_made_and_reviewed(change: CommandLine) -> None:
    change("change", "plan", "SD-1001", "--type", "emergency", "--as", "lisa")
    assert change.lines("change", "start", "SD-1001", "--as", "lisa") == [
        "SD-1001 is begun; ask for approval afterwards. It is implementing."
    ]
    assert change.lines("change", "fail", "SD-1001", "Nej.", "--backed-out", "--as", "lisa") == [
        "SD-1001 is backed out. It is failed."
    ]
    change("change", "ask", "SD-1001", "--as", "lisa")
    change("change", "decline", "SD-1001", "--of", "carl@kommun.example", "Borde ha väntat.", "--as", "lisa")
    assert change.lines("change", "review", "SD-1001", "Lärde oss.", "--as", "lisa") == [
        "SD-1001 is reviewed; the ticket is cancelled. It is reviewed."
    ]
