"""Mistyped words, within a small bound: "acept", "ateroppna", "godkan".

Only words that no language knows are looked at, and only for a neighbour that decides something. The distance is one
(a letter missing, too many, wrong, or two swapped); two for keywords of nine letters and more. The first letter must
agree, so that "unsolved" is never taken for "solved". Short words are left alone, and so are
the words for "works" and "solved", whose inflected forms lie too close together ("solve it" is no "solved").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mailbot.parsers.vocabulary import BLOCKING, Vocabularies
from mailbot.parsers.words import Word

SHORTEST = 5
SHORTEST_DOUBT = 4
SHORTEST_MISTYPED = 3
SHORTEST_FOR_TWO = 9
LONGEST = 24

KEYWORDS = frozenset(("accept", "reopen"))
DOUBTS = frozenset(("negation", "unable", *BLOCKING))
CORRECTED = KEYWORDS | DOUBTS | {"thanks", "broken", "fault", "unfixed", "still"}


def correct_spelling(words: Sequence[Word], vocabularies: Vocabularies) -> tuple[list[Word], int]:
    """The words with unknown ones replaced by their neighbour in the vocabulary, and how many were replaced."""
    known = vocabularies.known
    corrected = list(words)
    changed = 0
    for at, word in enumerate(words):
        if word.kind != "word" or word.folded in known or word.exact in known:
            continue
        if SHORTEST_MISTYPED <= len(word.folded) <= LONGEST:
            neighbour = _find_neighbour(word.folded, vocabularies)
            if neighbour and (at == 0 or not _is_name(word.raw) or _is_keyword(neighbour, vocabularies)):
                corrected[at] = Word("mistyped", word.raw, neighbour, neighbour)
                changed += 1
    return corrected, changed


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
        most = 2 if len(word) >= SHORTEST_FOR_TWO and _is_keyword(candidate, vocabularies) else 1
        if candidate[0] != word[0]:
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
                for key in (word, *_deletions(word)):
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


def _is_keyword(word: str, vocabularies: Vocabularies) -> bool:
    return any(vocabulary.words.get(word) in KEYWORDS for vocabulary in vocabularies.by_tag.values())


def _deletions(word: str) -> Iterable[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}
