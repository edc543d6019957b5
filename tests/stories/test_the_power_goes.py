"""The server dies at the worst moments: what was accepted is there, what was sent is recognisable as one.

Rows 1 and 9 of what the desk is for: what was answered 250 is registered, and what was told is told once.
"""

from __future__ import annotations

from pathlib import Path

from tests.support.running import RunningMailbot, wait_until
from tests.support.scripted_smtp import SILENCE, ScriptedSmtp

ANNA = "anna@kommun.example"


def test_killed_between_the_250_and_the_ticket(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> None:
    with RunningMailbot(tmp_path, store_url, sink, only="smtp") as door:
        for n in range(5):
            door.send(f"Fel {n}", "Hej", sender=f"Anna <anna{n}@kommun{n}.example>")
        door.kill()
    with RunningMailbot(tmp_path, store_url, sink) as mailbot:
        for n in range(5):
            assert len(mailbot.letter_to(f"anna{n}@kommun{n}.example", 1)["Subject"]) > 0
        audit = mailbot.json("audit")
        assert (audit["inbox"], audit["tickets"], audit["findings"]) == ({"ticket": 5}, {"new": 5}, [])


def test_killed_while_intake_works(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> None:
    with RunningMailbot(tmp_path, store_url, sink) as mailbot:
        for n in range(30):
            mailbot.send(f"Fel {n}", "Hej", sender=f"Anna <anna{n}@kommun{n}.example>")
        mailbot.kill()
        mailbot.start()
        wait_until(lambda: mailbot.json("audit")["inbox"] == {"ticket": 30}, mailbot.log)
        for n in range(30):
            mailbot.letter_to(f"anna{n}@kommun{n}.example", 1)
        audit = mailbot.json("audit")
    assert (audit["inbox"], audit["tickets"], audit["findings"]) == ({"ticket": 30}, {"new": 30}, [])
    receipts = [m.recipients[0] for m in sink.mails if m.recipients[0].startswith("anna")]
    by_id = {(m.recipients[0], m.content) for m in sink.mails if m.recipients[0].startswith("anna")}
    assert (len(set(receipts)), len(by_id)) == (30, 30)


def test_killed_between_handing_over_and_writing_it_down(tmp_path: Path, store_url: str) -> None:
    with ScriptedSmtp({"DOT": [SILENCE, "250 ok"]}) as sink, RunningMailbot(tmp_path, store_url, sink) as mailbot:
        mailbot.send("Skrivaren", "Den är trasig.")
        wait_until(lambda: len(sink.mails) == 1, mailbot.log)
        mailbot.kill()
        mailbot.start()
        wait_until(lambda: mailbot.json("audit")["outbox"] == {"relayed": 2}, mailbot.log)
        copies = [m for m in sink.mails if m.recipients == sink.mails[0].recipients]
        assert [m.content for m in copies] == [copies[0].content] * 2
        assert len(sink.mails) == 3


def test_a_stop_by_sigterm_leaves_no_mail_half_done(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> None:
    with RunningMailbot(tmp_path, store_url, sink) as mailbot:
        for n in range(20):
            mailbot.send(f"Fel {n}", "Hej", sender=f"Anna <anna{n}@kommun{n}.example>")
        assert mailbot.terminate() == 0
        leases = [m for m in mailbot.json("outbox", "list") if m["status"] == "sending"]
        assert leases == []
        mailbot.start()
        wait_until(lambda: mailbot.json("audit")["inbox"] == {"ticket": 20}, mailbot.log)
        wait_until(lambda: set(mailbot.json("audit")["outbox"]) == {"relayed"}, mailbot.log)
        assert len(sink.mails) == 40


def test_the_work_is_shared_by_processes(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> None:
    folders = [tmp_path / name for name in ("door", "intake", "delivery")]
    for folder in folders:
        folder.mkdir()
    secret = f'secret_file = "{tmp_path}/secret.key"'
    parts = ("smtp", "intake", "delivery,timetable")
    desks = [RunningMailbot(f, store_url, sink, only=p) for f, p in zip(folders, parts, strict=True)]
    for desk in desks:
        desk.settings.write_text(desk.settings.read_text().replace(f'secret_file = "{desk.folder}/secret.key"', secret))
    with desks[0] as door, desks[1], desks[2]:
        door.send("Skrivaren", "Den är trasig.")
        receipt = door.letter_to(ANNA, 1)
        door.run("ticket", "resolve", "SD-1001", "Lagat.")
        door.answer(door.letter_to(ANNA, 2), "Acceptera")
        assert door.wait_for_state("closed")["requester"]["address"] == ANNA
    assert receipt["From"].addresses[0].addr_spec == "support@desk.example"
