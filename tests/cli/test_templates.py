"""``mailbot templates`` as admins use it: the program itself, with an editor that is a script."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailbot.cli import main
from mailbot.cli.templates_views import OCCASIONS
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.render import packaged_wording

RECEIPT = packaged_wording().find_source(NoticeKind.RECEIPT, "sv").text
SETTINGS = """
[desk]
name = "Servicedesk"
addresses = ["support@desk.example"]
secret_file = "{folder}/secret.key"
[store]
url = "sqlite:///{folder}/mailbot.db"
[delivery]
folder = "{folder}/out"
[[groups]]
name = "desk"
[[agents]]
address = "lisa@desk.example"
name = "Lisa Lind"
role = "admin"
[[agents]]
address = "omar@desk.example"
name = "Omar Nasser"
"""


@dataclass
class Terminal:
    """A person at a terminal; ``env`` holds their editor."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, keys: str | None = None, code: int = 0, colour: bool = False) -> Result:
        settings = self.folder / "settings.toml"
        settings.write_text(SETTINGS.format(folder=self.folder))
        arguments = ["--settings", str(settings), "templates", *words]
        done = CliRunner(env={"MAILBOT_AGENT": "lisa", **self.env}).invoke(main, arguments, input=keys, color=colour)
        assert done.exit_code == code, done.output
        return done

    def edit_by(self, *scripts: str) -> None:
        """The editor that runs the first sed script at the first visit, the next at the next."""
        editor, visits = self.folder / "editor", self.folder / "visits"
        visits.unlink(missing_ok=True)
        cases = "\n".join(f"{number}) sed -i '{script}' \"$1\";;" for number, script in enumerate(scripts, 1))
        editor.write_text(f'#!/bin/sh\necho x >>{visits}\ncase $(wc -l <{visits} | tr -d " ") in\n{cases}\nesac\n')
        editor.chmod(0o755)
        self.env["EDITOR"] = str(editor)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_list_shows_every_notice_and_what_speaks(terminal: Terminal) -> None:
    shown = terminal.run("list").stdout
    assert re.findall(r"^([a-z_]+) +packaged +packaged ", shown, re.M) == [kind.value for kind in OCCASIONS]
    assert set(OCCASIONS) == set(NoticeKind)


def test_edit_shows_problems_at_their_line_and_goes_on_until_it_is_right(terminal: Terminal) -> None:
    terminal.edit_by("s/ticket.reference }}\\./tiket.reference }}./", "s/tiket/ticket/; s/Vi har tagit emot/Tack för/")
    shown = terminal.run("edit", "receipt", keys="e\ns\nVänligare\n").stdout
    lines = [number for number, line in enumerate(RECEIPT.splitlines(), 1) if "ticket.reference }}." in line]
    assert re.findall(r"✗ line (\d+)  tiket is not a name in this notice", shown) == [str(n) for n in lines]
    assert shown.count("→ Did you mean ticket?") == len(lines) == 3
    assert "+Tack för ditt ärende. Det har nummer {{ ticket.reference }}." in shown
    assert "Saved as receipt/sv, revision 1." in shown
    (kept,) = json.loads(terminal.run("history", "receipt", "--json").stdout)
    assert (kept["revision"], kept["by"], kept["why"]) == (1, "lisa@desk.example", "Vänligare")
    assert terminal.run("show", "receipt").stdout == RECEIPT.replace("Vi har tagit emot", "Tack för")


def test_edit_that_is_given_up_changes_nothing_and_keeps_the_draft(terminal: Terminal) -> None:
    terminal.edit_by("s/ticket.reference/tiket.reference/")
    done = terminal.run("edit", "receipt", keys="g\n", code=1)
    draft = re.search(r"Your draft is kept in (\S+)\.\n", done.stderr)
    assert draft and Path(draft[1]).read_text("utf-8") == RECEIPT.replace("ticket.reference", "tiket.reference")
    assert json.loads(terminal.run("history", "receipt", "--json").stdout) == []


def test_edit_without_a_change_saves_nothing(terminal: Terminal) -> None:
    terminal.edit_by("")
    assert terminal.run("edit", "receipt").stdout == "Nothing was changed.\n"


def test_only_admins_change_the_wording(terminal: Terminal) -> None:
    done = terminal.run("edit", "receipt", "--as", "omar", code=1)
    assert done.stderr == "Error: change the wording: admins do; they are lisa@desk.example (--as)\n"


def test_check_tells_lines_for_people_and_for_machines(terminal: Terminal) -> None:
    file = terminal.folder / "draft.j2"
    file.write_text(RECEIPT.replace("<h1>", '<h1 style="color:#bbb">'), "utf-8")
    line = next(number for number, text in enumerate(RECEIPT.splitlines(), 1) if "<h1>" in text)
    shown = terminal.run("check", "receipt", "--file", str(file), code=1).stdout
    assert f"✗ line {line}  “Vi har tagit emot ditt ärende” is hard to read in light mode: #bbb on #ffffff" in shown
    (told,) = json.loads(terminal.run("check", "receipt", "--file", str(file), "--json", code=1).stdout)
    assert (told["notice"], told["language"], told["may_be_kept"]) == ("receipt", "sv", False)
    assert [problem["line"] for problem in told["problems"]] == [line]


def test_check_of_all_that_speaks_finds_no_problem(terminal: Terminal) -> None:
    told = json.loads(terminal.run("check", "--json").stdout)
    assert [(t["notice"], t["language"], t["problems"]) for t in told] == [
        (kind.value, tag, []) for kind in OCCASIONS for tag in ("sv", "en")
    ]
    assert all(0 < t["figures"]["lix"] < 40 for t in told)


def test_preview_shows_a_sample_and_writes_its_html(terminal: Terminal) -> None:
    out = terminal.folder / "receipt.html"
    shown = terminal.run("preview", "receipt", "--lang", "en", "--out", str(out)).stdout
    assert shown.startswith("Subject: [SD-1042] We have received your ticket: The printer on floor 3")
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert terminal.run("preview", "closed", "--case", "x", code=1).stderr == (
        "Error: closed has no sample 'x'; there are: ordinary, by contact, by silence, by page, by another\n"
    )


def test_preview_of_a_ticket_sends_nothing(terminal: Terminal) -> None:
    terminal.run("list")
    settings = str(terminal.folder / "settings.toml")
    for words in (["new", "Anna <anna@kommun.example>", "Skrivaren", "Tomma sidor"],):
        CliRunner(env={"MAILBOT_AGENT": "lisa"}).invoke(main, ["--settings", settings, "ticket", *words])
    before = CliRunner().invoke(main, ["--settings", settings, "outbox", "list", "--json"]).stdout
    shown = terminal.run("preview", "resolution", "--ticket", "SD-1001", "--text").stdout
    assert "Vi tror att ditt ärende SD-1001 är löst: Skrivaren" in shown and "preview@desk.example" in shown
    assert CliRunner().invoke(main, ["--settings", settings, "outbox", "list", "--json"]).stdout == before


def test_diff_is_coloured_for_people_and_plain_for_machines(terminal: Terminal) -> None:
    terminal.edit_by("s/Vi har tagit emot ditt ärende\\. Det/Hej! Det/")
    terminal.run("edit", "receipt", "--yes")
    shown = terminal.run("diff", "receipt", colour=True).stdout
    assert "\x1b[32m+Hej! Det har nummer {{ ticket.reference }}.\x1b[0m" in shown
    assert "\x1b[31m-Vi har tagit emot ditt ärende. Det har nummer {{ ticket.reference }}.\x1b[0m" in shown
    told = json.loads(terminal.run("diff", "receipt", "--json").stdout)
    assert [line for line in told["lines"] if line[:1] in "+-"] == [
        "--- receipt/sv, packaged",
        "+++ receipt/sv, revision 1",
        "-Vi har tagit emot ditt ärende. Det har nummer {{ ticket.reference }}.",
        "+Hej! Det har nummer {{ ticket.reference }}.",
    ]
    same = "receipt/sv, revision 1 and receipt/sv, revision 1 say the same.\n"
    assert terminal.run("diff", "receipt", "1", "1").stdout == same


def test_restore_brings_the_packaged_wording_back(terminal: Terminal) -> None:
    terminal.edit_by("s/Vi har tagit emot ditt ärende\\. Det/Hej! Det/")
    terminal.run("edit", "receipt", "--yes")
    told = terminal.run("restore", "receipt", "packaged", "--why", "Nej").stdout
    assert told == "receipt/sv says again what packaged said: revision 2.\n"
    assert terminal.run("show", "receipt").stdout == RECEIPT
    kept = json.loads(terminal.run("history", "receipt", "--json").stdout)
    assert [(r["revision"], r["why"], r["restores"]) for r in kept] == [(2, "Nej", 0), (1, "", None)]
    assert "says that already" in terminal.run("restore", "receipt", "packaged", code=1).stderr


def test_export_and_import_go_round(terminal: Terminal) -> None:
    folder = terminal.folder / "wordings"
    number = 2 * len(NoticeKind)
    assert terminal.run("export", str(folder)).stdout == f"{number} wordings in {folder}.\n"
    assert terminal.run("import", str(folder)).stdout == f"0 saved, {number} the same as before.\n"
    file = folder / "sv" / "receipt.j2"
    file.write_bytes(RECEIPT.replace("Vi har tagit emot", "Tack för").replace("\n", "\r\n").encode())
    told = terminal.run("import", str(folder), "--why", "Från git").stdout
    assert told == f"✓ sv/receipt.j2\nreceipt/sv: revision 1\n1 saved, {number - 1} the same as before.\n"
    assert terminal.run("show", "receipt").stdout == RECEIPT.replace("Vi har tagit emot", "Tack för")


def test_import_tries_all_before_it_saves_any(terminal: Terminal) -> None:
    folder = terminal.folder / "wordings"
    terminal.run("export", str(folder))
    for name, old, new in (("receipt", "Vi har tagit emot", "Tack för"), ("resolution", "reopen_mailto", "tiket")):
        file = folder / "sv" / f"{name}.j2"
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    done = terminal.run("import", str(folder), code=1)
    assert "✓ sv/receipt.j2" in done.stdout and "✗ sv/resolution.j2" in done.stdout
    assert done.stderr == "Error: Nothing is saved: mend the problems, and import again.\n"
    assert json.loads(terminal.run("history", "receipt", "--json").stdout) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("xx/receipt.j2", "there are no words in 'xx'"),
        ("sv/reciept.j2", "no notice 'reciept'; receipt?"),
        (None, "no wordings"),
    ],
)
def test_import_tells_what_it_does_not_know(terminal: Terminal, name: str | None, told: str) -> None:
    folder = terminal.folder / "wordings"
    folder.mkdir()
    if name:
        (folder / name).parent.mkdir()
        (folder / name).write_text(RECEIPT, "utf-8")
    assert told in terminal.run("import", str(folder), code=1).stderr


def test_show_tells_the_names_that_can_be_used(terminal: Terminal) -> None:
    told = json.loads(terminal.run("show", "closed", "--names", "--json").stdout)
    assert {"path": "reopen_days", "sort": "number", "sample": "10", "shared": False, "parts": []} in told
    assert re.search(r"^\{\{ reopen_until \}\} +moment ", terminal.run("show", "closed", "--names").stdout, re.M)


def test_a_revision_changed_in_the_database_is_told_by_list_and_check(terminal: Terminal) -> None:
    terminal.edit_by("s/Vi har tagit emot/Tack för/")
    terminal.run("edit", "receipt", "--yes")
    with sqlite3.connect(terminal.folder / "mailbot.db") as database:
        database.execute("UPDATE wordings SET source = 'x'")
    listed = terminal.run("list")
    fault = "its source is not the one that was checked and saved"
    assert re.search(r"^receipt +packaged ! +packaged ", listed.stdout, re.M)
    assert re.fullmatch(rf"! receipt/sv: revision sv/1:[0-9a-f]{{12}}: {fault}\n", listed.stderr)
    checked = CliRunner().invoke(main, ["--settings", str(terminal.folder / "settings.toml"), "check"])
    assert re.search(rf"✗ templates +receipt/sv: .*{fault}", checked.output)


def test_mistyped_words_are_told_the_nearest(terminal: Terminal) -> None:
    assert "There is no notice `reciept`. Did you mean `receipt`?" in terminal.run("show", "reciept", code=2).stderr
    assert (
        "there are no words in 'se'; there are en, sv" in terminal.run("show", "receipt", "--lang", "se", code=1).stderr
    )
    assert "'x' is not a revision" in terminal.run("diff", "receipt", "x", code=1).stderr


@pytest.mark.parametrize(
    "name", ["list", "show", "edit", "check", "preview", "history", "diff", "restore", "export", "import"]
)
def test_help_has_an_example(terminal: Terminal, name: str) -> None:
    assert f"  mailbot templates {name}" in terminal.run(name, "--help").stdout
