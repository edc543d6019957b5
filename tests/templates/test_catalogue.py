"""Contexts are plain, complete and frozen."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import datetime

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import CATALOGUE, ReceiptContext, TicketWords, is_neutral, neutral
from mailbot.templates.samples import sample_context, sample_contexts

PLAIN = (str, int, float, bool, datetime, type(None))


def test_every_kind_of_notice_has_a_form_and_samples() -> None:
    assert set(CATALOGUE) == set(NoticeKind)
    for kind in NoticeKind:
        cases = sample_contexts(kind)
        assert {type(context) for context in cases.values()} == {CATALOGUE[kind].context}
        assert next(iter(cases)) == "ordinary"


def test_contexts_hold_nothing_but_plain_values() -> None:
    for kind in NoticeKind:
        for context in sample_contexts(kind).values():
            assert [value for value in _leaves(context) if type(value) not in PLAIN] == []


def test_context_when_changed_refuses() -> None:
    context = sample_context(NoticeKind.RECEIPT)
    with pytest.raises(FrozenInstanceError):
        context.recipient_name = "someone else"  # type: ignore[misc]


def test_neutral_when_sender_is_unverified_keeps_nothing_they_wrote() -> None:
    context = sample_context(NoticeKind.RECEIPT)
    assert isinstance(context, ReceiptContext)
    unverified = replace(context, sender_verified=False)
    bare = TicketWords(
        context.ticket.reference,
        "",
        context.ticket.state,
        context.ticket.kind,
        context.ticket.priority,
        assignee_name=context.ticket.assignee_name,
        group_name=context.ticket.group_name,
        service_name=context.ticket.service_name,
        opened_at=context.ticket.opened_at,
        promised_by=context.ticket.promised_by,
    )
    assert neutral(unverified) == ReceiptContext(
        desk=context.desk, ticket=bare, sender_verified=False, answer_by=context.answer_by
    )
    assert (is_neutral(context), is_neutral(unverified)) == (False, True)


def test_neutral_when_sender_is_verified_changes_nothing() -> None:
    for kind in NoticeKind:
        context = sample_context(kind)
        assert neutral(context) is context


def _leaves(value: object) -> list[object]:
    if isinstance(value, tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    if hasattr(value, "__dataclass_fields__"):
        return [leaf for field in fields(value) for leaf in _leaves(getattr(value, field.name))]  # type: ignore[arg-type]
    return [value]
