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
LONGEST_MATTER = 2


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
    for sentence in list(_sentences(pairs[done:]))[1:]:
        if len(sentence) > LONGEST_MATTER or any(clause.has(*THIS_ONE) for clause, _ in sentence):
            continue
        clauses = [clause for clause, _ in sentence]
        if any(clause.also for clause in clauses) and any(clause.has("want") for clause in clauses):
            return clauses[0], "something else is wanted"
        if _is_own_loss(clauses):
            return clauses[-1], "something else is missing"
    return None


def _sentences(pairs: Sequence[tuple[Clause, Weight]]) -> Iterator[list[tuple[Clause, Weight]]]:
    sentence: list[tuple[Clause, Weight]] = []
    for clause, weight in pairs:
        sentence.append((clause, weight))
        if clause.end in SENTENCE_ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _is_own_loss(clauses: Sequence[Clause]) -> bool:
    """ "However my payslip is missing": a "however" in the middle has cut it in two."""
    if any(clause.has(*SOLVED) for clause in clauses):
        return False
    return any(clause.mine for clause in clauses) and any(clause.lacking for clause in clauses)
