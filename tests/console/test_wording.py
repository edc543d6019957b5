"""The template studio as a browser without scripts meets it: list, editor, saving, history, differences, proofs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mailbot.desk import journal
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.wording import Revision
from mailbot.templates.catalogue import CATALOGUE
from mailbot.templates.render import packaged_wording
from mailbot.wording_room import WordingRoom
from mailbot.workflows.audit import audit
from mailbot.workflows.wording_proof import MOST_AN_HOUR
from tests.support.console import Console
from tests.support.studio import CHANGED, PACKAGED, PLACE, open_studio


@pytest.fixture(scope="module")
def trying() -> Iterator[WordingRoom]:
    with WordingRoom() as room:
        yield room


@pytest.fixture
def console(tmp_path: Path, sqlite_template: Path, trying: WordingRoom) -> Iterator[Console]:
    with open_studio(tmp_path, sqlite_template, trying) as console:
        yield console


def save(console: Console, source: str = CHANGED, why: str = "Vi tackar", after: str = "0") -> httpx.Response:
    return console.post(PLACE, {"source": source, "why": why, "after": after, "do": "save"})


def history_of(console: Console) -> list[Revision]:
    with console.desk.office() as office:
        return office.work.wordings.list_history("receipt", "sv")


def source_in(answer: httpx.Response) -> str:
    found = re.search(r'<textarea id="f-source"[^>]*>\n(.*?)</textarea>', answer.text, re.S)
    assert found
    return html.unescape(found[1])


def problems_in(answer: httpx.Response) -> list[tuple[str, str]]:
    """(line, message) as the page lists them."""
    return re.findall(r'data-line="(\d+)">[^<]*</a><span><b>(.*?)</b>', answer.text)


def test_list_shows_every_notice_in_both_languages(console: Console) -> None:
    links = set(re.findall(r'href="/wording/(\w+)/(\w+)"', console.get("/wording").text))
    assert links == {(kind.value, tag) for kind in CATALOGUE for tag in ("sv", "en")}


def test_list_tells_which_revision_speaks_and_who_made_it(console: Console) -> None:
    save(console)
    page = console.get("/wording", headers={"Accept-Language": "en"}).text
    assert (page.count("Revision 1"), page.count("ada@desk.example</small>")) == (1, 1)


def test_list_raises_the_alarm_for_a_wording_that_failed_until_it_is_saved_again(console: Console) -> None:
    console.desk.receive()
    with console.desk.office() as office:
        failed = journal.WordingFailed(
            ticket=1001, at=office.now, notice="receipt", language="sv", failure="line 3: ZeroDivisionError"
        )
        office.work.journal.append(failed)
    alarm = console.get("/wording", headers={"Accept-Language": "en"}).text
    console.desk.later(minutes=1)
    save(console)
    after = console.get("/wording", headers={"Accept-Language": "en"}).text
    assert [("line 3: ZeroDivisionError" in page, "Failed once" in page) for page in (alarm, after)] == [
        (True, True),
        (False, False),
    ]


def test_list_tells_of_a_revision_that_is_not_the_one_that_was_checked(console: Console) -> None:
    with console.desk.office() as office:
        office.work.wordings.add("receipt", "sv", "{{ broken", by="x@desk.example", at=office.now)
        office.wording.forget()
    assert "En version används inte" in console.get("/wording", headers={"Accept-Language": "sv"}).text


def test_editor_opens_with_the_wording_that_speaks(console: Console) -> None:
    assert source_in(console.get(PLACE)) == PACKAGED
    save(console)
    assert source_in(console.get(PLACE)) == CHANGED


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/wording/nothing/sv", 404),
        ("/wording/receipt/xx", 404),
        (f"{PLACE}/diff?old=x", 404),
        (f"{PLACE}/diff?new=9", 400),
    ],
)
def test_what_does_not_exist_is_not_shown(console: Console, path: str, status: int) -> None:
    assert console.get(path).status_code == status


def test_saved_wording_speaks_in_the_next_receipt(console: Console) -> None:
    answer = save(console)
    assert (answer.status_code, answer.headers["location"]) == (303, PLACE)
    console.desk.receive()
    assert console.desk.letter_to("anna@kommun.example")["Subject"].startswith("[SD-1001] Tack, vi har ditt ärende")
    assert [(r.by, r.why) for r in history_of(console)] == [("ada@desk.example", "Vi tackar")]


def test_lines_from_a_browser_are_kept_as_lines(console: Console) -> None:
    save(console, CHANGED.replace("\n", "\r\n"))
    assert [r.source for r in history_of(console)] == [CHANGED]


def test_wording_with_problems_is_refused_at_its_line_and_the_text_stays(console: Console) -> None:
    broken = PACKAGED.replace("{{ ticket.reference }}", "{{ ticket.referens }}", 1)
    answer = save(console, broken)
    assert (answer.status_code, source_in(answer), history_of(console)) == (422, broken, [])
    assert problems_in(answer) == [("4", "ticket har inget som heter referens")]
    assert "Menade du ticket.reference?" in answer.text


def test_saving_asks_why_and_loses_nothing(console: Console) -> None:
    answer = save(console, why="  ")
    assert (answer.status_code, source_in(answer), history_of(console)) == (422, CHANGED, [])
    assert 'aria-invalid="true" aria-describedby="f-why-error f-why-help"' in answer.text


def test_nothing_changed_is_not_saved(console: Console) -> None:
    assert (save(console, PACKAGED).status_code, history_of(console)) == (303, [])


def test_who_saves_second_is_told_what_differs_and_may_save_knowingly(console: Console) -> None:
    save(console)
    mine = PACKAGED.replace("Hej{%", "Hallå{%", 1)
    answer = save(console, mine, "Hallå är gladare", after="0")
    assert (answer.status_code, source_in(answer)) == (409, mine)
    assert "ada@desk.example" in answer.text and 'name="after" value="1"' in answer.text
    assert "<ins>H<mark>allå</mark>{%" in answer.text
    assert save(console, mine, "Hallå är gladare", after="1").status_code == 303
    assert [r.source for r in history_of(console)] == [mine, CHANGED]


def test_form_that_does_not_say_what_it_began_from_overwrites_nothing(console: Console) -> None:
    save(console)
    assert save(console, PACKAGED.replace("Hej{%", "Hallå{%", 1), after="").status_code == 409
    assert [r.source for r in history_of(console)] == [CHANGED]


def test_other_language_that_was_changed_later_is_pointed_out(console: Console) -> None:
    console.post("/wording/receipt/en", {"source": english(), "why": "x", "after": "0", "do": "save"})
    hints = [console.get(f"/wording/receipt/{tag}", headers={"Accept-Language": "en"}).text for tag in ("sv", "en")]
    assert ["English was changed after this language" in page for page in hints] == [True, False]


def english() -> str:
    return packaged_wording().find_source(NoticeKind.RECEIPT, "en").text.replace("Hello", "Good day")


def test_checking_shows_problems_figures_and_the_mail_without_saving(console: Console) -> None:
    answer = console.post(PLACE, {"source": CHANGED, "case": "sample:bare", "do": "check"})
    assert (answer.status_code, problems_in(answer), history_of(console)) == (200, [], [])
    assert '<dd id="shown-subject">[SD-1] Tack, vi har ditt ärende</dd>' in answer.text
    assert re.search(r'data-figure="lix">\d+<', answer.text)


def test_preview_is_of_the_real_ticket_that_was_chosen(console: Console) -> None:
    console.desk.receive(subject="Kaffemaskinen läcker")
    page = console.get(f"{PLACE}?case=ticket:1001").text
    assert '<dd id="shown-subject">[SD-1001] Vi har tagit emot ditt ärende: Kaffemaskinen läcker</dd>' in page


def test_every_notice_can_be_tried_and_shown_for_a_real_ticket(console: Console) -> None:
    """Whatever kinds of notices there are: a ticket as a case, or none where the notice is about no ticket."""
    console.desk.receive(subject="Kaffemaskinen läcker")
    bad = {}
    for kind in CATALOGUE:
        for tag in ("sv", "en"):
            source = packaged_wording().find_source(kind, tag).text
            path = f"/wording/{kind.value}/{tag}"
            shown = console.get(f"{path}?case=ticket:1001")
            told = console.post(f"{path}/try", {"source": source, "case": "ticket:1001"}, page=PLACE)
            if shown.status_code != 200 or told.status_code != 200 or told.json()["problems"]:
                bad[path] = (shown.status_code, told.status_code, told.text[:300])
    assert bad == {}


def frame_in(page: str) -> str:
    found = re.search(r'<iframe class="shown"[^>]* src="([^"]+)"[^>]* sandbox=""', page)
    assert found
    return found[1]


def test_frame_is_sandboxed_and_its_owners_alone(console: Console) -> None:
    frame = frame_in(console.get(PLACE).text)
    answer = console.get(frame)
    assert (answer.status_code, "<h1" in answer.text, "sandbox" in answer.headers["content-security-policy"]) == (
        200,
        True,
        True,
    )
    assert "script-src" not in answer.headers["content-security-policy"]
    console.client.cookies.clear()
    assert console.get(frame).status_code == 401
    console.desk.later(minutes=11)
    console.sign_in("ada@desk.example")
    assert console.get(frame).status_code == 404


def test_frame_is_light_or_dark_as_asked_whatever_the_browser_wishes(console: Console) -> None:
    frame = frame_in(console.get(PLACE).text)
    light, dark = console.get(frame).text, console.get(f"{frame}?dark=1").text
    assert [page.count("@media all") for page in (light, dark)] == [0, 1]
    assert [page.count("prefers-color-scheme") for page in (light, dark)] == [0, 0]
    assert ['content="light"' in light, 'content="dark"' in dark] == [True, True]


def test_history_and_differences_of_any_two_revisions(console: Console) -> None:
    save(console)
    save(console, CHANGED.replace("Hej{%", "Hallå{%", 1), "Gladare", after="1")
    history = console.get(f"{PLACE}/history").text
    assert [why in history for why in ("Vi tackar", "Gladare")] == [True, True]
    shown = [console.get(f"{PLACE}/diff{asked}").text for asked in ("", "?old=0&new=1", "?old=0&new=2")]
    # Each line stands on the page twice: in two columns for a wide window, in one for a narrow one.
    lines = sum(old != new for old, new in zip(PACKAGED.split("\n"), CHANGED.split("\n"), strict=True))
    assert [page.count("<ins>") // 2 for page in shown] == [1, lines, lines + 1]
    assert [page.count("<del>") // 2 for page in shown] == [1, lines, lines + 1]


def test_revision_comes_back_and_so_does_the_packaged_wording(console: Console) -> None:
    save(console)
    save(console, CHANGED.replace("Hej{%", "Hallå{%", 1), "Gladare", after="1")
    for number in ("1", "0"):
        answer = console.post(f"{PLACE}/restore", {"number": number, "why": "Tillbaka"}, page=f"{PLACE}/history")
        assert answer.status_code == 303
    assert [(r.number, r.restores, r.source == CHANGED) for r in history_of(console)[:2]] == [
        (4, 0, False),
        (3, 1, True),
    ]
    assert source_in(console.get(PLACE)) == PACKAGED


def test_restoring_what_speaks_already_changes_nothing(console: Console) -> None:
    save(console)
    answer = console.post(f"{PLACE}/restore", {"number": "1"}, page=f"{PLACE}/history")
    assert (answer.status_code, len(history_of(console))) == (303, 1)


def test_proof_comes_by_mail_to_who_asked_and_answers_nobody(console: Console) -> None:
    answer = console.post(PLACE, {"source": CHANGED, "do": "proof", "case": "sample:ordinary"})
    assert answer.status_code == 200
    letter = console.desk.letter_to("ada@desk.example")
    assert letter["Subject"].startswith("Prov: [SD-1042] Tack, vi har ditt ärende")
    assert letter["Reply-To"].addresses[0].addr_spec == "ada@desk.example"
    assert history_of(console) == []
    with console.desk.office() as office:
        assert audit(office).findings == ()


def test_proof_of_a_wording_with_problems_is_not_sent(console: Console) -> None:
    answer = console.post(f"{PLACE}/proof", {"source": "{{ nothing }}"}, page=PLACE)
    assert (answer.json()["kind"], console.desk.deliver()) == ("bad", [])


def test_proofs_have_an_hourly_budget(console: Console) -> None:
    token = {"source": PACKAGED, "case": "sample:bare"}
    kinds = []
    for _ in range(MOST_AN_HOUR + 1):
        console.desk.later(seconds=1)
        kinds.append(console.post(f"{PLACE}/proof", token, page=PLACE).json()["kind"])
    assert (kinds[:-1], kinds[-1]) == (["good"] * MOST_AN_HOUR, "bad")


def test_trying_answers_with_problems_figures_and_a_preview(console: Console) -> None:
    told = console.post(f"{PLACE}/try", {"source": CHANGED, "case": "sample:ordinary"}, page=PLACE).json()
    assert (told["problems"], told["preview"]["fault"]) == ([], "")
    assert told["preview"]["subject"].startswith("[SD-1042] Tack, vi har ditt ärende")
    assert told["preview"]["preheader"].startswith("Du får svar senast")
    assert told["figures"]["words"] > 30 and console.get(told["preview"]["frame"]).status_code == 200


def test_same_html_has_the_same_frame_so_nothing_is_loaded_twice(console: Console) -> None:
    told = [console.post(f"{PLACE}/try", {"source": CHANGED + "\n" * n}, page=PLACE).json() for n in range(2)]
    assert told[0]["preview"]["frame"] == told[1]["preview"]["frame"]
