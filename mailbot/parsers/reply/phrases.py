"""The quoting tables of the lexicon, made ready for comparison. Compiled once per lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mailbot.desk.language import Lexicon

LABEL_KINDS = ("from", "date", "to", "cc", "subject", "other")


@dataclass(frozen=True, eq=False)
class Phrases:
    verb: re.Pattern[str]
    openers: frozenset[str]
    labels: Mapping[str, str]
    """Header label in lower case -> the kinds it may be, joined by a space ("a" is Portuguese "to")."""
    original: frozenset[str]
    forwarded: frozenset[str]
    longest_separator: int
    reply_above: tuple[str, ...]
    mobile: tuple[str, ...]
    mobile_by_head: Mapping[str, tuple[str, ...]]
    """The same by their first word."""
    banners: tuple[str, ...]
    sign_offs: frozenset[str]
    sign_off_heads: frozenset[str]
    abbreviated_sign_offs: tuple[str, ...]
    """Those written with a full stop or colon, a space after each: ``t. ``."""
    longest_sign_off: int
    disclaimers: tuple[str, ...]
    inside: tuple[str, ...]
    """Words that say the answers stand inside the quoted mail."""


@lru_cache(maxsize=4)
def phrases_of(lexicon: Lexicon) -> Phrases:
    """The tables of ``lexicon.quoting``; a table or list that is missing there is empty."""
    quoting = lexicon.quoting
    original = frozenset(_list(quoting, "separators", "original"))
    forwarded = frozenset(_list(quoting, "separators", "forwarded"))
    sign_offs = frozenset(plain(phrase) for phrase in _list(quoting, "signature", "sign_offs"))
    mobile = _list(quoting, "markers", "mobile")
    return Phrases(
        verb=_verb_pattern(_list(quoting, "attribution", "verbs")),
        openers=frozenset(_list(quoting, "attribution", "openers")),
        labels=_labels(quoting),
        original=original,
        forwarded=forwarded,
        longest_separator=max((len(phrase) for phrase in original | forwarded), default=0),
        reply_above=tuple(_list(quoting, "markers", "reply_above")),
        mobile=tuple(mobile),
        mobile_by_head=_by_first_word(mobile),
        banners=tuple(_list(quoting, "markers", "banners")),
        sign_offs=sign_offs,
        sign_off_heads=frozenset(phrase.split(" ")[0] for phrase in sign_offs),
        abbreviated_sign_offs=tuple(
            f"{phrase} " for phrase in _list(quoting, "signature", "sign_offs") if phrase.endswith((".", ":"))
        ),
        longest_sign_off=max((phrase.count(" ") + 1 for phrase in sign_offs), default=0),
        disclaimers=tuple(_list(quoting, "signature", "disclaimers")),
        inside=tuple(_list(quoting, "markers", "inside")),
    )


def plain(text: str) -> str:
    """Lower case, single spaces, no punctuation around words: ``*Kind  Regards,*`` -> ``kind regards``."""
    return " ".join(_NOT_WORDS.sub(" ", text.replace("İ", "i").lower()).split())


_NOT_WORDS = re.compile(r"[^\w&'’\-]+|(?<!\w)[-'’]+|[-'’]+(?!\w)|_+")


def _by_first_word(phrases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    heads: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        head = phrase.split(" ")[0]
        heads[head] = (*heads.get(head, ()), phrase)
    return heads


def _list(quoting: Mapping[str, Any], table: str, name: str) -> list[str]:
    return list(quoting.get(table, {}).get(name, ()))


def _labels(quoting: Mapping[str, Any]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for kind in LABEL_KINDS:
        for word in _list(quoting, "headers", kind):
            known = labels.get(word, "")
            if kind not in known.split(" "):
                labels[word] = f"{known} {kind}".strip()
    return labels


def _verb_pattern(verbs: Iterable[str]) -> re.Pattern[str]:
    """Verbs of scripts with word boundaries between them, and the others anywhere."""
    spaced: list[str] = []
    unspaced: list[str] = []
    for verb in sorted(set(verbs), key=len, reverse=True):
        (unspaced if re.search(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", verb) else spaced).append(
            re.escape(verb)
        )
    either = [rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return re.compile("|".join(either + unspaced) or r"(?!)", re.IGNORECASE)
