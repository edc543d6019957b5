"""The language files' ``[intent]`` tables, compiled: which class a word or a phrase belongs to, in each language.

An entry of a table is a string of words and phrases with commas between them. A word has one class in a language: the
first in ``CLASSES`` that names it, so what speaks against an acceptance goes before what speaks for it. Accents are
honoured where a word is written with them ("sí" is not "si") and optional otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mailbot.desk.language import Language, Lexicon
from mailbot.parsers.words import fold, read_words, spell_out

BLOCKING = (
    "sarcasm", "absence", "new_problem", "status", "hearsay", "condition", "hedge", "future", "limit", "contrast",
    "want", "attachment", "question", "dated", "once", "resigned", "place", "cause",
)  # fmt: skip
"""Classes whose presence alone keeps a text from being an acceptance."""

AGAINST = ("unfixed", "broken", "unable", "negation", "no", "back", "fault", "still", "same")

FOR = (
    "reopen", "accept", "close", "fixed", "works", "worked", "gone", "fine", "able", "acts", "sees", "activity", "runs",
    "again", "anymore", "now", "praise", "thanks", "yes", "greeting", "signoff", "polite", "whole", "ticket", "device",
    "determiner", "since", "joint", "tested", "span", "person", "neutral",
)  # fmt: skip

CLASSES = BLOCKING + AGAINST + FOR

SHARED = frozenset(("thanks", "greeting", "signoff", "accept", "reopen", "praise", *BLOCKING, *AGAINST))
"""Classes that a word keeps in a text of another language, where that language does not know it."""

Phrases = dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """``words``: exact or folded word → class. ``phrases``: first folded word → (its other words, class), longest
    first. ``whom``: prepositions that speak for somebody else ("for Eva it is solved"). ``modals``: those of the
    class able that stand in the present ("can", not "has"). ``without`` and ``whichever``: "without any" trouble.
    ``denials``: words of denial. ``adverb_endings``: what no noun ends in ("-ly"). ``prepositions``: of places, so that
    a noun must follow ("in the canteen"). ``alone``: those of the class fine that with thanks suffice ("läuft, danke").
    ``also``: with a wish, it is a new one. ``that``: opens what is said or thought. ``dropped``: verbs without their
    subject "I", so that they open no question. ``subjects``: pronouns that open one where they follow the verb.
    ``mine``, ``mine_endings`` and ``lacking``: of what is the writer's own, and missing ("my payslip is missing").
    ``skipped``: what may stand inside a phrase ("kom *direkt* in").
    """

    tag: str
    words: Mapping[str, str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    noun_endings: tuple[str, ...]
    question_endings: tuple[str, ...]
    device_endings: tuple[str, ...]
    pronouns: frozenset[str]
    whom: frozenset[str]
    modals: frozenset[str]
    without: frozenset[str]
    whichever: frozenset[str]
    adverb_endings: tuple[str, ...]
    prepositions: frozenset[str]
    alone: frozenset[str]
    also: frozenset[str]
    mine: frozenset[str]
    mine_endings: tuple[str, ...]
    lacking: frozenset[str]
    that: frozenset[str]
    dropped: frozenset[str]
    subjects: frozenset[str]
    skipped: frozenset[str]
    denials: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabularies:
    """``known``: word → tags of the languages that know it. ``shared``: word → class that holds in any language."""

    by_tag: Mapping[str, Vocabulary]
    known: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, str]
    letters: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=4)
def compile_vocabularies(lexicon: Lexicon) -> Vocabularies:
    """All languages of the lexicon, compiled once for each lexicon object."""
    by_tag = {tag: _compile_language(language) for tag, language in lexicon.languages.items()}
    known: dict[str, list[str]] = {}
    shared: dict[str, str] = {}
    for tag, language in lexicon.languages.items():
        vocabulary = by_tag[tag]
        for word in {*vocabulary.words, *_phrase_words(vocabulary), *_function_words(language)}:
            known.setdefault(word, []).append(tag)
        for word, name in vocabulary.words.items():
            if name in SHARED:
                shared[word] = _stronger(shared.get(word, name), name)
    letters: dict[str, list[str]] = {}
    for tag, language in lexicon.languages.items():
        for letter in str(language.data.get("letters", "")):
            letters.setdefault(letter, []).append(tag)
    return Vocabularies(
        by_tag, {word: tuple(tags) for word, tags in known.items()}, shared, {k: tuple(v) for k, v in letters.items()}
    )


def entries(table: Mapping[str, Any], key: str) -> list[str]:
    """The words and phrases of one entry, trimmed."""
    return [part for part in (piece.strip() for piece in str(table.get(key, "")).replace("\n", ",").split(",")) if part]


def _compile_language(language: Language) -> Vocabulary:
    table = language.data.get("intent", {})
    words: dict[str, str] = {}
    phrases: dict[str, dict[tuple[str, ...], str]] = {}
    written: list[tuple[str, str]] = []
    for name in CLASSES:
        for entry in entries(table, name):
            parts = _split(entry)
            if len(parts) == 1:
                words.setdefault(parts[0], name)
                written.append((parts[0], name))
            elif parts:
                for variant in (fold,) if entry.isascii() else (fold, spell_out):
                    first, *rest = [variant(part) for part in parts]
                    phrases.setdefault(first, {}).setdefault(tuple(rest), name)
    for word, name in written:
        if not word.isascii():
            words.setdefault(fold(word), name)
            words.setdefault(spell_out(word), name)
    ranked = {first: tuple(sorted(found.items(), key=lambda item: -len(item[0]))) for first, found in phrases.items()}
    return _with_settings(language.tag, table, words, ranked)


def _with_settings(tag: str, table: Mapping[str, Any], words: Mapping[str, str], phrases: Phrases) -> Vocabulary:
    """The vocabulary with the entries of the table that are no classes."""
    return Vocabulary(
        tag=tag,
        words=words,
        phrases=phrases,
        noun_endings=tuple(entries(table, "noun_endings")),
        question_endings=tuple(fold(ending) for ending in entries(table, "question_endings")),
        device_endings=tuple(fold(ending) for ending in entries(table, "device_endings")),
        pronouns=_folded(table, "pronouns"),
        whom=_folded(table, "whom"),
        modals=_folded(table, "modals"),
        without=_folded(table, "without"),
        whichever=_folded(table, "whichever"),
        adverb_endings=tuple(fold(ending) for ending in entries(table, "adverb_endings")),
        prepositions=_folded(table, "prepositions"),
        alone=_folded(table, "alone"),
        also=_folded(table, "also"),
        mine=_folded(table, "mine"),
        mine_endings=tuple(word[1:] for word in entries(table, "mine") if word.startswith("-")),
        lacking=_folded(table, "lacking"),
        that=_folded(table, "that"),
        dropped=_folded(table, "dropped"),
        subjects=_folded(table, "pronouns", "subjects"),
        skipped=_folded(table, "pronouns", "subjects", "directly"),
        denials=tuple(word for word, name in words.items() if name == "negation" and len(word) > 1),
    )


def _folded(table: Mapping[str, Any], *keys: str) -> frozenset[str]:
    return frozenset(fold(word) for key in keys for word in entries(table, key))


def _split(entry: str) -> list[str]:
    """The words of an entry, as ``read_words`` would cut them."""
    lower = entry.lower()
    if lower.replace(" ", "").isalpha():
        return lower.split()
    return [word.exact for word in read_words(entry) if word.kind != "stop"]


def _function_words(language: Language) -> Iterable[str]:
    for word in entries(language.data, "function_words"):
        yield word
        yield fold(word)


def _phrase_words(vocabulary: Vocabulary) -> Iterable[str]:
    for first, rests in vocabulary.phrases.items():
        yield first
        for rest, _ in rests:
            yield from rest


def _stronger(one: str, other: str) -> str:
    return min(one, other, key=CLASSES.index)
