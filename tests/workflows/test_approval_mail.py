"""Who approves by mail: an approver, with their own token, about this revision, in clear words of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from mailbot.desk.approvals import Answer
from mailbot.desk.change import Change, Plan
from mailbot.desk.correspondence import Authentication
from mailbot.desk.reference import APPROVAL, ReplyToken, mint_message_id, reply_address
from mailbot.workflows import approvals, changes
from tests.support.desk import ADDRESS, LISA, WorkingDesk

CARL, EVA = "Carl Ek <carl@kommun.example>", "Eva Ny <eva@kommun.example>"
SUNDAY = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
PLAN = Plan(plan="Flytta till mx2.", back_out="Flytta tillbaka.", starts_at=SUNDAY, ends_at=SUNDAY + timedelta(hours=2))
PASSED = Authentication(dmarc="pass", dmarc_policy="reject", checked_by="mx.desk.example")
UNALIGNED = Authentication(dmarc="none", dmarc_policy="reject", checked_by="mx.desk.example")
FAILED = Authentication(dmarc="fail", dmarc_policy="reject", checked_by="mx.desk.example")


def plan_change(desk: WorkingDesk, *approvers: str, needed: int = 0) -> None:
    """SD-1001 is a change that these are asked about."""
    with desk.office() as office:
        ticket, change = changes.propose(office, LISA, "Ny mejlserver", PLAN)
        changes.name_approvers(office, ticket, change, LISA, approvers, needed)
        approvals.ask(office, ticket, change, LISA)


@pytest.fixture
def asked(desk: WorkingDesk) -> WorkingDesk:
    """A desk that has asked Carl and Eva about the change SD-1001; both must approve."""
    plan_change(desk, "carl@kommun.example", "eva@kommun.example")
    return desk


def letter(desk: WorkingDesk, who: str) -> EmailMessage:
    return desk.letter_to(who.partition("<")[2].rstrip(">"))


def change_of(desk: WorkingDesk) -> Change:
    with desk.office() as office:
        found = office.work.changes.find(1001)
    assert found is not None
    return found


def answers(desk: WorkingDesk) -> list[str]:
    """What is kept of each person's answer to the newest plan."""
    with desk.office() as office:
        newest = office.work.changes.find(1001)
        assert newest is not None
        return [a.answer.value for a in office.work.changes.approvals_of(1001, newest.revision)]


def told(desk: WorkingDesk, who: str) -> str:
    part = letter(desk, who).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_two_clear_answers_schedule_the_change(asked: WorkingDesk) -> None:
    rows = [asked.answer(letter(asked, who), "Godkänns", sender=who) for who in (CARL, EVA)]
    assert [row.disposition.value for row in rows] == ["reply", "reply"]
    assert (change_of(asked).state.value, answers(asked)) == ("scheduled", ["approve", "approve"])
    assert "Ändringen är nu inplanerad." in told(asked, EVA)
    with asked.office() as office:
        kept = office.work.changes.approvals_of(1001)
    assert [(a.way, a.evidence, a.entry is not None) for a in kept] == [("mail", "E2", True)] * 2
    assert [n for n, to in asked.notices() if to == "lisa@desk.example"] == ["change_news"]


def test_one_decline_declines_and_says_why(asked: WorkingDesk) -> None:
    asked.answer(letter(asked, CARL), "Godkänner", sender=CARL)
    asked.answer(letter(asked, EVA), "Avslår. Vi har valvaka då.", sender=EVA)
    assert (change_of(asked).state.value, answers(asked)) == ("declined", ["approve", "decline"])
    news = asked.letter_to("lisa@desk.example").get_body(("plain",))
    assert news is not None and "Vi har valvaka då." in news.get_content()
    asked.answer(letter(asked, EVA), "Godkänner", sender=EVA)
    assert (change_of(asked).state.value, answers(asked)) == ("declined", ["approve", "decline"])
    assert asked.ticket().needs_person


@pytest.mark.parametrize(
    "words",
    [
        "Approve, but not on Friday",
        "Godkänner om ni väntar till måndag",
        "Vilken server gäller det?",
        "Ok",
        "> Jag godkänner ändringen\n\nVem skrev det?",
        "Eva skrev:\n> Godkänns\n",
        "Carl har sagt att han godkänner",
    ],
)
def test_what_is_not_certain_is_read_by_a_person(asked: WorkingDesk, words: str) -> None:
    asked.answer(letter(asked, EVA), words, sender=EVA)
    assert (change_of(asked).state.value, answers(asked)) == ("asked", ["", ""])
    assert asked.ticket().needs_person
    assert [f for f in asked.facts() if f.startswith("approval_")][-1] == "approval_refused"
    assert "räknas inte än" in told(asked, EVA)
    assert "agent_new_reply" in [n for n, to in asked.notices() if to == "lisa@desk.example"]


def test_answer_to_an_older_plan_approves_nothing(asked: WorkingDesk) -> None:
    old = letter(asked, CARL)
    asked.answer(letter(asked, EVA), "Godkänner", sender=EVA)
    with asked.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        change = changes.get_change(office, ticket)
        assert changes.revise(office, ticket, change, LISA, replace(PLAN, plan="Flytta hälften.")) == 2
    for words in ("Godkänner", "Avslår"):
        asked.answer(old, words, sender=CARL)
        assert (change_of(asked).state.value, answers(asked)) == ("asked", ["", ""])
        assert "Planen har ändrats" in told(asked, CARL)
    assert not asked.ticket().needs_person
    with asked.office() as office:
        newest = [m for m in office.work.outbox.list_rows(limit=50) if m.notice.value == "approval_asked"]
    assert len(newest) == 4


def test_token_of_somebody_else_is_worth_nothing(asked: WorkingDesk) -> None:
    carls = letter(asked, CARL)
    for sender in (
        EVA,
        "Mallory <mallory@evil.example>",
        "Lisa Lind <lisa@desk.example>",
        "Carl Ek <carl@evil.example>",
    ):
        asked.answer(carls, "Godkänner", sender=sender)
        assert answers(asked) == ["", ""], sender
    asked.answer(letter(asked, EVA), "Godkänner", sender=EVA)
    assert answers(asked) == ["", "approve"]


def test_forged_token_is_worth_nothing(asked: WorkingDesk) -> None:
    to = letter(asked, CARL)["Reply-To"].addresses[0].addr_spec
    local, _, domain = to.partition("@")
    ordinary = _address(asked, ReplyToken(1001, _person(asked, "carl@kommun.example"), 1), "reply")
    of_page = _address(asked, ReplyToken(1001, _person(asked, "carl@kommun.example"), 1), "page")
    flipped = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    for address in (flipped, ordinary, of_page, ADDRESS, "support+1001-1-1@desk.example"):
        asked.receive("Godkänner", sender=CARL, to=address, subject="Re: [SD-1001] Godkänner du ändringen?")
        assert answers(asked) == ["", ""], address


def _address(desk: WorkingDesk, token: ReplyToken, purpose: str) -> str:
    return reply_address(desk.desk.policy.keyring, ADDRESS, token, purpose)


def _person(desk: WorkingDesk, address: str) -> int:
    with desk.office() as office:
        found = office.work.directory.find_by_address(address)
    assert found is not None
    return found.id


def test_right_person_who_was_never_asked_is_held(asked: WorkingDesk) -> None:
    """A token that the desk could have signed, for a revision or a person that it never asked about."""
    asked.receive("Hej", sender="Dan <dan@kommun.example>")
    dan, carl = _person(asked, "dan@kommun.example"), _person(asked, "carl@kommun.example")
    for sender, token in (("Dan <dan@kommun.example>", ReplyToken(1001, dan, 1)), (CARL, ReplyToken(1001, carl, 2))):
        row = asked.receive("Godkänner", sender=sender, to=_address(asked, token, APPROVAL), subject="Re: x")
        assert (row.disposition.value, answers(asked)) == ("held", ["", ""])


def test_approval_token_closes_and_reopens_nothing(asked: WorkingDesk) -> None:
    """Signed for approvals, with a number that is also that of a resolution of an ordinary ticket."""
    asked.receive("Skrivaren är trasig.")
    asked.resolve("Bytt.", 1002)
    anna = _person(asked, "anna@kommun.example")
    forged = _address(asked, ReplyToken(1002, anna, 1), APPROVAL)
    asked.receive("Acceptera", sender="anna@kommun.example", to=forged, subject="Re: [SD-1002]")
    assert asked.ticket(1002).state.value == "resolved"


@pytest.mark.parametrize(
    ("checked", "approved"), [(PASSED, True), (UNALIGNED, False), (FAILED, False), (None, True)], ids=str
)
def test_evidence_must_suffice_as_for_accepting(
    open_desk: Callable[..., WorkingDesk], checked: Authentication | None, approved: bool
) -> None:
    desk = open_desk(checked=checked)
    plan_change(desk, "carl@kommun.example")
    desk.answer(letter(desk, CARL), "Godkänner", sender=CARL)
    assert (answers(desk) == ["approve"], change_of(desk).state.value) == (
        approved,
        "scheduled" if approved else "asked",
    )
    assert approved or desk.ticket().needs_person or "reply_held" in desk.facts()


def test_reply_that_lost_the_address_is_known_by_our_message_id(asked: WorkingDesk) -> None:
    asked_eva = letter(asked, EVA)
    asked.receive("Godkänner", sender=EVA, subject="Re: ändringen", In_Reply_To=asked_eva["Message-ID"])
    assert answers(asked) == ["", "approve"]


def test_message_id_of_somebody_elses_mail_is_worth_nothing(asked: WorkingDesk) -> None:
    policy = asked.desk.policy
    forged = mint_message_id(policy.keyring, policy.domain, ReplyToken(1001, 1, 1), "x", APPROVAL).replace("a", "b")
    asked.receive("Godkänner", sender=EVA, subject="Re: x", In_Reply_To=letter(asked, CARL)["Message-ID"])
    asked.receive("Godkänner", sender=EVA, subject="Re: y", In_Reply_To=f"<{forged}>")
    assert answers(asked) == ["", ""]


def test_automatic_reply_approves_nothing(asked: WorkingDesk) -> None:
    row = asked.answer(letter(asked, CARL), "Godkänner", sender=CARL, Auto_Submitted="auto-replied")
    assert (row.disposition.value, answers(asked), asked.ticket().needs_person) == ("automatic", ["", ""], False)


def test_approval_that_is_passed_on_approves_nothing(asked: WorkingDesk) -> None:
    head = "Från: Eva Ny <eva@kommun.example>\nDatum: 23 nov.\nÄmne: x"
    body = f"Se nedan.\n\n---------- Forwarded message ---------\n{head}\n\nGodkänner\n"
    asked.answer(letter(asked, CARL), body, sender=CARL)
    assert (answers(asked), asked.ticket().needs_person) == (["", ""], True)


def test_quoted_plan_that_says_approve_approves_nothing(asked: WorkingDesk) -> None:
    mine = letter(asked, CARL)
    part = mine.get_body(("plain",))
    assert part is not None
    quoted = "\n".join(f"> {line}" for line in part.get_content().splitlines())
    asked.answer(mine, f"Vänta lite.\n\nDen 23 november skrev Servicedesk:\n{quoted}", sender=CARL)
    assert answers(asked) == ["", ""]
    asked.answer(mine, f"Godkänner\n\nDen 23 november skrev Servicedesk:\n{quoted}", sender=CARL)
    assert answers(asked) == ["approve", ""]


def test_second_thoughts_count_until_the_work_begins(asked: WorkingDesk) -> None:
    for who in (CARL, EVA):
        asked.answer(letter(asked, who), "Godkänner", sender=who)
    asked.answer(letter(asked, EVA), "Avslår, lönen körs då.", sender=EVA)
    assert (change_of(asked).state.value, answers(asked)) == ("declined", ["approve", "decline"])


def test_decline_after_the_work_has_begun_is_told_to_a_person(asked: WorkingDesk) -> None:
    for who in (CARL, EVA):
        asked.answer(letter(asked, who), "Godkänner", sender=who)
    with asked.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        changes.start(office, ticket, changes.get_change(office, ticket), LISA)
    asked.answer(letter(asked, EVA), "Avslår", sender=EVA)
    assert (change_of(asked).state.value, asked.ticket().needs_person) == ("implementing", True)
    assert "för sent" in told(asked, EVA)


def test_the_same_answer_twice_counts_once_and_thanks_disturb_nobody(asked: WorkingDesk) -> None:
    mine = letter(asked, CARL)
    for words in ("Godkänner", "Godkänner!", "Tack!"):
        asked.answer(mine, words, sender=CARL)
    assert (asked.facts().count("approval_given"), asked.ticket().needs_person) == (1, False)


def test_two_of_three_are_enough(desk: WorkingDesk) -> None:
    plan_change(desk, "carl@kommun.example", "eva@kommun.example", "dan@kommun.example", needed=2)
    desk.answer(letter(desk, CARL), "Avslår", sender=CARL)
    assert change_of(desk).state.value == "asked"
    for who in (EVA, "Dan <dan@kommun.example>"):
        desk.answer(letter(desk, who), "Godkänner", sender=who)
    assert change_of(desk).state.value == "scheduled"
    desk.answer(letter(desk, EVA), "Avslår", sender=EVA)
    assert change_of(desk).state.value == "declined"


def test_agent_who_is_an_approver_answers_as_one(desk: WorkingDesk) -> None:
    plan_change(desk, "omar@desk.example")
    desk.answer(letter(desk, "<omar@desk.example>"), "Godkänner", sender="Omar Nasser <omar@desk.example>")
    assert change_of(desk).state.value == "scheduled"


def test_report_that_the_question_did_not_arrive_makes_somebody_look(asked: WorkingDesk) -> None:
    lost = letter(asked, CARL)
    with asked.office() as office:
        mail = next(m for m in office.work.outbox.list_rows(limit=9) if m.recipient == "carl@kommun.example")
    report = _bounce(lost, mail.reverse_path)
    asked.receive_raw(report, "", mail.reverse_path)
    assert ("delivery_failed" in asked.facts(), asked.ticket().needs_person, answers(asked)) == (True, True, ["", ""])


def _bounce(lost: EmailMessage, to: str) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; carl@kommun.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {lost['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()


def test_answer_told_by_phone_counts_and_the_approver_is_told_so(asked: WorkingDesk) -> None:
    with asked.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        change = changes.get_change(office, ticket)
        said = (office, ticket, change, LISA, "Carl@kommun.example", Answer.APPROVE, "phone", "Rang, OK för söndag.")
        approvals.approve_for(*said)
    assert answers(asked) == ["approve", ""]
    assert "Lisa Lind har skrivit ned att du godkänner" in told(asked, CARL)
    asked.answer(letter(asked, CARL), "Avslår! Det har jag inte sagt.", sender=CARL)
    assert (change_of(asked).state.value, answers(asked)) == ("declined", ["decline", ""])
