"""Letters about no ticket that do not arrive: the outbox says so, with proof that it was ours and no harm without."""

from __future__ import annotations

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Member
from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.workflows import watch_list
from mailbot.workflows.returned_letters import note_refused
from mailbot.workflows.timers import fire_due
from tests.support.desk import LISA, WorkingDesk


@pytest.fixture
def morning(desk: WorkingDesk) -> WorkingDesk:
    """The list of the morning has left for Lisa."""
    desk.receive("Den är trasig.")
    desk.later(days=4)
    watch_list.run(desk.desk.open_office)
    desk.later(days=4)
    fire_due(desk.desk.open_office, watch_list.TIMERS, "test#t")
    desk.deliver()
    return desk


def the_list(desk: WorkingDesk) -> Outgoing:
    with desk.office() as office:
        return next(m for m in office.work.outbox.list_rows() if m.notice is NoticeKind.WATCH_LIST)


def report(desk: WorkingDesk, to: str, message_id: str, action: str = "failed", status: str = "5.1.1") -> str:
    raw = f"""From: MAILER-DAEMON@mx.desk.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <b{desk.now.timestamp()}@mx.desk.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

About your mail.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.desk.example

Final-Recipient: rfc822; lisa@desk.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user
--x
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
--x--
"""
    return desk.receive_raw(raw.replace("\n", "\r\n").encode(), "", to).disposition.value


def test_list_of_the_morning_that_bounces_shows_as_failed(morning: WorkingDesk) -> None:
    sent = the_list(morning)
    assert sent.status is DeliveryStatus.RELAYED
    assert report(morning, sent.reverse_path, sent.message_id) == "bounce"
    after = the_list(morning)
    assert (after.status, "no such user" in after.last_reply) == (DeliveryStatus.FAILED, True)


@pytest.mark.parametrize("to", ["support@desk.example", "support+bkaaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example"])
def test_report_without_our_sign_changes_nothing(morning: WorkingDesk, to: str) -> None:
    """The Message-ID of the list can be guessed; the address that it left from cannot."""
    assert report(morning, to, the_list(morning).message_id) == "bounce"
    assert the_list(morning).status is DeliveryStatus.RELAYED


def test_delay_is_no_failure(morning: WorkingDesk) -> None:
    sent = the_list(morning)
    report(morning, sent.reverse_path, sent.message_id, "delayed", "4.4.1")
    assert the_list(morning).status is DeliveryStatus.RELAYED


def test_proof_of_a_wording_about_events_may_be_refused_like_any_letter(desk: WorkingDesk) -> None:
    """Its key is not that of a mail about an event: nobody's address is noted, and delivery goes on."""
    with desk.office() as office:
        office.work.event_audience.keep_members([Member(Mailbox("bo@a.example"), office.now, LISA.address)])
        mail = Outgoing(
            key="proof/event_announced/lisa@desk.example/2026",
            ticket=None,
            notice=NoticeKind.EVENT_ANNOUNCED,
            automatic=False,
            person=None,
            resolution=0,
            recipient="bo@a.example",
            verified=True,
            reverse_path="",
            message_id="proof@desk.example",
            subject="",
            revision="proof",
            words="",
            content=b"",
            queued_at=office.now,
        )
        note_refused(office, mail, "550 5.1.1 nobody here", permanent=True)
        assert office.work.event_audience.list_bounces() == []
