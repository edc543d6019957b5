"""A mail that starts no conversation and only asks how it goes: ``read_status_question``.

Strict, because such a mail becomes no ticket: a phrase that asks must be there, and (nearly) every other word must be
one that people put around such a question. What is left over ("how is it going with the *printer*?") is given back:
whoever knows the sender's tickets sees whether it is the name of one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailbot.desk.correspondence import Answer, InboundMail
from mailbot.desk.language import Lexicon
from mailbot.parsers.words import Word, read_words

LONGEST = 600
MOST_WORDS = 60
MOST_LEFT = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Asking:
    """``phrases``: first folded word → the words that follow it, longest first."""

    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    around: frozenset[str]


def read_status_question(mail: InboundMail, answer: Answer, lexicon: Lexicon) -> tuple[str, ...] | None:
    """The folded words that the question may be about; None where the mail asks something else, or says more."""
    text = f"{mail.subject}\n{answer.new_words}"
    if mail.attachments or len(text) > LONGEST or answer.forwarded or not mail.fully_read:
        return None
    words = [w for w in read_words(text) if w.kind not in ("stop", "reference", "symbol")]
    if not words or len(words) > MOST_WORDS or any(w.kind == "link" for w in words):
        return None
    named = _names(mail)
    left = [_left_over(words, asking, named) for asking in _compile(lexicon)]
    understood = sorted((found for found in left if found is not None), key=len)
    return tuple(understood[0]) if understood and len(understood[0]) <= MOST_LEFT else None


def _left_over(words: list[Word], asking: _Asking, named: frozenset[str]) -> list[str] | None:
    left, asked, at = [], False, 0
    while at < len(words):
        word = words[at].folded or words[at].raw
        length = _phrase_at(words, at, asking)
        asked = asked or bool(length)
        if not length and word not in asking.around and word not in named:
            left.append(word)
        at += length or 1
    return left if asked else None


def _phrase_at(words: list[Word], at: int, asking: _Asking) -> int:
    """How many words the phrase that begins here has; 0 for none."""
    for rest in asking.phrases.get(words[at].folded, ()):
        if tuple(w.folded for w in words[at + 1 : at + 1 + len(rest)]) == rest:
            return 1 + len(rest)
    return 0


def _names(mail: InboundMail) -> frozenset[str]:
    """The sender's own name, as it stands below what they write."""
    author = mail.author
    if author is None:
        return frozenset()
    return frozenset(
        w.folded for w in read_words(f"{author.name} {author.address.partition('@')[0].replace('.', ' ')}")
    )


@lru_cache(maxsize=4)
def _compile(lexicon: Lexicon) -> tuple[_Asking, ...]:
    return tuple(_compile_one(table) for _, table in sorted(lexicon.asking.items()))


def _compile_one(table: Mapping[str, str]) -> _Asking:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for entry in table["ask"].split(","):
        first, *rest = [w.folded for w in read_words(entry) if w.kind == "word"]
        phrases.setdefault(first, []).append(tuple(rest))
    around = {w.folded for entry in table["around"].split(",") for w in read_words(entry) if w.kind == "word"}
    return _Asking({k: tuple(sorted(v, key=len, reverse=True)) for k, v in phrases.items()}, frozenset(around))
