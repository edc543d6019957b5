"""How exactly the new words of replies are found: runs the shared scorer on our reader and prints its table.

    python -m bench.replies [--half first|second] [--stress] [-v] [--only crisp,desk-dev]

``--half`` takes every other pair of each corpus, to develop on one half and look at the other now and then. Other
options go to the scorer as they are. After the table: what reading costs in this process, without pipes and start.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent
from mailbot.parsers.message import read_message
from mailbot.parsers.reply import read_answer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SCORER = SHARED / "eval" / "replies" / "evaluate.py"
CORPORA = SHARED / "corpora" / "reply"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["first", "second"])
    arguments, others = parser.parse_known_args()
    if not SCORER.exists():
        print(f"no scorer at {SCORER}", file=sys.stderr)
        return 2
    command = [sys.executable, str(SCORER), "--cmd", f"{sys.executable} -m mailbot.cli.mail_stream", *others]
    with tempfile.TemporaryDirectory() as folder:
        if arguments.half:
            command += ["--corpora", str(take_half(Path(folder), arguments.half == "second"))]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if not others:
        print_times()
    return code


def take_half(folder: Path, second: bool) -> Path:
    """Corpora whose index has every other row; the files are linked, not copied."""
    for index in sorted(CORPORA.glob("*/index.jsonl")):
        target = folder / index.parent.name
        target.mkdir()
        for name in ("in", "out", "sent"):
            if (index.parent / name).exists():
                (target / name).symlink_to(index.parent / name)
        rows = index.read_text("utf-8").splitlines(keepends=True)
        (target / "index.jsonl").write_text("".join(rows[1 if second else 0 :: 2]), "utf-8")
    return folder


def print_times() -> None:
    """Milliseconds of processor time over the desk's own corpus, the third of three rounds."""
    lexicon = load_lexicon()
    folder = CORPORA / "desk-dev"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    mails = [((folder / row["input"]).read_bytes(), [(folder / row["sent"]).read_text("utf-8")]) for row in rows]
    for _ in range(3):
        parts: dict[str, list[float]] = {"parse": [], "reply": [], "intent": [], "all": []}
        for raw, sent in mails:
            began = time.process_time()
            mail = read_message(raw)
            parsed = time.process_time()
            answer = read_answer(mail, lexicon, sent)
            read = time.process_time()
            read_intent(answer, mail.subject, lexicon)
            ended = time.process_time()
            for name, spent in zip(parts, (parsed - began, read - parsed, ended - read, ended - began), strict=True):
                parts[name].append(spent * 1000)
    for name, times in parts.items():
        times.sort()
        median, high = times[len(times) // 2], times[len(times) * 99 // 100]
        print(f"{name:7s} p50 {median:5.2f} ms  p99 {high:5.2f}  max {times[-1]:5.2f}")


if __name__ == "__main__":
    sys.exit(main())
