"""Mails about events: whom they go to, in rounds, each once, with a way to leave."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from unittest.mock import ANY

import pytest

from mailbot import courier
from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Choice, Member, Outcome, Way
from mailbot.desk.event_tokens import EventToken, Purpose, event_address
from mailbot.desk.links import Link, LinkKind
from mailbot.desk.vocabulary import DeliveryStatus
from mailbot.workflows import announcements, event_audience, event_mail
from mailbot.workflows.registration import register_problem
from mailbot.workflows.timers import fire_due
from tests.support.desk import LISA, WorkingDesk, read_letter

BO, CAROLA, DAG = (Mailbox(f"{name}@kommun.example", name.title()) for name in ("bo", "carola", "dag"))
CUSTOMERS = """
[[services]]
name = "mail"
words = { sv = ["mejl*"] }
[[services]]
name = "print"
words = { sv = ["skriv*"] }
[[customers]]
name = "kommun"
title = "Almby kommun"
domains = ["kommun.example"]
language = "en"
audience = ["alla@kommun.example", "Bo@kommun.example"]
[[customers]]
name = "region"
domains = ["region.example"]
audience = ["alla@region.example"]
"""


def announce(desk: WorkingDesk, **given: object) -> Announcement:
    fields = {"patterns": ("mejl*",), "starts_at": desk.now, "to_audience": True, **given}
    with desk.office() as office:
        return announcements.announce(office, event(**fields), LISA)


def event(**fields: object) -> Announcement:
    said = {"title": "E-posten är långsam", "words": "Mejl dröjer en timme.", "planned": False} | fields
    return Announcement(0, 0, **said)  # type: ignore[arg-type]


def add(desk: WorkingDesk, *people: Mailbox, **given: object) -> None:
    with desk.office() as office:
        office.work.event_audience.keep_members([Member(p, office.now, "lisa@desk.example", **given) for p in people])  # type: ignore[arg-type]


def rounds(desk: WorkingDesk) -> None:
    """Let every round go off that is due, and the outbox be emptied between them."""
    while fire_due(desk.desk.open_office, {event_mail.KIND: event_mail.send_round}, "test#t"):
        desk.deliver()
        desk.later(seconds=10)


def events(desk: WorkingDesk) -> list[tuple[str, str]]:
    return [(kind.removeprefix("event_"), to) for kind, to in desk.notices(None) if kind.startswith("event_")]


def letters(desk: WorkingDesk, address: str) -> list[EmailMessage]:
    with desk.office() as office:
        return [
            read_letter(m.content) for m in reversed(office.work.outbox.list_rows(limit=1000)) if m.recipient == address
        ]


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def outcomes(desk: WorkingDesk, number: int = 1) -> dict[str, str]:
    with desk.office() as office:
        return {r.addressee.key: r.outcome.value for r in office.work.announcement_recipients.list_all(number)}


def choice_of(desk: WorkingDesk, address: str) -> Choice | None:
    with desk.office() as office:
        return office.work.event_audience.find_choice(address)


@pytest.fixture
def told(desk: WorkingDesk) -> WorkingDesk:
    """SD-1001 is the outage; Bo and Carola have been told of it."""
    add(desk, BO, CAROLA)
    announce(desk)
    rounds(desk)
    return desk


def test_nobody_is_mailed_unless_it_is_said(desk: WorkingDesk) -> None:
    add(desk, BO)
    announce(desk, to_audience=False)
    rounds(desk)
    assert events(desk) == []


def test_audience_hears_of_it_how_it_goes_and_that_it_is_over(told: WorkingDesk) -> None:
    for act, words in ((announcements.update, "Hälften går fram."), (announcements.end, "Allt går fram.")):
        with told.office() as office:
            act(office, 1, LISA, words)
        rounds(told)
    kinds = [kind for kind, to in events(told) if to == BO.address]
    assert kinds == ["announced", "updated", "ended"]
    said = [plain(letter) for letter in letters(told, BO.address)]
    wanted = ["Mejl dröjer en timme.", "Hälften går fram.", "Allt går fram."]
    assert [[word in text for word in wanted] for text in said] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_mails_of_one_event_are_one_conversation(told: WorkingDesk) -> None:
    with told.office() as office:
        announcements.update(office, 1, LISA, "Hälften går fram.")
    rounds(told)
    first, second = letters(told, BO.address)
    assert (second["In-Reply-To"], second["References"]) == (first["Message-ID"], first["Message-ID"])
    assert first["In-Reply-To"] is None


def test_mail_says_how_to_leave_in_ways_that_programs_understand(open_desk: Callable[[str], WorkingDesk]) -> None:
    desk = open_desk('[console]\nbase_url = "https://desk.example"\n')
    add(desk, BO)
    announce(desk)
    rounds(desk)
    letter = letters(desk, BO.address)[0]
    token = r"u1-\d+-[a-z0-9]{27}"
    ways = rf"<https://desk\.example/unsubscribe/{token}>, <mailto:support\+{token}@desk\.example\?subject=unsubscribe>"
    assert re.fullmatch(ways, letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (letter["List-Id"], letter["Auto-Submitted"]) == ("<events.desk.example>", "auto-generated")
    assert letter["To"] == "Bo <bo@kommun.example>"


@pytest.mark.parametrize("console", ["", '[console]\nbase_url = "http://desk.example"\n', "[console]\non = false\n"])
def test_without_a_safe_page_only_mail_is_offered(open_desk: Callable[[str], WorkingDesk], console: str) -> None:
    desk = open_desk(console)
    add(desk, BO)
    announce(desk)
    rounds(desk)
    letter = letters(desk, BO.address)[0]
    assert re.fullmatch(r"<mailto:support\+u1-[^>]+@desk\.example\?subject=unsubscribe>", letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] is None


def test_notices_of_tickets_are_no_list(told: WorkingDesk) -> None:
    told.receive("Den är trasig.")
    receipt = told.letter_to("anna@kommun.example")
    assert [receipt[name] for name in ("List-Unsubscribe", "List-Id", "List-Unsubscribe-Post")] == [None] * 3


def test_dry_run_says_whom_and_why_and_changes_nothing(open_desk: Callable[[str], WorkingDesk]) -> None:
    desk = open_desk(CUSTOMERS)
    add(desk, BO, DAG)
    add(desk, CAROLA, services=("print",))
    with desk.office() as office:
        office.work.event_audience.choose(Choice(DAG.address, False, office.now, Way.AGENT, LISA.address))
        found = event_audience.find_audience(office, event(services=("mail",), starts_at=desk.now, to_audience=True))
    assert [(p.addressee.key, p.addressee.why.value, p.addressee.customer, p.outcome.value) for p in found] == [
        ("alla@kommun.example", "customer", "kommun", "told"),
        ("alla@region.example", "customer", "region", "told"),
        ("bo@kommun.example", "member", "kommun", "told"),
        ("dag@kommun.example", "member", "kommun", "unsubscribed"),
    ]
    rounds(desk)
    assert events(desk) == []


def test_customers_limit_whom_it_is_for(open_desk: Callable[[str], WorkingDesk]) -> None:
    desk = open_desk(CUSTOMERS)
    add(desk, DAG, Mailbox("eva@region.example"), Mailbox("fia@annan.example"))
    announce(desk, customers=("region",))
    rounds(desk)
    assert events(desk) == [("announced", "alla@region.example"), ("announced", "eva@region.example")]


def test_mail_is_in_the_language_of_who_reads_it(open_desk: Callable[[str], WorkingDesk]) -> None:
    desk = open_desk(CUSTOMERS)
    add(desk, BO, language="sv")
    add(desk, DAG, Mailbox("eva@region.example"))
    announce(desk)
    rounds(desk)
    spoken = [letters(desk, a)[0]["Content-Language"] for a in (BO.address, DAG.address, "eva@region.example")]
    assert spoken == ["sv", "en", "sv"]


def test_recent_requesters_are_told_where_it_is_asked_and_they_are_known(desk: WorkingDesk) -> None:
    desk.receive("Den är trasig.")
    desk.receive("Den är trasig.", sender="Okänd <okand@kommun.example>")
    desk.answer(desk.letter_to("anna@kommun.example"), "Den står på plan tre.")
    desk.later(days=3)
    announce(desk, recent_days=5)
    announce(desk, recent_days=2)
    rounds(desk)
    assert events(desk) == [("announced", "anna@kommun.example")]
    assert outcomes(desk) == {"anna@kommun.example": "told"}
    assert "nyligen har haft ett ärende" in plain(letters(desk, "anna@kommun.example")[-1])


def test_whoever_has_a_ticket_about_it_is_told_there(desk: WorkingDesk) -> None:
    add(desk, BO, Mailbox("anna@kommun.example", "Anna Berg"))
    announce(desk)
    desk.receive("Det tar en timme.", subject="Mejlen är långsamma")
    rounds(desk)
    assert outcomes(desk) == {"anna@kommun.example": "ticket", BO.address: "told"}
    with desk.office() as office:
        announcements.update(office, 1, LISA, "Hälften går fram.")
    rounds(desk)
    about = [(kind, to) for kind, to in desk.notices(1002) if to == "anna@kommun.example"]
    assert about == [("receipt", "anna@kommun.example"), ("public_reply", "anna@kommun.example")]
    assert events(desk) == [("announced", BO.address), ("updated", BO.address)]


def test_whoever_had_a_ticket_below_it_before_is_told_there(desk: WorkingDesk) -> None:
    desk.receive("Det tar en timme.", subject="Mejlen är långsamma")
    with desk.office() as office:
        problem = register_problem(office, LISA, "E-posten", "")
        office.work.links.add(Link(1001, LinkKind.CHILD_OF, problem.number, office.now, LISA.address))
        announcements.announce(
            office, replace(event(starts_at=desk.now, patterns=("x",), to_audience=True), ticket=1002), LISA
        )
    rounds(desk)
    assert desk.notices(1001)[-1] == ("public_reply", "anna@kommun.example")


def test_thousands_never_stand_before_a_receipt(desk: WorkingDesk) -> None:
    add(desk, *(Mailbox(f"p{n}@kommun.example") for n in range(100)))
    announce(desk)
    fire_due(desk.desk.open_office, {event_mail.KIND: event_mail.send_round}, "test#t")
    desk.later(seconds=20)
    fire_due(desk.desk.open_office, {event_mail.KIND: event_mail.send_round}, "test#t")
    assert len(events(desk)) == event_mail.MOST_WAITING
    rounds(desk)
    desk.later(seconds=10)
    rounds(desk)
    assert len(set(events(desk))) == len(events(desk)) == 100


def test_update_overtakes_what_was_not_sent_yet(desk: WorkingDesk) -> None:
    add(desk, *(Mailbox(f"p{n:02}@kommun.example") for n in range(50)))
    announce(desk)
    fire_due(desk.desk.open_office, {event_mail.KIND: event_mail.send_round}, "test#t")
    desk.deliver()
    with desk.office() as office:
        announcements.update(office, 1, LISA, "Hälften går fram.")
    rounds(desk)
    last = [plain(letters(desk, f"p{n:02}@kommun.example")[-1]) for n in range(50)]
    assert ["Hälften går fram." in text for text in last] == [True] * 50
    kinds = [kind for kind, _ in events(desk)]
    assert (kinds.count("announced"), kinds.count("updated")) == (50, 40)


def test_who_was_never_told_that_it_began_is_not_told_that_it_ended(desk: WorkingDesk) -> None:
    add(desk, BO)
    announce(desk)
    with desk.office() as office:
        announcements.end(office, 1, LISA, "Klart.")
    rounds(desk)
    assert (events(desk), outcomes(desk)) == ([], {BO.address: "late"})


def test_newcomers_are_told_with_the_next_update(told: WorkingDesk) -> None:
    add(told, DAG)
    with told.office() as office:
        announcements.update(office, 1, LISA, "Hälften går fram.")
    rounds(told)
    assert [kind for kind, to in events(told) if to == DAG.address] == ["announced"]


def test_round_that_dies_tells_nobody_twice(told: WorkingDesk) -> None:
    with told.office() as office:
        office.work.timers.set(event_mail.KIND, told.now, key="event_mail/1", ticket=1001, details={"announcement": 1})
    rounds(told)
    assert events(told) == [("announced", BO.address), ("announced", CAROLA.address)]


def test_mail_to_the_signed_address_unsubscribes_and_is_answered_once(told: WorkingDesk) -> None:
    to = leave_address(letters(told, BO.address)[0])
    rows = [told.receive("unsubscribe", sender=str(BO), to=to, subject="unsubscribe") for _ in range(2)]
    assert [row.disposition.value for row in rows] == ["unsubscribed", "unsubscribed"]
    assert choice_of(told, BO.address) == Choice(BO.address, False, told.now, Way.MAIL, BO.address, 1, rows[0].id)
    assert [kind for kind, to in told.notices(None) if to == BO.address] == ["event_announced", "unsubscribed"]
    with told.office() as office:
        announcements.update(office, 1, LISA, "Hälften går fram.")
    rounds(told)
    assert outcomes(told) == {BO.address: "unsubscribed", CAROLA.address: "told"}
    assert events(told)[2:] == [("updated", CAROLA.address)]


def leave_address(letter: EmailMessage) -> str:
    found = re.search(r"<mailto:([^?>]+)", letter["List-Unsubscribe"])
    assert found
    return found[1]


def test_leaving_by_mail_needs_the_token_and_not_the_sender(told: WorkingDesk) -> None:
    to = leave_address(letters(told, BO.address)[0])
    told.receive("", sender="provider@post.example", to=to.upper().replace("DESK.EXAMPLE", "desk.example"), subject="x")
    assert choice_of(told, BO.address) == Choice(BO.address, False, ANY, Way.MAIL, BO.address, 1, ANY)
    assert ("unsubscribed", BO.address) in told.notices(None)


@pytest.mark.parametrize("change", ["person", "purpose", "seal", "key"])
def test_forged_token_unsubscribes_nobody(told: WorkingDesk, change: str) -> None:
    letter = letters(told, BO.address)[0]
    to = leave_address(letter)
    with told.office() as office:
        carola = office.work.directory.find_by_address(CAROLA.address)
    assert carola
    forged = {
        "person": re.sub(r"u1-\d+-", f"u1-{carola.id}-", to),
        "purpose": re.sub(r"\+e", "+u", letter["Reply-To"].addresses[0].addr_spec),
        "seal": to.replace("@", "a@") if not to.split("@")[0].endswith("a") else to.replace("a@", "b@"),
        "key": re.sub(r"-[a-z0-9]([a-z2-7]{26})@", r"-z\1@", to),
    }[change]
    row = told.receive("unsubscribe", sender=str(BO), to=forged, subject="unsubscribe")
    assert row.disposition.value == "ticket"
    assert [choice_of(told, a) for a in (BO.address, CAROLA.address)] == [None, None]


def test_token_is_bound_to_the_address_and_not_to_a_number(told: WorkingDesk) -> None:
    """A number of a person may mean another one in a database that was restored."""
    with told.office() as office:
        bo = office.work.directory.find_by_address(BO.address)
        assert bo
        keyring, token = office.policy.keyring, EventToken(1, bo.id)
        other = event_address(keyring, "support@desk.example", Purpose.LEAVE, token, "somebody@else.example")
    told.receive("unsubscribe", sender=str(BO), to=other, subject="unsubscribe")
    assert choice_of(told, BO.address) is None


def test_answer_becomes_a_ticket_below_the_event(told: WorkingDesk) -> None:
    row = told.answer(letters(told, BO.address)[0], "Min kalender är också borta.", sender=str(BO))
    assert (row.disposition.value, row.ticket) == ("ticket", 1002)
    with told.office() as office:
        assert office.work.links.list_children(1001) == [1002]
    assert (told.ticket(1002).state.value, told.ticket(1001).state.value) == ("new", "new")
    told.answer(letters(told, BO.address)[0], "Och telefonen.", sender=str(BO))
    assert [entry.kind.value for entry in told.entries(1002)] == ["request", "reply"]


def test_answer_of_a_stranger_gets_a_ticket_of_its_own_and_nothing_else(told: WorkingDesk) -> None:
    told.answer(letters(told, BO.address)[0], "Min kalender är också borta.", sender=str(BO))
    told.answer(letters(told, BO.address)[0], "Acceptera", sender="Eva <eva@annan.example>")
    assert (told.ticket(1003).requester.mailbox.address, told.ticket(1003).state.value) == ("eva@annan.example", "new")  # type: ignore[union-attr]
    assert len(told.entries(1002)) == 1
    assert told.ticket(1001).state.value == "new"


def test_answer_that_says_something_else_is_not_linked(told: WorkingDesk) -> None:
    row = told.answer(letters(told, BO.address)[0], "Mina mejl går bra, det är något annat fel.", sender=str(BO))
    assert row.reasons == ("answers a mail about an event, and says that it is something else: not linked",)
    with told.office() as office:
        assert office.work.links.list_children(1001) == []


def test_answer_after_the_end_says_why_it_is_not_linked(told: WorkingDesk) -> None:
    with told.office() as office:
        announcements.end(office, 1, LISA, "Klart.")
    row = told.answer(letters(told, BO.address)[0], "Det går fortfarande inte.", sender=str(BO))
    assert row.reasons == ("answers a mail about an event that has ended: not linked",)
    assert (told.ticket(1002).state.value, told.ticket(1001).state.value) == ("new", "resolved")


def test_answer_without_the_address_is_known_by_what_it_answers(told: WorkingDesk) -> None:
    letter = letters(told, BO.address)[0]
    told.receive("Också här.", sender=str(BO), subject="Re: driftstörning", In_Reply_To=letter["Message-ID"])
    with told.office() as office:
        assert office.work.links.list_children(1001) == [1002]


def test_machines_that_answer_get_no_ticket(told: WorkingDesk) -> None:
    letter = letters(told, BO.address)[0]
    row = told.answer(letter, "Jag är på semester.", sender=str(BO), Auto_Submitted="auto-replied")
    assert (row.disposition.value, row.ticket) == ("automatic", None)


def bounce(told: WorkingDesk, letter: EmailMessage, status: str, text: str) -> str:
    """The report of the next mail server, as it comes to the reverse-path; the disposition of it."""
    to = letter["Reply-To"].addresses[0].addr_spec
    raw = f"""From: MAILER-DAEMON@mx.kommun.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <b{told.now.timestamp()}@mx.kommun.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

It did not arrive.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kommun.example

Final-Recipient: rfc822; {BO.address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} {text}
--x
Content-Type: text/rfc822-headers

Message-ID: {letter["Message-ID"]}
Subject: {letter["Subject"]}
--x--
"""
    row = told.receive_raw(raw.replace("\n", "\r\n").encode(), "", to)
    return row.disposition.value


def test_address_that_bounces_is_noted_and_not_written_to_again(told: WorkingDesk) -> None:
    assert bounce(told, letters(told, BO.address)[0], "5.1.1", "no such user") == "bounce"
    with told.office() as office:
        noted = [(b.address, b.announcement) for b in office.work.event_audience.list_bounces()]
        failed = [(m.recipient, m.status.value) for m in office.work.outbox.list_rows() if m.status.value == "failed"]
        announcements.update(office, 1, LISA, "Hälften går fram.")
    assert (noted, failed) == ([(BO.address, 1)], [(BO.address, "failed")])
    rounds(told)
    assert outcomes(told) == {BO.address: "bounced", CAROLA.address: "told"}
    assert told.facts(1001).count("delivery_failed") == 0


def test_refusal_of_the_content_says_nothing_of_the_address(told: WorkingDesk) -> None:
    bounce(told, letters(told, BO.address)[0], "5.7.1", "message content rejected")
    with told.office() as office:
        assert office.work.event_audience.list_bounces() == []


def test_names_and_titles_add_no_header(desk: WorkingDesk) -> None:
    evil = "X\r\nBcc: all@victim.example\r\n\r\n<script>"
    add(desk, Mailbox("bo@kommun.example", evil))
    announce(desk, title=evil, words=evil)
    rounds(desk)
    letter = letters(desk, BO.address)[0]
    assert letter["Bcc"] is None
    assert outcomes(desk) == {BO.address: Outcome.TOLD.value}
    html = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html


def test_desk_itself_and_addresses_that_cannot_be_written_are_passed_over(desk: WorkingDesk) -> None:
    add(desk, Mailbox("support@desk.example"), Mailbox("no address@kommun.example"), BO)
    announce(desk)
    rounds(desk)
    assert outcomes(desk) == {
        "bo@kommun.example": "told",
        "no address@kommun.example": "unwritable",
        "support@desk.example": "ours",
    }


def test_later_unsubscriber_of_a_round_is_not_written_to(desk: WorkingDesk) -> None:
    add(desk, BO, CAROLA)
    announce(desk)
    with desk.office() as office:
        office.work.event_audience.choose(Choice(BO.address, False, office.now, Way.AGENT, LISA.address))
    rounds(desk)
    assert events(desk) == [("announced", CAROLA.address)]


def test_receipts_have_a_budget_of_their_own(told: WorkingDesk) -> None:
    for step in range(8):
        with told.office() as office:
            announcements.update(office, 1, LISA, f"Läge {step}.")
        rounds(told)
    told.receive("Den är trasig.", sender=str(BO))
    assert ("receipt", BO.address) in told.notices(1002)


@pytest.mark.parametrize(("code", "text", "noted"), [(550, "5.1.1 nobody", [BO.address]), (451, "4.3.0 later", [])])
def test_only_a_refusal_for_good_is_held_against_an_address(
    desk: WorkingDesk, code: int, text: str, noted: list[str]
) -> None:
    """A next mail server that is away for days says nothing of anybody's address."""
    status = DeliveryStatus.FAILED if code > 500 else DeliveryStatus.DELAYED
    desk.delivery = replace(desk.delivery, courier=Refusing(courier.Outcome(status, code, text[:5], text)))
    add(desk, BO)
    announce(desk)
    for _ in range(40):
        rounds(desk)
        desk.deliver()
        desk.later(hours=6)
    with desk.office() as office:
        assert [bounce.address for bounce in office.work.event_audience.list_bounces()] == noted
        assert [m.status.value for m in office.work.outbox.list_rows() if m.recipient == BO.address] == ["failed"]


@dataclass
class Refusing:
    """A next mail server that always answers the same."""

    answer: courier.Outcome

    def relay(self, mail: courier.OutgoingMail) -> Mapping[str, courier.Outcome]:
        return dict.fromkeys(mail.recipients, self.answer)

    def try_connect(self) -> str:
        return "answers"

    def close(self) -> None: ...
