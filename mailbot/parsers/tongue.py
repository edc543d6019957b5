"""Which language some words are written in: ``read_language(text, lexicon)``.

Words that few languages know weigh more than words that many know; letters of one alphabet add a little. The
evidence is the language files: their function words and the vocabulary of the desk.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.language import Lexicon
from mailbot.parsers.vocabulary import Vocabularies, compile_vocabularies
from mailbot.parsers.words import Word, read_words

LETTER_WEIGHT = 0.5
LEAST_SCORE = 0.5
LEAST_MARGIN = 1.08


def read_language(text: str, lexicon: Lexicon) -> str:
    """BCP 47 tag of the language of the text, or "" where no language stands out."""
    ranked = rank_languages(read_words(text), compile_vocabularies(lexicon))
    if not ranked or ranked[0][1] < LEAST_SCORE:
        return ""
    if len(ranked) > 1 and ranked[0][1] < LEAST_MARGIN * ranked[1][1]:
        return ""
    return ranked[0][0]


def rank_languages(words: Sequence[Word], vocabularies: Vocabularies) -> list[tuple[str, float]]:
    """(tag, score) of the languages that know any of the words, best first; on ties English, then by tag."""
    scores: dict[str, float] = {}
    known, letters = vocabularies.known, vocabularies.letters
    for word in words:
        if word.kind not in ("word", "mistyped"):
            continue
        tags = known.get(word.exact) or known.get(word.folded)
        if tags:
            weight = 1.0 / len(tags)
            for tag in tags:
                scores[tag] = scores.get(tag, 0.0) + weight
        if word.exact != word.folded:
            for letter in word.exact:
                for tag in letters.get(letter, ()):
                    scores[tag] = scores.get(tag, 0.0) + LETTER_WEIGHT / len(letters[letter])
    return sorted(scores.items(), key=lambda item: (-item[1], item[0] != "en", item[0]))
