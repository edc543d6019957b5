"""Names of people: after a greeting, thanks or a sign-off, or alone on a line at the end of the text."""

from __future__ import annotations

from itertools import pairwise

from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.vocabulary import AGAINST, BLOCKING
from mailbot.parsers.words import Word

SHORTEST_DENIAL = 4
LONGEST_SIGNATURE_LINE = 8
NAMES_AFTER = {"greeting": 4, "thanks": 3, "signoff": 8}
"""How many names may follow."""
SAYING = ("works", "worked", "fixed", "able", "acts", "close", "accept", "reopen", "fine", "gone", "back")
THANKED = 3
"""How near the end of a clause its thanks stand, when the next clause says what for."""


def explain_names(clauses: list[Clause]) -> None:
    """Take unknown words away from the clauses where they are names, in place."""
    signed_off = False
    for index, clause in enumerate(clauses):
        for name, most in NAMES_AFTER.items():
            if name in clause.found and len(clause.unknown) <= most and _are_names(clause, clause.found[name]):
                clause.unknown.clear()
        if signed_off and _is_signature(clause):
            clause.unknown.clear()
            clause.things.clear()
        signed_off = signed_off or "signoff" in clause.found
        alone = index and clause.unknown and len(clause.unknown) == len(clause.words) <= 3
        if alone and all(word.raw[:1].isupper() and not word.raw.isupper() for _, word in clause.unknown):
            clause.unknown.clear()
            signed_off = signed_off or clause.end == "\n"


def explain_thanks(clauses: list[Clause]) -> None:
    """ "Thanks for | that you came so soon": a clause that says what the thanks are for is part of them, in place."""
    for before, clause in pairwise(clauses):
        if before.end == "," and clause.found.get("joint") == 0 and "thanks" in before.found:
            told = clause.has(*SAYING, *BLOCKING, *AGAINST) or clause.question
            if before.last["thanks"] >= len(before.words) - THANKED and not told:
                clause.add("thanks", 0)


def is_named(word: Word) -> bool:
    """With one capital, as names have."""
    return word.raw[:1].isupper() and not word.raw.isupper()


def is_no_name(name: str, word: Word) -> bool:
    """A rejection in another language, though it begins with a capital as names do: "Genåbn", "Niet"."""
    return name in ("reopen", "unfixed") or (name in AGAINST and len(word.exact) >= SHORTEST_DENIAL)


def _is_signature(clause: Clause) -> bool:
    """A line under the sign-off: a name, a title, a department. A postscript is longer or in lower case."""
    if len(clause.words) > LONGEST_SIGNATURE_LINE or clause.has("works", "close", "fixed", "accept", "fine", "gone"):
        return False
    odd = [word for _, word in (*clause.unknown, *clause.things)]
    return len(clause.words) <= 2 or all(word.raw[:1].isupper() or word.kind != "word" for word in odd)


def _are_names(clause: Clause, place: int) -> bool:
    """Words after the greeting that could be names: nothing else of weight stands in the clause."""
    capitals = sum(word.raw[:1].isupper() for _, word in clause.unknown)
    if len(clause.unknown) - capitals > (2 if "signoff" in clause.found and place == 0 else 1) or any(
        at < place for at, _ in clause.unknown
    ):
        return False
    return not clause.has("works", "worked", "fixed", "able", "acts", "close", "fine", "gone")
