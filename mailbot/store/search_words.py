"""Text as the words it is searched by: the same for what is kept and for what is asked. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS, LONGEST = 60, 40
_WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> list[str]:
    """The words of texts, each once, without regard to case: letters and digits, at most 60 of 40 characters."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFKC", text[:2000]).casefold()):
            found.setdefault(word[:LONGEST])
            if len(found) == MOST_WORDS:
                return list(found)
    return list(found)


def word_range(beginning: str) -> tuple[str, str]:
    """From, and up to but not with: all words that begin so lie between, compared by code point."""
    return beginning, beginning[:-1] + chr(min(ord(beginning[-1]) + 1, 0x10FFFF))
