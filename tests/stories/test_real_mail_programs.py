"""The desk's question, answered with programs that people use: what they make of it is read as it was meant.

The question lies in a real mailbox. The program fetches it by IMAP, quotes it in its way, and sends to the SMTP door.

Row 12 of what the desk is for: the user accepts the solution or opens the ticket again, by reply.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mail_clients import Person, reply_with_mutt, reply_with_snail
from tests.support.running import RunningMailbot
from tests.support.scripted_smtp import ScriptedSmtp
from tests.support.thunderbird import Thunderbird

pytestmark = pytest.mark.system
Answer = Callable[[Person, str], None]

SKREV = "Den %d skrev %n:"
ABOVE: dict[str, Answer] = {
    "neomutt": partial(reply_with_mutt, program="neomutt"),
    "mutt, Swedish, UTF-8": partial(reply_with_mutt, program="mutt", attribution=SKREV, charsets="utf-8"),
    "s-nail": partial(reply_with_snail, above=True),
}
BELOW: dict[str, Answer] = {
    "neomutt, Swedish": partial(reply_with_mutt, program="neomutt", below=True, attribution=SKREV),
    "s-nail": reply_with_snail,
}
ACCEPTS, OBJECTS = "Acceptera", "Det fungerar fortfarande inte."


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[RunningMailbot]:
    """One desk for all programs: each has a person and a ticket of its own."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copyfile(sqlite_template, folder / "mailbot.db")
    with ScriptedSmtp() as sink, RunningMailbot(folder, f"sqlite:///{folder}/mailbot.db", sink) as mailbot:
        yield mailbot


@pytest.fixture
def asked(running: RunningMailbot, dovecot: Dovecot, mailbox: str) -> tuple[Person, str]:
    """A person whose newest mail is the desk's question whether it works, and their ticket."""
    # a domain each: automatic mail to one unverified domain has an hourly budget
    address = f"anna@{mailbox.partition('@')[0]}.example"
    running.send("Skrivaren på plan 3", "Hej,\n\nskrivaren ger bara tomma sidor.", sender=f"Anna Åberg <{address}>")
    reference = running.letter_to(address, 1)["Subject"].partition("]")[0].lstrip("[")
    running.json("ticket", "resolve", reference, "Vi har bytt drivrutin och skrivit ut en provsida.")
    question = running.letter_to(address, 2)
    dovecot.deliver(address, question.as_bytes(), sender="support@desk.example")
    return Person(address, dovecot.imap_port, running.port), reference


@pytest.mark.parametrize(
    ("program", "words", "state"),
    [*((program, ACCEPTS, "closed") for program in ABOVE), ("neomutt", OBJECTS, "in_progress")],
)
def test_answer_above_the_quotation_is_obeyed(
    running: RunningMailbot, asked: tuple[Person, str], program: str, words: str, state: str
) -> None:
    person, reference = asked
    ABOVE[program](person, words)
    assert said_in(running.wait_for_state(state, reference)) == (["request", "resolution", "reply"], words)


@pytest.mark.parametrize("program", ["s-nail"])
def test_objection_below_the_quotation_is_obeyed(
    running: RunningMailbot, asked: tuple[Person, str], program: str
) -> None:
    person, reference = asked
    BELOW[program](person, OBJECTS)
    assert said_in(running.wait_for_state("in_progress", reference)) == (["request", "resolution", "reply"], OBJECTS)


@pytest.mark.parametrize("program", ["neomutt, Swedish"])
def test_acceptance_below_the_quotation_closes(
    running: RunningMailbot, asked: tuple[Person, str], program: str
) -> None:
    person, reference = asked
    BELOW[program](person, ACCEPTS)
    assert said_in(running.wait_for_state("closed", reference)) == (["request", "resolution", "reply"], ACCEPTS)


@pytest.mark.parametrize(
    ("locale", "html", "words", "state"), [("en-US", True, ACCEPTS, "closed"), ("sv-SE", False, OBJECTS, "in_progress")]
)
def test_answer_of_thunderbird_is_obeyed(
    running: RunningMailbot, asked: tuple[Person, str], locale: str, html: bool, words: str, state: str
) -> None:
    if shutil.which("thunderbird") is None:  # 360 MB: not among the programs that ./check insists on
        pytest.skip("thunderbird is missing: apt-get install -y --no-install-recommends thunderbird")
    person, reference = asked
    with Thunderbird(person, locale=locale, html=html) as program:
        program.reply(f"<p>{words}</p>" if html else words)
    assert said_in(running.wait_for_state(state, reference)) == (["request", "resolution", "reply"], words)


def said_in(shown: dict[str, Any]) -> tuple[list[str], str]:
    """The kinds of a ticket's entries, and the last words."""
    return [entry["kind"] for entry in shown["entries"]], shown["entries"][-1]["words"].strip()
