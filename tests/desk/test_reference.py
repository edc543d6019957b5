"""References, reply addresses and Message-IDs: whole they are read, changed in any way they are nothing."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.desk.reference import (
    Keyring,
    ReplyToken,
    mint_message_id,
    read_detail,
    read_message_id,
    read_ticket_reference,
    reply_address,
    sign_detail,
    ticket_reference,
)

KEY, OTHER = b"k" * 32, b"o" * 32
RING = Keyring((("a", KEY),))
DOMAIN = "desk.example"
tokens = st.builds(ReplyToken, st.integers(1, 10**12 - 1), st.integers(1, 10**12 - 1), st.integers(0, 10**6 - 1))
few = settings(max_examples=60, deadline=None)
TOKEN = ReplyToken(1042, 7, 1)


@few
@given(tokens)
def test_signed_detail_is_read_again_in_any_case_of_letters(token: ReplyToken) -> None:
    detail = sign_detail(RING, token)
    assert len(detail) <= 61 and set(detail) <= set(string.ascii_lowercase + string.digits + "-")
    assert [read_detail(RING, d) for d in (detail, detail.upper(), detail.title())] == [token] * 3


@few
@given(tokens, st.text(max_size=30))
def test_minted_message_id_is_read_again_and_always_the_same(token: ReplyToken, key: str) -> None:
    minted = mint_message_id(RING, DOMAIN, token, key)
    assert minted == mint_message_id(RING, DOMAIN, token, key)
    assert [read_message_id(RING, DOMAIN, m) for m in (minted, minted.upper())] == [token] * 2


@few
@given(tokens)
def test_reply_address_is_the_desks_with_the_detail(token: ReplyToken) -> None:
    assert reply_address(RING, "support@desk.example", token) == f"support+{sign_detail(RING, token)}@desk.example"


def test_reply_address_keeps_to_the_64_octets_of_a_local_part() -> None:
    """RFC 5321, 4.5.3.1.1: for a desk with a million tickets and as many people."""
    address = reply_address(RING, "it-servicedesk@desk.example", ReplyToken(10**6, 10**6, 99))
    assert len(address.partition("@")[0]) <= 64


def test_no_single_bit_can_be_turned() -> None:
    detail = sign_detail(RING, TOKEN).encode()
    turned = [
        bytes([*detail[:at], detail[at] ^ (1 << bit), *detail[at + 1 :]])
        for at in range(len(detail))
        for bit in range(8)
    ]
    accepted = [
        t for t in turned if (text := t.decode("latin-1")).lower() != detail.decode() and read_detail(RING, text)
    ]
    assert (len(turned), accepted) == (8 * len(detail), [])


def test_nothing_may_be_missing_or_added() -> None:
    detail = sign_detail(RING, TOKEN)
    shortened = [detail[:end] for end in range(len(detail))] + [detail[start:] for start in range(1, len(detail))]
    lengthened = [c + detail for c in "0a -+\n"] + [detail + c for c in "0a2 -+\n="]
    assert [d for d in shortened + lengthened if read_detail(RING, d)] == []


@few
@given(tokens, tokens)
def test_a_signature_belongs_to_one_ticket_person_and_resolution(one: ReplyToken, other: ReplyToken) -> None:
    mac = sign_detail(RING, one).rpartition("-")[2]
    moved = f"{other.ticket}-{other.person}-{other.resolution}-{mac}"
    assert read_detail(RING, moved) == (one if one == other else None)


@pytest.mark.parametrize(
    "changed", ["1043-7-1", "1042-8-1", "1042-7-2", "1042-7-0", "01042-7-1", "1042-07-1", "10427--1"]
)
def test_a_token_cannot_be_changed_for_another(changed: str) -> None:
    mac = sign_detail(RING, TOKEN).rpartition("-")[2]
    assert read_detail(RING, f"1042-7-1-{mac}") == TOKEN
    assert read_detail(RING, f"{changed}-{mac}") is None


def test_random_details_are_never_accepted() -> None:
    draw = random.Random(20261123)
    letters = string.ascii_lowercase + "234567"
    accepted = 0
    for number in range(100_000):
        detail = f"1042-7-{number % 4}-a{''.join(draw.choices(letters, k=26))}"
        accepted += read_detail(RING, detail) is not None
    assert accepted == 0


@few
@given(st.text(max_size=90))
def test_any_text_is_read_without_trouble(text: str) -> None:
    assert read_detail(RING, text) is None
    assert read_message_id(RING, DOMAIN, text) is None
    assert read_message_id(RING, DOMAIN, f"{text}@{DOMAIN}") is None


def test_digits_of_other_scripts_are_no_numbers() -> None:
    detail = sign_detail(RING, TOKEN)
    assert read_detail(RING, detail.replace("1042", "١٠٤٢")) is None
    assert read_ticket_reference("SD", "SD-１０４２") is None


def test_message_id_with_any_bit_turned_never_names_another_token() -> None:
    minted = mint_message_id(RING, DOMAIN, TOKEN, "receipt|7").encode()
    read = {
        read_message_id(
            RING, DOMAIN, bytes([*minted[:at], minted[at] ^ (1 << bit), *minted[at + 1 :]]).decode("latin-1")
        )
        for at in range(len(minted))
        for bit in range(8)
    }
    # the part behind the dot only makes mails differ; what grants something is the signed part
    assert read == {None, TOKEN}
    signed = minted.partition(b".")[0]
    turned = [
        bytes([*signed[:at], signed[at] ^ (1 << bit), *signed[at + 1 :]]) + minted[len(signed) :]
        for at in range(len(signed))
        for bit in range(8)
    ]
    assert {read_message_id(RING, DOMAIN, t.decode("latin-1")) for t in turned if t.lower() != minted} == {None}


def test_message_id_of_another_domain_or_without_any_is_not_ours() -> None:
    minted = mint_message_id(RING, DOMAIN, TOKEN, "k")
    left = minted.partition("@")[0]
    others = [f"{left}@other.example", f"{left}@sub.desk.example", left, f"@{minted}", f"x{minted}", f"<{minted}>"]
    assert [read_message_id(RING, DOMAIN, m) for m in others] == [None] * len(others)


def test_different_mails_with_one_token_have_different_message_ids() -> None:
    keys = [f"fact {n}|{notice}" for n in range(50) for notice in ("receipt", "closed")]
    assert len({mint_message_id(RING, DOMAIN, TOKEN, key) for key in keys}) == 100


def test_detail_is_no_message_id_and_message_id_no_detail() -> None:
    assert read_message_id(RING, DOMAIN, f"{sign_detail(RING, TOKEN)}@{DOMAIN}") is None
    assert read_detail(RING, mint_message_id(RING, DOMAIN, TOKEN, "k").partition("@")[0]) is None


def test_another_key_reads_nothing_also_under_the_same_name() -> None:
    detail, minted = sign_detail(RING, TOKEN), mint_message_id(RING, DOMAIN, TOKEN, "k")
    for ring in (Keyring((("a", OTHER),)), Keyring((("b", KEY),))):
        assert (read_detail(ring, detail), read_message_id(ring, DOMAIN, minted)) == (None, None)


def test_after_a_change_of_keys_old_addresses_live_until_the_old_key_is_taken_away() -> None:
    old, new = sign_detail(RING, TOKEN), sign_detail(Keyring((("b", OTHER), ("a", KEY))), TOKEN)
    both, only_new = Keyring((("b", OTHER), ("a", KEY))), Keyring((("b", OTHER),))
    assert (read_detail(both, old), read_detail(both, new)) == (TOKEN, TOKEN)
    assert (read_detail(only_new, old), read_detail(only_new, new)) == (None, TOKEN)
    renamed = old.replace("-a", "-b")
    assert renamed != old and read_detail(both, renamed) is None


@pytest.mark.parametrize(
    ("name", "secret"), [("a", b"short"), ("A", KEY), ("ab", KEY), ("", KEY), ("-", KEY), ("å", KEY)]
)
def test_weak_secrets_and_odd_names_make_no_keyring(name: str, secret: bytes) -> None:
    with pytest.raises(ValueError, match="16 secret bytes"):
        Keyring(((name, secret),))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SD-1042", 1042), ("sd-1042", 1042), ("SD 1042", 1042), ("SD1042", 1042), ("1042", 1042), ("#1042", 1042),
        ("SD-#1042", 1042), ("  1042\n", 1042), ("0001042", 1042), ("IT-1042", None), ("SD-", None), ("", None),
        ("-1042", None), ("1042 1043", None),
        ("SD--1042", None), ("1042.5", None), ("1" * 13, None), ("SD-1042x", None),
    ],
)  # fmt: skip
def test_spoken_reference_is_read_in_the_forms_that_people_type(text: str, number: int | None) -> None:
    assert read_ticket_reference("SD", text) == number


@few
@given(st.from_regex(r"[A-Z][A-Z.+*]{0,6}", fullmatch=True), st.integers(0, 10**12 - 1))
def test_reference_is_read_again_with_any_prefix(prefix: str, number: int) -> None:
    assert read_ticket_reference(prefix, ticket_reference(prefix, number)) == number
