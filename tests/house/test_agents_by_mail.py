"""Every command that agents have by mail is worded in both languages, and told in the document for agents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbot.languages import load_lexicon
from mailbot.parsers.command_words import command_words, main_word
from mailbot.parsers.commands import canonical_command
from mailbot.templates.words import get_words
from mailbot.workflows.commands import email_commands

MANUAL = (Path(__file__).parents[2] / "docs" / "agents-by-mail.md").read_text("utf-8")
COMMANDS = email_commands()
SHOWN = sorted(name for name, command in COMMANDS.items() if command.shown)


@pytest.mark.parametrize("tag", sorted(load_lexicon().languages))
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_language_has_words_that_lead_to_the_command(name: str, tag: str) -> None:
    word = main_word(name, tag, load_lexicon())
    assert word in command_words(load_lexicon(), tag)
    assert canonical_command(word, load_lexicon()) == name


@pytest.mark.parametrize("tag", ["sv", "en"])
@pytest.mark.parametrize("name", SHOWN)
def test_help_says_what_each_command_does(name: str, tag: str) -> None:
    assert get_words(tag).tables["agent_command"][name]


def test_what_a_command_did_is_worded_for_every_key_in_its_file() -> None:
    folder = Path(__file__).parents[2] / "mailbot" / "workflows" / "commands"
    keys = {key for path in folder.glob("*.py") for key in re.findall(r'Done\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert len(keys) >= 20
    for tag in ("sv", "en"):
        assert keys - set(get_words(tag).tables["did"]) == set()


def test_why_not_is_worded_for_every_code() -> None:
    package = Path(__file__).parents[2] / "mailbot"
    paths = [
        *package.glob("workflows/*.py"),
        *package.glob("workflows/commands/*.py"),
        package / "desk" / "handover.py",
    ]
    raised = [re.findall(r'NotAllowed\(\s*"?\w+"?,\s*f?"[^"]*",\s*"(\w+)"', path.read_text("utf-8")) for path in paths]
    codes = {code for several in raised for code in several}
    assert {"needs_words", "needs_group", "owns", "no_close"} <= codes
    for tag in ("sv", "en"):
        assert codes - set(get_words(tag).tables["why_not"]) == set()


@pytest.mark.parametrize("name", SHOWN)
def test_document_for_agents_has_each_command_in_both_languages(name: str) -> None:
    rows = [line for line in MANUAL.splitlines() if line.startswith("| `#")]
    swedish, english = (f"`#{main_word(name, tag, load_lexicon())}" for tag in ("sv", "en"))
    assert [row for row in rows if row.startswith(f"| {swedish}") and english in row], (swedish, english)
