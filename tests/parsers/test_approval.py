"""Whether somebody approves a change: in ten languages, and never where anything is in doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.approvals import Answer
from mailbot.desk.correspondence import Answer as Words
from mailbot.languages import load_lexicon
from mailbot.parsers.approval import LONGEST_REFUSAL, MOST_WORDS, ApprovalVerdict, read_approval

LEXICON = load_lexicon()
YES, NO, UNSURE = Answer.APPROVE, Answer.DECLINE, Answer.NONE


def read(text: str, subject: str = "Re: [SD-1001] Godkänner du ändringen?", **how: object) -> ApprovalVerdict:
    words = Words(new_words=text, **{k: v for k, v in how.items() if k != "attached"})  # type: ignore[arg-type]
    return read_approval(words, subject, LEXICON, names=("Carl Ek",), attached=bool(how.get("attached")))


@pytest.mark.parametrize(
    "text",
    [
        "godkänns", "Godkänner", "GODKÄNNER!", "godkanner", "Jag godkänner ändringen SD-1001.", "Ja", "Ja tack!",
        "Godkännes härmed.",
        "Hej!\n\nJag godkänner härmed planen.\n\nMed vänliga hälsningar\nCarl Ek", "Godkänt 👍", "Ok, jag godkänner.",
        "Det är godkänt från min sida.", "Ni har mitt godkännande. Tack!",
        "Approved", "approve", "I approve the change. Kind regards, Carl", "Yes, approved.", "Go ahead",
        "I approve as described.",
        "Jeg godkender ændringen", "Godkjent, hilsen Carl", "Ich genehmige die Änderung. Viele Grüße", "Ich stimme zu",
        "Goedgekeurd", "Hyväksyn muutoksen. Terveisin Carl Ek", "J'approuve", "Je suis d'accord",
        "Apruebo el cambio", "Zatwierdzam zmianę",
    ],
)  # fmt: skip
def test_clear_yes_approves(text: str) -> None:
    assert read(text).answer is YES


@pytest.mark.parametrize(
    "text",
    [
        "avslår", "Avslag.", "Jag avslår ändringen.", "Nej", "Nej tack.", "Jag godkänner inte.",
        "Godkänns ej, vi kör lön då.",
        "Jag kan inte godkänna detta.", "Avslår. Kan ni ta lördag i stället?",
        "Avslår eftersom vi har valvaka den natten",
        "Decline", "I decline: we have payroll that night.", "Not approved", "I do not approve this.",
        "I don't approve", "No", "Reject",
        "I cannot approve this, because the backup runs.",
        "Afslås", "Godkjennes ikke", "Ich lehne die Änderung nicht gut begründet ab, also: abgelehnt",
        "Nicht genehmigt", "Afgekeurd",
        "En hyväksy", "Je refuse", "No apruebo el cambio", "Nie zatwierdzam",
    ],
)  # fmt: skip
def test_clear_no_declines(text: str) -> None:
    assert read(text).answer is NO


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "👍", "Tack!", "Bra plan.", "Mottaget", "Noted", "Looks good to me",
        "approve, but not on Friday", "Godkänns, men inte på fredag", "Godkänns om ni väntar till måndag",
        "Approved if the backup is done",
        "Approved on condition that you call me first", "Approved with changes", "Godkänns med ändring",
        "I approve part of the plan",
        "Godkänner del ett", "Approved for Saturday", "Approved?", "Is this approved", "Är ändringen godkänd",
        "Har ni godkänt", "Can you approve",
        "Please approve", "Vänligen godkänn", "Eva, please approve", "Ska godkännas av chefen",
        "To be approved by my manager",
        "I would approve", "Jag skulle godkänna", "I will approve tomorrow", "Jag godkänner i morgon",
        "I have not approved", "avslår inte",
        "I do not decline", "Not declined", "Yes and no", "Ja, men nej", "Nej, jag godkänner",
        "I approve. I decline.", "Nej, jag har inga invändningar",
        "No objections", "Inga invändningar", "Why not approve it", "godkänner godkänner inte",
        "Godkänner: http://x.example", "Approved 2",
        "Vilken server gäller det?", "Which server is it?", "Jag är på semester",
        "Godkänner SD-1001 men avslår SD-1002",
        "Ich genehmige, wenn das Backup läuft", "Approuvé sous réserve", "Apruebo si hay copia", "Одобряю",
        "承認します",
    ],
)  # fmt: skip
def test_what_is_not_clear_is_for_a_person(text: str) -> None:
    assert read(text).answer is UNSURE


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Godkänn SD-1001", YES), ("Approve SD-1001", YES), ("Avslå SD-1001", NO), ("Decline SD-1001", NO),
        ("Re: Godkänn SD-1001", UNSURE), ("Godkänn", UNSURE), ("Godkänn SD-1001 inte", UNSURE),
        ("Godkänn? SD-1001", UNSURE),
        ("[SD-1001] Godkänner du ändringen?", UNSURE), ("Accept SD-1001", YES), ("Acceptera inte SD-1001", UNSURE),
        ("", UNSURE),
    ],
)  # fmt: skip
def test_subject_of_a_button_counts_where_there_are_no_words(subject: str, answer: Answer) -> None:
    assert read("", subject).answer is answer


@pytest.mark.parametrize(
    ("subject", "text", "answer"),
    [
        ("Godkänn SD-1001", "Jag godkänner ändringen", YES),
        ("Godkänn SD-1001", "Jag avslår ändringen", UNSURE),
        ("Avslå SD-1001", "Jag godkänner ändringen", UNSURE),
        ("Godkänn SD-1001", "Men inte på fredag", UNSURE),
        ("Avslå SD-1001", "Jag avslår ändringen. Vi kör lön.", NO),
    ],
)
def test_subject_and_words_must_say_the_same(subject: str, text: str, answer: Answer) -> None:
    assert read(text, subject).answer is answer


@pytest.mark.parametrize(
    "how",
    [
        {"forwarded": True},
        {"inline": True},
        {"confidence": 0.5},
    ],
)
@pytest.mark.parametrize("text", ["Godkänner", "Avslår"])
def test_words_that_may_be_somebody_elses_answer_nothing(text: str, how: dict[str, object]) -> None:
    assert read(text).answer is not UNSURE
    assert read(text, **how).answer is UNSURE


def test_files_may_say_more_than_an_approval_but_not_less_than_a_refusal() -> None:
    assert (read("Godkänner", attached=True).answer, read("Avslår", attached=True).answer) == (UNSURE, NO)
    assert read("Godkänner", inline=True, below=True).answer is YES


def test_long_mails_are_read_by_a_person() -> None:
    assert read("Jag godkänner. " + "tack " * (MOST_WORDS - 2)).answer is YES
    assert read("Jag godkänner. " + "tack " * MOST_WORDS).answer is UNSURE
    assert read("Avslår. " + "lön " * (LONGEST_REFUSAL + 1)).answer is UNSURE


@given(st.text(max_size=300))
def test_any_text_is_read_without_complaint_and_only_known_words_approve(text: str) -> None:
    verdict = read(text)
    assert verdict.answer is UNSURE or verdict.words.lower() in text.lower().replace("\n", " ") or verdict.words
    assert read(f"Godkänner {text} kanske").answer is not YES


DOUBTS = (
    "men", "om", "inte", "ej", "fredag", "kanske", "först", "but", "if", "not", "unless", "maybe", "after", "when",
    "except", "aber", "wenn", "nicht", "mais", "pas", "pero", "jos", "ale", "jeśli", "måske", "hvis", "maar",
    "10:00", "2", "50%",
)  # fmt: skip


@pytest.mark.parametrize("doubt", DOUBTS)
@pytest.mark.parametrize(
    "yes", ["Jag godkänner", "I approve", "Genehmigt", "Approuvé", "Apruebo", "Hyväksyn", "Zatwierdzam", "Godkendt"]
)
def test_no_word_of_doubt_stands_beside_an_approval(yes: str, doubt: str) -> None:
    for text in (f"{yes} {doubt}", f"{yes}, {doubt}", f"{doubt} {yes}", f"{yes}.\n{doubt}"):
        assert read(text).answer is not YES, text


def test_every_language_of_replies_has_its_words() -> None:
    assert LEXICON.approving.keys() == LEXICON.languages.keys()
    for tag, table in LEXICON.approving.items():
        assert set(table) == {"approve", "decline", "no", "asks", "because", "around"}, tag
        said = {e.strip() for e in table["approve"].split(",")}
        assert not said & {e.strip() for e in f"{table['decline']}, {table['no']}, {table['around']}".split(",")}, tag
