"""Stores to begin a crash from: resolved tickets that wait for an answer, mails received, notices queued."""

from __future__ import annotations

import email.policy
import shutil
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

from bench.conservation import Injected
from bench.crash_desk import CrashDesk, Posting, Stage
from tests.support.desk import read_letter
from tests.support.scripted_smtp import ScriptedSmtp

NEW, ACCEPTED = 6, 2


def make_stages(folder: Path) -> dict[str, Stage]:
    """One store for each part: resolved tickets waiting for an answer; mails received; notices queued."""
    start = Stage(folder / "start", (), (), {}, ())
    start.folder.mkdir()
    opened = _register_and_resolve(start)
    postings = (*_new_mails(), *_acceptances(opened))
    first = {"receipt": ACCEPTED, "agent_new_ticket": ACCEPTED, "resolution": ACCEPTED}
    due = {**first, "receipt": NEW + ACCEPTED, "agent_new_ticket": NEW + ACCEPTED, "closed": ACCEPTED}
    mails = (*opened.all_mails, *(p.mail for p in postings))
    resolved = Stage(opened.folder, postings, mails, due, opened.relayed)
    received = _advance(resolved, folder / "received", "smtp")
    settled = _advance(received, folder / "settled", "intake")
    return {"smtp": resolved, "all": resolved, "intake": received, "delivery": settled}


def _register_and_resolve(empty: Stage) -> Stage:
    registered = [new_posting(f"token-first-{n}", f"user{n}@first{n}.example") for n in range(ACCEPTED)]
    stage = Stage(empty.folder, tuple(registered), tuple(p.mail for p in registered), {}, ())
    with ScriptedSmtp() as sink:
        work = empty.folder.parent / "work"
        work.mkdir()
        desk = CrashDesk(work, stage, sink)
        desk.start("all", [])
        if not desk.await_quiet(desk.send_in_background(), 60):
            raise RuntimeError((work / "log.jsonl").read_text()[-3000:])
        for n in range(ACCEPTED):
            command = [sys.executable, "-m", "mailbot", "--settings", str(desk.settings)]
            subprocess.run(
                [*command, "ticket", "resolve", f"SD-{1001 + n}", "Lagat."],
                check=True,
                cwd=work,
                stdout=subprocess.DEVNULL,
            )
        desk.await_quiet([], 30)
        desk.stop()
        _keep(desk, empty.folder)
        return Stage(empty.folder, (), stage.all_mails, {}, tuple(desk.relayed()))


def _advance(stage: Stage, folder: Path, part: str) -> Stage:
    """The store after one part has done its work."""
    folder.mkdir()
    work = folder.parent / f"work-{part}"
    work.mkdir()
    with ScriptedSmtp() as sink:
        desk = CrashDesk(work, stage, sink)
        clients = desk.send_in_background()
        desk.start(part, [])
        while any(c.is_alive() for c in clients) or not desk.is_done(part):
            time.sleep(0.05)
        desk.stop()
        _keep(desk, folder)
    return Stage(folder, (), stage.all_mails, stage.due, stage.relayed)


def _keep(desk: CrashDesk, folder: Path) -> None:
    for name in ("mailbot.db", "secret.key"):
        shutil.copy(desk.folder / name, folder / name)


def _new_mails() -> list[Posting]:
    return [new_posting(f"token-new-{n}", f"user{n}@new{n}.example") for n in range(NEW)]


def _acceptances(opened: Stage) -> list[Posting]:
    letters = [read_letter(content) for _, content in opened.relayed]
    asking = [m for m in letters if m["To"] and "first" in m["To"]][-ACCEPTED:]
    return [
        new_posting(
            f"token-accept-{n}",
            m["To"].addresses[0].addr_spec,
            to=m["Reply-To"].addresses[0].addr_spec,
            subject=f"Re: {m['Subject']}",
            body="Acceptera\n\n",
            answers=m["Message-ID"],
        )
        for n, m in enumerate(asking)
    ]


def new_posting(
    token: str,
    sender: str,
    *,
    to: str = "support@desk.example",
    subject: str = "Fel",
    body: str = "",
    answers: str = "",
) -> Posting:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{token}@test.example>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(f"{body}{token} \n")
    return Posting(Injected(mail.as_bytes(), token), sender, to)
