"""Faults that have ended: "no more errors", "it crashes no longer", "it has not come back"; and "no problem"."""

from __future__ import annotations

from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.intent.strays import STATED

NO_MATTER = frozenset(("negation", "fault", "neutral", "determiner", "yes", "thanks", "now", "joint"))
NOT_ENDED = (
    "unable",
    "acts",
    "broken",
    "unfixed",
    "back",
    "gone",
    "fine",
    "still",
    "again",
    "same",
)


def is_fault_ended(clause: Clause) -> bool:
    """ "No more errors", "it crashes no longer": a denial of the fault, and nothing else that could be denied."""
    if is_stopped(clause):
        return True
    if not clause.has("fault") or not clause.has("negation"):
        return False
    if is_unreturned(clause):
        return True
    if not clause.has("anymore", "now"):
        return False
    if clause.unknown or clause.has(*STATED, *NOT_ENDED) or (clause.has("able") and _acts_before(clause)):
        return False
    return 0 < clause.found["fault"] - clause.found["negation"] <= 4


def is_stopped(clause: Clause) -> bool:
    """ "It no longer crashes", of one that is said to do nothing else."""
    if not {"broken", "negation", "anymore"} <= clause.found.keys() or clause.unknown or clause.question:
        return False
    if clause.has(*STATED, "unable", "able", "acts", "runs", "activity", "fine", "still", "again", "back", "unfixed"):
        return False
    return clause.found["negation"] < clause.last["anymore"]


def _acts_before(clause: Clause) -> bool:
    """ "I can no longer log in, error": what cannot be done is said before the fault is; "no errors when I log in"."""
    return clause.has("activity") and clause.found["activity"] < clause.found["fault"]


def is_unreturned(clause: Clause) -> bool:
    """ "The error went away and has not come back"."""
    if not {"gone", "back", "fault"} <= clause.found.keys() or clause.unknown or clause.has("again", "still", "same"):
        return False
    return clause.found["gone"] < clause.found["negation"] < clause.found["back"] <= clause.found["negation"] + 3


def is_no_matter(clause: Clause) -> bool:
    """ "No problem": explained, and no statement."""
    return len(clause.words) <= 4 and {"negation", "fault"} <= clause.found.keys() <= NO_MATTER and not clause.unknown
