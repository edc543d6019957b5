"""Replies that were written and labelled before the reader saw them: how many of each round are read exactly.

    python -m bench.replies_blind [--keep 0.5] [-v] [FILE…]

Reads ``tests/corpus/replies/round*.toml`` (or the files given). ``--keep`` takes that part of the word lists only. A
reply is exact where it equals ``new``, or lies between ``new`` and ``full`` (with sign-off and signature), white space
aside; ``lost`` counts those where a word of ``new`` is missing, ``leak`` those with words that are in neither.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.replies_fewer_words import thinned
from mailbot.desk.correspondence import Answer, InboundMail, Mailbox
from mailbot.desk.language import Lexicon
from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer, read_answer_text

ROUNDS = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "replies"
_WORD = re.compile(r"\w+|[^\w\s]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--keep", type=float, default=1.0)
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    lexicon = load_lexicon() if arguments.keep >= 1 else thinned(load_lexicon(), arguments.keep, 0)
    for path in arguments.files or sorted(ROUNDS.glob("round*.toml")):
        cases = tomllib.loads(path.read_text("utf-8"))["reply"]
        verdicts = {case["name"]: judge(case, read_case(case, lexicon).new_words) for case in cases}
        counts = Counter(verdict for verdict in verdicts.values())
        exact = 100 * counts["exact"] / len(cases)
        print(f"{path.stem}: n={len(cases)} exact {exact:.1f} %  lost {counts['lost']}  leak {counts['leak']}")
        if arguments.verbose:
            print("\n".join(f"  {verdict:5s} {name}" for name, verdict in verdicts.items() if verdict != "exact"))
    return 0


def read_case(case: Mapping[str, Any], lexicon: Lexicon) -> Answer:
    """The answer as the desk reads it: with the header of the mail where the case has one."""
    sent = [case["sent"]] if "sent" in case else []
    text, html = case.get("text", ""), case.get("html", "")
    if not {"subject", "author", "to"} & set(case):
        return read_answer_text(text, html, lexicon, sent)
    people = {key: (_mailbox(case[key]),) if key in case else () for key in ("author", "to")}
    mail = InboundMail(subject=case.get("subject", ""), from_=people["author"], to=people["to"], text=text, html=html)
    return read_answer(mail, lexicon, sent)


def _mailbox(text: str) -> Mailbox:
    name, _, address = text.rpartition(" ")
    return Mailbox(address.strip("<>"), name)


def judge(case: Mapping[str, Any], got: str) -> str:
    """``exact``, ``lost`` or ``leak``."""
    new, full, found = (words_of(text) for text in (case["new"], case.get("full", case["new"]), got))
    if found in (new, full):
        return "exact"
    joined = [f" {' '.join(words)} " for words in (new, found, full)]
    if new and joined[0] in joined[1] and joined[1] in joined[2]:
        return "exact"
    return "lost" if Counter(new) - Counter(found) else "leak"


def words_of(text: str) -> list[str]:
    """Words and marks of ``text`` without white space, links as their words."""
    return _WORD.findall(_LINK.sub(r"\1", text).replace("*", "").replace("\u200b", "").lower())


if __name__ == "__main__":
    sys.exit(main())
