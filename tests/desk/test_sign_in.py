"""The token that is not kept: hidden in what is queued, whole in what leaves, for its owner alone."""

from __future__ import annotations

import base64
from binascii import a2b_qp, b2a_qp

import pytest

from mailbot.desk.reference import Keyring
from mailbot.desk.sign_in import TOKEN_LENGTH, hash_token, is_token, link_token, unveil, veiled_token

KEYS = Keyring((("a", b"k" * 32),))
NONCE, LISA = "0123456789_-abcdefghij", "lisa@desk.example"


def test_veil_is_as_long_as_what_it_hides() -> None:
    assert {len(veiled_token(NONCE)), len(link_token(KEYS, NONCE, LISA))} == {TOKEN_LENGTH}
    assert (is_token(link_token(KEYS, NONCE, LISA)), veiled_token(NONCE).endswith(NONCE)) == (True, True)


def test_token_hangs_on_key_nonce_and_owner_and_not_on_the_case_of_an_address() -> None:
    other_keys, other_nonce = Keyring((("a", b"x" * 32),)), NONCE[::-1]
    tokens = [
        link_token(KEYS, NONCE, LISA),
        link_token(other_keys, NONCE, LISA),
        link_token(KEYS, other_nonce, LISA),
        link_token(KEYS, NONCE, "omar@desk.example"),
    ]
    assert (len({*tokens}), link_token(KEYS, NONCE, "LISA@Desk.example") == tokens[0]) == (4, True)


@pytest.mark.parametrize("before", range(80))
def test_token_takes_the_place_of_its_veil_wherever_a_line_was_broken(before: int) -> None:
    text = f"{'x' * before}https://desk.example/sign-in/{veiled_token(NONCE)}\r\nåäö\r\n"
    queued = b2a_qp(text.encode())
    sent = unveil(KEYS, queued, LISA)
    assert (len(sent), max(map(len, sent.split(b"\r\n")))) == (len(queued), max(map(len, queued.split(b"\r\n"))))
    assert a2b_qp(sent).decode() == text.replace(veiled_token(NONCE), link_token(KEYS, NONCE, LISA))


def test_token_takes_the_place_of_its_veil_in_base64() -> None:
    text = f"Γειά σου\r\nhttps://desk.example/sign-in/{veiled_token(NONCE)}\r\n".encode()
    head = b"Content-Transfer-Encoding: base64\r\n\r\n"
    sent = unveil(KEYS, head + base64.encodebytes(text).replace(b"\n", b"\r\n") + b"--=_x--\r\n", LISA)
    assert sent.endswith(b"\r\n--=_x--\r\n")
    shown = base64.b64decode(sent.removeprefix(head).partition(b"--")[0])
    assert shown == text.replace(veiled_token(NONCE).encode(), link_token(KEYS, NONCE, LISA).encode())


@pytest.mark.parametrize("content", [b"", b"plain", b"not-kept-in-the-store", b"not-kept-in-the-store" + b"!" * 22])
def test_mail_without_a_veil_is_left_as_it_is(content: bytes) -> None:
    assert unveil(KEYS, content, LISA) == content


@pytest.mark.parametrize("nonce", ["", "short", NONCE + "x", NONCE[:-1] + "\n", NONCE[:-1] + "å"])
def test_nonce_that_is_none_is_refused(nonce: str) -> None:
    with pytest.raises(ValueError):
        veiled_token(nonce)


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 42, "x" * 44, "x" * 42 + "\n", "x" * 42 + " ", "x" * 42 + "å", "=" * 43]
)
def test_what_is_no_token_is_not_looked_up(text: str) -> None:
    assert not is_token(text)


def test_hash_is_of_the_exact_letters() -> None:
    assert len({hash_token(text) for text in ("a" * 43, "A" * 43, "a" * 42, "a" * 43 + " ", "a" * 43 + "\ud800")}) == 5
