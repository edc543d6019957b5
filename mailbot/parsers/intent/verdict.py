"""From clauses to one verdict: what speaks for "it works, close it", what against, and what forbids to conclude.

Each clause is weighed alone, then all together. One sign of doubt anywhere keeps a text from being an acceptance; a
clear rejection needs a word for what is wrong together with one that says it still is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mailbot.desk.vocabulary import Intent
from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.intent.courtesy import SAID, is_courtesy
from mailbot.parsers.intent.matters import find_other_matter
from mailbot.parsers.intent.reasons import REASONS
from mailbot.parsers.intent.weigh import Mood, Weight, weigh
from mailbot.parsers.vocabulary import BLOCKING

LONGEST_ACCEPTANCE = 60
LONGEST_THANKS = 40
MARGIN = 3
STORY = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """``against``: the text says that it is not solved. ``doubted``: something forbids an acceptance.
    ``unknown``: how many words nothing explains. ``blocked``: a word that is understood forbids it."""

    intent: Intent
    words: str
    reason: str
    confidence: float
    against: bool = False
    doubted: bool = False
    unknown: int = 0
    blocked: bool = False


def decide(clauses: Sequence[Clause], corrected: int) -> Finding:
    """The verdict on all clauses of a text, read in one language; ``corrected`` words were mistyped."""
    glad = False
    named = False
    pleased = any(clause.has("praise", "yes", "thanks", "close", "accept", "signoff") for clause in clauses)
    weights = []
    for clause in clauses:
        glad = glad or clause.has("praise", "yes")
        named = named or clause.has("device")
        weights.append(weigh(clause, Mood(glad, pleased, named)))
    for at, (asked, answer) in enumerate(pairwise(clauses), 1):
        if asked.question and asked.has("fixed", "works") and len(asked.words) <= STORY and _is_denial(answer):
            weights[at] = replace(weights[at], against=True)
    return _Decision(clauses, weights, corrected).take()


def _is_denial(clause: Clause) -> bool:
    """ "Solved? Not at all"."""
    return clause.has("no", "negation") and len(clause.words) <= STORY and not clause.question


class _Decision:
    def __init__(self, clauses: Sequence[Clause], weights: Sequence[Weight], corrected: int) -> None:
        self.pairs = list(zip(clauses, weights, strict=True))
        self.corrected = corrected
        self.found = {name for clause in clauses for name in clause.found}
        self.question = any(clause.question for clause in clauses)
        self.size = sum(len(clause.words) for clause in clauses)
        self.unknown = sum(weight.stray for weight in weights)
        self.broken = [c for c, w in self.pairs if w.against]
        self.working = [c for c, w in self.pairs if w.working]
        self.accepting = [c for c, w in self.pairs if w.accepting]
        self.reopening = [c for c, w in self.pairs if w.reopening]
        self.doubts = self._doubts()

    def take(self) -> Finding:
        for attempt in (self._absence, self._reopen, self._new_problem, self._broken, self._status):
            finding = attempt()
            if finding:
                return finding
        if self.working or self.accepting:
            return self._accept()
        return self._thanks() or self._comment()

    def _absence(self) -> Finding | None:
        clauses = [c for c, _ in self.pairs if c.has("absence")]
        told = len(clauses) >= 2 or "future" not in self.found
        if clauses and told and not (self.broken or self.reopening or self.working or self.accepting):
            return self._say(Intent.AUTOMATIC, clauses, "says that the writer is away", 0.8)
        return None

    def _reopen(self) -> Finding | None:
        if not self.reopening:
            return None
        if any(c.has("accept") for c in self.accepting):
            return self._say(Intent.COMMENT, self.reopening + self.accepting, "asks for both accept and reopen", 0.6)
        return self._say(Intent.REOPEN, self.reopening, "asks to reopen", 0.95)

    def _new_problem(self) -> Finding | None:
        cued = [c for c, _ in self.pairs if c.has("new_problem")]
        if cued and not any(w.lasting for _, w in self.pairs):
            return self._say(Intent.NEW_PROBLEM, cued, "tells of something else than this ticket", 0.8)
        other = find_other_matter(self.pairs)
        if other:
            return self._say(Intent.NEW_PROBLEM, [other[0]], f"this is solved, and {other[1]}", 0.7)
        return None

    def _broken(self) -> Finding | None:
        away = self.found & {"future", "absence"} and all(w.unable for _, w in self.pairs if w.against)
        if not self.broken or away:
            # "I cannot log in right now, I will get back to you" is about the writer, not the fault.
            return None
        if any(c.has("close") for c in self.broken) or (self.accepting and "resigned" in self.found):
            return self._say(Intent.COMMENT, self.broken, "wants it closed, but not because it works", 0.6)
        present = [c for c in self.working + self.accepting if c.has(*_PRESENT)]
        if "limit" in self.found and "contrast" in self.found:
            # "Partly: I can see the files but not open them."
            seen = [c for c, w in self.pairs if c.has("sees", "activity") and not (w.against or w.denied)]
            present += [c for c in seen if c.has("sees") or c.modal]
        elif "contrast" in self.found and not any(c.has(*_SETTLED) for c in present):
            # "I get in, but it throws me out".
            present = []
        if present and not any(c.has("hearsay") for c in present):
            return self._say(Intent.COMMENT, present + self.broken, "says both that it works and that it does not", 0.6)
        return self._say(Intent.REOPEN, self.broken, "says that it is still wrong", 0.9)

    def _status(self) -> Finding | None:
        asking = [c for c, _ in self.pairs if c.has("status")]
        if asking and not self.working and not self.accepting:
            return self._say(Intent.STATUS, asking, "asks how it is going", 0.85)
        return None

    def _accept(self) -> Finding:
        clauses = sorted({id(c): c for c in self.accepting + self.working}.values(), key=self._place)
        if self.doubts:
            return self._say(Intent.COMMENT, clauses, f"speaks of a solution, but {self.doubts[0]}", 0.6)
        words = "accepts the solution" if self.accepting else "says that it works"
        return self._say(Intent.ACCEPT, clauses, words, 0.9 if self.corrected else 0.95)

    def _thanks(self) -> Finding | None:
        clauses = [c for c, _ in self.pairs]
        if (
            self._signs_of_doubt()
            or self.size > LONGEST_THANKS
            or not is_courtesy(clauses, [w.stray for _, w in self.pairs])
        ):
            return None
        return self._say(Intent.THANKS, [c for c in clauses if c.has(*SAID)], "only thanks", 0.85)

    def _comment(self) -> Finding:
        reason = "asks something" if self.question or "question" in self.found else "nothing that decides"
        return self._say(Intent.COMMENT, [c for c, _ in self.pairs][:2], reason, 0.6)

    def _doubts(self) -> list[str]:
        doubts = self._signs_of_doubt()
        if any(c.end == "…" for c, _ in self.pairs) and not self.accepting:
            doubts.append("it trails off")
        if self.unknown > self._margin():
            doubts.append("not all of the words are understood")
        if self.size > LONGEST_ACCEPTANCE:
            doubts.append("it is long")
        return doubts

    def _signs_of_doubt(self) -> list[str]:
        doubts = [REASONS.get(name, name) for name in BLOCKING if name in self.found and not self._is_story(name)]
        if self.question:
            doubts.append("asks something")
        if any(w.denied for _, w in self.pairs):
            doubts.append("there is a denial in it")
        if any(w.faulty for _, w in self.pairs) or self.broken:
            doubts.append("it names a fault")
        if any(
            c.has("reopen") and c.has("works", "worked", "fixed", "fine", "gone", "thanks", "signoff")
            for c, _ in self.pairs
        ):
            doubts.append("it says reopen as well")
        if any(c.has("reopen") and not (w.reopening or w.working) for c, w in self.pairs):
            doubts.append("it speaks of reopening")
        if self._is_for_a_while():
            doubts.append("it may have been for a while only")
        if any(w.working and c.has("person") and c.has("able", "activity") for c, w in self.pairs):
            doubts.append("it is said of somebody else")
        if "displeased" in self.found:
            doubts.append("it is displeased")
        if self._is_another_left():
            doubts.append("it names something else that is not said to work")
        if any(w.accepting and c.end == "," and n.has("since") for (c, w), (n, _) in pairwise(self.pairs)):
            doubts.append("there is a condition")
        if any(c.has("worked") and not c.has("fixed", "now", "again") and n.has("since") for c, n in self._pairwise()):
            doubts.append(REASONS["once"])
        if any(c.quoted for c, _ in self.pairs):
            doubts.append("the words stand in quotation marks")
        return doubts

    def _is_for_a_while(self) -> bool:
        """A stretch of time is named ("it worked for five minutes"), and nothing after it is said of now."""
        spans = [at for at, (c, _) in enumerate(self.pairs) if c.has("span")]
        return bool(spans) and not any(w.working and c.has("now") for c, w in self.pairs[spans[-1] + 1 :])

    def _pairwise(self) -> Iterable[tuple[Clause, Clause]]:
        return pairwise(clause for clause, _ in self.pairs)

    def _is_another_left(self) -> bool:
        """ "The network is back, the printer is next": a thing after the good news, of which none is told."""
        good = [at for at, (c, w) in enumerate(self.pairs) if w.working and c.has("back")]
        return (
            any(
                c.has("device") and not (w.working or w.accepting or c.has("thanks", "signoff"))
                for c, w in self.pairs[good[0] + 1 :]
            )
            if good
            else False
        )

    def _is_story(self, name: str) -> bool:
        """ "I restarted it this morning, and now it works": the earlier time is not that of the working."""
        if name == "place":
            here = [c for c, w in self.pairs if c.has("place") and w.working]
            return bool(self.accepting) or all(c.has("now", "again", "able", "acts", "activity") for c in here)
        if name == "cause":
            # "It was only a loose cable, and now it works": only the cause was small.
            small = [w for c, w in self.pairs if c.has("cause")]
            return not any(w.working or w.accepting or w.faulty for w in small)
        if name == "condition":
            # "It was solved yesterday when Peter came".
            when = [c for c, _ in self.pairs if c.has("condition")]
            return all(c.has("fixed") and c.has("dated") and c.found["fixed"] < c.found["condition"] for c in when)
        if name == "dated" and all(c.has("fixed") for c, _ in self.pairs if c.has("dated")):
            # What was mended yesterday is mended; what worked yesterday need not work.
            return True
        if name == "dated" and any(w.accepting and not c.has("dated") for c, w in self.pairs):
            return True
        if name not in ("dated", "once") or not any(
            c.has("now", "again", "works", "fixed", "close") for c in self.working + self.accepting
        ):
            return False
        told = [(c, w) for c, w in self.pairs if c.has(name)]
        return all(
            len(c.words) >= STORY and not (w.working or w.accepting or c.has("worked", "works")) for c, w in told
        )

    def _margin(self) -> int:
        """Words that may stay unexplained: a few in a story that ends with "solved" or a wish to close, else none."""
        told = 0
        for clause, weight in self.pairs:
            if told and clause.thought:
                return 0
            settled = weight.working and told and _is_settled(clause) and not clause.unknown
            if (weight.accepting or settled) and not weight.stray:
                return MARGIN if told == self.unknown and told * 3 <= self.size else 0
            told += weight.stray
            if weight.stray and clause.has("works", "fixed"):
                # "Whn it is solved, you may close it": what is said of the solution must be understood.
                return 0
        return 0

    def _place(self, clause: Clause) -> int:
        return next(at for at, (other, _) in enumerate(self.pairs) if other is clause)

    def _say(self, intent: Intent, clauses: Sequence[Clause], reason: str, confidence: float) -> Finding:
        words = "; ".join(clause.text for clause in clauses)[:200]
        against = bool(self.broken or self.reopening)
        return Finding(
            intent,
            words,
            reason,
            confidence,
            against,
            against or bool(self.doubts),
            self.unknown,
            bool(self._signs_of_doubt()),
        )


def _is_settled(clause: Clause) -> bool:
    """ "... solved", "... and now everything works": what a story ends with."""
    return clause.has("fixed") or (clause.has("now") and clause.has("whole", "works"))


_SETTLED = ("works", "worked", "fixed", "gone", "fine", "accept", "close")
_PRESENT = ("works", "fixed", "gone", "fine", "able", "acts", "sees", "accept", "close")
