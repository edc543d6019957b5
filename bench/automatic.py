"""How well automatic mail and bounces are told apart, on folders of real mails that nobody here wrote.

    python bench/automatic.py                    the table
    python bench/automatic.py --misses           also each mail that was read otherwise than expected
    python bench/automatic.py --reference FILE   recipients of the bounces from FILE: one {"file", "recipients"} a line
    python bench/automatic.py --forget           envelopes without a reverse-path, as where the transport is unknown

What is compared with what (``--corpora``, by default ``../shared/corpora`` beside the checkout):

*recognised*: of the sisimai bounces, those read as a report with at least one recipient.
*exact*: the same set of addresses as the reference. The reference is, in this order: FILE; the Final-Recipient fields
that stand in the raw bytes, where there are as many as the source's own tests expect recipients; that number alone.
flufl.bounce names the addresses in its index: those are compared as they stand.
*false alarms*: mails without a kind in the index, outside the two bounce collections, that are read as a report with a
recipient. Some of them are real bounces that their source keeps for other ends: ``--misses`` names each.
*automatic replies*: those the index calls so, and ``intent/ooo``, where two are no replies but generated or list mail.
*called one*: ordinary mails and bounces with kind auto_reply or out_of_office.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mailbot.desk.correspondence import Automatic, DeliveryReport, Envelope, InboundMail  # noqa: E402
from mailbot.desk.reading_rules import ReadingRules  # noqa: E402
from mailbot.desk.vocabulary import MailKind  # noqa: E402
from mailbot.languages import load_lexicon  # noqa: E402
from mailbot.parsers.automatic import read_automatic  # noqa: E402
from mailbot.parsers.delivery_status import read_report  # noqa: E402
from mailbot.parsers.message import read_message  # noqa: E402

CORPORA = ROOT.parent / "shared" / "corpora"
BOUNCE_SOURCES = ("sisimai-set-of-emails", "flufl-bounce")
REPLIES = (MailKind.AUTO_REPLY, MailKind.OUT_OF_OFFICE)
NOT_REPLIES = ("auto_generated_header.eml", "auto_generated_precedence.eml", "chatwoot-auto-submitted.eml")
FINAL_RECIPIENT = re.compile(
    rb"^Final-Recipient:[ \t]*[^;\r\n]{1,20};[ \t]*<?([^\s<>]{1,300}@[^\s<>;]{1,255})", re.I | re.M
)
Entry = dict[str, Any]
Reference = dict[str, set[str]]
"""Name of the file to the lower-case addresses of its recipients."""


class Reader:
    """Reads mails as the desk does, and adds up the time that the two verdicts take."""

    def __init__(self, *, forget: bool) -> None:
        self.lexicon = load_lexicon()
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self.envelope = Envelope("", (), now, way_in="smtp" if forget else "file")
        self.times: list[float] = []

    def read(self, raw: bytes) -> tuple[InboundMail, DeliveryReport | None, Automatic]:
        mail = read_message(raw)
        start = time.process_time()
        report = read_report(mail, self.envelope, self.lexicon)
        automatic = read_automatic(mail, self.envelope, self.lexicon, report, False, ReadingRules())
        self.times.append(time.process_time() - start)
        return mail, report, automatic


def main() -> None:
    arguments = _arguments()
    reader = Reader(forget=arguments.forget)
    reference = _read_reference(arguments.reference) if arguments.reference else {}
    counts: Counter[str] = Counter()
    misses: list[str] = []
    for line in (arguments.corpora / "mime" / "index.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["format"] == "eml":
            raw = (arguments.corpora / "mime" / entry["file"]).read_bytes()
            _score(entry, raw, reader, reference, counts, misses)
    _score_replies(arguments.corpora / "intent" / "ooo", reader, counts, misses)
    _print_table(counts, reader.times)
    if arguments.misses:
        print("\n".join(("", *misses)))


def _score(
    entry: Entry, raw: bytes, reader: Reader, reference: Reference, counts: Counter[str], misses: list[str]
) -> None:
    mail, report, automatic = reader.read(raw)
    kind, source, name = entry["kind"], entry["source"], entry["file"]
    got = {each.address.lower() for each in report.recipients} if report else set()
    if kind == "auto-reply":
        _score_reply(name, automatic, counts, misses)
    elif automatic.kind in REPLIES:
        counts["called a reply"] += 1
        misses.append(f"called a reply   {name}: {automatic.reason}")
    if kind in ("bounce", "delay-warning") and source in BOUNCE_SOURCES:
        expected = _expected(entry, raw, reference)
        exact = got == expected if isinstance(expected, set) else len(got) == expected
        if expected:
            counts[f"{source} all"] += 1
            counts[f"{source} recognised"] += bool(got)
            counts[f"{source} exact"] += exact
        if expected and not exact:
            misses.append(f"recipients       {name}: {sorted(got)}, expected {expected}")
    elif kind is None and source not in BOUNCE_SOURCES:
        counts["ordinary"] += 1
        counts["false alarms"] += bool(got)
        if report is not None:
            misses.append(f"report           {name}: {sorted(got)} ({mail.subject[:60]})")


def _score_replies(folder: Path, reader: Reader, counts: Counter[str], misses: list[str]) -> None:
    for path in sorted(folder.glob("*.eml")):
        automatic = reader.read(path.read_bytes())[2]
        if path.name not in NOT_REPLIES:
            _score_reply(path.name, automatic, counts, misses)
        elif automatic.kind in REPLIES or automatic.answerable:
            misses.append(f"generated mail   {path.name}: {automatic.kind}")


def _score_reply(name: str, automatic: Automatic, counts: Counter[str], misses: list[str]) -> None:
    counts["replies"] += 1
    counts["replies found"] += automatic.kind in REPLIES
    if automatic.kind not in REPLIES:
        misses.append(f"reply not found  {name}: {automatic.kind}")


def _expected(entry: Entry, raw: bytes, reference: dict[str, set[str]]) -> set[str] | int:
    expect = entry["expect"] or {}
    if entry["source"] == "flufl-bounce":
        return {each.lower() for each in (*expect.get("permanent", ()), *expect.get("temporary", ()))}
    name = Path(entry["file"]).name
    if name in reference:
        return reference[name]
    fields = {each.decode("ascii", "replace").lower() for each in FINAL_RECIPIENT.findall(raw)}
    wanted = expect.get("n_recipients") or len(fields) or 1
    return fields if len(fields) == wanted else int(wanted)


def _read_reference(path: Path) -> dict[str, set[str]]:
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)
    return {each["file"]: {address.lower() for address in each["recipients"]} for each in lines if each["recipients"]}


def _print_table(counts: Counter[str], times: list[float]) -> None:
    for source in BOUNCE_SOURCES:
        total = counts[f"{source} all"]
        for what in ("recognised", "exact"):
            met = counts[f"{source} {what}"]
            print(f"{source + ': ' + what:<44}{met:>5} of {total:<5}{100 * met / max(1, total):6.1f} %")
    print(f"{'false alarms on ordinary mail':<44}{counts['false alarms']:>5} of {counts['ordinary']}")
    print(f"{'automatic replies found':<44}{counts['replies found']:>5} of {counts['replies']}")
    print(f"{'ordinary mails and bounces called a reply':<44}{counts['called a reply']:>5}")
    ordered = sorted(times)
    middle, late = ordered[len(ordered) // 2], ordered[-len(ordered) // 100]
    print(f"{'time, p50 / p99':<44}{1e6 * middle:>5.0f} / {1e6 * late:.0f} µs")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Figures on automatic mail and bounces.")
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--forget", action="store_true")
    parser.add_argument("--misses", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
