"""A mail that only asks how it goes, and none that says more."""

from __future__ import annotations

import pytest

from mailbot.desk.correspondence import Answer, Attachment, InboundMail, Mailbox
from mailbot.languages import load_lexicon
from mailbot.parsers.status_question import read_status_question

ANNA = Mailbox("anna.berg@kommun.example", "Anna Berg")


def asks(subject: str, words: str) -> tuple[str, ...] | None:
    return read_status_question(InboundMail(subject=subject, from_=(ANNA,)), Answer(new_words=words), load_lexicon())


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Status", ""),
        ("status?", ""),
        ("", "status"),
        ("Fråga", "Hej!\n\nHur går det med mina ärenden?\n\nMvh Anna"),
        ("Fraga", "Hur gar det med mina arenden?"),
        ("Status på mina ärenden", "Hej, kan ni säga hur det går? /Anna"),
        ("Läget?", "Hej! Har ni hunnit titta på mitt ärende?\n\nMed vänliga hälsningar\nAnna Berg"),
        ("När är det klart?", ""),
        ("SD-1042", "Vad händer?"),
        ("Mitt ärende", "Något nytt?"),
        ("My tickets", "What is the status of my tickets?"),
        ("Hello", "How is it going with my ticket? Has anything happened?\n\nKind regards\nAnna"),
        ("Update", "Any news?"),
    ],
)
def test_question_alone(subject: str, words: str) -> None:
    assert asks(subject, words) == ()


@pytest.mark.parametrize(
    ("subject", "words", "about"),
    [
        ("Skrivaren", "Hur går det med skrivaren?", ("skrivaren", "skrivaren")),
        ("Status", "How is it going with the printer?", ("printer",)),
        ("VPN", "Något nytt?", ("vpn",)),
    ],
)
def test_question_about_something_tells_what(subject: str, words: str, about: tuple[str, ...]) -> None:
    assert asks(subject, words) == about


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Skrivaren", "Den är trasig."),
        ("Skrivaren", "Hur går det med skrivaren? Och nu fungerar inte VPN heller på plan tre."),
        ("Ny dator", "Jag behöver en ny dator. När kommer den?"),
        ("Skrivaren på plan 3 är trasig", "Den skriver bara ut tomma sidor, vad händer?"),
        ("Status", "Lampan för status lyser rött på skrivaren sedan i morse."),
        ("Serverstatus", "Servern svarar inte, hur går det att nå filerna?"),
        ("", ""),
        ("Status", "Se https://evil.example/status"),
        ("Status", "hur går det " * 60),
    ],
)
def test_mail_that_says_more_is_none(subject: str, words: str) -> None:
    assert asks(subject, words) is None


def test_mail_with_a_file_or_passed_on_is_none() -> None:
    lexicon, answer = load_lexicon(), Answer(new_words="Status?")
    with_file = InboundMail(attachments=(Attachment("fel.png", "image/png", b"x"),), from_=(ANNA,))
    assert read_status_question(with_file, answer, lexicon) is None
    passed_on = Answer(new_words="Status?", forwarded=True)
    assert read_status_question(InboundMail(from_=(ANNA,)), passed_on, lexicon) is None
