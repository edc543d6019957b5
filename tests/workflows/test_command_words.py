"""What stands behind a command: groups and reasons, ways of contact, priorities and days, in any language."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.errors import NotAllowed
from mailbot.desk.vocabulary import Priority
from mailbot.workflows.command_words import (
    first_word,
    nearest_name,
    nearest_word,
    read_day,
    read_priority,
    read_way,
    word_for,
)

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "day", "why"),
    [
        ("till 1 december Reservdelen kommer.", date(2026, 12, 1), "Reservdelen kommer."),
        ("2026-12-01", date(2026, 12, 1), ""),
        ("until Friday, the part", date(2026, 11, 27), "the part"),
        ("på fredag", date(2026, 11, 27), ""),
        ("imorgon\nDå ringer hon.", date(2026, 11, 24), "Då ringer hon."),
        ("Vi väntar på mötet på fredag", None, "Vi väntar på mötet på fredag"),
        ("leverantören", None, "leverantören"),
        ("", None, ""),
    ],
)
def test_a_day_counts_only_at_the_beginning(words: str, day: date | None, why: str) -> None:
    assert read_day(words, MONDAY) == (day, why)


@pytest.mark.parametrize(
    ("words", "priority", "why"),
    [
        ("hög", Priority.HIGH, ""),
        ("HOG: kön växer", Priority.HIGH, "kön växer"),
        ("akut", Priority.CRITICAL, ""),
        ("kritisk", Priority.CRITICAL, ""),
        ("normal", Priority.MEDIUM, ""),
        ("medel", Priority.MEDIUM, ""),
        ("low\nIt can wait.", Priority.LOW, "It can wait."),
        ("niedrig", Priority.LOW, ""),
    ],
)
def test_a_priority_is_read_in_the_words_of_any_language(words: str, priority: Priority, why: str) -> None:
    assert read_priority(words) == (priority, why)


def test_no_priority_is_refused_with_its_reason() -> None:
    with pytest.raises(NotAllowed) as refused:
        read_priority("snarast")
    assert refused.value.code == "needs_priority"


@pytest.mark.parametrize(
    ("words", "way", "note"),
    [
        ("telefon Anna säger ja.", "phone", "Anna säger ja."),
        ("Besök: Hon skrev ut en sida.", "visit", "Hon skrev ut en sida."),
        ("chat\nShe says yes.", "chat", "She says yes."),
        ("Anna säger ja.", "phone", "Anna säger ja."),
        ("telefon", "phone", ""),
    ],
)
def test_the_way_of_a_contact_is_read_and_is_the_phone_where_none_is_named(words: str, way: str, note: str) -> None:
    assert read_way(words) == (way, note)


@pytest.mark.parametrize(
    ("typed", "language", "near"),
    [
        ("tildela", "sv", "#tilldela"),
        ("asign", "sv", "#assign"),
        ("esklera", "sv", "#eskalera"),
        ("tke", "en", "#take"),
        ("xyzzy", "sv", ""),
        ("", "sv", ""),
    ],
)
def test_the_nearest_word_is_found_in_the_agents_language_first(typed: str, language: str, near: str) -> None:
    assert nearest_word(typed, language) == near


def test_names_and_words_are_found() -> None:
    assert first_word("network: the switch\nis dead") == ("network", "the switch\nis dead")
    assert nearest_name("netwrk", ("desk", "network", "omar@desk.example")) == "network"
    assert nearest_name("omr", ("desk", "omar@desk.example")) == "omar@desk.example"
    assert (word_for("assign", "sv"), word_for("assign", "en"), word_for("rehearse", "sv")) == (
        "#tilldela",
        "#assign",
        "#prova",
    )


@given(st.text(max_size=200))
def test_no_words_of_an_agent_break_the_reading(words: str) -> None:
    for read in (first_word, read_way, lambda w: read_day(w, MONDAY), lambda w: nearest_word(w, "sv")):
        read(words)  # type: ignore[operator]
    with contextlib.suppress(NotAllowed):
        read_priority(words)
