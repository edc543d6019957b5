"""What a ticket does: exactly these facts, exactly these changes, and nothing where the state forbids it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mailbot.desk import journal
from mailbot.desk.business_hours import Calendar
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import IllegalTransition
from mailbot.desk.lifecycle import State, Trigger, allowed
from mailbot.desk.ticket import PUBLIC, Entry, EntryKind, Participant, Ticket
from mailbot.desk.vocabulary import Intent, Role

OPENED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NOW = OPENED + timedelta(hours=3)
ANNA = Participant(7, Mailbox("anna@kommun.example", "Anna Berg"), Role.REQUESTER, confirmed=True)
BO = Participant(8, Mailbox("bo@kommun.example"), Role.PARTICIPANT)
LISA = "lisa@desk.example"


def make(state: State, **known: Any) -> Ticket:
    """A ticket in the middle of its life, with everything set that a change could clear."""
    usual: dict[str, Any] = {"resolution": 2, "needs_person": True, "assignee": "omar@desk.example", "group": "network"}
    if state in (State.RESOLVED, State.CLOSED):
        usual["resolved_at"] = OPENED
    if state in (State.CLOSED, State.CANCELLED):
        usual["closed_at"] = OPENED
    return Ticket(1042, "Printer", ANNA, "sv", OPENED, OPENED, state, participants=[BO], **{**usual, **known})


def changes(before: Ticket, after: Ticket) -> dict[str, Any]:
    return {f.name: getattr(after, f.name) for f in fields(Ticket) if getattr(before, f.name) != getattr(after, f.name)}


def fact(kind: type[journal.Fact], actor: str, entry: int | None, **said: Any) -> journal.Fact:
    return kind(ticket=1042, at=NOW, actor=actor, entry=entry, **said)


Act = Callable[[Ticket], list[journal.Fact]]
ACTS: dict[str, tuple[Trigger, Act, journal.Fact, dict[str, Any]]] = {
    "assign": (
        Trigger.ASSIGN,
        lambda t: t.assign(NOW, LISA, "lisa@desk.example", "desk"),
        fact(journal.TicketAssigned, LISA, None, assignee="lisa@desk.example", group="desk"),
        {"assignee": "lisa@desk.example", "group": "desk"},
    ),
    "resolve": (
        Trigger.RESOLVE,
        lambda t: t.resolve(NOW, LISA, 5),
        fact(journal.ResolutionProposed, LISA, 5, resolution=3),
        {"resolution": 3, "resolved_at": NOW, "needs_person": False},
    ),
    "accept": (
        Trigger.ACCEPT,
        lambda t: t.accept(NOW, "anna@kommun.example", 6, "Acceptera", "E4"),
        fact(journal.ResolutionAccepted, "anna@kommun.example", 6, resolution=2, words="Acceptera", evidence="E4"),
        {"closed_at": NOW, "needs_person": False},
    ),
    "verify": (
        Trigger.VERIFY,
        lambda t: t.verify(NOW, LISA, 6, "phone"),
        fact(journal.ResolutionVerified, LISA, 6, resolution=2, way="phone"),
        {"closed_at": NOW, "needs_person": False},
    ),
    "reopen": (
        Trigger.REOPEN,
        lambda t: t.reopen(NOW, "anna@kommun.example", 6, "still broken", "requester"),
        fact(journal.TicketReopened, "anna@kommun.example", 6, words="still broken", reason="requester"),
        {"closed_at": None, "resolved_at": None, "needs_person": False},
    ),
    "cancel": (
        Trigger.CANCEL,
        lambda t: t.cancel(NOW, LISA, 6, "scrapped"),
        fact(journal.TicketCancelled, LISA, 6, reason="scrapped"),
        {"closed_at": NOW, "needs_person": False},
    ),
}
AFTER = {"resolve": "resolved", "accept": "closed", "verify": "closed", "reopen": "in_progress", "cancel": "cancelled"}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", ACTS)
def test_act_changes_what_it_says_or_nothing(name: str, state: State) -> None:
    trigger, act, told, expected = ACTS[name]
    ticket = make(state)
    before = copy.copy(ticket)
    if trigger not in allowed(state):
        with pytest.raises(IllegalTransition):
            act(ticket)
        assert changes(before, ticket) == {}
        return
    assert act(ticket) == [told]
    assert ticket.state.value == AFTER.get(name, "in_progress" if state is State.NEW else state.value)
    wanted = {key: value for key, value in expected.items() if getattr(before, key) != value} | {"changed_at": NOW}
    if ticket.state is not state:
        wanted["state"] = ticket.state
    assert changes(before, ticket) == wanted


@pytest.mark.parametrize("state", State)
def test_reply_is_kept_in_every_state_and_only_wakes_a_pending_ticket(state: State) -> None:
    ticket = make(state)
    before = copy.copy(ticket)
    after = State.IN_PROGRESS if state is State.PENDING else state
    told = ticket.receive_reply(NOW, "anna@kommun.example", 6, Intent.COMMENT)
    assert told == [fact(journal.ReplyReceived, "anna@kommun.example", 6, intent="comment", state=after.value)]
    assert changes(before, ticket) == {"changed_at": NOW} | ({"state": after} if after is not state else {})


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda t: t.note(NOW, LISA, 6), journal.NoteAdded),
        (lambda t: t.answer(NOW, LISA, 6), journal.AgentReplied),
    ],
    ids=["note", "answer"],
)
def test_words_of_an_agent_move_no_state_and_show_that_somebody_has_read(
    state: State, act: Act, kind: type[journal.Fact]
) -> None:
    ticket = make(state)
    before = copy.copy(ticket)
    assert act(ticket) == [fact(kind, LISA, 6)]
    assert changes(before, ticket) == {"changed_at": NOW, "needs_person": False}


@pytest.mark.parametrize("state", State)
def test_a_person_can_be_called_for_in_every_state(state: State) -> None:
    ticket = make(state, needs_person=False)
    before = copy.copy(ticket)
    assert ticket.need_person(NOW, "desk", 6, "unclear") == [fact(journal.PersonNeeded, "desk", 6, reason="unclear")]
    assert changes(before, ticket) == {"changed_at": NOW, "needs_person": True}


def test_each_resolution_has_a_number_of_its_own_also_after_reopening() -> None:
    ticket = make(State.IN_PROGRESS, resolution=0)
    numbers = []
    for _ in range(3):
        ticket.resolve(NOW, LISA, 5)
        ticket.resolve(NOW, LISA, 6)
        numbers.append(ticket.resolution)
        ticket.reopen(NOW, "anna@kommun.example", 7, "", "requester")
    assert numbers == [2, 4, 6]


@pytest.mark.parametrize(
    ("address", "found"),
    [("anna@kommun.example", ANNA), ("BO@Kommun.EXAMPLE", BO), ("eve@kommun.example", None), ("", None)],
)
def test_person_in_a_ticket_is_found_in_any_case_of_letters(address: str, found: Participant | None) -> None:
    assert make(State.NEW).find_participant(address) is found


def test_ticket_without_requester_still_finds_its_participants() -> None:
    ticket = make(State.NEW)
    ticket.requester = None
    assert (ticket.find_participant("bo@kommun.example"), ticket.find_participant("anna@kommun.example")) == (BO, None)


@pytest.mark.parametrize("state", State)
def test_only_an_ended_ticket_has_a_last_moment_for_reopening(state: State) -> None:
    ended = state in (State.CLOSED, State.CANCELLED)
    assert make(state).reopens_until(10, Calendar()) == (datetime(2026, 12, 7, 8, 0, tzinfo=UTC) if ended else None)


def test_closed_days_move_the_last_moment_for_reopening() -> None:
    closed = frozenset({date(2026, 11, 24), date(2026, 11, 28)})
    assert make(State.CLOSED).reopens_until(10, Calendar(closed_days=closed)) == datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def test_only_words_meant_for_the_requester_are_public() -> None:
    assert {"request", "reply", "public_reply", "resolution"} == PUBLIC
    shown = {k for k in EntryKind if Entry(1, k, NOW, Mailbox(LISA), Role.AGENT, "").public}
    assert shown == PUBLIC
