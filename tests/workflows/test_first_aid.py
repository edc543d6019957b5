"""``#svara @lösenord``: a ready answer by mail, in the requester's language, with the agent's words below it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.desk.lifecycle import State
from mailbot.desk.links import Link, LinkKind
from mailbot.desk.ticket import Entry, EntryKind
from mailbot.workflows import first_aid
from tests.support.desk import LISA, WorkingDesk
from tests.support.ready_answers import READY_ANSWERS, SWEDISH
from tests.workflows.test_command_mails import LISA as FROM_LISA
from tests.workflows.test_command_mails import outcome, plain, transcript


@pytest.fixture
def desk(open_desk: Callable[..., WorkingDesk]) -> WorkingDesk:
    return open_desk(READY_ANSWERS)


def order(desk: WorkingDesk, lines: str) -> Entry:
    """Lisa answers her notice of the newest ticket with commands; the last entry afterwards."""
    desk.answer(desk.letter_to("lisa@desk.example"), lines, sender=FROM_LISA)
    return desk.entries()[-1]


def used(desk: WorkingDesk, name: str) -> list[str]:
    with desk.office() as office:
        return [r.details["first_aid"] for r in office.work.journal.of_ticket(1001) if r.name == name]


@pytest.mark.parametrize(
    ("lines", "kind", "words", "fact", "state"),
    [
        ("#svara @lösenord", EntryKind.PUBLIC_REPLY, SWEDISH, "agent_replied", State.NEW),
        ("#reply @password", EntryKind.PUBLIC_REPLY, SWEDISH, "agent_replied", State.NEW),
        ("#los @LOSENORD Klart.", EntryKind.RESOLUTION, f"{SWEDISH}\n\nKlart.", "resolution_proposed", State.RESOLVED),
        (
            "#svara\n@lösenord\n\nRing annars.\nEfter klockan nio.",
            EntryKind.PUBLIC_REPLY,
            f"{SWEDISH}\n\nRing annars.\nEfter klockan nio.",
            "agent_replied",
            State.NEW,
        ),
    ],
)
def test_name_stands_for_the_text_followed_by_the_rest(
    desk: WorkingDesk, lines: str, kind: EntryKind, words: str, fact: str, state: State
) -> None:
    desk.receive("Jag har glömt det.", subject="Lösenord")
    entry = order(desk, lines)
    assert (entry.kind, entry.words, desk.ticket().state) == (kind, words, state)
    assert used(desk, fact) == ["lösenord"]


def test_requester_reads_it_in_their_language(desk: WorkingDesk) -> None:
    desk.receive("I have forgotten my password and cannot log in, please help me.", subject="My password")
    assert desk.ticket().language == "en"
    assert order(desk, "#reply @password").words == "Change it on the page My account."


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "#svara @lösenrod",
            "Inget färdigt svar heter @lösenrod. Menade du @lösenord? Det finns: @utskrift, @lösenord.",
        ),
        ("#lös @semester", "Inget färdigt svar heter @semester. Det finns: @utskrift, @lösenord."),
    ],
)
def test_unknown_name_is_refused_with_the_nearest_and_all(desk: WorkingDesk, lines: str, said: str) -> None:
    desk.receive("Jag har glömt det.", subject="Lösenord")
    entry = order(desk, f"#ta\n{lines}")
    assert (entry.kind, desk.ticket().assignee) == (EntryKind.NOTE, "")
    assert outcome(desk)[0] == "refused"
    assert said in " ".join(transcript(desk).split())


def test_at_sign_is_a_character_where_no_answers_stand_ready(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk()
    desk.receive("Jag har glömt det.", subject="Lösenord")
    assert order(desk, "#svara @lösenord är inte ditt namn").words == "@lösenord är inte ditt namn"
    assert used(desk, "agent_replied") == [""]


def test_other_words_with_an_at_sign_are_sent_as_they_are(desk: WorkingDesk) -> None:
    desk.receive("Jag har glömt det.", subject="Lösenord")
    assert order(desk, "#svara Skriv till konto@desk.example, @lösenord").words == (
        "Skriv till konto@desk.example, @lösenord"
    )


def test_name_of_one_requester_is_not_told_to_others(desk: WorkingDesk) -> None:
    for subject, sender in (("Lösenord", "Anna Berg <anna@kommun.example>"), ("Konto", "Bo Ek <bo@kommun.example>")):
        desk.receive("Det går inte.", subject=subject, sender=sender)
    with desk.office() as office:
        above, below = (office.work.tickets.get(n, lock=True) for n in (1001, 1002))
        office.work.links.add(Link(below.number, LinkKind.CHILD_OF, above.number, office.now, LISA.address))
        text = first_aid.text_for(office, above, office.policy.first_aid[1])
    assert text.splitlines()[0] == "Hej!"


def test_notice_of_a_new_ticket_names_the_answer_that_fits(desk: WorkingDesk) -> None:
    desk.receive("Jag har glömt det.", subject="Lösenord")
    said = plain(desk.letter_to("lisa@desk.example"))
    assert [line for line in said.splitlines() if "@lösenord" in line or "@utskrift" in line] == [
        "- #svara @lösenord – skicka det färdiga svaret: Byta lösenord"
    ]
