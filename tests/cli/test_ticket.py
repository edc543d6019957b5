"""``mailbot ticket``: a whole life by hand, the same in words and in JSON, and clear words where something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk

AT = "2026-11-23T08:00:00+00:00"
ANNA = {"address": "anna@kommun.example", "name": "Anna Berg"}
LISA = {"address": "lisa@desk.example", "name": "Lisa Lind"}
TICKET: dict[str, Any] = {
    "reference": "SD-1001",
    "number": 1001,
    "subject": "Skrivaren",
    "state": "new",
    "kind": "incident",
    "origin": "user",
    "priority": "medium",
    "language": "sv",
    "requester": ANNA,
    "participants": [],
    "affected": ["anna@kommun.example"],
    "group": "desk",
    "assignee": "",
    "owner": "desk",
    "service": "",
    "offered_at": None,
    "waits_until": None,
    "resolution": 0,
    "needs_person": False,
    "needs_contact": False,
    "opened_at": AT,
    "changed_at": AT,
    "resolved_at": None,
    "closed_at": None,
    "follows": None,
    "customer": "",
    "impact": "medium",
    "urgency": "medium",
    "due_at": "2026-11-23T12:00:00+00:00",
    "promised_by": "2026-11-23T12:00:00+00:00",
}
ENTRY: dict[str, Any] = {
    "id": 1,
    "kind": "request",
    "public": True,
    "at": AT,
    "author": ANNA,
    "role": "requester",
    "words": "Den ger bara tomma sidor.",
    "mail": 1,
    "intent": "",
    "evidence": "E1",
    "attachments": [],
}


@pytest.fixture
def printer(desk: WorkingDesk) -> WorkingDesk:
    """A desk with Anna's printer as SD-1001."""
    desk.receive("Den ger bara tomma sidor.")
    return desk


def stripped(shown: dict[str, Any]) -> dict[str, Any]:
    """A ticket without the times that hang on when it was changed: commands go by the clock of the machine."""
    by_clock = ("changed_at", "due_at", "promised_by")
    return {k: bool(v) if k in ("resolved_at", "closed_at") else v for k, v in shown.items() if k not in by_clock}


def ticket(**changed: Any) -> dict[str, Any]:
    return stripped(TICKET | changed)


def test_list_and_show_in_words(printer: WorkingDesk, cli: CommandLine) -> None:
    assert cli.lines("ticket", "list") == [
        "TICKET   STATE  CHANGED           REQUESTER            ASSIGNEE  SUBJECT",
        "SD-1001  new    2026-11-23 09:00  anna@kommun.example  (desk)    Skrivaren",
    ]
    assert cli.lines("ticket", "show", "sd1001") == [
        "SD-1001  Skrivaren",
        "state      new",
        "priority   medium",
        "due        2026-11-23 13:00",
        "promised   2026-11-23 13:00",
        "requester  Anna Berg <anna@kommun.example>",
        "group      desk",
        "assignee   nobody yet",
        "opened     2026-11-23 09:00",
        "",
        "2026-11-23 09:00  request (public)  Anna Berg <anna@kommun.example>  mail 1",
        "    Den ger bara tomma sidor.",
    ]


def test_list_show_and_log_in_json(printer: WorkingDesk, cli: CommandLine) -> None:
    assert cli.json("ticket", "list") == [TICKET]
    assert cli.json("ticket", "show", "SD-1001") == TICKET | {"routed": None, "closure": None, "entries": [ENTRY]}
    fact = {"at": AT, "fact": "ticket_registered", "by": ANNA["address"], "entry": 1, "origin": "user", "follows": None}
    fact["without_receipt"] = False
    promise = {"clock": "response", "promised_by": "2026-11-23T12:00:00+00:00"}
    promised = {"at": AT, "fact": "promise_made", "by": "desk", "entry": None, **promise}
    assert cli.json("ticket", "log", "1001") == [fact, promised]


def test_log_in_words_has_facts_and_mails(printer: WorkingDesk, cli: CommandLine) -> None:
    cli.columns = 120
    assert cli.lines("ticket", "log", "SD-1001") == [
        "WHEN              FACT               BY                   DETAILS",
        "2026-11-23 09:00  ticket_registered  anna@kommun.example  origin=user",
        "2026-11-23 09:00  promise_made       desk                 "
        "clock=response, promised_by=2026-11-23T12:00:00+00:00",
        "",
        "QUEUED            NOTICE            STATUS  TO                   SUBJECT",
        "2026-11-23 09:00  receipt           queued  anna@kommun.example  [SD-1001] Vi har tagit emot ditt ärende",
        "2026-11-23 09:00  agent_new_ticket  queued  lisa@desk.example    [SD-1001] Nytt ärende: Skrivaren",
    ]


def test_a_whole_life_by_hand(printer: WorkingDesk, cli: CommandLine) -> None:
    lisa = {"assignee": "lisa@desk.example"}
    done = [
        cli.json("ticket", "take", "1001", "--as", "lisa"),
        cli.json("ticket", "note", "1001", "Säkring", "4", "igen", "--as", "lisa"),
        cli.json("ticket", "reply", "1001", "-f", "-", "--as", "lisa", typed="Vilken våning?\n"),
        cli.json("ticket", "resolve", "1001", "Ny drivrutin.", "--as", "lisa"),
        cli.json("ticket", "reopen", "1001", "Nej.", "--as", "lisa"),
        cli.json("ticket", "resolve", "1001", "Nyare drivrutin.", "--as", "lisa"),
        cli.json("ticket", "verify", "1001", "--by", "visit", "--note", "Den skriver ut.", "--as", "lisa"),
    ]
    assert [stripped(shown) for shown in done] == [
        ticket(**lisa, state="in_progress"),
        ticket(**lisa, state="in_progress"),
        ticket(**lisa, state="in_progress"),
        ticket(**lisa, state="resolved", resolution=1, resolved_at=True),
        ticket(**lisa, state="in_progress", resolution=1),
        ticket(**lisa, state="resolved", resolution=2, resolved_at=True),
        ticket(**lisa, state="closed", resolution=2, resolved_at=True, closed_at=True),
    ]
    log = [f for f in cli.json("ticket", "log", "1001")[1:] if not f["fact"].startswith("promise_")]
    told = [(f["fact"], f["by"]) for f in log]
    assert {by for _, by in told} == {"lisa@desk.example"}
    assert [fact for fact, _ in told] == [
        "ticket_assigned",
        "note_added",
        "agent_replied",
        "resolution_proposed",
        "ticket_reopened",
        "resolution_proposed",
        "resolution_verified",
    ]
    shown = cli.json("ticket", "show", "1001")["entries"]
    assert [(e["kind"], e["public"], e["words"], e["author"]) for e in shown[1:]] == [
        ("note", False, "Säkring 4 igen", LISA),
        ("public_reply", True, "Vilken våning?", LISA),
        ("resolution", True, "Ny drivrutin.", LISA),
        ("note", False, "Nej.", LISA),
        ("resolution", True, "Nyare drivrutin.", LISA),
        ("contact", False, "Den skriver ut.", LISA),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("take", "1001", "--as", "omar"), "SD-1001 taken; it is in_progress."),
        (("assign", "SD-1001", "network"), "SD-1001 assigned to network; it is in_progress."),
        (("note", "1001", "Hej"), "SD-1001 noted; it is new."),
        (("reply", "1001", "Hej"), "SD-1001 answered; it is new."),
        (("resolve", "1001", "Lagat"), "SD-1001 resolved, the requester is asked; it is resolved."),
        (("cancel", "1001", "Skrotad"), "SD-1001 cancelled; it is cancelled."),
        (("new", "Bo Ek <bo@kommun.example>", "Skärmen", "Svart."), "SD-1002 registered; it is new."),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_act_says_in_one_line_what_was_done(
    printer: WorkingDesk, cli: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    assert cli.lines("ticket", *arguments) == [said]


def test_new_registers_what_somebody_told_on_the_phone(printer: WorkingDesk, cli: CommandLine) -> None:
    bo = {"address": "bo@kommun.example", "name": "Bo Ek"}
    made = cli.json("ticket", "new", "Bo Ek <bo@kommun.example>", "Screen", "--language", "en", "--as", "lisa")
    known = {"reference": "SD-1002", "number": 1002, "subject": "Screen", "requester": bo, "language": "en"}
    expected = ticket(**known, origin="staff", affected=["bo@kommun.example"]) | {"opened_at": made["opened_at"]}
    assert stripped(made) == expected
    (entry,) = cli.json("ticket", "show", "1002")["entries"]
    assert (entry["words"], entry["author"], entry["mail"]) == ("Screen", bo, None)


def test_new_files_as_the_agent_decides(printer: WorkingDesk, cli: CommandLine) -> None:
    made = cli.json(
        *("ticket", "new", "bo@kommun.example", "Badge", "--as", "lisa", "--request", "--no-receipt"),
        *("--impact", "high", "--urgency", "high"),
    )
    assert (made["kind"], made["priority"]) == ("service_request", "critical")
    log = {f["fact"]: f for f in cli.json("ticket", "log", "SD-1002") if "fact" in f}
    assert log["notice_withheld"]["notice"] == "receipt"
    refused = cli.error("ticket", "new", "bo@kommun.example", "Badge", "--service", "prnt", "--as", "lisa")
    assert "no service is called 'prnt'; there are none yet" in refused


def test_list_is_narrowed(printer: WorkingDesk, cli: CommandLine) -> None:
    printer.receive("Svart.", sender="Bo Ek <bo@kommun.example>", subject="Skärmen")
    printer.receive("Trasig.", sender="Bo Ek <bo@kommun.example>", subject="Musen")
    cli("ticket", "take", "1002", "--as", "omar")
    cli("ticket", "cancel", "1003", "Köp en ny.")

    def numbers(*arguments: str) -> list[int]:
        return sorted(t["number"] for t in cli.json("ticket", "list", *arguments))

    assert numbers() == [1001, 1002]
    assert numbers("--all") == [1001, 1002, 1003]
    assert numbers("--state", "cancelled", "--state", "new") == [1001, 1003]
    assert numbers("--mine", "--as", "omar") == [1002]
    assert numbers("--group", "network") == [1002]
    assert numbers("--requester", "bo@kommun.example", "--all") == [1002, 1003]
    assert numbers("--search", "skärm") == [1002]
    assert numbers("--unread") == []
    assert len(numbers("--all", "--limit", "2")) == 2


def test_what_a_person_must_read_is_marked(printer: WorkingDesk, cli: CommandLine) -> None:
    printer.receive("Svart.", sender="Bo Ek <bo@kommun.example>", subject="Skärmen")
    printer.answer(printer.resolve(), "Jag testar imorgon.")
    assert [line[:12] for line in sorted(cli.lines("ticket", "list"))] == [
        "SD-1001  ●  ",
        "SD-1002     ",
        "TICKET      ",
    ]
    assert [t["number"] for t in cli.json("ticket", "list", "--unread")] == [1001]


def test_an_empty_desk_says_how_to_begin(desk: WorkingDesk, cli: CommandLine) -> None:
    assert cli.lines("ticket", "list") == ["No tickets. Mail to the desk, or `mailbot ticket new`, makes one."]
    assert cli.json("ticket", "list") == []


KNOWN = "lisa@desk.example, omar@desk.example"
POSSIBLE = "assign, reply, request_information, resolve, cancel, acknowledge, recover"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "SD-9999"), "there is no ticket SD-9999"),
        (("show", "999999999999"), "there is no ticket SD-999999999999"),
        (("show", "printer"), "'printer' is not a ticket reference: write one like SD-1042"),
        (("show", "IT-1001"), "'IT-1001' is not a ticket reference: write one like SD-1042"),
        (
            ("verify", "1001", "--note", "ok"),
            f"a ticket that is new cannot take verify; possible now: {POSSIBLE}",
        ),
        (("reopen", "1001"), f"a ticket that is new cannot take reopen; possible now: {POSSIBLE}"),
        (("take", "1001", "--as", "eve"), f"no agent or group is called eve; known: {KNOWN}"),
        (("take", "1001"), f"take: say who you are with --as AGENT; there are {KNOWN}"),
        (("list", "--mine"), f"--mine: say who you are with --as AGENT; there are {KNOWN}"),
        (("assign", "1001", "eve"), f"no agent or group is called eve; known: desk, network, {KNOWN}"),
        (("note", "1001"), "note: it needs words: say what the reader should know"),
        (("reply", "1001", "  "), "reply: it needs words: say what the reader should know"),
        (("resolve", "1001"), "resolve: it needs words: say what the reader should know"),
        (("cancel", "1001"), "cancel: it needs words: say what the reader should know"),
        (("new", "nobody", "S"), "'nobody' is not an address: write anna@example.org or \"Anna <anna@example.org>\""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    printer: WorkingDesk, cli: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    before = (printer.facts(), printer.entries(), printer.notices())
    error = cli.error("ticket", *arguments)
    assert error == f"Error: {said}"
    assert (printer.facts(), printer.entries(), printer.notices()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--state", "lost"),
        ("list", "--limit", "0"),
        ("verify", "1001", "--by", "telepathy", "--note", "x"),
        ("verify", "1001"),
        ("show",),
        ("reply", "1001", "-f", "no-such-file"),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2(printer: WorkingDesk, cli: CommandLine, arguments: tuple[str, ...]) -> None:
    assert "Usage: " in cli.error("ticket", *arguments, fails=2)


def test_who_acts_is_taken_from_the_login_name_or_the_environment(
    printer: WorkingDesk, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def actor(**environment: str) -> str:
        cli("ticket", "note", "1001", "Hej", **environment)
        by: str = cli.json("ticket", "log", "1001")[-1]["by"]
        return by

    assert actor() == "support@desk.example"
    assert actor(LOGNAME="Omar") == "omar@desk.example"
    assert actor(MAILBOT_AGENT="lisa lind", LOGNAME="omar") == "lisa@desk.example"

    def nameless() -> str:
        raise OSError("No username set in the environment")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert actor() == "support@desk.example"


def test_the_only_agent_is_the_one_who_acts(printer: WorkingDesk, cli: CommandLine) -> None:
    settings: Path = cli.settings
    settings.write_text(settings.read_text().partition('[[agents]]\naddress = "omar@')[0])
    assert cli.json("ticket", "take", "1001")["assignee"] == "lisa@desk.example"
