"""Tokens of mails about events: ours alone, for one purpose and one address, and readable in any case of letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.event_tokens import (
    EventToken,
    Purpose,
    bounce_address,
    event_address,
    event_message_id,
    find_event_in_message_id,
    is_genuine,
    read_event,
    sign_event,
)
from mailbot.desk.reference import Keyring, ReplyToken, read_detail, read_page, sign_detail

RING = Keyring((("k", b"0123456789abcdef0123456789abcdef"),))
TURNED = Keyring((("n", b"fedcba9876543210fedcba9876543210"), *RING.keys))
BO, TOKEN = "bo@kommun.example", EventToken(3, 17)


@given(st.integers(0, 10**11), st.integers(0, 10**11), st.sampled_from(Purpose))
def test_what_was_signed_reads_back_in_any_case(announcement: int, person: int, purpose: Purpose) -> None:
    token = EventToken(announcement, person)
    text = sign_event(RING, purpose, token, BO)
    assert len(text) <= 54
    for written in (text, text.upper()):
        assert read_event(purpose, written) == token
        assert is_genuine(RING, purpose, written, BO.upper())


def test_token_is_for_one_purpose() -> None:
    text = sign_event(RING, Purpose.ANSWER, TOKEN, BO)
    assert read_event(Purpose.LEAVE, text) is None
    assert not is_genuine(RING, Purpose.LEAVE, "u" + text[1:], BO)
    assert (read_detail(RING, text), read_page(RING, text)) == (None, None)
    assert read_event(Purpose.ANSWER, sign_detail(RING, ReplyToken(3, 17))) is None


def test_token_is_for_one_address() -> None:
    assert not is_genuine(RING, Purpose.LEAVE, sign_event(RING, Purpose.LEAVE, TOKEN, BO), "eva@kommun.example")


def test_old_keys_verify_and_unknown_ones_do_not() -> None:
    text = sign_event(RING, Purpose.LEAVE, TOKEN, BO)
    assert is_genuine(TURNED, Purpose.LEAVE, text, BO)
    assert not is_genuine(RING, Purpose.LEAVE, sign_event(TURNED, Purpose.LEAVE, TOKEN, BO), BO)


@pytest.mark.parametrize("text", ["", "u", "u3-17-", "u03-17-k" + "a" * 26, "u3-17-k" + "a" * 25 + "1", "ü3-17-k"])
def test_what_has_not_the_form_is_no_token(text: str) -> None:
    assert not is_genuine(RING, Purpose.LEAVE, text, BO)


@given(st.text(max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    assert not is_genuine(RING, Purpose.LEAVE, text, BO)
    assert not is_genuine(RING, Purpose.LEAVE, f"u3-17-{text}", BO)


def test_leading_zeros_are_another_text() -> None:
    seal = sign_event(RING, Purpose.LEAVE, TOKEN, BO).rpartition("-")[2]
    assert not is_genuine(RING, Purpose.LEAVE, f"u03-17-{seal}", BO)


def test_message_id_carries_the_token() -> None:
    first = event_message_id(RING, "desk.example", TOKEN, BO, "event/3/first/17")
    assert is_genuine(RING, Purpose.ANSWER, find_event_in_message_id("desk.example", first.upper()), BO)
    assert find_event_in_message_id("other.example", first) == ""
    assert first == event_message_id(RING, "desk.example", TOKEN, BO, "event/3/first/17")
    assert first != event_message_id(RING, "desk.example", TOKEN, BO, "event/3/2/17")


def test_addresses_fit_the_local_part() -> None:
    address = event_address(RING, "servicedesk@desk.example", Purpose.ANSWER, EventToken(10**6, 10**6), BO)
    assert len(address.rpartition("@")[0]) <= 64
    assert len(bounce_address(RING, "servicedesk@desk.example", "watch-list/2026-11-23/5").rpartition("@")[0]) <= 64
