"""Who must approve a change, and when it is approved: boards, each with so many yes needed.

Unsure is no answer: only a clear yes counts as one (``parsers/approval``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """What an approver has said. NONE: nothing yet."""

    NONE = ""
    APPROVE = "approve"
    DECLINE = "decline"


class Verdict(StrEnum):
    WAITING = ""
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class BoardRule:
    """Of changes to these services and customers (empty: any), these addresses decide; ``needed`` 0: all of them."""

    name: str
    approvers: tuple[str, ...]
    needed: int = 0
    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()

    def decides(self, services: Sequence[str], customers: Sequence[str]) -> bool:
        """Whether it decides about what a change touches. A rule for some services decides about no unnamed one."""
        by_service = not self.services or bool(set(self.services) & set(services))
        return by_service and (not self.customers or bool(set(self.customers) & set(customers)))


@dataclass(frozen=True, slots=True)
class Board:
    """People who were asked together. ``needed``: how many yes it takes."""

    name: str
    people: tuple[int, ...]
    needed: int

    def judge(self, answers: Mapping[int, Answer]) -> Verdict:
        """Approved by enough; declined once too few are left who could still approve."""
        said = [answers.get(person, Answer.NONE) for person in self.people]
        if said.count(Answer.APPROVE) >= self.needed:
            return Verdict.APPROVED
        left = len(said) - said.count(Answer.DECLINE)
        return Verdict.DECLINED if left < self.needed else Verdict.WAITING


@dataclass(frozen=True, slots=True)
class Approval:
    """One person asked about one revision of a plan, and what they said: the mail or the agent's note is the evidence.

    ``way`` is mail, page, phone, visit or chat; ``evidence`` the level of the mail that said it.
    """

    ticket: int
    revision: int
    person: int
    address: str
    name: str
    asked_at: datetime
    answer: Answer = Answer.NONE
    answered_at: datetime | None = None
    way: str = ""
    evidence: str = ""
    entry: int | None = None
    reminded_at: datetime | None = None


def needed_of(people: int, needed: int) -> int:
    """How many of so many must say yes: all where 0 is asked for, and never more than there are."""
    return min(needed, people) if needed else people


def judge(boards: Sequence[Board], answers: Mapping[int, Answer]) -> Verdict:
    """Approved where every board is, declined where one is. Without any board nobody has approved anything."""
    verdicts = [board.judge(answers) for board in boards]
    if Verdict.DECLINED in verdicts:
        return Verdict.DECLINED
    return Verdict.APPROVED if verdicts and set(verdicts) == {Verdict.APPROVED} else Verdict.WAITING


def deciding(rules: Iterable[BoardRule], services: Sequence[str], customers: Sequence[str]) -> tuple[BoardRule, ...]:
    """The rules that decide about what a change touches. Special ones go before those for everything."""
    found = [rule for rule in rules if rule.decides(services, customers)]
    special = tuple(rule for rule in found if rule.services or rule.customers)
    return special or tuple(found)
