"""The answer page: a person's press answers the question, once; nothing else that happens to the link does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from mailbot.console.verification import form_token
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.reference import Keyring, ReplyToken, read_detail, read_page, sign_detail, sign_page
from mailbot.workflows import merging, resolution, verification
from mailbot.workflows.notification import record
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

ON_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
SUBJECT, SOLUTION = "Skrivaren på plan tre", "Drivrutinen är bytt."
SAID = (SUBJECT, "Drivrutinen", "Anna", "kommun.example")


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    desk.receive("Den skriver bara tomma sidor", subject=SUBJECT)
    with open_console(desk) as console:
        yield console


def ask(desk: WorkingDesk, words: str = SOLUTION) -> str:
    """Propose a solution; the path of the link in the letter that asks Anna."""
    text = desk.resolve(words).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"<(http://127\.0\.0\.1:8026/answer/[a-z0-9-]+)>", text)
    assert link, text
    return urlsplit(link[1]).path


def press(console: Console, link: str, answer: str, words: str = "", **more: str) -> httpx.Response:
    fields = {"token": form_token(urlsplit(link).path.rpartition("/")[2]), "answer": answer, "words": words, **more}
    return console.client.post(link, data=fields, headers={"Origin": console.url, "Sec-Fetch-Site": "same-origin"})


def all_there_is(desk: WorkingDesk) -> list[object]:
    """What a press could change: journal, ticket, entries, outgoing mail."""
    with desk.office() as office:
        mails = [(m.id, m.status) for m in office.work.outbox.list_rows(limit=1000)]
        journal = office.work.journal.of_ticket(1001)
    return [journal, vars(desk.ticket()), desk.entries(), mails]


ANSWERING = {"resolution_proposed", "reply_received", "resolution_accepted", "ticket_reopened"}


def answering(desk: WorkingDesk) -> list[str]:
    """The facts of asking and answering, without what else goes on in a ticket."""
    return [name for name in desk.facts() if name in ANSWERING]


def last_fact(desk: WorkingDesk, name: str) -> dict[str, object]:
    with desk.office() as office:
        return next(r.details for r in reversed(office.work.journal.of_ticket(1001)) if r.name == name)


def test_yes_closes_the_ticket_and_the_journal_says_how(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    asked = console.get(link)
    assert (asked.status_code, [word in asked.text for word in (SUBJECT, SOLUTION, "SD-1001")]) == (200, [True] * 3)
    answer = press(console, link, "accept")
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert answering(desk) == ["resolution_proposed", "reply_received", "resolution_accepted"]
    accepted = {"resolution": 1, "words": "Ja, det är löst", "evidence": "E2", "way": "page"}
    assert last_fact(desk, "resolution_accepted") == accepted
    entry = desk.entries()[-1]
    assert (entry.author.address, entry.intent, entry.evidence, entry.inbox) == (
        "anna@kommun.example",
        "accept",
        "E2",
        None,
    )
    closed = desk.letter_to("anna@kommun.example")
    assert closed["Subject"] == f"[SD-1001] Ditt ärende är stängt: {SUBJECT}"
    assert "Du har svarat på webben" in closed.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    pages = [console.get(link).text for _ in range(2)]
    assert ["Tack! Ärendet är stängt" in page for page in pages] == [True, True]
    assert ["Tack, vi har fått ditt svar." in page for page in pages] == [True, False]


def test_pressing_twice_is_pressing_once(console: Console) -> None:
    link = ask(console.desk)
    press(console, link, "accept")
    once = all_there_is(console.desk)
    console.get(link)
    assert press(console, link, "accept").status_code == 303
    assert (all_there_is(console.desk) == once, "Tack, vi har" in console.get(link).text) == (True, False)


def test_many_presses_at_one_moment_are_one(console: Console) -> None:
    link = ask(console.desk)
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda: codes.append(press(console, link, "accept").status_code)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (codes, console.desk.facts().count("resolution_accepted")) == ([303] * 6, 1)


def test_no_opens_the_ticket_again_with_the_words_once(console: Console) -> None:
    desk, words = console.desk, "Nej, <b>tomma</b> sidor igen"
    link = ask(desk)
    press(console, link, "reopen", words)
    press(console, link, "reopen", words)
    assert answering(desk)[1:] == ["reply_received", "ticket_reopened"]
    assert last_fact(desk, "ticket_reopened") == {"words": words, "reason": "requester", "way": "page"}
    assert (desk.ticket().state, desk.entries()[-1].words) == ("in_progress", words)
    # Who holds the link is not known well enough for their words to be mailed to the requester in the desk's name.
    reopened = desk.letter_to("anna@kommun.example").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    told = desk.letter_to("lisa@desk.example").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert ("tomma" in reopened, words in told, "inte bekräftad" in told) == (False, True, True)


@ON_SQLITE
def test_closed_ticket_is_opened_again_by_the_same_link_while_there_is_time(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    press(console, link, "accept")
    desk.later(days=9)
    assert ("Öppna ärendet igen" in console.get(link).text, SOLUTION in console.get(link).text) == (True, False)
    press(console, link, "reopen")
    assert (desk.ticket().state, last_fact(desk, "ticket_reopened")["words"]) == (
        "in_progress",
        "Nej, öppna ärendet igen",
    )


@ON_SQLITE
def test_what_comes_too_late_changes_nothing_and_is_told_why(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    press(console, link, "accept")
    desk.later(days=40)
    before = all_there_is(desk)
    for answer in ("accept", "reopen"):
        press(console, link, answer, "för sent")
    page = console.get(link).text
    assert all_there_is(desk) == before
    assert ("Länken gäller inte längre" in page, "SD-1001" in page, [w in page for w in SAID]) == (
        True,
        True,
        [False] * 4,
    )


@ON_SQLITE
def test_link_of_an_older_solution_changes_nothing_and_tells_of_the_newer(console: Console) -> None:
    desk = console.desk
    old, new = ask(desk, "Första försöket"), ask(desk, "Andra försöket")
    before = all_there_is(desk)
    for answer in ("accept", "reopen"):
        press(console, old, answer)
    page = console.get(old).text
    assert all_there_is(desk) == before
    assert ("Det finns ett nyare mejl" in page, "SD-1001" in page, "försöket" in page) == (True, True, False)
    press(console, new, "accept")
    assert desk.ticket().state == "closed"


@ON_SQLITE
def test_words_that_come_when_the_ticket_is_open_already_still_join_it_once(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    with desk.office() as office:
        resolution.reopen(office, office.work.tickets.get(1001, lock=True), LISA, "Det var fel skrivare")
    page = console.get(link).text
    assert ("Ärendet är öppet" in page, [w in page for w in SAID]) == (True, [False] * 4)
    for _ in range(2):
        press(console, link, "reopen", "Samma fel på plan fyra")
    press(console, link, "reopen")
    press(console, link, "accept")
    assert [e.words for e in desk.entries()][-1:] == ["Samma fel på plan fyra"]
    assert answering(desk)[-2:] == ["ticket_reopened", "reply_received"]


@ON_SQLITE
def test_cancelled_ticket_says_so_and_can_be_opened(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    press(console, link, "reopen")
    with desk.office() as office:
        resolution.cancel(office, office.work.tickets.get(1001, lock=True), LISA, "Dubblett")
    assert "Ärendet är avbrutet" in console.get(link).text
    press(console, link, "accept")
    assert desk.ticket().state == "cancelled"
    press(console, link, "reopen")
    assert desk.ticket().state == "in_progress"


@ON_SQLITE
def test_ticket_that_goes_on_in_another_is_not_opened_by_its_old_link(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    press(console, link, "reopen")
    desk.receive("Samma fel", sender="Bo <bo@kommun.example>", subject="Plan fyra")
    with desk.office() as office:
        one, other = (office.work.tickets.get(number, lock=True) for number in (1001, 1002))
        merging.merge(office, one, other, LISA)
    page = console.get(link).text
    assert ("fortsätter i ett annat" in page, [w for w in (*SAID, "Plan fyra", "1002") if w in page]) == (True, [])
    for answer in ("accept", "reopen"):
        press(console, link, answer)
    assert desk.ticket().state == "cancelled"


@ON_SQLITE
def test_looking_changes_nothing_however_it_is_done(console: Console) -> None:
    """What mail gateways, chat programs and browsers do with every link that they see (test S11)."""
    link = ask(console.desk)
    before = all_there_is(console.desk)
    robots = [
        {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"X-Moz": "prefetch"},
        {"Range": "bytes=0-99"},
        {},
    ]
    codes = set()
    for robot in robots * 4:
        for method in ("GET", "HEAD"):
            codes.add(console.client.request(method, link, headers=robot).status_code)
        for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            codes.add(console.client.request(method, link, headers=robot).status_code)
        codes.add(console.get(f"{link}?answer=accept&token={form_token(link.rpartition('/')[2])}").status_code)
    assert (codes, all_there_is(console.desk) == before) == ({200, 405}, True)


@ON_SQLITE
def test_form_that_a_person_did_not_send_changes_nothing(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    before = all_there_is(desk)
    good, token = {"Origin": console.url, "Sec-Fetch-Site": "same-origin"}, form_token(link.rpartition("/")[2])
    sent: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"answer": "accept"}, good),
        ({"answer": "accept", "token": form_token("1001-1-1-x")}, good),
        ({"answer": "accept", "token": token}, {}),
        ({"answer": "accept", "token": token}, {"Origin": "https://evil.example"}),
        ({"answer": "accept", "token": token}, {"Sec-Fetch-Site": "cross-site"}),
        ({"token": token}, good),
        ({"token": token, "answer": "ACCEPT"}, good),
    ]
    codes = [console.client.post(link, data=fields, headers=headers).status_code for fields, headers in sent]
    assert (codes, all_there_is(desk) == before) == ([403, 403, 403, 403, 403, 303, 303], True)


@ON_SQLITE
def test_link_that_is_not_ours_is_told_nothing(console: Console) -> None:
    desk = console.desk
    link = ask(desk).rpartition("/")[2]
    ring, person = desk.desk.policy.keyring, desk.ticket().requester.person  # type: ignore[union-attr]
    with desk.office() as office:
        stranger = office.work.directory.register(Mailbox("eve@elsewhere.example"), desk.now).id
    forged = [link[:at] + ("a" if link[at] != "a" else "b") + link[at + 1 :] for at in range(len(link))]
    other = [
        link[:-1],
        link.upper(),
        f"0{link}",
        f"{link}%0A",
        sign_detail(ring, ReplyToken(1001, person, 1)),
        sign_page(Keyring((("a", b"x" * 32),)), ReplyToken(1001, person, 1)),
        sign_page(ring, ReplyToken(1002, person, 1)),
        sign_page(ring, ReplyToken(1001, stranger, 1)),
        sign_page(ring, ReplyToken(1001, 999, 1)),
        sign_page(ring, ReplyToken(1001, person, 0)),
        sign_page(ring, ReplyToken(1001, person, 2)),
    ]
    before = all_there_is(desk)
    pages = [console.get(f"/answer/{token}") for token in forged + other]
    for token in forged + other:
        press(console, f"/answer/{token}", "accept")
    assert {p.status_code for p in pages} == {404}
    assert [p.text for p in pages if any(word in p.text for word in (*SAID, "SD-1001"))] == []
    assert all_there_is(desk) == before


def test_tokens_of_the_two_purposes_are_worth_nothing_for_each_other() -> None:
    ring, token = Keyring((("a", b"k" * 32),)), ReplyToken(1042, 7, 1)
    assert (read_page(ring, sign_page(ring, token)), read_detail(ring, sign_detail(ring, token))) == (token, token)
    assert (read_page(ring, sign_detail(ring, token)), read_detail(ring, sign_page(ring, token))) == (None, None)
    assert read_page(Keyring((("b", b"n" * 32), *ring.keys)), sign_page(ring, token)) == token


@ON_SQLITE
def test_participant_may_open_again_and_not_accept(console: Console) -> None:
    desk = console.desk
    desk.receive("Två av oss", subject="Delad", Cc="bo@kommun.example")
    desk.resolve(number=1002)
    bo = next(p.person for p in desk.ticket(1002).participants)
    link = f"/answer/{sign_page(desk.desk.policy.keyring, ReplyToken(1002, bo, 1))}"
    assert ("Ja, det är löst" in console.get(link).text) is False
    press(console, link, "accept")
    assert desk.ticket(1002).state == "resolved"
    press(console, link, "reopen")
    assert desk.ticket(1002).state == "in_progress"


@ON_SQLITE
def test_where_several_are_asked_the_last_yes_closes(console: Console) -> None:
    desk = console.desk
    desk.receive("Två av oss", subject="Delad", Cc="bo@kommun.example")
    with desk.office() as office:
        verification.set_affected(office, office.work.tickets.get(1002, lock=True), LISA, Mailbox("bo@kommun.example"))
    desk.resolve(number=1002)
    asked = [p.person for p in desk.ticket(1002).affected]
    links = [f"/answer/{sign_page(desk.desk.policy.keyring, ReplyToken(1002, p, 1))}" for p in asked]
    press(console, links[1], "accept")
    shown = [console.get(link).text for link in links]
    assert ["Fungerar det nu?" in shown[0], "Tack! Ditt svar är sparat" in shown[1]] == [True, True]
    before = desk.facts(1002)
    press(console, links[1], "accept")
    assert (desk.facts(1002), desk.ticket(1002).state) == (before, "resolved")
    press(console, links[0], "accept")
    assert (desk.ticket(1002).state, "Tack! Ärendet är stängt" in console.get(links[1]).text) == ("closed", True)


@ON_SQLITE
def test_page_of_a_contract_that_closes_on_silence_promises_nothing_else(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk('[[customers]]\nname = "kommun"\ndomains = ["kommun.example"]\ncloses_on_silence = true\n')
    desk.receive("Trasig", subject=SUBJECT)
    with open_console(desk) as console:
        link = ask(desk)
        assert "inte utan ditt svar" not in console.get(link).text
        with desk.office() as office:
            ticket = office.work.tickets.get(1001, lock=True)
            facts = ticket.expire(office.now, 5)
            office.work.tickets.save(ticket)
            record(office, ticket, facts)
        page = console.get(link).text
        assert ("fick inget svar" in page, "Tack!" in page) == (True, False)
        press(console, link, "reopen")
        assert desk.ticket().state == "in_progress"


@ON_SQLITE
def test_desk_that_wants_acceptances_by_mail_alone(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk("[resolution]\naccept_on_page = false\n")
    desk.receive("Trasig", subject=SUBJECT)
    with open_console(desk) as console:
        link = ask(desk)
        page = console.get(link).text
        assert ("Ja, det är löst" in page, "Svara då med ordet acceptera" in page) == (False, True)
        press(console, link, "accept")
        assert desk.ticket().state == "resolved"
        press(console, link, "reopen")
        assert desk.ticket().state == "in_progress"


@ON_SQLITE
def test_agent_who_is_signed_in_does_not_answer_for_the_requester(console: Console) -> None:
    desk = console.desk
    link = ask(desk)
    console.sign_in("lisa@desk.example")
    page = console.get(link).text
    assert ("Du är inloggad som Lisa Lind" in page, 'class="press' in page) == (True, False)
    for answer in ("accept", "reopen"):
        assert press(console, link, answer).status_code == 303
    assert desk.ticket().state == "resolved"
    console.client.cookies.clear()
    press(console, link, "accept")
    assert (desk.ticket().state, "Du är inloggad" in console.get(link).text) == ("closed", False)


@ON_SQLITE
def test_page_speaks_as_the_notice_did_unless_asked_otherwise(console: Console) -> None:
    link = ask(console.desk)
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    spoken = [
        re.search(r'<html lang="(\w+)"', console.get(link + query, headers=english).text)[1]  # type: ignore[index]
        for query in ("", "?lang=en", "?lang=sv", "?lang=xx")
    ]
    assert spoken == ["sv", "en", "sv", "sv"]
    console.client.cookies.set("mailbot-language", "en", domain="127.0.0.1")
    assert '<html lang="en"' in console.get(link).text
    answer = press(console, f"{link}?lang=en", "accept")
    assert answer.headers["location"] == f"{link}?lang=en"


@ON_SQLITE
def test_many_words_are_kept_up_to_a_bound_and_a_long_solution_is_shown_in_short(console: Console) -> None:
    desk = console.desk
    link = ask(desk, "ord " * 1000)
    assert console.get(link).text.count("ord ") < 250
    press(console, link, "reopen", "x" * 20_000)
    assert len(desk.entries()[-1].words) == 5_000


@ON_SQLITE
def test_answers_from_the_page_have_the_budget_of_automatic_mail(console: Console) -> None:
    """Who holds a link can make the desk write to its owner only so often."""
    desk = console.desk
    link = ask(desk)
    for _ in range(6):
        press(console, link, "accept")
        press(console, link, "reopen")
        with desk.office() as office:
            resolution.propose(office, office.work.tickets.get(1001, lock=True), LISA, "Igen")
        token = ReplyToken(1001, desk.ticket().requester.person, desk.ticket().resolution)  # type: ignore[union-attr]
        link = f"/answer/{sign_page(desk.desk.policy.keyring, token)}"
    answered = [n for n, to in desk.notices() if n in ("closed", "reopened") and to == "anna@kommun.example"]
    assert (len(answered) < 6, desk.facts().count("notice_withheld") > 6) == (True, True)
