"""Two agents before the same page of the console, who press at the same moment."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Sequence
from html import unescape

import httpx

from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk

AGENTS = ("lisa@desk.example", "omar@desk.example")
_FIELD = re.compile(r'name="(csrf|version)" value="([0-9a-f]+)"')


def resolve_at_once(desk: WorkingDesk, references: Sequence[str]) -> list[dict[str, httpx.Response]]:
    """Both have the page open, and both propose a solution; what each was answered, ticket by ticket."""
    answers: dict[str, list[httpx.Response]] = {}
    meeting = threading.Barrier(len(AGENTS), timeout=120)
    with open_console(desk) as console:
        threads = [
            threading.Thread(target=lambda who=who: answers.update({who: _work(console, who, references, meeting)}))
            for who in AGENTS
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [dict(zip(AGENTS, pair, strict=True)) for pair in zip(*(answers[who] for who in AGENTS), strict=True)]


def _work(console: Console, who: str, references: Sequence[str], meeting: threading.Barrier) -> list[httpx.Response]:
    found = []
    with httpx.Client(base_url=console.url, timeout=60) as client:
        mine = Console(console.desk, console.url, client)
        mine.sign_in(who)
        for reference in references:
            page = f"/tickets/{reference}"
            seen = dict(_FIELD.findall(client.get(page).text))
            meeting.wait()
            form = {**seen, "act": "resolve", "words": solution_of(who)}
            found.append(client.post(f"{page}/act", data=form, headers={"Origin": console.url}))
    return found


def solution_of(who: str) -> str:
    return f"{who} har bytt kabeln."


def count_wrong(
    desk: WorkingDesk, numbers: Sequence[int], answers: Sequence[dict[str, httpx.Response]]
) -> Counter[str]:
    """What must not be: one is obeyed, the other is told and keeps their words, the requester is asked once."""
    wrong: Counter[str] = Counter()
    for number, answered in zip(numbers, answers, strict=True):
        winners = [who for who in AGENTS if answered[who].status_code == 303]
        losers = [who for who in AGENTS if answered[who].status_code == 409]
        words = [e.words for e in desk.entries(number) if e.kind == "resolution"]
        wrong["not one obeyed and one told"] += (len(winners), len(losers)) != (1, 1)
        wrong["not the words of the one who was obeyed"] += words != [solution_of(who) for who in winners]
        wrong["words of the other are lost"] += any(solution_of(w) not in unescape(answered[w].text) for w in losers)
        wrong["asked twice or never"] += [k for k, _ in desk.notices(number)].count("resolution") != 1
        wrong["not resolved once"] += (desk.ticket(number).state, desk.ticket(number).resolution) != ("resolved", 1)
    return +wrong
