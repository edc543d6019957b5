"""Another matter behind good news: what is wanted, wrong or missing once this one is said to be solved.

A doubt about this matter ("It works. But the toner is missing") is none: what is missing must be the writer's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.intent.clauses import SENTENCE_ENDS
from mailbot.parsers.intent.weigh import Weight

SOLVED = ("fixed", "works", "accept")
THIS_ONE = ("ticket", "still", "again", "same", "back")
"""What a clause about another matter does not say."""
LONGEST_LOSS = 2


def find_other_matter(pairs: Sequence[tuple[Clause, Weight]]) -> tuple[Clause, str] | None:
    """The clause that speaks of something else behind the first that says it works, and what is so of it."""
    done = next((at for at, (clause, weight) in enumerate(pairs) if weight.working and clause.has(*SOLVED)), None)
    if done is None:
        return None
    for clause, weight in pairs[done + 1 :]:
        if clause.also and clause.has("want") and not weight.against:
            return clause, "something else is wanted"
    for clause, weight in pairs[done + 1 :]:
        if weight.against and not weight.lasting and clause.has("now"):
            return clause, "something else is wrong"
    for sentence in list(_sentences([clause for clause, _ in pairs[done:]]))[1:]:
        if _is_own_loss(sentence):
            return sentence[-1], "something else is missing"
    return None


def _sentences(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    sentence: list[Clause] = []
    for clause in clauses:
        sentence.append(clause)
        if clause.end in SENTENCE_ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _is_own_loss(sentence: Sequence[Clause]) -> bool:
    """ "However my payslip is missing": a "however" in the middle has cut it in two."""
    if len(sentence) > LONGEST_LOSS or any(clause.has(*THIS_ONE, *SOLVED) for clause in sentence):
        return False
    return any(clause.mine for clause in sentence) and any(clause.lacking for clause in sentence)
