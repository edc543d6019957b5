"""A day of trouble: mail comes all the time, something breaks every few seconds, and in the end all is counted.

    python -m bench.soak                       2,000 mails, a fault every three seconds
    python -m bench.soak --mails 20000 --every 5

Faults, drawn by ``--seed``: the desk is killed; it is stopped for a while (SIGSTOP); the next mail server is gone; it
answers 451; another program holds the database. Then ``mailbot audit --json --rows`` is compared with what was handed
in, and the store with what arrived at the next mail server (``bench.conservation``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.conservation import count_and_compare, open_quietly
from bench.crash_desk import LIMITS, CrashDesk, Stage
from bench.crash_stages import new_posting
from tests.support.scripted_smtp import ScriptedSmtp

SOON = "retry_first_minutes = 1\nretry_longest_minutes = 1\n"


class MoodySink(ScriptedSmtp):
    """A next mail server with moods: ``well``, ``busy`` (451 to all) or ``gone`` (drops every connection)."""

    mood = "well"

    def answer(self, phase: str) -> str:
        if self.mood == "gone":
            return "drop"
        if self.mood == "busy" and phase == "MAIL":
            return "451 4.3.2 busy"
        return super().answer(phase)


class Soak:
    def __init__(self, folder: Path, mails: int, every: float, seed: int) -> None:
        self.draw, self.every = random.Random(seed), every
        self.faults: Counter[str] = Counter()
        postings = tuple(new_posting(f"token-{n}", f"user{n}@town{n % 97}.example") for n in range(mails))
        due = {"receipt": mails, "agent_new_ticket": mails}
        start = folder / "start"
        start.mkdir()
        work = folder / "work"
        work.mkdir()
        self.sink = MoodySink()
        self.stage = Stage(start, postings, tuple(p.mail for p in postings), due, ())
        self.desk = CrashDesk(work, self.stage, self.sink, LIMITS)
        quick = self.desk.settings.read_text().replace("[delivery]\n", f"[delivery]\n{SOON}")
        self.desk.settings.write_text(quick)

    def run(self) -> None:
        with self.sink:
            self.desk.start("all", [])
            self.desk.await_ready()
            clients = self.desk.send_in_background()
            while any(client.is_alive() for client in clients):
                time.sleep(self.draw.uniform(0.5, 1.5) * self.every)
                self._strike()
            self.quiet = self.desk.await_quiet(clients, 240)
            self.audit = self._audit()
            self.desk.stop()

    def _strike(self) -> None:
        faults: dict[str, Callable[[], None]] = {
            "kill": self._kill,
            "pause": self._pause,
            "sink gone": lambda: self._set_mood("gone"),
            "sink busy": lambda: self._set_mood("busy"),
            "database held": self._hold_database,
        }
        name = self.draw.choice(sorted(faults))
        self.faults[name] += 1
        faults[name]()

    def _kill(self) -> None:
        self.desk.kill()
        self.desk.start("all", [])
        self.desk.await_ready()

    def _pause(self) -> None:
        self.desk.program.send_signal(signal.SIGSTOP)
        time.sleep(self.draw.uniform(0.2, 2.0))
        self.desk.program.send_signal(signal.SIGCONT)

    def _set_mood(self, mood: str) -> None:
        self.sink.mood = mood
        time.sleep(self.draw.uniform(0.5, 3.0))
        self.sink.mood = "well"

    def _hold_database(self) -> None:
        other = sqlite3.connect(self.desk.folder / "mailbot.db", timeout=20, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(self.draw.uniform(0.5, 3.0))
            other.execute("ROLLBACK")
        finally:
            other.close()

    def _audit(self) -> Any:
        command = [sys.executable, "-m", "mailbot", "--settings", str(self.desk.settings), "audit", "--json", "--rows"]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.desk.folder)
        self.audit_seconds = time.monotonic() - began
        return json.loads(done.stdout)

    def breaches(self) -> list[str]:
        """What the audit and the store say against it."""
        firsts = {r["sha256"]: r for r in self.audit["inbox_rows"] if r["duplicate_of"] is None}
        wanted = {hashlib.sha256(p.mail.raw).hexdigest(): p for p in self.stage.postings}
        found = [f"audit: {finding}" for finding in self.audit["findings"]]
        found += [f"audit: lost {wanted[h].mail.token}" for h in wanted.keys() - firsts.keys()]
        found += [f"audit: {r['id']} is {r['state']}" for r in firsts.values() if r["state"] != "ticket"]
        found += ["not quiet in the end"] if not self.quiet else []
        found += [f"the sender was told {code}" for code in self.desk.codes if code >= 500]
        engine = open_quietly(self.desk.url)
        # A mail may be under way at each kill, and at each cut of a connection after its dot.
        most = max(1, self.faults["kill"] + self.faults["sink gone"])
        self.count = count_and_compare(
            engine, self.stage.all_mails, self.desk.relayed(), due=self.stage.due, most_extra=most
        )
        engine.dispose()
        return found + self.count.breaches


def main() -> None:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--mails", type=int, default=2000)
    ask.add_argument("--every", type=float, default=3.0, help="seconds between faults, about")
    ask.add_argument("--seed", type=int, default=1)
    wanted = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailbot-soak-") as folder:
        soak = Soak(Path(folder), wanted.mails, wanted.every, wanted.seed)
        began = time.monotonic()
        soak.run()
        took = time.monotonic() - began
        breaches = soak.breaches()
        print(f"{wanted.mails} mails in {took:.0f} s; faults {dict(soak.faults)}; replies {dict(soak.desk.codes)}")
        print(f"inbox {soak.audit['inbox']}, outbox {soak.audit['outbox']}, audit in {soak.audit_seconds:.1f} s")
        print(f"notices {soak.count.notices}, copies beyond the first {soak.count.extra}, breaches {len(breaches)}")
        for breach in breaches[:40]:
            print("  !", breach)
        if breaches:
            soak.desk.keep_evidence("soak")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
