"""The crash matrix: the desk is killed at the N-th write, flush or send of each of its parts, and nothing may be lost.

    python -m bench.crashes                    a few points of every series
    python -m bench.crashes --points 1000      every N of every series, up to 1,000 points in all
    python -m bench.crashes --random 50        kills at random moments under load
    python -m bench.crashes --errors           EIO at a flush, ENOSPC at a write, in place of the kill

A point is (part, system call, N, fault). ``strace`` puts the fault in the place of the N-th call of a thread; then the
desk is started again without it, the sender repeats whatever was not answered 250, and when all is quiet every mail is
counted (``bench.conservation``). A series ends where the part does its work with fewer than N calls. Needs strace.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench.conservation import Count, count_and_compare, open_quietly
from bench.crash_desk import CrashDesk, Stage
from bench.crash_stages import make_stages
from tests.support.scripted_smtp import ScriptedSmtp

CALLS = ("write", "pwrite64", "fdatasync", "fsync", "sendto", "rename")
FAULTS = {
    "kill": "signal=SIGKILL:when={n}",
    "EIO": "error=EIO:when={n}",
    "ENOSPC": "error=ENOSPC:when={n}..{last}",
}
PATIENCE = 90.0


@dataclass(frozen=True)
class Point:
    part: str
    call: str
    n: int
    fault: str = "kill"

    @property
    def injection(self) -> list[str]:
        fault = FAULTS[self.fault].format(n=self.n, last=self.n + 20)
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{fault}"]


@dataclass
class Outcome:
    struck: bool
    count: Count
    codes: Counter[int] = field(default_factory=Counter)
    recovery: float = 0.0


def main() -> None:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--points", type=int, default=24)
    ask.add_argument("--random", type=int, default=0)
    ask.add_argument("--errors", action="store_true")
    ask.add_argument("--minutes", type=float, default=60.0, help="stop beginning new points after this")
    ask.add_argument("--hands", type=int, default=2, help="points tried at the same time")
    wanted = ask.parse_args()
    ends = time.monotonic() + wanted.minutes * 60
    with tempfile.TemporaryDirectory(prefix="mailbot-crashes-") as folder:
        stages = make_stages(Path(folder))
        if wanted.random:
            results = [_strike_at_random(stages["all"], ends, wanted.random, wanted.hands)]
            series_names = ["all / random moment"]
        else:
            faults = ("EIO", "ENOSPC") if wanted.errors else ("kill",)
            rows = list(_series(faults))
            series_names = [f"{part} / {call} / {fault}" for part, call, fault in rows]
            most = max(1, wanted.points // len(rows))
            with ThreadPoolExecutor(wanted.hands) as pool:
                futures = [
                    pool.submit(_walk, stages[p], p, c, f, most, ends, wanted.points >= 1000) for p, c, f in rows
                ]
                results = [future.result() for future in futures]
        del series_names[len(results) :]
    sys.exit(_print(series_names, results))


def _series(faults: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for fault in faults:
        calls = {"kill": CALLS, "EIO": ("fdatasync", "fsync"), "ENOSPC": ("pwrite64",)}[fault]
        for call in calls:
            for part in ("smtp", "intake", "delivery", "all"):
                yield part, call, fault


def _walk(stage: Stage, part: str, call: str, fault: str, most: int, ends: float, every: bool) -> list[Outcome]:
    """Walk along N until the part gets through without reaching it. Few points: ever longer steps."""
    outcomes: list[Outcome] = []
    n = 1
    while len(outcomes) < most and time.monotonic() < ends:
        outcome = _try(stage, Point(part, call, n, fault))
        outcomes.append(outcome)
        if not outcome.struck:
            break
        n += 1 if every else max(1, n // 2)
    return outcomes


def _strike_at_random(stage: Stage, ends: float, points: int, hands: int) -> list[Outcome]:
    draw = random.Random()

    def one(_: int) -> Outcome | None:
        return _try(stage, None, after=draw.uniform(0.0, 2.5)) if time.monotonic() < ends else None

    with ThreadPoolExecutor(hands) as pool:
        return [outcome for outcome in pool.map(one, range(points)) if outcome]


def _try(stage: Stage, point: Point | None, after: float = 0.0) -> Outcome:
    """One point: begin at the stage's store, strike, start again, wait until all is quiet, count."""
    with tempfile.TemporaryDirectory(prefix="mailbot-point-") as folder, ScriptedSmtp() as sink:
        desk = CrashDesk(Path(folder), stage, sink)
        sender = desk.send_in_background()
        only = point.part if point else "all"
        desk.start(only, [] if point is None else ["strace", "-f", "-qq", "-o", "/dev/null", *point.injection])
        struck = desk.await_fault(only, after if point is None else None)
        if point is not None and point.fault != "kill":
            struck = desk.recovers_alone or struck
        began = time.monotonic()
        if desk.is_dead():
            desk.start("all", [])
        quiet = desk.await_quiet(sender, PATIENCE)
        recovery = time.monotonic() - began
        desk.stop()
        engine = open_quietly(desk.url)
        count = count_and_compare(engine, stage.all_mails, desk.relayed(), due=stage.due)
        engine.dispose()
        if not quiet:
            count.breaches.append(f"not quiet within {PATIENCE:.0f} s")
        bad = [code for code in desk.codes if code >= 500]
        if bad:
            count.breaches.append(f"the sender was told {bad}")
        if count.breaches:
            desk.keep_evidence(point)
        return Outcome(struck, count, desk.codes, recovery)


def _print(names: list[str], results: list[list[Outcome]]) -> int:
    print(f"{'series':32}{'points':>7}{'struck':>7}{'mails':>7}{'notices':>8}{'extra':>6}{'breaches':>9}  replies")
    breaches: list[str] = []
    for name, outcomes in zip(names, results, strict=True):
        found = [b for o in outcomes for b in o.count.breaches]
        breaches += [f"{name}: {b}" for b in found]
        codes: Counter[int] = sum((o.codes for o in outcomes), Counter())
        print(
            f"{name:32}{len(outcomes):7}{sum(o.struck for o in outcomes):7}{sum(o.count.mails for o in outcomes):7}"
            f"{sum(o.count.notices for o in outcomes):8}{sum(o.count.extra for o in outcomes):6}{len(found):9}"
            f"  {dict(sorted(codes.items()))}"
        )
    everything = [o for outcomes in results for o in outcomes]
    recovery = sorted(o.recovery for o in everything if o.struck)
    print(f"points {len(everything)}, struck {len(recovery)}, breaches {len(breaches)}", end="")
    print(
        f"; until quiet again: median {recovery[len(recovery) // 2]:.1f} s, most {recovery[-1]:.1f} s"
        if recovery
        else ""
    )
    for breach in breaches[:40]:
        print("  !", breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    main()
