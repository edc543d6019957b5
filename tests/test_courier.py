"""Couriers against real sockets: what each recipient's outcome is, whatever the server does and wherever it stops."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailbot.courier import CourierError, FolderCourier, Outcome, OutgoingMail, Smarthost, SmtpCourier
from mailbot.desk.errors import TransientError
from mailbot.desk.vocabulary import DeliveryStatus
from tests.support.scripted_smtp import DROP, SILENCE, ScriptedSmtp, SunkMail

RELAYED, DELAYED = DeliveryStatus.RELAYED, DeliveryStatus.DELAYED
FAILED, UNCERTAIN = DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN
RAW = b"From: desk@desk.example\r\nTo: ada@customer.example\r\nSubject: Receipt\r\n\r\nHello\r\n"
MAIL = OutgoingMail(RAW, "desk@desk.example", ("ada@customer.example",))
FIVE = OutgoingMail(RAW, "desk@desk.example", tuple(f"r{n}@customer.example" for n in range(5)))


def courier(server: ScriptedSmtp, **changes: Any) -> SmtpCourier:
    given: dict[str, Any] = {
        "host": "localhost",
        "port": server.port,
        "tls": "none",
        "client_name": "desk.example",
        "connect_seconds": 5,
        "reply_seconds": 5,
        "final_reply_seconds": 5,
    }
    return SmtpCourier(Smarthost(**given | changes))


def outcome(server: ScriptedSmtp, mail: OutgoingMail = MAIL, **changes: Any) -> Outcome:
    """The outcome of the mail's first recipient."""
    return courier(server, **changes).relay(mail)[mail.recipients[0]]


def test_relay_mail_arrives_as_it_is() -> None:
    with ScriptedSmtp({"DOT": ["250 2.0.0 queued as 4711"]}) as server:
        assert courier(server).relay(MAIL) == {
            "ada@customer.example": Outcome(RELAYED, 250, "2.0.0", "2.0.0 queued as 4711")
        }
    assert server.mails == [SunkMail("desk@desk.example", ("ada@customer.example",), RAW)]
    assert server.commands == [
        "ehlo desk.example",
        "MAIL FROM:<desk@desk.example>",
        "RCPT TO:<ada@customer.example>",
        "DATA",
    ]


def test_relay_empty_reverse_path_is_allowed() -> None:
    with ScriptedSmtp() as server:
        assert outcome(server, OutgoingMail(RAW, "", MAIL.recipients)).status is RELAYED
    assert server.mails[0].reverse_path == ""


@pytest.mark.parametrize(
    ("raw", "arrives"),
    [
        (b"A: b\n\n.\nx\n", b"A: b\r\n\r\n.\r\nx\r\n"),
        (
            b"A: b\r\n\r\nx\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
            b"A: b\r\n\r\nx\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
        ),
        (b"A: b\r\n\r\nx\r.\rDATA\r\n", b"A: b\r\n\r\nx\r\n.\r\nDATA\r\n"),
        (b".dot: first\r\n\r\nx", b".dot: first\r\n\r\nx\r\n"),
        (b"A: b\r\n\r\n..two\r\n...three", b"A: b\r\n\r\n..two\r\n...three\r\n"),
    ],
    ids=["bare LF", "smuggled end by LF", "smuggled end by CR", "dot at the very start", "dots"],
)
def test_relay_line_ends_and_dots_end_no_mail(raw: bytes, arrives: bytes) -> None:
    with ScriptedSmtp() as server:
        assert outcome(server, OutgoingMail(raw, "", MAIL.recipients)).status is RELAYED
    assert [mail.content for mail in server.mails] == [arrives]


PHASES = [
    ("GREETING", "421 4.3.2 closing", DELAYED),
    ("GREETING", "554 5.7.1 go away", DELAYED),
    ("GREETING", DROP, DELAYED),
    ("GREETING", "HTTP/1.1 400 Bad Request", DELAYED),
    ("EHLO", DROP, DELAYED),
    ("MAIL", "451 4.7.1 greylisted", DELAYED),
    ("MAIL", "421 4.3.2 closing", DELAYED),
    ("MAIL", "550 5.7.1 sender refused", FAILED),
    ("MAIL", "530 5.7.0 authentication required", DELAYED),
    ("MAIL", DROP, DELAYED),
    ("RCPT", "450 4.2.0 greylisted", DELAYED),
    ("RCPT", "550 5.1.1 no such user", FAILED),
    ("RCPT", "552 too many recipients", DELAYED),
    ("RCPT", "421 4.3.2 closing", DELAYED),
    ("RCPT", DROP, DELAYED),
    ("DATA", "451 4.3.0 trouble", DELAYED),
    ("DATA", "554 5.6.0 no", FAILED),
    ("DATA", "250 what", DELAYED),
    ("DATA", DROP, DELAYED),
    ("DOT", "451 4.3.0 disk", DELAYED),
    ("DOT", "421 4.3.2 closing", DELAYED),
    ("DOT", "552 5.2.2 mailbox full", FAILED),
    ("DOT", "554 5.6.0 spam", FAILED),
    ("DOT", DROP, UNCERTAIN),
    ("DOT", "354 what", UNCERTAIN),
    ("DOT", "what is this", UNCERTAIN),
]


@pytest.mark.parametrize(
    ("phase", "answer", "status"), PHASES, ids=[f"{phase} {answer}" for phase, answer, _ in PHASES]
)
def test_relay_trouble_at_a_phase(phase: str, answer: str, status: DeliveryStatus) -> None:
    with ScriptedSmtp({phase: [answer]}) as server:
        sender = courier(server)
        assert sender.relay(MAIL)["ada@customer.example"].status is status
        assert sender.relay(MAIL)["ada@customer.example"].status is RELAYED, "the next mail suffers no harm"


@pytest.mark.parametrize("phase", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_relay_silence_before_the_dot_is_delay(phase: str) -> None:
    with ScriptedSmtp({phase: [SILENCE]}) as server:
        began = time.monotonic()
        assert outcome(server, connect_seconds=8 if phase != "EHLO" else 0.3, reply_seconds=0.3).status is DELAYED
        assert time.monotonic() - began < 20
    assert server.mails == []


def test_relay_silence_instead_of_a_greeting_is_delay() -> None:
    with ScriptedSmtp({"GREETING": [SILENCE]}) as server:
        assert outcome(server, connect_seconds=0.3).status is DELAYED


def test_relay_silence_after_the_dot_is_uncertain() -> None:
    with ScriptedSmtp({"DOT": [SILENCE]}) as server:
        assert outcome(server, final_reply_seconds=0.3) == Outcome(
            UNCERTAIN, 0, "4.4.2", "after the final dot: no reply in time"
        )
    assert len(server.mails) == 1


def test_relay_late_reply_to_the_dot_is_waited_for() -> None:
    """The command's patience is over, the final dot's is not."""
    with ScriptedSmtp() as server:
        usual = server.answer

        def slow(phase: str) -> str:
            time.sleep(1.6 if phase == "DOT" else 0)
            return usual(phase)

        server.answer = slow  # type: ignore[method-assign]
        assert outcome(server, reply_seconds=1.2, final_reply_seconds=30).status is RELAYED


def test_relay_reply_in_drops_is_bounded_in_time() -> None:
    with ScriptedSmtp() as server:
        usual = server.answer

        def dripping(phase: str) -> str:
            if phase != "MAIL":
                return usual(phase)
            for sock in server._open:
                for _ in range(600):
                    sock.sendall(b"2")
                    time.sleep(0.1)
            return "50 ok"

        server.answer = dripping  # type: ignore[method-assign]
        began = time.monotonic()
        assert outcome(server, reply_seconds=0.5).status is DELAYED
        assert time.monotonic() - began < 20


def test_relay_slow_replies_share_one_time() -> None:
    """A server that is slow with each of many replies must not outlast the lease on the mail."""
    with ScriptedSmtp() as server:
        usual = server.answer

        def slow(phase: str) -> str:
            time.sleep(0.3 if phase == "RCPT" else 0)
            return usual(phase)

        server.answer = slow  # type: ignore[method-assign]
        outcomes = courier(server, reply_seconds=0.8).relay(FIVE)
    assert {told.status for told in outcomes.values()} == {DELAYED}
    assert server.mails == []


def test_longest_seconds_of_the_defaults() -> None:
    assert Smarthost("mx.example").longest_seconds == 4 * 30 + 3 * 300 + 2 * 600


@pytest.mark.parametrize("reply", ["250-more\r\n" * 200 + "250 ok", "250 " + "x" * 9000])
def test_relay_endless_reply_is_delay(reply: str) -> None:
    with ScriptedSmtp({"MAIL": [reply]}) as server:
        assert outcome(server).status is DELAYED


def test_relay_text_of_the_server_is_one_bounded_line() -> None:
    with ScriptedSmtp({"DOT": ["550-5.7.1 \x1b[2J\x00bad\r\n550 5.7.1 " + "y" * 900]}) as server:
        told = outcome(server)
    assert told.text.startswith("5.7.1 [2J bad 5.7.1 yyy")
    assert (told.enhanced, len(told.text), told.text.isprintable()) == ("5.7.1", 500, True)


def test_relay_enhanced_code_of_another_class_is_not_believed() -> None:
    with ScriptedSmtp({"DOT": ["550 2.1.5 strange"]}) as server:
        assert outcome(server) == Outcome(FAILED, 550, "5.0.0", "2.1.5 strange")


def test_relay_five_recipients_have_five_outcomes() -> None:
    script = {"RCPT": ["250 ok", "450 4.2.0 later", "550 5.1.1 nobody", "250 ok", "552 5.5.3 too many"]}
    with ScriptedSmtp(script) as server:
        outcomes = courier(server).relay(FIVE)
    assert [outcomes[recipient].status for recipient in FIVE.recipients] == [RELAYED, DELAYED, FAILED, RELAYED, DELAYED]
    assert [mail.recipients for mail in server.mails] == [("r0@customer.example", "r3@customer.example")]


def test_relay_broken_among_recipients_delays_all_but_the_refused() -> None:
    with ScriptedSmtp({"RCPT": ["250 ok", "550 5.1.1 nobody", DROP]}) as server:
        outcomes = courier(server).relay(FIVE)
    assert [outcomes[recipient].status for recipient in FIVE.recipients] == [DELAYED, FAILED, DELAYED, DELAYED, DELAYED]
    assert server.mails == []


def test_relay_no_recipient_accepted_sends_no_content() -> None:
    with ScriptedSmtp({"RCPT": ["550 5.1.1 nobody"]}) as server:
        assert outcome(server).status is FAILED
    assert server.commands[-1] == "RSET"


def test_relay_the_same_recipient_twice_is_asked_once() -> None:
    with ScriptedSmtp() as server:
        outcome(server, OutgoingMail(RAW, "", ("a@x.example", "a@x.example")))
    assert server.mails[0].recipients == ("a@x.example",)


def test_relay_uses_the_connection_again() -> None:
    with ScriptedSmtp() as server:
        sender = courier(server)
        assert [sender.relay(MAIL)["ada@customer.example"].status for _ in range(3)] == [RELAYED] * 3
        sender.close()
        assert server.connections == 1
    assert len(server.mails) == 3


@pytest.mark.parametrize("answer", [DROP, "421 4.4.2 idle too long"])
def test_relay_stale_connection_is_made_again(answer: str) -> None:
    with ScriptedSmtp({"MAIL": ["250 ok", answer]}) as server:
        sender = courier(server)
        assert [sender.relay(MAIL)["ada@customer.example"].status for _ in range(2)] == [RELAYED, RELAYED]
    assert (server.connections, len(server.mails)) == (2, 2)


@pytest.mark.parametrize("limit", ["IDLE_SECONDS", "MAILS_PER_CONNECTION"])
def test_relay_connection_is_given_up_at_its_limit(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"mailbot.courier.smtp.{limit}", 0)
    with ScriptedSmtp() as server:
        sender = courier(server)
        assert [sender.relay(MAIL)["ada@customer.example"].status for _ in range(3)] == [RELAYED] * 3
    assert server.connections == 3
    assert server.commands.count("quit") >= 2


def test_relay_uncertain_mail_is_not_sent_again_by_itself() -> None:
    with ScriptedSmtp({"DOT": ["250 ok", DROP]}) as server:
        sender = courier(server)
        assert [sender.relay(MAIL)["ada@customer.example"].status for _ in range(2)] == [RELAYED, UNCERTAIN]
    assert len(server.mails) == 2


def test_relay_from_threads_keeps_to_the_number_of_connections() -> None:
    with ScriptedSmtp() as server:
        usual = server.answer

        def slow(phase: str) -> str:
            time.sleep(0.05 if phase == "DOT" else 0)
            return usual(phase)

        server.answer = slow  # type: ignore[method-assign]
        sender = courier(server, connections=2)
        threads = [threading.Thread(target=sender.relay, args=(MAIL,)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert server.connections <= 2
    assert len(server.mails) == 12


def test_relay_nobody_listens_is_delay() -> None:
    with ScriptedSmtp() as server:
        sender = courier(server)
    assert sender.relay(MAIL)["ada@customer.example"].status is DELAYED


HOSTILE = [
    "a@b.example>\r\nRCPT TO:<c@d.example",
    "a@b.example\r\nDATA",
    "a@b.example> SIZE=1",
    "a b@c.example",
    "<a@b.example>",
    '"a"b@c.example',
    "a@b@c.example",
    "a@[127.0.0.1\r\n]",
    "a\x85b@c.example",
    "a\u2028b@c.example",
    "a\u202eb@c.example",
    "a\x00b@c.example",
    f"{'a' * 60}@{'b' * 200}.example",
    "a",
    "",
    "@b.example",
    "a@",
    f"{'a' * 65}@b.example",
    f"a@{'b' * 300}.example",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_relay_address_outside_the_grammar_never_reaches_the_wire(address: str) -> None:
    with ScriptedSmtp() as server:
        outcomes = courier(server).relay(OutgoingMail(RAW, "desk@desk.example", (address, "b@b.example")))
    assert (outcomes[address].status, outcomes[address].enhanced) == (FAILED, "5.1.3")
    assert [command for command in server.commands if command.startswith("RCPT")] == ["RCPT TO:<b@b.example>"]


def test_relay_reverse_path_outside_the_grammar_fails_unsent() -> None:
    with ScriptedSmtp() as server:
        assert outcome(server, OutgoingMail(RAW, "a@b.example> X", MAIL.recipients)).enhanced == "5.1.7"
    assert server.commands == []


def test_relay_smtputf8_is_asked_for_only_where_needed() -> None:
    with ScriptedSmtp(features=("8BITMIME", "SMTPUTF8", "SIZE 100000")) as server:
        sender = courier(server)
        swedish = RAW.replace(b"Receipt", "Kvitto på".encode())
        for raw, to in ((RAW, "åsa@x.example"), (RAW, "asa@räksmörgås.example"), (swedish, "a@x.example")):
            assert sender.relay(OutgoingMail(raw, "desk@desk.example", (to,)))[to].status is RELAYED
    assert [mail.parameters for mail in server.mails] == [
        f"SIZE={len(RAW)} SMTPUTF8",
        f"SIZE={len(RAW)}",
        f"SIZE={len(swedish)} BODY=8BITMIME SMTPUTF8",
    ]
    assert server.mails[1].recipients == ("asa@xn--rksmrgs-5wao1o.example",)


def test_relay_without_smtputf8_fails_only_whom_it_must() -> None:
    with ScriptedSmtp() as server:
        outcomes = courier(server).relay(OutgoingMail(RAW, "", ("åsa@x.example", "a@x.example")))
    assert [(o.status, o.enhanced) for o in outcomes.values()] == [(FAILED, "5.6.7"), (RELAYED, "2.0.0")]


def test_relay_mail_larger_than_announced_fails_unsent() -> None:
    with ScriptedSmtp(features=("SIZE 20",)) as server:
        told = outcome(server)
    assert (told.status, told.enhanced, server.mails) == (FAILED, "5.3.4", [])


# -- protection and sign-in


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def server_context(authority: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names or ("localhost",), **options).configure_cert(context)
    return context


@pytest.mark.parametrize(("tls", "features"), [("starttls", ("STARTTLS",)), ("tls", ())])
def test_relay_over_tls(authority: trustme.CA, ca_file: str, tls: str, features: Sequence[str]) -> None:
    with ScriptedSmtp(features=features, context=server_context(authority)) as server:
        assert outcome(server, tls=tls, ca_file=ca_file).status is RELAYED
        assert courier(server, tls=tls, ca_file=ca_file).try_connect() == (f"localhost:{server.port} answers, TLSv1.3")


@pytest.mark.parametrize(("tls", "features"), [("starttls", ("STARTTLS",)), ("tls", ())])
@pytest.mark.parametrize("fault", ["other name", "unknown authority", "expired"])
def test_relay_bad_certificate_sends_nothing(
    authority: trustme.CA, ca_file: str, tls: str, features: Sequence[str], fault: str
) -> None:
    context = {
        "other name": lambda: server_context(authority, "other.example"),
        "unknown authority": lambda: server_context(trustme.CA()),
        "expired": lambda: server_context(authority, "localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC)),
    }[fault]()
    with ScriptedSmtp(features=features, context=context) as server:
        told = outcome(server, tls=tls, ca_file=ca_file, username="desk", password="secret")
    assert told.status is DELAYED
    assert told.text.startswith("the certificate of localhost is not accepted")
    assert [command for command in server.commands if "AUTH" in command or "MAIL" in command] == []


def test_relay_starttls_not_offered_sends_nothing() -> None:
    with ScriptedSmtp(features=("AUTH PLAIN",)) as server:
        told = outcome(server, tls="starttls", username="desk", password="secret")
    assert (told.status, told.text) == (DELAYED, "the server does not offer STARTTLS, and mail may not go unprotected")
    assert server.commands == ["ehlo desk.example"]


def test_relay_words_before_the_handshake_are_not_believed(authority: trustme.CA, ca_file: str) -> None:
    script = {"STARTTLS": ["220 go ahead\r\n250-evil.example\r\n250 AUTH PLAIN"]}
    with ScriptedSmtp(script, ("STARTTLS",), server_context(authority)) as server:
        told = outcome(server, tls="starttls", ca_file=ca_file, username="desk", password="secret")
    assert (told.status, server.mails) == (DELAYED, [])
    assert "somebody interferes" in told.text


def test_relay_words_out_of_turn_before_starttls_end_the_connection(authority: trustme.CA, ca_file: str) -> None:
    script = {"EHLO": ["250-sink.example\r\n250 STARTTLS\r\n220 go ahead"]}
    with ScriptedSmtp(script, ("STARTTLS",), server_context(authority)) as server:
        told = outcome(server, tls="starttls", ca_file=ca_file)
    assert (told.status, told.text) == (DELAYED, "the server spoke out of turn before TLS")


def decoded(command: str) -> str:
    return base64.b64decode(command.split()[-1]).decode()


def test_relay_signs_in_with_plain() -> None:
    with ScriptedSmtp({"AUTH": ["235 2.7.0 in"]}, ("AUTH LOGIN PLAIN",)) as server:
        assert outcome(server, username="desk", password="pässword").status is RELAYED
    assert decoded(server.commands[1]) == "\0desk\0pässword"


def test_relay_signs_in_with_login() -> None:
    user, password = base64.b64encode(b"desk").decode(), base64.b64encode(b"secret").decode()
    script = {"AUTH": ["334 VXNlcm5hbWU6"], user.upper(): ["334 UGFzc3dvcmQ6"], password.upper(): ["235 in"]}
    with ScriptedSmtp(script, ("AUTH LOGIN",)) as server:
        assert outcome(server, username="desk", password="secret").status is RELAYED
    assert server.commands[1:4] == ["AUTH LOGIN", user, password]


def test_relay_signs_in_with_a_fresh_token() -> None:
    tokens = iter(["first", "second"])
    with ScriptedSmtp({"AUTH": ["235 in", "235 in"], "DOT": [DROP]}, ("AUTH XOAUTH2",)) as server:
        sender = courier(server, username="desk@x.example", token=lambda: next(tokens))
        assert [sender.relay(MAIL)["ada@customer.example"].status for _ in range(2)] == [UNCERTAIN, RELAYED]
    given = [decoded(command) for command in server.commands if command.startswith("AUTH")]
    assert given == [f"user=desk@x.example\x01auth=Bearer {token}\x01\x01" for token in ("first", "second")]


def test_relay_refused_token_is_delay_with_the_real_reply() -> None:
    script = {"AUTH": ["334 eyJzdGF0dXMiOiI0MDAifQ=="], "": ["535 5.7.8 token expired"]}
    with ScriptedSmtp(script, ("AUTH XOAUTH2",)) as server:
        told = outcome(server, username="desk", token=lambda: "stale")
    assert told == Outcome(DELAYED, 535, "5.7.8", "5.7.8 token expired")


def test_relay_no_token_to_be_had_is_delay() -> None:
    def broken() -> str:
        raise TransientError("the provider answers 503")

    with ScriptedSmtp(features=("AUTH XOAUTH2",)) as server:
        assert (
            outcome(server, username="desk", token=broken).text == "no token to sign in with: the provider answers 503"
        )


def test_relay_wrong_password_is_delay_not_failure() -> None:
    with ScriptedSmtp({"AUTH": ["535 5.7.8 no"] * 2}, ("AUTH PLAIN",)) as server:
        told = outcome(server, username="desk", password="wrong")
        assert (told.status, told.code) == (DELAYED, 535)
        with pytest.raises(CourierError, match="no"):
            courier(server, username="desk", password="wrong").try_connect()
    assert "wrong" not in repr(courier(server, username="desk", password="wrong").smarthost)


def test_relay_password_does_not_leave_the_machine_unprotected() -> None:
    with ScriptedSmtp(features=("AUTH PLAIN",), host="127.0.0.2") as server:
        told = outcome(server, host="127.0.0.2", username="desk", password="secret")
    assert told.text == "a password or token may not be sent over an unprotected connection"
    assert (told.status, server.commands) == (DELAYED, ["ehlo desk.example"])


# -- the folder


def test_folder_mail_is_a_file_named_by_its_time(tmp_path: Path) -> None:
    raw = b"Date: Mon, 23 Nov 2026 10:15:00 +0100\r\nMessage-ID: <1@desk.example>\r\n\r\n.x\n\xff"
    outcomes = FolderCourier(tmp_path / "out").relay(OutgoingMail(raw, "", ("a@x.example", "b@x.example")))
    files = list((tmp_path / "out").iterdir())
    assert [file.read_bytes() for file in files] == [raw]
    assert files[0].name.startswith("20261123T091500Z-")
    assert outcomes == dict.fromkeys(
        ("a@x.example", "b@x.example"), Outcome(RELAYED, 250, "2.0.0", f"written to {files[0].name}")
    )


def test_folder_the_same_mail_again_is_the_same_file(tmp_path: Path) -> None:
    sender = FolderCourier(tmp_path)
    mail = OutgoingMail(b"Message-ID: <1@desk.example>\r\n\r\nx", "", ("a@x.example",))
    other = OutgoingMail(b"Message-ID: <1@desk.example>\r\n\r\nx", "", ("b@x.example",))
    for one in (mail, mail, other):
        sender.relay(one)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "headers", [b"", b"Date: nonsense\r\n", b"Date: Mon, 23 Nov 99999 10:15:00 +0100\r\n", b"Message-ID: \xff\r\n"]
)
def test_folder_broken_headers_do_no_harm(tmp_path: Path, headers: bytes) -> None:
    raw = headers + b"\r\nx"
    assert FolderCourier(tmp_path).relay(OutgoingMail(raw, "", ("a@x.example",)))["a@x.example"].status is RELAYED
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [raw]


def test_folder_that_cannot_be_written_is_delay(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    sender = FolderCourier(tmp_path / "file" / "out")
    assert sender.relay(MAIL)["ada@customer.example"].status is DELAYED
    with pytest.raises(CourierError, match="Not a directory"):
        sender.try_connect()


def test_folder_try_connect_leaves_nothing(tmp_path: Path) -> None:
    assert FolderCourier(tmp_path / "out").try_connect() == f"outgoing mail is put into {tmp_path / 'out'}"
    assert list((tmp_path / "out").iterdir()) == []
