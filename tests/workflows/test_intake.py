"""Every kept mail ends in exactly one disposition, whatever it is and whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailbot.desk.correspondence import Envelope, Mailbox
from mailbot.desk.lifecycle import State
from mailbot.desk.vocabulary import Disposition
from mailbot.workflows import intake as intake_room
from mailbot.workflows.audit import audit
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict
from tests.support.desk import ADDRESS, ANNA, WorkingDesk


def test_the_poison_mail_among_a_hundred_is_quarantined_and_the_others_go_on(
    desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(office: Office, cause: Cause) -> Verdict | None:
        if cause.reading.mail.subject == "Mail 37":
            raise ValueError("cannot stand this one")
        return None

    monkeypatch.setattr(intake_room, "CHAIN", (explode, *intake_room.CHAIN))
    raws = [desk.write("Hej", sender=f"u{n}@k{n}.example", to=ADDRESS, subject=f"Mail {n}") for n in range(100)]
    desk.reception.receive_many([(raw, desk.envelope(f"u{n}@k{n}.example")) for n, raw in enumerate(raws)])
    for _ in range(4):
        desk.work()
        desk.later(minutes=1)
    with desk.office() as office:
        counts = office.work.inbox.count_by_disposition()
        poison = office.work.inbox.list_rows(disposition=Disposition.QUARANTINED)
    assert counts == {"ticket": 99, "quarantined": 1}
    assert [(r.subject, r.attempts, len(r.reasons)) for r in poison] == [("Mail 37", 3, 3)]
    monkeypatch.undo()
    with desk.office() as office:
        assert office.work.inbox.replay(poison[0].id, office.now)
    desk.work()
    assert desk.row(poison[0].id).disposition is Disposition.TICKET


def test_a_mail_whose_worker_dies_each_time_is_quarantined(desk: WorkingDesk) -> None:
    received = desk.reception.receive(b"From: a@b.example\r\n\r\nHej", desk.envelope("a@b.example"))
    for _ in range(3):
        with desk.office() as office:
            assert len(office.work.inbox.claim("dead", office.now, timedelta(minutes=2), 10)) == 1
        desk.later(minutes=3)
    desk.work()
    row = desk.row(received.id)
    assert (row.disposition, row.attempts) == (Disposition.QUARANTINED, 4)


def test_a_worker_that_lost_its_lease_writes_nothing(desk: WorkingDesk) -> None:
    received = desk.reception.receive(desk.write("Hej", sender=ANNA, to=ADDRESS, subject="S"), desk.envelope(ANNA))
    with desk.office() as office:
        office.work.inbox.claim("slow", office.now, timedelta(minutes=2), 10)
    desk.later(minutes=3)
    desk.work()
    with desk.office() as office:
        again = office.work.inbox.settle(received.id, office.now, Disposition.TICKET, [], worker="slow")
    assert (again, desk.row(received.id).disposition) == (False, Disposition.TICKET)


def test_our_own_mail_coming_back_starts_nothing(desk: WorkingDesk) -> None:
    desk.receive()
    letter = desk.letter_to("anna@kommun.example")
    row = desk.receive_raw(letter.as_bytes(), ADDRESS)
    assert (row.disposition, desk.notices(None)) == (Disposition.LOOP, desk.notices())


def test_our_own_mail_under_another_name_starts_nothing(desk: WorkingDesk) -> None:
    """A list or a gateway that writes its own address into From leaves the mark of the desk."""
    desk.receive()
    letter = desk.letter_to("anna@kommun.example")
    letter.replace_header("From", "alla@list.example")
    row = desk.receive_raw(letter.as_bytes(), "alla@list.example")
    assert (row.disposition, desk.notices(None)) == (Disposition.LOOP, desk.notices())


def test_the_mark_of_another_desk_is_no_loop_of_ours(desk: WorkingDesk) -> None:
    raw = desk.write("Er brandvägg stoppar oss.", sender="desk@leverantor.example", to=ADDRESS, subject="Brandvägg")
    row = desk.receive_raw(b"X-Mailbot-Desk: SD.leverantor.example\r\n" + raw, "desk@leverantor.example")
    assert row.disposition is Disposition.TICKET


def test_unreadable_bytes_become_a_ticket_with_the_mail_attached(desk: WorkingDesk) -> None:
    row = desk.receive_raw(b"\xff\xfe\x00" * 100, "someone@kommun.example")
    assert row.disposition is Disposition.TICKET
    with desk.office() as office:
        assert office.work.inbox.raw_of([row.id])[row.id] == b"\xff\xfe\x00" * 100


def test_a_mail_over_the_limits_becomes_a_ticket_with_the_mail_attached(desk: WorkingDesk) -> None:
    head = b"From: anna@kommun.example\r\nSubject: Bomb\r\n" + b"X-A: b\r\n" * 5000
    row = desk.receive_raw(head + b"\r\nHej", "anna@kommun.example")
    entry = desk.entries()[0]
    assert (row.disposition, desk.ticket().subject) == (Disposition.TICKET, "Bomb")
    assert [f.content_type for f in entry.attachments] == ["message/rfc822"]
    assert entry.attachments[0].size == len(head) + len(b"\r\nHej")


def test_a_withheld_body_becomes_a_ticket_that_says_so(desk: WorkingDesk) -> None:
    envelope = Envelope("", (ADDRESS,), desk.now, "imap", source_key="imap:a/INBOX/1/7", withheld_size=60_000_000)
    received = desk.reception.receive(b"From: anna@kommun.example\r\nSubject: Stor\r\n\r\n", envelope)
    desk.work()
    row = desk.row(received.id)
    assert (row.disposition, row.ticket, desk.ticket().subject) == (Disposition.OVERSIZE, 1001, "Stor")


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (
            "Min skrivare fungerar inte",
            "Ditt mejl var för stort för att hämtas hit. Vi ser ämnet, men inte vad du skrev. ",
        ),
        (
            "My printer does not work",
            "Your message was too large for us to fetch. We see its subject, but not what you wrote. ",
        ),
    ],
)
def test_sender_of_a_withheld_body_is_told_once_and_asked_for_another_way(
    desk: WorkingDesk, subject: str, told: str
) -> None:
    raw = f"From: {ANNA}\r\nSubject: {subject}\r\nMessage-ID: <big@kommun.example>\r\n\r\n".encode()
    for copy in (7, 8):
        place = f"imap:a/INBOX/1/{copy}"
        desk.reception.receive(
            raw, Envelope("", (ADDRESS,), desk.now, "imap", source_key=place, withheld_size=60_000_000)
        )
    desk.work()
    receipts = [m for m in desk.deliver() if "anna@kommun.example" in str(m["To"])]
    assert [told in plain(m) for m in receipts] == [True]
    desk.receive("Skrivaren brummar.")
    assert told not in plain(desk.letter_to("anna@kommun.example"))


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_automatic_mail_without_a_ticket_is_recorded_and_not_answered(desk: WorkingDesk) -> None:
    row = desk.receive("Jag är borta.", subject="Autosvar: semester", Auto_Submitted="auto-replied")
    assert (row.disposition, row.ticket, desk.notices(None)) == (Disposition.AUTOMATIC, None, [])


def test_list_mail_becomes_a_ticket_without_receipt(desk: WorkingDesk) -> None:
    row = desk.receive("Nyheter", List_Id="<news.kommun.example>", Precedence="bulk")
    assert row.disposition is Disposition.TICKET
    assert desk.notices() == [("agent_new_ticket", "lisa@desk.example")]


def test_one_address_cannot_draw_more_than_five_receipts_an_hour(desk: WorkingDesk) -> None:
    for n in range(8):
        desk.receive(subject=f"Fel {n}")
    assert [n for n, _ in desk.notices(None)].count("receipt") == 5
    assert desk.facts(1008) == ["ticket_registered", "notice_withheld"]
    desk.later(hours=2)
    desk.receive(subject="Fel igen")
    assert [n for n, _ in desk.notices(None)].count("receipt") == 6


def test_two_desks_that_answer_each_other_stop_at_once(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk()
    desk.receive(sender="desk@other.example", Auto_Submitted="auto-replied", subject="[X-1] Vi har fått ditt ärende")
    assert desk.notices(None) == []


def test_an_unverified_receipt_repeats_nothing_that_the_sender_wrote(desk: WorkingDesk) -> None:
    desk.receive(
        "Ring 0900-1234 nu", sender="Köp Piller <anna@kommun.example>", subject="Billiga piller http://x.example"
    )
    receipt = desk.letter_to("anna@kommun.example").as_bytes()
    letter = desk.letter_to("anna@kommun.example")
    shown = letter["Subject"] + letter["To"] + "".join(p.get_content() for p in letter.walk() if not p.is_multipart())
    assert [w for w in ("iller", "0900", "x.example") if w in shown] == []
    assert len(receipt) <= 16_384


def test_the_audit_accounts_for_every_mail(desk: WorkingDesk) -> None:
    desk.receive()
    desk.receive("Autosvar", Auto_Submitted="auto-replied")
    with desk.office() as office:
        found = audit(office)
    assert (found.inbox, found.findings) == ({"ticket": 1, "automatic": 1}, ())


def test_a_bounce_of_our_mail_calls_for_a_person(desk: WorkingDesk) -> None:
    desk.receive()
    letter = desk.resolve()
    row = desk.receive_raw(
        bounce_of(letter["Message-ID"], letter["Reply-To"].addresses[0].addr_spec),
        "<>",
        letter["Reply-To"].addresses[0].addr_spec,
    )
    assert (row.disposition, row.ticket) == (Disposition.BOUNCE, 1001)
    assert desk.facts()[-2:] == ["delivery_failed", "person_needed"]
    assert desk.ticket().state is State.RESOLVED


def test_a_forged_bounce_changes_nothing(desk: WorkingDesk) -> None:
    desk.receive()
    before = desk.facts()
    row = desk.receive_raw(bounce_of("<1001-1-0-aforged.x@desk.example>", ADDRESS), "<>")
    assert (row.disposition, row.ticket, desk.facts()) == (Disposition.BOUNCE, None, before)


def test_an_alert_opens_one_incident_and_recovery_joins_it(desk: WorkingDesk) -> None:
    problem = NAGIOS.format(kind="PROBLEM", state="CRITICAL")
    rows = [
        desk.receive(
            NAGIOS.format(kind=k, state=s),
            sender="nagios@mon.example",
            subject=f"** {k} Service Alert: web/HTTP is {s} **",
        )
        for k, s in (("PROBLEM", "CRITICAL"), ("RECOVERY", "OK"))
    ]
    assert problem != NAGIOS.format(kind="RECOVERY", state="OK")
    assert [(r.disposition, r.ticket) for r in rows] == [(Disposition.ALERT, 1001)] * 2
    assert desk.facts()[-2:] == ["alert_recorded", "person_needed"]
    assert desk.ticket().state.value == "new"


def test_an_agents_address_registers_as_staff(desk: WorkingDesk) -> None:
    desk.receive(sender="Lisa Lind <lisa@desk.example>")
    assert desk.ticket().origin.value == "staff"
    with desk.office() as office:
        assert office.policy.find_agent("LISA@desk.example").mailbox == Mailbox("lisa@desk.example", "Lisa Lind")


NAGIOS = """***** Nagios *****

Notification Type: {kind}

Service: HTTP
Host: web
Address: 192.0.2.7
State: {state}

Date/Time: Mon Nov 23 09:00:00 CET 2026

Additional Info:

connect to address 192.0.2.7
"""


def bounce_of(message_id: str, to: str) -> bytes:
    """A delivery report (RFC 3464) of a mail server about one mail."""
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.kommun.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.kommun.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kommun.example

Final-Recipient: rfc822; anna@kommun.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
From: support@desk.example
To: anna@kommun.example

--b--
""".replace("\n", "\r\n").encode()
