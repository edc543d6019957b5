"""Several commands in a mail: all or none, once, with a transcript of every line; dry runs, typing errors, evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import EntryKind
from mailbot.desk.vocabulary import Priority
from tests.support.desk import WorkingDesk

LISA = "Lisa Lind <lisa@desk.example>"
OMAR = "Omar Nasser <omar@desk.example>"


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def told(desk: WorkingDesk) -> EmailMessage:
    desk.receive("Den ger bara tomma sidor.")
    return desk.letter_to("lisa@desk.example")


def transcript(desk: WorkingDesk, to: str = "lisa@desk.example") -> str:
    desk.deliver()
    with desk.office() as office:
        found = next(
            m
            for m in office.work.outbox.list_rows(limit=1000)
            if m.notice == "command_transcript" and m.recipient == to
        )
    return f"{found.subject}\n{found.words}"


def answered(desk: WorkingDesk) -> dict[str, Any]:
    with desk.office() as office:
        return [r.details for r in office.work.journal.of_ticket(1001) if r.name == "commands_answered"][-1]


def outcome(desk: WorkingDesk) -> tuple[str, list[tuple[str, str]]]:
    details = answered(desk)
    return details["outcome"], [(line["result"], line["code"]) for line in details["lines"]]


def test_every_line_is_told_with_what_it_did(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#ta\n#prioritet hög\n#tilldela omar\n#notera Toner nästa vecka", sender=LISA)
    ticket = desk.ticket()
    assert (ticket.assignee, ticket.priority, ticket.group) == ("omar@desk.example", Priority.HIGH, "network")
    said = transcript(desk)
    assert said.startswith("[SD-1001] Gjort: Skrivaren\n")
    assert "#ta\n→ Du har ärendet, i gruppen desk.\n\n#prioritet hög\n→ Prioriteten är nu hög.\n" in said
    assert "#tilldela omar\n→ Omar Nasser <omar@desk.example> har fått ärendet, i gruppen network." in said
    assert "Nästa steg: Omar Nasser arbetar med det" in said


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ("#wait until 2026-12-01 The part comes then.", State.PENDING),
        ("#vänta på fredag", State.PENDING),
        ("#pending", State.PENDING),
        ("#vänta\n#återuppta", State.IN_PROGRESS),
        ("#lös Ny drivrutin.\n#öppna Nej.", State.IN_PROGRESS),
        ("#eskalera network Switchen tappar paket.", State.IN_PROGRESS),
        ("#escalate network: the switch\n#return it is ours after all", State.IN_PROGRESS),
        ("#avbryt Skrivaren är kasserad.", State.CANCELLED),
        ("#lös Ny drivrutin.\n#verifiera telefon Anna säger att det fungerar.", State.CLOSED),
    ],
)
def test_the_words_of_both_languages_are_obeyed(
    desk: WorkingDesk, told: EmailMessage, lines: str, state: State
) -> None:
    desk.answer(told, lines, sender=LISA)
    assert (answered(desk)["outcome"], desk.ticket().state) == ("obeyed", state)


def test_a_call_recorded_by_mail_closes_with_that_mail_as_evidence(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#lös Ny drivrutin.", sender=LISA)
    row = desk.answer(told, "#verifiera telefon Anna säger att det fungerar.", sender=LISA)
    entry = desk.entries()[-1]
    assert (desk.ticket().state, entry.kind, entry.inbox) == (State.CLOSED, EntryKind.CONTACT, row.id)
    assert entry.words == "Anna säger att det fungerar."


def test_a_wait_names_its_day_and_its_reason(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#vänta till 1 december Reservdelen kommer då.", sender=LISA)
    assert desk.ticket().waits_until == date(2026, 12, 1)
    assert desk.entries()[-1].words == "Reservdelen kommer då."
    assert "→ Ärendet väntar till tisdag 1 december." in transcript(desk)


def test_one_bad_line_undoes_all_and_says_which(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#ta\n#lös Ny drivrutin.\n#återuppta\n#notera x", sender=LISA)
    assert (desk.ticket().state, desk.ticket().assignee, desk.ticket().resolution) == (State.NEW, "", 0)
    assert outcome(desk) == (
        "refused",
        [("undone", "take"), ("undone", "resolve"), ("refused", "state"), ("skipped", "")],
    )
    said = transcript(desk)
    assert said.startswith("[SD-1001] Inget är gjort: Skrivaren\n")
    assert "#ta\n→ Gjordes inte, för en annan rad gick inte." in said
    assert "#återuppta\n→ Gick inte. Det går inte, för ärendet är löst, väntar på besked." in said
    assert "#notera x\n→ Prövades inte." in said
    assert desk.entries()[-1].kind is EntryKind.NOTE
    assert [to for _, to in desk.notices()].count("anna@kommun.example") == 1


def test_a_mistyped_word_is_told_with_the_nearest(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#tildela network", sender=LISA)
    assert "Ordet #tildela finns inte. Menade du #tilldela?" in transcript(desk)
    desk.answer(told, "#eskalera netwrok Switchen.", sender=LISA)
    assert "Ingen heter netwrok. Menade du network?" in transcript(desk)
    desk.answer(told, "#xyzzy", sender=LISA)
    said = transcript(desk)
    assert "Ordet #xyzzy finns inte." in said and "- #lös – skicka det som följer som lösning" in said


def test_a_dry_run_changes_nothing_and_tells_what_would_happen(desk: WorkingDesk, told: EmailMessage) -> None:
    before = (desk.ticket(), len(desk.entries()), desk.notices())
    desk.answer(told, "#prova\n#ta\n#svara Hej Anna!", sender=LISA)
    assert (desk.ticket().assignee, desk.ticket().state, len(desk.entries())) == ("", State.NEW, before[1])
    assert desk.notices() == [*before[2], ("command_transcript", "lisa@desk.example")]
    said = transcript(desk)
    assert said.startswith("[SD-1001] Prov: inget är ändrat: Skrivaren\n")
    assert "#svara Hej Anna!\n→ Skickat till Anna Berg <anna@kommun.example>." in said
    desk.answer(told, "#dry-run\n#återuppta", sender=LISA)
    assert outcome(desk) == ("rehearsed", [("done", "rehearse"), ("refused", "state")])


def test_a_rehearsed_mail_may_be_sent_in_earnest(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#prova\n#ta", sender=LISA)
    desk.answer(told, "#ta", sender=LISA)
    assert desk.ticket().assignee == "lisa@desk.example"


def test_help_and_status_change_nothing_and_always_answer(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk('[routing]\ntranscripts = "trouble"\n')
    desk.receive("Den ger bara tomma sidor.")
    told = desk.letter_to("lisa@desk.example")
    desk.answer(told, "#hjälp", sender=LISA)
    said = transcript(desk)
    for word in ("#ta", "#tilldela", "#eskalera", "#svara", "#notera", "#lös", "#vänta", "#avbryt", "#prova", "#läge"):
        assert f"- {word} –" in said or word == "#läge"
    desk.answer(told, "#status", sender=LISA)
    assert "Nästa steg: Någon i desk behöver ta det" in transcript(desk)
    count = len(desk.notices())
    desk.answer(told, "#notera Kollad.", sender=LISA)
    assert len(desk.notices()) == count


def test_words_below_the_last_line_are_kept_as_a_note(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#tilldela network\n\nDe har sett felet förut.", sender=LISA)
    note = desk.entries()[-1]
    assert (note.kind, note.words) == (EntryKind.NOTE, "De har sett felet förut.")
    assert outcome(desk) == ("obeyed", [("done", "assign_group"), ("done", "note_below")])


def test_an_absent_colleague_is_remarked_upon(desk: WorkingDesk, told: EmailMessage) -> None:
    from mailbot.desk.staff import Absence

    with desk.office() as office:
        away = Absence("omar@desk.example", date(2026, 11, 20), date(2026, 11, 27))
        office.work.roster.set_absence(away, "omar@desk.example", office.now)
    desk.answer(told, "#tilldela omar", sender=LISA)
    assert "Observera: borta till och med fredag 27 november." in transcript(desk)


def test_a_command_mail_that_comes_again_does_nothing_and_says_so(desk: WorkingDesk, told: EmailMessage) -> None:
    to = told["Reply-To"].addresses[0].addr_spec
    raw = desk.write(
        "#ta", sender=LISA, to=to, subject="Re: x", message_id="<once@desk.example>", In_Reply_To=told["Message-ID"]
    )
    desk.receive_raw(raw, LISA, to)
    with desk.office() as office:
        from mailbot.workflows import assignment

        assignment.assign(office, office.work.tickets.get(1001, lock=True), desk_agent(), "network")
    desk.receive_raw(raw.replace(b"Subject: Re: x", b"Subject: Re: again"), LISA, to)
    assert (desk.ticket().assignee, desk.ticket().group) == ("", "network")
    assert outcome(desk) == ("repeated", [("refused", "repeated")])
    assert "Det mejlet har vi redan lytt. Den här gången är inget ändrat i SD-1001." in transcript(desk)
    other_id = raw.replace(b"<once@desk.example>", b"<twice@desk.example>")
    desk.receive_raw(other_id, LISA, to)
    assert (answered(desk)["outcome"], desk.ticket().group) == ("repeated", "network")


def desk_agent() -> Any:
    from tests.support.desk import LISA as mailbox

    return mailbox


def test_what_ends_a_ticket_uses_up_the_notice_that_it_answers(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#avbryt Dubblett.", sender=LISA)
    assert desk.ticket().state is State.CANCELLED
    desk.answer(desk.letter_to("anna@kommun.example"), "Återöppna, det är ett annat fel.")
    assert desk.ticket().state is State.IN_PROGRESS
    desk.answer(told, "#avbryt Ändå dubblett.", sender=LISA, message_id="<new@desk.example>")
    assert (desk.ticket().state, outcome(desk)[1]) == (State.IN_PROGRESS, [("refused", "nonce")])
    desk.answer(told, "#ta", sender=LISA, message_id="<newer@desk.example>")
    assert desk.ticket().assignee == "lisa@desk.example"
    fresh = desk.letter_to("lisa@desk.example")
    desk.answer(fresh, "#avbryt Ändå dubblett.", sender=LISA, message_id="<newest@desk.example>")
    assert desk.ticket().state is State.CANCELLED


def test_what_ends_a_ticket_needs_a_notice_and_not_the_address_alone(desk: WorkingDesk, told: EmailMessage) -> None:
    to = told["Reply-To"].addresses[0].addr_spec
    desk.receive("#avbryt Dubblett.", sender=LISA, to=to, subject="Skrivaren")
    assert (desk.ticket().state, outcome(desk)[1]) == (State.NEW, [("refused", "nonce")])
    desk.receive("#ta", sender=LISA, to=to, subject="Skrivaren", message_id="<t@desk.example>")
    assert desk.ticket().assignee == "lisa@desk.example"


def test_the_notice_of_a_colleague_does_not_count(desk: WorkingDesk, told: EmailMessage) -> None:
    row = desk.answer(told, "#avbryt Dubblett.", sender=OMAR)
    assert (desk.ticket().state, row.disposition) == (State.NEW, "held")


def test_a_sender_who_is_not_authenticated_ends_nothing(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(checked=Authentication(dmarc="none", dmarc_policy="reject", checked_by="mailbot"))
    desk.receive("Den ger bara tomma sidor.")
    desk.answer(desk.letter_to("lisa@desk.example"), "#avbryt Allt är bra.", sender=LISA)
    assert (desk.ticket().state, outcome(desk)[1]) == (State.NEW, [("refused", "evidence")])


def test_close_and_accept_are_explained(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#stäng", sender=LISA)
    assert "Användaren stänger ärendet." in transcript(desk)
    desk.answer(told, "#acceptera", sender=LISA)
    assert "Ingen överlämning väntar på svar." in transcript(desk)


def test_twenty_lines_at_once_are_refused(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#ta\n" * 50, sender=LISA)
    assert (desk.ticket().assignee, answered(desk)["lines"][0]["code"]) == ("", "too_many")


def test_lines_that_look_like_templates_or_markup_stay_words(desk: WorkingDesk, told: EmailMessage) -> None:
    desk.answer(told, "#tilldela {{7*7}}<b>{who}", sender=LISA)
    said = transcript(desk)
    assert "#tilldela {{7*7}}<b>{who}" in said and "49" not in said


def test_an_agent_who_reads_english_gets_english(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk('[[agents]]\naddress = "kim@desk.example"\nlanguage = "en"\ngroups = ["desk"]\n')
    desk.receive("Den ger bara tomma sidor.")
    desk.answer(desk.letter_to("kim@desk.example"), "#tke", sender="kim@desk.example")
    said = transcript(desk, "kim@desk.example")
    assert "There is no word #tke. Did you mean #take?" in said
    desk.answer(desk.letter_to("kim@desk.example"), "#ta\n#prio critical", sender="kim@desk.example")
    assert "The priority is critical now." in transcript(desk, "kim@desk.example")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("Jag är åter på måndag.\n\n#avbryt", {"Auto_Submitted": "auto-replied"}),
        ("#lös Klart.", {"Auto_Submitted": "auto-generated"}),
        ("Ser på det.\n\n-- \nLisa\n#lös Klart.", {}),
        ("Ser på det.\n\nDen 23 november 2026 skrev Servicedesk:\n> #lös Klart.\n> #avbryt", {}),
        ("Så här skrev kunden:\n#lös Klart.", {}),
    ],
    ids=["automatic reply", "generated", "signature", "quotation", "below ordinary words"],
)
def test_commands_that_are_not_the_first_words_of_a_person_are_words(
    desk: WorkingDesk, told: EmailMessage, body: str, headers: dict[str, str]
) -> None:
    desk.answer(told, body, sender=LISA, **headers)
    assert (desk.ticket().state, desk.ticket().resolution) == (State.NEW, 0)
    assert "commands_answered" not in desk.facts()


def test_a_command_in_the_subject_or_an_attachment_is_none(desk: WorkingDesk, told: EmailMessage) -> None:
    to = told["Reply-To"].addresses[0].addr_spec
    desk.receive("Ser på det.", sender=LISA, to=to, subject="#avbryt Dubblett", In_Reply_To=told["Message-ID"])
    assert (desk.ticket().state, desk.entries()[-1].kind) == (State.NEW, EntryKind.NOTE)
