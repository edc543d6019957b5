"""Somebody calls: the call is registered, opens or joins a ticket, the time to answer is measured, and they are told.

Rows 3, 6 and 10 of what the desk is for: the answer time for calls, a fault that came by phone, and the status of an
ongoing ticket by phone.
"""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailbot.cli import main
from mailbot.workflows import assignment
from tests.support.console import open_console
from tests.support.desk import LISA, WorkingDesk

SYSTEM = """
[[telephone_systems]]
name = "pbx"
delimiter = ","
agent_names = { 11 = "lisa@desk.example" }
[telephone_systems.columns]
key = "id"
caller = "from"
offered = "start"
waited = "wait"
outcome = "result"
agent = "who"
"""
HEAD = "id,from,start,wait,result,who\n"
CALLS = HEAD + "".join(
    f"c{n},070-{n},2026-11-23 09:{n:02}:00,{n * 10},{'answered' if n % 4 else 'abandoned'},11\n" for n in range(20)
)


@pytest.fixture
def office(desk: WorkingDesk) -> WorkingDesk:
    settings = desk.folder / "settings.toml"
    settings.write_text(settings.read_text() + SYSTEM)
    return desk


def run(desk: WorkingDesk, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--settings", str(desk.folder / "settings.toml"), "contact", *arguments])


def ask(desk: WorkingDesk, *arguments: str) -> object:
    done = run(desk, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def write(desk: WorkingDesk, text: str) -> str:
    path = Path(desk.folder / "calls.csv")
    path.write_text(text)
    return str(path)


def test_call_opens_a_ticket_whose_origin_is_the_phone(office: WorkingDesk) -> None:
    opened = ask(office, "add", "070-1", "--waited", "20", "--open", "Skrivaren", "--requester",
                 "Anna Berg <anna@kommun.example>", "--note", "Våning tre.", "--as", "lisa")  # fmt: skip
    assert isinstance(opened, dict) and (opened["ticket"], opened["waited_seconds"]) == ("SD-1001", 20)
    assert office.ticket().origin.value == "phone"
    assert office.facts() == ["ticket_registered", "contact_joined"]
    assert ("receipt", "anna@kommun.example") in office.notices()


def test_call_joins_a_ticket_as_an_entry_that_only_the_desk_reads(office: WorkingDesk) -> None:
    office.receive("Den är trasig.")
    ask(office, "add", "070-1", "--name", "Anna", "--note", "Undrar när.", "--ticket", "SD-1001", "--as", "lisa")
    entry = office.entries()[-1]
    assert (entry.kind.value, entry.public, entry.words) == ("contact", False, "☎ Anna (070-1)\n\nUndrar när.")
    asked = run(office, "join", "1", "SD-1001", "--as", "lisa")
    assert (asked.exit_code, len(office.entries())) == (0, 2)


def test_list_is_imported_once_however_often(office: WorkingDesk) -> None:
    calls = write(office, CALLS)
    first = ask(office, "import", calls, "--system", "pbx")
    again = ask(office, "import", calls, "--system", "pbx")
    assert (first, again) == (
        {"rows": 20, "bad": 0, "new": 20, "known": 0},
        {"rows": 20, "bad": 0, "new": 0, "known": 20},
    )


def test_list_with_a_bad_row_is_not_imported_unless_told_so(office: WorkingDesk) -> None:
    calls = write(office, CALLS + "c99,070,yesterday,1,answered,11\n")
    refused = run(office, "import", calls, "--system", "pbx")
    assert refused.exit_code == 1
    assert "line 22, start: found 'yesterday', wanted a moment (ISO 8601" in refused.output
    assert ask(office, "list", "--from", "2026-11-01", "--to", "2026-12-01") == []
    assert ask(office, "import", calls, "--system", "pbx", "--skip-bad") == {
        "rows": 20, "bad": 1, "new": 20, "known": 0,
    }  # fmt: skip


def test_figures_are_those_of_the_calls(office: WorkingDesk) -> None:
    run(office, "import", write(office, CALLS), "--system", "pbx")
    shown = ask(office, "figures", "--from", "2026-11-23", "--to", "2026-11-24", "--by", "agent")
    assert shown == [
        {
            "name": "lisa@desk.example",
            "offered": 20,
            "answered": 15,
            "abandoned": 5,
            "hasty": 1,
            "in_time": 5,
            "percent_in_time": 100 * 5 / 19,
            "mean_seconds": 100.0,
            "median_seconds": 100.0,
            "ninth_decile_seconds": 180.0,
            "longest_seconds": 190.0,
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "{file}", "--system", "pxb"), "no telephone system is called 'pxb'; there are pbx"),
        (("add", "070", "--at", "yesterday"), "'yesterday' is not a moment: write one like \"2026-11-23 08:15\""),
        (("add", "070", "--open", "x"), "--open and --requester belong together."),
        (("join", "7", "SD-1001"), "there is no contact 7: see `mailbot contact list`"),
        (("figures", "--from", "monday"), "'monday' is not a day: write one like 2026-11-23"),
    ],
)
def test_mistake_is_told_with_what_to_do(office: WorkingDesk, arguments: tuple[str, ...], said: str) -> None:
    file = write(office, CALLS)
    done = run(office, *(a.format(file=file) for a in arguments))
    assert done.exit_code != 0 and said in done.output


def test_one_search_tells_how_it_goes(office: WorkingDesk) -> None:
    office.receive("Den skriver tomma sidor.", subject="Skrivaren på plan 3")
    office.receive("Svart.", subject="Skärmen", sender="Bo Ek <bo@kommun.example>")
    ask(office, "add", "0701234567", "--ticket", "SD-1001", "--note", "Undrar när.", "--as", "lisa")
    with office.office() as opened:
        assignment.take(opened, opened.work.tickets.get(1001, lock=True), LISA)
    with open_console(office) as console:
        console.sign_in("lisa@desk.example")
        for said in ("SD-1001", "1001", "Anna Berg", "anna@kommun.example", "070-123 45 67", "+46701234567"):
            page = unescape(console.get("/phone", params={"q": said}).text)
            assert re.findall(r'href="/tickets/(SD-\d+)"', page) == ["SD-1001"], said
            assert "Skrivaren på plan 3" in page
            assert "Lisa Lind arbetar med" in page
        assert "SD-1001" not in console.get("/phone", params={"q": "Cia"}).text
