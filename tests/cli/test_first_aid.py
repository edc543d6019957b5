"""``mailbot first-aid``, and answers sent with ``mailbot ticket reply --answer``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailbot.desk.ticket import EntryKind
from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk
from tests.support.ready_answers import READY_ANSWERS, SWEDISH

TEXT = "Hej {name}!\nByt lösenordet på Mitt konto {här} och svara om {reference}."
PRINTER = {
    "name": "utskrift",
    "title": "Utskrift",
    "titles": {},
    "texts": {"sv": "Starta om skrivaren."},
    "services": [],
    "words": {"sv": ["skrivar*"]},
    "fits": False,
    "text": "Starta om skrivaren.",
}
PASSWORD = {
    "name": "lösenord",
    "title": "Byta lösenord",
    "titles": {"en": "Password"},
    "texts": {"sv": TEXT, "en": "Change it on the page My account."},
    "services": ["accounts"],
    "words": {"sv": ["lösenord*"], "en": ["password*"]},
    "fits": False,
    "text": TEXT,
}


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    desk = WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", READY_ANSWERS)
    desk.receive("Jag har glömt det.", subject="Lösenord")
    return desk


def used(cli: CommandLine) -> list[str]:
    return [f["first_aid"] for f in cli.json("ticket", "log", "SD-1001") if f["fact"] == "agent_replied"]


def test_list_has_all_and_with_a_ticket_those_that_fit(cli: CommandLine) -> None:
    assert [line.split() for line in cli.lines("first-aid", "list")] == [
        ["NAME", "TITLE", "LANGUAGES", "TEXT"],
        ["@utskrift", "Utskrift", "sv", "Starta", "om", "skrivaren."],
        ["@lösenord", "Byta", "lösenord", "sv", "en", "Hej", "{name}!"],
    ]
    assert [line.split()[0] for line in cli.lines("first-aid", "list", "--ticket", "SD-1001")] == ["NAME", "@lösenord"]


def test_list_in_json_says_what_fits_and_what_it_says(cli: CommandLine) -> None:
    assert cli.json("first-aid", "list") == [PRINTER, PASSWORD]
    fitting = PASSWORD | {"fits": True, "text": SWEDISH}
    assert cli.json("first-aid", "list", "--ticket", "1001") == [fitting, PRINTER]


def test_show_has_each_language_or_what_the_requester_would_read(cli: CommandLine) -> None:
    assert cli("first-aid", "show", "LOSENORD").stdout == f"[sv]\n{TEXT}\n\n[en]\nChange it on the page My account.\n"
    assert cli("first-aid", "show", "@password", "--ticket", "SD-1001").stdout == f"{SWEDISH}\n"
    assert cli.json("first-aid", "show", "utskrift") == PRINTER


@pytest.mark.parametrize(
    ("name", "hint"), [("lösenrod", "did you mean lösenord?"), ("semester", "there are: utskrift, lösenord")]
)
def test_unknown_answer_is_told_with_the_nearest(cli: CommandLine, name: str, hint: str) -> None:
    assert cli.error("first-aid", "show", name) == f"Error: no answer is called {name}; {hint}"


def test_reply_begins_with_the_answer(cli: CommandLine, desk: WorkingDesk) -> None:
    cli("ticket", "reply", "SD-1001", "Ring", "annars.", "--answer", "lösenord", "--as", "lisa")
    cli("ticket", "reply", "SD-1001", "@lösenord är ett ord", "--as", "lisa")
    assert [e.words for e in desk.entries()[1:]] == [f"{SWEDISH}\n\nRing annars.", "@lösenord är ett ord"]
    assert used(cli) == ["lösenord", ""]


def test_solution_may_be_the_answer_alone(cli: CommandLine, desk: WorkingDesk) -> None:
    said = cli("ticket", "resolve", "SD-1001", "--answer", "@password", "--as", "lisa").stdout
    assert said == "SD-1001 resolved, the requester is asked; it is resolved.\n"
    assert (desk.entries()[-1].kind, desk.entries()[-1].words) == (EntryKind.RESOLUTION, SWEDISH)


def test_unknown_answer_sends_nothing(cli: CommandLine, desk: WorkingDesk) -> None:
    told = cli.error("ticket", "reply", "SD-1001", "--answer", "lösen", "--as", "lisa")
    assert told == ("Error: reply: no answer is called @lösen; did you mean @lösenord? There are: @utskrift, @lösenord")
    assert [e.kind for e in desk.entries()] == [EntryKind.REQUEST]


def test_desk_without_answers_says_how_to_have_some(sqlite_desk: WorkingDesk) -> None:
    cli = CommandLine(sqlite_desk.folder / "settings.toml")
    assert cli("first-aid", "list").stdout == "No answers stand ready: add [[first_aid]] to the settings file.\n"
    sqlite_desk.receive("Hej")
    assert cli.error("ticket", "reply", "SD-1001", "--answer", "x") == (
        "Error: reply: no answer is called @x; there is none: add [[first_aid]] to the settings file"
    )
