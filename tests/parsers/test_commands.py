"""Command lines at the top of an agent's answer."""

from __future__ import annotations

import pytest

from mailbot.desk.correspondence import CommandLine
from mailbot.languages import load_lexicon
from mailbot.parsers.commands import COMMAND_LIMIT, canonical_command, read_commands

LEXICON = load_lexicon()


def test_several_lines_read_in_order() -> None:
    assert read_commands("#take\n#assign  network team\n\n#priority: high\n", LEXICON) == (
        CommandLine("take", "", "#take"),
        CommandLine("assign", "network team", "#assign  network team"),
        CommandLine("priority", "high", "#priority: high"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello\n#take",
        "We saw #take in the list",
        "#1",
        "#42 is done",
        "#SD-12",
        "#sd12 please",
        "# take",
        "##take",
        "#-",
    ],
)
def test_other_text_is_no_command(text: str) -> None:
    assert read_commands(text, LEXICON) == ()


def test_command_below_ordinary_text_not_read() -> None:
    assert read_commands("#take\nI look at it.\n#resolve", LEXICON) == (CommandLine("take", "", "#take"),)


def test_without_languages_text_below_goes_to_a_command_that_lacks_an_argument() -> None:
    assert read_commands("#svara\nHej!") == (CommandLine("svara", "Hej!", "#svara"),)
    assert read_commands("#reply Hello\nEva") == (CommandLine("reply", "Hello\nEva", "#reply Hello"),)
    assert read_commands("#assign network\nPlease.") == (CommandLine("assign", "network", "#assign network"),)


def test_argument_on_the_line_leaves_text_below_alone() -> None:
    assert read_commands("#assign network\n\nPlease have a look.", LEXICON) == (
        CommandLine("assign", "network", "#assign network"),
    )


@pytest.mark.parametrize("word", ["reply", "svara", "Svara", "antworten", "vastaa", "répondre"])
def test_reply_takes_its_text_from_below(word: str) -> None:
    assert read_commands(f"#{word}\n\nHello Eva,\n\nit is done.\n", LEXICON) == (
        CommandLine(word, "Hello Eva,\n\nit is done.", f"#{word}"),
    )


def test_reply_takes_text_from_its_line_and_below() -> None:
    assert read_commands("#svara Hej Eva,\n\ndet är klart.", LEXICON) == (
        CommandLine("svara", "Hej Eva,\n\ndet är klart.", "#svara Hej Eva,"),
    )


def test_byte_order_mark_before_the_first_command_passed_over() -> None:
    assert read_commands("\ufeff\n\u200b#take", LEXICON) == (CommandLine("take", "", "#take"),)


def test_hundreds_of_commands_read_up_to_the_limit() -> None:
    assert len(read_commands("#take\n" * 500, LEXICON)) == COMMAND_LIMIT


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("take", "take"), ("TA", "take"), ("tilldela", "assign"), ("notera", "note"), ("svara", "reply"),
        ("lös", "resolve"), ("los", "resolve"), ("prioritet", "priority"), ("vänta", "wait"),
        ("ateroppna", "reopen"), ("Übernehmen", "take"), ("uebernehmen", "take"), ("merge", "merge"),
        ("rouvrir", "reopen"), ("zamknij", "close"), ("nonsense", None), ("", None),
    ],
)  # fmt: skip
def test_command_word_of_any_language_is_one_verb(word: str, verb: str | None) -> None:
    assert canonical_command(word, LEXICON) == verb


def test_no_word_means_two_verbs_in_one_language() -> None:
    for language in LEXICON.languages.values():
        words = [word.strip() for entry in language.data["commands"].values() for word in entry.split(",")]
        assert sorted(set(words)) == sorted(words), language.tag
