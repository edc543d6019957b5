"""Tables fit their window whatever stands in them; colours mark our own words alone; nothing is cut in a pipe."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.cli.printing import print_fields, print_json, print_table, print_words, visible
from mailbot.desk.lifecycle import State

HEAD = ("TICKET", "", "STATE", "CHANGED", "SUBJECT")
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def columns_of(line: str) -> int:
    marks = sum(unicodedata.category(c) in ("Mn", "Me") for c in line)
    return len(line) - marks + sum(unicodedata.east_asian_width(c) in "WF" for c in line)


@pytest.fixture(autouse=True)
def window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


def test_wide_and_combining_characters_stand_in_line(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("1", "日本語", "x"), ("2", "e\u0301le\u0300ve", "x"), ("3", "abc", "x")]
    print_table(("N", "WORD", "END"), rows, empty="")
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["N  WORD    END", "1  日本語  x", "2  e\u0301le\u0300ve   x", "3  abc     x"]
    assert {columns_of(line.removesuffix("x")) for line in shown[1:]} == {11}


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.text(max_size=12), st.sampled_from(State), st.text(max_size=90), st.text(max_size=90)),
        min_size=1,
        max_size=4,
    )
)
def test_no_row_is_wider_than_the_window(rows: list[tuple[str, State, str, str]]) -> None:
    @click.command()
    def show() -> None:
        print_table(("A", "STATE", "WHO", "SUBJECT"), rows, empty="")

    shown = CliRunner(env={"COLUMNS": "60"}).invoke(show).stdout
    lines = shown.split("\n")[:-1]
    assert len(lines) == len(rows) + 1
    assert max(map(columns_of, lines)) <= 60


def test_times_are_never_cut_and_what_is_widest_gives_way(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(HEAD, [("SD-1001", "", State.IN_PROGRESS, AT, "S" * 50), ("SD-1", "", State.NEW, AT, "kort")], empty="")
    assert [line.split() for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["SD-1001", "in_progress", "2026-11-23", AT.astimezone().strftime("%H:%M"), "S" * 19 + "…"],
        ["SD-1", "new", "2026-11-23", AT.astimezone().strftime("%H:%M"), "kort"],
    ]


def test_a_column_without_name_and_content_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("A", "", "B"), [("1", "", "2")], empty="")
    print_table(("A", "", "B"), [("1", "●", "2")], empty="")
    assert capsys.readouterr().out.splitlines() == ["A  B", "1  2", "A     B", "1  ●  2"]


def test_nothing_to_show_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(HEAD, [], empty="Nothing here.")
    assert capsys.readouterr().out == "Nothing here.\n"


def test_in_a_pipe_nothing_is_cut_or_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")
    long = "ord " * 100
    print_table(("A", "B"), [(long, long)], empty="")
    print_words(long)
    print_fields([("subject", long)])
    assert [line.count("ord") for line in capsys.readouterr().out.splitlines()] == [0, 200, 100, 100]


def test_long_details_go_on_below_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("WHEN", "DETAILS"), [(AT, "one two three four five six seven eight nine ten")], empty="", wrap=True)
    head, first, second = capsys.readouterr().out.splitlines()
    assert (head.index("DETAILS"), first[18:]) == (18, "one two three four five six seven eight")
    assert second == " " * 18 + "nine ten"


def test_long_field_goes_on_below_itself_and_a_long_word_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_fields([("subject", "ord " * 20), ("sha", "a" * 70), ("nothing", ""), ("none", None)])
    assert capsys.readouterr().out.splitlines() == [
        "subject  " + " ".join(["ord"] * 13),
        "         " + " ".join(["ord"] * 7),
        "sha      " + "a" * 70,
    ]


def test_only_states_of_ours_are_coloured() -> None:
    @click.command()
    def show() -> None:
        print_table(("STATE", "SUBJECT"), [(State.CLOSED, "failed")], empty="")
        print_fields([("state", State.NEW), ("subject", "quarantined")])

    row, state, subject = CliRunner().invoke(show, color=True).stdout.splitlines()[1:]
    assert row == "\x1b[32mclosed\x1b[0m  failed"
    assert state.endswith("\x1b[94mnew\x1b[0m") and subject.endswith("  quarantined")


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_visible_text_holds_nothing_that_steers(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} == set()
    assert all(after == before for before, after in zip(text, shown, strict=True) if after != " ")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=40))
def test_json_is_the_same_value_and_can_be_written_and_shown(text: str) -> None:
    @click.command()
    def show() -> None:
        print_json({"text": text})

    shown = CliRunner().invoke(show).stdout
    assert json.loads(shown) == {"text": text}
    assert [c for c in shown if c != "\n" and (ord(c) < 32 or "\x7f" <= c <= "\x9f" or c in "\u202e\u2066\ud800")] == []


def test_swedish_stays_readable_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"subject": "Återöppna — 日本"})
    assert "Återöppna — 日本" in capsys.readouterr().out
