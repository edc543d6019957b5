"""A new ticket is routed by the rules of settings; what decided is written down, and there is always somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.lifecycle import State
from mailbot.desk.staff import Absence
from mailbot.workflows import registration
from tests.support.desk import ANNA, WorkingDesk
from tests.support.routed import ASSIGNED, ROUTED

Open = Callable[..., WorkingDesk]


def routed(desk: WorkingDesk, number: int = 1001) -> dict[str, object]:
    with desk.office() as office:
        return next(r.details for r in office.work.journal.of_ticket(number) if r.name == "ticket_routed")


def test_without_services_nothing_is_chosen_and_nothing_written(desk: WorkingDesk) -> None:
    desk.receive("Nätverket är borta.")
    assert (desk.ticket().group, desk.ticket().owner, desk.ticket().service) == ("desk", "desk", "")
    assert "ticket_routed" not in desk.facts()


def test_the_group_of_the_service_gets_the_ticket_and_the_desk_owns_it(open_desk: Open) -> None:
    desk = open_desk(ROUTED)
    desk.receive("Nätverket på plan 3 är borta.", subject="Hjälp")
    ticket = desk.ticket()
    assert (ticket.service, ticket.group, ticket.owner, ticket.assignee) == ("network", "network", "desk", "")
    assert ticket.state is State.NEW
    told = routed(desk)
    assert (told["agent"], told["agent_score"], told["words"], told["score"]) == (
        "eva@desk.example",
        100,
        ["nätverket"],
        1,
    )
    assert {to for notice, to in desk.notices() if notice == "agent_new_ticket"} == {
        "omar@desk.example",
        "eva@desk.example",
        "gun@desk.example",
    }


def test_where_settings_say_so_the_best_agent_gets_it_and_is_told_alone(open_desk: Open) -> None:
    desk = open_desk(ASSIGNED)
    desk.receive("Nätverket är borta.", subject="Hjälp")
    assert (desk.ticket().assignee, desk.ticket().state) == ("eva@desk.example", State.NEW)
    assert [to for notice, to in desk.notices() if notice == "agent_new_ticket"] == ["eva@desk.example"]


def test_load_and_absence_decide_who_is_next(open_desk: Open) -> None:
    desk = open_desk(ASSIGNED)
    with desk.office() as office:
        away = Absence("eva@desk.example", date(2026, 11, 23), date(2026, 11, 25), "kurs")
        office.work.roster.set_absence(away, "lisa@desk.example", office.now)
    desk.receive("Nätverket är borta.", subject="Hjälp")
    assert desk.ticket().assignee == "gun@desk.example"
    desk.later(days=3)
    desk.receive("Nätverket är borta igen.", subject="Hjälp", message_id="<later@test.example>")
    assert desk.ticket(1002).assignee == "eva@desk.example"


def test_who_is_full_gets_no_more_and_the_group_keeps_the_ticket(open_desk: Open) -> None:
    desk = open_desk(ASSIGNED)
    desk.receive("Skrivaren är trasig.")
    desk.receive("Skrivaren här också.", sender="Bo <bo@kommun.example>", message_id="<b@test.example>")
    assert (desk.ticket(1001).assignee, desk.ticket(1002).assignee) == ("sam@desk.example", "")
    assert desk.ticket(1002).group == "printing"
    assert "nobody of printing can be chosen" in str(routed(desk, 1002)["reasons"])


def test_where_all_of_a_group_are_away_the_desk_gets_the_ticket(open_desk: Open) -> None:
    desk = open_desk(ROUTED)
    with desk.office() as office:
        away = Absence("sam@desk.example", date(2026, 11, 1), date(2026, 12, 24))
        office.work.roster.set_absence(away, "sam@desk.example", office.now)
    desk.receive("Skrivaren är trasig.")
    assert (desk.ticket().service, desk.ticket().group) == ("printing", "desk")


def test_a_quotation_and_a_signature_choose_no_service(open_desk: Open) -> None:
    desk = open_desk(ROUTED)
    desk.receive("Kan ni ringa mig?\n\n-- \nAnna Berg\nNätverkstekniker, skrivare och vpn", subject="Hjälp")
    assert (desk.ticket().service, desk.ticket().group) == ("", "desk")


def test_what_an_agent_registers_by_phone_is_routed_too(open_desk: Open) -> None:
    desk = open_desk(ROUTED)
    with desk.office() as office:
        lisa = Mailbox("lisa@desk.example", "Lisa Lind")
        registration.register_call(office, lisa, Mailbox("anna@kommun.example"), "Skrivaren", "Skriver inte ut.")
    assert (desk.ticket().service, desk.ticket().group) == ("printing", "printing")


def test_the_same_mail_at_the_same_moment_is_routed_the_same(open_desk: Open) -> None:
    desk = open_desk(ASSIGNED)
    desk.receive("Nätverket och skrivaren.", subject="Hjälp")
    assert (desk.ticket().service, desk.ticket().group) == ("", "desk")
    assert "fit equally well" in str(routed(desk)["reasons"])


def test_the_load_of_an_agent_counts_what_is_in_work_and_not_what_waits(open_desk: Open) -> None:
    desk = open_desk(ROUTED)
    desk.receive("Hej", sender=ANNA)
    desk.receive("Hej igen", sender=ANNA, message_id="<c@test.example>")
    from mailbot.workflows import assignment, waiting

    eva = Mailbox("eva@desk.example")
    with desk.office() as office:
        for number in (1001, 1002):
            assignment.take(office, office.work.tickets.get(number), eva)
        assert office.work.roster.loads() == {"eva@desk.example": 2}
        waiting.pause(office, office.work.tickets.get(1001), eva, "")
        assert office.work.roster.loads() == {"eva@desk.example": 1}
