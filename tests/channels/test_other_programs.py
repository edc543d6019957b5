"""Other people's programs at the doors: Postfix in front, and replies written by real mail programs."""

import email
import email.policy
import shutil
import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.support.collecting import wait_until
from tests.support.dovecot import Dovecot
from tests.support.mail_clients import Person, reply_with_mutt, reply_with_snail
from tests.support.mails import make_mail
from tests.support.postfix import Postfix, SmtpSink, send_load
from tests.support.small_reception import SmallReception
from tests.support.thunderbird import Thunderbird

pytestmark = pytest.mark.system
OpenDoor = Callable[..., int]

NOTICE = (
    b"From: =?utf-8?q?Hj=C3=A4lpen?= <help+SD-1001.x@desk.example>\r\nTo: anna@customer.example\r\n"
    b"Subject: =?utf-8?q?[SD-1001]_Skrivaren_p=C3=A5_plan_3?=\r\nMessage-ID: <SD-1001.1@desk.example>\r\n"
    b"Date: Sun, 22 Nov 2026 07:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\nHej Anna!\r\n\r\nVi tror att skrivaren fungerar nu.\r\n"
)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_postfix_in_front_hands_over_one_mail_for_all_recipients(
    open_door: OpenDoor, reception: SmallReception, protocol: str
) -> None:
    reception.own.add("it@desk.example")
    ports = {"lmtp_port" if protocol == "lmtp" else "relay_port": open_door(protocol=protocol)}
    domains = ("desk.example",) if protocol == "lmtp" else ("elsewhere.example",)
    with Postfix(domains=domains, **ports) as front, smtplib.SMTP("127.0.0.1", front.port) as client:
        client.sendmail("anna@customer.example", ["help+x@desk.example", "it@desk.example"], make_mail(1))
        reception.wait_for(1)
    (kept,) = reception.envelopes
    assert sorted(kept.forward_paths) == ["help+x@desk.example", "it@desk.example"]
    assert (kept.way_in, kept.reverse_path) == (protocol, "anna@customer.example")


def test_postfix_in_front_keeps_the_mail_while_the_store_is_ill(open_door: OpenDoor, reception: SmallReception) -> None:
    reception.trouble = RuntimeError("ill")
    with Postfix(lmtp_port=open_door(protocol="lmtp"), lifetime="1h") as front:
        with smtplib.SMTP("127.0.0.1", front.port) as client:
            client.sendmail("anna@customer.example", ["help@desk.example"], make_mail(1))
        wait_until(lambda: "451 4.3.0 Temporary trouble" in front.log())
        reception.trouble = None
        reception.wait_for(1)


def test_postfix_in_front_bounces_what_is_not_ours(open_door: OpenDoor, dovecot: Dovecot, mailbox: str) -> None:
    refused = open_door(protocol="lmtp")
    with Postfix(domains=("desk.example",), lmtp_port=refused) as front:
        with smtplib.SMTP("127.0.0.1", front.port) as client:
            client.sendmail("anna@customer.example", ["nobody@desk.example"], make_mail(1))
        wait_until(lambda: "550 5.1.1 No such address here" in front.log())


def test_load_of_smtp_source_is_kept_in_full(open_door: OpenDoor, reception: SmallReception) -> None:
    send_load(open_door(), mails=200, sessions=10)
    assert len(reception.envelopes) == 200
    assert reception.commits < 200


@pytest.mark.parametrize("program", ["neomutt", "mutt", "s-nail"])
def test_reply_of_a_terminal_program_comes_in(
    open_door: OpenDoor, reception: SmallReception, dovecot: Dovecot, mailbox: str, program: str
) -> None:
    dovecot.deliver(mailbox, NOTICE.replace(b"anna@customer.example", mailbox.encode()))
    person = Person(mailbox, dovecot.imap_port, open_door())
    if program == "s-nail":
        reply_with_snail(person, "Tack! Det fungerar nu.")
    else:
        reply_with_mutt(person, "Tack! Det fungerar nu.", program=program)
    reply = read(reception.wait_for(1)[0])
    assert reply["In-Reply-To"] == "<SD-1001.1@desk.example>"
    assert "help+SD-1001.x@desk.example" in reply["To"] and "[SD-1001]" in reply["Subject"]
    lines = reply.get_content().splitlines()
    assert "Tack! Det fungerar nu." in lines and "> Vi tror att skrivaren fungerar nu." in lines


@pytest.mark.parametrize(("locale", "attribution"), [("en-US", "wrote:"), ("sv-SE", "skrev")])
def test_reply_of_thunderbird_comes_in(
    open_door: OpenDoor, reception: SmallReception, dovecot: Dovecot, mailbox: str, locale: str, attribution: str
) -> None:
    if shutil.which("thunderbird") is None:  # 360 MB: not among the programs that ./check insists on
        pytest.skip("thunderbird is missing: apt-get install -y --no-install-recommends thunderbird")
    dovecot.deliver(mailbox, NOTICE.replace(b"anna@customer.example", mailbox.encode()))
    person = Person(mailbox, dovecot.imap_port, open_door())
    with Thunderbird(person, locale=locale) as program:
        program.reply("<p>Tack! Det fungerar <b>nu</b>.</p>")
    reply = read(reception.wait_for(1)[0])
    assert (reply["In-Reply-To"], reply.get_content_type()) == ("<SD-1001.1@desk.example>", "multipart/alternative")
    html, plain = reply.get_body(("html",)), reply.get_body(("plain",))
    assert html is not None and "moz-cite-prefix" in html.get_content()
    assert plain is not None and attribution in plain.get_content()


def test_sink_takes_and_refuses() -> None:
    with SmtpSink(keeps=True) as taking, SmtpSink("-f", "RCPT") as refusing:
        with smtplib.SMTP("127.0.0.1", taking.port) as client:
            client.sendmail("a@desk.example", ["b@customer.example"], make_mail(1))
        with smtplib.SMTP("127.0.0.1", refusing.port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@desk.example", ["b@customer.example"], make_mail(1))
        (taken,) = taking.mails()
        assert b"Subject: Mail 1" in taken
