"""Mistyped words, within a small bound: "acept", "ateroppna", "godkan".

Only words that no language knows are looked at, and only for a neighbour that decides something. The distance is one
(a letter missing, too many, wrong, or two swapped); two for keywords of nine letters and more. The first letter must
agree, so that "unsolved" is never taken for "solved"; for doubt it need not ("thers" may be "others"), and a word that
only languages know which are not those of the text ("his" among Danish words) may be a mistyped doubt of these. Short
words are left alone, and so are the words for "works" and "solved", whose inflected forms lie too close together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mailbot.parsers.tongue import rank_languages
from mailbot.parsers.vocabulary import BLOCKING, Vocabularies
from mailbot.parsers.words import Word

SHORTEST = 5
SHORTEST_DOUBT = 4
SHORTEST_MISTYPED = 3
SHORTEST_FOR_TWO = 9
LONGEST = 24
LIKELY = 2
"""How many of the likeliest languages a word may belong to."""

KEYWORDS = frozenset(("accept", "reopen"))
DOUBTS = frozenset(("negation", "unable", "span", *BLOCKING))
CORRECTED = KEYWORDS | DOUBTS | {"thanks", "broken", "fault", "unfixed", "still"}


def correct_spelling(words: Sequence[Word], vocabularies: Vocabularies) -> tuple[list[Word], int]:
    """The words with unknown ones replaced by their neighbour in the vocabulary, and how many were replaced."""
    known = vocabularies.known
    likely = frozenset(tag for tag, _ in rank_languages(words, vocabularies)[:LIKELY])
    corrected = list(words)
    changed = 0
    for at, word in enumerate(words):
        if word.kind != "word" or not SHORTEST_MISTYPED <= len(word.folded) <= LONGEST:
            continue
        tags = known.get(word.exact) or known.get(word.folded)
        if tags and (likely.intersection(tags) or len(word.folded) < SHORTEST_DOUBT):
            continue
        neighbour = _find_neighbour(word.folded, vocabularies)
        if tags and not _is_doubt_of(neighbour, likely, vocabularies):
            continue
        if neighbour and (at == 0 or not _is_name(word.raw) or _may_be_capital(neighbour, vocabularies)):
            corrected[at] = Word("mistyped", word.raw, neighbour, neighbour)
            changed += 1
    return corrected, changed


def _is_doubt_of(word: str, tags: frozenset[str], vocabularies: Vocabularies) -> bool:
    return any(vocabularies.by_tag[tag].words.get(word) in DOUBTS for tag in tags)


def _may_be_capital(word: str, vocabularies: Vocabularies) -> bool:
    """Keywords are written large, and German nouns: other words with a capital may be names."""
    german = vocabularies.by_tag.get("de")
    if german and len(word) >= SHORTEST and german.words.get(word) in ("limit", "span"):
        return True
    return _is_keyword(word, vocabularies)


def distance(one: str, other: str, most: int) -> int:
    """Optimal string alignment distance, or ``most + 1`` where it is more than ``most``."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row, older = row, [i], before
        for j, right in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = above
        if min(row) > most:
            return most + 1
    return row[-1]


@lru_cache(maxsize=4096)
def _find_neighbour(word: str, vocabularies: Vocabularies) -> str:
    index = _neighbours(vocabularies)
    near = {candidate for key in (word, *_deletions(word)) for candidate in index.get(key, ())}
    best = ""
    least = 3
    for candidate in sorted(near):
        keyword = _is_keyword(candidate, vocabularies)
        long = len(word) >= SHORTEST_FOR_TWO or (
            len(candidate) >= SHORTEST_FOR_TWO and _is_reopen(candidate, vocabularies)
        )
        most = 2 if keyword and long else 1
        if candidate[0] != word[0] and not (_is_beheaded(word, candidate) and _is_doubt(candidate, vocabularies)):
            continue
        found = distance(word, candidate, most)
        if found <= most and found < least:
            best, least = candidate, found
    return best


@lru_cache(maxsize=4)
def _neighbours(vocabularies: Vocabularies) -> Mapping[str, tuple[str, ...]]:
    """Each deciding word under itself and under every form of it that lacks one letter."""
    index: dict[str, set[str]] = {}
    for vocabulary in vocabularies.by_tag.values():
        for word, name in vocabulary.words.items():
            if name in CORRECTED and word.isascii() and _shortest(name) <= len(word) <= LONGEST:
                keys = {word, *_deletions(word)}
                if name == "reopen" and len(word) >= SHORTEST_FOR_TWO:
                    keys.update(key for shorter in _deletions(word) for key in _deletions(shorter))
                for key in keys:
                    index.setdefault(key, set()).add(word)
        for first, rests in vocabulary.phrases.items():
            parts = {first, *(part for rest, name in rests if name in KEYWORDS for part in rest)}
            if any(name in KEYWORDS for _, name in rests):
                for part in parts:
                    if len(part) > SHORTEST:
                        for key in (part, *_deletions(part)):
                            index.setdefault(key, set()).add(part)
    return {key: tuple(found) for key, found in index.items()}


def _shortest(name: str) -> int:
    """Doubt is looked for in shorter words than certainty."""
    return SHORTEST_DOUBT if name in DOUBTS else SHORTEST


def _is_name(raw: str) -> bool:
    return raw[:1].isupper() and not raw.isupper()


def _is_beheaded(word: str, meant: str) -> bool:
    """The first letter is missing, is one too many, or swapped with the second."""
    swapped = meant[1:2] + meant[:1] + meant[2:]
    return len(word) >= SHORTEST_DOUBT and (word == meant[1:] or word[1:] == meant or word == swapped)


def _is_doubt(word: str, vocabularies: Vocabularies) -> bool:
    return any(vocabulary.words.get(word) in DOUBTS for vocabulary in vocabularies.by_tag.values())


def _is_keyword(word: str, vocabularies: Vocabularies) -> bool:
    return any(vocabulary.words.get(word) in KEYWORDS for vocabulary in vocabularies.by_tag.values())


def _is_reopen(word: str, vocabularies: Vocabularies) -> bool:
    """Reopening is the safe side: "återupna" may be it."""
    return any(vocabulary.words.get(word) == "reopen" for vocabulary in vocabularies.by_tag.values())


def _deletions(word: str) -> Iterable[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}
