"""What the new words of an answer want. A wrong acceptance is the worst error there is: none, on any set."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mailbot.desk.correspondence import Answer, IntentVerdict
from mailbot.desk.vocabulary import Intent
from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent
from mailbot.parsers.words import WORD_LIMIT

LEXICON = load_lexicon()
INTENTS = Path(__file__).resolve().parents[1] / "corpus" / "intents"
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
TAGS = ("da", "de", "en", "es", "fi", "fr", "nb", "nl", "pl", "sv")
SUBJECT = "Re: [SD-1042] The printer on floor three"


def verdict(text: str, subject: str = SUBJECT) -> IntentVerdict:
    return read_intent(Answer(new_words=text), subject, LEXICON)


def intent(text: str, subject: str = SUBJECT) -> Intent:
    return verdict(text, subject).intent


@cache
def rows(tag: str) -> list[dict[str, str]]:
    files = sorted(INTENTS.glob(f"{tag}.*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("tag", TAGS)
def test_our_own_replies_never_accepted_by_mistake(tag: str) -> None:
    mistaken = [row["text"] for row in rows(tag) if row["intent"] != "accept" and intent(row["text"]) is Intent.ACCEPT]
    assert mistaken == []


@pytest.mark.parametrize("tag", TAGS)
def test_our_own_replies_read_as_meant_nearly_always(tag: str) -> None:
    counts: Counter[str] = Counter()
    for row in rows(tag):
        if row["intent"] in ("accept", "reopen"):
            counts[row["intent"]] += 1
            counts[f"{row['intent']} read"] += intent(row["text"]).value == row["intent"]
    assert counts["accept"] >= 45
    assert counts["accept read"] >= 0.9 * counts["accept"]
    assert counts["reopen read"] >= 0.9 * counts["reopen"]


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora lie beside the project")
def test_seed_replies_read_as_labelled() -> None:
    lines = (CORPORA / "intent" / "seed.jsonl").read_text("utf-8").splitlines()
    wanted = {"accept": {Intent.ACCEPT}, "reopen": {Intent.REOPEN}}
    other = set(Intent) - {Intent.ACCEPT, Intent.REOPEN}
    wrong = [
        row["text"] for row in map(json.loads, lines) if intent(row["text"]) not in wanted.get(row["intent"], other)
    ]
    assert wrong == []


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora lie beside the project")
def test_desk_replies_read_as_labelled() -> None:
    folder = CORPORA / "reply" / "desk-dev"
    wrong = []
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        read = intent((folder / row["expected"]).read_text("utf-8"))
        said = read.value if read in (Intent.ACCEPT, Intent.REOPEN, Intent.NONE) else "other"
        if said != row["intent"]:
            wrong.append((row["id"], said))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("acept", Intent.ACCEPT),
        ("Acceptrea", Intent.ACCEPT),
        ("godkan", Intent.ACCEPT),
        ("ateroppna", Intent.REOPEN),
        ("aterppna", Intent.REOPEN),
        ("återupna", Intent.REOPEN),
        ("heropnen", Intent.REOPEN),
        ("akzeptiren", Intent.ACCEPT),
        ("reopn please", Intent.REOPEN),
        ("hyvaksy", Intent.ACCEPT),
        ("wiedereroeffnen", Intent.REOPEN),
        ("unsolved", Intent.REOPEN),
        ("except", Intent.COMMENT),
        ("expect", Intent.COMMENT),
    ],
)
def test_mistyped_keyword_read_within_bound(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Accept SD-1042", Intent.ACCEPT),
        ("Acceptera SD-1042", Intent.ACCEPT),
        ("ACCEPT [SD-1042]", Intent.ACCEPT),
        ("Återöppna SD-1042", Intent.REOPEN),
        ("Reopen SD-1042", Intent.REOPEN),
        ("Re: Accept SD-1042", Intent.NONE),
        ("Accept SD-1042 if Eva agrees", Intent.NONE),
        ("Re: [SD-1042] Printer", Intent.NONE),
    ],
)
def test_empty_body_leaves_it_to_the_subject(subject: str, wanted: Intent) -> None:
    assert intent("\n \n", subject) is wanted


def test_button_subject_with_thanks_below_accepts() -> None:
    assert intent("Thank you!", "Accept SD-1042") is Intent.ACCEPT


@pytest.mark.parametrize(
    "text", ["It still does not work.", "Does this close it?", "but not the scanner", "only if it lasts"]
)
def test_button_subject_with_doubt_below_does_not_accept(text: str) -> None:
    assert intent(text, "Accept SD-1042") is not Intent.ACCEPT


def test_reopen_subject_with_explanation_below_reopens() -> None:
    assert intent("The screen is black since lunch.", "Reopen SD-1042") is Intent.REOPEN


@pytest.mark.parametrize(
    "doubtful",
    [
        Answer(new_words="Accept", confidence=0.4),
        Answer(new_words="Accept", inline=True),
        Answer(new_words="Accept", forwarded=True),
    ],
)
def test_uncertain_cut_is_never_an_acceptance(doubtful: Answer) -> None:
    assert read_intent(doubtful, SUBJECT, LEXICON).intent is Intent.COMMENT
    sound = replace(doubtful, confidence=1.0, inline=False, forwarded=False)
    assert read_intent(sound, SUBJECT, LEXICON).intent is Intent.ACCEPT


def test_uncertain_cut_still_reopens() -> None:
    assert read_intent(Answer(new_words="Still broken", confidence=0.2), SUBJECT, LEXICON).intent is Intent.REOPEN


@pytest.mark.parametrize(
    "text",
    [
        "Accept, but the scanner is slow",
        "Accept if it still works on Monday",
        "I do not accept",
        "Accept?",
        'It is "fixed"',
        "My colleague says that it works",
        "Works on the laptop but not on the phone",
        "My files are gone",
        "Fungerar det nu",
        "Det verkar fungera",
        "Funktioniert, scheint es",
        "Es geht um den Drucker",
        "Ça marche à peine",
        "Works blorb",
        "Please do not reopen",
    ],
)
def test_doubt_is_left_to_a_person(text: str) -> None:
    assert intent(text) not in (Intent.ACCEPT, Intent.THANKS, Intent.NONE)


def test_fault_that_is_gone_accepts() -> None:
    assert intent("The error is gone, you can close the ticket.") is Intent.ACCEPT


@pytest.mark.parametrize("text", ["Please do not reopen, I was just asking.", "Öppna inte igen", "Should I reopen it?"])
def test_reopen_denied_or_asked_about_does_not_reopen(text: str) -> None:
    assert intent(text) is Intent.COMMENT


def test_long_text_of_acceptances_is_not_one() -> None:
    assert intent("It works now. " * WORD_LIMIT) is Intent.COMMENT


def test_sentence_wrapped_by_the_mail_program_read_as_one() -> None:
    wrapped = "You are welcome to close the ticket on the printer of floor three\nwhen Eva has tested it as well."
    assert intent(wrapped) is Intent.COMMENT


def test_name_under_greeting_and_sign_off_is_no_unknown_word() -> None:
    assert intent("Hej Lisbet!\n\nNu fungerar det. Tack Torkel!\n\nMvh\nGullan Älgström\nEkonomi") is Intent.ACCEPT


def test_verdict_tells_words_reason_and_language() -> None:
    found = verdict("Hej! Nu fungerar skrivaren igen. Ni kan stänga ärendet.")
    assert (found.words, found.language) == ("Nu fungerar skrivaren igen; Ni kan stänga ärendet", "sv")
    assert found.reason == "accepts the solution (text)"


@pytest.mark.parametrize(
    "text",
    ["\x00\ud800", "a'" * 9000, '"' * 20000, "?!" * 9000, "komme immer noch nicht " * 900, "\u0301" * 9000, "#" * 9000],
)
def test_hostile_words_read_without_an_exception(text: str) -> None:
    assert intent(text, text) is not Intent.ACCEPT


def test_signature_left_in_the_new_words_is_no_doubt() -> None:
    signature = "John Smithson\nSenior Consultant\nAcme Widgets AB\nPhone: +46 70 123 45 67\nacme.example"
    assert intent(f"Accept\n\nBest regards,\n{signature}") is Intent.ACCEPT


def test_fault_under_the_sign_off_is_a_doubt() -> None:
    assert intent("Accept\n\nBest regards,\nJohn\n\nPS. the scanner still squeaks and fails") is not Intent.ACCEPT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The sound is back. Thanks!", Intent.ACCEPT),
        ("The error is back. Thanks!", Intent.REOPEN),
        ("The network is back, the printer is next. Thanks!", Intent.COMMENT),
        ("Virheilmoitus hävisi eikä ole tullut takaisin. Kiitos!", Intent.ACCEPT),
        ("VPN kopplar upp utan strul. Tack!", Intent.ACCEPT),
        ("VPN kopplar upp utan dockan. Tack!", Intent.COMMENT),
        ("Pääsen nyt kirjautumaan VPN:ään. Kiitos!", Intent.ACCEPT),
        ("The shared drive has disappeared again.", Intent.REOPEN),
        ("Fungerer bare på kablet nett.", Intent.COMMENT),
        ("Bare luk sagen, alt virker.", Intent.ACCEPT),
        ("Godtatt, takk skal dere ha. It happened again!", Intent.COMMENT),
        ("Jetzt passt alles, danke. Genåbn", Intent.REOPEN),
    ],
)
def test_what_is_said_of_a_thing_is_not_what_is_said_of_a_fault(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


@pytest.mark.parametrize(
    "text",
    [
        "Close it, I give up.",
        "Stäng ärendet, jag har köpt en ny.",
        "Luk den bare, jeg gider ikke mere.",
        "Machen Sie es zu, ich habe aufgegeben.",
        "Fermez-le, j'ai fini par en acheter un autre.",
        "Sulkekaa vaan, ostin jo uuden.",
    ],
)
def test_writer_who_gives_up_left_to_a_person(text: str) -> None:
    assert intent(text) is Intent.COMMENT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Det fungerar hemifrån.", Intent.COMMENT),
        ("I can connect to the VPN from home again.", Intent.ACCEPT),
        ("Det fungerar hemifrån. Ni kan stänga ärendet.", Intent.ACCEPT),
    ],
)
def test_home_limits_what_works_but_not_who_connects(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I tried it on the potter's wheels and everything works. Thanks!", Intent.ACCEPT),
        ("I tried it on the potter's wheels. Thanks!", Intent.COMMENT),
        ("Det fungerar nu i krukmakeriet.", Intent.ACCEPT),
        ("Det fungerar i krukmakeriet.", Intent.COMMENT),
        ("Jetzt geht alles, seit Sie den Drehteller entfettet haben.", Intent.ACCEPT),
        ("You may close it after you have greased the wheel.", Intent.COMMENT),
        ("It was only a loose kiln plug, and now everything works.", Intent.ACCEPT),
        ("It was only fixed on my laptop.", Intent.COMMENT),
        ("The screen does not freeze anymore. Thanks!", Intent.ACCEPT),
        ("The problem was solved yesterday. Please close.", Intent.ACCEPT),
        ("It worked yesterday.", Intent.COMMENT),
        ("It worked for five minutes.", Intent.COMMENT),
        ("The teacher can log in now.", Intent.COMMENT),
        ("The caretaker thinks it's fixed.", Intent.COMMENT),
        ("I can book the pottery again. Thanks!", Intent.ACCEPT),
        ("Jag kan skicka den igen.", Intent.COMMENT),
        ("Solved? No.", Intent.REOPEN),
        ("Fixed, thanks. I would also like a mouse.", Intent.NEW_PROBLEM),
        ("Ni behöver inte öppna ärendet igen.", Intent.COMMENT),
    ],
)
def test_unknown_word_explained_by_where_it_stands(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted
