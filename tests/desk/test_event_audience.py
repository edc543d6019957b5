"""Whom an announcement is for: each address once, by the first reason that fits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Addressee, Member, Why, choose, is_about_address

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


@pytest.mark.parametrize(
    ("reason", "of_address"),
    [
        ("550 5.1.1 nobody here", True),
        ("5.2.1 mailbox disabled", True),
        ("5.4.1 smtp; 550 5.4.1 no such domain", True),
        ("550 user unknown", True),
        ("550 5.7.1 content rejected", False),
        ("554 5.7.1 relay access denied", False),
        ("554 transaction failed", False),
        ("552 5.3.4 message too big", False),
        ("421 4.3.2 try later", False),
        ("5500 nonsense", False),
        ("", False),
    ],
)
def test_refusal_is_held_against_the_address_only_where_it_means_it(reason: str, of_address: bool) -> None:
    assert is_about_address(reason) is of_address
