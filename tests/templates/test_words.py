"""Every language has every word."""

from pathlib import Path

import pytest

from mailbot.desk.changes import ChangeState, ChangeType
from mailbot.desk.lifecycle import State
from mailbot.desk.vocabulary import Priority, TicketKind
from mailbot.templates.catalogue import AGENT_COMMANDS
from mailbot.templates.render import packaged_wording
from mailbot.templates.words import answer_mailto, find_language, get_words

LANGUAGES = packaged_wording().languages()
ENUMERATIONS = {
    "state": State,
    "kind": TicketKind,
    "priority": Priority,
    "change_type": ChangeType,
    "change_state": ChangeState,
}


def test_swedish_and_english_are_spoken() -> None:
    assert LANGUAGES == ("en", "sv")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ENUMERATIONS)
def test_every_code_has_a_word(language: str, table: str) -> None:
    assert set(get_words(language).tables[table]) == {member.value for member in ENUMERATIONS[table]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_complete(language: str) -> None:
    words = get_words(language)
    assert set(words.tables) == set(get_words("sv").tables)
    assert set(words.tables["moment"]) == {"date", "date_time"}
    assert set(words.tables["answer"]) == {"accept", "reopen", "approve", "decline"}
    commands = {command.word.lstrip("#") for command in AGENT_COMMANDS} | {"accept", "reopen"}
    assert commands - set(words.tables["command"]) == set()


def test_marker_is_the_one_that_replies_are_cut_at() -> None:
    assert get_words("sv").marker == "##- Skriv ditt svar ovanför den här raden -##"
    assert get_words("en").marker == "##- Please write your reply above this line -##"


def test_word_for_an_unknown_code_is_the_code() -> None:
    words = get_words("sv")
    assert (words.name_of("in_progress", "state"), words.name_of("on_hold", "state")) == ("pågår", "on hold")
    assert words.name_of("#reply", "command") == words.name_of("reply", "command")
    with pytest.raises(KeyError):
        words.name_of("new", "stat")


@pytest.mark.parametrize(
    ("asked", "found"), [("sv", "sv"), ("EN", "en"), ("en-US", "en"), ("fi", "sv"), ("..", "sv"), ("", "sv")]
)
def test_language_is_found_or_swedish(asked: str, found: str) -> None:
    assert find_language(asked) == found


def test_language_that_another_folder_lacks_is_swedish(tmp_path: Path) -> None:
    assert find_language("en", tmp_path) == "sv"


@pytest.mark.parametrize(
    ("language", "answer", "link"),
    [
        ("sv", "accept", "mailto:a%2Bk@x.example?subject=Acceptera%20SD-1&body=Acceptera"),
        ("en", "reopen", "mailto:a%2Bk@x.example?subject=Reopen%20SD-1&body=Reopen"),
    ],
)
def test_answer_is_ready_in_the_language(language: str, answer: str, link: str) -> None:
    assert answer_mailto(language, answer, "a+k@x.example", "SD-1") == link
