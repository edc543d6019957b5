"""Words that nothing explains: which of them can only be the name of the thing that works, and how many cannot."""

from __future__ import annotations

from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.vocabulary import AGAINST, BLOCKING

STATED = ("works", "worked", "fixed")
LONG_NOUN = 5
TELLING = ("thanks", "tested", "since", "cause")
SILENT = tuple(name for name in (*BLOCKING, *AGAINST) if name != "cause")
TOLD = 6
"""Unknown words that may stand behind thanks, a test, or "since you"."""
FREE_PLACES = 2
"""Unknown words that a clause with its own evidence may hold, where they can only be the name of the thing."""


def count_stray_words(clause: Clause, evident: bool, sure: bool) -> int:
    """Unknown words that may hide a "seldom" or a "badly"; the name of the thing that works may be unknown, and where
    it works only if that is said ``sure`` enough not to be the only place."""
    if not evident:
        if _is_told(clause):
            odd = sum(at in clause.adverbs for at, _ in clause.unknown)
            return odd + max(0, len(clause.unknown) + len(clause.things) - TOLD)
        things = 0 if clause.has("thanks") else len(clause.things)
        return len(clause.unknown) + things + (clause.has("runs") and not clause.has("device"))
    if clause.has("close", "accept"):
        return len(clause.unknown) + len(clause.things)
    return count_strays(clause) + (0 if sure or clause.has("now", "again", "whole") else len(clause.located))


def _is_told(clause: Clause) -> bool:
    """What the thanks are for, or what was tried: its unknown words are only the objects of it."""
    if not clause.has(*TELLING):
        return False
    opens = min(clause.found[name] for name in TELLING if name in clause.found)
    return all(at > opens for at, _ in clause.unknown) and not clause.question and not clause.has(*SILENT)


def count_strays(clause: Clause) -> int:
    """The same for a clause with evidence of its own."""
    signs = [
        clause.found[n]
        for n in (*STATED, "gone", "fine", "sees", "accept", "close", "acts", "activity", "runs")
        if n in clause.found
    ]
    first = min(signs) if signs else 0
    strays = [
        at
        for at, word in clause.unknown
        if not is_thing_name(clause, at, word.raw) and not (at < first and _is_subject(clause, at, first))
    ]
    return len(strays) + max(0, len(clause.unknown) - len(strays) - FREE_PLACES)


def _is_subject(clause: Clause, at: int, first: int) -> bool:
    """The one unknown word before what is said, where it is long and said of now, or opens the clause just before."""
    word = clause.words[at]
    if len(clause.unknown) > 1 or len(word.raw) < LONG_NOUN or at in clause.adverbs:
        return False
    return clause.has("again", "now", "fine") or (at == 0 and first == 1 and clause.has("works", "fixed"))


def is_thing_name(clause: Clause, at: int, raw: str) -> bool:
    """A capital inside the sentence, all capitals, or letters with digits: the name of something."""
    shouted = all(word.raw.isupper() for word in clause.words)
    if shouted or at == 0:
        return False
    loud = raw.isupper() or (len(raw) <= LONG_NOUN and sum(letter.isupper() for letter in raw) > 1)
    if loud and raw.isalpha() and any(clause.last.get(name) == at - 1 for name in STATED):
        # "Es funktioniert NICHT", mistyped.
        return False
    return raw[:1].isupper() or (not raw.isalpha() and not raw.isdigit())
