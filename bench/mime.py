"""How well and how fast mail is read, on a folder of real mails that nobody here wrote.

    python bench/mime.py                            sources' own expectations, exceptions, speed
    python bench/mime.py --mutations 20000          also that many structure-aware mutations, counted and timed
    python bench/mime.py --mutations 1000000 --jobs 8      the nightly size
    python bench/mime.py --mutations 20000 --whole  each through all rooms of the reader
    python bench/mime.py --misses                   also each expectation that is not met
    python bench/mime.py --differential             also a comparison with the standard library's parser

The corpus (``--corpus``, by default ``../shared/corpora/mime`` beside the checkout) has an ``index.jsonl`` with a line
per mail: ``file``, and in ``expect`` what the mail's own source says of it: subject, text, attachment_names,
attachment_sizes. A text is met where ours holds it, white space aside; names are compared as cleaned for saving. Some
expectations hold U+FFFD where their own parser could not read a character that is there: the second figure allows it.
An index without sizes is helped out by the standard library: how many files have as many bytes as it decodes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.mime_mutations import mutate  # noqa: E402
from mailbot.desk.correspondence import Envelope, InboundMail  # noqa: E402
from mailbot.desk.reading_rules import ReadingRules  # noqa: E402
from mailbot.languages import load_lexicon  # noqa: E402
from mailbot.parsers.filenames import clean_filename  # noqa: E402
from mailbot.parsers.message import read_message  # noqa: E402
from mailbot.parsers.reading import read  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpora" / "mime"
Entry = dict[str, Any]


def read_corpus(folder: Path) -> list[tuple[Entry, bytes]]:
    """(index line, mail bytes); TNEF payloads are wrapped as the attachment of a mail."""
    found = []
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        raw = (folder / entry["file"]).read_bytes()
        if entry.get("format") == "tnef":
            raw = b"Subject: tnef\nContent-Type: application/ms-tnef; name=winmail.dat\n\n" + raw
        found.append((entry, raw))
    return found


def check_expectations(mail: InboundMail, expect: Entry) -> dict[str, tuple[bool, bool, Any, Any]]:
    """Per expectation: met, met if its U+FFFD may be any character, wanted, got."""
    verdicts: dict[str, tuple[bool, bool, Any, Any]] = {}
    if "subject" in expect:
        wanted, got = _squeeze(expect["subject"] or "", " "), _squeeze(mail.subject, " ")
        verdicts["subject"] = (got == wanted, _is_like(got, wanted), wanted, got)
    if "text" in expect:
        wanted, got = _squeeze(expect["text"] or ""), _squeeze(mail.text)
        if wanted and not got:
            got = _squeeze(mail.html)
        verdicts["text"] = (got == wanted or (wanted != "" and wanted in got), _is_like(got, wanted), wanted, got)
    if "attachment_names" in expect:
        names = [clean_filename(name) for name in expect["attachment_names"] if name]
        ours = [each.filename for each in mail.attachments]
        met, like = not Counter(names) - Counter(ours), all(any(_is_like(got, name) for got in ours) for name in names)
        verdicts["names"] = (met, like, names, ours)
    if "attachment_sizes" in expect:
        sizes, got_sizes = expect["attachment_sizes"], [len(each.content) for each in mail.attachments]
        met = not Counter(sizes) - Counter(got_sizes)
        verdicts["sizes"] = (met, met, sizes, got_sizes)
    return verdicts


def _squeeze(text: str, space: str = "") -> str:
    return space.join(text.replace("\x00", "").split())


def _is_like(got: str, wanted: str) -> bool:
    """Are they the same but for characters that the source of the expectation could not read?"""
    return len(got) == len(wanted) and all(b in (a, "\ufffd") for a, b in zip(got, wanted, strict=True))


def read_whole(raw: bytes) -> None:
    """All rooms of the reader, as a worker passes through them."""
    read(raw, Envelope("", (), datetime(2026, 11, 3, tzinfo=UTC), "file"), load_lexicon(), ReadingRules())


def run_mutations(mails: list[bytes], count: int, seed: int, whole: bool = False) -> tuple[int, float, list[str]]:
    """(mutations read, longest in seconds, exceptions as text)."""
    chance = random.Random(seed)
    reader = read_whole if whole else read_message
    errors: list[str] = []
    slowest = 0.0
    for _ in range(count):
        raw = mutate(chance.choice(mails), chance.choice(mails), chance)
        started = time.perf_counter()
        try:
            reader(raw)
        except Exception as error:  # noqa: BLE001 - counting them is the purpose
            errors.append(f"{type(error).__name__}: {error}")
        slowest = max(slowest, time.perf_counter() - started)
    return count, slowest, errors


def _differences(corpus: list[tuple[Entry, bytes]]) -> Iterator[tuple[str, str]]:
    """(what, file) where a large part of what the standard library finds is nowhere in ours."""
    from email import message_from_bytes

    for entry, raw in corpus:
        mail = read_message(raw)
        ours = {each.content for each in mail.attachments} | {
            each.content for n in mail.nested for each in n.attachments
        }
        words = set(" ".join([mail.text, mail.html, *(t for _, t in mail.report_parts)]).split())
        for nested in mail.nested:
            words |= set(f"{nested.text} {nested.html} {' '.join(t for _, t in nested.report_parts)}".split())
        for part in message_from_bytes(raw).walk():
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes) or not payload.strip() or payload in ours:
                continue
            if part.get_content_maintype() != "text":
                yield "attachment", entry["file"]
                continue
            theirs = {word for word in payload.decode("ascii", "ignore").split() if word.isalpha()}
            if theirs and len(theirs - words) * 2 > len(theirs):
                yield "text", entry["file"]


def compare_sizes(corpus: list[tuple[Entry, bytes]]) -> tuple[int, list[str]]:
    """(files with as many bytes as the standard library decodes, the others as text); winmail.dat and mails aside."""
    from email import message_from_bytes

    same, others = 0, []
    for entry, raw in corpus:
        if entry.get("format") == "tnef" or len(raw) > 2_000_000:
            continue
        mail = read_message(raw)
        ours = Counter(len(each.content) for one in (mail, *mail.nested) for each in one.attachments)
        for part in message_from_bytes(raw).walk():
            if part.is_multipart() or not part.get_filename() or part.get_content_maintype() == "message":
                continue
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes) or part.get_content_subtype() in ("ms-tnef", "vnd.ms-tnef"):
                continue
            same += ours[len(content)] > 0
            if not ours[len(content)]:
                others.append(f"{entry['file']}: {str(part.get_filename())[:60]} {len(content)} bytes there")
            ours[len(content)] -= 1
    return same, others


def main() -> int:
    options = _read_options()
    corpus = read_corpus(options.corpus)
    failed = _report_expectations(corpus, misses=options.misses)
    same, others = compare_sizes(corpus)
    print(f"sizes     {same} of {same + len(others)} files are as large as the standard library decodes them")
    if options.misses:
        print(*others, sep="\n  ")
    if options.differential:
        for what, file in _differences(corpus):
            print(f"  differs from the standard library: {what:10} {file}")
    if options.mutations:
        failed |= _report_mutations([raw for _, raw in corpus if len(raw) < 100_000], options)
    return int(failed)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--mutations", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--differential", action="store_true")
    return parser.parse_args()


def _report_expectations(corpus: list[tuple[Entry, bytes]], *, misses: bool) -> bool:
    times, errors = [], []
    met: Counter[str] = Counter()
    like: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for entry, raw in corpus:
        started = time.perf_counter()
        try:
            mail = read_message(raw)
        except Exception as error:  # noqa: BLE001 - counting them is the purpose
            errors.append(f"{entry['file']}: {error!r}")
            continue
        times.append(time.perf_counter() - started)
        for what, (good, alike, wanted, got) in check_expectations(mail, entry.get("expect") or {}).items():
            asked[what] += 1
            met[what] += good
            like[what] += good or alike
            if misses and not good:
                print(f"  {what:8} {entry['file']}\n    wanted {str(wanted)[:300]!r}\n    got    {str(got)[:300]!r}")
    times.sort()
    print(f"{len(corpus)} mails, {len(errors)} exceptions", *errors[:5], sep="\n  ")
    print(f"speed     {len(times) / sum(times):,.0f} mails/s, p50 {times[len(times) // 2] * 1e3:.2f} ms, "
          f"p99 {times[len(times) * 99 // 100] * 1e3:.1f} ms, slowest {times[-1] * 1e3:.0f} ms")  # fmt: skip
    for what in sorted(asked):
        print(f"{what:8}  {met[what]} of {asked[what]} met ({met[what] / asked[what]:.1%}); "
              f"{like[what] / asked[what]:.1%} where U+FFFD in an expectation may be any character")  # fmt: skip
    return bool(errors)


def _report_mutations(mails: list[bytes], options: argparse.Namespace) -> bool:
    started = time.perf_counter()
    share = -(-options.mutations // options.jobs)
    if options.jobs == 1:
        results = [run_mutations(mails, share, options.seed, options.whole)]
    else:
        with ProcessPoolExecutor(options.jobs) as pool:
            seeds = range(options.seed, options.seed + options.jobs)
            futures = [pool.submit(run_mutations, mails, share, seed, options.whole) for seed in seeds]
            results = [future.result() for future in futures]
    errors = Counter(error for _, _, found in results for error in found)
    print(f"mutations {sum(count for count, _, _ in results):,} in {time.perf_counter() - started:.0f} s, "
          f"{errors.total()} exceptions, slowest {max(slow for _, slow, _ in results) * 1e3:.0f} ms")  # fmt: skip
    for error, times in errors.most_common(10):
        print(f"  {times} x {error[:200]}")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main())
