"""Every way leads in: SMTP, a mailbox, the phone, monitoring, a colleague's terminal, the console: one register.

Rows 1, 4 and 6 of what the desk is for: a single point of contact, incidents that people and systems register, and who
found the fault. The way by the console's demo inbox, which goes through the SMTP door, is told in ``test_the_demo``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from mailbot.app import Desk
from mailbot.console.sessions import SESSION_COOKIE, hash_token
from mailbot.settings import load_settings
from mailbot.store.access import Session
from tests.stories.test_the_alert_that_healed_itself import NAGIOS
from tests.stories.test_the_mailbox_is_collected import ACCOUNT
from tests.support.dovecot import Dovecot
from tests.support.mails import make_mail
from tests.support.running import RunningMailbot, wait_until
from tests.support.scripted_smtp import ScriptedSmtp

pytestmark = pytest.mark.system

SOURCE = """
[[monitoring.sources]]
name = "nagios"
senders = ["nagios@mon.example"]
networks = ["127.0.0.0/8"]
"""


@pytest.fixture
def running(
    tmp_path: Path, store_url: str, sink: ScriptedSmtp, dovecot: Dovecot, mailbox: str
) -> Iterator[RunningMailbot]:
    account = ACCOUNT.format(port=dovecot.imap_port, user=mailbox, start="beginning")
    with RunningMailbot(tmp_path, store_url, sink, SOURCE + account) as mailbot:
        yield mailbot


def register_in_console(running: RunningMailbot, **fields: str) -> None:
    """As Lisa, who is signed in, with the form of a new ticket."""
    desk = Desk(load_settings(running.settings, {}))
    with desk.open_office() as office:
        now = office.now
        session = Session(hash_token("lisas"), "lisa@desk.example", "link", "test", now, now, now + timedelta(hours=1))
        office.work.access.begin_session(session)
    desk.engine.dispose()
    (home,) = re.findall(r"console=(http://[\w.:]+)", running.ready)
    with httpx.Client(base_url=home, cookies={SESSION_COOKIE: "lisas"}) as browser:
        (token,) = set(re.findall(r'name="csrf" value="(\w{64})"', browser.get("/tickets/new").text))
        own = {"Origin": home, "Sec-Fetch-Site": "same-origin"}
        assert browser.post("/tickets/new", data={"csrf": token, **fields}, headers=own).status_code == 303


def test_all_ways_end_in_one_register_with_who_found_the_fault(
    running: RunningMailbot, dovecot: Dovecot, mailbox: str
) -> None:
    running.send("Skrivaren", "Den är trasig.")
    running.send("Servern låter", "Fläkten.", sender="Lisa Lind <lisa@desk.example>")
    running.send(
        "** PROBLEM Service Alert: web/HTTP is CRITICAL **",
        NAGIOS.format(kind="PROBLEM", host="web", service="HTTP", state="CRITICAL", at="08:00:00"),
        sender="nagios@mon.example",
    )
    dovecot.deliver(mailbox, make_mail("one", to="support@desk.example"))
    running.json("ticket", "new", "Bo <bo@kommun.example>", "Skärmen", "Svart.", "--as", "lisa")
    running.json(
        "contact", "add", "070-1", "--open", "Inget ljud", "--requester", "eva@kommun.example", "--as", "lisa"
    )  # fmt: skip

    register_in_console(
        running, origin="phone", email="ida@kommun.example", subject="Musen", words="Död.", receipt="yes"
    )

    wait_until(lambda: len(running.json("ticket", "list")) == 7, running.log)
    tickets = running.json("ticket", "list")
    assert sorted((t["subject"], t["origin"]) for t in tickets) == [
        ("** PROBLEM Service Alert: web/HTTP is CRITICAL **", "monitoring"),
        ("Inget ljud", "phone"),
        ("Mail one", "user"),
        ("Musen", "phone"),
        ("Servern låter", "staff"),
        ("Skrivaren", "user"),
        ("Skärmen", "staff"),
    ]
    assert sorted(t["reference"] for t in tickets) == [f"SD-{n}" for n in range(1001, 1008)]
    people = ("anna@kommun.example", "anna@customer.example", "bo@kommun.example", "eva@kommun.example")
    for address in (*people, "ida@kommun.example"):
        (of_theirs,) = [t for t in tickets if t["requester"] and t["requester"]["address"] == address]
        assert f"[{of_theirs['reference']}]" in running.letter_to(address, 1)["Subject"]
    assert running.letters("nagios@mon.example") == []
    found = running.json("audit")
    assert (found["inbox"], found["findings"]) == ({"ticket": 3, "alert": 1}, [])
