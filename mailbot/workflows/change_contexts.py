"""What approvers and agents are told of changes, put together for the wording: one small function a kind of notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailbot.desk import journal_changes as facts
from mailbot.desk.change import Change
from mailbot.desk.change_conflicts import Conflict, ConflictKind
from mailbot.desk.changes import BEGUN
from mailbot.desk.reference import ticket_reference
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import NoticeContext
from mailbot.templates.contexts_changes import (
    AnswerWords,
    ApprovalAskedContext,
    ApprovalNotedContext,
    ChangeNewsContext,
    ConflictWords,
)
from mailbot.workflows.change_conflicts import conflicts_of, is_in_wrong_hours
from mailbot.workflows.scene import Scene, Shared

EXCERPT = 5000
MOST_CONFLICTS = 10


def _approval_asked(scene: Scene, shared: Shared) -> NoticeContext:
    fact, change = scene.telling.fact, _change(scene)
    plan, policy = change.plan, scene.office.policy
    customers = (policy.get_customer(name) for name in plan.customers)
    wrong = is_in_wrong_hours(scene.office, plan)
    return ApprovalAskedContext(
        **shared,
        **_mailtos(scene),
        change_type=plan.type.value,
        plan=plan.plan[:EXCERPT],
        risk=plan.risk[:EXCERPT],
        back_out=plan.back_out[:EXCERPT],
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        services=tuple(_service(scene, name) for name in plan.services),
        customers=tuple(customer.title or customer.name for customer in customers),
        conflicts=_conflicts(scene, change),
        wrong_hours=({"outside": "inside", "inside": "outside"}[policy.changes.hours.value] if wrong else ""),
        despite=change.despite_freeze[:500],
        by_name=scene.agent_name(change.by),
        revision=change.revision,
        again=isinstance(fact, facts.ApprovalAsked) and fact.again,
        reminder=isinstance(fact, facts.ApprovalReminded),
        afterwards=change.state in BEGUN,
    )


def _approval_noted(scene: Scene, shared: Shared) -> NoticeContext:
    fact, change = scene.telling.fact, _change(scene)
    assert isinstance(fact, facts.ApprovalGiven | facts.ApprovalRefused), "the table of notices gives it to these facts"
    given = isinstance(fact, facts.ApprovalGiven)
    told = isinstance(fact, facts.ApprovalGiven) and fact.way != "mail"
    return ApprovalNotedContext(
        **shared,
        **_mailtos(scene),
        outcome=fact.answer if isinstance(fact, facts.ApprovalGiven) else fact.reason,
        change_state=change.state.value,
        starts_at=change.plan.starts_at if given else None,
        ends_at=change.plan.ends_at if given else None,
        by_name=(scene.agent_name(fact.actor) or fact.actor) if told else "",
        way=fact.way if isinstance(fact, facts.ApprovalGiven) else "",
        revision=fact.revision,
    )


NEWS = {
    facts.ChangeApproved: "approved",
    facts.ChangeDeclined: "declined",
    facts.ChangeLapsed: "lapsed",
    facts.ChangeNear: "near",
    facts.ChangeOverdue: "overdue",
}


def _change_news(scene: Scene, shared: Shared) -> NoticeContext:
    fact, change = scene.telling.fact, _change(scene)
    decided = isinstance(fact, facts.ChangeApproved | facts.ChangeDeclined)
    asked = scene.office.work.changes.approvals_of(change.ticket, change.revision)
    return ChangeNewsContext(
        **shared,
        news=NEWS[type(fact)],
        change_state=change.state.value,
        starts_at=change.plan.starts_at,
        ends_at=change.plan.ends_at,
        answers_given=tuple(AnswerWords(a.name or a.address, a.answer.value, a.answered_at) for a in asked),
        conflicts=_conflicts(scene, change),
        words=scene.words[:EXCERPT] if isinstance(fact, facts.ChangeDeclined) else "",
        revision=change.revision,
        afterwards=decided and change.state in BEGUN,
    )


def _change(scene: Scene) -> Change:
    found = scene.office.work.changes.find(scene.ticket.number)
    assert found is not None, "these facts are of changes"
    return found


def _mailtos(scene: Scene) -> dict[str, Any]:
    return {f"{answer}_mailto": scene.mailto(answer) for answer in ("approve", "decline")}


def _conflicts(scene: Scene, change: Change) -> tuple[ConflictWords, ...]:
    there = conflicts_of(scene.office, change.ticket, change.plan)[:MOST_CONFLICTS]
    return tuple(_conflict(scene, conflict) for conflict in there)


def _conflict(scene: Scene, conflict: Conflict) -> ConflictWords:
    policy = scene.office.policy
    number = str(conflict.number) if conflict.number else ""
    reference = ticket_reference(policy.prefix, conflict.number) if conflict.kind is ConflictKind.CHANGE else number
    customers = (policy.get_customer(name) for name in conflict.customers)
    shared = (*(_service(scene, n) for n in conflict.services), *(c.title or c.name for c in customers))
    return ConflictWords(
        conflict.kind.value, conflict.title, conflict.starts_at, conflict.ends_at, reference, shared, conflict.why
    )


def _service(scene: Scene, name: str) -> str:
    service = scene.office.policy.find_service(name)
    return service.title_in(scene.language) if service else name


CHANGE_CONTEXTS: dict[NoticeKind, Callable[[Scene, Shared], NoticeContext]] = {
    NoticeKind.APPROVAL_ASKED: _approval_asked,
    NoticeKind.APPROVAL_NOTED: _approval_noted,
    NoticeKind.CHANGE_NEWS: _change_news,
}
