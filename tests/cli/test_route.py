"""``mailbot route``: a dry run of the rules. ``mailbot agent``: what agents have to do, and when they are away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk
from tests.support.routed import ROUTED


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", ROUTED)


def written(desk: WorkingDesk, subject: str, body: str = "Hej") -> Path:
    path = desk.folder / "mail.eml"
    raw = desk.write(body, sender="Anna <anna@kommun.example>", to="support@desk.example", subject=subject)
    path.write_bytes(raw)
    return path


def test_route_tells_service_group_and_agents_and_keeps_nothing(cli: CommandLine, desk: WorkingDesk) -> None:
    told = cli.json("route", str(written(desk, "VPN", "Nätverket i sal 4 är borta.")))
    assert (told["service"], told["score"], told["group"], told["assigned"]) == ("network", 4, "network", False)
    assert told["agent"] == told["agents"][0]["address"]
    assert (told["agents"][-1]["address"], told["agents"][-1]["able"]) == ("omar@desk.example", False)
    assert "not to be chosen: lacks network" in told["agents"][-1]["reasons"]
    assert told["services"][0]["words"] == [
        {"pattern": "*nätverk*", "words": "nätverket", "where": "body", "points": 1},
        {"pattern": "vpn", "words": "vpn", "where": "subject", "points": 3},
    ]
    assert cli.json("ticket", "list", "--all") == []


def test_route_reads_standard_input_and_speaks_plainly(cli: CommandLine, desk: WorkingDesk) -> None:
    raw = written(desk, "Skrivaren").read_bytes()
    lines = cli.lines("route", "-", typed=raw)
    assert lines[0] == "-: Skrivaren"
    assert lines[1] == "  service printing (3): «skrivaren» in the subject (+3)"
    assert lines[2] == "  group printing: supports printing"
    assert lines[4] == "  → the ticket goes to the group printing"


def test_where_settings_assign_the_dry_run_says_so_and_the_address_counts(cli: CommandLine, desk: WorkingDesk) -> None:
    at_help = 'name = "printing"\naddresses = ["help@desk.example"]\ntitle'
    file = desk.folder / "settings.toml"
    file.write_text((file.read_text() + "[routing]\nassign = true\n").replace('name = "printing"\ntitle', at_help))
    told = cli.json("route", str(written(desk, "Hej")), "--to", "help@desk.example")
    assert (told["service"], told["assigned"], told["agent"]) == ("printing", True, "sam@desk.example")


def test_a_file_that_is_not_there_is_said(cli: CommandLine, desk: WorkingDesk) -> None:
    assert cli.error("route", "nowhere.eml") == "Error: nowhere.eml: No such file or directory"


def test_absences_are_set_listed_and_taken_back(cli: CommandLine, desk: WorkingDesk) -> None:
    kept = cli.json(
        "agent", "absence", "eva", "--from", "2999-12-21", "--to", "2999-12-23", "--note", "jul", "--as", "lisa"
    )
    assert kept == {"id": 1, "agent": "eva@desk.example", "from": "2999-12-21", "to": "2999-12-23", "note": "jul"}
    assert cli.json("agent", "absences") == [kept]
    assert cli.lines("agent", "absence-end", "1") == ["Absence 1 is taken back."]
    assert cli.lines("agent", "absences") == ["Nobody is away."]
    assert cli.error("agent", "absence-end", "1") == "Error: there is no absence 1"


def test_absences_that_cannot_be_are_refused(cli: CommandLine, desk: WorkingDesk) -> None:
    wrong = cli.error("agent", "absence", "eva", "--from", "2026-12-21", "--to", "2026-12-20")
    assert wrong == "Error: --to 2026-12-20 is before --from 2026-12-21"
    assert "no agent or group is called nobody" in cli.error("agent", "absence", "nobody", "--from", "2026-12-21")


def test_agents_are_listed_with_what_they_know_and_have(cli: CommandLine, desk: WorkingDesk) -> None:
    desk.receive("Hej")
    cli("ticket", "take", "1001", "--as", "eva")
    eva = next(a for a in cli.json("agent", "list") if a["address"] == "eva@desk.example")
    assert (eva["skills"], eva["open_tickets"], eva["groups"]) == ({"network": 3}, 1, ["network"])
    assert any("eva@desk.example" in line for line in cli.lines("agent", "list"))


def test_why_and_show_tell_the_choice_with_its_score(cli: CommandLine, desk: WorkingDesk) -> None:
    desk.receive("Nätverket är borta.", subject="VPN")
    shown = cli.json("ticket", "show", "1001")
    assert (shown["service"], shown["group"], shown["owner"]) == ("network", "network", "desk")
    assert (shown["routed"]["score"], shown["routed"]["words"]) == (4, ["nätverket", "vpn"])
    assert any(line.startswith("routed") and "network (4:" in line for line in cli.lines("ticket", "show", "1001"))
    steps = cli.json("ticket", "why", "1001")["steps"]
    assert [s["fact"] for s in steps] == ["ticket_registered", "ticket_routed"]
    assert any("group network: supports network" in line for line in cli.lines("ticket", "why", "1001"))


def test_escalate_wait_and_the_watch_list_by_hand(cli: CommandLine, desk: WorkingDesk) -> None:
    desk.receive("Hej")
    assert cli.lines("ticket", "escalate", "1001", "network", "--why", "Switchen.", "--as", "lisa")[0].startswith(
        "SD-1001 offered to network until"
    )
    (row,) = cli.json("ticket", "watch-list")
    assert (row["reference"], row["mark"], row["worker"]) == ("SD-1001", "unaccepted", "network")
    assert cli.lines("ticket", "return", "1001", "--why", "Inte vårt.", "--as", "omar") == [
        "SD-1001 given back to desk; it is in_progress."
    ]
    assert cli.json("ticket", "wait", "1001", "--until", "2999-01-01", "--as", "lisa")["waits_until"] == "2999-01-01"
    assert cli.json("ticket", "watch-list") == []
    assert cli.lines("ticket", "resume", "1001", "--as", "lisa") == ["SD-1001 taken up again; it is in_progress."]
    assert (
        "NETWORK" not in cli.error("ticket", "escalate", "1001", "netwrk", "--why", "x").upper().partition("KNOWN")[0]
    )
