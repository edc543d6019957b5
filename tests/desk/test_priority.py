"""Impact and urgency give priority; the words of a mail propose both, and say which words they were."""

from __future__ import annotations

import pytest

from mailbot.desk.priority import MATRIX, Assessment, make_signs, propose
from mailbot.desk.vocabulary import Impact, Priority, Urgency
from mailbot.languages import load_lexicon

SIGNS = make_signs(load_lexicon())


def test_every_pair_has_a_priority() -> None:
    assert set(MATRIX) == {(i, u) for i in Impact for u in Urgency}


@pytest.mark.parametrize("pair", MATRIX)
def test_more_impact_or_urgency_never_lowers_the_priority(pair: tuple[Impact, Urgency]) -> None:
    grave = list(Priority)
    impacts, urgencies = list(Impact), list(Urgency)
    worse = [(i, u) for i in impacts[: impacts.index(pair[0]) + 1] for u in urgencies[: urgencies.index(pair[1]) + 1]]
    assert all(grave.index(MATRIX[w]) <= grave.index(MATRIX[pair]) for w in worse)


@pytest.mark.parametrize(
    ("text", "impact", "urgency"),
    [
        ("Skrivaren skriver bara tomma sidor.", "medium", "medium"),
        ("AKUT!! Ingen kan logga in,\nhela   kommunen ligger nere", "high", "high"),
        ("Det är inte akut, ta det när ni hinner.", "medium", "low"),
        ("Det ar bradskande, bara jag drabbas", "low", "high"),
        ("Inte akut i sig, men vi kan inte arbeta.", "medium", "high"),
        ("It is not urgent.", "medium", "low"),
        ("The whole department is unable to work", "medium", "high"),
        ("Es eilt nicht", "medium", "low"),
        ("C'est urgent, tout le service est touché", "medium", "high"),
        ("akutmottagningen har en ny adress", "medium", "medium"),
        ("", "medium", "medium"),
    ],
)
def test_words_propose(text: str, impact: str, urgency: str) -> None:
    proposed = propose(text, SIGNS)
    assert (proposed.impact, proposed.urgency) == (impact, urgency)


def test_words_that_decided_are_told() -> None:
    assert propose("Ingen brådska, men alla användare ser det", SIGNS, "low", "high") == Assessment(
        Impact.HIGH,
        Urgency.LOW,
        ("impact high: somebody wrote «alla användare»", "urgency low: somebody wrote «ingen brådska»"),
    )


def test_service_speaks_where_the_words_do_not() -> None:
    proposed = propose("Den är sönder", SIGNS, "high", "low")
    assert (proposed.priority, proposed.reasons) == (
        Priority.MEDIUM,
        ("impact high: the service has it", "urgency low: the service has it"),
    )
    assert propose("Den är sönder, akut!", SIGNS, "high", "low").priority is Priority.CRITICAL


def test_phrase_means_one_thing_in_all_languages() -> None:
    """A phrase of two meanings would be taken in the first: a mistake in the data."""
    said: dict[str, set[str]] = {}
    for language in load_lexicon().languages.values():
        for name, phrases in language.data["priority"].items():
            for phrase in phrases.split(","):
                said.setdefault(" ".join(phrase.split()), set()).add(name)
    assert {p: names for p, names in said.items() if len(names) > 1 or not p} == {}
