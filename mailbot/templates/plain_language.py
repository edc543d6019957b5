"""How easily a wording is read: figures of plain language, to be shown beside it and not to be obeyed blindly.

LIX is the Swedish measure of readability: words a sentence, plus the share of words of over six letters in per cent.
Below 30 is very easy, 40 is a newspaper, 50 is an authority at its worst.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONG_SENTENCE, LONG_WORD = 20, 14
"""Words and letters from which a sentence and a word are worth a second look."""

_LINK = re.compile(r"<?(?:https?|mailto):[^\s<>\"]+>?")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_END = re.compile(r"[.!?:]+(?=\s)|\n")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one text: how much, how long, how heavy. ``lix`` is 0 for no words."""

    words: int = 0
    sentences: int = 0
    words_a_sentence: float = 0.0
    long_word_share: float = 0.0
    lix: int = 0
    long_sentences: tuple[str, ...] = ()
    long_words: tuple[str, ...] = ()


def measure(text: str) -> Figures:
    """The figures of a plain text. Links, and lines without words, are not counted."""
    pieces = [piece.strip() for piece in _END.split(f"{_LINK.sub('', text)}\n")]
    sentences = [(piece, words) for piece in pieces if (words := _WORD.findall(piece))]
    every = [word for _, words in sentences for word in words]
    if not every:
        return Figures()
    a_sentence = len(every) / len(sentences)
    share = sum(len(word) > 6 for word in every) / len(every)
    return Figures(
        words=len(every),
        sentences=len(sentences),
        words_a_sentence=round(a_sentence, 1),
        long_word_share=round(share, 2),
        lix=round(a_sentence + 100 * share),
        long_sentences=tuple(piece for piece, words in sentences if len(words) > LONG_SENTENCE),
        long_words=tuple(dict.fromkeys(word.lower() for word in every if len(word) >= LONG_WORD)),
    )
