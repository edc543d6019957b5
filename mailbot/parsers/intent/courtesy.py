"""Whether a text is courtesy and nothing else: thanks and praise that are said, with no fact in it.

Thanks disturb nobody, so a fact among them ("Thanks! It is room 412") would be read by nobody. Each clause must be
courtesy by itself; a number, a model, a thing or a place anywhere outside what the thanks are for is a fact.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.words import Word

SAID = ("thanks", "praise")
COURTEOUS = (*SAID, "yes", "greeting", "signoff")
SUBSTANCE = ("device", "activity", "person")
"""Classes of words that a clause of courtesy without thanks does not need."""
LONGEST_ANSWER = 3
STRANGE = 1
"""Words of a clause of thanks that nothing need explain."""


def is_courtesy(clauses: Sequence[Clause], strays: Sequence[int]) -> bool:
    """Whether the clauses thank or praise, and tell nothing. ``strays``: words of each that nothing explains."""
    words = [word for clause in clauses for word in clause.words]
    if len(words) <= LONGEST_ANSWER and any(_is_yes(clause) for clause in clauses):
        return False
    signed = False
    for clause, stray in zip(clauses, strays, strict=True):
        signature = signed and all(_is_titled(word) for word in clause.words)
        if not signature and not _is_polite(clause, stray):
            return False
        signed = signed or clause.has("signoff")
    return any(clause.has(*SAID) for clause in clauses)


def _is_polite(clause: Clause, stray: int) -> bool:
    if any(_is_figure(word) for word in clause.words):
        return False
    if clause.has("thanks"):
        return stray <= STRANGE and not _is_told_of(clause)
    if clause.has(*SUBSTANCE) or stray or clause.things:
        return False
    # What is left is a name that was explained, one neutral word ("today"), or words of praise.
    return clause.has(*COURTEOUS) or not clause.found or len(clause.words) == 1


def _is_yes(clause: Clause) -> bool:
    """ "Yes, thanks": the answer to what was asked, where "OK, thanks" answers nothing."""
    return clause.has("yes") and not clause.words[clause.found["yes"]].folded.startswith("ok")


def _is_told_of(clause: Clause) -> bool:
    """ "Thanks the room is upstairs": the thing stands right behind the thanks, where what they are for has a "for"."""
    if clause.found.get("joint") == 0:
        return False
    behind = clause.last["thanks"] + 1
    thing = any(clause.found.get(name) == behind for name in ("determiner", "device"))
    return behind < len(clause.words) - 2 and (thing or any(at == behind for at, _ in clause.things))


def _is_figure(word: Word) -> bool:
    """A number, a time, a model or a label; the number of the ticket tells nothing."""
    return word.kind != "reference" and any(letter.isdigit() for letter in word.raw)


def _is_titled(word: Word) -> bool:
    """As the words of a signature: with a capital, or a figure."""
    return word.raw[:1].isupper() or not word.raw.isalpha()
