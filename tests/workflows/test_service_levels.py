"""Service levels on a running desk: the receipt promises, time warns, renews and escalates, deeds settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.customers import Target
from mailbot.desk.errors import NotAllowed
from mailbot.desk.vocabulary import Priority
from mailbot.workflows import assignment, prioritisation, resolution, service_levels
from mailbot.workflows.clocks import TIMER
from mailbot.workflows.registration import register_call
from mailbot.workflows.timers import run
from tests.support.desk import ADDRESS, LISA, WorkingDesk

ANNA = "anna@kommun.example"
EXTRA = """
[service_levels]
escalate_to = ["chief@desk.example"]
[[calendars]]
name = "desk"
[[calendars]]
name = "helsinki"
zone = "Europe/Helsinki"
opens = "09:00"
closes = "17:00"
holidays = "FI"
[[customers]]
name = "kommun"
title = "Storköpings kommun"
domains = ["kommun.example"]
response_hours = { high = 1 }
[[customers]]
name = "kaupunki"
domains = ["kaupunki.example"]
calendar = "helsinki"
language = "en"
[[customers]]
name = "quiet"
domains = ["quiet.example"]
receipts = false
status_mail = false
"""


def text_to(desk: WorkingDesk, address: str) -> str:
    return str(desk.letter_to(address).get_body(("plain",)).get_content())


def wait(desk: WorkingDesk, **time: float) -> None:
    desk.later(**time)
    run(desk.desk.open_office)


def due(desk: WorkingDesk, number: int = 1001) -> list[datetime]:
    with desk.office() as office:
        return [t.due_at for t in office.work.timers.list_rows(ticket=number) if t.kind == TIMER]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def desk(open_desk: Callable[..., WorkingDesk]) -> WorkingDesk:
    """Monday, nine in the morning in Stockholm."""
    return open_desk(extra=EXTRA)


def test_the_receipt_promises_a_time_that_the_ticket_and_the_clock_keep(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.")
    assert "Du får svar senast måndag 23 november kl. 13:00." in text_to(desk, ANNA)
    ticket = desk.ticket()
    assert (ticket.customer, ticket.priority) == ("kommun", Priority.MEDIUM)
    assert (ticket.promised_by, ticket.due_at) == (at("2026-11-23T13:00+01:00"), at("2026-11-23T13:00+01:00"))
    assert desk.promises() == ["promise_made"]
    assert due(desk) == [at("2026-11-23T12:00+01:00")]


def test_a_receipt_at_night_says_when_the_desk_opens_and_promises_from_then(desk: WorkingDesk) -> None:
    desk.now = at("2026-12-23T21:00+01:00")
    desk.receive("Den ger bara tomma sidor.")
    told = text_to(desk, ANNA)
    assert "Du får svar senast måndag 28 december kl. 12:00." in told
    assert "Just nu är det stängt hos oss. Vi öppnar måndag 28 december kl. 08:00." in told


def test_a_customer_in_another_zone_reads_its_own_clock_and_language(desk: WorkingDesk) -> None:
    desk.now = at("2026-12-04T16:30+02:00")
    desk.receive("x", sender="Matti <matti@it.kaupunki.example>", subject="12345")
    told = text_to(desk, "matti@it.kaupunki.example")
    # The sixth of December is Independence Day in Finland, and a Sunday in 2026.
    assert "We will answer you by Monday 7 December at 12:30." in told


def test_words_propose_a_priority_and_its_target_is_the_customers_own(desk: WorkingDesk) -> None:
    desk.receive("Hela avdelningen kan inte arbeta!")
    ticket = desk.ticket()
    assert (ticket.priority, ticket.impact, ticket.urgency) == (Priority.HIGH, "medium", "high")
    assert ticket.promised_by == at("2026-11-23T10:00+01:00")
    assert desk.facts() == ["ticket_registered", "priority_proposed"]


def test_a_service_speaks_where_the_words_do_not(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(
        extra='[[services]]\nname = "post"\nwords = { sv = ["e-post"] }\nimpact = "high"\nurgency = "high"'
    )
    desk.receive("Min e-post är tom.")
    assert (desk.ticket().service, desk.ticket().priority) == ("post", Priority.CRITICAL)
    desk.receive("Min e-post är tom, men det är inte bråttom.")
    assert desk.ticket(1002).priority is Priority.MEDIUM


def test_no_receipt_is_no_promise(desk: WorkingDesk) -> None:
    desk.receive("Hej", sender="Tyst <tyst@quiet.example>")
    assert desk.promises() == []
    assert desk.notices() == [("agent_new_ticket", "lisa@desk.example")]
    with desk.office() as office:
        withheld = [r.details["reason"] for r in office.work.journal.of_ticket(1001) if r.name == "notice_withheld"]
    assert withheld == ["no receipts are agreed with this customer"]
    ticket = desk.ticket()
    assert (ticket.promised_by, ticket.due_at) == (None, at("2026-11-23T13:00+01:00"))


def test_a_machine_is_promised_nothing_and_never_told_how_it_goes(desk: WorkingDesk) -> None:
    desk.receive("Hej", Auto_Submitted="auto-generated")
    assert (desk.promises(), desk.ticket().promised_by) == ([], None)
    assert "Svar utlovat" not in text_to(desk, "lisa@desk.example")
    wait(desk, days=9)
    assert "status_told" not in desk.facts()
    assert ANNA not in [recipient for _, recipient in desk.notices()]


def test_whom_a_customer_wants_no_receipt_for_may_still_be_told_how_it_goes(
    open_desk: Callable[..., WorkingDesk],
) -> None:
    desk = open_desk(extra='[[customers]]\nname = "quiet"\ndomains = ["kommun.example"]\nreceipts = false')
    desk.receive("Hej")
    wait(desk, days=2.5)
    assert desk.facts().count("status_told") == 1
    assert ("heartbeat", ANNA) in desk.notices()


def test_time_warns_renews_breaches_and_escalates_once_each(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    seen = []
    for minutes in (179, 1, 36, 23, 1, 119, 1, 60):
        wait(desk, minutes=minutes)
        run(desk.desk.open_office)
        seen.append([*desk.facts()[1:], *desk.promises()[1:]])
    breached = ["response_warned", "response_breached", "escalated_to_management"]
    assert seen == [
        [],
        ["response_warned"],
        ["response_warned", "promise_renewed"],
        ["response_warned", "promise_renewed"],
        [*breached, "promise_renewed"],
        [*breached, "promise_renewed"],
        [*breached, "promise_renewed", "promise_missed"],
        [*breached, "promise_renewed", "promise_missed"],
    ]
    assert desk.notices()[2:] == [
        ("service_level", "lisa@desk.example"),
        ("promise_renewed", ANNA),
        ("service_level", "lisa@desk.example"),
        ("service_level", "chief@desk.example"),
    ]


def test_a_new_promise_is_honest_and_repeats_nothing_to_whom_nobody_knows(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.")
    wait(desk, hours=3.7)
    letter = desk.letter_to(ANNA)
    assert letter["Subject"] == "[SD-1001] Det tar längre tid än vi lovade"
    assert letter["Auto-Submitted"] == "auto-generated"
    told = letter.get_body(("plain",)).get_content()
    assert "Vi lovade dig svar om SD-1001 senast måndag 23 november kl. 13:00. Det hinner vi inte." in told
    assert "Du får svar senast måndag 23 november kl. 15:00." in told
    assert "Ingen handläggare har kunnat börja än." in told
    assert desk.ticket().promised_by == at("2026-11-23T15:00+01:00")


def test_whom_the_desk_knows_is_told_by_name_what_it_is_about(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.")
    desk.answer(desk.letter_to(ANNA), "Det är bråttom nu.")
    wait(desk, hours=3.7)
    letter = desk.letter_to(ANNA)
    assert letter["Subject"] == "[SD-1001] Det tar längre tid än vi lovade: Skrivaren"
    assert "Hej Anna Berg!" in letter.get_body(("plain",)).get_content()


def test_an_answer_keeps_the_promise_and_quiets_its_clock(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    wait(desk, hours=2)
    with desk.office() as office:
        resolution.answer(office, office.work.tickets.get(1001, lock=True), LISA, "Vilken skrivare?")
    assert desk.promises() == ["promise_made", "promise_kept"]
    ticket = desk.ticket()
    assert (ticket.promised_by, ticket.due_at) == (None, at("2026-11-25T09:00+01:00"))
    wait(desk, hours=3)
    assert desk.facts() == ["ticket_registered", "agent_replied"]
    assert due(desk) == [at("2026-11-24T14:00+01:00")]


def test_a_decided_priority_moves_what_is_due(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    wait(desk, hours=0.5)
    with desk.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        prioritisation.change(office, ticket, LISA, impact="high")
    ticket = desk.ticket()
    assert (ticket.priority, ticket.impact, ticket.urgency) == (Priority.HIGH, "high", "medium")
    assert ticket.due_at == at("2026-11-23T10:00+01:00")
    # What was promised stands, whatever the desk decides by itself.
    assert ticket.promised_by == at("2026-11-23T13:00+01:00")
    assert due(desk) == [at("2026-11-23T09:45+01:00")]
    with desk.office() as office:
        prioritisation.change(office, office.work.tickets.get(1001, lock=True), LISA, to="low")
    assert (desk.ticket().due_at, desk.ticket().impact) == (at("2026-11-23T17:00+01:00"), "")


@pytest.mark.parametrize("said", [{}, {"to": "huge"}, {"impact": "none"}])
def test_a_priority_that_nobody_knows_is_refused(desk: WorkingDesk, said: dict[str, str]) -> None:
    desk.receive("Hej")
    with pytest.raises(NotAllowed), desk.office() as office:
        prioritisation.change(office, office.work.tickets.get(1001, lock=True), LISA, **said)
    assert desk.facts() == ["ticket_registered"]


def test_a_call_that_an_agent_takes_has_been_answered(desk: WorkingDesk) -> None:
    with desk.office() as office:
        register_call(office, LISA, Mailbox(ANNA, "Anna Berg"), "Skrivaren", "Tomma sidor")
    assert desk.promises() == []
    assert "En handläggare läser ärendet och hör av sig till dig." in text_to(desk, ANNA)
    assert desk.ticket().due_at == at("2026-11-25T09:00+01:00")


def test_the_requester_hears_how_it_goes_after_long_silence(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    with desk.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        assignment.take(office, ticket, LISA)
        resolution.answer(office, ticket, LISA, "Jag beställer en del.")
    wait(desk, hours=47)
    assert "status_told" not in desk.facts()
    wait(desk, hours=2)
    assert desk.facts().count("status_told") == 1
    told = text_to(desk, ANNA)
    assert "Du har inte hört av oss sedan måndag 23 november. Så här är läget med SD-1001:" in told
    assert "Lisa Lind arbetar med ärendet. Det är inte löst än." in told
    wait(desk, hours=1)
    assert desk.facts().count("status_told") == 1
    wait(desk, days=2)
    assert desk.facts().count("status_told") == 2


def test_nobody_is_told_how_it_goes_where_that_is_not_agreed(desk: WorkingDesk) -> None:
    desk.receive("Hej", sender="Tyst <tyst@quiet.example>")
    wait(desk, days=9)
    assert "status_told" not in desk.facts()


def test_a_solution_stops_everything_and_a_reopening_goes_on_where_it_was(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    wait(desk, hours=2)
    letter = desk.resolve()
    assert (desk.promises(), due(desk), desk.ticket().due_at) == (["promise_made", "promise_kept"], [], None)
    desk.later(days=2)
    desk.answer(letter, "Återöppna, den krånglar")
    # Two of twenty hours had been used, and two days of waiting for Anna do not count.
    assert desk.ticket().due_at == at("2026-11-27T09:00+01:00")


def test_a_new_promise_that_a_budget_held_back_counts_for_nothing(desk: WorkingDesk) -> None:
    tight = replace(desk.desk.policy, budget=replace(desk.desk.policy.budget, per_ticket_day=1))
    object.__setattr__(desk.desk, "policy", tight)
    desk.receive("Hej", to=ADDRESS)
    wait(desk, hours=3.7)
    assert desk.facts() == ["ticket_registered", "response_warned", "notice_withheld"]
    assert desk.ticket().promised_by == at("2026-11-23T13:00+01:00")
    wait(desk, hours=1)
    assert desk.promises() == ["promise_made", "promise_renewed", "promise_missed"]


def test_a_changed_agreement_and_tickets_without_a_clock_are_set_right_each_day(desk: WorkingDesk) -> None:
    for sender in ("a@x.example", "b@x.example", "c@x.example"):
        desk.receive("Hej", sender=sender)
    with desk.office() as office:
        resolution.propose(office, office.work.tickets.get(1003, lock=True), LISA, "Klart")
        office.work.timers.cancel(f"{TIMER}/1001")
        without = replace(office.work.tickets.get(1001), due_at=None, promised_by=None)
        office.work.tickets.set_due(without)
    service_levels.run(desk.desk.open_office)
    noon, one = at("2026-11-23T12:00+01:00"), at("2026-11-23T13:00+01:00")
    assert [(desk.ticket(n).due_at, due(desk, n)) for n in (1001, 1002, 1003)] == [
        (one, [noon]),
        (one, [noon]),
        (None, []),
    ]
    policy = desk.desk.policy
    quick = {**policy.service_levels.targets, Priority.MEDIUM: Target(timedelta(hours=2), timedelta(hours=20))}
    levels = replace(policy.service_levels, targets=quick)
    object.__setattr__(desk.desk, "policy", replace(policy, service_levels=levels))
    service_levels.run(desk.desk.open_office)
    assert [desk.ticket(n).due_at for n in (1001, 1002)] == [at("2026-11-23T11:00+01:00")] * 2
    # What the requesters were told is not taken back.
    assert [desk.ticket(n).promised_by for n in (1001, 1002)] == [one, one]
