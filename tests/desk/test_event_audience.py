"""Whom an announcement is for: each address once, by the first reason that fits."""

from __future__ import annotations

from datetime import UTC, datetime

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Addressee, Member, Why, choose

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def event(*, customers: tuple[str, ...] = (), services: tuple[str, ...] = ()) -> Announcement:
    return Announcement(1, 1001, False, "E-posten", "", NOW, customers=customers, services=services)


def member(address: str, customer: str = "", *services: str) -> Member:
    return Member(Mailbox(address), NOW, "lisa@desk.example", customer, services)


def other(address: str, why: Why = Why.CUSTOMER, customer: str = "kommun") -> Addressee:
    return Addressee(Mailbox(address), why, "", customer)


def told(announcement: Announcement, members: list[Member], *others: Addressee) -> list[tuple[str, str]]:
    return [(one.mailbox.address, one.why.value) for one in choose(announcement, members, others)]


def test_each_address_is_told_once_in_any_case_of_letters() -> None:
    others = (other("BO@a.example"), other("carola@a.example"), other("Carola@A.example", Why.RECENT))
    assert told(event(), [member("bo@a.example")], *others) == [
        ("bo@a.example", "member"),
        ("carola@a.example", "customer"),
    ]


def test_customers_limit_all() -> None:
    members = [member("bo@a.example", "kommun"), member("eva@b.example", "region"), member("fia@c.example")]
    others = (other("dag@a.example"), other("ola@b.example", Why.RECENT, "region"))
    assert told(event(customers=("Region",)), members, *others) == [
        ("eva@b.example", "member"),
        ("ola@b.example", "recent"),
    ]


def test_services_of_interest_count_where_the_event_names_some() -> None:
    members = [member("bo@a.example", "", "print"), member("eva@a.example", "", "mail"), member("fia@a.example")]
    assert told(event(services=("mail",)), members) == [("eva@a.example", "member"), ("fia@a.example", "member")]
    assert [address for address, _ in told(event(), members)] == ["bo@a.example", "eva@a.example", "fia@a.example"]


def test_who_is_not_interested_is_not_told_for_another_reason() -> None:
    assert told(event(services=("mail",)), [member("bo@a.example", "", "print")], other("bo@a.example")) == []
