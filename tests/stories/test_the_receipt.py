"""The receipt: a number, what was understood, a promise that was computed, in the language of who wrote, if so agreed.

Rows 1 and 8 of what the desk is for: service hours, and a receipt by mail of each registered ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mailbot.desk.correspondence import Authentication
from tests.support.doors import DeskBehindDoors

ANNA, TYST = "anna@kommun.example", "ture@tyst.example"
VERIFIED = Authentication(dmarc="pass", from_domain="kommun.example", checked_by="mailbot")
NO_RECEIPTS = """
[[customers]]
name = "quiet"
domains = ["tyst.example"]
receipts = false
[[calendars]]
name = "desk"
[[calendars]]
name = "shop"
opens = "10:00"
closes = "20:00"
weekdays = ["saturday", "sunday"]
[[customers]]
name = "shop"
domains = ["shop.example"]
calendar = "shop"
"""


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    """Friday the 27th of November, five o'clock in Stockholm: the desk is open for one hour more."""
    return open_desk(NO_RECEIPTS, now=datetime(2026, 11, 27, 16, 0, tzinfo=UTC), checked=VERIFIED)


def test_number_subject_and_promise_over_the_weekend(desk: DeskBehindDoors) -> None:
    desk.receive("Den ger bara tomma sidor.", subject="Skrivaren på plan 3")
    (receipt,) = desk.letters(ANNA)
    assert (receipt["Subject"], receipt["Auto-Submitted"]) == (
        "[SD-1001] Vi har tagit emot ditt ärende: Skrivaren på plan 3",
        "auto-replied",
    )
    assert "Du får svar senast måndag 30 november kl. 11:00." in desk.words_to(ANNA)
    assert desk.ticket().promised_by == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def test_language_of_who_wrote(desk: DeskBehindDoors) -> None:
    desk.receive("Hello, the printer on floor three only gives empty pages. Please help me with it.", subject="Printer")
    assert "We will answer you by Monday 30 November at 11:00." in desk.words_to(ANNA)


def test_no_receipt_where_none_is_agreed(desk: DeskBehindDoors) -> None:
    desk.receive("Den ger bara tomma sidor.", sender=f"Ture <{TYST}>")
    assert (desk.ticket().customer, desk.letters(TYST)) == ("quiet", [])
    assert [to for _, to in desk.notices()] == ["lisa@desk.example"]


def test_hours_are_those_of_the_customer(desk: DeskBehindDoors) -> None:
    desk.receive("Kassan är död.", sender="Kim <kim@shop.example>")
    assert "Du får svar senast lördag 28 november kl. 14:00." in desk.words_to("kim@shop.example")


def test_who_cannot_be_verified_gets_none_of_their_words_back(open_desk: Callable[..., DeskBehindDoors]) -> None:
    desk = open_desk()
    desk.receive("Köp billigt på http://evil.example", subject="Köp billigt")
    (receipt,) = desk.letters(ANNA)
    assert receipt["Subject"] == "[SD-1001] Vi har tagit emot ditt ärende"
    assert ("billigt" in receipt.as_string(), "evil.example" in receipt.as_string()) == (False, False)
