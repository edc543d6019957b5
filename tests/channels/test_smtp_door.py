"""Opening and closing the door, STARTTLS, and LMTP."""

import smtplib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mailbot.channels import smtp_replies as replies
from mailbot.channels.smtp_door import SmtpDoor
from mailbot.channels.smtp_limits import SmtpDoorSettings
from tests.support.programs import require_program
from tests.support.small_reception import SmallReception
from tests.support.smtp_talk import SmtpTalk
from tests.support.tls import Certificate

OpenDoor = Callable[..., int]


def make_door(reception: SmallReception, **settings: object) -> SmtpDoor:
    return SmtpDoor(
        SmtpDoorSettings(**{"port": 0, "hostname": "mx.desk.example", "stop_grace": 5.0, **settings}), reception
    )


def trust(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.authority)


def test_stop_tells_idle_guests_421_and_lets_a_running_mail_finish(reception: SmallReception) -> None:
    door = make_door(reception)
    port = door.start()
    idle, busy = SmtpTalk(port), SmtpTalk(port)
    busy.open_mail()
    stopping = threading.Thread(target=door.stop)
    stopping.start()
    assert idle.hear() == replies.SHUTTING_DOWN
    busy.send(b"x\r\n.\r\n")
    assert [busy.hear(), busy.hear(), busy.hear()] == [replies.KEPT, replies.SHUTTING_DOWN, ""]
    stopping.join(5)
    assert not stopping.is_alive()
    assert reception.raws() == [b"x\r\n"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_stop_cuts_off_a_mail_that_does_not_finish(reception: SmallReception) -> None:
    door = make_door(reception, stop_grace=0.2)
    guest = SmtpTalk(door.start())
    guest.open_mail()
    guest.send(b"half a ma")
    door.stop()
    assert guest.hear() in (replies.SHUTTING_DOWN, "")
    assert reception.raws() == []


def test_a_port_in_use_is_told_to_whoever_starts(reception: SmallReception) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OSError):
            make_door(reception, port=other.getsockname()[1]).start()


def test_two_doors_may_share_a_port(reception: SmallReception) -> None:
    first = make_door(reception, shares_port=True)
    port = first.start()
    second = make_door(reception, shares_port=True, port=port)
    assert second.start() == port
    first.stop()
    with SmtpTalk(port) as guest:
        assert guest.send_mail(b"x") == replies.KEPT
    second.stop()


def test_starttls_is_offered_and_used(open_door: OpenDoor, certificate: Certificate, reception: SmallReception) -> None:
    port = open_door(certificate=certificate.certificate, private_key=certificate.private_key)
    with smtplib.SMTP("localhost", port) as client:
        client.starttls(context=trust(certificate))
        client.ehlo("client.example")
        assert client.has_extn("size") and not client.has_extn("starttls") and not client.has_extn("auth")
        client.sendmail("a@b.example", ["help@desk.example"], b"over TLS\r\n")
        assert client.docmd("STARTTLS") == (503, b"5.5.1 Commands in the wrong order")
    assert reception.raws() == [b"over TLS\r\n"]


def test_commands_injected_before_the_handshake_are_dropped(
    open_door: OpenDoor, certificate: Certificate, reception: SmallReception
) -> None:
    port = open_door(certificate=certificate.certificate, private_key=certificate.private_key)
    with SmtpTalk(port) as guest:
        guest.say("EHLO client.example")
        injected = b"EHLO evil.example\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<help@desk.example>\r\n"
        try:
            assert guest.start_tls(trust(certificate), injected) == "220 2.0.0 Ready"
        except (ssl.SSLError, ConnectionResetError):
            return  # the octets were taken for a broken handshake, which is as good
        assert guest.say("DATA") == replies.BAD_SEQUENCE
        assert guest.send_mail(b"x") == replies.KEPT
    assert [kept.reverse_path for kept in reception.envelopes] == ["anna@customer.example"]


def test_plain_text_is_refused_where_tls_is_required(open_door: OpenDoor, certificate: Certificate) -> None:
    port = open_door(certificate=certificate.certificate, private_key=certificate.private_key, require_tls=True)
    with SmtpTalk(port) as guest:
        guest.say("EHLO client.example")
        assert guest.say("MAIL FROM:<a@b.example>") == "530 5.7.0 STARTTLS is needed first"
        guest.start_tls(trust(certificate))
        assert guest.send_mail(b"x") == replies.KEPT


def test_a_failed_handshake_ends_the_session_alone(open_door: OpenDoor, certificate: Certificate) -> None:
    port = open_door(certificate=certificate.certificate, private_key=certificate.private_key)
    with SmtpTalk(port) as guest:
        guest.say("EHLO client.example")
        assert guest.say("STARTTLS") == "220 2.0.0 Ready"
        guest.send(b"this is no handshake\r\n" * 10)
        guest.socket.settimeout(5)
        while True:
            try:
                if not guest.socket.recv(1000):
                    break
            except ConnectionResetError:
                break
    with SmtpTalk(port) as guest:
        assert guest.send_mail(b"x") == replies.KEPT


# --- LMTP


def test_lmtp_answers_for_each_recipient(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.own.add("it@desk.example")
    with SmtpTalk(open_door(protocol="lmtp")) as guest:
        assert guest.greeting == "220 mx.desk.example LMTP ready"
        assert guest.say("EHLO client.example") == "500 5.5.2 Not understood"
        assert "250-PIPELINING" in guest.say("LHLO client.example")
        guest.say("MAIL FROM:<a@b.example>")
        answers = [guest.say(f"RCPT TO:<{who}@desk.example>") for who in ("help", "nobody", "it", "help")]
        assert answers == [replies.RECIPIENT_OK, replies.NOT_OURS, replies.RECIPIENT_OK, replies.RECIPIENT_OK]
        guest.say("DATA")
        guest.send(b"x\r\n.\r\nNOOP\r\n")
        assert [guest.hear() for _ in range(4)] == [replies.KEPT] * 3 + [replies.OK]
    assert [kept.forward_paths for kept in reception.envelopes] == [("help@desk.example", "it@desk.example")]
    assert [kept.way_in for kept in reception.envelopes] == ["lmtp"]


def test_lmtp_answers_for_each_recipient_in_trouble_too(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.trouble = RuntimeError("down")
    with SmtpTalk(open_door(protocol="lmtp", size_limit=1000)) as guest:
        for content, reply in ((b"x", replies.TROUBLE), (b"x" * 2000, replies.TOO_BIG)):
            guest.open_mail("help@desk.example", "help+1@desk.example", hello="LHLO client.example")
            guest.send(content + b"\r\n.\r\n")
            assert [guest.hear(), guest.hear()] == [reply, reply]


def test_lmtp_on_a_unix_socket(open_door: OpenDoor, reception: SmallReception, tmp_path: Path) -> None:
    path = str(tmp_path / "lmtp.sock")
    assert open_door(protocol="lmtp", unix_socket=path, connections_per_address=1) == 0
    with SmtpTalk(path), SmtpTalk(path) as guest:
        assert guest.send_mail(b"x", hello="LHLO client.example") == replies.KEPT
    assert [(kept.way_in, kept.peer) for kept in reception.envelopes] == [("lmtp", "")]


def test_a_socket_left_by_a_crash_is_replaced(reception: SmallReception, tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    door = make_door(reception, unix_socket=str(path), protocol="lmtp")
    door.start()
    door.stop()
    assert not path.exists()


# --- other people's clients


@pytest.mark.system
def test_swaks_is_served_with_pipelining(open_door: OpenDoor, reception: SmallReception) -> None:
    swaks = require_program("swaks", "swaks")
    command = [swaks, "--server", f"127.0.0.1:{open_door()}", "--to", "help@desk.example", "--from", "a@b.example"]
    subprocess.run([*command, "--pipeline", "--hide-all"], check=True, timeout=30)
    assert len(reception.raws()) == 1
