"""The SMTP door over real connections: what is kept, what is refused, and with which words."""

import errno
import random
import re
import socket
import sqlite3
import threading
from collections.abc import Callable

import pytest

from mailbot.channels import smtp_replies as replies
from mailbot.desk.correspondence import Envelope
from tests.support.small_reception import SmallReception
from tests.support.smtp_talk import SmtpTalk

OpenDoor = Callable[..., int]


def test_mail_is_kept_with_its_envelope_before_250(open_door: OpenDoor, reception: SmallReception) -> None:
    with SmtpTalk(open_door()) as guest:
        assert guest.greeting == "220 mx.desk.example ESMTP ready"
        assert guest.send_mail(b"Subject: x\r\n\r\nHej") == "250 2.0.0 Accepted"
        assert reception.raws() == [b"Subject: x\r\n\r\nHej\r\n"]
        assert guest.say("QUIT") == "221 2.0.0 Bye"
    (kept,) = reception.envelopes
    assert kept == Envelope(
        "anna@customer.example", ("help@desk.example",), kept.received_at, "smtp", "127.0.0.1", "client.example"
    )


def test_ehlo_offers_what_works(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door(size_limit=4000)) as guest:
        assert guest.say("EHLO client.example").split("\n") == [
            "250-mx.desk.example",
            "250-PIPELINING",
            "250-SIZE 4000",
            "250-8BITMIME",
            "250-SMTPUTF8",
            "250 ENHANCEDSTATUSCODES",
        ]
        assert guest.say("HELO client.example") == "250 mx.desk.example"


def test_one_mail_to_several_own_addresses_is_kept_once(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.own.add("it@desk.example")
    with SmtpTalk(open_door()) as guest:
        guest.send_mail(b"x", "Help+SD-1.abc@desk.example", "it@DESK.example", "it@DESK.example")
    assert [kept.forward_paths for kept in reception.envelopes] == [("Help+SD-1.abc@desk.example", "it@DESK.example")]


def test_null_sender_is_an_empty_reverse_path(open_door: OpenDoor, reception: SmallReception) -> None:
    with SmtpTalk(open_door()) as guest:
        guest.open_mail(sender="")
        guest.send(b"x\r\n.\r\n")
        assert guest.hear() == replies.KEPT
    assert [kept.reverse_path for kept in reception.envelopes] == [""]


def test_international_addresses_are_taken(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.own.add("hjälp@räksmörgås.example")
    with SmtpTalk(open_door()) as guest:
        guest.say("EHLO client.example")
        assert guest.say("MAIL FROM:<åsa@kund.example> SMTPUTF8 BODY=8BITMIME") == replies.SENDER_OK
        assert guest.say("RCPT TO:<hjälp@räksmörgås.example>") == replies.RECIPIENT_OK
        assert guest.say("DATA") == replies.GO_AHEAD
        guest.send("Subject: åäö\r\n\r\nåäö\r\n.\r\n".encode())
        assert guest.hear() == replies.KEPT
    assert [(kept.reverse_path, kept.forward_paths) for kept in reception.envelopes] == [
        ("åsa@kund.example", ("hjälp@räksmörgås.example",))
    ]


CONTENTS = {
    "1 kB line": b"Subject: x\r\n\r\n" + b"a" * 1_000 + b"\r\n",
    "5 MB line": b"Subject: x\r\n\r\n" + b"a" * 5_000_000 + b"\r\n",
    "NUL": b"Sub\0ject: \0\r\n\r\n\0\0\r\n",
    "bare LF and CR": b"Subject: x\n\nbody\n.\nmore\r.\rmore\r\n",
    "8-bit header": b"Subject: \xe5\xe4\xf6\r\n\r\n\xff\xfe\r\n",
    "mbox line": b"From anna Sun Nov 22\r\nSubject: x\r\n\r\n>From here\r\n",
    "dot lines": b"Subject: x\r\n\r\n.\r\n..\r\n...a\r\n",
    "only a dot": b".\r\n",
    "empty": b"",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_content_is_kept_octet_for_octet(open_door: OpenDoor, reception: SmallReception, content: bytes) -> None:
    stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    with SmtpTalk(open_door()) as guest:
        guest.open_mail()
        guest.send(stuffed + b".\r\n")
        assert guest.hear() == replies.KEPT
    assert reception.raws() == [content]


@pytest.mark.parametrize(
    "fake_end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\r\n\0.\r\n", b"\n\n.\r\n", b"\r\n.\n"]
)
def test_smuggled_commands_stay_content(open_door: OpenDoor, reception: SmallReception, fake_end: bytes) -> None:
    inner = b"MAIL FROM:<boss@desk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\nSubject: forged\r\n\r\nx"
    with SmtpTalk(open_door()) as guest:
        assert guest.send_mail(b"Subject: x\r\n\r\nbody" + fake_end + inner) == replies.KEPT
        assert guest.say("NOOP") == replies.OK
    (raw,) = reception.raws()
    assert inner in raw
    assert [kept.reverse_path for kept in reception.envelopes] == ["anna@customer.example"]


def test_pipelined_commands_are_answered_in_order(open_door: OpenDoor, reception: SmallReception) -> None:
    mail = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<no@desk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\n%d\r\n.\r\n"
    with SmtpTalk(open_door()) as guest:
        guest.send(b"EHLO client.example\r\n" + mail % 1 + mail % 2 + b"QUIT\r\n")
        codes = [guest.hear()[:3] for _ in range(12)]
    assert codes == ["250", *["250", "550", "250", "354", "250"] * 2, "221"]
    assert reception.raws() == [b"1\r\n", b"2\r\n"]


# --- refusals


@pytest.mark.parametrize(
    "recipient",
    [
        "anna@elsewhere.example",
        "nobody@desk.example",
        "victim%elsewhere.example@desk.example",
        "elsewhere.example!victim@desk.example",
        '"victim@elsewhere.example"@desk.example',
        "@desk.example:victim@elsewhere.example",
        "help@desk.example@elsewhere.example",
        "victim@elsewhere.example+help@desk.example",
        "help@[127.0.0.1]",
        "help@desk.example.",
        "",
    ],
)
def test_address_of_another_is_refused(open_door: OpenDoor, recipient: str) -> None:
    with SmtpTalk(open_door()) as guest:
        guest.say("EHLO client.example")
        guest.say("MAIL FROM:<help@desk.example>")
        assert guest.say(f"RCPT TO:<{recipient}>") == replies.NOT_OURS
        assert guest.say("DATA") == replies.BAD_SEQUENCE


def test_vrfy_and_expn_tell_nothing(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door()) as guest:
        guest.say("EHLO client.example")
        assert {guest.say(f"VRFY {who}") for who in ("help@desk.example", "nobody@desk.example", "")} == {
            replies.NOT_VERIFIED
        }
        assert guest.say("EXPN staff") == replies.NOT_IMPLEMENTED


def test_declared_size_over_the_limit_is_refused_at_mail(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door(size_limit=1000)) as guest:
        guest.say("EHLO client.example")
        assert guest.say("MAIL FROM:<a@b.example> SIZE=1001") == "552 5.3.4 The mail is too big"
        assert guest.say("MAIL FROM:<a@b.example> SIZE=1000") == replies.SENDER_OK


def test_lying_size_is_refused_after_the_dot(open_door: OpenDoor, reception: SmallReception) -> None:
    with SmtpTalk(open_door(size_limit=100_000)) as guest:
        assert guest.send_mail(b"x" * 3_000_000) == "552 5.3.4 The mail is too big"
        assert guest.send_mail(b"small") == replies.KEPT
    assert reception.raws() == [b"small\r\n"]


def test_too_many_recipients_are_told_to_come_again(open_door: OpenDoor, reception: SmallReception) -> None:
    with SmtpTalk(open_door()) as guest:
        guest.say("EHLO client.example")
        guest.say("MAIL FROM:<a@b.example>")
        answers = [guest.say(f"RCPT TO:<help+{n}@desk.example>") for n in range(102)]
        assert answers == [replies.RECIPIENT_OK] * 100 + [replies.TOO_MANY_RECIPIENTS] * 2


@pytest.mark.parametrize(
    "command", ["RCPT TO:<guess{n}@desk.example>", "MAIL FROM:a b c{n}", "EXPN {n}", "\x00\xff{n}"]
)
def test_after_twenty_errors_the_door_closes(open_door: OpenDoor, command: str) -> None:
    with SmtpTalk(open_door()) as guest:
        guest.say("EHLO client.example")
        if command.startswith("RCPT"):
            guest.say("MAIL FROM:<a@b.example>")
        answers = [guest.say(command.format(n=n)) for n in range(21)]
        assert [answer[:1] for answer in answers] == ["5"] * 20 + ["4"]
        assert answers[-1] == replies.TOO_MANY_ERRORS
        assert guest.hear() == ""


def test_after_five_unknown_commands_the_door_closes(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door()) as guest:
        answers = [guest.say(f"BLA{n}") for n in range(5)]
        assert answers == ["500 5.5.2 Not understood"] * 4 + [replies.TOO_MANY_ERRORS]
        assert guest.hear() == ""


def test_a_guest_that_only_chats_is_shown_out(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door(idle_commands=5)) as guest:
        guest.say("EHLO client.example")
        assert [guest.say("NOOP") for _ in range(5)] == [replies.OK] * 4 + [replies.TOO_MANY_ERRORS]


def test_connections_over_the_limit_are_told_421(open_door: OpenDoor) -> None:
    port = open_door(connections_per_address=2)
    with SmtpTalk(port) as first, SmtpTalk(port):
        assert SmtpTalk(port).greeting == replies.TOO_MANY_CONNECTIONS
        first.say("QUIT")
        assert first.hear() == ""
        assert SmtpTalk(port).greeting.startswith("220")


def test_a_silent_guest_is_shown_out(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door(command_timeout=0.1)) as guest:
        assert guest.hear() == replies.TIMED_OUT
        assert guest.hear() == ""


def test_data_that_never_ends_is_cut_off(open_door: OpenDoor, reception: SmallReception) -> None:
    with SmtpTalk(open_door(data_timeout=0.2)) as guest:
        guest.open_mail()
        guest.send(b"Subject: slow\r\n")
        assert guest.hear() == replies.TIMED_OUT
    assert reception.raws() == []


def test_long_command_lines_are_refused_and_the_session_goes_on(open_door: OpenDoor) -> None:
    with SmtpTalk(open_door()) as guest:
        assert guest.say("X" * 1_000_000) == "500 5.5.2 Not understood"
        assert guest.say("MAIL FROM:<" + "x" * 10_000) == "500 5.5.2 Not understood"
        assert guest.say("EHLO client.example").startswith("250")


@pytest.mark.parametrize("line", [b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2", b"\xff\xfe\xfd", b"GET / HTTP/1.1", b"", b"\0"])
def test_nonsense_is_answered_with_a_constant(open_door: OpenDoor, line: bytes) -> None:
    with SmtpTalk(open_door()) as guest:
        guest.send(line + b"\r\n")
        assert guest.hear() == "500 5.5.2 Not understood"


@pytest.mark.parametrize("seed", range(8))
def test_any_octets_are_answered_with_known_texts(open_door: OpenDoor, reception: SmallReception, seed: int) -> None:
    chance = random.Random(seed)
    words = (
        rb"EHLO|HELO x|MAIL FROM:|RCPT TO:|<help@desk.example>|DATA|RSET|<>|SIZE=|BODY=|(|\|.|@|STARTTLS|AUTH".split(
            b"|"
        )
    )
    words += [b"\0", b"\xff", b'"', b" ", b"\r", b"\n", b"\r\n"]
    known = re.compile(
        r"(\d{3} \d\.\d\.\d [A-Za-z<>., 0-9]+|220 .*|250[- ]mx\.desk\.example|250[- ][A-Z0-9 ]+|354 .*|)"
    )
    port = open_door(errors=10_000, idle_commands=10_000)
    for _ in range(10):
        with SmtpTalk(port) as guest:
            guest.send(b"".join(chance.choice(words) for _ in range(400)) + b"\r\n.\r\nQUIT\r\nQUIT\r\n")
            while reply := guest.hear():
                assert [line for line in reply.split("\n") if not known.fullmatch(line)] == []
    with SmtpTalk(port) as guest:
        assert guest.send_mail(b"still here") == replies.KEPT


# --- trouble of ours


def test_any_exception_of_the_store_is_451_and_the_next_mail_is_kept(
    open_door: OpenDoor, reception: SmallReception
) -> None:
    with SmtpTalk(open_door()) as guest:
        for trouble in (RuntimeError("secret"), OSError(errno.EIO, "/secret"), sqlite3.OperationalError("locked")):
            reception.trouble = trouble
            assert guest.send_mail(b"x") == "451 4.3.0 Temporary trouble, try again later"
        reception.trouble = None
        assert guest.send_mail(b"x") == replies.KEPT
    assert reception.raws() == [b"x\r\n"]


def test_a_full_disk_is_452(open_door: OpenDoor, reception: SmallReception) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"
    wrapped = RuntimeError("wrapped")
    wrapped.__cause__ = OSError(errno.ENOSPC, "no space")
    with SmtpTalk(open_door()) as guest:
        for trouble in (full, wrapped):
            reception.trouble = trouble
            assert guest.send_mail(b"x") == "452 4.3.1 Not enough room, try again later"


def test_little_space_is_told_at_mail(open_door: OpenDoor, tmp_path: object) -> None:
    with SmtpTalk(open_door(watched_folder=str(tmp_path), free_space=1 << 60)) as guest:
        guest.say("EHLO client.example")
        assert guest.say("MAIL FROM:<a@b.example>") == replies.NO_ROOM


def test_memory_for_mails_under_way_is_bounded(open_door: OpenDoor, reception: SmallReception) -> None:
    with SmtpTalk(open_door(octets_in_flight=100_000)) as guest:
        assert guest.send_mail(b"x" * 200_000) == replies.NO_ROOM
        assert guest.send_mail(b"y" * 90_000) == replies.KEPT
        assert guest.send_mail(b"z" * 90_000) == replies.KEPT


def test_a_store_that_does_not_answer_is_451(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.gate.clear()
    with SmtpTalk(open_door(commit_timeout=0.1)) as guest:
        assert guest.send_mail(b"x") == replies.TROUBLE


def test_mails_that_wait_for_an_ill_store_take_bounded_memory_and_are_dropped(
    open_door: OpenDoor, reception: SmallReception
) -> None:
    reception.gate.clear()
    with SmtpTalk(open_door(commit_timeout=1.0, octets_in_flight=100_000, errors=10_000, error_delay=0.0)) as guest:
        sizes = [40_000, 40_000, 40_000]
        answers = [guest.send_mail(b"%d" % n + b"x" * size) for n, size in enumerate(sizes)]
        assert answers == [replies.TROUBLE, replies.TROUBLE, replies.NO_ROOM]
        reception.gate.set()
        while guest.send_mail(b"last" + b"x" * 70_000) != replies.KEPT:
            pass
    assert [raw[:4] for raw in reception.raws()] == [b"0xxx", b"last"]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_a_broken_hook_is_451(open_door: OpenDoor, reception: SmallReception, stage: str) -> None:
    def fail(_address: str) -> bool:
        raise LookupError("internal detail")

    reception.is_ours = fail
    folder = "/nowhere/at/all" if stage == "MAIL" else ""
    with SmtpTalk(open_door(watched_folder=folder)) as guest:
        guest.say("EHLO client.example")
        answers = [guest.say("MAIL FROM:<a@b.example>"), guest.say("RCPT TO:<help@desk.example>")]
        assert answers[0 if stage == "MAIL" else 1] == replies.TROUBLE
        assert guest.say("NOOP") == replies.OK


def test_one_bad_mail_does_not_take_its_neighbours_along(open_door: OpenDoor, reception: SmallReception) -> None:
    keep = reception._keep

    def keep_all_but_one(raw: bytes, envelope: Envelope) -> object:
        if raw == b"bad\r\n":
            raise ValueError(raw)
        return keep(raw, envelope)

    reception._keep = keep_all_but_one
    reception.gate.clear()
    port = open_door()
    guests = [SmtpTalk(port) for _ in range(4)]
    for guest, content in zip(guests, [b"one", b"bad", b"two", b"three"], strict=True):
        guest.open_mail()
        guest.send(content + b"\r\n.\r\n")
    reception.gate.set()
    assert [guest.hear() for guest in guests] == [replies.KEPT, replies.TROUBLE, replies.KEPT, replies.KEPT]
    assert sorted(reception.raws()) == [b"one\r\n", b"three\r\n", b"two\r\n"]


# --- repeats


def test_a_mail_whose_250_was_lost_is_one_mail(open_door: OpenDoor, reception: SmallReception) -> None:
    port = open_door()
    for _ in range(5):
        with SmtpTalk(port) as guest:
            guest.open_mail()
            guest.send(b"Message-ID: <1@b.example>\r\n\r\nx\r\n.\r\n")
            guest.socket.shutdown(socket.SHUT_RDWR)
    with SmtpTalk(port) as guest:
        assert guest.send_mail(b"Message-ID: <1@b.example>\r\n\r\nx") == replies.KEPT
    assert reception.raws() == [b"Message-ID: <1@b.example>\r\n\r\nx\r\n"]


def test_message_id_is_not_identity(open_door: OpenDoor, reception: SmallReception) -> None:
    same = [b"Message-ID: <1@b.example>\r\n\r\n%d" % n for n in range(3)]
    none = [b"Subject: x\r\n\r\n%d" % n for n in range(3)]
    odd = [b"Message-ID: \r\n\r\n", b"Message-ID: <" + b"i" * 10_000 + b">\r\n\r\n", b"Message-ID: <\xe5@b>\r\n\r\n"]
    with SmtpTalk(open_door()) as guest:
        for content in [*same, *none, *odd]:
            assert guest.send_mail(content) == replies.KEPT
    assert reception.raws() == [content + b"\r\n" for content in [*same, *none, *odd]]


def test_concurrent_mails_share_a_commit(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.gate.clear()
    port = open_door()
    guests = [SmtpTalk(port) for _ in range(20)]
    for n, guest in enumerate(guests):
        guest.open_mail()
        guest.send(b"%d\r\n.\r\n" % n)
    reception.gate.set()
    assert [guest.hear() for guest in guests] == [replies.KEPT] * 20
    assert len(reception.raws()) == 20
    assert reception.commits <= 3


def test_a_normal_guest_is_served_while_others_are_slow(open_door: OpenDoor, reception: SmallReception) -> None:
    port = open_door(connections_per_address=100)
    idle = [SmtpTalk(port) for _ in range(40)]
    slow = [SmtpTalk(port) for _ in range(40)]
    for guest in slow:
        guest.open_mail()
        guest.send(b"Subj")
    done = threading.Event()
    with SmtpTalk(port) as guest:
        assert guest.send_mail(b"x") == replies.KEPT
        done.set()
    assert done.is_set()
    for guest in [*idle, *slow]:
        guest.socket.close()
