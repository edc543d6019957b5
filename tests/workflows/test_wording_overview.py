"""Which wording speaks and which failed, and a draft as a mail to who writes it: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.desk import journal
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import PermanentError
from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.templates.catalogue import CATALOGUE
from mailbot.templates.render import packaged_wording, render_notice
from mailbot.templates.samples import sample_context
from mailbot.workflows.audit import audit
from mailbot.workflows.wording_overview import LATELY, OCCASIONS, look_over
from mailbot.workflows.wording_proof import MOST_AN_HOUR, PROOF, ProofsSpent, send_proof
from tests.support.desk import WorkingDesk

RECEIPT = NoticeKind.RECEIPT, "sv"
ADA = Mailbox("Ada@desk.example", "Ada Ros")
SOURCE = packaged_wording().find_source(*RECEIPT).text
DRAFT = render_notice(*RECEIPT, sample_context(*RECEIPT))


def fail(desk: WorkingDesk, notice: str = "receipt") -> None:
    with desk.office() as office:
        fact = journal.WordingFailed(ticket=1001, at=office.now, notice=notice, language="sv", failure="line 3: oops")
        office.work.journal.append(fact)


def save(desk: WorkingDesk, source: str | None = SOURCE) -> None:
    with desk.office() as office:
        office.work.wordings.add("receipt", "sv", source, by="ada@desk.example", at=office.now)
        office.wording.forget()


def standing(desk: WorkingDesk) -> tuple[object, ...]:
    """(newest, speaks, fault, failures) of the Swedish receipt."""
    with desk.office() as office:
        found = look_over(office)[RECEIPT]
    numbers = [r.number if r else 0 for r in (found.newest, found.speaks)]
    return (*numbers, found.fault.partition(":")[0], found.failure.times if found.failure else 0)


def test_occasions_are_all_the_notices_each_once() -> None:
    assert (set(OCCASIONS), len(OCCASIONS)) == (set(CATALOGUE), len(CATALOGUE))


def test_what_speaks_is_the_newest_sound_revision(desk: WorkingDesk) -> None:
    seen = [standing(desk)]
    for source in (SOURCE, "{{ broken", None):
        save(desk, source)
        seen.append(standing(desk))
    assert [s[:2] for s in seen] == [(0, 0), (1, 1), (2, 1), (3, 0)]
    assert [bool(s[2]) for s in seen] == [False, False, True, False]


def test_failures_are_counted_until_somebody_saves_or_they_are_old(desk: WorkingDesk) -> None:
    desk.receive()
    fail(desk)
    fail(desk)
    fail(desk, "closed")
    counts = [standing(desk)[3]]
    desk.later(minutes=1)
    save(desk)
    counts.append(standing(desk)[3])
    desk.later(minutes=1)
    fail(desk)
    counts.append(standing(desk)[3])
    desk.later(seconds=(LATELY + timedelta(seconds=1)).total_seconds())
    counts.append(standing(desk)[3])
    assert counts == [2, 0, 1, 0]


def test_proof_is_a_mail_in_the_outbox_about_no_ticket(desk: WorkingDesk) -> None:
    with desk.office() as office:
        send_proof(office, NoticeKind.RECEIPT, DRAFT, ADA, "Prov")
        queued = office.work.outbox.list_rows()
        findings = audit(office).findings
    assert [(m.recipient, m.ticket, m.revision, m.status, m.automatic) for m in queued] == [
        ("Ada@desk.example", None, PROOF, DeliveryStatus.QUEUED, False)
    ]
    assert (queued[0].subject, findings) == (f"Prov: {DRAFT.subject}", ())


def test_answer_to_a_proof_goes_to_who_wrote_the_draft(desk: WorkingDesk) -> None:
    with desk.office() as office:
        send_proof(office, NoticeKind.RECEIPT, DRAFT, ADA, "Prov")
    letter = desk.letter_to("Ada@desk.example")
    assert [letter[name] for name in ("Reply-To", "Auto-Submitted")] == ["Ada Ros <Ada@desk.example>", "auto-generated"]


def test_proofs_within_an_hour_are_counted_for_each_admin(desk: WorkingDesk) -> None:
    def send(to: Mailbox) -> None:
        desk.later(seconds=1)
        with desk.office() as office:
            send_proof(office, NoticeKind.RECEIPT, DRAFT, to, "Prov")

    for _ in range(MOST_AN_HOUR):
        send(ADA)
    with pytest.raises(ProofsSpent):
        send(Mailbox("ada@DESK.example"))
    send(Mailbox("eva@desk.example"))
    desk.later(hours=1)
    send(ADA)
    with desk.office() as office:
        assert len(office.work.outbox.list_rows(limit=100)) == MOST_AN_HOUR + 2


@pytest.mark.parametrize("address", ["support@desk.example", "support+x@desk.example"])
def test_proof_is_not_sent_to_the_desk_itself(desk: WorkingDesk, address: str) -> None:
    with desk.office() as office, pytest.raises(PermanentError):
        send_proof(office, NoticeKind.RECEIPT, DRAFT, Mailbox(address), "Prov")
