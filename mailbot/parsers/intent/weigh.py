"""One clause on the scales: does it say that something works, that it does not, accept, reopen, or deny?"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.intent.endings import is_fault_ended, is_no_matter, is_stopped, is_unreturned
from mailbot.parsers.intent.strays import STATED, count_stray_words, count_strays, is_thing_name

SUPPORT = ("now", "again", "whole", "praise")
"""Next to a weak sign ("runs", "as usual") one of these makes it a statement: "runs again", "everything as usual"."""

PLAIN = frozenset(
    ("close", "accept", "yes", "thanks", "praise", "now", "polite", "able", "ticket", "determiner", "joint", "neutral",
     "greeting", "signoff", "whole")
)  # fmt: skip
ALONE = frozenset(("fine", "thanks", "praise", "yes", "determiner", "neutral", "whole", "device", "greeting", "joint"))
SHORT = 8
REGAINED = 2
STATE = frozenset(
    ("device", "determiner", "neutral", "now", "again", "praise", "yes", "joint", "fine", "greeting", "thanks")
)
RETURNED = frozenset(
    ("back", "device", "determiner", "neutral", "now", "joint", "praise", "yes", "thanks", "fine", "again", "greeting")
)


@dataclass(frozen=True, slots=True)
class Weight:
    """What one clause says.

    ``against``: it is not solved; ``lasting``: still, again or the same as before; ``unable``: only that somebody
    cannot do something. ``faulty``: names a fault that is not called gone. ``denied``: a negation other than "no more
    errors". ``stray``: how many unknown words cannot be the name of a thing.
    """

    working: bool = False
    accepting: bool = False
    reopening: bool = False
    unable: bool = False
    against: bool = False
    lasting: bool = False
    faulty: bool = False
    denied: bool = False
    stray: int = 0


@dataclass(frozen=True, slots=True)
class Mood:
    """What the text around a clause says: ``glad``: it or one before it says yes or praises; ``pleased``: any clause
    does, thanks or signs; ``named``: it or one before it names a device."""

    glad: bool
    pleased: bool
    named: bool


def weigh(clause: Clause, mood: Mood) -> Weight:
    """Weigh a clause in its surroundings."""
    ended = is_fault_ended(clause)
    denied = clause.has("negation", "unable") and not ended and not is_no_matter(clause)
    against = _is_against(clause, denied, mood.named) and not _is_conditional(clause) and not _is_enquiry(clause)
    free = not denied and not against and not clause.question
    working = free and (ended or _is_working(clause, mood) or (mood.pleased and _is_returned(clause)))
    regained = working and mood.pleased and _is_regained(clause) and len(clause.unknown) <= REGAINED
    accepting = free and (_is_accepting(clause) or _is_closing(clause))
    faulty = _is_faulty(clause, ended, working) and not (working and _is_returned(clause))
    return Weight(
        working=working and not faulty,
        accepting=accepting and not faulty,
        reopening=_is_reopening(clause, denied),
        unable=against and not clause.alone and not clause.has("unfixed", "broken", "fault", "accept", *STATED),
        against=against,
        lasting=against and clause.has("still", "again", "same", "unfixed", "back"),
        faulty=faulty and not against,
        denied=denied or clause.has("no"),
        stray=0 if regained else count_stray_words(clause, working or accepting, mood.pleased),
    )


def _is_against(clause: Clause, denied: bool, named: bool) -> bool:
    if clause.question and clause.has("able", "polite") and not (denied or clause.has("still", "again", "broken")):
        # "Can the same be done at home?"
        return False
    if clause.has("unfixed") or (clause.has("same") and len(clause.words) == 1):
        return True
    if denied and (clause.has(*STATED, "fine") or (clause.has("gone") and clause.has("fault"))):
        return True
    if denied and clause.has("accept"):
        # "I do not accept the cost" is about something else.
        return not clause.unknown and not clause.things
    if denied and clause.has("activity", "acts") and clause.has("able", "unable", "acts", "still"):
        return True
    if denied and named and _is_unmoved(clause):
        return True
    if clause.has("broken"):
        return not denied and not is_stopped(clause)
    if clause.has("gone") and clause.has("device") and not clause.has("fault"):
        return clause.has("again", "still") and not denied
    if clause.has("back"):
        return clause.has("fault", "again", "still", "same") and not _is_returned(clause) and not is_unreturned(clause)
    if clause.has("fault") and not clause.has("fixed", "gone"):
        return clause.has("still", "again", "same") and not denied
    if clause.has("still") and denied and clause.has("able"):
        return True
    return _is_lasting(clause)


def _is_unmoved(clause: Clause) -> bool:
    """ "My phone still does not get mail", "and it does not ring": a thing that does not do what things do."""
    if clause.question or clause.has("future", "want", "hedge", "hearsay", "condition", "question", "limit"):
        return False
    if clause.has("negation") and clause.has("still") and clause.has("device") and not clause.unknown:
        # "No sound yet".
        return len(clause.words) <= SHORT
    return clause.has("runs") or (clause.has("unable") and clause.has("still", "anymore") and clause.has("device"))


def _is_lasting(clause: Clause) -> bool:
    """ "The mouse still jumps": whatever it does, it was reported, and it goes on."""
    if not clause.has("still") or not clause.has("device") or clause.question:
        return False
    if clause.has("future", "want", "hedge", "hearsay", "question", "works", "fine", "sees", "ticket"):
        return False
    if clause.has("condition") and clause.found["condition"] < clause.found["still"]:
        return False
    return 1 <= len(clause.unknown) + len(clause.things) <= 3


def _is_faulty(clause: Clause, ended: bool, working: bool) -> bool:
    if (clause.has("broken") and not ended) or clause.has("unfixed") or (clause.has("back") and not ended):
        return True
    if is_no_matter(clause):
        return False
    if clause.has("fault"):
        return not ended and not (working and clause.has("fixed", "gone"))
    if working and clause.has("still", "same"):
        return True
    # "The error is gone" is good news; "my files are gone" is not.
    return clause.has("gone")


def _is_enquiry(clause: Clause) -> bool:
    """ "What was wrong?": asks about a fault without saying that it lasts."""
    return clause.question and clause.has("question") and not clause.has("still", "again", "same", "unfixed", "unable")


def _is_conditional(clause: Clause) -> bool:
    """A condition in front of what is wrong: "if it crashes again"."""
    if "condition" not in clause.found:
        return False
    signs = [
        clause.found[n]
        for n in ("negation", "unable", "broken", "unfixed", "fault", "still", "again")
        if n in clause.found
    ]
    return not signs or clause.found["condition"] < min(signs)


def _is_returned(clause: Clause) -> bool:
    """ "The sound is back": good news of a thing, where no fault is named and it is not said to happen again."""
    if not clause.has("back") or not clause.found.keys() <= RETURNED or clause.question:
        return False
    if any(not is_thing_name(clause, at, word.raw) for at, word in clause.unknown):
        return False
    return clause.has("device") and clause.found["device"] < clause.found["back"]


def _is_working(clause: Clause, mood: Mood) -> bool:
    if clause.has(*STATED):
        return True
    if clause.has("gone") and clause.has("fault"):
        return not clause.has("again", "still")
    if clause.alone and mood.pleased and clause.found.keys() <= ALONE and not clause.unknown and not clause.things:
        return True
    if clause.has("fine") and not clause.has("activity"):
        return clause.has(*SUPPORT) or (clause.has("device") and (mood.pleased or _is_acting(clause)))
    if clause.has("ticket") and clause.has("activity"):
        # "I can open it again" may speak of the ticket.
        return False
    if clause.has("fine") and clause.has(*SUPPORT):
        # "Access to the folder is fine now".
        return not clause.has("able", "polite")
    if clause.has("sees"):
        return clause.has("device") and (clause.has("again") or (clause.has("now") and mood.pleased))
    # "Great, I can log in": said of something that was not so before.
    surprised = mood.glad and not clause.unknown and not clause.things
    # "I can hear everyone in Teams. Thank you": can, not could or have.
    told = mood.pleased and mood.named and not clause.unknown and not clause.has("polite", "future", "want")
    if told and (_is_acting(clause) or (clause.modal and clause.has("activity"))):
        return True
    if _is_repeated(clause):
        return False
    if mood.pleased and _is_regained(clause):
        return True
    if not clause.has("again", "now", "fine") and not surprised:
        return False
    if clause.has("again", "now") and clause.has("device") and clause.found.keys() <= STATE and _is_good(clause):
        return True
    if clause.has("able") and clause.has("activity", "acts"):
        return True
    return _is_acting(clause) and not count_strays(clause)


def _is_repeated(clause: Clause) -> bool:
    """ "I can send it again": offers to do it once more."""
    if not clause.has("again") or clause.has("now", "device") or clause.things:
        return False
    return any(clause.last.get(name) == clause.found["again"] - 1 for name in ("determiner", "ticket"))


def _is_regained(clause: Clause) -> bool:
    """ "I can book the minibus again": whatever it is, somebody can do it again."""
    odd = len(clause.unknown) + len(clause.things)
    if not (clause.modal and clause.has("again")) or clause.adverbs or clause.has("future", "want", "polite"):
        return False
    return 1 <= odd <= REGAINED or clause.has("device")


def _is_good(clause: Clause) -> bool:
    """ "The screen is ok again": of a thing, with a word of praise behind it, and every word explained."""
    good = [clause.last[name] for name in ("praise", "yes", "fine") if name in clause.last]
    return bool(good) and max(good) > clause.found["device"] and not clause.unknown and not clause.things


def _is_acting(clause: Clause) -> bool:
    """ "Comes through" is said of machines; "rings" only where one is named."""
    return clause.has("acts") or (clause.has("runs") and clause.has("device"))


def _is_accepting(clause: Clause) -> bool:
    """The keyword, said of the solution or of nothing: "the server accepts my password" is no acceptance."""
    return clause.has("accept") and (clause.has("ticket") or not (clause.has("device") or clause.things))


def _is_closing(clause: Clause) -> bool:
    """A wish to close, said of the ticket or of nothing: "Outlook closes" is none."""
    return clause.has("close") and (clause.has("ticket") or (clause.found.keys() <= PLAIN and not clause.things))


def _is_reopening(clause: Clause, denied: bool) -> bool:
    if clause.has("device") and not clause.has("ticket"):
        # "I can open my files again" is good news.
        return False
    if not clause.has("reopen") or denied or clause.has("condition", "future", "hedge", "hearsay", "sarcasm"):
        return False
    if clause.question or clause.has("question"):
        return clause.has("polite", "able") and not clause.has("question")
    return not clause.has("no") and not (clause.has("want") and clause.has("negation"))
