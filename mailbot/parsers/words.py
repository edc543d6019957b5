"""Text to words and punctuation, folded so that a missing dot, ring or accent does not matter.

``read_words(text)`` gives at most ``WORD_LIMIT`` words in order, with the punctuation that ends clauses between them.
Linear: one pass of one pattern without nested repeats over at most ``CHARACTER_LIMIT`` characters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

WORD_LIMIT = 400
CHARACTER_LIMIT = 8000
WRAPPED_LINE = 55

PLEASED = frozenset("👍👌🙏🙂😊😀😃😄😁🎉❤💪✅☺😍🤗👏🥳🙌✔💯😉🌞☀💐🌸🤩😎👋")
DISPLEASED = frozenset("👎😡😠😢😭🙄😤☹🙁😞😒🤡💩🤬🤔😕😩❌🤦😂🤣🙃")

_TOKEN = re.compile(
    r"(?P<link>https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]+)|(?P<number>\d+(?:[.:,]\d+)*)|(?P<reference>[A-Za-z]{1,10}-\d+)|(?P<word>[^\W\d_][^\W_]*(?:['’`´][^\W_]+)?)(?P<case>(?<=[A-Z]):(?:n|t|et|en|ens|s|ar|er|na|arna|erna|ne|än|än|ään|iin|een|oon|lle|lla|llä|ssa|ssä|sta|stä)(?![^\W_]))?"
    r"|(?P<smile>[:;]-?[)DP](?!\w)|<3)|(?P<frown>:['’]?-?[(/](?!\w))"
    r"|(?P<ellipsis>\.\.+|…)|(?P<percent>%)|(?P<stop>[\n.!?;:,()\"“”„«»/¿¡]|\s[-–—]+\s)|(?P<symbol>[\u2190-\u2bff\U0001f000-\U0001faff])"
)
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0xFE0F, *range(0x1F3FB, 0x1F400)])
_MARKS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "œ": "oe", "ð": "d", "þ": "th"})
_SPELLED = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "ß": "ss"})
_ELIDED = frozenset(("l", "d", "j", "n", "c", "s", "m", "t", "qu"))


class Word(NamedTuple):
    """``exact`` is in lower case without apostrophes; ``folded`` also without accents.

    ``kind`` is word, number, reference, link, symbol or stop; and mistyped for a word whose spelling was corrected. A
    stop's ``raw`` is the character (".", "?", ",", a line feed, …).
    """

    kind: str
    raw: str
    exact: str = ""
    folded: str = ""


def fold(word: str) -> str:
    """A lower-case word without accents: "återöppna" → "ateroppna". Idempotent."""
    if word.isascii():
        return word
    return _MARKS.sub("", unicodedata.normalize("NFKD", word.translate(_LETTERS)))


def spell_out(word: str) -> str:
    """How the word is written where the keyboard lacks its letters: "schließen" → "schliessen", "åbn" → "aabn"."""
    return word if word.isascii() else fold(word.translate(_SPELLED))


def read_words(text: str) -> list[Word]:
    """Words and stops of the text, at most ``WORD_LIMIT`` of them."""
    clean = text[:CHARACTER_LIMIT].translate(_INVISIBLE)
    if not clean.isascii():
        clean = unicodedata.normalize("NFC", clean)
    found: list[Word] = []
    line_start = 0
    for match in _TOKEN.finditer(clean):
        raw = match.group()
        if raw == "\n":
            wrapped = _is_wrapped(clean, line_start, match.start())
            line_start = match.end()
            if wrapped:
                continue
        _append(found, *_kind_of(match))
        if len(found) >= WORD_LIMIT:
            break
    return found


def _is_wrapped(text: str, start: int, end: int) -> bool:
    """A long line that ends in the middle of a sentence: the mail program broke it, not the writer."""
    following = text[end + 1 : end + 2]
    return end - start >= WRAPPED_LINE and text[end - 1].isalnum() and following.isalpha()


def _kind_of(match: re.Match[str]) -> tuple[str, str]:
    """Finnish and Swedish inflect what is written in capitals after a colon: "VPN:ään" is VPN."""
    if match.lastgroup == "case":
        return "word", match["word"]
    return match.lastgroup or "", match.group()


def _append(found: list[Word], kind: str, raw: str) -> None:
    if kind == "word":
        _append_word(found, raw)
    elif kind == "stop":
        found.append(Word("stop", raw if raw == "\n" else raw.strip()[:1]))
    elif kind == "ellipsis":
        found.append(Word("stop", "…"))
    elif kind == "smile" or (kind == "symbol" and raw in PLEASED):
        found.append(Word("symbol", raw, "+", "+"))
    elif kind == "frown" or (kind == "symbol" and raw in DISPLEASED):
        found.append(Word("symbol", raw, "-", "-"))
    elif kind == "percent":
        found.append(Word("word", raw, "percent", "percent"))
    elif kind != "symbol":
        found.append(Word(kind, raw, raw.lower(), raw.lower()))


def _append_word(found: list[Word], raw: str) -> None:
    lower = raw.lower()
    if lower.isalnum():
        found.append(Word("word", raw, lower, fold(lower)))
        return
    first, _, rest = re.sub("[’`´]", "'", lower).partition("'")
    if first in _ELIDED and rest:
        # French elision: l'erreur, j'accepte, n'a, qu'il are two words.
        found.append(Word("word", raw[: len(first)], first, first))
        found.append(Word("word", raw[len(first) + 1 :], rest, fold(rest)))
    else:
        found.append(Word("word", raw, first + rest, fold(first + rest)))
