"""Links that sign in, without a browser: budgets, guesses, what is kept and what is forgotten (S46, S50, S52)."""

from __future__ import annotations

import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.sign_in import hash_token, link_token, veiled_token
from mailbot.desk.vocabulary import NoticeKind
from mailbot.workflows import forgetting_sign_ins
from mailbot.workflows.members import COMMAND_LINE, find_member, remove_member
from mailbot.workflows.sign_in import (
    MANY_LINKS,
    MOST_REFUSED,
    WINDOW,
    Asking,
    ask_for_link,
    invite,
    look_at_link,
    place_of,
    seconds_to_wait,
    use_link,
)
from tests.support.desk import WorkingDesk, read_letter
from tests.support.sign_in import mailed_links

LISA, HOME = "lisa@desk.example", "https://desk.example"


def ask(desk: WorkingDesk, address: str = LISA, peer: str = "192.0.2.1") -> None:
    with desk.office() as office:
        ask_for_link(office, address, Asking(HOME, WINDOW, peer))


def token_of(desk: WorkingDesk, address: str = LISA) -> str:
    return mailed_links(desk, address)[-1].rpartition("/")[2]


def fate_of(desk: WorkingDesk, token: str) -> str:
    with desk.office() as office:
        return look_at_link(office, token).fate


def test_a_thousand_guesses_let_nobody_in_and_keep_nobody_out(desk: WorkingDesk) -> None:
    ask(desk)
    token, told = token_of(desk), []
    with desk.office() as office:
        for number in range(1000):
            wait = seconds_to_wait(office, "refused", "192.0.2.1")
            told.append("wait" if wait else use_link(office, f"{number:043d}", "192.0.2.1").fate)
        assert told == ["unknown"] * MOST_REFUSED + ["wait"] * (1000 - MOST_REFUSED)
        assert use_link(office, token, "192.0.2.1").fate == "good"


def test_mailbox_is_not_bombed_and_its_owner_always_has_a_link_that_works(desk: WorkingDesk) -> None:
    """Somebody asks for links to Lisa every five minutes for six hours: then one leaves as the last one ends."""
    fates = []
    for minute in range(0, 6 * 60, 5):
        ask(desk, peer=f"198.51.100.{minute % 250}")
        if minute % 30 == 0:
            fates.append(fate_of(desk, token_of(desk)))
        desk.later(minutes=5)
    assert (fates, len(mailed_links(desk, LISA))) == (["good"] * 12, MANY_LINKS + 5 * 4)


def test_link_that_many_use_at_once_lets_one_in(desk: WorkingDesk) -> None:
    ask(desk)
    token, gate, fates = token_of(desk), threading.Barrier(4), []

    def use() -> None:
        gate.wait()
        with desk.office() as office:
            fates.append(use_link(office, token, "").fate)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(fates) == ["good", "used", "used", "used"]


@pytest.mark.parametrize("way", ["quoted", "forwarded as a mail", "bare"])
def test_link_that_comes_back_by_mail_ends_before_anybody_reads_it(desk: WorkingDesk, way: str) -> None:
    ask(desk)
    token = token_of(desk)
    (letter,) = (desk.folder / "out").glob("*.eml")
    if way == "forwarded as a mail":
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
            LISA,
            "support@desk.example",
            "Fw",
            "<1@x.example>",
        )
        mail.set_content("Vad är detta?")
        mail.add_attachment(read_letter(letter.read_bytes()))
        row = desk.receive_raw(mail.as_bytes(), LISA)
    else:
        words = f"Vad är det här?\n> <{HOME}/sign-in/{token}>" if way == "quoted" else f"{HOME}/sign-in/{token}"
        row = desk.receive(words, sender=LISA)
    assert (row.disposition.value, fate_of(desk, token)) == ("ticket", "returned")


def test_strangers_get_no_mail_and_leave_no_link(desk: WorkingDesk) -> None:
    with desk.office() as office:
        remove_member(office, "omar@desk.example", COMMAND_LINE)
    for address in ("nobody@desk.example", "omar@desk.example", "", "support@desk.example", "x" * 5000):
        ask(desk, address)
    with desk.office() as office:
        assert office.work.outbox.list_rows() == []
        assert office.work.sign_ins.count_links("support@desk.example", office.now - WINDOW) == 0


def test_mail_names_no_ticket_and_asks_for_no_answer(desk: WorkingDesk) -> None:
    ask(desk)
    with desk.office() as office:
        (mail,) = office.work.outbox.list_rows()
    assert (mail.notice, mail.ticket, mail.reverse_path) == (NoticeKind.SIGN_IN_LINK, None, "")
    letter = desk.letter_to(LISA)
    assert (letter["Reply-To"], letter["Auto-Submitted"]) == (None, "auto-generated")
    assert "##-" not in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_mail_is_in_the_language_of_its_reader(desk: WorkingDesk) -> None:
    desk.receive("Hello", sender=f"Lisa <{LISA}>")
    with desk.office() as office:
        person = office.work.directory.find_by_address(LISA)
        assert person
        office.work.directory.choose_language(person.id, "en")
    ask(desk)
    assert desk.letter_to(LISA)["Subject"] == "Sign in to Servicedesk"


def test_wording_that_fails_loses_no_link(desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise ValueError("it cannot speak")

    monkeypatch.setattr("mailbot.templates.render.Room.render", lost)
    ask(desk)
    assert fate_of(desk, token_of(desk)) == "good"


def test_placeholder_of_somebody_elses_link_gives_no_link_to_them(desk: WorkingDesk) -> None:
    """An agent sees the placeholders in the outbox: in a mail to themselves it must not become the other's token."""
    keyring = desk.desk.policy.keyring
    nonce = "n" * 22
    with desk.office() as office:
        (known,) = [find_member(office, LISA)]
    assert known
    theirs, mine = (link_token(keyring, nonce, address) for address in (LISA, "omar@desk.example"))
    assert len({theirs, mine, veiled_token(nonce)}) == 3


def test_invitation_gives_the_role_that_it_says_and_no_other_name(desk: WorkingDesk) -> None:
    with desk.office() as office:
        invite(office, Mailbox("Eva@kund.example", "Eva Ek"), "reader", Mailbox(LISA, "Lisa Lind"), HOME)
        member = find_member(office, "eva@KUND.example")
    assert member
    assert (member.mailbox, member.role, member.invited_by) == (Mailbox("Eva@kund.example", "Eva Ek"), "reader", LISA)
    words = desk.letter_to("Eva@kund.example").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Lisa Lind har bjudit in dig" in words
    token = token_of(desk, "eva@kund.example")
    with desk.office() as office:
        found = use_link(office, token, "")
    assert (found.fate, found.member) == ("good", member)


def test_what_was_tried_is_forgotten(desk: WorkingDesk) -> None:
    ask(desk)
    token = token_of(desk)
    for days, fate in ((1, "expired"), (31, "unknown")):
        desk.later(days=days, minutes=1)
        forgetting_sign_ins.run(desk.desk.open_office)
        with desk.office() as office:
            assert look_at_link(office, token).fate == fate
            since = office.now - timedelta(days=99)
            assert office.work.sign_ins.list_attempts("asked", since, peer="192.0.2.1", limit=9) == []


def test_link_of_somebody_who_was_removed_says_so(desk: WorkingDesk) -> None:
    ask(desk)
    token = token_of(desk)
    with desk.office() as office:
        remove_member(office, LISA, COMMAND_LINE)
        assert look_at_link(office, token).fate == "withdrawn"
        assert use_link(office, token, "").fate == "withdrawn"


def test_store_keeps_the_hash_of_a_token(desk: WorkingDesk) -> None:
    ask(desk)
    token = token_of(desk)
    with desk.office() as office:
        link = office.work.sign_ins.find_link(hash_token(token))
    assert link
    assert (link.address, link.purpose, link.ends_at - link.asked_at) == (LISA, "sign_in", WINDOW)


@pytest.mark.parametrize(
    ("peer", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unix:/run/x", "unix:/run/x"),
        ("", ""),
    ],
)
def test_places_are_told_apart_by_what_a_household_has(peer: str, place: str) -> None:
    assert place_of(peer) == place
