"""Acceptances made into none: each text of our own that is read as an acceptance, changed so that it must not be.

    python -m bench.intent_mutants              every text, every change; those still read as acceptances are shown
    python -m bench.intent_mutants --letters    also texts that are no acceptances, with one letter changed

The changes stand in ``tests/corpus/intents/mutants.toml``: words put before and behind each word that says that it
works, openings put before its sentence ("If", "Eva says that"), endings behind it ("but not on my phone"), and a
question mark. No grammar is minded: a change need not be good language to be a trap. None should be an acceptance.
``--letters`` deletes, doubles, swaps or replaces a letter of every word of three letters or more, by a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from mailbot.desk.correspondence import Answer
from mailbot.desk.vocabulary import Intent
from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent
from mailbot.parsers.vocabulary import compile_vocabularies

OWN = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "intents"
SUBJECT = "Re: [SD-1042] Printer on floor three"
LEXICON = load_lexicon()
EVIDENCE = ("works", "worked", "fixed", "fine", "gone", "acts", "runs")
CHANGES = tomllib.loads((OWN / "mutants.toml").read_text("utf-8"))
LETTERS = "abcdefghijklmnoprstuvy"
WORD = re.compile(r"[^\W\d_]+")
SENTENCE = re.compile(r"[^.!\n]+")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--letters", action="store_true")
    chosen = options.parse_args()
    accepted = [(tag, text) for tag, text, meant in rows() if meant == "accept" and is_accepted(text)]
    changed = [mutant for tag, text in accepted for mutant in mutate(tag, text)]
    report("acceptances changed", changed)
    if chosen.letters:
        random.seed(5)
        others = [text for _, text, meant in rows() if meant != "accept"]
        report("one letter changed", [mutant for text in others for mutant in misspell(text)])


def rows() -> list[tuple[str, str, str]]:
    lines = [line for file in sorted(OWN.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [(row["lang"], row["text"], row["intent"]) for row in map(json.loads, lines)]


def is_accepted(text: str) -> bool:
    return read_intent(Answer(new_words=text), SUBJECT, LEXICON).intent is Intent.ACCEPT


def report(name: str, texts: list[str]) -> None:
    wrong = [text for text in texts if is_accepted(text)]
    print(f"{name}: {len(texts)}, read as acceptances: {len(wrong)}")
    for text in wrong:
        print(f"    {text!r}")


def mutate(tag: str, text: str) -> Iterator[str]:
    """The text with one change, for each change of the language and each place where it works."""
    words = compile_vocabularies(LEXICON).by_tag[tag].words
    told = [found for found in WORD.finditer(text) if words.get(found.group().lower()) in EVIDENCE]
    for found in told:
        for word in CHANGES[tag]["beside"]:
            yield f"{text[: found.end()]} {word}{text[found.end() :]}"
            yield f"{text[: found.start()]}{word} {text[found.start() :]}"
    for sentence in SENTENCE.finditer(text):
        if any(sentence.start() <= found.start() < sentence.end() for found in told):
            yield from _change_sentence(tag, text, sentence)


def _change_sentence(tag: str, text: str, sentence: re.Match[str]) -> Iterator[str]:
    said, before, after = sentence.group(), text[: sentence.start()], text[sentence.end() :]
    yield f"{before}{said}?{after[1:]}"
    for ending in CHANGES[tag]["after"]:
        yield f"{before}{said.rstrip()} {ending}{after}"
    for opening in CHANGES[tag]["before"]:
        plain = said.lstrip()
        yield f"{before} {opening}{plain[:1].lower()}{plain[1:]}{after}"


def misspell(text: str) -> Iterator[str]:
    """The text with one letter of one word changed, three times for each word."""
    for found in WORD.finditer(text):
        word = found.group()
        if len(word) < 3:
            continue
        for kind in random.sample(("deleted", "swapped", "doubled", "replaced"), 3):
            yield text[: found.start()] + _change_letter(word, kind) + text[found.end() :]


def _change_letter(word: str, kind: str) -> str:
    at = random.randrange(len(word) - 1)
    if kind == "deleted":
        return word[:at] + word[at + 1 :]
    if kind == "swapped":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "doubled":
        return word[:at] + word[at] + word[at:]
    return word[:at] + random.choice(LETTERS) + word[at + 1 :]


if __name__ == "__main__":
    main()
