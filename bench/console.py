"""How long does the console's server take for each page, with a hundred thousand tickets behind it?

    python bench/console.py [--tickets 100000] [--visits 40]

Fills a store inside the database as ``bench/growth.py`` does, with words to search by, real mails to look at and a
ticket of 3,000 events; then visits each page through a real port, signed in as an agent. Prints the processor time of a
visit (client and server, without the reading child), and by the clock the median and the 95th percentile from the
request to the last octet. SQLite only; both ends run in one process.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.console_events import fill_events, pages_of_events
from bench.growth import AT, fill
from mailbot.desk.reference import ReplyToken, sign_page
from mailbot.workflows import resolution
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

LIMIT = 0.050
HTML = (
    "<html><body>"
    + "<table><tr><td style='color:#123'><b>Skrivaren</b> på plan 3 <i>krånglar</i></td></tr></table>" * 200
)
SUBJECTS = (
    "skrivaren",
    "outlook",
    "vpn",
    "lösenord",
    "skärmen",
    "nätverket",
    "telefonen",
    "behörighet",
    "teams",
    "mus",
)


def fill_words(db: Connection, count: int) -> None:
    """Words as real subjects have them: some in every ticket, some in a ninth, some in one."""
    people = max(count // 10, 1)
    chosen = "CASE i % 9 " + " ".join(f"WHEN {n} THEN '{word}'" for n, word in enumerate(SUBJECTS)) + " END"
    for word in ("'plan'", "'example'", chosen, "'nr' || i", f"'u' || (i % {people} + 1)"):
        db.exec_driver_sql(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT OR IGNORE INTO ticket_words (ticket, word) SELECT 1000 + i, {word} FROM n"
        )


def fill_queue(db: Connection, count: int) -> None:
    """Due times for what is open, a second group, some that a person must read, some mail that waits or failed."""
    db.exec_driver_sql(
        "UPDATE tickets SET due_at = changed_at WHERE state IN ('new', 'in_progress')",
    )
    db.exec_driver_sql("UPDATE tickets SET support_group = 'network' WHERE number % 7 = 0")
    db.exec_driver_sql("UPDATE tickets SET needs_person = (1 = 1) WHERE number % 500 = 0")
    db.exec_driver_sql("UPDATE inbox SET disposition = 'quarantined' WHERE id % 50000 = 0")
    db.exec_driver_sql("UPDATE outbox SET status = 'failed' WHERE id % 20000 = 0")
    number = 1000 + count // 2
    db.exec_driver_sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO entries "
        f"(ticket, kind, at, author, author_name, role, words, intent, evidence) SELECT {number}, 'reply', {AT}, "
        "'u@k.example', 'U', 'requester', 'Det händer igen, nu också på plan två.', '', 'E1' FROM n"
    )


def live(desk: WorkingDesk) -> tuple[int, int]:
    """A ticket with a life of its own, and the mail it began with."""
    row = desk.receive("Hej! Skrivaren krånglar.\n" * 20, subject="Skrivaren på plan 3")
    mail = desk.write("Hej", sender="Bo <bo@k.example>", to="support@desk.example", subject="Ett brev med HTML")
    text = mail.replace(b"Content-Type: text/plain", b"Content-Type: text/html").replace(b"Hej", HTML.encode("utf-8"))
    html = desk.receive_raw(text, "Bo <bo@k.example>")
    with desk.office() as office:
        ticket = office.work.tickets.get(row.ticket or 0, lock=True)
        resolution.note(office, ticket, LISA, "Samma fel som förra veckan.")
    desk.answer(desk.resolve(number=row.ticket or 0), "Jag provar imorgon.")
    return row.ticket or 0, html.id


def pages(count: int, ticket: int, mail: int, sent: int, link: str) -> dict[str, str]:
    middle = 1000 + count // 2
    return {
        "the queue: open": "/tickets",
        "the queue: closed": "/tickets?state=closed",
        "the queue: all, a page far down": f"/tickets?state=all&beyond=1769000000000000.{middle}",
        "the queue: mine": "/tickets?whose=mine",
        "the queue: my groups'": "/tickets?whose=groups",
        "the queue: nobody's, closed": "/tickets?whose=unowned&state=closed",
        "the queue: needs a person": "/tickets?whose=person",
        "the queue: due next": "/tickets?whose=due",
        "the queue: of a group, cancelled (none)": "/tickets?group=network&state=cancelled",
        "the queue: of one person": "/tickets?state=all&by=u7@k.example",
        "search: a word that all have": "/tickets?state=all&q=plan",
        "search: a word of a ninth": "/tickets?state=all&q=lösenord",
        "search: two words of a ninth that never meet": "/tickets?state=all&q=lösenord+outlook",
        "search: one found": f"/tickets?state=all&q=nr{count // 2}",
        "search: none found": "/tickets?state=all&q=finnsinte",
        "search: an address": "/tickets?state=all&q=u77@k.example",
        "somebody on the phone, by address": "/phone?q=u77@k.example",
        "somebody on the phone, by a word that all have": "/phone?q=plan",
        "a ticket": f"/tickets/SD-{ticket}",
        "a ticket of 3,000 events": f"/tickets/SD-{middle}",
        "incoming": "/mail",
        "incoming: quarantine": "/mail?state=quarantined",
        "incoming: replies, a page far down": f"/mail?state=reply&beyond={count}",
        "a mail of 20 kB HTML": f"/mail/{mail}",
        "its frame": f"/mail/{mail}/frame",
        "a mail, how it was read": f"/mail/{mail}?view=reading",
        "outgoing": "/outbox",
        "outgoing: failed": "/outbox?state=failed",
        "an outgoing mail": f"/outbox/{sent}",
        "its frame, too": f"/outbox/{sent}/frame",
        "the answer page": link,
        "the demo inbox": "/demo?who=anna@kommun.example",
        "what the demo asks each second": "/demo/state?who=anna@kommun.example",
    }


def visit(console: Console, path: str, visits: int) -> tuple[float, list[float]]:
    """Processor seconds a visit, and the seconds that each took, shortest first."""
    console.get(path)
    times, work = [], time.process_time()
    for _ in range(visits):
        began = time.perf_counter()
        answer = console.get(path)
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code)
    return (time.process_time() - work) / visits, sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--visits", type=int, default=40)
    parser.add_argument("--only", default="", help="Visit only pages that are called so.")
    parser.add_argument("--folder", type=Path, help="Keep the store here.")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.folder or Path(name)
        folder.mkdir(exist_ok=True)
        desk = WorkingDesk(folder, f"sqlite:///{folder}/mailbot.db", now=datetime.now(UTC))
        with desk.desk.engine.begin() as db:
            fill(db, arguments.tickets)
            fill_words(db, arguments.tickets)
            fill_queue(db, arguments.tickets)
            problem = fill_events(db, arguments.tickets)
        ticket, mail = live(desk)
        desk.deliver()
        with desk.office() as office:
            sent = office.work.outbox_lists.list_lines(ticket=ticket, limit=1)[0].id
        requester = desk.ticket(ticket).requester
        assert requester
        link = f"/answer/{sign_page(desk.desk.policy.keyring, ReplyToken(ticket, requester.person, 1))}"
        with open_console(desk, demo=True) as console:
            console.sign_in("lisa@desk.example")
            found = pages(arguments.tickets, ticket, mail, sent, link) | pages_of_events(problem)
            for label, path in found.items():
                if arguments.only not in label:
                    continue
                work, times = visit(console, path, arguments.visits)
                late = times[int(len(times) * 0.95)]
                slow = "  SLOW" if late > LIMIT else ""
                figures = " ".join(f"{seconds * 1000:7.1f}" for seconds in (work, statistics.median(times), late))
                print(f"{figures} ms  {label}{slow}", flush=True)


if __name__ == "__main__":
    main()
