"""What admins save is what people read: tried before it is kept, in force at once, never at the cost of a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from mailbot.desk.change import Plan
from mailbot.desk.errors import Conflict, PermanentError
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.store.wording import Revision, digest
from mailbot.templates.catalogue import CATALOGUE, Rendered
from mailbot.templates.render import packaged_wording
from mailbot.wording_room import WordingRoom
from mailbot.workflows import changes
from mailbot.workflows.wording import Draft, WordingDesk, WordingRefused, get_held
from mailbot.workflows.wording_cases import case_of, recent_cases
from tests.support.desk import LISA, WorkingDesk

RECEIPT = packaged_wording().find_source(NoticeKind.RECEIPT, "sv").text
OURS = RECEIPT.replace("Vi har tagit emot ditt ärende.", "Tack för ditt mejl!")
BY = "lisa@desk.example"


@pytest.fixture(scope="module")
def room() -> Iterator[WordingRoom]:
    with WordingRoom() as room:
        yield room


@pytest.fixture
def wording(desk: WorkingDesk, room: WordingRoom) -> WordingDesk:
    return WordingDesk(desk.desk.open_office, room)


def draft(source: str = OURS, after: int | None = None, language: str = "sv") -> Draft:
    return Draft(NoticeKind.RECEIPT, language, source, after)


def next_receipt(desk: WorkingDesk, sender: str = "Anna Berg <anna@kommun.example>") -> Outgoing:
    row = desk.receive(sender=sender)
    with desk.office() as office:
        return next(m for m in office.work.outbox.list_rows(ticket=row.ticket) if m.notice is NoticeKind.RECEIPT)


def failures(desk: WorkingDesk, ticket: int | None) -> list[str]:
    with desk.office() as office:
        records = office.work.journal.of_ticket(ticket or 0)
    return [r.details["failure"] for r in records if r.name == "wording_failed" and r.details["notice"] == "receipt"]


def slip_in(desk: WorkingDesk, change: str, **values: str) -> None:
    """Somebody with the database's password thinks they know better."""
    with desk.desk.engine.begin() as connection:
        connection.execute(text(change), values)
    desk.desk.wording.forget()


def test_the_next_receipt_carries_what_was_saved_and_names_it(desk: WorkingDesk, wording: WordingDesk) -> None:
    assert next_receipt(desk).revision == "packaged"
    (kept,) = wording.save([draft()], by=BY, why="Vänligare")
    sent = next_receipt(desk)
    assert (sent.revision, "Tack för ditt mejl!" in sent.words) == (f"sv/1:{digest(OURS)[:12]}", True)
    assert (kept.number, kept.by, kept.why, kept.at) == (1, BY, "Vänligare", desk.now)
    assert failures(desk, sent.ticket) == []


def test_another_process_says_it_within_seconds(
    desk: WorkingDesk, open_desk: Callable[..., WorkingDesk], wording: WordingDesk
) -> None:
    other = open_desk()
    next_receipt(other)
    wording.save([draft()], by=BY)
    other.later(seconds=2)
    assert next_receipt(other, "Bo <bo@kommun.example>").revision == f"sv/1:{digest(OURS)[:12]}"


def test_what_is_in_force_is_asked_for_once_in_a_while(desk: WorkingDesk, wording: WordingDesk) -> None:
    wording.save([draft()], by=BY)
    asked: list[Revision] = []
    with desk.office() as office:
        saved = office.work.wordings
        stamp = saved.stamp
        saved.stamp = lambda: asked.append(stamp()) or stamp()  # type: ignore[method-assign, assignment, func-returns-value]
        for _ in range(20):
            office.wording.choose(saved, office.now, NoticeKind.RECEIPT, "sv")
        assert len(asked) == 1
        office.wording.choose(saved, office.now + timedelta(seconds=2), NoticeKind.RECEIPT, "sv")
        office.wording.choose(saved, office.now - timedelta(hours=2), NoticeKind.RECEIPT, "sv")
    assert len(asked) == 3


def test_other_languages_and_notices_keep_their_wording(desk: WorkingDesk, wording: WordingDesk) -> None:
    wording.save([draft()], by=BY)
    with desk.office() as office:
        chosen = {
            (kind.value, tag): c.revision.number
            for kind in NoticeKind
            for tag in ("sv", "sv-FI", "en", "en-GB", "xx")
            if (c := office.wording.choose(office.work.wordings, office.now, kind, tag)).revision
        }
    assert chosen == {("receipt", "sv"): 1, ("receipt", "sv-FI"): 1, ("receipt", "xx"): 1}


def test_a_wording_with_problems_is_not_kept(desk: WorkingDesk, wording: WordingDesk) -> None:
    wrong = OURS.replace("ticket.reference", "tiket.reference", 1)
    with pytest.raises(WordingRefused, match="line 4: tiket is not a name in this notice") as refused:
        wording.save([draft(), draft(wrong)], by=BY)
    assert [(p.line, p.hint) for p in refused.value.trial.problems] == [(4, "Did you mean ticket?")]
    assert next_receipt(desk).revision == "packaged"


def test_a_problem_of_a_real_ticket_only_is_found_and_named(desk: WorkingDesk, wording: WordingDesk) -> None:
    desk.receive(subject="Udda")
    wrong = OURS.replace("Hej{%", "{% if ticket.subject == 'Udda' %}{{ ticket.subject.x }}{% endif %}Hej{%", 1)
    trial = wording.try_draft(draft(wrong))
    assert [(p.line, p.hint) for p in trial.problems] == [(8, "In the case “SD-1001”.")]


def test_links_that_people_wrote_are_no_problem(desk: WorkingDesk, wording: WordingDesk) -> None:
    for words in ("Se https://kommun.example/fel.", "https://x.example/" + "a" * 3000, "mailto:x@y.example, <b>"):
        desk.receive(words, subject=f"Fel på {words[:40]}")
    trials = {
        (kind, tag): wording.try_draft(Draft(kind, tag, packaged_wording().find_source(kind, tag).text)).problems
        for kind in NoticeKind
        for tag in ("sv", "en")
    }
    assert {key: problems for key, problems in trials.items() if problems} == {}


def test_a_broken_revision_slipped_in_is_passed_over_with_an_alarm(desk: WorkingDesk, wording: WordingDesk) -> None:
    wording.save([draft()], by=BY)
    slip_in(desk, "UPDATE wordings SET source = :s", s="{{ broken")
    sent = next_receipt(desk)
    assert (sent.revision, "Vi har tagit emot ditt ärende." in sent.words) == ("packaged", True)
    fault = f"revision sv/1:{digest(OURS)[:12]}: its source is not the one that was checked and saved"
    assert failures(desk, sent.ticket) == [fault]


def test_the_newest_sound_revision_speaks(desk: WorkingDesk, wording: WordingDesk) -> None:
    wording.save([draft()], by=BY)
    wording.save([draft(OURS.replace("Tack", "Tusen tack"))], by=BY)
    slip_in(desk, "UPDATE wordings SET source = 'x' WHERE number = 2")
    sent = next_receipt(desk)
    assert (sent.revision, len(failures(desk, sent.ticket))) == (f"sv/1:{digest(OURS)[:12]}", 1)


@pytest.mark.parametrize(
    "source",
    [
        "{% block subject %}x{% endblock %}{% block text %}{{ tiket }}{% endblock %}",
        "{% block subject %}{% endblock %}{% block text %}x{% endblock %}",
        "{{",
        "{% if desk %}" * 120 + "{% endif %}" * 120,
        "",
    ],
)
def test_no_notice_is_lost_to_a_wording_that_fails(desk: WorkingDesk, source: str) -> None:
    insert = (
        "INSERT INTO wordings (notice, language, number, source, sha256, by, at, why) "
        "VALUES ('receipt', 'sv', 1, :s, :h, 'x', '2026-01-01 00:00:00', '')"
    )
    slip_in(desk, insert, s=source, h=digest(source))
    sent = next_receipt(desk)
    assert (sent.revision, len(failures(desk, sent.ticket))) == ("packaged", 1)


def test_restore_brings_back_any_revision_and_the_packaged_one(desk: WorkingDesk, wording: WordingDesk) -> None:
    wording.save([draft()], by=BY)
    wording.save([draft(OURS.replace("Tack", "Tusen tack"))], by=BY)
    kept = wording.restore(NoticeKind.RECEIPT, "sv", 1, by=BY, why="För mycket")
    assert (kept.number, kept.source, kept.restores) == (3, OURS, 1)
    assert next_receipt(desk).revision == f"sv/3:{digest(OURS)[:12]}"
    back = wording.restore(NoticeKind.RECEIPT, "sv", 0, by=BY)
    assert (back.number, back.source, back.restores) == (4, None, 0)
    assert next_receipt(desk, "Bo <bo@kommun.example>").revision == "packaged"
    for number in (0, 4):
        with pytest.raises(PermanentError, match="says that already"):
            wording.restore(NoticeKind.RECEIPT, "sv", number, by=BY)
    with pytest.raises(PermanentError, match="has no revision 9; the newest is 4"):
        wording.restore(NoticeKind.RECEIPT, "sv", 9, by=BY)


def test_of_two_who_edit_the_same_the_second_is_told(wording: WordingDesk) -> None:
    wording.save([draft(after=0)], by=BY)
    with pytest.raises(Conflict):
        wording.save([draft(OURS.replace("Tack", "Tusen tack"), after=0)], by="omar@desk.example")


def test_what_changes_nothing_is_no_revision(desk: WorkingDesk, wording: WordingDesk) -> None:
    assert wording.save([draft(RECEIPT)], by=BY) == []
    with desk.office() as office:
        assert get_held(office, NoticeKind.RECEIPT, "sv").last == 0
        with pytest.raises(PermanentError, match="there are no words in xx"):
            get_held(office, NoticeKind.RECEIPT, "xx")


def test_a_preview_of_a_ticket_says_what_its_notice_would(desk: WorkingDesk, wording: WordingDesk) -> None:
    desk.receive("Skrivaren är trasig", subject="Skrivare")
    letter = desk.resolve("Bytt kassett")
    source = packaged_wording().find_source(NoticeKind.RESOLUTION, "sv").text
    with desk.office() as office:
        context = case_of(office, NoticeKind.RESOLUTION, "sv", office.work.tickets.get(1001))
    shown = wording.preview(Draft(NoticeKind.RESOLUTION, "sv", source), context)
    assert isinstance(shown, Rendered)
    sent = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    token = letter["Reply-To"].addresses[0].username.partition("+")[2]
    sent = re.sub(r"(/answer/)\S+(?=>)", r"\1preview", sent)
    assert shown.text.replace("%2Bpreview@", f"%2B{token}@") == sent.replace("\n--\n", "\n-- \n")
    assert token not in shown.text + shown.html


def test_every_notice_has_a_case_for_every_ticket(desk: WorkingDesk) -> None:
    desk.receive("Skrivaren är trasig")
    with desk.office() as office:
        names = {kind: list(recent_cases(office, kind, "en")) for kind in NoticeKind}
    about_tickets = {kind for kind, form in CATALOGUE.items() if form.about_ticket}
    about_changes = {NoticeKind.APPROVAL_ASKED, NoticeKind.APPROVAL_NOTED, NoticeKind.CHANGE_NEWS}
    assert names == {kind: ["SD-1001"] if kind in about_tickets - about_changes else [] for kind in NoticeKind}


def test_a_notice_about_changes_is_tried_on_changes(desk: WorkingDesk, wording: WordingDesk) -> None:
    desk.receive("Skrivaren är trasig")
    with desk.office() as office:
        changes.propose(office, LISA, "Ny server", Plan(plan="Vi flyttar brevlådorna."))
        assert list(recent_cases(office, NoticeKind.APPROVAL_ASKED, "sv")) == ["SD-1002"]
        with pytest.raises(PermanentError, match="SD-1001 is no change"):
            case_of(office, NoticeKind.APPROVAL_ASKED, "sv", office.work.tickets.get(1001))
    for kind in (NoticeKind.APPROVAL_ASKED, NoticeKind.APPROVAL_NOTED, NoticeKind.CHANGE_NEWS):
        assert wording.try_draft(Draft(kind, "sv", packaged_wording().find_source(kind, "sv").text)).problems == ()


def test_a_draft_that_cannot_be_said_is_told_in_a_sentence(wording: WordingDesk) -> None:
    from mailbot.templates.samples import sample_context

    assert wording.preview(draft("{{ x"), sample_context(NoticeKind.RECEIPT)) == (
        "line 1: TemplateSyntaxError: unexpected end of template, expected 'end of print statement'."
    )
