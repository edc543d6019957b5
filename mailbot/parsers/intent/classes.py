"""Which class a word has in a text of one language: its own, the English one, or one that any language is sure of."""

from __future__ import annotations

from mailbot.parsers.intent.courtesy import COURTEOUS
from mailbot.parsers.intent.names import is_no_name
from mailbot.parsers.intent.spelling import CORRECTED, DOUBTS, KEYWORDS
from mailbot.parsers.vocabulary import AGAINST, Vocabularies, Vocabulary
from mailbot.parsers.words import Word

FOREIGN = frozenset((*KEYWORDS, *DOUBTS))
"""What a mistyped word may be taken for though only another language knows it: "booke" is no "broke"."""


class WordClasses:
    """``first``: the first word of the text, whose capital says nothing. ``second``: the English words."""

    def __init__(self, first: Word | None, vocabulary: Vocabulary, all_words: Vocabularies) -> None:
        self.first, self.vocabulary, self.all_words = first, vocabulary, all_words
        english = all_words.by_tag.get("en")
        self.second = english.words if english else {}

    def class_of(self, word: Word) -> str:
        """Class of a word: in the text's language, else in English, else where any language is sure of it."""
        if word.kind == "reference":
            return "ticket"
        if word.kind == "mistyped":
            # The word meant may be one of another language, and something harmless in this one.
            name = self._class_of_word(word)
            if word.exact not in self.vocabulary.words and name not in FOREIGN:
                return ""
            return name if name in CORRECTED else ""
        return self._class_of_word(word)

    def _class_of_word(self, word: Word) -> str:
        own = self.vocabulary.words
        name = own.get(word.exact) or own.get(word.folded)
        if name:
            return name
        is_name = word.raw[:1].isupper() and not word.raw.isupper() and word is not self.first
        for table in (self.second, self.all_words.shared):
            name = table.get(word.exact) or table.get(word.folded)
            if name and is_name and table is not self.second and not is_no_name(name, word):
                continue
            if name in COURTEOUS and self.vocabulary.tag in self.all_words.known.get(word.exact, ()):
                # The Swedish "står" is no English "star".
                return "neutral"
            if name:
                # "bad" is an English fault and a Swedish "asked": a short foreign word may hinder, not decide.
                return "limit" if name in AGAINST and len(word.exact) <= 3 else name
        if self._is_device(word.folded):
            return "device"
        return "negation" if self._is_glued(word.folded) else ""

    def _is_device(self, word: str) -> bool:
        """An inflected device: "kalenterini" is a "kalenteri"."""
        return any(
            word.endswith(ending) and self.vocabulary.words.get(word[: -len(ending)]) == "device"
            for ending in self.vocabulary.device_endings
        )

    def _is_glued(self, word: str) -> bool:
        """A denial whose space was forgotten: "itisnt working"."""
        if not word.endswith(self.vocabulary.denials):
            return False
        return any(word.endswith(no) and word[: -len(no)] in self.vocabulary.words for no in self.vocabulary.denials)
