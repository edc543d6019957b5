"""How well and how fast mail is read, on a folder of real mails that nobody here wrote.

    python bench/mime.py                            sources' own expectations, exceptions, speed
    python bench/mime.py --mutations 20000          also that many structure-aware mutations, counted and timed
    python bench/mime.py --mutations 1000000 --jobs 8      the nightly size
    python bench/mime.py --misses                   also each expectation that is not met
    python bench/mime.py --differential             also a comparison with the standard library's parser

The corpus (``--corpus``, by default ``../shared/corpora/mime`` beside the checkout) has an ``index.jsonl`` with a line
per mail: ``file``, and in ``expect`` what the mail's own source says of it: subject, text, attachment_names,
attachment_sizes. A text is met where ours holds it, white space aside; names are compared as cleaned for saving. Some
expectations hold U+FFFD where their own parser could not read a character that is there: the second figure allows it.
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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mailbot.desk.correspondence import InboundMail  # noqa: E402
from mailbot.parsers.filenames import clean_filename  # noqa: E402
from mailbot.parsers.message import read_message  # noqa: E402

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


def mutate(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """One broken relative of a mail: lines, headers, boundaries, encodings and charsets damaged where they matter."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        raw = chance.choice(_MUTATIONS)(raw, other, chance)[:400_000]
    return raw


def _flip_bytes(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(raw or b"x")
    for _number in range(chance.randint(1, 12)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _cut(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
    return chance.choice((raw[:start], raw[end:], raw[:start] + raw[end:]))


def _splice(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _shuffle_lines(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    piece = lines[at : at + chance.randint(1, 5)]
    action = chance.randrange(4)
    if action == 0:
        del lines[at : at + len(piece)]
    elif action == 1:
        lines[at:at] = piece * chance.choice((1, 2, 50))
    elif action == 2:
        target = chance.randrange(len(lines))
        lines[target:target] = piece
    else:
        chance.shuffle(piece)
        lines[at : at + len(piece)] = piece
    return b"\n".join(lines)


def _replace_token(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    token = chance.choice(_TOKENS)
    places = raw.count(token)
    if not places:
        return raw
    at = -1
    for _number in range(chance.randint(1, min(places, 20))):
        at = raw.find(token, at + 1)
    return raw[:at] + chance.choice(_SPLINTERS) + raw[at + len(token) :]


def _insert_splinter(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, min(len(raw), chance.choice((200, 3000, len(raw)))))
    return raw[:at] + chance.choice(_SPLINTERS) * chance.choice((1, 1, 1, 3, 200)) + raw[at:]


def _break_lines(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    old, new = chance.choice(((b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\n", b"\r"), (b"\n", b"\n\n"), (b"\n ", b" ")))
    return raw.replace(old, new, chance.choice((-1, 1, 5)))


def _nest(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    encoding = chance.choice((b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b"8bit"))
    kind = chance.choice(
        (b"message/rfc822", b"multipart/mixed", b"text/html", b"application/ms-tnef", b"text/calendar")
    )
    return (
        b"Content-Type: multipart/mixed; boundary=mut\n\n--mut\nContent-Type: " + kind
        + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n" + raw + b"\n--mut\n" + other[:5000] + b"\n--mut--\n"
    )  # fmt: skip


_MUTATIONS = (_flip_bytes, _cut, _splice, _shuffle_lines, _replace_token, _insert_splinter, _break_lines, _nest)
_TOKENS = (
    b"boundary", b"charset", b"multipart", b"text/", b"base64", b"quoted-printable", b"=?", b"?=", b"--", b"name",
    b": ",
    b";", b'"', b"<", b">", b"@", b"\n\n", b"\r\n\r\n", b"utf-8", b"iso-8859-1", b"\n ", b"begin", b"+0000", b"Date",
    b"=",
)  # fmt: skip
_SPLINTERS = (
    b"", b"\x00", b"\r", b"\n", b"\n\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"=?utf-8?Q?=0A?=", b"=?x?B?", b"?=",
    b"charset=rot13", b"charset=idna", b"charset=utf-16", b"charset=unicode_escape", b"charset=\x00", b"=", b"=3D=",
    b"multipart/mixed; boundary=\"\"", b"message/rfc822", b"\nContent-Type: message/rfc822\n\n", b"(((((", b"\"", b"\\",
    b"\nContent-Type: multipart/related; boundary=x\n\n--x\n", b"--x--\n", b"name*0*=utf-8''%ff;name*9=", b"<>", b"@@",
    b",",
    b"begin 644 a\n#0V%T\n`\nend\n", b"=ybegin line=128 name=y\nabc=\n=yend\n", b"From ", b":", b"group:;", b"base64",
    b"Date: 99 Foo 99999 25:61:61 +9999\n", b"\xe5\xe4\xf6", b"\xc3", b"BEGIN:VEVENT\nDTSTART:x\n",
    b"format=flowed; delsp=yes",
    b"quoted-printable", b"x-uuencode", b"text/html", b"\xd8\x00", b"=?utf-7?Q?+2AA-?=", b"%", b"*", b"'",
)  # fmt: skip


def run_mutations(mails: list[bytes], count: int, seed: int) -> tuple[int, float, list[str]]:
    """(mutations read, longest in seconds, exceptions as text)."""
    chance = random.Random(seed)
    errors: list[str] = []
    slowest = 0.0
    for _ in range(count):
        raw = mutate(chance.choice(mails), chance.choice(mails), chance)
        started = time.perf_counter()
        try:
            read_message(raw)
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


def main() -> int:
    options = _read_options()
    corpus = read_corpus(options.corpus)
    failed = _report_expectations(corpus, misses=options.misses)
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
        results = [run_mutations(mails, share, options.seed)]
    else:
        with ProcessPoolExecutor(options.jobs) as pool:
            futures = [pool.submit(run_mutations, mails, share, options.seed + job) for job in range(options.jobs)]
            results = [future.result() for future in futures]
    errors = Counter(error for _, _, found in results for error in found)
    print(f"mutations {sum(count for count, _, _ in results):,} in {time.perf_counter() - started:.0f} s, "
          f"{errors.total()} exceptions, slowest {max(slow for _, slow, _ in results) * 1e3:.0f} ms")  # fmt: skip
    for error, times in errors.most_common(10):
        print(f"  {times} x {error[:200]}")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main())
