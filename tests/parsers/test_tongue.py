"""Which language a text is written in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailbot.languages import load_lexicon
from mailbot.parsers.tongue import read_language

LEXICON = load_lexicon()
INTENTS = Path(__file__).resolve().parents[1] / "corpus" / "intents"


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("sv", "Hej! Jag kan inte logga in på datorn sedan i morse, vad ska jag göra?"),
        ("en", "I have not been able to log in since this morning, what should I do?"),
        ("nb", "Hei! Jeg får ikke logget meg på maskinen fra hytta, hva skal jeg gjøre nå?"),
        ("da", "Hej! Jeg kan ikke logge mig på computeren hjemmefra, hvad skal jeg gøre nu?"),
        ("fi", "En pääse kirjautumaan koneelle, mitä minun pitää tehdä?"),
        ("de", "Ich kann mich seit heute nicht mehr anmelden, was soll ich tun?"),
        ("fr", "Je ne peux plus me connecter depuis ce matin, que dois-je faire ?"),
        ("es", "No puedo entrar desde esta mañana, ¿qué tengo que hacer?"),
        ("pl", "Od rana nie mogę się zalogować, co mam zrobić?"),
        ("nl", "Ik kan sinds vanochtend niet meer inloggen, wat moet ik doen?"),
    ],
)
def test_a_sentence_tells_its_language(tag: str, text: str) -> None:
    assert read_language(text, LEXICON) == tag


@pytest.mark.parametrize("text", ["", "   ", "12345", "SD-1042", "qwxz", "👍", "https://example.se/sv/"])
def test_nothing_to_go_by_is_no_language(text: str) -> None:
    assert read_language(text, LEXICON) == ""


def test_replies_of_our_own_seldom_told_wrong() -> None:
    texts = [
        json.loads(line)
        for file in sorted(INTENTS.glob("*.heldout.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    long = [row for row in texts if len(row["text"].split()) >= 6]
    wrong = [row["text"] for row in long if read_language(row["text"], LEXICON) not in (row["lang"], "")]
    assert len(long) > 200
    assert len(wrong) <= 0.03 * len(long)
