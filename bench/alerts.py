"""How well monitoring mails are read: ``python bench/alerts.py [corpora]``.

Prints for each tool how many mails of the alert corpus have state, severity, host, service and key right, how many
ordinary mails are taken for alerts, and what looking for alerts costs. The corpus knows one key for a mail: where a
tool tells several alerts together, that is our ``group``. Ends with 1 where anything is read wrong.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parents[1]))

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.alerts import alert_formats, read_alerts
from mailbot.parsers.alerts.sheet import Sheet
from mailbot.parsers.message import read_message

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
PARTS = ("state", "severity", "host", "service", "key")
RULES = ReadingRules()


def main() -> int:
    corpora = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPORA
    right, total, wrong = read_alert_corpus(corpora / "alerts")
    print("alerts read right:")
    for tool in sorted(total):
        print(f"  {tool:<16}" + "  ".join(f"{part} {right[tool, part]}/{total[tool]}" for part in PARTS))
    for line in wrong:
        print(f"  wrong: {line}")
    false, mails, micros = read_ordinary_corpus(corpora / "mime")
    print(f"ordinary mails taken for alerts: {len(false)} of {mails} {' '.join(false)}")
    print(f"time to look for alerts: p50 {median(micros):.0f} µs, p99 {quantiles(micros, n=100)[98]:.0f} µs")
    return 1 if wrong or false else 0


def read_index(folder: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]


def read_alert_corpus(folder: Path) -> tuple[Counter[tuple[str, str]], Counter[str], list[str]]:
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for entry in read_index(folder):
        tool, name = str(entry["system"]), str(entry["file"])
        mail = read_message((folder / name).read_bytes())
        found = read_alerts(mail, RULES)
        total[tool] += 1
        takers = [form.tool for form in alert_formats() if form.read(Sheet(mail), RULES)]
        if len(takers) != 1:
            wrong.append(f"{name}: taken by {takers}")
        for part in PARTS:
            expected = str(entry[part] or "")
            if found and all(is_right(alert, part, expected) for alert in found):
                right[tool, part] += 1
            else:
                wrong.append(f"{name}: {part} should be {expected!r}")
    return right, total, wrong


def is_right(alert: Alert, part: str, expected: str) -> bool:
    if part == "key":
        return expected.partition("|")[2] in (alert.key, alert.group)
    return str(getattr(alert, part)) == expected


def read_ordinary_corpus(folder: Path) -> tuple[list[str], int, list[float]]:
    """Names of the mails that are taken for alerts, the number of mails, and the microseconds that each took."""
    false: list[str] = []
    micros: list[float] = []
    for entry in read_index(folder):
        mail = read_message((folder / str(entry["file"])).read_bytes())
        start = time.perf_counter()
        if read_alerts(mail, RULES):
            false.append(str(entry["file"]))
        micros.append((time.perf_counter() - start) * 1e6)
    return false, len(micros), micros


if __name__ == "__main__":
    sys.exit(main())
